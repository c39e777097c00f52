"""What is asked about prints in doubt, slips, notices of the hall and the settings of reading."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.locker.question import Question
from app.gui.reading.questions import WideQuestion
from app.gui.widgets.number_field import number_field
from app.services.reading_desk_views import PrintJobRow
from app.services.reading_settings import ReadingSettings
from app.words.reading import notice_kind_word

TEXT_HEIGHT = 160


class SettleQuestion(Question):
    """Says what came out of the printer, where neither program nor spooler knows."""

    def __init__(self, desk: Desk, row: PrintJobRow, parent: QWidget | None = None) -> None:
        sentence = _(
            "{reader}, pages {pages}. Look into the tray: what did not come out is given back to "
            "her quota, and nothing is printed again by itself."
        ).format(reader=row.reader, pages=spans(row.pages))
        super().__init__(desk, _("What came out"), sentence, _("Put it on record"), parent)
        self._row = row
        self.outcome = QComboBox()
        self.outcome.addItem(_("The pages came out"), True)
        self.outcome.addItem(_("Nothing came out"), False)
        self.outcome.setPlaceholderText(_("Choose what you found"))
        self.outcome.setCurrentIndex(-1)
        self.outcome.currentIndexChanged.connect(lambda _index: self._follow())
        self.add_field(_("Outcome"), self.outcome)
        self.sheets = number_field()
        self.sheets.setRange(0, len(row.pages) * row.copies)
        self.sheets.setValue(row.printed_sheets or len(row.pages) * row.copies)
        self.add_field(_("Sheets in the tray"), self.sheets)

    def _follow(self) -> None:
        self.show_field(self.sheets, self.outcome.currentData() is not False)

    def missing(self) -> QWidget | None:
        return self.outcome if self.outcome.currentIndex() < 0 else None

    def command(self) -> Callable[[], Any]:
        actor, workstation, job = self.desk.actor, self.desk.workstation, self._row.id
        printed = bool(self.outcome.currentData())
        sheets = self.sheets.value() if printed else 0
        return lambda: workstation.settle_print(actor, job, printed, sheets)


class NoticeQuestion(Question):
    """A new notice or guide for the hall."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        sentence = _("Everybody in the hall reads it, without signing in: no names, no numbers.")
        super().__init__(desk, _("New notice"), sentence, _("Put it up"), parent)
        self.ask_width(640)
        self.kind = QComboBox()
        for kind in ("notice", "guide"):
            self.kind.addItem(notice_kind_word(kind), kind)
        self.add_field(_("Kind"), self.kind)
        self.title_line = self.add_line(_("Title"))
        self.text = QPlainTextEdit()
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(TEXT_HEIGHT)
        self.add_field(_("Text"), self.text)
        self.first = self.add_line(_("From"), _("A day such as 2026-12-01; empty for at once"))
        self.last = self.add_line(_("Until"), _("A day; empty for good"))

    def missing(self) -> QWidget | None:
        if not self.title_line.text().strip():
            return self.title_line
        if not self.text.toPlainText().strip():
            return self.text
        return next((day for day in (self.first, self.last) if not _is_day(day)), None)

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        kind, title = str(self.kind.currentData()), self.title_line.text().strip()
        text = self.text.toPlainText().strip()
        first, last = self.first.text().strip(), self.last.text().strip()
        return lambda: workstation.keep_hall_notice(actor, kind, title, text, first, last)


def _is_day(field: QLineEdit) -> bool:
    text = field.text().strip()
    return not text or QDate.fromString(text, "yyyy-MM-dd").isValid()


def setting_word(name: str) -> str:
    """What a setting of reading is called."""
    return {
        "four_eyes": _("Whoever checked the papers does not approve (four eyes)"),
        "direct_grant": _("Whoever may approve may grant in one step"),
        "print_approval": _("Staff approves each print"),
        "copy_stamp": _("Copy stamp on printed pages"),
        "text_selection": _("Readers may mark text on the page"),
        "fee_cents": _("Fee for each page (hundredths of a yuan)"),
        "copies_most": _("Most copies of a page"),
        "copy_stamp_text": _("Text of the copy stamp"),
        "cap_minutes": _("Longest visit (minutes)"),
        "valid_days": _("Days that a grant holds"),
        "handling_days": _("Working days to decide"),
        "printer": _("Printer of the reading room"),
        "query_days": _("Days that a query code holds"),
    }.get(name, name)


class SettingsQuestion(WideQuestion):
    """The settings of reading; only what was changed is sent."""

    def __init__(
        self, desk: Desk, settings: ReadingSettings, parent: QWidget | None = None
    ) -> None:
        sentence = _("They hold from now on; grants made before keep their terms.")
        super().__init__(desk, _("Settings of reading"), sentence, _("Save"), parent)
        self._settings = settings
        self.fields: dict[str, QWidget] = {}
        values = attrs.asdict(settings)
        self.fill_left()
        for name, value in values.items():
            if isinstance(value, bool):
                tick = QCheckBox(setting_word(name))
                tick.setChecked(value)
                self.fields[name] = tick
                self.form.addRow(tick)
        self.fill_right()
        for name, value in values.items():
            if not isinstance(value, bool):
                self.fields[name] = _number(value) if isinstance(value, int) else QLineEdit(value)
                self.add_field(setting_word(name), self.fields[name])

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from the settings in force."""
        now = attrs.asdict(self._settings)
        shown = {name: _value(field) for name, field in self.fields.items()}
        return {name: value for name, value in shown.items() if value != now[name]}

    def submit(self) -> None:
        """Save what was changed; nothing to save closes."""
        if self.changes:
            super().submit()
        else:
            self.reject()

    def command(self) -> Callable[[], Any]:
        actor, workstation, changes = self.desk.actor, self.desk.workstation, self.changes
        return lambda: workstation.set_reading_settings(actor, **changes)


def _number(value: int) -> QSpinBox:
    field = number_field()
    # The service knows the bounds and says them; the field only keeps figures short.
    field.setRange(0, 99_999)
    field.setValue(value)
    return field


def _value(field: QWidget) -> bool | int | str:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QSpinBox):
        return field.value()
    assert isinstance(field, QLineEdit)
    return field.text().strip()
