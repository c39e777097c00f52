"""Later material of an archived dossier: three people, a new version, and nothing old is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.domain.locker_codes import shelf_text
from app.domain.slips import volume_text
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.tracks.archive_desk import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    JUDGE,
    OPERATOR,
    PAGES,
    SECOND,
    Archive,
    TurnedClock,
    code_of,
    seal_and_package,
)

SHELF = shelf_text("A库-03列-02节-4层-07盒-01")
ASKED: dict[str, Any] = {
    "content": "执行完毕通知书",
    "part": "main",
    "pages": 1,
    "department": "民一庭",
    "judge": "庭长丁",
    "submitter": "书记员丙",
    "submitted_on": "2026-11-20",
    "reason": "归档后送达",
}


@pytest.fixture
def archived(desk: Workstation) -> Workstation:
    """Both tracks closed."""
    desk.submit(ARCHIVIST, CASE_NO, "archive")
    volume = volume_text(CASE_NO, "main", 1)
    assert desk.shelve_volume(ARCHIVIST, volume, SHELF, pages=PAGES).accessioned
    return desk


def asked(desk: Workstation, **changes: Any) -> str:
    return desk.ask_addition(CLERK, CASE_NO, **{**ASKED, **changes}).id


def approved(desk: Workstation) -> str:
    addition = asked(desk)
    desk.approve_addition(JUDGE, addition)
    return desk.approve_addition(ARCHIVIST, addition, "同意").id


def opened(desk: Workstation) -> str:
    addition = approved(desk)
    assert desk.open_addition(ARCHIVIST, addition).state == "open"
    return addition


def later_page(folder: Path, pool: ReplayPool, page: tuple[str, int]) -> str:
    """A stack with one new page."""
    stack = Dossier(folder / f"补 {page[0]}")
    stack.add("1.jpg", page)
    pool.dossiers.append(stack)
    return f"folder:{stack.folder}"


def test_it_takes_three_people(archived: Workstation) -> None:
    addition = asked(archived)
    approve = archived.approve_addition
    assert code_of(approve, ARCHIVIST, addition) == "ADD-103"
    own = archived.ask_addition(JUDGE, CASE_NO, **ASKED)
    assert code_of(approve, JUDGE, own.id) == "ADD-104"
    row = approve(JUDGE, addition, "情况属实")
    assert (row.state, row.approvals[0]["role"]) == ("department_approved", "department")
    assert code_of(approve, JUDGE, addition) == "ADD-103"
    twice = archived.ask_addition(ARCHIVIST, CASE_NO, **ASKED).id
    approve(JUDGE, twice)
    assert code_of(approve, ARCHIVIST, twice) == "ADD-104"
    assert approve(SECOND, twice).state == "approved"
    row = approve(ADMINISTRATOR, addition)
    assert [entry["person"] for entry in row.approvals] == [JUDGE.name, ADMINISTRATOR.name]
    assert code_of(approve, ADMINISTRATOR, addition) == "DOS-101"
    assert code_of(archived.open_addition, JUDGE, addition) == "ACC-101"
    assert code_of(archived.open_addition, ARCHIVIST, own.id) == "DOS-101"
    assert code_of(approve, JUDGE, "addition_none") == "ADD-105"
    (first, *_rest) = archived.additions(CASE_NO)
    assert (first.content, first.department, first.submitted_on) == (
        "执行完毕通知书",
        "民一庭",
        "2026-11-20",
    )


def test_it_may_be_refused_with_a_reason(archived: Workstation) -> None:
    addition = asked(archived)
    assert code_of(archived.refuse_addition, JUDGE, addition, " ") == "ADD-106"
    assert code_of(archived.refuse_addition, CLERK, addition, "不属本卷") == "ADD-103"
    row = archived.refuse_addition(JUDGE, addition, "不属本卷")
    assert (row.state, row.refused_by, row.refusal) == ("refused", JUDGE.name, "不属本卷")
    assert archived.additions(open_only=True) == []
    assert archived.archive_queue() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content", " "),
        ("part", "附卷"),
        ("pages", 0),
        ("submitted_on", "昨天"),
        ("reason", ""),
    ],
)
def test_an_application_says_everything(archived: Workstation, field: str, value: Any) -> None:
    facts = {**ASKED, field: value}
    assert code_of(archived.ask_addition, CLERK, CASE_NO, **facts) == "ADD-102"


def test_only_what_is_archived_gets_later_material(desk: Workstation) -> None:
    assert code_of(desk.ask_addition, CLERK, CASE_NO, **ASKED) == "ADD-101"


def test_it_goes_in_as_a_new_version_of_both_tracks(
    archived: Workstation,
    pool: ReplayPool,
    tmp_path: Path,
    archive: Archive,
    clock: TurnedClock,
) -> None:
    before = [side.id for side in archived.sides(CASE_NO)]
    addition = opened(archived)
    assert archived.additions(CASE_NO)[0].version == 2
    (row,) = archived.archive_queue()
    assert (row.state, row.blocker["code"], row.turn) == (
        "catalogued",
        "addition_open",
        "operator",
    )
    archived.scan(OPERATOR, CASE_NO, later_page(tmp_path, pool, ("执行完毕通知书", 4)))
    clock.turn(minutes=1)
    seal_and_package(archived)
    assert [side.id for side in archived.sides(CASE_NO)][: len(before)] == before
    # The receipt of the first version closes nothing, and neither does its paper.
    assert archived.tracks(CASE_NO).electronic["state"] == "open"
    archived.submit(ARCHIVIST, CASE_NO, "archive")
    view = archived.tracks(CASE_NO)
    assert (view.verdict, view.state) == ("rescan_check", "submitted")
    (row,) = archived.additions(CASE_NO)
    assert (row.id, row.state) == (addition, "closed")
    volume = volume_text(CASE_NO, "main", 1)
    assert archived.shelve_volume(ARCHIVIST, volume, SHELF, pages=PAGES + 1).accessioned
    assert [attempt.state for attempt in archived.attempts(CASE_NO)] == ["receipted"] * 4
    assert [row.version for row in archived.transfers()] == [1, 2]


def test_what_was_archived_can_be_neither_changed_nor_lost(
    archived: Workstation, pool: ReplayPool, tmp_path: Path
) -> None:
    opened(archived)
    sides = archived.sides(CASE_NO)
    first = sides[0]
    change = archived.turn_side
    assert code_of(change, ADMINISTRATOR, first.id, 90) == "ADD-107"
    assert code_of(archived.set_role, ADMINISTRATOR, first.id, "cover") == "ADD-107"
    source = later_page(tmp_path, pool, ("民事起诉状", 1))
    archived.rescan(OPERATOR, CASE_NO, [1], source, whole_sheet=False)
    archived.examine_held(CASE_NO)
    (batch,) = archived.held(CASE_NO)
    accept = archived.accept_held
    assert code_of(accept, OPERATOR, CASE_NO, batch.batch, although="字迹浅") == "ADD-107"
    assert [side.id for side in archived.sides(CASE_NO)] == [side.id for side in sides]


def test_new_sides_may_be_put_in_anywhere_and_changed(
    archived: Workstation, pool: ReplayPool, tmp_path: Path
) -> None:
    opened(archived)
    before = [side.id for side in archived.sides(CASE_NO)]
    source = later_page(tmp_path, pool, ("送达回证", 9))
    archived.insert_here(OPERATOR, CASE_NO, 2, source)
    archived.examine_held(CASE_NO)
    (batch,) = archived.held(CASE_NO)
    archived.accept_held(OPERATOR, CASE_NO, batch.batch)
    after = archived.sides(CASE_NO)
    assert [side.id for side in after if side.id in before] == before
    (new,) = [side for side in after if side.id not in before]
    assert new.position == 3
    archived.turn_side(ADMINISTRATOR, new.id, 90)
    assert archived.undo(ADMINISTRATOR, CASE_NO)


def test_earlier_edits_of_archived_sides_are_not_taken_back(
    desk: Workstation, clock: TurnedClock
) -> None:
    desk.return_dossier(ARCHIVIST, CASE_NO, "转正一页")
    side = desk.sides(CASE_NO)[0]
    desk.turn_side(ADMINISTRATOR, side.id, 90)
    clock.turn(minutes=1)
    seal_and_package(desk)
    sent = desk.submit(ARCHIVIST, CASE_NO, "archive")
    pages = sent.electronic["receipt"]["pages"]
    volume = volume_text(CASE_NO, "main", 1)
    assert desk.shelve_volume(ARCHIVIST, volume, SHELF, pages=pages).accessioned
    opened(desk)
    assert code_of(desk.undo, ADMINISTRATOR, CASE_NO) == "ADD-107"


def test_one_addition_at_a_time(archived: Workstation) -> None:
    second = approved(archived)
    opened(archived)
    assert code_of(archived.open_addition, ARCHIVIST, second) == "ADD-101"
