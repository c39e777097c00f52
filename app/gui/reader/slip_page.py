"""The reading slip before leaving: what was read and printed, and the reader's signature."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.present import present
from app.gui.reader.page_words import pages_text
from app.gui.reader.signature_pad import SignaturePad
from app.gui.reader.touch_button import button
from app.gui.widgets.labels import label
from app.gui.widgets.notice import Notice
from app.kernel.errors import Fault

if TYPE_CHECKING:
    from app.services.reading_views import SessionDesk, SlipRow


class SlipPage(QWidget):
    """Asks for the signature under the slip of each case that was read, one after the other. Emits
    `done()` when the last is signed or left unsigned, `back()` to read on."""

    done = Signal()
    back = Signal()

    def __init__(self, desk: SessionDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._desk = desk
        self._grants: tuple[str, ...] = ()
        self._asked = 0
        self.notice = Notice(self)
        self.pad = SignaturePad(self)
        self.facts = {
            name: label("", parent=self, wrap=True)
            for name in ("reader", "case", "time", "read", "printed")
        }
        self.go_back = button(_("Read on"), parent=self)
        self.again = button(_("Sign anew"), parent=self)
        self.unsigned = button(_("Leave without a signature"), parent=self)
        self.sign = button(_("Sign and leave"), role="primary", parent=self)
        self.go_back.clicked.connect(self.back)
        self.again.clicked.connect(self.pad.clear)
        self.unsigned.clicked.connect(self._following)
        self.sign.clicked.connect(self.submit)
        self.pad.changed.connect(self._allow)
        self._build()

    def _build(self) -> None:
        words = {
            "reader": _("Reader"),
            "case": _("Case"),
            "time": _("Time"),
            "read": _("Pages that were read"),
            "printed": _("Pages that were printed"),
        }
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for row, (name, text) in enumerate(words.items()):
            grid.addWidget(label(text, "muted", self), row, 0)
            grid.addWidget(self.facts[name], row, 1)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        buttons.addWidget(self.go_back)
        buttons.addStretch(1)
        for widget in (self.again, self.unsigned, self.sign):
            buttons.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(16)
        column.addWidget(label(_("Reading slip"), "title", self))
        column.addWidget(self.notice)
        column.addLayout(grid)
        said = _("By signing you confirm what you have read and printed; the slip is kept.")
        column.addWidget(label(said, "muted", self, wrap=True))
        column.addWidget(self.pad, 1)
        column.addLayout(buttons)

    def open(self, grants: tuple[str, ...]) -> None:
        """Ask for the slips of `grants`."""
        self.wipe()
        self._grants = grants
        self._fetch()

    def wipe(self) -> None:
        """Forget slip and signature."""
        self._asked += 1
        self._grants = ()
        self.notice.hide()
        self.pad.clear()
        for fact in self.facts.values():
            fact.clear()

    def submit(self) -> None:
        """Sign the slip that is shown."""
        if not self.pad.signed or not self._grants or not self.sign.isEnabled():
            return
        desk, grant, strokes = self._desk, self._grants[0], self.pad.strokes
        self._busy(True)
        ask(self, lambda: desk.sign_slip(grant, strokes), in_order=True).done(
            partial(self._on_signed, self._asked)
        ).refused(partial(self._on_refused, self._asked)).start()

    def _fetch(self) -> None:
        if not self._grants:
            self.done.emit()
            return
        self._busy(True)
        desk, grant = self._desk, self._grants[0]
        ask(self, lambda: desk.slip(grant), in_order=True).done(
            partial(self._on_slip, self._asked)
        ).refused(partial(self._on_refused, self._asked)).start()

    def _following(self) -> None:
        self._grants = self._grants[1:]
        self.pad.clear()
        self.notice.hide()
        self._fetch()

    def _on_slip(self, asked: int, slip: SlipRow) -> None:
        if asked != self._asked:
            return
        began = datetime.fromisoformat(slip.started_at).astimezone()
        self.facts["reader"].setText(slip.reader)
        self.facts["case"].setText(slip.case_no)
        self.facts["time"].setText(_("since {time}").format(time=f"{began:%Y-%m-%d %H:%M}"))
        self.facts["read"].setText(pages_text(slip.pages_read) or _("none"))
        self.facts["printed"].setText(pages_text(slip.pages_printed) or _("none"))
        self._busy(False)

    def _on_signed(self, asked: int, _slip: SlipRow) -> None:
        if asked == self._asked:
            self._following()

    def _on_refused(self, asked: int, fault: Fault) -> None:
        if asked == self._asked:
            self._busy(False)
            self.notice.show_presentation(present(fault))

    def _busy(self, busy: bool) -> None:
        self.unsigned.setEnabled(not busy)
        self.pad.setEnabled(not busy)
        self.sign.setEnabled(not busy and self.pad.signed)

    def _allow(self) -> None:
        self.sign.setEnabled(self.pad.isEnabled() and self.pad.signed)
        self.again.setEnabled(bool(self.pad.strokes))
