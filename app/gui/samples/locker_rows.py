"""Invented cabinets, hand-offs and incidents. No real persons."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import evolve

from app.gui.samples.rows import CASE_NO, LONG_CASE_NO
from app.kernel.clock import timestamp
from app.services.locker_views import (
    CellRow,
    HandOffRow,
    IncidentRow,
    NoticeView,
    TimelineRow,
    VolumeCustodyRow,
)

CABINET, SECOND_CABINET = "一楼云柜", "诉讼服务中心云柜"
CELLS = 24
LONG_NAME = "欧阳完颜若溪·买买提江（沅江重型机械设备进出口有限责任公司代理人）"
OTHER_CASE = "（2021）辽0882刑初37号"
# State, cell, receiver, hours until due, volumes, pages, task.
HAND_OFFS: tuple[tuple[str, int, str, int, int, int, str], ...] = (
    ("disputed", 0, "顾明远", -30, 2, 214, "judge_to_party"),
    ("fault", 12, "顾明远", 20, 1, 96, "clerk_to_archive"),
    ("overdue", 3, "秦望舒", -5, 3, 402, "clerk_to_archive"),
    ("collected", 0, "秦望舒", 9, 1, 20, "clerk_to_archive"),
    ("notified", 7, LONG_NAME, 26, 1, 58, "judge_to_party"),
    ("deposited", 8, "顾明远", 30, 12, 2366, "clerk_to_scanning"),
    ("reserved", 14, "顾明远", 44, 1, 20, "party_to_judge"),
)
STATES = {"reserved": "reserved", "fault": "unknown"}


def moment(hours: float) -> str:
    """So many hours from now."""
    return timestamp(datetime.now(UTC) + timedelta(hours=hours))


def sample_handoffs(count: int = len(HAND_OFFS)) -> list[HandOffRow]:
    """`count` hand-offs that are not over, and the states above again and again."""
    rows = []
    for number in range(count):
        state, cell, receiver, due, volumes, pages, task = HAND_OFFS[number % len(HAND_OFFS)]
        turns = {"reserved": "giver", "fault": "administrator", "disputed": "administrator"}
        rows.append(
            HandOffRow(
                id=f"handoff-{number + 101}",
                case_no=(CASE_NO, LONG_CASE_NO, OTHER_CASE)[number % 3],
                state=state,
                giver="沈若溪",
                receiver=receiver,
                cabinet=CABINET,
                cell=cell,
                volumes=volumes,
                pages=pages,
                offered_at=moment(due - 48),
                task=task,
                part="main" if task == "judge_to_party" else "",
                counts=tuple(
                    {"part": "main", "volume": n + 1, "pages": pages // volumes}
                    for n in range(volumes)
                ),
                receiver_kind="party" if task == "judge_to_party" else "staff",
                phone="138****5502" if task == "judge_to_party" else "",
                deposited_at=moment(due - 24) if cell and state != "reserved" else "",
                counted_volumes=1 if state == "disputed" else None,
                counted_pages=107 if state == "disputed" else None,
                due_at=moment(due),
                overdue=due < 0,
                reminders=1 if state == "overdue" else 0,
                turn=turns.get(state, "receiver"),
                notice="failed" if state == "notified" else "sent",
            )
        )
    return rows


def finished_handoff() -> HandOffRow:
    """One that is over."""
    row = sample_handoffs(1)[0]
    return evolve(
        row, id="handoff-90", state="confirmed", turn="", overdue=False, confirmed_at=moment(-50)
    )


def sample_cells(hand_offs: list[HandOffRow], count: int = CELLS) -> list[CellRow]:
    """The cells of the first cabinet with these hand-offs in them."""
    within = {row.cell: row for row in hand_offs[: len(HAND_OFFS)] if row.cell}
    cells = []
    for number in range(1, count + 1):
        row = within.get(number)
        state = "free" if row is None else STATES.get(row.state, "occupied")
        size = "large" if number > count - 4 else ("small" if number <= 6 else "medium")
        cell = CellRow(
            cabinet=CABINET,
            number=number,
            door_open=False,
            occupied=state == "occupied",
            handoff="" if row is None else row.id,
            size=size,
            state=state,
            case_no="" if row is None else row.case_no,
            receiver="" if row is None else row.receiver,
            due_at="" if row is None else row.due_at,
            overdue=row is not None and row.overdue,
        )
        cells.append(cell)
    for number, changes in _ODD_CELLS.items():
        if number <= count:
            cells[number - 1] = evolve(cells[number - 1], **changes)
    return cells


_ODD_CELLS: dict[int, dict[str, Any]] = {
    17: {"state": "out_of_service", "reason": "锁舌卡滞，已报修"},
    19: {"state": "open_unexpected", "door_open": True},
    21: {"state": "open_for_deposit", "door_open": True},
}


def sample_incidents() -> list[IncidentRow]:
    """Two that nobody has looked at yet, one that somebody has."""
    row = IncidentRow(
        id="incident-1",
        cabinet=CABINET,
        cell=19,
        kind="forced_open",
        state="open",
        opened_at=moment(-0.2),
        resolutions=("cell_free", "out_of_service", "repaired", "mistaken"),
    )
    return [
        row,
        evolve(
            row,
            id="incident-2",
            cell=12,
            kind="outcome_unknown",
            opened_at=moment(-3),
            handoff="handoff-102",
            case_no=LONG_CASE_NO,
            resolutions=("in_cell", "taken", "with_giver"),
        ),
        evolve(
            row,
            id="incident-3",
            cell=0,
            kind="count_differs",
            state="seen",
            seen_by="沈若溪",
            opened_at=moment(-26),
            handoff="handoff-101",
            case_no=CASE_NO,
            details={"volumes": 1, "stated_volumes": 2},
            resolutions=(),
        ),
    ]


def sample_notices() -> list[NoticeView]:
    """One that did not arrive, one that waits, two that went out."""
    rows = (
        ("code", "sms", "138****5502", LONG_NAME, "failed", 5),
        ("reminder", "sms", "139****0417", "秦望舒", "queued", 2),
        ("deposited", "screen", "顾明远", "顾明远", "sent", 1),
        ("confirmed", "email", "q***@court.example", "秦望舒", "dropped", 0),
    )
    return [
        NoticeView(
            id=f"notice-{number}",
            handoff="handoff-105",
            kind=kind,
            channel=channel,
            address=address,
            person=person,
            state=state,
            attempts=attempts,
            made_at=moment(-number - 1),
            sent_at=moment(-number) if state == "sent" else "",
            not_before=moment(0.25) if state == "queued" else "",
            fault="NTC-102" if state == "failed" else "",
            fault_parameters={"channel": "sms", "reason": "号码不存在"},
        )
        for number, (kind, channel, address, person, state, attempts) in enumerate(rows, 1)
    ]


def sample_timeline() -> list[TimelineRow]:
    """From slip to shelf."""
    rows = (
        (-200, "slip", "printed", "沈若溪", "", None, None),
        (-190, "custody", "received", "沈若溪", "立案庭", 3, 402),
        (-170, "batch", "closed", "顾明远", "扫描中心 2 号机", None, 402),
        (-30, "custody", "deposited", "沈若溪", f"{CABINET}#3", 3, 402),
        (-30, "door", "deposit", "沈若溪", f"{CABINET}#3", None, None),
        (-29, "notice", "code", "", "139****0417", None, None),
        (-6, "incident", "door_not_closed", "", f"{CABINET}#3", None, None),
        (-5, "notice", "reminder", "", "139****0417", None, None),
        (-2, "custody", "confirmed", "秦望舒", "档案室", 3, 402),
        (-1, "shelf", "shelved", "秦望舒", "A库-03列-02节-4层-07盒-01", 3, 402),
    )
    return [
        TimelineRow(
            at=moment(hours),
            kind=kind,
            action=action,
            actor=actor,
            place=place,
            volumes=volumes,
            pages=pages,
        )
        for hours, kind, action, actor, place, volumes, pages in rows
    ]


def sample_ledger(case_no: str) -> list[VolumeCustodyRow]:
    """Three volumes, one of them on its way."""
    return [
        VolumeCustodyRow(
            case_no=case_no,
            part="main" if volume < 3 else "restricted",
            volume=volume if volume < 3 else 1,
            holder="沈若溪" if volume == 2 else "秦望舒",
            place=f"{CABINET}#3" if volume == 2 else "A库-03列-02节-4层-07盒-01",
            pages=134,
            since=moment(-30 if volume == 2 else -1),
            action="deposited" if volume == 2 else "shelved",
            code=f"JZ1:C:{case_no}:main:{volume}",
            first_page=134 * (volume - 1) + 1,
            last_page=134 * volume,
        )
        for volume in (1, 2, 3)
    ]
