"""Invented applications, grants, prints, slips and visits of readers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from app.gui.samples.rows import CASE_NO, LONG_CASE_NO
from app.kernel.clock import timestamp
from app.services.reading_desk_views import (
    ApplicationRow,
    GrantRow,
    PaperKindRow,
    PaperRow,
    PrintJobRow,
    ReaderKindRow,
    ReadingLogRow,
    ReadingRules,
    VisitRow,
)
from app.services.reading_views import NoticeRow, SlipRow

LONG_READER = "欧阳完颜若溪·买买提江"
OTHER_CASE = "（2020）辽0882民初112号"
CAUSE = "买卖合同纠纷"
LAWYER, PARTY = "律师（诉讼代理人）", "当事人"


def at(**shift: float) -> str:
    """A moment that far from now."""
    return timestamp(datetime.now(UTC) + timedelta(**shift))


def sample_rules() -> ReadingRules:
    """Four kinds of readers."""
    licence = PaperKindRow(code="lawyer_licence", name="律师执业证", needed=True)
    power = PaperKindRow(code="power_of_attorney", name="授权委托书", needed=True)
    letter = PaperKindRow(code="firm_letter", name="律师事务所函", needed=True)
    card = PaperKindRow(code="id_card", name="居民身份证", needed=False)
    own_card = PaperKindRow(code="id_card", name="居民身份证", needed=True)
    either = attrs.evolve(power, needed=False, choice=True)
    aid = PaperKindRow(code="legal_aid_letter", name="法律援助公函", needed=False, choice=True)
    return ReadingRules(
        title="诉讼卷宗查阅规则",
        version="2026.1",
        source="法释〔2002〕39号（2020年修正）",
        handling_days=3,
        kinds=(
            ReaderKindRow(
                code="lawyer",
                name=LAWYER,
                papers=(licence, power, letter, card),
                represents=True,
                source="法释〔2002〕39号第一条、第四条",
            ),
            ReaderKindRow(
                code="defender_lawyer",
                name="辩护律师",
                papers=(licence, either, aid, card),
                represents=True,
                source="刑诉法司法解释（2021）第五十三条",
            ),
            ReaderKindRow(
                code="party", name=PARTY, papers=(own_card,), source="法释〔2002〕39号第十条"
            ),
            ReaderKindRow(
                code="other_defender",
                name="非律师辩护人",
                papers=(own_card, power),
                needs_leave=True,
                copies=False,
                represents=True,
                source="刑事诉讼法第四十条",
            ),
        ),
    )


def sample_application(number: int, **changes: Any) -> ApplicationRow:
    """One application at the counter."""
    lawyer = number % 2 == 0
    papers = (
        ("lawyer_licence", "律师执业证", "13210201510456789"),
        ("power_of_attorney", "授权委托书", ""),
        ("firm_letter", "律师事务所函", "（2026）北辰函字第 17 号"),
    )
    values: dict[str, Any] = {
        "id": f"application-{number}",
        "number": f"YS-2026-{number:04d}",
        "case_no": (CASE_NO, OTHER_CASE, LONG_CASE_NO)[number % 3],
        "cause": CAUSE,
        "state": "entered",
        "turn": "check",
        "reader_kind": "lawyer" if lawyer else "party",
        "kind_name": LAWYER if lawyer else PARTY,
        "reader": ("秦望舒", "陆知行", LONG_READER)[number % 3],
        "certificate": "13210201510456789",
        "entered_by": "顾明远",
        "entered_at": at(hours=-3 - number),
        "due_on": "2026-11-26",
        "days_left": 2,
        "represents": "北岭机械制造有限公司" if lawyer else "",
        "identified": lawyer,
        "papers": tuple(
            PaperRow(code=code, name=name, needed=True, declared=code != "firm_letter", number=no)
            for code, name, no in papers
        ),
        "reason": "申请再审，核对庭审笔录与证据原件",
        "wants_copies": lawyer,
    }
    values.update(changes)
    return ApplicationRow(**values)


def sample_applications() -> list[ApplicationRow]:
    """One of each state; the second is to be decided, the third is late."""
    seen = tuple(
        PaperRow(
            code=code,
            name=name,
            needed=True,
            declared=True,
            seen_by="顾明远",
            seen_at=at(hours=-2),
        )
        for code, name in (("id_card", "居民身份证"),)
    )
    checked: dict[str, Any] = {
        "state": "checked",
        "turn": "decide",
        "checked_by": "顾明远",
        "checked_at": at(hours=-2),
        "papers": seen,
    }
    return [
        sample_application(0, days_left=0),
        sample_application(3, **checked, wanted_pages=(1, 2, 3, 4, 5, 9)),
        sample_application(2, **checked, days_left=-2, needs_leave=True),
        sample_application(4, state="returned", turn="applicant", remark="缺律师事务所函"),
        sample_application(
            5,
            **{**checked, "state": "approved", "turn": "", "days_left": None},
            decided_by="沈若溪",
            decided_at=at(hours=-1),
            decision_reason="材料齐全",
            grant="grant-1",
        ),
        sample_application(
            7,
            **{**checked, "state": "rejected", "turn": "", "days_left": None},
            decided_by="沈若溪",
            decided_at=at(days=-1),
            decision_reason="并非本案当事人",
        ),
    ]


def sample_grant(number: int, **changes: Any) -> GrantRow:
    """One grant in force."""
    values: dict[str, Any] = {
        "id": f"grant-{number}",
        "number": f"{1200 + number}",
        "case_no": (LONG_CASE_NO, CASE_NO, OTHER_CASE)[number % 3],
        "cause": CAUSE,
        "state": "live",
        "reader": (LONG_READER, "秦望舒", "陆知行")[number % 3],
        "certificate_tail": "6789",
        "valid_from": at(hours=-1),
        "valid_until": at(days=2),
        "kind_name": LAWYER,
        "represents": "北岭机械制造有限公司",
        "withheld": (17, 18),
        "withheld_items": (6,),
        "views": 1,
        "views_limit": 3,
        "prints_left": 14,
        "prints_granted": 20,
        "masked": True,
        "granted_by": "顾明远",
        "approved_by": "沈若溪",
        "reason": "材料齐全",
        "application": "YS-2026-0005",
        "tries_left": 5,
    }
    values.update(changes)
    return GrantRow(**values)


def sample_grants() -> list[GrantRow]:
    """One of each state; two have an appointment, one of them today."""
    soon = datetime.now(UTC).astimezone().replace(minute=30, second=0, microsecond=0)
    return [
        sample_grant(
            1,
            appointed_at=timestamp(soon.astimezone(UTC)),
            appointed_until=timestamp((soon + timedelta(minutes=20)).astimezone(UTC)),
            terminal="一楼阅卷终端",
        ),
        sample_grant(2, state="locked", tries_left=0, withheld=(), withheld_items=()),
        sample_grant(
            3,
            state="future",
            valid_from=at(days=1),
            appointed_at=at(days=1, hours=1),
            appointed_until=at(days=1, hours=2),
            terminal="一楼阅卷终端",
        ),
        sample_grant(4, state="ended", valid_until=at(days=-1), prints_granted=0),
        sample_grant(5, state="revoked"),
    ]


def sample_prints() -> list[PrintJobRow]:
    """One to be approved, one in doubt, one printed."""
    common: dict[str, Any] = {"reader": "秦望舒", "terminal": "一楼阅卷终端"}
    return [
        PrintJobRow(
            id="print-1",
            number="DY-0031",
            case_no=CASE_NO,
            state="asked",
            asked_at=at(minutes=-4),
            pages=(3, 4, 5, 9),
            fee_cents=200,
            **common,
        ),
        PrintJobRow(
            id="print-2",
            number="DY-0029",
            case_no=LONG_CASE_NO,
            state="doubtful",
            asked_at=at(hours=-2),
            pages=(1, 2),
            fee_cents=100,
            stamped=True,
            decided_by="沈若溪",
            decided_at=at(hours=-2),
            printer="阅卷室打印机",
            **common,
        ),
        PrintJobRow(
            id="print-3",
            number="DY-0027",
            case_no=OTHER_CASE,
            state="printed",
            asked_at=at(days=-1),
            pages=(7,),
            printed_sheets=1,
            **common,
        ),
    ]


def sample_slips() -> list[SlipRow]:
    """One to be received, one received."""
    common: dict[str, Any] = {
        "case_no": CASE_NO,
        "reader": "秦望舒",
        "started_at": at(hours=-2),
        "ended_at": at(hours=-1),
        "pages_read": tuple(range(1, 17)),
        "pages_printed": (3, 4),
    }
    return [
        SlipRow(id="slip-1", number="YJ-2026-0117", signed=True, **common),
        SlipRow(id="slip-2", number="YJ-2026-0116", signed=True, received_by="顾明远", **common),
    ]


def sample_visits() -> list[VisitRow]:
    """One that is going on, one that was left to itself."""
    return [
        VisitRow(
            id="visit-2",
            terminal="一楼阅卷终端",
            reader="秦望舒",
            proof="qr",
            started_at=at(minutes=-12),
            ended_at="",
            ended_by="",
            case_numbers=(CASE_NO, LONG_CASE_NO),
            pages=9,
            searches=2,
            seconds=520.0,
        ),
        VisitRow(
            id="visit-1",
            terminal="一楼阅卷终端",
            reader=LONG_READER,
            proof="id_card",
            started_at=at(days=-1, hours=-2),
            ended_at=at(days=-1, hours=-1),
            ended_by="idle",
            case_numbers=(OTHER_CASE,),
            pages=31,
            printed=4,
            seconds=2410.0,
        ),
    ]


def sample_log(visit: str) -> list[ReadingLogRow]:
    """What happened in a visit: pages and a search."""
    common: dict[str, Any] = {
        "visit": visit,
        "reader": "秦望舒",
        "case_no": CASE_NO,
        "terminal": "一楼阅卷终端",
    }
    rows = [
        ReadingLogRow(
            at=at(minutes=-12 + page),
            action="page_left",
            page_number=page,
            issue=f"8K2M9QX{page:03d}",
            seconds=20.0 + 7 * page,
            **common,
        )
        for page in range(1, 9)
    ]
    found = ReadingLogRow(at=at(minutes=-9), action="reader_searched", text="违约金", **common)
    return [*rows, found]


def sample_notices() -> list[NoticeRow]:
    """A notice and a guide."""
    return [
        NoticeRow(
            id="notice-1",
            kind="notice",
            title="诉讼服务大厅冬季办公时间调整的通知",
            text="自 12 月 1 日起，下午办公时间为 13:30 至 17:00。",
            made_at=at(days=-3),
            made_by="沈若溪",
            shown_from="2026-11-20",
            shown_until="2026-12-31",
        ),
        NoticeRow(
            id="notice-2",
            kind="guide",
            title="查阅案卷需要带什么",
            text="律师：律师执业证、授权委托书、律师事务所函。当事人：居民身份证。",
            made_at=at(days=-40),
            made_by="沈若溪",
        ),
    ]
