"""Grants after they were given: ended, changed, renewed, booked; and query codes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.domain.access import ADMINISTRATOR, ARCHIVIST, CLERK, Actor
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.services.reading_desk_views import GrantTerms
from tests.reading.hall import CASE_NO, Hall, refused

COUNTER = Actor(name="林书记员", role=CLERK)
ARCHIVE = Actor(name="陈档案员", role=ARCHIVIST)
CHIEF = Actor(name="管理员", role=ADMINISTRATOR)


def granted(hall: Hall, reader: str = "甲", **terms: int) -> tuple[str, str]:
    """(id, code) of a grant of three days."""
    code = hall.work.grant(
        ARCHIVE, CASE_NO, reader=reader, certificate="3408021X", valid_days=3, **terms
    )
    return hall.work.reading_grants()[0].id, code


def later(hall: Hall, **time: int) -> str:
    return timestamp(hall.clock.moment + timedelta(**time))


def test_a_revoked_grant_ends_in_the_middle_of_a_visit(hall: Hall) -> None:
    grant, code = granted(hall)
    desk, session = hall.enter(code)
    assert hall.view(desk, session, 1)
    assert hall.work.revoke_grant(COUNTER, grant, "当事人解除委托").state == "revoked"
    assert refused(desk.page, session.grant, 1).code == "RDR-105"
    assert refused(hall.work.revoke_grant, COUNTER, grant, "x").code == "RDR-137"
    assert refused(hall.work.renew_reading_code, COUNTER, grant).code == "RDR-137"
    assert not hall.work.reading_grants(live_only=True)


def test_a_new_code_ends_the_one_before_and_its_pass(hall: Hall) -> None:
    grant, code = granted(hall)
    first = hall.work.renew_reading_code(COUNTER, grant)
    assert refused(hall.room.sign_in, "code", code).code == "RDR-103"
    second = hall.work.renew_reading_code(COUNTER, grant)
    assert refused(hall.room.sign_in, "qr", first.qr).code == "RDR-103"
    assert hall.room.sign_in("qr", second.qr).reader == "甲"
    assert hall.room.sign_in("code", second.code).reader == "甲"


def test_changes_count_what_was_used(hall: Hall) -> None:
    grant, _code = granted(hall, prints=5)
    hall.change_grant(prints_left=2, views=1)
    change = hall.work.change_grant
    row = change(ARCHIVE, grant, prints=4, views=3, reason="补充")
    assert (row.prints_granted, row.prints_left, row.views_limit) == (4, 1, 3)
    with pytest.raises(BadInput) as caught:
        change(ARCHIVE, grant, prints=2, reason="x")
    assert caught.value.code == "RDR-132"
    with pytest.raises(Refused) as refusal:
        change(COUNTER, grant, prints=9, reason="x")
    assert refusal.value.code == "ACC-101"
    assert [row["prints_left"] for row in hall.audit("reading_changed")] == [1]


def test_a_grant_that_ended_by_its_time_can_be_prolonged(hall: Hall) -> None:
    grant, code = granted(hall)
    hall.clock.moment += timedelta(days=4)
    assert hall.work.reading_grants()[0].state == "ended"
    assert refused(hall.room.sign_in, "code", code).code == "RDR-105"
    until = later(hall, days=1)
    assert hall.work.change_grant(ARCHIVE, grant, valid_until=until, reason="x").state == "live"
    assert hall.room.sign_in("code", code).reader == "甲"
    past = later(hall, days=-1)
    with pytest.raises(BadInput) as caught:
        hall.work.change_grant(ARCHIVE, grant, valid_until=past, reason="x")
    assert caught.value.code == "RDR-132"


def test_no_minute_of_a_terminal_is_booked_twice(hall: Hall) -> None:
    first, _ = granted(hall)
    second, _ = granted(hall, reader="乙")
    appoint = hall.work.appoint
    row = appoint(COUNTER, first, later(hall, hours=1), 60)
    assert row.appointed_until == later(hall, hours=2)
    for start in ({"minutes": 30}, {"minutes": 60}, {"minutes": 119}):
        assert refused(appoint, COUNTER, second, later(hall, **start), 60).code == "RDR-138"
    assert appoint(COUNTER, second, later(hall, hours=2), 60).appointed_at == later(hall, hours=2)
    assert [row.id for row in hall.work.appointments()] == [first, second]
    assert appoint(COUNTER, first, later(hall, minutes=30), 60).appointed_at
    hall.work.revoke_grant(COUNTER, first, "x")
    assert appoint(COUNTER, second, later(hall, minutes=30), 60).appointed_at


def test_two_terminals_are_booked_side_by_side(hall: Hall) -> None:
    first, _ = granted(hall)
    second, _ = granted(hall, reader="乙")
    at = later(hall, hours=1)
    assert hall.work.appoint(COUNTER, first, at, 60, terminal="1号").terminal == "1号"
    assert hall.work.appoint(COUNTER, second, at, 60, terminal="2号").terminal == "2号"
    day = f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d}"
    assert len(hall.work.appointments(day)) == 2
    assert not hall.work.appointments("2031-01-01")


@pytest.mark.parametrize(("hours", "minutes"), [(-3, 60), (24 * 4, 60), (1, 0), (1, 721)])
def test_appointments_are_within_the_grant(hall: Hall, hours: int, minutes: int) -> None:
    grant, _ = granted(hall)
    at = later(hall, hours=hours)
    assert refused(hall.work.appoint, COUNTER, grant, at, minutes).code == "RDR-132"


def test_overlapping_grants_are_shown_before_another_is_given(hall: Hall) -> None:
    granted(hall)
    granted(hall, reader="乙")
    assert hall.work.grant_preview(CASE_NO, GrantTerms()).overlaps == ("1001", "1002")
    hall.work.revoke_grant(COUNTER, "1001", "x")
    assert hall.work.grant_preview(CASE_NO, GrantTerms()).overlaps == ("1002",)


def test_the_preview_says_of_every_page_why_it_is_kept_back(hall: Hall) -> None:
    terms = GrantTerms(pages=(1, 2, 3), withheld=(2,), withheld_items=(2,))
    preview = hall.work.grant_preview(CASE_NO, terms)
    assert {page.page_number: page.why for page in preview.pages} == {
        1: "",
        2: "withheld",
        3: "withheld_item",
        5: "not_granted",
    }
    assert (preview.shown, preview.withheld) == (1, 3)
    hall.change_side("side_3", recognised="")
    masked = hall.work.grant_preview(CASE_NO, GrantTerms(masked=True, cleared_pages=(1,)))
    assert {page.page_number: page.why for page in masked.pages}[1] == ""
    assert masked.pages[1].why == "unread"


def test_query_codes_are_given_listed_and_ended(hall: Hall) -> None:
    code = hall.work.issue_query_code(COUNTER, CASE_NO, "某公司")
    number, secret = code.split("-")
    (row,) = hall.work.query_codes(CASE_NO)
    assert (row.number, row.holder, row.state) == (number, "某公司", "live")
    assert secret not in str(hall.audit("query_code_issued"))
    assert hall.work.revoke_query_code(COUNTER, number, "遗失").state == "revoked"
    assert refused(hall.work.revoke_query_code, COUNTER, number, "x").code == "RDR-137"
    assert refused(hall.work.issue_query_code, COUNTER, CASE_NO, " ").code == "RDR-121"
    hall.work.issue_query_code(COUNTER, CASE_NO, "乙")
    hall.clock.moment += timedelta(days=181)
    assert [row.state for row in hall.work.query_codes()] == ["ended", "revoked"]
