"""Two pictures of one page for whoever compares: the paper beside its side, and both over each
other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.kernel.errors import Refused
from app.services import overlays
from app.services.workstation import Workstation
from app.words.alteration import alteration_word
from tests.replay import ReplayPool

ARCHIVIST = Actor(name="管理员", role="administrator")
CASE_NO = "（2026）辽0899民初3号"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("overlays")


@pytest.fixture(scope="module")
def station(folder: Path, bundled_small: Path) -> Iterator[Workstation]:
    """A case of three sides, the second of them written on after it was scanned."""
    opened = open_workstation(folder / "数据", pool=ReplayPool())
    scans = folder / "扫描"
    scans.mkdir()
    pages = sorted((bundled_small / "sides").iterdir())
    for number, page in enumerate((pages[0], pages[2], pages[6]), start=1):
        shutil.copy(page, scans / f"{number}.jpg")
    opened.register_case(ARCHIVIST, {"case_no": CASE_NO})
    opened.scan(ARCHIVIST, CASE_NO, f"folder:{scans}")
    opened.process(ARCHIVIST, CASE_NO)
    opened.catalogue(ARCHIVIST, CASE_NO)
    opened.reconcile(ARCHIVIST, CASE_NO)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def discrepancy(station: Workstation, folder: Path) -> str:
    leaf = cv2.imread(str(folder / "扫描" / "2.jpg"))
    high, wide = leaf.shape[:2]
    at = (wide // 4, int(high * 0.96))
    cv2.putText(leaf, "Paid back", at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2, (70, 30, 30), 3)
    cv2.imwrite(str(folder / "leaf.png"), leaf)
    return station.compare_leaf(ARCHIVIST, CASE_NO, 2, folder / "leaf.png").discrepancy


def test_paper_and_places_of_a_discrepancy(
    station: Workstation, discrepancy: str, folder: Path
) -> None:
    shown = station.difference_pictures(CASE_NO, discrepancy)
    assert shown.paper is not None and shown.proof is not None
    assert shown.paper.read_bytes() == (folder / "leaf.png").read_bytes()
    (place,) = shown.places
    side = station.sides(CASE_NO)[1]
    assert place.kind == "added"
    assert 0.9 * side.height < place.box[1] < place.box[3] <= side.height
    with pytest.raises(Refused, match="REC-103"):
        station.difference_pictures(CASE_NO, "gone")


def test_places_turn_with_their_side(station: Workstation, discrepancy: str) -> None:
    side = station.sides(CASE_NO)[1]
    station.turn_side(ARCHIVIST, side.id, 90)
    (turned,) = station.difference_pictures(CASE_NO, discrepancy).places
    assert turned.box[2] < 0.1 * station.sides(CASE_NO)[1].width
    station.turn_side(ARCHIVIST, side.id, 270)


def test_a_changed_figure_is_shown_as_both_read(
    station: Workstation, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = {
        "verdict": "differs",
        "reason": "",
        "confidence": 0.9,
        "agreement": 1.0,
        "width": 100,
        "height": 100,
        "differences": [
            {
                "box": [1, 2, 3, 4],
                "kind": "changed",
                "ink": "dark",
                "score": 4.0,
                "figures": [["3,500", "8,500"]],
            }
        ],
        "numbering": [],
    }
    monkeypatch.setattr(ReplayPool, "call", lambda *_, **__: answer)
    view = station.compare_leaf(ARCHIVIST, CASE_NO, 3, folder / "扫描" / "3.jpg")
    (place,) = station.difference_pictures(CASE_NO, view.discrepancy).places
    assert place.figures == (("3,500", "8,500"),)
    assert alteration_word(place.kind, place.ink, place.figures) == "数字有改动：3,500 → 8,500"


def test_side_and_paper_are_laid_over_each_other(station: Workstation, discrepancy: str) -> None:
    side = station.sides(CASE_NO)[1]
    view = station.overlay(CASE_NO, side.id, discrepancy)
    assert view.warnings == ()
    pictures = [cv2.imread(str(path)) for path in (view.both, view.first, view.second)]
    assert len({picture.shape for picture in pictures}) == 1
    red, green, blue = (int(view.second_colour[at : at + 2], 16) for at in (1, 3, 5))
    orange = (abs(pictures[0].astype(int) - (blue, green, red)) < 60).all(axis=2)
    high = orange.shape[0]
    assert orange[int(high * 0.9) :].sum() > 0.9 * orange.sum() > 100


def test_two_leaves_do_not_match(station: Workstation) -> None:
    sides = station.sides(CASE_NO)
    view = station.overlay(CASE_NO, sides[0].id, sides[2].id)
    assert view.both is None and view.warnings[0]["code"] in ("ALT-202", "ALT-203")
    with pytest.raises(Refused, match="REC-103"):
        station.overlay(CASE_NO, sides[0].id, "gone")


def test_only_the_pairs_looked_at_last_are_kept(
    station: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overlays, "MOST_KEPT", 2)
    first, second, third = (side.id for side in station.sides(CASE_NO))
    for one, other in ((first, first), (second, second), (third, third)):
        assert station.overlay(CASE_NO, one, other).both is not None
    kept = station._context.folders.work / overlays.FOLDER
    assert len(list(kept.iterdir())) == 2
