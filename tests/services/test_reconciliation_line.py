"""Catalogue, reconcile, resolve and seal on a real data folder, recognition replayed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.access import CLERK, OPERATOR, Actor
from app.kernel.errors import BadInput, Refused
from tests.services.replayed_desk import ACTOR, ReplayedDesk

NOTICE = [
    "清堰市城北区人民法院",
    "受理案件通知书",
    "（2020）皖1999民初5035号",
    "清堰锦渡建材有限公司：",
    "你（单位）与清堰岚川建材有限公司买卖合同纠纷一案的起诉状已收到。",
]


@pytest.fixture
def desk(bundled_small: Path, tmp_path: Path, data_folder: Path) -> Iterator[ReplayedDesk]:
    """The bundled dossier of five pages on an empty data folder."""
    desk = ReplayedDesk(bundled_small, tmp_path / "扫描", data_folder)
    yield desk
    desk.workstation.close()


def test_a_clean_dossier_is_consistent_and_sealed(desk: ReplayedDesk) -> None:
    assert desk.run() == []
    view = desk.workstation.reconciliation(desk.case_no)
    assert view is not None
    assert (view.verdict, view.counts["expected_pages"]) == ("consistent", 5)
    desk.workstation.seal(ACTOR, desk.case_no)
    assert desk.workstation.case(desk.case_no).state == "sealed"


@pytest.mark.parametrize("kept", [("case_no",), ("case_no", "paper_pages"), ("case_no", "court")])
def test_a_clean_dossier_is_consistent_whatever_is_known(
    desk: ReplayedDesk, kept: tuple[str, ...]
) -> None:
    desk.facts = {key: desk.facts[key] for key in kept}
    assert desk.run() == []


def test_a_catalogue_that_names_first_pages_only(desk: ReplayedDesk) -> None:
    for row in desk.facts["catalogue"]:
        row["pages"] = row["pages"][:1]
    assert desk.run() == []


@pytest.mark.parametrize("page", [1, 3, 5])
def test_a_missing_page(desk: ReplayedDesk, page: int) -> None:
    desk.without(page)
    rows = desk.run()
    assert [(row.kind, row.page_numbers) for row in rows] == [("missing_page", (page,))]
    assert str(page) in rows[0].explanation


def test_a_sheet_scanned_again(desk: ReplayedDesk) -> None:
    desk.order.insert(desk.order.index(desk.name_of(3)) + 1, desk.name_of(3))
    rows = desk.run()
    assert [(row.kind, row.page_numbers) for row in rows] == [("duplicate_page", (3,))]
    assert "重复扫描" in rows[0].explanation


def test_a_notice_of_another_case(desk: ReplayedDesk) -> None:
    desk.insert(3, "stray", text_lines=NOTICE)
    rows = desk.run()
    assert [(row.kind, row.positions) for row in rows] == [("foreign_case", (6,))]
    assert "（2020）皖1999民初5035号" in rows[0].explanation


def test_a_notice_of_another_case_when_no_party_is_known(desk: ReplayedDesk) -> None:
    desk.facts = {"case_no": desk.facts["case_no"]}
    desk.insert(3, "stray", text_lines=[*NOTICE[:2], *NOTICE[3:]])
    assert [(row.kind, row.positions) for row in desk.run()] == [("foreign_case", (6,))]


def test_a_sheet_of_this_case_without_number(desk: ReplayedDesk) -> None:
    lines = ["情况说明", f"原告{desk.facts['plaintiff']}另行提交材料一份，附卷备查。"]
    desk.insert(3, "extra", text_lines=lines)
    assert [(row.kind, row.positions) for row in desk.run()] == [("extra_page", (6,))]


def test_a_wrong_count_in_the_record(desk: ReplayedDesk) -> None:
    desk.facts["paper_pages"] = 8
    rows = desk.run()
    assert [row.kind for row in rows] == ["count_mismatch"]
    assert "8" in rows[0].explanation


def test_a_wrong_row_in_the_record(desk: ReplayedDesk) -> None:
    desk.facts["catalogue"][1]["pages"] = [2, 3]
    rows = desk.run()
    assert [row.kind for row in rows] == ["catalogue_mismatch"]
    assert {2, 3} <= set(rows[0].page_numbers)


def test_sealing_waits_for_a_verdict(desk: ReplayedDesk) -> None:
    desk.without(3)
    row = desk.run()[0]
    station = desk.workstation
    with pytest.raises(Refused) as refused:
        station.seal(ACTOR, desk.case_no)
    assert (refused.value.code, refused.value.parameters["open"]) == ("DOS-103", 1)
    station.resolve(ACTOR, row.id, "ask", "问书记员")
    with pytest.raises(Refused):
        station.seal(ACTOR, desk.case_no)
    view = station.reconciliation(desk.case_no)
    assert view is not None
    station.resolve(ACTOR, view.discrepancies[0].id, "differs", "原卷即缺")
    station.seal(ACTOR, desk.case_no)
    assert station.case(desk.case_no).state == "sealed"


def test_a_verdict_stays_while_the_discrepancy_does(desk: ReplayedDesk) -> None:
    desk.without(3)
    row = desk.run()[0]
    desk.workstation.resolve(ACTOR, row.id, "differs", "原卷即缺")
    again = desk.reconcile().discrepancies[0]
    assert (again.verdict, again.verdict_by, again.remark) == ("differs", ACTOR.name, "原卷即缺")
    assert desk.workstation.case(desk.case_no).open_discrepancies == 0


def test_a_discrepancy_that_was_put_right_goes(desk: ReplayedDesk) -> None:
    desk.by_name[desk.name_of(3)]["stamped_number"] = None
    assert [row.kind for row in desk.run()] == ["unnumbered_page"]
    side = next(side for side in desk.workstation.sides(desk.case_no) if side.position == 5)
    desk.workstation.set_page_number(ACTOR, side.id, 3)
    assert desk.workstation.case(desk.case_no).state == "catalogued"
    assert desk.workstation.reconciliation(desk.case_no) is None
    view = desk.workstation.reconcile(ACTOR, desk.case_no)
    assert (view.verdict, view.discrepancies) == ("consistent", ())


def test_reading_the_ledger_again_changes_nothing(desk: ReplayedDesk) -> None:
    desk.without(3)
    desk.scan()
    view = desk.reconcile()
    assert desk.workstation.reconciliation(desk.case_no) == view
    assert [tile.state for tile in view.tiles] == ["matched", "matched", "missing"] + [
        "matched"
    ] * 2


def test_paper_of_another_case_is_refused(desk: ReplayedDesk) -> None:
    desk.scan()
    other = {**desk.facts, "case_no": "（2020）皖1999民初5035号"}
    with pytest.raises(BadInput) as refused:
        desk.reconcile(other)
    assert refused.value.code == "REC-101"
    assert [case.case_no for case in desk.workstation.cases()] == [desk.case_no]


def test_paper_completes_what_is_known(desk: ReplayedDesk) -> None:
    facts = desk.facts
    desk.facts = {"case_no": facts["case_no"]}
    desk.without(5)
    desk.scan()
    assert [row.page_numbers for row in desk.reconcile(facts).discrepancies] == [(5,)]
    assert desk.workstation.case(desk.case_no).paper_pages == 5


def test_only_an_archivist_gives_verdicts(desk: ReplayedDesk) -> None:
    desk.without(3)
    row = desk.run()[0]
    for role in (OPERATOR, CLERK):
        with pytest.raises(Refused) as refused:
            desk.workstation.resolve(Actor(name="某", role=role), row.id, "same")
        assert refused.value.code == "ACC-101"
    with pytest.raises(BadInput) as unknown:
        desk.workstation.resolve(ACTOR, row.id, "fine")
    assert unknown.value.code == "REC-102"
    with pytest.raises(Refused) as gone:
        desk.workstation.resolve(ACTOR, "discrepancy_0", "same")
    assert gone.value.code == "REC-103"


def test_everything_is_on_record(desk: ReplayedDesk) -> None:
    desk.without(3)
    row = desk.run()[0]
    desk.workstation.resolve(ACTOR, row.id, "differs")
    history = desk.workstation.history(desk.case_no)
    actions = [entry.action for entry in history]
    assert actions[-1] == "discrepancy_resolved"
    reconciled = next(entry for entry in history if entry.action == "reconciled")
    assert reconciled.details == {"verdict": "discrepant", "discrepancies": 1}
    assert desk.workstation.audit_verify().ok


def test_rows_that_differ_at_the_same_pages_all_go_when_the_record_is_put_right(
    desk: ReplayedDesk,
) -> None:
    right = copy.deepcopy(desk.facts)
    for row in desk.facts["catalogue"]:
        row["pages"] = [1, 5]
    assert {row.kind for row in desk.run()} == {"catalogue_mismatch"}
    view = desk.reconcile(right)
    assert (view.verdict, view.discrepancies) == ("consistent", ())
