"""Blank or written, by both faces of a sheet."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.faces_asking import ask_faces, judged
from ocr.faces_between import seen_between
from ocr.image.limits import Limits, limits_from
from ocr.image.load import load_reduced
from ocr.image.view import WORK_DPI, view_of
from ocr.inspection import examine
from tests.inspection import sheets
from tests.inspection.sheets import Pixels

Saved = Callable[[str, Pixels], str]


@pytest.fixture
def keep(tmp_path: Path) -> Saved:
    def save(name: str, page: Pixels) -> str:
        path = tmp_path / f"{name}.jpg"
        Image.fromarray(np.ascontiguousarray(page[:, :, ::-1])).save(
            path, quality=80, dpi=(sheets.DPI, sheets.DPI)
        )
        return str(path)

    return save


def is_blank(back: str, front: str | None, blank: bool) -> bool:
    others = [(front, 0)] if front else []
    return judged(load_reduced(Path(back), 0, WORK_DPI), blank, others, Limits())[0]


@pytest.mark.parametrize("turned", [False, True], ids=["upright", "upside down"])
def test_what_follows_the_other_face_is_none_of_this_one(keep: Saved, turned: bool) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.9)))
    back = keep("back", sheets.scanned((sheets.through(ink, turned=turned), 0.4)))
    assert is_blank(back, front, blank=False)
    assert is_blank(back, front, blank=True)


def test_a_pencil_note_over_it_is_writing(keep: Saved) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.9)))
    back = keep(
        "back", sheets.scanned((sheets.through(ink), 0.2), (sheets.note_ink(), 0.4), seed=2)
    )
    assert not is_blank(back, front, blank=False)


def test_a_smeared_note_over_it_is_writing(keep: Saved) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.9)))
    note = sheets.smeared(sheets.note_ink(), 0.4)
    back = keep("back", sheets.scanned((sheets.through(ink), 0.15), (note, 0.6)))
    assert not is_blank(back, front, blank=True)


def test_pale_smeared_print_of_its_own_is_writing(keep: Saved) -> None:
    front = keep("front", sheets.scanned((sheets.text_ink(1), 0.9)))
    own = sheets.smeared(sheets.text_ink(2), 0.4)
    back = keep("back", sheets.scanned((own, 0.5)))
    assert not is_blank(back, front, blank=True)


def test_a_few_lines_that_paled_nearly_away_are_writing(keep: Saved) -> None:
    front = keep("front", sheets.scanned((sheets.text_ink(1), 0.9)))
    own = sheets.smeared(sheets.text_ink(2, lines=4), 0.15)
    back = keep("back", sheets.scanned((own, 0.12)))
    assert not is_blank(back, front, blank=True)


def test_a_pale_form_on_the_back_of_the_same_form_is_written(keep: Saved) -> None:
    front = keep("front", sheets.scanned((sheets.table_ink(1), 0.9)))
    back = keep("back", sheets.scanned((sheets.smeared(sheets.table_ink(2), 0.2), 0.3)))
    assert not is_blank(back, front, blank=True)


def test_smeared_marks_without_another_face_are_for_a_person(keep: Saved) -> None:
    back = keep("back", sheets.scanned((sheets.through(sheets.text_ink(1)), 0.25)))
    assert not is_blank(back, None, blank=True)
    assert is_blank(keep("empty", sheets.scanned()), None, blank=True)


def test_nobody_asks_about_ink_that_is_dark_enough(keep: Saved) -> None:
    back = keep("back", sheets.scanned((sheets.note_ink(), 0.95)))
    assert not is_blank(back, "there is no such file", blank=False)


def asked(back: str, front: str, blank: bool, folder: Path) -> dict[str, Any]:
    question = {
        "side": "s",
        "key": 7.0,
        "path": back,
        "frame": 0,
        "blank": blank,
        "turn": 0,
        "others": [[front, 0]],
    }
    (answer,) = ask_faces([question], {}, str(folder))
    return answer


def test_a_side_found_blank_bears_blank_and_bleed_through(keep: Saved, tmp_path: Path) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.95)))
    back = keep("back", sheets.scanned((sheets.through(ink), 0.42)))
    assert not examine(back, 0)["blank"], "so dark it may be ink of this face"
    answer = asked(back, front, False, tmp_path)
    assert answer["blank"]
    assert answer["strength"] == pytest.approx(0.42, abs=0.08)
    codes = {finding["code"] for finding in answer["examination"]["findings"]}
    assert {"blank", "bleed_through"} <= codes
    assert not codes & {"skew", "orientation", "blur", "too_light", "cut_off"}


def test_an_answer_that_changes_nothing_examines_nothing(keep: Saved, tmp_path: Path) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.9)))
    back = keep("back", sheets.scanned((sheets.through(ink), 0.1)))
    answer = asked(back, front, True, tmp_path)
    assert (answer["blank"], answer["key"], answer["examination"]) == (True, 7.0, None)


def test_a_damaged_picture_changes_nothing(keep: Saved, tmp_path: Path) -> None:
    front = keep("front", sheets.scanned((sheets.text_ink(1), 0.9)))
    back = tmp_path / "back.jpg"
    back.write_bytes(Path(front).read_bytes()[:900])
    assert asked(str(back), front, True, tmp_path)["blank"]


def test_marks_between_writing_are_told_by_the_other_face() -> None:
    front, behind, strange = sheets.text_ink(1), sheets.text_ink(2, top=174), sheets.text_ink(3)
    page = sheets.scanned((front, 0.9), (sheets.through(behind), 0.3))
    limits = limits_from(None)
    seen = seen_between(view_of(page, sheets.DPI), view_of(sheets.scanned((behind, 0.9)), 150))
    assert seen.shines_through(limits)
    assert 0.15 < seen.share < 0.45
    other = seen_between(view_of(page, sheets.DPI), view_of(sheets.scanned((strange, 0.9)), 150))
    assert not other.shines_through(limits)


def _folded(page: Pixels) -> Pixels:
    """The page with its lower left corner folded over onto it."""
    marked = page.copy()
    height = page.shape[0]
    wide, high = 150, 110
    away = 2 * wide * high / (wide**2 + high**2)
    tip = (round(away * high), height - round(away * wide))
    ends = [(wide, height), (0, height - high)]
    cv2.fillPoly(marked, [np.array([ends[0], tip, ends[1]])], (236, 236, 234))
    cv2.polylines(marked, [np.array([ends[0], tip, ends[1]])], True, (150, 150, 150), 2)
    cv2.fillPoly(marked, [np.array([(0, height), *ends])], (120, 120, 120))
    return marked


@pytest.mark.parametrize("blank", [False, True])
def test_a_folded_corner_is_no_writing_whatever_the_other_face_is(keep: Saved, blank: bool) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.9)))
    back = keep("back", _folded(sheets.scanned((sheets.through(ink), 0.12))))
    assert examine(back, 0)["blank"]
    assert is_blank(back, front, blank)


def test_a_streak_down_an_empty_face_is_no_writing(keep: Saved) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.9)))
    page = sheets.scanned((sheets.through(ink), 0.12))
    page[:, 700:703] = (page[:, 700:703] * 0.82).astype(np.uint8)
    assert is_blank(keep("back", page), front, blank=True)


def test_hairlines_of_the_other_face_are_known_as_well(keep: Saved) -> None:
    image = np.zeros((sheets.HEIGHT, sheets.WIDTH), np.uint8)
    for row in range(30):
        cv2.putText(
            image,
            "abcdefg hijk lmno pq rstu"[row % 9 :],
            (150, 200 + 48 * row),
            cv2.FONT_HERSHEY_SIMPLEX,
            0.6,
            180,
            1,
            cv2.LINE_AA,
        )
    front = keep("front", sheets.scanned((image, 0.9)))
    back = keep("back", sheets.scanned((sheets.through(image), 0.5)))
    assert is_blank(back, front, blank=True)


@pytest.mark.parametrize(("degrees", "aside"), [(7.0, 0), (0.5, 150)])
def test_a_face_that_was_scanned_askew_or_aside_is_known(
    keep: Saved, degrees: float, aside: int
) -> None:
    ink = sheets.text_ink(1)
    front = keep("front", sheets.scanned((ink, 0.9)))
    seen = np.roll(sheets.through(ink, degrees=degrees), aside, axis=1)
    back = keep("back", sheets.scanned((seen, 0.4)))
    assert is_blank(back, front, blank=False)


def test_pale_print_whose_own_back_shows_it_is_written(keep: Saved) -> None:
    ink = sheets.smeared(sheets.text_ink(1), 0.12)
    front = keep("front", sheets.scanned((ink, 0.16)))
    back = keep("back", sheets.scanned((sheets.through(sheets.text_ink(1)), 0.25)))
    assert not is_blank(front, back, blank=False)
