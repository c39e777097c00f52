"""Applications to read: who asks with which papers, who decides, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import attrs
import pytest

from app.cli.commands.reading_applications import run_rules
from app.cli.running import Call
from app.domain.access import ADMINISTRATOR, ARCHIVIST, CLERK, JUDGE, OPERATOR, Actor
from app.domain.dossier import MAIN, Item
from app.domain.reading import ReadingApplication
from app.kernel.errors import BadInput, Refused
from app.services.reading_desk_views import ApplicationForm, GrantTerms
from app.services.reading_rows import application_row
from tests.reading.hall import CASE_NO, Hall, refused

COUNTER = Actor(name="林书记员", role=CLERK)
ARCHIVE = Actor(name="陈档案员", role=ARCHIVIST)
CHIEF = Actor(name="管理员", role=ADMINISTRATOR)
PAPERS = ("lawyer_licence", "power_of_attorney", "firm_letter")
FORM = ApplicationForm(
    reader_kind="lawyer",
    reader="欧阳若溪",
    certificate="13408201910123456",
    identity="11010519491231002X",
    represents="某公司",
    papers=tuple((paper, "") for paper in PAPERS),
    reason="代理一审",
    wanted_pages=(1, 2),
    wants_copies=True,
)


def checked(hall: Hall, form: ApplicationForm = FORM) -> str:
    """An application whose papers were seen."""
    row = hall.work.apply_for_reading(COUNTER, CASE_NO, form)
    return hall.work.check_application(COUNTER, row.id, PAPERS).id


def test_the_rules_tell_papers_of_which_one_is_enough_from_those_that_may_be_left_out(
    hall: Hall,
) -> None:
    kinds = {kind.code: kind for kind in hall.work.reading_rules().kinds}
    defender = kinds["defender_lawyer"]
    assert {paper.code for paper in defender.papers if paper.choice} == set(defender.one_of)
    assert [paper.code for paper in defender.papers if paper.needed] == ["lawyer_licence"]
    assert not any(paper.choice for paper in kinds["lawyer"].papers)
    with hall.context.storage.read() as tx:
        asked = ReadingApplication(
            id="a",
            number="1",
            dossier_id="dossier_1",
            state="entered",
            reader_kind="defender_lawyer",
            reader="甲",
            certificate="1",
            entered_by="乙",
            entered_at="2026-03-02T01:00:00.000Z",
        )
        row = application_row(tx, asked, today=date(2026, 3, 3), handling_days=3)
    assert {paper.code for paper in row.papers if paper.choice} == set(defender.one_of)
    assert (row.due_on, row.days_left) == ("2026-03-05", 2)
    lines = run_rules(cast("Call", None), hall.work).lines
    (told,) = (line for line in lines if line.startswith("defender_lawyer"))
    assert "power_of_attorney legal_aid_letter" in told


def test_an_application_goes_from_counter_to_archive_to_reader(hall: Hall) -> None:
    entered = hall.work.apply_for_reading(COUNTER, CASE_NO, FORM)
    assert (entered.state, entered.turn, entered.kind_name) == (
        "entered",
        "check",
        "律师（诉讼代理人）",
    )
    assert [paper.code for paper in entered.papers if paper.needed] == list(PAPERS)
    seen = hall.work.check_application(COUNTER, entered.number, PAPERS, "原件")
    assert (seen.turn, seen.remark, seen.checked_by) == ("decide", "原件", COUNTER.name)
    assert {paper.seen_by for paper in seen.papers if paper.needed} == {COUNTER.name}
    granted = hall.work.approve_application(
        ARCHIVE, seen.id, GrantTerms(pages=seen.wanted_pages, prints=2), "符合规定"
    )
    (row,) = hall.work.reading_applications(case_no=CASE_NO)
    assert (row.state, row.turn, row.grant) == ("approved", "", granted.grant)
    assert (row.decided_by, row.decision_reason) == (ARCHIVE.name, "符合规定")
    (grant,) = hall.work.reading_grants(live_only=True)
    assert (grant.state, grant.pages, grant.prints_left) == ("live", (1, 2), 2)
    assert (grant.approved_by, grant.application) == (ARCHIVE.name, row.number)
    _desk, session = hall.enter(granted.code)
    assert session.pages == (1, 2)
    assert hall.room.sign_in("qr", granted.qr).reader == "欧阳若溪"
    assert [row["number"] for row in hall.audit("reading_approved")] == [granted.number]


def test_nothing_of_certificate_and_id_number_is_kept_but_the_tail(hall: Hall) -> None:
    hall.work.grant(
        CHIEF, CASE_NO, reader="甲", certificate=FORM.certificate, form=FORM, reason="急"
    )
    checked(hall)
    with hall.context.storage.read() as tx:
        kept = str([attrs.asdict(row) for row in tx.reading_applications.find()])
        kept += str([attrs.asdict(grant) for grant in tx.grants.find()])
        kept += str([row.details for row in tx.audit.rows()])
    assert "*************3456" in kept
    assert FORM.certificate not in kept
    assert FORM.identity not in kept


def test_the_restricted_part_is_refused_whoever_asks(hall: Hall) -> None:
    form = attrs.evolve(FORM, part="restricted")
    for actor in (COUNTER, ARCHIVE, CHIEF):
        assert refused(hall.work.apply_for_reading, actor, CASE_NO, form).code == "RDR-122"
    with hall.context.storage.read() as tx:
        assert tx.reading_applications.count() == 0


def test_an_unsealed_dossier_is_neither_applied_for_nor_granted(hall: Hall) -> None:
    waiting = checked(hall)
    hall.change(state="reconciled")
    assert refused(hall.work.apply_for_reading, COUNTER, CASE_NO, FORM).code == "RDR-101"
    approve = hall.work.approve_application
    assert refused(approve, ARCHIVE, waiting, GrantTerms(), "x").code == "RDR-101"
    assert refused(hall.work.grant_preview, CASE_NO, GrantTerms()).code == "RDR-101"


def test_papers_are_demanded_by_the_kind_of_reader(hall: Hall) -> None:
    row = hall.work.apply_for_reading(COUNTER, CASE_NO, FORM)
    fault = refused(hall.work.check_application, COUNTER, row.id, PAPERS[:2])
    assert (fault.code, fault.parameters["missing"]) == ("RDR-125", "律师事务所函")
    assert refused(hall.work.check_application, COUNTER, row.id, ("work_card",)).code == "RDR-126"
    assert hall.work.reading_applications()[0].state == "entered"
    returned = hall.work.return_application(COUNTER, row.id, "缺所函")
    assert (returned.turn, returned.decision_reason) == ("applicant", "缺所函")
    assert hall.work.check_application(COUNTER, row.id, PAPERS).state == "checked"


def test_nobody_approves_what_she_checked(hall: Hall) -> None:
    row = hall.work.apply_for_reading(COUNTER, CASE_NO, FORM)
    hall.work.check_application(ARCHIVE, row.id, PAPERS)
    same = Actor(name=" 陈档案员 ", role=JUDGE)
    for actor in (ARCHIVE, same):
        fault = refused(hall.work.approve_application, actor, row.id, GrantTerms(), "x")
        assert fault.code == "RDR-127"
    hall.work.set_reading_settings(CHIEF, four_eyes=False)
    assert hall.work.approve_application(ARCHIVE, row.id, GrantTerms(), "一人值班").code


def test_only_judge_and_archive_decide(hall: Hall) -> None:
    waiting = checked(hall)
    for actor in (COUNTER, Actor(name="王芳", role=OPERATOR)):
        fault = refused(hall.work.approve_application, actor, waiting, GrantTerms(), "x")
        assert fault.code == "ACC-101"
        assert refused(hall.work.reject_application, actor, waiting, "x").code == "ACC-101"
    assert refused(hall.work.reject_application, ARCHIVE, waiting, " ").code == "RDR-134"
    assert hall.work.reject_application(ARCHIVE, waiting, "非代理人").state == "rejected"
    fault = refused(hall.work.approve_application, ARCHIVE, waiting, GrantTerms(), "x")
    assert fault.code == "DOS-101"


def test_a_decision_needs_papers_that_were_checked(hall: Hall) -> None:
    row = hall.work.apply_for_reading(COUNTER, CASE_NO, FORM)
    fault = refused(hall.work.approve_application, ARCHIVE, row.id, GrantTerms(), "x")
    assert fault.code == "DOS-101"
    assert hall.work.withdraw_application(COUNTER, row.id, "不需要了").state == "withdrawn"
    assert refused(hall.work.check_application, COUNTER, row.id, PAPERS).code == "DOS-101"


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"reader": "  "}, "RDR-102"),
        ({"certificate": ""}, "RDR-102"),
        ({"represents": ""}, "RDR-121"),
        ({"reader": "甲\u202e乙"}, "RDR-121"),
        ({"reader": "甲" * 81}, "RDR-121"),
        ({"reader_kind": "layer"}, "ARC-207"),
        ({"reader_kind": "defender"}, "RDR-124"),
        ({"papers": (("work_card", ""),)}, "RDR-126"),
        ({"wanted_pages": (1, 77)}, "RDR-128"),
        ({"wanted_items": (3,)}, "RDR-139"),
        ({"identity": "110105194912310021"}, "IDN-115"),
    ],
)
def test_a_form_that_does_not_hold_is_not_entered(
    hall: Hall, wishes: dict[str, object], code: str
) -> None:
    form = attrs.evolve(FORM, **wishes)  # type: ignore[arg-type]
    assert refused(hall.work.apply_for_reading, COUNTER, CASE_NO, form).code == code
    assert not hall.work.reading_applications()
    assert not hall.audit("reading_applied")


def test_documents_wanted_become_their_pages(hall: Hall) -> None:
    form = attrs.evolve(FORM, wanted_pages=(), wanted_items=(1,))
    assert hall.work.apply_for_reading(COUNTER, CASE_NO, form).wanted_pages == (1, 2)


def test_the_term_counts_working_days_and_shows_whose_turn_it_is(hall: Hall) -> None:
    hall.clock.moment = datetime(2026, 11, 26, 4, tzinfo=UTC)  # a Thursday
    hall.work.apply_for_reading(COUNTER, CASE_NO, FORM)
    (row,) = hall.work.reading_applications()
    assert (row.due_on, row.days_left) == (date(2026, 12, 1).isoformat(), 5)
    hall.clock.moment = datetime(2026, 12, 3, 4, tzinfo=UTC)
    assert hall.work.reading_applications()[0].days_left == -2


def add_item(hall: Hall, title: str) -> None:
    with hall.context.storage.write() as tx:
        tx.items.replace(attrs.evolve(tx.items.get("item_2"), title=title))
        tx.audit.record("tester", "change", CASE_NO)
        tx.commit()


def test_what_the_rules_keep_back_is_decided_in_so_many_words(hall: Hall) -> None:
    add_item(hall, "合议庭评议笔录")
    preview = hall.work.grant_preview(CASE_NO, GrantTerms())
    assert [bool(item.proposed) for item in preview.items] == [False, True]
    waiting = checked(hall)
    approve = hall.work.approve_application
    assert refused(approve, ARCHIVE, waiting, GrantTerms(), "x").code == "RDR-133"
    granted = approve(ARCHIVE, waiting, GrantTerms(withheld_items=(2,)), "x")
    _desk, session = hall.enter(granted.code)
    assert session.pages == (1, 2)
    other = checked(hall, attrs.evolve(FORM, reader="乙"))
    assert approve(ARCHIVE, other, GrantTerms(released_items=(2,)), "确需公开").code
    direct = hall.work.grant(ARCHIVE, CASE_NO, reader="丙", certificate="3408021X")
    assert hall.enter(direct)[1].pages == (1, 2)


def test_withheld_documents_stay_withheld_when_the_catalogue_is_numbered_anew(hall: Hall) -> None:
    granted = hall.work.approve_application(
        ARCHIVE, checked(hall), GrantTerms(withheld_items=(1,)), "x"
    )
    with hall.context.storage.write() as tx:
        tx.items.replace(attrs.evolve(tx.items.get("item_1"), number=7))
        tx.items.add(Item(id="item_9", dossier_id="dossier_1", part=MAIN, number=1, title="封面"))
        tx.audit.record("tester", "change", CASE_NO)
        tx.commit()
    assert not {1, 2} & set(hall.enter(granted.code)[1].pages)


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (GrantTerms(pages=(1, 88)), "RDR-128"),
        (GrantTerms(withheld=(88,)), "RDR-128"),
        (GrantTerms(withheld_items=(3,)), "RDR-139"),
        (GrantTerms(pages=(1,), withheld=(1,)), "RDR-129"),
        (GrantTerms(withheld_items=(1, 2)), "RDR-129"),
        (GrantTerms(pages=(4,)), "RDR-129"),
        (GrantTerms(valid_until="2020-01-01"), "RDR-132"),
        (GrantTerms(valid_from="2030-01-02", valid_until="2030-01-01"), "RDR-132"),
        (GrantTerms(valid_until="soon"), "RDR-132"),
        (GrantTerms(valid_days=-1), "RDR-132"),
        (GrantTerms(prints=-1), "RDR-132"),
    ],
)
def test_terms_that_cannot_be_are_refused(hall: Hall, terms: GrantTerms, code: str) -> None:
    waiting = checked(hall)
    fault = refused(hall.work.approve_application, ARCHIVE, waiting, terms, "x")
    assert fault.code == code
    with hall.context.storage.read() as tx:
        assert tx.grants.count() == 0


def test_leave_and_copies_follow_the_kind_of_reader(hall: Hall) -> None:
    body = attrs.evolve(
        FORM, reader_kind="public_body", papers=(("introduction", ""), ("work_card", ""))
    )
    row = hall.work.apply_for_reading(COUNTER, CASE_NO, body)
    hall.work.check_application(COUNTER, row.id, ("introduction", "work_card"))
    approve = hall.work.approve_application
    assert refused(approve, ARCHIVE, row.id, GrantTerms(prints=1), "x").code == "RDR-131"
    granted = approve(ARCHIVE, row.id, GrantTerms(), "x")
    with pytest.raises(Refused) as caught:
        hall.work.change_grant(ARCHIVE, granted.grant, prints=3, reason="x")
    assert caught.value.code == "RDR-131"


def test_other_defenders_read_by_leave_alone(hall: Hall) -> None:
    criminal = "（2023）辽0899刑初7号"
    hall.change(case_no=criminal)
    form = attrs.evolve(
        FORM, reader_kind="defender", papers=(("id_card", "1"), ("power_of_attorney", ""))
    )
    row = hall.work.apply_for_reading(COUNTER, criminal, form)
    assert row.needs_leave
    hall.work.check_application(COUNTER, row.id, ("id_card", "power_of_attorney"))
    approve = hall.work.approve_application
    assert refused(approve, ARCHIVE, row.id, GrantTerms(), "x").code == "RDR-130"
    assert approve(ARCHIVE, row.id, GrantTerms(leave=True), "院长许可").code


def test_one_step_is_for_those_who_approve_and_where_the_court_lets_them(hall: Hall) -> None:
    def grant(actor: Actor) -> str:
        return hall.work.grant(actor, CASE_NO, reader="甲", certificate="3408021X")

    assert refused(grant, COUNTER).code == "ACC-101"
    assert grant(ARCHIVE)
    (row,) = hall.work.reading_applications()
    assert (row.state, row.checked_by, row.decided_by) == ("approved", ARCHIVE.name, ARCHIVE.name)
    assert [audit["direct"] for audit in hall.audit("reading_checked")] == [True]
    hall.work.set_reading_settings(CHIEF, direct_grant=False)
    assert refused(grant, ARCHIVE).code == "RDR-135"


def test_settings_are_held_to_their_kind_and_bounds(hall: Hall) -> None:
    for changes in ({"fee_cents": -1}, {"fee_cents": True}, {"printer": "a\n"}, {"nothing": 1}):
        with pytest.raises(BadInput) as caught:
            hall.work.set_reading_settings(CHIEF, **changes)
        assert caught.value.code == "RDR-120"
    assert hall.work.set_reading_settings(CHIEF, fee_cents=50).fee_cents == 50
    assert hall.work.reading_settings().fee_cents == 50
    with pytest.raises(Refused) as refusal:
        hall.work.set_reading_settings(COUNTER, fee_cents=0)
    assert refusal.value.code == "ACC-101"


def test_the_pass_is_a_whole_pdf(hall: Hall, tmp_path: Path) -> None:
    granted = hall.work.approve_application(ARCHIVE, checked(hall), GrantTerms(), "x")
    path = hall.work.print_reading_pass(COUNTER, granted.grant, tmp_path / "pass.pdf")
    assert path.read_bytes().startswith(b"%PDF")
    assert [row["number"] for row in hall.audit("reading_pass_printed")] == [granted.number]
