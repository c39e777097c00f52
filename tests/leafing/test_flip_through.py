"""The whole way: scans in the dossier, a recorded video, and what is said of each side."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused, Transient
from app.services.leafing_views import LeafStep
from app.services.workstation import Workstation
from tests.leafing.conftest import CASE_NO, Film

ARCHIVIST = Actor(name="管理员", role="administrator")


def scanned(station: Workstation, pages: Sequence[Path], folder: Path) -> None:
    folder.mkdir()
    for number, page in enumerate(pages, start=1):
        shutil.copy(page, folder / f"{number:03}.jpg")
    station.register_case(ARCHIVIST, {"case_no": CASE_NO})
    station.scan(ARCHIVIST, CASE_NO, f"folder:{folder}")


def test_every_leaf_is_ticked_and_kept(
    station: Workstation, scans: list[Path], film: Film, tmp_path: Path
) -> None:
    pages = scans[:3]
    scanned(station, pages, tmp_path / "scans")
    heard: list[LeafStep] = []
    view = station.leaf_through(ARCHIVIST, CASE_NO, str(film(pages)), listen=heard.append)
    assert [side["position"] for side in view.sides if side["seen"]] == [1, 2, 3]
    assert (view.verdict, view.discrepancies, view.complete) == ("consistent", (), True)
    assert heard[-1].seen == 3
    assert all(len(step.look.corners) == 4 for step in heard if step.look.kind == "side")
    (kept,) = station.flip_throughs(CASE_NO)
    assert (kept.made_by, kept.verdict, len(kept.sides)) == (ARCHIVIST.name, "consistent", 3)
    assert len(kept.video) == 64
    assert station.history(CASE_NO)[-1].action == "leafed_through"


def test_two_at_once_and_a_stranger_are_said(
    station: Workstation, scans: list[Path], film: Film, tmp_path: Path
) -> None:
    scanned(station, scans[:6], tmp_path / "scans")
    stranger = scans[8]
    shown = [*scans[:2], *scans[4:6], stranger]
    heard: list[LeafStep] = []
    view = station.leaf_through(ARCHIVIST, CASE_NO, str(film(shown)), listen=heard.append)
    said = [event.kind for step in heard for event in step.events]
    assert "two_at_once" in said
    assert "unknown_leaf" in said
    states = {side["position"]: side["state"] for side in view.sides}
    assert [states[position] for position in (3, 4)] == ["not_seen", "not_seen"]
    assert all(state == "seen" for position, state in states.items() if position not in (3, 4))
    kinds = {row.kind for row in view.discrepancies}
    assert kinds == {"not_seen", "unmatched_paper"}
    (unknown,) = view.unknown
    assert unknown["picture"]


def test_upside_down_the_leaves_are_found_too(
    station: Workstation, scans: list[Path], film: Film, tmp_path: Path
) -> None:
    pages = scans[:3]
    scanned(station, pages, tmp_path / "scans")
    view = station.leaf_through(ARCHIVIST, CASE_NO, str(film(pages, turned=180)))
    assert view.verdict == "consistent"


def test_no_video_no_leaf_no_camera_no_side(
    station: Workstation, scans: list[Path], tmp_path: Path
) -> None:
    station.register_case(ARCHIVIST, {"case_no": CASE_NO})
    with pytest.raises(Refused, match="FLP-106"):
        station.leaf_through(ARCHIVIST, CASE_NO, "camera:0")
    folder = tmp_path / "scans"
    folder.mkdir()
    shutil.copy(scans[0], folder / "1.jpg")
    station.scan(ARCHIVIST, CASE_NO, f"folder:{folder}")
    (tmp_path / "empty.avi").touch()
    (tmp_path / "text.avi").write_text("no video")
    faults = {
        str(tmp_path / "gone.avi"): (BadInput, "FLP-101"),
        str(tmp_path / "empty.avi"): (BadInput, "FLP-102"),
        str(tmp_path / "text.avi"): (BadInput, "FLP-101"),
        "camera:x": (BadInput, "FLP-103"),
        "camera:97": (Transient, "FLP-104"),
        str(landscape(tmp_path / "landscape.avi")): (BadInput, "FLP-107"),
    }
    for source, (kind, code) in faults.items():
        with pytest.raises(kind, match=code):
            station.leaf_through(ARCHIVIST, CASE_NO, source)
    assert station.flip_throughs(CASE_NO) == ()


def test_a_video_that_was_cut_off_says_so(
    station: Workstation, scans: list[Path], film: Film, tmp_path: Path
) -> None:
    scanned(station, scans[:3], tmp_path / "scans")
    whole = film(scans[:3])
    data = whole.read_bytes()
    whole.write_bytes(data[: len(data) * 6 // 10])
    view = station.leaf_through(ARCHIVIST, CASE_NO, str(whole))
    assert not view.complete
    assert view.sides[0]["seen"]
    assert not view.sides[2]["seen"]


def landscape(path: Path) -> Path:
    chance = np.random.default_rng(1)
    small = chance.uniform(0, 255, (9, 16, 3)).astype(np.uint8)
    picture = cv2.resize(small, (640, 360), interpolation=cv2.INTER_CUBIC)
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 25, (640, 360))
    for _ in range(20):
        video.write(picture)
    video.release()
    return path
