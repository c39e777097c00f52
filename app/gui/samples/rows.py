"""Invented rows: a civil case of twenty-two sides with a few faults in it. No real persons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from app.gui.samples.pictures import draw_page, draw_thumbnail
from app.services.views import (
    CaseRow,
    CaseView,
    CheckRow,
    DiscrepancyRow,
    FindingRow,
    HistoryRow,
    ItemRow,
    PackageView,
    PaperTile,
    ReconciliationView,
    SideRow,
    StepState,
)
from archive_rules.four_property import load_check_list

CASE_NO = "（2019）辽0882民初4866号"
LONG_CASE_NO = "（2023）内蒙古自治区0105民初13456号之一"
DOCUMENTS = (
    ("民事起诉状", "起诉材料", 2, "2019-06-03", 0.96),
    ("原告身份证明、营业执照副本及法定代表人身份证明书", "起诉材料", 3, "2019-06-03", 0.91),
    ("受理案件通知书", "立案材料", 1, "2019-06-05", 0.88),
    ("举证通知书及送达回证", "送达材料", 2, "2019-06-06", 0.55),
    ("设备买卖合同", "原告证据", 4, "2019-03-12", 0.93),
    ("庭审笔录", "庭审材料", 4, "2019-08-20", 0.82),
    ("民事判决书", "裁判文书", 3, "2019-09-11", 0.97),
)


AUTHORS = (
    "周行之",
    "",
    "澄溪市人民法院",
    "澄溪市人民法院",
    "沅江机械有限公司",
    "",
    "澄溪市人民法院",
)
# The side whose number was read as 17 and stands between 10 and 12.
LOOK_ALIKE = 13


def _fields(title: str, date: str, confidence: float, *, author: str) -> dict[str, Any]:
    """How sure the fields of a row are, and why."""
    reason = {"code": "title_line", "parameters": {"title": title, "row": 4}}
    signed = {"code": "date_signed", "parameters": {"line": date}}
    told = {
        "title": {"confidence": confidence, "reason": reason},
        "category": {"confidence": 0.9, "reason": reason},
        "date": {"confidence": 0.86, "reason": signed},
    }
    if author:
        told["author"] = {
            "confidence": 0.8,
            "reason": {"code": "author_heading", "parameters": {"line": author}},
        }
    return told


def sample_finding(
    position: int, code: str, severity: str = "warn", verdict: str = "", value: float = 2.4
) -> FindingRow:
    """One finding on the side at `position`."""
    return FindingRow(
        id=f"finding-{position}-{code}",
        side_id=f"side-{position}",
        position=position,
        code=code,
        severity=severity,
        value=value,
        limit=1.0,
        box=(180.0, 820.0, 1500.0, 1180.0),
        verdict=verdict,
        verdict_by="",
        remark="",
    )


def sample_side(position: int, **changes: Any) -> SideRow:
    """The side at `position`; `changes` replace single fields."""
    values: dict[str, Any] = {
        "id": f"side-{position}",
        "position": position,
        "part": "main",
        "volume": 1,
        "batch": "batch-1",
        "sheet": (position + 1) // 2,
        "face": "front" if position % 2 else "back",
        "file": f"{position:04d}.jpg",
        "width": 2480,
        "height": 3508,
        "dpi": 300,
        "turn": 0,
        "skew_deg": 0.2,
        "blank": False,
        "role": "page",
        "role_by": "",
        "page_number": position,
        "page_number_confidence": 0.95,
        "number_by": "",
        "item_number": None,
        "fault": "",
        "examined": True,
        "recognised": True,
        "thumbnail": None,
        "picture": None,
        "findings": (),
    }
    values.update(changes)
    return SideRow(**values)


def sample_dossier(folder: Path) -> tuple[tuple[SideRow, ...], tuple[ItemRow, ...]]:
    """All sides with pictures drawn into `folder`, and the items of the catalogue."""
    sides = [_drawn(folder, sample_side(1, role="cover", page_number=None), CASE_NO, "cover")]
    sides.append(
        _drawn(folder, sample_side(2, role="catalogue", page_number=None), "卷内目录", "catalogue")
    )
    items: list[ItemRow] = []
    position, page = 3, 1
    for number, (title, category, pages, date, confidence) in enumerate(DOCUMENTS, 1):
        first_position, first_page = position, page
        for _page in range(pages):
            side = sample_side(position, page_number=page, item_number=number)
            if position == LOOK_ALIKE:
                side = evolve(
                    side,
                    page_number_confidence=0.78,
                    number_reason={
                        "code": "number_look_alike",
                        "parameters": {"read": 17, "value": page},
                    },
                )
            sides.append(_drawn(folder, side, title if page == first_page else "", "page"))
            position, page = position + 1, page + 1
        items.append(
            ItemRow(
                id=f"item-{number}",
                part="main",
                number=number,
                title=title,
                category=category,
                date=date,
                first_page=first_page,
                last_page=page - 1,
                first_position=first_position,
                last_position=position - 1,
                confidence=confidence,
                doubtful=confidence < 0.7,
                confirmed_by="沈若溪" if number == 1 else "",
                reason={"code": "title_line", "parameters": {"title": title, "row": number + 3}},
                author=AUTHORS[number - 1],
                fields=_fields(title, date, confidence, author=AUTHORS[number - 1]),
            )
        )
    blank = sample_side(position, role="blank", page_number=None, blank=True)
    sides.append(_drawn(folder, blank, "", "blank"))
    return with_findings(sides), tuple(items)


def with_findings(sides: Sequence[SideRow]) -> tuple[SideRow, ...]:
    """The sides with the faults of the sample on them."""
    planted = {
        5: (sample_finding(5, "skew"),),
        9: (sample_finding(9, "blur", "fail", value=41.0), sample_finding(9, "streak")),
        14: (sample_finding(14, "duplicate", "fail", value=13),),
        sides[-1].position: (sample_finding(sides[-1].position, "blank", "note"),),
    }
    return tuple(
        evolve(side, findings=planted[side.position]) if side.position in planted else side
        for side in sides
    )


def _drawn(folder: Path, side: SideRow, title: str, kind: str) -> SideRow:
    picture = folder / f"page-{side.position}.jpg"
    thumbnail = folder / f"thumbnail-{side.position}.jpg"
    if not thumbnail.exists():
        draw_page(picture, title=title, number=side.page_number, kind=kind)
        draw_thumbnail(picture, thumbnail)
    return evolve(side, picture=picture, thumbnail=thumbnail)


def sample_steps(current: str) -> tuple[StepState, ...]:
    """The line of steps with `current` being worked on."""
    names = ("scan", "inspect", "catalogue", "reconcile", "archive")
    at = names.index(current) if current in names else len(names)
    return tuple(
        StepState(
            step=name,
            state="done" if index < at else ("blocked" if index == at else "ahead"),
            open_count=3 if index == at else 0,
        )
        for index, name in enumerate(names)
    )


def sample_case(**changes: Any) -> CaseView:
    """The open case."""
    values: dict[str, Any] = {
        "case_no": CASE_NO,
        "state": "catalogued",
        "court": "青河县人民法院",
        "cause": "买卖合同纠纷",
        "plaintiff": "北岭机械制造有限公司",
        "defendant": "远汀工程设备租赁有限责任公司",
        "judge": "顾明远",
        "clerk": "沈若溪",
        "filed_on": "2019-06-03",
        "closed_on": "2019-09-11",
        "mode": "dual",
        "retention": "长期",
        "template": "civil-first-2024",
        "paper_pages": 20,
        "sheets": 12,
        "sides": 22,
        "blank_sides": 1,
        "queued": 0,
        "failed": 0,
        "open_findings": 5,
        "items": 7,
        "doubtful_items": 1,
        "open_discrepancies": 3,
        "package": "",
        "next_action": "resolve",
        "blockers": 3,
        "steps": sample_steps("reconcile"),
    }
    values.update(changes)
    return CaseView(**values)


def sample_cases(count: int = 6) -> tuple[CaseRow, ...]:
    """The case list: one of each kind first, then as many more as asked for."""
    kinds = (
        (CASE_NO, "catalogued", "买卖合同纠纷", "resolve", 3, 22, "2026-11-20", -12),
        (
            "（2020）辽0882民初112号",
            "scanned",
            "民间借贷纠纷",
            "inspect",
            4,
            148,
            "2026-12-05",
            3,
        ),
        (LONG_CASE_NO, "reconciled", "建设工程施工合同纠纷", "seal", 0, 612, "2026-12-24", 22),
        ("（2021）辽0882刑初37号", "registered", "盗窃罪", "scan", 0, 0, "2027-02-02", 62),
        (
            "（2019）辽0882行初9号",
            "submitted",
            "行政处罚纠纷",
            "shelve",
            0,
            96,
            "",
            None,
        ),
        ("（2018）辽0882民初2201号", "accessioned", "离婚纠纷", "none", 0, 54, "", None),
    )
    rows = []
    for index in range(count):
        number, state, cause, action, blockers, sides, due, left = kinds[index % len(kinds)]
        if index >= len(kinds):
            number = f"（2022）辽0882民初{index}号"
        rows.append(
            CaseRow(
                case_no=number,
                state=state,
                cause=cause,
                plaintiff="北岭机械制造有限公司",
                defendant="远汀工程设备租赁有限责任公司、白榆市市政设施养护中心",
                clerk="沈若溪",
                sides=sides,
                due=due,
                overdue=left is not None and left < 0,
                term=sample_term(state, left),
                days_left=left,
                next_action=action,
                blockers=blockers,
            )
        )
    return tuple(rows)


def sample_term(state: str, days_left: int | None) -> str:
    """The state of a term with so many days left."""
    if days_left is None:
        return "done" if state == "accessioned" else "unclosed"
    if days_left < 0:
        return "overdue"
    return "remind" if days_left <= 61 else "running"


def sample_reconciliation(sides: Sequence[SideRow]) -> ReconciliationView:
    """A missing page, a page scanned twice and a stranger."""
    tiles = [
        PaperTile(page_number=side.page_number, positions=(side.position,), state="matched")
        for side in sides
        if side.page_number is not None
    ]
    tiles[8] = PaperTile(page_number=9, positions=(), state="missing")
    tiles[11] = PaperTile(page_number=12, positions=(13, 14), state="double")
    tiles.insert(15, PaperTile(page_number=None, positions=(17,), state="stranger"))
    said = (
        ("missing_page", (), (9,), 0.97, "第 9 页没有对应的图像：第 8 页之后直接是第 10 页。"),
        (
            "duplicate_page",
            (13, 14),
            (12,),
            0.93,
            "第 13 面与第 14 面是同一页（第 12 页）扫了两次。",
        ),
        ("foreign_case", (17,), (), 0.71, "第 17 面上的案号与本案不同。"),
    )
    return ReconciliationView(
        verdict="discrepant",
        counts={"sides": 22, "numbered": 19, "blank": 1, "expected_pages": 20},
        discrepancies=tuple(
            DiscrepancyRow(
                id=f"discrepancy-{kind}",
                kind=kind,
                positions=positions,
                page_numbers=pages,
                confidence=confidence,
                explanation=explanation,
                verdict="",
                verdict_by="",
                remark="",
            )
            for kind, positions, pages, confidence, explanation in said
        ),
        tiles=tuple(tiles),
    )


def sample_checks() -> PackageView:
    """A package that passed, with two checks that wait for a person."""
    shown = ("1-1", "1-1-2", "1-14", "2-7", "3-3", "3-4", "4-2", "4-3")
    check_list = load_check_list()
    items = {item.code: item for item in check_list.of_stage("archiving")}
    return PackageView(
        package="（2019）辽0882民初4866号-v1",
        version=1,
        sha256="9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab",
        sm3="66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        provisional=False,
        accepted=True,
        checks=tuple(
            CheckRow(
                code=f"{check_list.prefixes['archiving']}-{code}",
                property=items[code].property,
                name=items[code].name,
                result="pass" if items[code].automatic else "manual",
                remark=items[code].hint,
            )
            for code in shown
        ),
    )


def sample_history() -> tuple[HistoryRow, ...]:
    """Some records of the audit chain."""
    said: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("沈若溪", "case_registered", {}),
        ("顾明远", "batch_opened", {"source": "simulated:demo"}),
        ("顾明远", "side_stored", {"position": 1}),
        ("顾明远", "batch_closed", {"sheets": 11, "sides": 22}),
        ("顾明远", "finding_judged", {"code": "skew", "verdict": "accepted"}),
        ("沈若溪", "catalogue_proposed", {"items": 7}),
        ("沈若溪", "item_edited", {"item": 4, "title": "举证通知书及送达回证"}),
        ("沈若溪", "reconciled", {"discrepancies": 3}),
        ("沈若溪", "discrepancy_resolved", {"kind": "duplicate_page", "verdict": "same"}),
    )
    return tuple(
        HistoryRow(
            number=number,
            at=f"2026-11-22T0{number}:12:05.000Z",
            actor=actor,
            action=action,
            details=details,
        )
        for number, (actor, action, details) in enumerate(said, 1)
    )
