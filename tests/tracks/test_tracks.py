"""Both tracks of a real dossier: shelving by scans, counts that differ, modes, reminders."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.locker_codes import shelf_text, shelf_ticket
from app.domain.slips import slip_text, volume_text, volume_ticket
from app.services.workstation import Workstation
from tests.replay import CASE_NO
from tests.tracks.archive_desk import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    OPERATOR,
    PAGES,
    SECOND,
    SHELF,
    TurnedClock,
    actions,
    code_of,
)

LABEL = "A库-03列-02节-4层-07盒-01"
VOLUME = volume_text(CASE_NO, "main", 1)


def submitted(desk: Workstation) -> Workstation:
    desk.submit(ARCHIVIST, CASE_NO, "archive")
    return desk


def two_scans(desk: Workstation, actor: Any = ARCHIVIST, pages: int = PAGES) -> Any:
    return desk.shelve_volume(actor, VOLUME, shelf_text(LABEL), pages=pages)


def test_two_scans_and_a_count_close_both_tracks(desk: Workstation) -> None:
    view = two_scans(submitted(desk))
    assert (view.verdict, view.accessioned) == ("closed", True)
    assert view.paper["location"] == LABEL
    (counted,) = view.paper["receipt"]["counts"]
    assert (counted["part"], counted["volume"], counted["pages"]) == ("main", 1, PAGES)
    assert desk.custody_ledger(CASE_NO)[0].place == LABEL
    assert actions(desk)[-3:] == ["paper_volume_shelved", "paper_shelved", "accessioned"]
    assert desk.archive_queue() == []
    (row,) = desk.archive_queue(open_only=False)
    assert (row.electronic, row.paper, row.blocker, row.turn) == ("receipted", "shelved", {}, "")


def test_either_order_and_bars_do_as_well(desk: Workstation) -> None:
    submitted(desk)
    desk.print_shelf_labels(ARCHIVIST, ["A库/3/2/4/7/1"], desk._context.folders.root / "架.pdf")
    view = desk.shelve_volume(
        ARCHIVIST, shelf_ticket(LABEL), volume_ticket(CASE_NO, "main", 1), pages=PAGES
    )
    assert view.accessioned


@pytest.mark.parametrize(
    ("volume", "shelf", "code"),
    [
        (VOLUME, VOLUME, "CUS-103"),
        (shelf_text(LABEL), shelf_text(LABEL), "CUS-102"),
        (volume_text(CASE_NO, "main", 9), shelf_text(LABEL), "CUS-102"),
        (volume_text("（2021）辽0899民初1号", "main", 1), shelf_text(LABEL), "CST-102"),
        ("随手一写", shelf_text(LABEL), "CST-101"),
    ],
)
def test_scans_that_name_no_volume_or_shelf_move_nothing(
    desk: Workstation, volume: str, shelf: str, code: str
) -> None:
    assert code_of(desk.shelve_volume, ARCHIVIST, volume, shelf, pages=1) == code
    assert actions(desk) == []


def test_the_case_that_was_named_must_be_that_of_the_label(desk: Workstation) -> None:
    other = "（2021）辽0899民初1号"
    desk.register_case(ADMINISTRATOR, {"case_no": other})
    shelf = shelf_text(LABEL)
    call: dict[str, Any] = {"pages": 1, "case_no": other}
    assert code_of(desk.shelve_volume, ARCHIVIST, VOLUME, shelf, **call) == "CUS-104"
    assert code_of(desk.shelve_volume, OPERATOR, VOLUME, shelf, pages=1) == "ACC-101"
    assert code_of(desk.shelve_volume, ARCHIVIST, VOLUME, shelf, pages=-1) == "DOS-111"
    # The slip of a case with a single volume names that volume.
    assert desk.shelve_volume(ARCHIVIST, slip_text(CASE_NO), shelf, pages=PAGES).paper["receipt"]


def test_counts_that_differ_stop_both_tracks_until_another_person_signs(
    desk: Workstation,
) -> None:
    view = two_scans(submitted(desk), pages=PAGES - 1)
    assert (view.verdict, view.accessioned) == ("frozen", False)
    (freeze,) = desk.freezes()
    assert freeze.differences == (
        {"what": "pages", "electronic": PAGES, "paper": PAGES - 1, "record": None},
    )
    (row,) = desk.archive_queue()
    assert (row.verdict, row.blocker["code"]) == ("frozen", "counts_frozen")
    for call in (
        lambda: desk.submit(ARCHIVIST, CASE_NO, "archive"),
        lambda: desk.queue_transfer(ARCHIVIST, CASE_NO, "archive"),
        lambda: desk.shelve(ARCHIVIST, CASE_NO, SHELF, 1, PAGES),
        lambda: two_scans(desk),
        lambda: desk.build_package(ARCHIVIST, CASE_NO),
        lambda: desk.return_dossier(ARCHIVIST, CASE_NO, "重数"),
    ):
        assert code_of(call) == "FRZ-101"
    settle = desk.settle_freeze
    assert code_of(settle, CLERK, freeze.id, "electronic", "重数") == "ACC-101"
    assert code_of(settle, ARCHIVIST, freeze.id, "electronic", "重数") == "FRZ-103"
    assert code_of(settle, SECOND, freeze.id, "perhaps", "重数") == "FRZ-105"
    assert code_of(settle, SECOND, freeze.id, "electronic", " ") == "FRZ-105"
    assert code_of(settle, SECOND, "freeze_none", "electronic", "重数") == "FRZ-102"
    settled = desk.settle_freeze(SECOND, freeze.id, "electronic", "重数为三页，上架时漏数一页")
    assert (settled.state, settled.settled_by) == ("settled", SECOND.name)
    assert code_of(settle, SECOND, freeze.id, "electronic", "重数") == "FRZ-104"
    assert desk.freezes() == []
    view = desk.tracks(CASE_NO)
    assert (view.verdict, view.accessioned) == ("closed", True)


def test_a_wrong_electronic_count_means_a_new_version(desk: Workstation) -> None:
    submitted(desk)
    desk.shelve(ARCHIVIST, CASE_NO, SHELF, 1, PAGES + 1)
    (freeze,) = desk.freezes()
    desk.settle_freeze(SECOND, freeze.id, "paper", "漏扫一页")
    view = desk.tracks(CASE_NO)
    assert (view.verdict, view.accessioned) == ("open", False)
    assert view.open[0]["code"] == "counts_to_correct"
    desk.return_dossier(ARCHIVIST, CASE_NO, "补扫")
    desk.seal(ARCHIVIST, CASE_NO)
    desk.build_package(ARCHIVIST, CASE_NO)
    submitted(desk)
    # The paper was shelved with the first version and is looked through again.
    view = desk.tracks(CASE_NO)
    assert (view.verdict, view.accessioned) == ("rescan_check", False)
    (row,) = desk.archive_queue()
    assert (row.verdict, row.blocker["code"], row.turn) == (
        "rescan_check",
        "rescan_check",
        "archivist",
    )
    assert two_scans(desk).accessioned


def test_the_end_note_is_held_against_the_receipts(desk: Workstation) -> None:
    desk.return_dossier(ARCHIVIST, CASE_NO, "补登页数")
    desk.register_case(ADMINISTRATOR, {"case_no": CASE_NO, "paper_pages": PAGES + 4})
    with desk._context.storage.write() as tx:
        for entry in tx.ledger.find():
            tx.ledger.remove(entry)
        tx.audit.record("试验", "reconciled", CASE_NO)
        tx.commit()
    desk.seal(ARCHIVIST, CASE_NO)
    desk.build_package(ARCHIVIST, CASE_NO)
    assert submitted(desk).tracks(CASE_NO).verdict == "frozen"
    (freeze,) = desk.freezes(CASE_NO)
    assert freeze.differences[0]["record"] == PAGES + 4


def test_single_archiving_needs_no_shelf_but_lists_what_remains(desk: Workstation) -> None:
    assert code_of(desk.set_mode, ADMINISTRATOR, CASE_NO, "single") == "TRF-106"
    desk.return_dossier(ARCHIVIST, CASE_NO, "改单套制")
    assert code_of(desk.set_mode, ARCHIVIST, CASE_NO, "single") == "ACC-101"
    assert code_of(desk.set_mode, ADMINISTRATOR, CASE_NO, "triple") == "TRF-107"
    desk.set_mode(ADMINISTRATOR, CASE_NO, "single")
    desk.seal(ARCHIVIST, CASE_NO)
    desk.build_package(ARCHIVIST, CASE_NO)
    view = submitted(desk).tracks(CASE_NO)
    assert (view.mode, view.verdict, view.accessioned) == ("single", "closed", True)
    (original,) = desk.paper_originals(CASE_NO)
    assert (original.part, original.volume, original.holder) == ("main", 1, OPERATOR.name)


def test_the_court_sets_the_mode_of_new_cases(desk: Workstation) -> None:
    assert desk.track_rules() == {"mode": "dual", "paper_days": 7, "accepted_check": False}
    assert code_of(desk.set_track_rules, ARCHIVIST, mode="single") == "ACC-101"
    assert code_of(desk.set_track_rules, ADMINISTRATOR, paper_days=0) == "TRF-105"
    rules = desk.set_track_rules(ADMINISTRATOR, mode="single", paper_days=3)
    assert rules == {"mode": "single", "paper_days": 3, "accepted_check": False}
    desk.register_case(ADMINISTRATOR, {"case_no": "（2026）辽0899民初8号"})
    assert desk.case("（2026）辽0899民初8号").mode == "single"
    assert desk.case(CASE_NO).mode == "dual"


def test_whoever_keeps_the_paper_is_reminded_once(desk: Workstation, clock: TurnedClock) -> None:
    submitted(desk)
    assert desk.remind_of_paper(ARCHIVIST) == 0
    (row,) = desk.archive_queue()
    assert (row.paper, row.blocker["code"], row.turn) == ("with", "paper_with", row.paper_with)
    clock.turn(days=9)
    (row,) = desk.archive_queue()
    assert (row.paper, row.blocker["code"], row.blocker["days"]) == ("overdue", "paper_overdue", 9)
    assert desk.run_transfers(ARCHIVIST) == []
    assert desk.remind_of_paper(ARCHIVIST) == 0
    (notice,) = [notice for notice in desk.notices() if notice.kind == "paper_due"]
    assert notice.person == row.paper_with == row.turn
    assert desk.deliver_notices(ARCHIVIST) == (1, 0)
    assert "paper_reminded" in actions(desk)


def test_paper_that_leaves_the_shelf_before_archiving_is_no_shelved_paper(
    desk: Workstation, clock: TurnedClock
) -> None:
    two_scans(desk)
    assert desk.tracks(CASE_NO).paper["state"] == "shelved"
    clock.turn(minutes=1)
    row, code = desk.offer(
        ARCHIVIST, CASE_NO, CLERK.name, desk.cabinets()[0], volumes=1, pages=PAGES
    )
    desk.deposit(ARCHIVIST, row.id)
    assert desk.tracks(CASE_NO).paper["state"] == "shelved"
    desk.collect(CLERK, row.id, code)
    desk.acknowledge(CLERK, row.id, volumes=1, pages=PAGES)
    assert desk.tracks(CASE_NO).paper["state"] == "open"
    view = submitted(desk).tracks(CASE_NO)
    assert [entry["code"] for entry in view.open] == ["paper_not_shelved"]
    assert (view.open[0]["with"], view.accessioned) == (CLERK.name, False)
    clock.turn(minutes=1)
    assert two_scans(desk).accessioned


def test_volumes_are_shelved_one_by_one(desk: Workstation) -> None:
    """Two volumes: the receipt comes with the second, and its count is their sum."""
    with desk._context.storage.write() as tx:
        sides = tx.sides.find(superseded=False)
        tx.sides.amend({sides[-1].id: {"volume": 2}, sides[-2].id: {"volume": 2}})
        tx.audit.record("试验", "bound", CASE_NO)
        tx.commit()
    desk.return_dossier(ARCHIVIST, CASE_NO, "分册")
    desk.seal(ARCHIVIST, CASE_NO)
    desk.build_package(ARCHIVIST, CASE_NO)
    submitted(desk)
    view = two_scans(desk, pages=1)
    assert view.paper["state"] == "open"
    assert [row["volume"] for row in view.paper["volumes"]] == [1]
    (row,) = desk.archive_queue()
    assert (row.paper_share, row.blocker) == (
        0.5,
        {"code": "volumes_not_shelved", "missing": 1},
    )
    second = volume_text(CASE_NO, "main", 2)
    view = desk.shelve_volume(SECOND, second, shelf_text(LABEL), pages=2)
    assert view.accessioned
    assert view.paper["receipt"]["counted_by"] == sorted({ARCHIVIST.name, SECOND.name})
