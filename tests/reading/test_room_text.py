"""Searching the granted text, and bookmarks and notes of the reader."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.domain.access import ADMINISTRATOR, Actor
from app.domain.dossier import Side
from app.services import reading_masks
from app.services.ports import Transaction
from tests.reading.hall import IDENTITY, Hall, refused

ADMIN = Actor(name="管理员", role=ADMINISTRATOR)


def test_a_search_finds_words_of_granted_pages_alone_in_their_order(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant(pages=(1, 3, 4, 9)))
    hits = desk.search(session.grant, "借款合同")
    assert [hit.page_number for hit in hits] == [3, 3]
    assert [hit.snippet for hit in hits] == ["借款合同有效，借款合同应当履行。"] * 2
    assert desk.search(session.grant, "秘密意见") == ()
    assert desk.search(session.grant, "空白面") == ()
    assert desk.search(session.grant, "没有页号") == ()
    assert [row["words"] for row in hall.audit("reader_searched")] == [
        "借款合同",
        "秘密意见",
        "空白面",
        "没有页号",
    ]
    assert hall.audit("reader_searched")[0]["pages"] == [3]


def test_hits_lie_where_the_words_stand(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    first, second = desk.search(session.grant, "借款合同")[1:3]
    (box,), (other,) = first.boxes, second.boxes
    assert box[0] == pytest.approx(60 / 600)
    assert other[0] > box[2], "the second stands behind the first on the same line"
    assert box[1::2] == other[1::2] == (pytest.approx(140 / 848), pytest.approx(180 / 848))


def test_spaces_width_case_and_ends_of_lines_do_not_matter(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    assert [hit.page_number for hit in desk.search(session.grant, "copy 银行")] == [2]
    (across,) = desk.search(session.grant, "借款贰 拾万元")
    assert len(across.boxes) == 2, "one box on each of the two lines"
    assert across.boxes[0][3] <= across.boxes[1][1]
    assert desk.search(session.grant, "  \u200b ") == ()
    assert desk.search(session.grant, "借" * 101) == ()
    assert desk.search(session.grant, "借" * 3_000_000) == ()


def test_what_is_covered_is_not_found(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    assert [hit.page_number for hit in desk.search(session.grant, IDENTITY)] == [1], "not masked"
    desk, session = hall.enter(hall.grant(masked=True))
    for words in (IDENTITY, IDENTITY[:6], IDENTITY[10:], "×", "××××", "\0"):
        assert desk.search(session.grant, words) == (), words
    (hit,) = desk.search(session.grant, "公民身份号码")
    assert IDENTITY[6:14] not in hit.snippet
    assert len(desk.search(session.grant, "借款合同")) == 3


@pytest.mark.parametrize("masked", [False, True])
def test_what_was_read_of_a_page_is_fetched_once_in_a_visit(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, masked: bool
) -> None:
    """It holds a box for each character: fetching it is nearly all that a search takes."""
    fetched: list[str] = []
    fetch = reading_masks._lines

    def noted(tx: Transaction, side: Side, **options: bool) -> Iterator[Any]:
        fetched.append(side.id)
        return fetch(tx, side, **options)

    desk, session = hall.enter(hall.grant(masked=masked))
    monkeypatch.setattr(reading_masks, "_lines", noted)
    assert desk.search(session.grant, "借款合同")
    assert len(fetched) == len(set(fetched)) > 0
    before = len(fetched)
    assert desk.search(session.grant, "借款合同")
    assert len(fetched) == before


def test_a_page_that_is_covered_as_a_whole_has_no_text(hall: Hall) -> None:
    hall.change_side("side_5", recognised="")
    desk, session = hall.enter(hall.grant(masked=True))
    assert [hit.page_number for hit in desk.search(session.grant, "借款合同")] == [2]
    desk, session = hall.enter(hall.grant(masked=True, details={"cleared_pages": [3]}))
    assert [hit.page_number for hit in desk.search(session.grant, "借款合同")] == [2, 3, 3]


def test_text_of_a_page_is_given_where_the_court_lets_it_be_marked(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    assert refused(desk.lines, session.grant, 1).code == "RDR-114"
    assert hall.audit("page_text_read") == []
    hall.work.set_reading_settings(ADMIN, text_selection=True)
    lines = desk.lines(session.grant, 1)
    assert lines[0].text == "民事起诉状"
    assert [row["page"] for row in hall.audit("page_text_read")] == [1]
    assert refused(desk.lines, session.grant, 9).code == "RDR-106"


def test_the_keyboard_offers_words_of_granted_pages_first(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant(pages=(5,)))
    assert "终审判决" in desk.suggest(session.grant, "zhongshenpanjue")
    assert "亓官瑀蓁" not in desk.suggest(session.grant, "qiguanyuzhen")


def test_marks_belong_to_the_grant_and_stay_for_its_next_visit(hall: Hall) -> None:
    code = hall.grant()
    desk, session = hall.enter(code)
    mark = desk.add_mark(session.grant, 1, "bookmark")
    note = desk.add_mark(session.grant, 3, "note", " 再看\n第二段 ", (0.1, 0.2, 0.5, 0.25))
    assert note.text == "再看\n第二段"
    hall.room.sign_out(session.visit, "reader")
    desk, session = hall.enter(code)
    assert desk.marks(session.grant) == (mark, note)
    desk.remove_mark(session.grant, mark.id)
    desk.remove_mark(session.grant, mark.id)
    assert desk.marks(session.grant) == (note,)
    assert [row["page"] for row in hall.audit("reader_mark_removed")] == [1]
    assert "第二段" not in str(hall.audit("reader_mark_added")), "what she wrote is hers"
    hall.change_grant(withheld=(3,))
    assert desk.marks(session.grant) == (), "the page is no longer granted"


BAD_MARKS: dict[str, tuple[Any, ...]] = {
    "unknown kind": ("highlight", "x", None),
    "empty note": ("note", "  ", None),
    "long note": ("note", "长" * 501, None),
    "control character": ("note", "a\x1b[2J", None),
    "half a surrogate pair": ("note", "\ud800", None),
    "direction override": ("note", "\u202egnp.exe", None),
    "box outside": ("note", "x", (0.5, 0.5, 1.2, 0.8)),
    "box turned over": ("note", "x", (0.5, 0.5, 0.2, 0.8)),
    "box of nothing": ("note", "x", (math.nan, 0.1, 0.2, 0.3)),
    "box of three": ("note", "x", (0.1, 0.1, 0.2)),
    "text as a number": ("note", 7, None),
}


@pytest.mark.parametrize("case", BAD_MARKS)
def test_what_is_no_mark_is_refused(shared_hall: Hall, case: str) -> None:
    desk, session = shared_hall.enter(shared_hall.grant())
    assert refused(desk.add_mark, session.grant, 1, *BAD_MARKS[case]).code == "RDR-115"
    assert desk.marks(session.grant) == ()


def test_nothing_of_a_visit_lies_in_the_data_folder_but_rows(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    hall.view(desk, session, 5)
    before = _files(hall.context.folders.root)
    hall.view(desk, session, 1)
    desk.thumbnail(session.grant, 2)
    desk.search(session.grant, "借款")
    after = _files(hall.context.folders.root)
    assert {path.name for path in after - before} == set()


def _files(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.is_file()}
