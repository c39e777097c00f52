"""Two sides that look alike: one sheet scanned twice, or one form filled in twice."""

from __future__ import annotations

from typing import Any

from app.domain.dossier import Recognised
from app.services.twins import same_sheet

FORM = ["送达回证", "案号：（2023）辽0899民初55号", "受送达人：张建国", "送达地点：北河市人民法院"]


def reading(lines: list[str], number: int | None = None, confidence: float = 0.99) -> Recognised:
    numbers: tuple[dict[str, Any], ...] = ()
    if number is not None:
        numbers = ({"value": number, "confidence": 0.97},)
    return Recognised(
        id="r",
        dossier_id="d",
        side_id="s",
        engine="replay",
        text="\n".join(lines),
        tree={
            "width": 1000,
            "height": 1400,
            "lines": [
                {"text": line, "confidence": confidence, "box": [100, 100 * i, 600, 100 * i + 40]}
                for i, line in enumerate(lines)
            ],
        },
        numbers=numbers,
    )


def test_the_same_text_is_one_sheet() -> None:
    assert same_sheet(reading(FORM), reading(FORM))


def test_another_name_in_the_form_is_another_sheet() -> None:
    other = [*FORM[:2], "受送达人：李明华", FORM[3]]
    assert not same_sheet(reading(FORM), reading(other))


def test_a_name_that_stands_alone_in_its_line_counts() -> None:
    first, second = [*FORM, "张建国"], [*FORM, "李明华"]
    assert not same_sheet(reading(first), reading(second))


def test_another_clear_number_is_another_sheet() -> None:
    assert not same_sheet(reading(FORM, 7), reading(FORM, 8))
    assert same_sheet(reading(FORM, 7), reading(FORM, 7))


def test_one_misread_character_is_reading_noise() -> None:
    noisy = [FORM[0], "案号：（2023）辽0899民初56号", *FORM[2:]]
    assert same_sheet(reading(FORM), reading(noisy))


def test_weakly_read_lines_decide_nothing() -> None:
    other = [*FORM[:2], "受送达人：李明华", FORM[3]]
    assert same_sheet(reading(FORM), reading(other, confidence=0.6))


def test_without_text_the_picture_decides() -> None:
    assert same_sheet(None, reading(FORM))
