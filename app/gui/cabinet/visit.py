"""One person at the cabinet, from her proof to her leaving; calls run off the main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.gui.kiosk.calls import ask
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.locker_views import CabinetDesk, HandOffRow, Visitor

IDENTIFY, LIST, DEPOSIT, COLLECT = "identify", "list", "deposit", "collect"
CONFIRM, OFFER = "confirm", "offer"
Result = TypeVar("Result")


class Visit(QObject):
    """What the desk says to one visitor at a time.

    Emits `known(Visitor)` after a proof and after each refresh, `moved(action, HandOffRow)` when a
    step was taken, `refused(action, Fault)`. One call at a time: what is asked meanwhile is
    dropped, so that two touches never open two doors. An answer that comes after the visitor left
    is dropped too, and a token in it is ended.
    """

    known = Signal(object)
    moved = Signal(str, object)
    refused = Signal(str, object)

    def __init__(self, desk: CabinetDesk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk = desk
        self._widget = parent
        self._number = 0
        self.visitor: Visitor | None = None
        self.action = ""

    @property
    def at_door(self) -> bool:
        """Whether a door is being opened, stands open or is being closed."""
        return self.action in (DEPOSIT, COLLECT)

    @property
    def matters(self) -> int:
        """How many steps wait for the visitor."""
        visitor = self.visitor
        if visitor is None:
            return 0
        return len(visitor.to_collect) + len(visitor.to_deposit) + len(visitor.to_confirm)

    def identify(self, proof: str, value: str, *, name: str = "") -> bool:
        """Ask who somebody is; False when a call is still under way."""
        desk, number = self._desk, self._number
        return self._call(
            IDENTIFY,
            lambda: desk.identify(proof, value, name=name),
            lambda visitor: self._on_known(number, visitor),
        )

    def refresh(self) -> bool:
        """Ask for her hand-offs as they are now."""
        desk, number, token = self._desk, self._number, self._token()
        return self._call(
            LIST, lambda: desk.refresh(token), lambda visitor: self._on_known(number, visitor)
        )

    def deposit(self, row: HandOffRow) -> bool:
        """Open the door for what she brings."""
        desk, token = self._desk, self._token()
        return self._step(DEPOSIT, lambda: desk.deposit(token, row.id))

    def collect(self, row: HandOffRow) -> bool:
        """Open the door for what she takes."""
        desk, token = self._desk, self._token()
        return self._step(COLLECT, lambda: desk.collect(token, row.id))

    def confirm(self, row: HandOffRow, volumes: int, pages: int | None) -> bool:
        """Say what was counted."""
        desk, token = self._desk, self._token()
        return self._step(
            CONFIRM, lambda: desk.confirm(token, row.id, volumes=volumes, pages=pages)
        )

    def offer(self, code: str, receiver: str, volumes: int, pages: int | None) -> bool:
        """Reserve a cell for paper that nobody announced."""
        desk, token = self._desk, self._token()
        return self._step(
            OFFER,
            lambda: desk.offer(token, code=code, receiver=receiver, volumes=volumes, pages=pages),
        )

    def leave(self) -> None:
        """She goes; nothing of her stays."""
        visitor, self.visitor = self.visitor, None
        self._number += 1
        self.action = ""
        if visitor is not None:
            self._end(visitor)

    def _token(self) -> str:
        return self.visitor.token if self.visitor is not None else ""

    def _step(self, action: str, call: Callable[[], HandOffRow]) -> bool:
        number = self._number
        return self._call(action, call, lambda row: self._on_moved(number, action, row))

    def _call(
        self, action: str, call: Callable[[], Result], done: Callable[[Result], None]
    ) -> bool:
        if self.action:
            return False
        self.action = action
        number = self._number
        ask(self._widget, call).done(done).refused(
            lambda fault: self._on_refused(number, action, fault)
        ).start()
        return True

    def _on_known(self, number: int, visitor: Visitor) -> None:
        if number != self._number:
            self._end(visitor)
            return
        self.action = ""
        self.visitor = visitor
        self.known.emit(visitor)

    def _on_moved(self, number: int, action: str, row: HandOffRow) -> None:
        if number == self._number:
            self.action = ""
            self.moved.emit(action, row)

    def _on_refused(self, number: int, action: str, fault: Fault) -> None:
        if number == self._number:
            self.action = ""
            self.refused.emit(action, fault)

    def _end(self, visitor: Visitor) -> None:
        desk, token = self._desk, visitor.token
        ask(self._widget, lambda: desk.leave(token)).refused(lambda _fault: None).start()
