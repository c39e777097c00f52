"""What all pages of the desk share: the workstation, who is signed in, which case is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.access import Actor
from app.gui.ops import Op
from app.kernel.errors import Refused
from app.services.views import CaseView

if TYPE_CHECKING:
    from app.services.workstation import Workstation


# A case in one of these states has pages whose text is to be read, or soon will.
TO_BE_READ = ("registered", "scanned", "catalogued")


class Desk(QObject):
    """Pages ask it and hear from it; they do not know each other.

    Emits `signed_in(actor)`, `signed_out()`, `case_changed(view or None)`,
    `page_requested(name)`, and `said(text)` for a short word to the person.
    """

    signed_in = Signal(object)
    signed_out = Signal()
    case_changed = Signal(object)
    page_requested = Signal(str)
    said = Signal(str)

    def __init__(self, workstation: Workstation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workstation = workstation
        self._actor: Actor | None = None
        self._case: CaseView | None = None
        self._asked = 0
        self._answered = 0

    @property
    def actor(self) -> Actor:
        """Who is signed in. Raises Refused DSK-101 before anybody is."""
        if self._actor is None:
            raise Refused("DSK-101")
        return self._actor

    @property
    def is_signed_in(self) -> bool:
        """Whether somebody sits here."""
        return self._actor is not None

    @property
    def case(self) -> CaseView | None:
        """The open case as it was read last."""
        return self._case

    @property
    def case_no(self) -> str:
        """The number of the open case, or an empty text."""
        return "" if self._case is None else self._case.case_no

    def sign_in(self, actor: Actor) -> None:
        """`actor` sits down at this desk."""
        self._actor = actor
        self.signed_in.emit(actor)

    def sign_out(self) -> None:
        """The person leaves; the open case is closed."""
        self._actor = None
        self._case = None
        self._answered = self._asked + 1
        self.case_changed.emit(None)
        self.signed_out.emit()

    def open_case(self, widget: QWidget, case_no: str, *, page: str = "") -> None:
        """Read a case and tell everybody; then go to `page`."""

        self._asked += 1
        ticket = self._asked

        def opened(view: CaseView) -> None:
            if ticket < self._answered:
                return
            self._answered = ticket
            self._case = view
            self.case_changed.emit(view)
            if page:
                self.page_requested.emit(page)

        def read() -> CaseView:
            view = self.workstation.case(case_no)
            if view.state in TO_BE_READ:
                self.workstation.make_ready()
            return view

        Op(widget, read).reads().done(opened).start()

    def reread(self, widget: QWidget) -> None:
        """Read the open case again after something was written."""
        if self.case_no:
            self.open_case(widget, self.case_no)
