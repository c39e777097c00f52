"""The whole way of an altered leaf: filmed, noticed, looked at closer, proved in the ledger."""

from __future__ import annotations

from pathlib import Path

import cv2

from app.services.workstation import Workstation
from tests.leafing.conftest import CASE_NO, Film
from tests.leafing.test_flip_through import ARCHIVIST, scanned


def test_writing_added_to_a_leaf_is_proved_by_its_frame(
    station: Workstation, scans: list[Path], film: Film, tmp_path: Path
) -> None:
    scanned(station, [scans[2], scans[4]], tmp_path / "scans")
    leaf = cv2.imread(str(scans[2]))
    high, wide = leaf.shape[:2]
    for height in (0.3, 0.5, 0.7):
        at = (wide // 4, int(high * height))
        font = cv2.FONT_HERSHEY_SCRIPT_SIMPLEX
        cv2.putText(leaf, "Paid back 12000", at, font, 3, (40, 30, 30), 5)
    altered = tmp_path / "altered.png"
    cv2.imwrite(str(altered), leaf)
    video = film([altered, scans[4]], width=1920, height=1080)
    view = station.leaf_through(ARCHIVIST, CASE_NO, str(video))
    (row,) = view.discrepancies
    assert (row.kind, row.positions) == ("altered_page", (1,))
    pictures = station.difference_pictures(CASE_NO, row.id)
    assert pictures.proof is not None and pictures.paper is not None
    centres = [(place.box[1] + place.box[3]) / 2 / high for place in pictures.places]
    for height in (0.3, 0.5, 0.7):
        assert any(abs(centre - height) < 0.05 for centre in centres), (height, centres)
