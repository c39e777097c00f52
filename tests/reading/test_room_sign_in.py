"""Signing in at the terminal: by code, by pass and by ID card, and when it takes none."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from app.domain.access import ADMINISTRATOR, Actor
from app.kernel.clock import timestamp
from app.services.credentials import identity_digest
from app.services.reading_passes import pass_text
from app.services.reading_room import ReadingRoom
from tests.reading.hall import CASE_NO, Hall, refused

CARD = "11010519491231002X"
OTHER_CARD = "440524188001010014"
ADMIN = Actor(name="管理员", role=ADMINISTRATOR)


def wrong(code: str) -> str:
    """A code of the same grant that is wrong."""
    secret = "111111" if code.endswith("000000") else "000000"
    return code.partition("-")[0] + "-" + secret


@pytest.mark.parametrize(
    "typed",
    ["{number}-{secret}", "{number}{secret}", " {number} - {secret} ", "{wide}"],
    ids=["slip", "digits", "blanks", "full width"],
)
def test_a_code_may_be_typed_in_many_ways(shared_hall: Hall, typed: str) -> None:
    number, secret = shared_hall.grant().split("-")
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number + secret)
    text = typed.format(number=number, secret=secret, wide=wide)
    visit = shared_hall.room.sign_in("code", text)
    assert [case.case_no for case in visit.cases] == [CASE_NO]


def test_a_pass_opens_its_grant_however_the_scanner_types_it(hall: Hall) -> None:
    hall.grant()
    text = pass_text(hall.context, hall.row())
    for typed in (text, text.upper(), f" {text}\r\n"):
        visit = hall.room.sign_in("qr", typed)
        assert [case.grant for case in visit.cases] == [hall.row().id]
    assert {row["proof"] for row in hall.audit("reader_signed_in")} == {"qr"}
    hall.change_grant(nonce="00000000000000ff")
    assert refused(hall.room.sign_in, "qr", text).code == "RDR-103", "replaced by a newer pass"


def test_a_card_opens_all_live_grants_of_its_holder(hall: Hall) -> None:
    digest = identity_digest(hall.context, CARD)
    hall.grant(identity_hash=digest)
    hall.grant(identity_hash=digest, pages=(5,))
    hall.grant(identity_hash=digest, revoked=True)
    hall.grant(identity_hash=digest, valid_until=timestamp(hall.clock.moment - timedelta(days=1)))
    hall.grant(identity_hash=identity_digest(hall.context, OTHER_CARD))
    hall.grant(identity_hash=digest, pages=(99,))
    hall.cards.card = CARD
    visit = hall.room.sign_in("id_card", "")
    assert [(case.pages, case.closed) for case in visit.cases] == [
        (4, ""),
        (1, ""),
        (0, "RDR-109"),
    ]
    assert visit.cases[0].grant == hall.row().id
    assert CARD not in str(hall.audit("reader_signed_in"))


def test_a_card_that_nobody_registered_opens_nothing(hall: Hall) -> None:
    hall.grant()
    assert refused(hall.room.sign_in, "id_card", "").code == "IDN-122"
    hall.cards.card = OTHER_CARD
    assert refused(hall.room.sign_in, "id_card", "").code == "RDR-116"
    assert refused(hall.room.sign_in, "id_card", OTHER_CARD).code == "IDN-116", "typed"
    assert len(hall.audit("reader_refused")) == 1
    hall.change_grant(
        identity_hash=identity_digest(hall.context, OTHER_CARD),
        valid_until=timestamp(hall.clock.moment - timedelta(seconds=1)),
    )
    assert refused(hall.room.sign_in, "id_card", "").code == "RDR-105"


def test_guessing_across_numbers_pauses_the_terminal_and_no_other(hall: Hall) -> None:
    code = hall.grant()
    for number in range(10):
        assert refused(hall.room.sign_in, "code", f"{5000 + number}-123456").code == "RDR-103"
    fault = refused(hall.room.sign_in, "code", code)
    assert (fault.code, fault.parameters) == ("RDR-111", {"minutes": 10})
    assert refused(hall.room.sign_in, "qr", pass_text(hall.context, hall.row())).code == "RDR-111"
    restarted = ReadingRoom(hall.context)
    assert refused(restarted.sign_in, "code", code).code == "RDR-111", "it is kept"
    assert hall.elsewhere("阅卷室2号终端").sign_in("code", code)
    hall.cards.card = CARD
    hall.change_grant(identity_hash=identity_digest(hall.context, CARD))
    assert hall.room.sign_in("id_card", ""), "a card cannot be guessed"
    hall.clock.moment += timedelta(minutes=10, seconds=1)
    assert hall.room.sign_in("code", code)
    assert [row["guesses"] for row in hall.audit("reading_paused")] == [10]


def test_wrong_codes_lock_code_and_pass_but_not_the_card_of_the_reader(hall: Hall) -> None:
    code = hall.grant(identity_hash=identity_digest(hall.context, CARD))
    for _try in range(5):
        refused(hall.room.sign_in, "code", wrong(code))
    text = pass_text(hall.context, hall.row())
    assert refused(hall.room.sign_in, "code", code).code == "RDR-104"
    assert refused(hall.room.sign_in, "qr", text).code == "RDR-104"
    assert hall.audit("reader_refused")[-1]["why"] == "RDR-104", "a pass of a locked grant, too"
    (row,) = hall.work.reading_grants()
    assert row.state == "locked", "the counter sees it"
    hall.cards.card = CARD
    (case,) = hall.room.sign_in("id_card", "").cases
    assert case.grant == row.id and not case.closed
    told = hall.audit("reader_signed_in")[-1]
    assert (told["proof"], told["locked"]) == ("id_card", "RDR-104")
    assert hall.row().tries_left == 0, "the card unlocks nothing"
    assert refused(hall.room.sign_in, "code", code).code == "RDR-104"
    renewed = hall.work.renew_reading_code(ADMIN, row.id)
    assert refused(hall.room.sign_in, "code", code).code == "RDR-103"
    assert hall.room.sign_in("code", renewed.code)
    assert "locked" not in hall.audit("reader_signed_in")[-1]


def test_codes_for_a_locked_grant_count_as_guesses(hall: Hall) -> None:
    code = hall.grant(tries_left=0)
    for _try in range(10):
        assert refused(hall.room.sign_in, "code", code).code == "RDR-104"
    assert refused(hall.room.sign_in, "code", code).code == "RDR-111"


def test_strange_cards_are_on_record_and_only_typed_numbers_are_guesses(hall: Hall) -> None:
    hall.grant(identity_hash=identity_digest(hall.context, CARD))
    hall.cards.card = OTHER_CARD
    for _try in range(12):
        assert refused(hall.room.sign_in, "id_card", "").code == "RDR-116"
    assert len(hall.audit("reader_refused")) == 12
    hall.cards.card = CARD
    visit = hall.room.sign_in("id_card", "")
    hall.room.sign_out(visit.id, "reader")
    hall.cards.typed_numbers = True
    for _try in range(10):
        assert refused(hall.room.sign_in, "id_card", OTHER_CARD).code == "RDR-116"
    assert refused(hall.room.sign_in, "id_card", CARD).code == "RDR-111"


def test_ten_wrong_codes_over_a_day_pause_nothing(hall: Hall) -> None:
    code = hall.grant(valid_days=2)
    for number in range(12):
        refused(hall.room.sign_in, "code", f"{5000 + number}-123456")
        hall.clock.moment += timedelta(minutes=2)
    assert hall.room.sign_in("code", code)


def test_a_grant_is_read_in_one_place_at_a_time(hall: Hall) -> None:
    code = hall.grant()
    desk, session = hall.enter(code)
    other = hall.elsewhere("阅卷室2号终端")
    visit = other.sign_in("code", code)
    assert refused(desk.page, session.grant, 1).code == "RDR-112"
    assert other.session_desk(visit.id).page(session.grant, 1).picture
    assert [row["why"] for row in hall.audit("reader_signed_out")] == ["lost"]


def test_a_terminal_that_starts_ends_what_it_had_left_open(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    elsewhere = hall.elsewhere("阅卷室2号终端")
    other = elsewhere.sign_in("code", hall.grant())
    ReadingRoom(hall.context).prepare()
    assert refused(desk.page, session.grant, 1).code == "RDR-112"
    assert elsewhere.session_desk(other.id).visit()
    (visit,) = (row for row in hall.work.visits() if row.id == session.visit)
    assert visit.ended_by == "lost"


def test_views_are_counted_once_for_each_visit(hall: Hall) -> None:
    code = hall.grant(views_limit=2)
    desk, session = hall.enter(code)
    assert desk.open_case(session.grant) == session
    assert hall.row().views == 1
    visit = hall.room.sign_in("code", code)
    assert visit.cases[0].views_left == 1
    assert hall.row().views == 1, "nothing was opened yet"
    desk = hall.room.session_desk(visit.id)
    desk.open_case(session.grant)
    assert desk.visit().cases[0].closed == "", "the one she has open stays open"
    assert refused(hall.room.sign_in, "code", code).code == "RDR-113"
    assert desk.page(session.grant, 1).picture, "refusing somebody else ends nobody's visit"


def test_a_visit_ends_when_its_time_is_over(hall: Hall) -> None:
    hall.work.set_reading_settings(ADMIN, cap_minutes=30)
    desk, session = hall.enter(hall.grant())
    assert desk.visit().cap_seconds == 1800
    hall.clock.moment += timedelta(minutes=29, seconds=59)
    assert desk.page(session.grant, 1).picture
    hall.clock.moment += timedelta(seconds=2)
    for call in (desk.page, desk.thumbnail):
        assert refused(call, session.grant, 1).code == "RDR-112"
    assert refused(desk.visit).code == "RDR-112"


def test_the_log_tells_pages_seconds_and_searches_and_is_in_the_chain(hall: Hall) -> None:
    code = hall.grant()
    desk, session = hall.enter(code)
    made = desk.page(session.grant, 1)
    desk.page(session.grant, 2)
    desk.shown(made.issue)
    hall.clock.moment += timedelta(seconds=20)
    desk.left_page(made.issue, 12.5)
    desk.search(session.grant, "借款合同")
    last = desk.page(session.grant, 3)
    desk.shown(last.issue)
    hall.clock.moment += timedelta(seconds=8)
    hall.room.sign_out(session.visit, "idle")
    log = hall.work.reading_log(case_no=CASE_NO)
    assert [(row.action, row.page_number, row.seconds, row.text) for row in log] == [
        ("reader_signed_in", None, 0.0, "code"),
        ("reader_opened", None, 0.0, ""),
        ("page_read", 1, 12.5, ""),
        ("reader_searched", None, 0.0, "借款合同"),
        ("page_read", 3, 8.0, ""),
        ("reader_signed_out", None, 0.0, "idle"),
    ]
    assert {row.visit for row in log} == {session.visit}
    assert log == hall.work.reading_log(visit=session.visit)
    assert log == hall.work.reading_log(grant=session.grant)
    assert hall.work.reading_log(visit="visit_of_nobody") == ()
    (visit,) = hall.work.visits(case_no=CASE_NO)
    assert (visit.pages, visit.searches, visit.seconds) == (2, 1, 20.5)
    assert visit.ended_by == "idle"
    today = hall.clock.moment.astimezone().date()
    assert hall.work.visits(day=str(today)) == (visit,)
    assert hall.work.visits(day=str(today - timedelta(days=1))) == ()
    with hall.context.storage.read() as tx:
        assert tx.audit.verify()[0]
        issue = tx.page_issues.get(last.issue)
    assert attrs.asdict(issue)["render_sha256"]
