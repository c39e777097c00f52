"""Who reads: by grant code, by the QR code of the pass, or by ID card."""

from __future__ import annotations

import unicodedata
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.kiosk.code_entry import CodeEntry
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.kernel.errors import Fault
from app.services.reading_views import ReaderVisit, ReadingDesk

CODE, QR, ID_CARD = "code", "qr", "id_card"
PASS_PREFIX = "JZR1:"
LONGEST_PASS = 200


def is_pass(text: str) -> bool:
    """Whether what a hand scanner typed may be the QR code of a pass; the service tells."""
    if not len(PASS_PREFIX) < len(text) <= LONGEST_PASS:
        return False
    return unicodedata.normalize("NFKC", text).upper().startswith(PASS_PREFIX)


class ProvePage(QWidget):
    """Emits `proved(ReaderVisit)` or `left()`; `stray(ReaderVisit)` is a visit whose answer came
    when nobody waited for it any more, to be ended at once."""

    proved = Signal(object)
    stray = Signal(object)
    left = Signal()

    def __init__(self, room: ReadingDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._room = room
        self._turn = 0
        self._asking = False
        self.entry = CodeEntry(
            _("Enter the reading code"),
            _("Ten digits on your grant slip, like 1001-123456"),
            _("Enter"),
            self,
        )
        self.entry.submitted.connect(partial(self.prove, CODE))
        self.entry.left.connect(self.left)
        self.setFocusProxy(self.entry)
        self.card_button = push_button(
            _("Read my ID card"), self._ask_card, role="back", parent=self.entry.card
        )
        self.scan_hint = label(
            _("Or hold the QR code of your pass under the scanner"), "muted", self.entry.card
        )
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self.card_button)
        row.addWidget(self.scan_hint, 1)
        self.entry.more.addLayout(row)
        self.entry.more.addSpacing(12)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(self.entry, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def wipe(self) -> None:
        """Forget what was entered; an answer still on its way is a stray one."""
        self._turn += 1
        self._set_asking(False)
        self.entry.wipe()

    def scan(self, text: str) -> None:
        """A hand scanner read the QR code of a pass."""
        self.entry.clear()
        self.prove(QR, text)

    def prove(self, proof: str, value: str) -> None:
        """Ask the reading room who this is; one question at a time."""
        if self._asking:
            return
        self._set_asking(True)
        room, turn = self._room, self._turn
        ask(self, lambda: room.sign_in(proof, value)).done(partial(self._on_visit, turn)).refused(
            partial(self._on_refused, turn)
        ).start()

    def _ask_card(self) -> None:
        self.entry.clear()
        self.entry.say(_("Lay your ID card on the reader."), _("Leave it there for a moment."))
        self.prove(ID_CARD, "")

    def _set_asking(self, asking: bool) -> None:
        self._asking = asking
        self.entry.set_busy(asking)
        self.card_button.setEnabled(not asking)

    def _on_visit(self, turn: int, visit: ReaderVisit) -> None:
        if turn != self._turn:
            self.stray.emit(visit)
            return
        self.wipe()
        self.proved.emit(visit)

    def _on_refused(self, turn: int, fault: Fault) -> None:
        if turn != self._turn:
            return
        self._set_asking(False)
        self.entry.refuse(fault)
