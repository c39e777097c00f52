"""Where on the picture something is covered, and what is told of a page nobody could read."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.dossier import Side
from app.services.reading_masks import WHOLE, page_boxes, page_lines, unread

SECRET = "电话13812345678"


def side(**facts: Any) -> Side:
    return Side(
        **{
            "id": "side_1",
            "dossier_id": "dossier_1",
            "batch_id": "batch_1",
            "master": "m",
            "frame": 0,
            "position": 1,
            "sheet": 1,
            "face": "front",
            "recognised": "done",
            "picture": "p",
            **facts,
        }
    )


def line(text: str, top: float, kind: str = "print", *, characters: bool = True) -> dict[str, Any]:
    """A line of characters of ten pixels, from the left edge of the page."""
    return {
        "text": text,
        "box": [0, top, 10 * max(8, len(text)), top + 10],
        "characters": [
            [sign, 1.0, [10 * place, top, 10 * place + 10, top + 10]]
            for place, sign in enumerate(text)
            if characters and not sign.isspace()
        ],
        "kind": kind,
    }


def reads(*lines: dict[str, Any], needs: tuple[dict[str, Any], ...] = ()) -> Any:
    """A transaction that knows the text of this one page of 200 by 400 pixels."""
    tree = {"width": 200, "height": 400, "orientation": 0, "lines": list(lines)}
    recognised = SimpleNamespace(tree=tree, fields={"needs_person": needs})
    return SimpleNamespace(recognised=SimpleNamespace(first=lambda **_: recognised))


def covers(box: tuple[float, ...], inner: tuple[float, ...]) -> bool:
    return (
        box[0] <= inner[0] + 1e-6
        and box[1] <= inner[1] + 1e-6
        and box[2] >= inner[2] - 1e-6
        and box[3] >= inner[3] - 1e-6
    )


def test_the_number_is_covered_and_not_its_label() -> None:
    (box,) = page_boxes(reads(line(SECRET, 40)), side())
    assert covers(box, (0.1, 0.1, 0.65, 0.125))
    assert box[0] > 0.08


@pytest.mark.parametrize(
    ("turn", "inner"),
    [
        (90, (0.875, 0.1, 0.9, 0.65)),
        (180, (0.35, 0.875, 0.9, 0.9)),
        (270, (0.1, 0.35, 0.125, 0.9)),
    ],
)
def test_the_box_turns_with_the_page(turn: int, inner: tuple[float, ...]) -> None:
    (box,) = page_boxes(reads(line(SECRET, 40)), side(turn=turn))
    assert covers(box, inner)


def test_the_box_follows_a_crop() -> None:
    (box,) = page_boxes(reads(line(SECRET, 40)), side(recipe={"crop": [0, 20, 200, 220]}))
    assert covers(box, (0.1, 0.1, 0.65, 0.15))


def test_the_whole_line_is_covered_where_characters_have_no_place() -> None:
    (box,) = page_boxes(reads(line(SECRET, 40, characters=False)), side())
    assert covers(box, (0.0, 0.1, 0.65, 0.125))


def test_what_is_covered_is_absent_from_the_text() -> None:
    tx = reads(line(SECRET, 40), line("原告诉称", 60))
    assert [row.text for row in page_lines(tx, side(), masked=True)] == [
        "电话×××××××××××",
        "原告诉称",
    ]
    assert page_lines(tx, side(), masked=False)[0].text == SECRET


def test_handwriting_is_covered_unless_the_approver_let_it_pass() -> None:
    tx = reads(
        line("原告诉称，被告未还款", 40),
        line("请求判令被告返还借款", 60),
        line("以及利息和全部诉讼费", 80),
        line("", 100, "handwriting"),
    )
    (box,) = page_boxes(tx, side())
    assert covers(box, (0.0, 0.25, 0.4, 0.275))
    assert page_boxes(tx, side(), cleared=True) == ()


def test_a_place_whose_text_was_lost_is_covered() -> None:
    lines = [line("原告诉称，被告未还款的事实属实", top) for top in range(40, 300, 20)]
    need = {"reason": "truncated", "box": [0, 390, 200, 400]}
    (box,) = page_boxes(reads(*lines, needs=(need,)), side())
    assert covers(box, (0.0, 0.975, 1.0, 1.0))


@pytest.mark.parametrize(
    ("page", "facts"),
    [
        (reads(), {}),
        (reads(line("", 40, "handwriting")), {}),
        (reads(line("原告诉称", 40)), {"recognised": "failed"}),
        (reads(line("原告诉称", 40)), {"recognised": ""}),
        (reads(line("原告诉称", 40)), {"fault": "IMG-101"}),
    ],
)
def test_a_page_without_text_to_go_by_is_covered_as_a_whole(
    page: Any, facts: dict[str, Any]
) -> None:
    assert unread(page, side(**facts))
    assert page_boxes(page, side(**facts)) == (WHOLE,)


def test_a_blank_page_covers_nothing() -> None:
    assert page_boxes(reads(), side(blank=True, recognised="blank")) == ()
