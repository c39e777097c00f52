"""The receiver counts: as announced, or what she has in her hands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.cabinet.fitting_label import FittingLabel
from app.gui.cabinet.touch_button import touch_button
from app.gui.cabinet.turning import TurningRow
from app.gui.i18n import _
from app.gui.kiosk.digit_pad import DigitPad
from app.gui.widgets.labels import framed, label
from app.gui.widgets.stepper import Stepper

if TYPE_CHECKING:
    from app.services.locker_views import HandOffRow

PAGE_DIGITS = 5


class CountPage(QWidget):
    """Emits `counted(volumes, pages or None)`."""

    counted = Signal(int, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._row: HandOffRow | None = None
        self._pages = ""
        self.case_no = FittingLabel("", 36)
        self.case_no.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.volumes_told = label("", "amount")
        self.pages_told = label("", "amount")
        self.agrees = touch_button(_("The count agrees"), self._agree, role="next")
        self.differs = touch_button(_("It is different"), self.enter_count, role="differs")
        self.volumes = Stepper(_("Volumes I have"), least=0)
        self.pages = label("", "figure")
        self.pad = DigitPad()
        self.pad.digit.connect(self.type_digit)
        self.pad.erased.connect(self.erase)
        self.pad.cleared.connect(self.clear)
        self.send = touch_button(_("Report this count"), self._report, role="next")
        self.back = touch_button(_("Back"), self.show_told)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._told_step())
        self.stack.addWidget(self._own_step())
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 16, 48, 16)
        column.addWidget(self.stack)

    def _told_step(self) -> QWidget:
        figures = QHBoxLayout()
        figures.setSpacing(32)
        for figure, name in ((self.volumes_told, _("volumes")), (self.pages_told, _("pages"))):
            card = framed("card")
            column = QVBoxLayout(card)
            column.setContentsMargins(24, 0, 24, 16)
            unit = label(name, "title")
            for part in (figure, unit):
                part.setAlignment(Qt.AlignmentFlag.AlignCenter)
                column.addWidget(part)
            figures.addWidget(card, 1)
        buttons = TurningRow(spacing=24)
        buttons.box.addWidget(self.differs, 1)
        buttons.box.addWidget(self.agrees, 2)
        page = QWidget()
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(12)
        question = label(_("Count now. Do you have exactly this?"), "large", wrap=True)
        question.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch(1)
        whole.addWidget(question)
        whole.addWidget(self.case_no)
        whole.addLayout(figures)
        whole.addStretch(1)
        whole.addWidget(buttons)
        return page

    def _own_step(self) -> QWidget:
        words = QVBoxLayout()
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(12)
        words.addStretch(1)
        words.addWidget(label(_("What do you have?"), "large"))
        words.addWidget(self.volumes)
        words.addWidget(label(_("Pages I counted (leave empty if not counted)"), "heading"))
        self.pages.setMinimumHeight(84)
        words.addWidget(self.pages)
        words.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(20)
        buttons.addWidget(self.back)
        buttons.addWidget(self.send, 1)
        words.addLayout(buttons)
        holder = QWidget()
        holder.setLayout(words)
        row = TurningRow()
        row.box.addWidget(holder, 1)
        row.box.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignCenter)
        return row

    def open(self, row: HandOffRow) -> None:
        """Ask for the count of `row`."""
        self._row = row
        self.case_no.show_text(row.case_no)
        self.volumes_told.setText(str(row.volumes))
        self.pages_told.setText("\u2014" if row.pages is None else str(row.pages))
        self.volumes.set_value(row.volumes)
        self.clear()
        self.wait(False)
        self.show_told()

    def wipe(self) -> None:
        """Forget the hand-off."""
        self._row = None
        for part in (self.volumes_told, self.pages_told):
            part.clear()
        self.case_no.show_text("")
        self.clear()
        self.show_told()

    def wait(self, asking: bool) -> None:
        """An answer is on its way, or has come."""
        for part in (self.agrees, self.differs, self.send, self.back, self.pad, self.volumes):
            part.setEnabled(not asking)

    def show_told(self) -> None:
        """What was announced."""
        self.stack.setCurrentIndex(0)

    def enter_count(self) -> None:
        """What she has in her hands."""
        self.stack.setCurrentIndex(1)

    def type_digit(self, digit: str) -> None:
        """One more digit of the pages."""
        self._set_pages((self._pages + digit).lstrip("0")[:PAGE_DIGITS] or "0")

    def erase(self) -> None:
        """Take the last digit back."""
        self._set_pages(self._pages[:-1])

    def clear(self) -> None:
        """No pages counted."""
        self._set_pages("")

    def _set_pages(self, pages: str) -> None:
        self._pages = pages
        self.pages.setText(pages or "\u2014")

    def _agree(self) -> None:
        if self._row is not None:
            self.counted.emit(self._row.volumes, self._row.pages)

    def _report(self) -> None:
        self.counted.emit(self.volumes.value, int(self._pages) if self._pages else None)
