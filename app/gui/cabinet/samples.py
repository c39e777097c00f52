"""A desk with invented hand-offs and doors moved by hand: for pictures of the screen and tests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from attrs import evolve

from app.kernel.errors import Refused, Transient
from app.services.locker_views import (
    CARD,
    CODE,
    IDENTITY_CARD,
    PIN,
    QR,
    CellRow,
    HandOffRow,
    Visitor,
)

CABINET = "立案大厅 1 号云柜"
COLLECT_CODE, DEPOSIT_CODE, UNKNOWN_CODE = "12345678", "21345678", "99999999"
RECEIVER, GIVER = "林书记员", "欧阳若溪"
LONG_NAME = "新疆维吾尔自治区高级人民法院伊犁哈萨克自治州分院审判监督庭"
CASE_NO = "（2026）辽0882民初4866号"
LONG_CASE_NO = "（2026）新40刑终1234567号之一"
STAFF = (
    RECEIVER,
    "张明远",
    "司马北辰",
    "阿卜杜热合曼·吐尔逊",
    "王芳",
    "李建国",
    "周静怡",
    "陈思源",
)
STAFF_PIN = "2468"
# Nobody waits longer for a hand at the door of a picture.
PATIENCE_SECONDS = 30.0


def sample_row(number: int, **values: Any) -> HandOffRow:
    """A hand-off to be collected from cell `number`."""
    row = HandOffRow(
        id=f"handoff_{number}",
        case_no=CASE_NO,
        state="notified",
        giver=GIVER,
        receiver=RECEIVER,
        cabinet=CABINET,
        cell=number,
        volumes=3,
        pages=245,
        offered_at="2026-11-23T01:00:00+00:00",
        due_at="2026-11-24T09:00:00+00:00",
    )
    return evolve(row, **values)


def sample_rows() -> tuple[HandOffRow, ...]:
    """One of each kind: to collect, to collect and overdue, to deposit, to confirm."""
    return (
        sample_row(7),
        sample_row(12, case_no=LONG_CASE_NO, giver=LONG_NAME, overdue=True, volumes=12, pages=None),
        sample_row(3, state="reserved", giver=RECEIVER, receiver=LONG_NAME, volumes=1, pages=88),
        sample_row(9, state="collected", case_no="（2025）辽08执2210号", volumes=2, pages=160),
    )


class SampleDesk:
    """Does what the desk of a cabinet does, without a server or a board.

    A door opens as soon as it is asked to and stays open until `close_door`. `faults` are raised
    one after the other by the calls of their name.
    """

    def __init__(
        self,
        rows: tuple[HandOffRow, ...] = (),
        *,
        count: int = 24,
        staff: tuple[str, ...] = STAFF,
        offline: bool = False,
    ) -> None:
        self.rows = {row.id: row for row in rows or sample_rows()}
        self.calls: list[tuple[object, ...]] = []
        self.faults: dict[str, list[Exception]] = {}
        self.open_door = 0
        self.answering = True
        self.offline = offline
        self._count = count
        self._staff = staff
        self._shut = threading.Event()
        self._visitors: dict[str, tuple[str, str, str]] = {}

    @property
    def cabinet(self) -> str:
        """The invented cabinet."""
        return CABINET

    def close_door(self) -> None:
        """Somebody shuts the open door."""
        self._shut.set()

    def identify(self, proof: str, value: str, *, name: str = "") -> Visitor:
        """Knows two codes, any QR and any card, and the PIN 2468."""
        self._note("identify", proof, value)
        only = ""
        if proof == CODE:
            only = {COLLECT_CODE: "handoff_7", DEPOSIT_CODE: "handoff_3"}.get(value, "")
        elif proof == QR:
            only = "handoff_7"
        known = {CODE: bool(only), QR: True, CARD: True, IDENTITY_CARD: True}
        if not known.get(proof, proof == PIN and value == STAFF_PIN):
            raise Refused("IDN-101", cabinet=CABINET)
        token = f"token_{len(self.calls)}"
        self._visitors[token] = (only, name or RECEIVER, proof)
        return self._visitor(token)

    def refresh(self, token: str) -> Visitor:
        """The visitor again."""
        self._note("refresh")
        return self._visitor(token)

    def people(self) -> list[str]:
        """The invented staff."""
        self._note("people")
        return list(self._staff)

    def cells(self) -> list[CellRow]:
        """All doors closed but the one under way."""
        self._raise("cells")
        return [
            CellRow(
                cabinet=CABINET,
                number=number,
                door_open=number == self.open_door if self.answering else None,
                occupied=None,
                handoff="",
            )
            for number in range(1, self._count + 1)
        ]

    def deposit(self, token: str, handoff: str) -> HandOffRow:
        """Opens a door until it is shut."""
        self._note("deposit", handoff)
        return self._cycle(handoff, "deposited")

    def collect(self, token: str, handoff: str) -> HandOffRow:
        """Opens a door until it is shut."""
        self._note("collect", handoff)
        return self._cycle(handoff, "collected")

    def confirm(self, token: str, handoff: str, *, volumes: int, pages: int | None) -> HandOffRow:
        """Takes the count that was announced."""
        self._note("confirm", handoff, volumes, pages)
        row = self.rows[handoff]
        agrees = (volumes, pages) == (row.volumes, row.pages)
        moved = evolve(row, state="confirmed" if agrees else "disputed")
        self.rows[handoff] = moved
        if not agrees:
            raise Refused(
                "HND-106",
                volumes=volumes,
                pages=pages,
                stated_volumes=row.volumes,
                stated_pages=row.pages,
            )
        return moved

    def offer(
        self,
        token: str,
        *,
        code: str,
        receiver: str,
        volumes: int,
        pages: int | None,
        size: str = "",
    ) -> HandOffRow:
        """Reserves cell 5."""
        self._note("offer", code, receiver, volumes)
        row = sample_row(5, state="reserved", giver=RECEIVER, receiver=receiver, volumes=volumes)
        self.rows[row.id] = row
        return row

    def leave(self, token: str) -> None:
        """The visitor goes."""
        self._note("leave", token)

    def _cycle(self, handoff: str, state: str) -> HandOffRow:
        row = self.rows[handoff]
        self._shut.clear()
        self.open_door = row.cell
        if not self._shut.wait(PATIENCE_SECONDS):
            raise Transient("LCK-103", cell=row.cell, seconds=round(PATIENCE_SECONDS))
        self.open_door = 0
        self._raise("shut")
        moved = evolve(row, state=state)
        self.rows[handoff] = moved
        return moved

    def _visitor(self, token: str) -> Visitor:
        only, name, proof = self._visitors[token]

        def listed(wanted: Callable[[HandOffRow], bool]) -> tuple[HandOffRow, ...]:
            rows = self.rows.values()
            return tuple(row for row in rows if wanted(row) and only in ("", row.id))

        return Visitor(
            token=token,
            name=name,
            role="clerk" if not only else "party",
            proof=proof,
            cabinet=CABINET,
            to_collect=listed(lambda row: row.state == "notified"),
            to_deposit=listed(lambda row: row.state == "reserved"),
            to_confirm=listed(lambda row: row.state == "collected"),
            offline=self.offline,
        )

    def _note(self, *call: object) -> None:
        self.calls.append(call)
        self._raise(str(call[0]))

    def _raise(self, name: str) -> None:
        waiting = self.faults.get(name)
        if waiting:
            raise waiting.pop(0)


class SilentPlayer:
    """Keeps what was to be heard."""

    sounding = False

    def __init__(self) -> None:
        self.heard: list[str] = []

    def play(self, tone: str) -> None:
        """Note a cue."""
        self.heard.append(tone)

    def close(self) -> None:
        """Nothing is left."""
