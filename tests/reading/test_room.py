"""The reading room over a real data folder: what is refused, what is shown, what is on record."""

from __future__ import annotations

import io
from datetime import timedelta

import attrs
import pytest
from PIL import Image

from app.domain.dossier import MAIN
from app.kernel.clock import timestamp
from app.services.reading_room import ReadingRoom
from tests.reading.hall import CASE_NO, Hall, picture, refused


def test_only_numbered_written_pages_of_the_main_part_are_shown(hall: Hall) -> None:
    _desk, session = hall.enter(hall.grant())
    assert session.pages == (1, 2, 3, 5)
    assert [item.title for item in session.catalogue] == ["民事起诉状", "民事判决书"]
    assert all(item.reason == {} for item in session.catalogue)


def test_the_restricted_part_stays_out_whatever_a_grant_says(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant(pages=(1, 4, 9)))
    assert session.pages == (1,)
    assert "合议庭评议笔录" not in [item.title for item in session.catalogue]
    for page in (4, 9):
        assert refused(desk.page, session.grant, page).code == "RDR-106"
        assert refused(desk.thumbnail, session.grant, page).code == "RDR-106"
    with Image.open(io.BytesIO(hall.view(desk, session, 1))) as shown:
        red, _green, blue = shown.convert("RGB").getpixel((102, 102))  # type: ignore[misc]
    assert blue > red, "page 1 of the main part, not of the restricted one"


def test_a_grant_that_leads_to_no_page_is_refused(hall: Hall) -> None:
    assert refused(hall.room.sign_in, "code", hall.grant(pages=(9,))).code == "RDR-109"
    assert hall.audit("reader_signed_in") == []


@pytest.mark.parametrize("state", ["registered", "scanned", "catalogued", "reconciled"])
def test_a_dossier_that_is_not_sealed_is_refused(hall: Hall, state: str) -> None:
    code = hall.grant()
    desk, session = hall.enter(code)
    made = desk.page(session.grant, 1)
    hall.change(state=state)
    assert refused(hall.room.sign_in, "code", code).code == "RDR-108"
    assert refused(desk.page, session.grant, 1).code == "RDR-108"
    assert refused(desk.shown, made.issue).code == "RDR-108"


def test_an_expired_or_revoked_grant_is_refused(hall: Hall) -> None:
    code = hall.grant(valid_days=1)
    desk, session = hall.enter(code)
    made = desk.page(session.grant, 1)
    valid = session.valid_until
    hall.change_grant(valid_until=timestamp(hall.clock.moment - timedelta(seconds=1)))
    assert refused(hall.room.sign_in, "code", code).code == "RDR-105"
    assert refused(desk.page, session.grant, 1).code == "RDR-105"
    hall.change_grant(
        valid_until=valid, valid_from=timestamp(hall.clock.moment + timedelta(seconds=1))
    )
    assert refused(hall.room.sign_in, "code", code).code == "RDR-105", "not valid yet"
    hall.change_grant(valid_from=timestamp(hall.clock.moment))
    assert desk.page(session.grant, 1).picture
    hall.change_grant(revoked=True)
    assert refused(desk.page, session.grant, 1).code == "RDR-105"
    assert refused(desk.shown, made.issue).code == "RDR-105"
    assert refused(hall.room.sign_in, "code", code).code == "RDR-105"


def test_tries_are_counted_and_end(hall: Hall) -> None:
    code = hall.grant()
    number = code.partition("-")[0]
    wrong = f"{number}-{'000000' if not code.endswith('000000') else '111111'}"
    for left in (4, 3):
        fault = refused(hall.room.sign_in, "code", wrong)
        assert (fault.code, fault.parameters["left"]) == ("RDR-103", left)
    assert hall.enter(code)[1].pages
    for left in (4, 3, 2, 1):
        assert refused(hall.room.sign_in, "code", wrong).parameters["left"] == left
    assert refused(hall.room.sign_in, "code", wrong).code == "RDR-104"
    assert refused(hall.room.sign_in, "code", code).code == "RDR-104", "the right code is too late"
    reasons = [row.get("why", "") for row in hall.audit("reader_refused")]
    assert reasons == ["", "", "", "", "", "", "RDR-104", "RDR-104"], "the lock is on record"


def test_an_unknown_number_is_a_wrong_code(hall: Hall) -> None:
    for code in ("9999-123456", "", "-", "1001", "no code at all"):
        fault = refused(hall.room.sign_in, "code", code)
        assert fault.code == "RDR-103"


def test_every_view_is_on_record_and_nothing_else(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    hall.view(desk, session, 1)
    ahead = desk.page(session.grant, 2)
    assert [row["page"] for row in hall.audit("page_read")] == [1]
    desk.shown(ahead.issue)
    hall.clock.moment += timedelta(seconds=7)
    desk.left_page(ahead.issue, 6.5)
    desk.shown(ahead.issue)
    rows = hall.audit("page_read")
    assert [row["page"] for row in rows] == [1, 2, 2], "every view counts, the second one too"
    assert {row["reader"] for row in rows} == {"欧阳若溪"}
    assert [row["seconds"] for row in hall.audit("page_left")] == [6.5]
    refused(desk.page, session.grant, 4)
    assert len(hall.audit("page_read")) == 3
    assert [row["page"] for row in hall.audit("page_issued")] == [1, 2]
    hall.room.sign_out(session.visit, "reader")
    hall.room.sign_out(session.visit, "idle")
    assert [row["why"] for row in hall.audit("reader_signed_out")] == ["reader"]
    with hall.context.storage.read() as tx:
        assert tx.audit.verify()[0]


def test_the_watermark_names_reader_certificate_case_time_and_terminal(hall: Hall) -> None:
    desk, session = hall.enter(hall.grant())
    desk.page(session.grant, 1)
    words = " ".join(hall.pool.calls[-1][1][1]["lines"])
    local = f"{hall.clock.moment.astimezone():%Y-%m-%d %H:%M}"
    for part in ("欧阳若溪", "021X", CASE_NO, local, "阅卷室1号终端"):
        assert part in words
    assert "3408" not in words, "no more of the certificate than its end"


def test_staff_close_the_terminal_with_their_own_pin(hall: Hall) -> None:
    assert refused(hall.room.confirm_staff, "", "").code == "RDR-118", "nobody is not anybody"
    hall.work.create_first_person("林书记员", "246800")
    assert hall.room.staff_names() == ("林书记员",)
    assert refused(hall.room.confirm_staff, "林书记员", "000000").code == "ACC-106"
    assert refused(hall.room.confirm_staff, "", "").code == "ACC-106"
    hall.room.confirm_staff("林书记员", "246800")
    assert len(hall.audit("terminal_closed")) == 1


def test_a_page_is_marked_in_a_worker_process(hall: Hall) -> None:
    room = ReadingRoom(attrs.evolve(hall.context, pool=hall.workers))
    room.prepare()
    visit = room.sign_in("code", hall.grant())
    data = room.session_desk(visit.id).page(visit.cases[0].grant, 1).picture
    assert data[:3] == b"\xff\xd8\xff"
    assert data != picture(MAIN)
