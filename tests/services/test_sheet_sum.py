"""Sheet arithmetic on a real dossier: what is counted, what blocks, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import Cancelled
from app.services.station_views import SheetSum
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool


@pytest.fixture
def case_no(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    """The case, registered with two sheets declared."""
    workstation.register_case(actor, {"case_no": dossier.case_no, "sheets": "2张"})
    return dossier.case_no


def scan(workstation: Workstation, actor: Actor, dossier: Dossier) -> None:
    source = f"folder:{dossier.folder}"
    workstation.scan(actor, dossier.case_no, source, options={"duplex_pairs": True})
    workstation.process(actor, dossier.case_no)


def main_sum(workstation: Workstation, case_no: str) -> SheetSum:
    return next(found for found in workstation.sheet_sum(case_no) if found.part == "main")


def test_what_was_declared_is_there(
    workstation: Workstation, actor: Actor, dossier: Dossier, case_no: str
) -> None:
    assert main_sum(workstation, case_no).difference == 4
    scan(workstation, actor, dossier)
    found = main_sum(workstation, case_no)
    assert (found.sheets, found.captured, found.blank, found.difference) == (2, 3, 1, 0)
    assert found.balanced
    assert workstation.case(case_no).sheet_sums == (found,)
    assert workstation.case(case_no).next_action == "catalogue"


def test_a_difference_blocks_and_a_recorded_miss_settles_it(
    workstation: Workstation, actor: Actor, dossier: Dossier, case_no: str
) -> None:
    scan(workstation, actor, dossier)
    workstation.declare_sheets(actor, case_no, 3)
    view = workstation.case(case_no)
    assert (view.next_action, view.blockers) == ("scan", 1)
    assert main_sum(workstation, case_no).reasons == ({"code": "sides_missing", "count": 2},)
    workstation.catalogue(actor, case_no)
    workstation.reconcile(actor, case_no)
    with pytest.raises(Refused) as caught:
        workstation.seal(actor, case_no)
    assert caught.value.code == "SUM-101"
    assert caught.value.parameters["difference"] == 2
    assert caught.value.parameters["reasons"] == ["sides_missing"]
    with pytest.raises(Refused) as caught:
        workstation.offer(actor, case_no, "李书记员", workstation.cabinets()[0], volumes=1, pages=3)
    assert caught.value.code == "SUM-101"
    miss = workstation.record_miss(actor, case_no, 1, 2, "超大图纸，另行翻拍")
    (row,) = workstation.misses(case_no)
    assert (row.id, row.sheets, row.after_position, row.recorded_by) == (miss, 1, 2, actor.name)
    assert main_sum(workstation, case_no).missed == 2
    workstation.seal(actor, case_no)
    with pytest.raises(Refused) as caught:
        workstation.withdraw_miss(actor, case_no, miss)
    assert caught.value.code == "DOS-101"


def test_too_many_sides_are_named_and_a_withdrawn_miss_counts_no_more(
    workstation: Workstation, actor: Actor, dossier: Dossier, case_no: str
) -> None:
    scan(workstation, actor, dossier)
    miss = workstation.record_miss(actor, case_no, 1, 0, "缺页")
    assert main_sum(workstation, case_no).reasons == ({"code": "sides_too_many", "count": 2},)
    workstation.withdraw_miss(actor, case_no, miss)
    assert workstation.misses(case_no) == ()
    assert main_sum(workstation, case_no).balanced
    with pytest.raises(Refused) as caught:
        workstation.withdraw_miss(actor, case_no, miss)
    assert caught.value.code == "SUM-203"


def test_an_interrupted_batch_blocks_until_somebody_ends_it(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    workstation.register_case(actor, {"case_no": dossier.case_no})
    case_no = dossier.case_no

    def stop(event: ScanEventView) -> None:
        if event.sides == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        workstation.scan(actor, case_no, f"folder:{dossier.folder}", on_event=stop)
    assert main_sum(workstation, case_no).reasons == ({"code": "batch_paused", "count": 1},)
    assert workstation.case(case_no).next_action == "scan"
    resumption = workstation.resumption(case_no)
    assert resumption is not None
    with pytest.raises(Refused) as caught:
        workstation.discard_rest(actor, case_no, resumption.batch, "")
    assert caught.value.code == "CAP-107"
    workstation.discard_rest(actor, case_no, resumption.batch, "其余另案装订")
    assert workstation.resumption(case_no) is None
    assert main_sum(workstation, case_no).balanced
    assert len(workstation.sides(case_no)) == resumption.sheet - 1 >= 3
    with pytest.raises(Refused) as caught:
        workstation.discard_rest(actor, case_no, resumption.batch, "再次")
    assert caught.value.code == "CAP-106"


def test_a_rescan_that_was_asked_for_and_not_made_blocks(
    workstation: Workstation, actor: Actor, dossier: Dossier, tmp_path: Path, pool: ReplayPool
) -> None:
    dossier.add("扫描 13.jpg", ("横放的附表，记载还款日期与金额，由双方签字确认", 4))
    workstation.register_case(actor, {"case_no": dossier.case_no})
    scan(workstation, actor, dossier)
    case_no = dossier.case_no
    finding = next(f for f in workstation.findings(case_no) if f.code == "orientation")
    workstation.judge_finding(actor, finding.id, "rescan")
    assert main_sum(workstation, case_no).reasons[0] == {"code": "rescan_asked", "count": 1}
    assert workstation.select_sides(case_no, "rescan") == [finding.side_id]
    again = Dossier(tmp_path / "重扫")
    again.add("1.jpg", ("附表，记载还款日期与金额，由双方签字确认，无涂改之处", 4))
    pool.dossiers.append(again)
    workstation.rescan(actor, case_no, [5], f"folder:{again.folder}", whole_sheet=False)
    assert {r["code"] for r in main_sum(workstation, case_no).reasons} >= {"batch_held"}
    workstation.examine_held(case_no)
    (held,) = workstation.held(case_no)
    workstation.accept_held(actor, case_no, held.batch, although="原图倒置")
    codes = {reason["code"] for reason in main_sum(workstation, case_no).reasons}
    assert codes <= {"sheet_without_back"}


def test_wrong_words_about_sheets_are_refused(
    workstation: Workstation, actor: Actor, dossier: Dossier, case_no: str
) -> None:
    for call, code in (
        (lambda: workstation.declare_sheets(actor, case_no, -1), "SUM-201"),
        (lambda: workstation.declare_sheets(actor, case_no, 1, "x"), "CAP-102"),
        (lambda: workstation.record_miss(actor, case_no, 0, 0, "缺"), "SUM-201"),
        (lambda: workstation.record_miss(actor, case_no, 1, 9, "缺"), "INS-105"),
    ):
        with pytest.raises(BadInput) as wrong:
            call()
        assert wrong.value.code == code
    with pytest.raises(Refused) as caught:
        workstation.record_miss(actor, case_no, 1, 0, " ")
    assert caught.value.code == "SUM-202"


def test_the_facts_of_both_parts_fill_in_and_take_nothing_away(
    workstation: Workstation, actor: Actor, case_no: str
) -> None:
    workstation.register_case(actor, {"case_no": case_no, "restricted_sheets": 5})
    assert [(s.part, s.declared_sheets) for s in workstation.sheet_sum(case_no)] == [
        ("main", 2),
        ("restricted", 5),
    ]
    workstation.declare_sheets(actor, case_no, None, "restricted")
    assert [s.part for s in workstation.sheet_sum(case_no)] == ["main"]
    with pytest.raises(BadInput) as caught:
        workstation.register_case(actor, {"case_no": case_no, "sheets": "两张"})
    assert caught.value.parameters["field"] == "sheets"
