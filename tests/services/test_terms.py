"""Terms of archiving through the real service, and the list on the command line."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.access import CLERK, Actor
from app.kernel.errors import BadInput, Fault, Refused
from app.services.terms import OVERDUE
from app.services.workstation import Workstation


def day(ago: int) -> str:
    return (date.today() - timedelta(days=ago)).isoformat()  # noqa: DTZ011


@pytest.fixture
def cases(workstation: Workstation, actor: Actor) -> Workstation:
    """One overdue, one to be reminded of, one that has time, one not closed."""
    for number, ago in ((1, 200), (2, 45), (3, 2)):
        facts = {"case_no": f"（2026）辽0899民初{number}号", "closed_on": day(ago)}
        workstation.register_case(actor, facts)
    workstation.register_case(actor, {"case_no": "（2026）辽0899民初4号"})
    return workstation


def test_the_most_urgent_come_first_and_the_rest_is_left_out(cases: Workstation) -> None:
    rows = cases.terms()
    assert [row.state for row in rows] == ["overdue", "remind", "unclosed"]
    assert rows[0].days_left is not None and rows[0].days_left < 0
    assert rows[2].days_left is None
    assert [row.case_no[-3:] for row in cases.terms((OVERDUE,))] == ["初1号"]
    by_number = {row.case_no[-3:]: row for row in cases.cases()}
    assert by_number["初1号"].overdue and by_number["初1号"].term == "overdue"
    assert by_number["初3号"].term == "running"
    assert by_number["初4号"].due == ""


def test_an_extension_has_a_reason_and_an_approver_and_is_on_record(
    cases: Workstation, actor: Actor
) -> None:
    late = cases.terms((OVERDUE,))[0]
    until = day(-30)
    row = cases.extend_term(actor, late.case_no, until, " 二审卷宗未退回 ", "院长 周正")
    assert (row.state, row.days_left, row.reason) == ("remind", 30, "二审卷宗未退回")
    assert cases.terms((OVERDUE,)) == ()
    last = cases.history(late.case_no)[-1]
    assert last.action == "term_extended"
    assert last.details["before"] == late.due_on
    assert last.details["approver"] == "院长 周正"


@pytest.mark.parametrize(
    ("number", "until", "reason", "approver", "code"),
    [
        (1, "明年", "理由", "院长", "TRM-101"),
        (1, day(-30), " ", "院长", "TRM-102"),
        (1, day(-30), "理由", "", "TRM-102"),
        (4, day(-30), "理由", "院长", "TRM-103"),
        (3, day(1), "理由", "院长", "TRM-104"),
    ],
)
def test_what_is_no_extension_changes_nothing(
    cases: Workstation, actor: Actor, number: int, until: str, reason: str, approver: str, code: str
) -> None:
    case_no = f"（2026）辽0899民初{number}号"
    before = cases.term(case_no)
    with pytest.raises(Fault) as caught:
        cases.extend_term(actor, case_no, until, reason, approver)
    assert caught.value.code == code
    assert cases.term(case_no) == before


def test_the_court_sets_its_own_months(cases: Workstation, actor: Actor) -> None:
    archivist = Actor(name="档案员", role="archivist")
    with pytest.raises(Refused) as caught:
        cases.save_term_settings(archivist, overdue_months=12)
    assert caught.value.code == "ACC-101"
    with pytest.raises(BadInput):
        cases.save_term_settings(actor, remind_months=5)
    view = cases.save_term_settings(actor, overdue_months=12)
    assert (view.remind_months, view.overdue_months) == (1, 12)
    assert cases.terms((OVERDUE,)) == ()
    assert cases.save_term_settings(actor, name="one_month").overdue_months == 1
    # 45 days are more than a month.
    assert len(cases.terms((OVERDUE,))) == 2
    assert [row.action for row in cases.history(cases.cases()[0].case_no)] == ["case_registered"]


def test_a_clerk_cannot_extend(cases: Workstation) -> None:
    with pytest.raises(Refused) as caught:
        cases.extend_term(Actor(name="赵敏", role=CLERK), cases.terms()[0].case_no, "", "", "")
    assert caught.value.code == "ACC-101"
