"""Asks a cabinet again and again while somebody looks at it, never two questions at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.gui.ops import Op
from app.kernel.errors import Fault
from app.services.locker_views import CabinetView

POLL_MILLISECONDS = 1000


class CabinetPoll(QObject):
    """Emits `seen(view)` for each answer, and `failed(cabinet, fault)` when there was none.

    The next question waits for the answer of the one before: a board that needs three seconds is
    asked every four. An answer for a cabinet that is looked at no more is dropped.
    """

    seen = Signal(object)
    failed = Signal(str, object)

    def __init__(
        self,
        parent: QWidget,
        ask: Callable[[str], CabinetView],
        *,
        milliseconds: int = POLL_MILLISECONDS,
    ) -> None:
        super().__init__(parent)
        self._widget = parent
        self._ask = ask
        self._cabinet = ""
        self._asking = False
        self._understood = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(milliseconds)
        self._timer.timeout.connect(self._question)

    @property
    def cabinet(self) -> str:
        """The cabinet that is asked, or an empty text."""
        return self._cabinet

    def watch(self, cabinet: str) -> None:
        """Ask this cabinet from now on, at once if nothing is under way."""
        self._cabinet = cabinet
        if not cabinet:
            self._timer.stop()
        elif not self._asking:
            self._question()

    def rest(self) -> None:
        """Ask no more; what is under way comes to nothing."""
        self.watch("")

    def _question(self) -> None:
        cabinet, ask = self._cabinet, self._ask
        if not cabinet or self._asking:
            return
        self._timer.stop()
        self._asking, self._understood = True, False

        def answered(view: CabinetView) -> None:
            self._understood = True
            if cabinet == self._cabinet:
                self.seen.emit(view)

        def refused(fault: Fault) -> None:
            self._understood = True
            if cabinet == self._cabinet:
                self.failed.emit(cabinet, fault)

        operation = Op(self._widget, lambda: ask(cabinet)).reads()
        operation.done(answered).refused(refused).finally_(self._settled).start()

    def _settled(self) -> None:
        self._asking = False
        if not self._understood:
            # An error of the program itself was shown; once is enough.
            self._cabinet = ""
        if self._cabinet:
            self._timer.start()
