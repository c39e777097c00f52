"""Public query and notices: what everybody may see at the terminal, and how often one may try."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from app.domain.access import CLERK as CLERK_ROLE
from app.domain.access import Actor
from app.domain.custody import CustodyEvent
from app.domain.reading import QueryCode
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Fault, Refused
from app.services.public_query import paper_place
from app.services.secrets import hash_secret
from tests.reading.hall import CASE_NO, CLERK, Hall

CODE = "5001-246810"


def issue(hall: Hall, **facts: object) -> None:
    code_hash, code_salt = hash_secret("246810")
    code = QueryCode(
        id="query_1",
        number="5001",
        dossier_id="dossier_1",
        holder="王某",
        code_hash=code_hash,
        code_salt=code_salt,
        made_at=timestamp(hall.clock.now()),
        made_by="林书记员",
        valid_until=timestamp(hall.clock.now() + timedelta(days=2)),
    )
    with hall.context.storage.write() as tx:
        tx.query_codes.add(attrs.evolve(code, **facts))
        tx.audit.record("tester", "change", CASE_NO)
        tx.commit()


def refused(hall: Hall, code: str) -> Fault:
    with pytest.raises(Refused) as caught:
        hall.room.progress(code)
    return caught.value


def test_progress_tells_steps_and_no_names(hall: Hall) -> None:
    issue(hall)
    hall.change(
        cause="民间借贷纠纷",
        plaintiff="王某",
        defendant="李某",
        clerk="林书记员",
        filed_on="2023-02-01",
        closed_on="2023-09-01",
    )
    row = hall.room.progress(" 5001 - 246810 ")
    assert row.case_no == CASE_NO
    assert {step: done for step, _at, done in row.steps} == {
        "filed": True,
        "closed": True,
        "digitized": True,
        "catalogued": True,
        "sealed": True,
        "submitted": False,
        "archived": False,
    }
    assert row.steps[0] == ("filed", "2023-02-01", True)
    assert row.paper == "court"
    assert row.term_until > "2023-09-01"
    for name in ("王某", "李某", "林书记员"):
        assert name not in str(row)
    assert hall.audit("progress_asked") == [{"number": "5001"}]


@pytest.mark.parametrize(
    "code",
    [
        "",
        "-",
        "5001",
        "5001-",
        "5001-24681",
        "5001-2468100",
        "9999-246810",
        "-246810",
        "5001-246810; --",
        "' OR 1=1 --",
        "5001-\x00246810",
        "5001-２４６８１０",
        "5" * 10_000,
        "\ud83d",
    ],
)
def test_no_other_text_is_the_code(hall: Hall, code: str) -> None:
    issue(hall)
    assert refused(hall, code).code == "RDR-160"


def test_ended_and_withdrawn_codes_are_told(hall: Hall) -> None:
    issue(hall, revoked=True)
    assert refused(hall, CODE).code == "RDR-162"
    with hall.context.storage.write() as tx:
        tx.query_codes.replace(attrs.evolve(tx.query_codes.get("query_1"), revoked=False))
        tx.audit.record("tester", "change", CASE_NO)
        tx.commit()
    hall.clock.moment += timedelta(days=3)
    assert refused(hall, CODE).code == "RDR-162"


def test_five_tries_end_a_code_and_ten_pause_the_terminal(hall: Hall) -> None:
    issue(hall)
    for _try in range(5):
        assert refused(hall, "5001-000000").code == "RDR-160"
    assert refused(hall, CODE).code == "RDR-160", "the right secret comes too late"
    for _try in range(4):
        refused(hall, "7777-000000")
    paused = refused(hall, CODE)
    assert (paused.code, paused.parameters) == ("RDR-161", {"minutes": 10})
    assert len(hall.audit("progress_paused")) == 1
    hall.clock.moment += timedelta(minutes=11)
    assert refused(hall, CODE).code == "RDR-160"


def test_a_right_code_gives_all_tries_back(hall: Hall) -> None:
    issue(hall, tries_left=1)
    hall.room.progress(CODE)
    for _try in range(4):
        refused(hall, "5001-111111")
    assert hall.room.progress(CODE).case_no == CASE_NO


def test_where_the_paper_is() -> None:
    def event(action: str, task: str, place: str = "") -> CustodyEvent:
        return CustodyEvent(
            id="c",
            dossier_id="d",
            happened_at="",
            action=action,
            giver="甲",
            receiver="乙",
            place=place,
            volumes=1,
            details={"task": task},
        )

    assert paper_place([], "甲") == "court"
    assert paper_place([], "") == "unknown"
    assert paper_place([event("confirmed", "clerk_to_scanning")], "甲") == "centre"
    assert paper_place([event("offered", "clerk_to_scanning")], "甲") == "court"
    assert paper_place([event("shelved", "", "3-2-1")], "甲") == "archive"


def test_notices_are_shown_on_their_days_guides_last(hall: Hall) -> None:
    today = hall.clock.now().astimezone().date()
    yesterday, tomorrow = (str(today + timedelta(days=days)) for days in (-1, 1))
    hall.work.keep_hall_notice(CLERK, "guide", "如何申请阅卷", "请携带身份证。\n到窗口办理。")
    hall.work.keep_hall_notice(CLERK, "notice", "昨日", "过期", shown_until=yesterday)
    hall.work.keep_hall_notice(CLERK, "notice", "明日", "未到", shown_from=tomorrow)
    shown = hall.work.keep_hall_notice(CLERK, "notice", "停电", "今日下午停电", "", str(today))
    assert [row.title for row in hall.room.notices()] == ["停电", "如何申请阅卷"]
    assert {row.made_by for row in hall.room.notices()} == {""}
    assert len(hall.work.hall_notices()) == 4
    hall.work.withdraw_hall_notice(CLERK, shown.id)
    assert [row.title for row in hall.room.notices()] == ["如何申请阅卷"]
    with pytest.raises(Refused) as gone:
        hall.work.withdraw_hall_notice(CLERK, shown.id)
    assert gone.value.code == "RDR-166"
    assert len(hall.audit("hall_notice_kept")) == 4


@pytest.mark.parametrize(
    ("wishes", "code"),
    [
        ({"kind": "poster"}, "RDR-164"),
        ({"title": " "}, "RDR-164"),
        ({"title": "长" * 61}, "RDR-164"),
        ({"title": "换\n行"}, "RDR-164"),
        ({"text": "控制\x1b[2J"}, "RDR-164"),
        ({"text": "长" * 4001}, "RDR-164"),
        ({"shown_from": "tomorrow"}, "RDR-165"),
        ({"shown_from": "2026-03-02", "shown_until": "2026-03-01"}, "RDR-165"),
    ],
)
def test_a_notice_that_cannot_hang_is_refused(
    hall: Hall, wishes: dict[str, str], code: str
) -> None:
    given = {"kind": "notice", "title": "停电", "text": "今日下午停电", **wishes}
    with pytest.raises(BadInput) as caught:
        hall.work.keep_hall_notice(CLERK, **given)
    assert caught.value.code == code
    assert hall.work.hall_notices() == ()


def test_not_everybody_may_write_on_the_wall(hall: Hall) -> None:
    with pytest.raises(Refused) as caught:
        hall.work.keep_hall_notice(Actor(name="甲", role=CLERK_ROLE), "notice", "停电", "下午")
    assert caught.value.code == "ACC-101"
