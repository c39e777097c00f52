"""Planted faults: each one is in the dossier and in the truth, and nowhere else."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from app.kernel.errors import BadInput
from scanner.paper.build import build_dossier
from scanner.paper.faults import plant
from scanner.paper.plan import PlannedSide
from scanner.paper.spec import DossierSpec, PlantedFault, parse_fault


def spec_of(*faults: str, **settings: Any) -> DossierSpec:
    planted = tuple(parse_fault(fault) for fault in faults)
    chosen = {"name": "faulty", "seed": 77, "matter": "sale", "sides": 34, "dpi": 100}
    return DossierSpec(**{**chosen, "faults": planted, **settings})


def pages_of(sides: tuple[PlannedSide, ...]) -> list[int]:
    return [side.page_number for side in sides if side.page_number is not None]


def truth_of(folder: Path) -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    return truth


def sound_sides() -> tuple[PlannedSide, ...]:
    return plant(spec_of())[1]


def single_page() -> int:
    """A page whose back is blank."""
    sides = sound_sides()
    return next(
        side.page_number
        for side, after in itertools.pairwise(sides)
        if side.page_number and side.page_number > 2 and after.role == "blank"
    )


def double_page() -> int:
    """A page on a front whose back is written."""
    sides = sound_sides()
    return next(
        side.page_number
        for side, after in itertools.pairwise(sides)
        if side.page_number and side.face == "front" and after.page_number
    )


def test_a_sound_dossier_has_nothing_planted() -> None:
    plan, sides, planted = plant(spec_of())
    assert planted == ()
    assert pages_of(sides) == list(range(1, plan.page_count + 1))


def test_missing_page_takes_the_sheet_when_its_back_is_blank() -> None:
    page = single_page()
    _, sides, planted = plant(spec_of(f"missing_page={page}"))
    assert page not in pages_of(sides)
    assert len(sides) == len(sound_sides()) - 2
    assert (planted[0].kind, planted[0].page_numbers) == ("missing_page", (page,))


def test_missing_page_leaves_the_other_written_side() -> None:
    page = double_page()
    _, sides, _ = plant(spec_of(f"missing_page={page}"))
    assert len(sides) == len(sound_sides()) - 1
    assert page + 1 in pages_of(sides)
    _, sides, planted = plant(spec_of(f"missing_page={page}:sheet"))
    assert len(sides) == len(sound_sides()) - 2
    assert planted[0].page_numbers == (page, page + 1)


@pytest.mark.parametrize("mode", ["", ":later"])
def test_duplicate_page_shows_the_sheet_twice(mode: str) -> None:
    page = single_page()
    _, sides, planted = plant(spec_of(f"duplicate_page={page}{mode}"))
    places = [index for index, side in enumerate(sides) if side.page_number == page]
    assert len(places) == 2
    assert (places[1] - places[0] == 2) == (mode == "")
    assert sides[places[0]].draft is sides[places[1]].draft
    assert sides[places[0]].copy != sides[places[1]].copy
    assert planted[0].page_numbers == (page,)


def test_wrong_order_swaps_two_sheets() -> None:
    first = single_page()
    _, sides, planted = plant(spec_of(f"wrong_order={first},{first + 2}"))
    pages = pages_of(sides)
    assert sorted(pages) == pages_of(sound_sides())
    assert pages.index(first + 2) < pages.index(first + 1) < pages.index(first)
    assert set(planted[0].page_numbers) >= {first, first + 2}


@pytest.mark.parametrize("mode", ["", ":numbered", ":replace"])
def test_foreign_page_tells_of_another_case(mode: str) -> None:
    page = single_page()
    plan, sides, planted = plant(spec_of(f"foreign_case={page}{mode}"))
    stray = next(side for side in sides if side.tags and side.draft)
    assert stray.draft is not None
    text = "".join(stray.draft.text_lines)
    assert plan.case.case_no not in text
    assert plan.case.plaintiff.name not in text
    assert len(sides) == len(sound_sides()) + (0 if mode == ":replace" else 2)
    if mode == ":replace":
        assert pages_of(sides) == pages_of(sound_sides())
        assert stray.stamp == page
        assert planted[0].page_numbers == (page,)
    elif mode == ":numbered":
        assert stray.stamp is not None
        assert stray.stamp > plan.page_count
    else:
        assert stray.stamp is None


def test_extra_page_is_in_no_item() -> None:
    plan, sides, _ = plant(spec_of("extra_page=2"))
    stray = next(side for side in sides if side.tags and side.draft)
    assert stray.item is None
    assert stray.stamp is None
    assert stray.draft is not None
    assert plan.case.case_no in "".join(stray.draft.text_lines)
    _, sides, planted = plant(spec_of("extra_page=2:numbered"))
    assert planted[0].page_numbers == (plan.page_count + 1,)


def test_unnumbered_page_keeps_its_place(tmp_path: Path) -> None:
    made = build_dossier(spec_of("unnumbered_page=3", sides=20), tmp_path)
    truth = truth_of(made)
    side = next(side for side in truth["sides"] if side["page_number"] == 3)
    assert side["number_box"] is None
    assert side["stamped_number"] is None
    assert truth["planted"] == [
        {
            "kind": "unnumbered_page",
            "positions": [side["position"]],
            "page_numbers": [3],
            "mode": "",
        }
    ]


def test_count_mismatch_is_said_by_facts_and_remarks(tmp_path: Path) -> None:
    made = build_dossier(spec_of("count_mismatch=99", sides=16), tmp_path)
    truth = truth_of(made)
    facts = json.loads((made / "facts.json").read_text(encoding="utf-8"))
    assert facts["paper_pages"] == 99
    remarks = next(side for side in truth["sides"] if side["role"] == "remarks")
    assert "本卷共99页。" in remarks["text_lines"]
    assert truth["items"][-1]["last_page"] < 99
    assert [record["kind"] for record in truth["planted"]] == ["count_mismatch"]


def test_catalogue_mismatch_is_said_by_facts_and_catalogue(tmp_path: Path) -> None:
    made = build_dossier(spec_of("catalogue_mismatch=2", sides=20), tmp_path)
    truth = truth_of(made)
    facts = json.loads((made / "facts.json").read_text(encoding="utf-8"))
    item = truth["items"][1]
    assert facts["catalogue"][1]["pages"] == [item["first_page"], item["last_page"] + 1]
    catalogue = next(side for side in truth["sides"] if side["role"] == "catalogue")
    assert f"{item['first_page']}-{item['last_page'] + 1}" in catalogue["text_lines"]
    assert truth["planted"][0]["item"] == 2


def test_image_faults_show_in_the_pictures(tmp_path: Path) -> None:
    faults = (
        "orientation=5:90",
        "skew=6:5",
        "too_dark=7",
        "too_light=9",
        "low_contrast=11",
        "black_border=13",
        "low_resolution=15",
        "unreadable=17",
    )
    made = build_dossier(spec_of(*faults, sides=20), tmp_path / "bad")
    sound = build_dossier(spec_of(sides=20), tmp_path / "good")
    truth = truth_of(made)
    assert [record["kind"] for record in truth["planted"]] == [
        fault.partition("=")[0] for fault in faults
    ]
    for record, fault in zip(truth["planted"], faults, strict=True):
        position = int(fault.partition("=")[2].partition(":")[0])
        assert record["positions"] == [position]
        assert truth["sides"][position - 1]["faults"] == [record["kind"]]

    def picture(folder: Path, position: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
        with Image.open(folder / "sides" / f"{position:05d}.jpg") as image:
            return np.asarray(image.convert("L"))

    turned, upright = picture(made, 5), picture(sound, 5)
    assert turned.shape == upright.shape[::-1]
    assert truth["sides"][4]["turn"] == 90
    set_upright = np.rot90(turned, -1).astype(int)
    assert np.abs(set_upright - upright.astype(int)).mean() < 4.0
    assert truth["sides"][5]["skew_deg"] == 5.0
    assert picture(made, 7).mean() < 110
    assert picture(made, 9).min() > 150
    assert picture(made, 11).std() < 20
    border = picture(made, 13)
    assert (np.concatenate([border[:, :8].ravel(), border[:, -8:].ravel()]) < 40).mean() > 0.4
    assert truth["sides"][14]["width"] < 800
    with pytest.raises(UnidentifiedImageError):
        Image.open(made / "sides" / "00017.jpg").load()


def test_a_skewed_side_is_tilted_clockwise(tmp_path: Path) -> None:
    made = build_dossier(spec_of("skew=3:4", sides=14), tmp_path)
    with Image.open(made / "sides" / "00003.jpg") as image:
        grey = np.asarray(image.convert("L"))
    edges = cv2.Canny(grey, 60, 160)
    lines = cv2.HoughLinesP(edges, 1, np.pi / 1440, 80, minLineLength=300, maxLineGap=6)
    assert lines is not None
    angles = [
        np.degrees(np.arctan2(y1 - y0, x1 - x0))
        for x0, y0, x1, y1 in lines.reshape(-1, 4)
        if abs(x1 - x0) > abs(y1 - y0)
    ]
    assert np.median(angles) == pytest.approx(4.0, abs=0.35)


@pytest.mark.parametrize(
    "fault",
    ["missing_page=400", "orientation=400:90", "catalogue_mismatch=90", "wrong_order=2,300"],
)
def test_a_fault_where_nothing_is_is_refused(fault: str) -> None:
    with pytest.raises(BadInput) as raised:
        plant(spec_of(fault))
    assert raised.value.code == "PAP-203"


@pytest.mark.parametrize(
    "text", ["torn=3", "missing_page", "missing_page=1,2", "orientation=4:45", "wrong_order=3"]
)
def test_a_fault_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(BadInput) as raised:
        parse_fault(text)
    assert raised.value.code == "PAP-201"


def test_faults_are_read_as_written() -> None:
    assert parse_fault("skew=6:-4.5") == PlantedFault(kind="skew", numbers=(6,), value=-4.5)
    assert parse_fault("wrong_order=4,7") == PlantedFault(kind="wrong_order", numbers=(4, 7))
    assert parse_fault("duplicate_page=9:later").mode == "later"


def test_two_stray_sheets_do_not_say_the_same() -> None:
    _, sides, _ = plant(spec_of("extra_page=2", "extra_page=5", "extra_page=9"))
    texts = [side.draft.text_lines for side in sides if side.tags and side.draft]
    assert len(set(texts)) == 3
