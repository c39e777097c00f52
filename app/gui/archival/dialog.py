"""What the archive needs to know of a case: term of keeping, archival code, term of archiving."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from attrs import frozen
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import ADMINISTRATOR
from app.gui.archival.settings import CodeSettingsDialog
from app.gui.archival.sheet_dialog import CatalogueSheetDialog
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.present import present
from app.gui.widgets.buttons import push_button
from app.gui.widgets.fault_line import FaultLine
from app.gui.widgets.labels import chip, framed, label, restyle
from app.kernel.errors import Fault, fault_from_record
from app.services.register_views import ArchivalCodeView, RetentionView, TermRow
from app.words.terms import days_left_words, retention_words, term_word

Result = TypeVar("Result")
TERM_TONES = {"overdue": "bad", "remind": "warn", "done": "good"}


@frozen(kw_only=True)
class Loaded:
    """The three of them as read."""

    retention: RetentionView
    code: ArchivalCodeView
    term: TermRow


class ArchivalDialog(QDialog):
    """Three parts, each with its reason and one action. Emits `changed(case_no)`."""

    changed = Signal(str)

    def __init__(self, desk: Desk, case_no: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._case_no = case_no
        self.setWindowTitle(_("Archival particulars"))
        self.setMinimumWidth(640)
        self.error = FaultLine()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(case_no, "title"))
        for part in (self._keeping(), self._code(), self._term()):
            column.addWidget(part)
        column.addWidget(self.error)
        self.settings_button = push_button(_("How codes are made…"), self.ask_settings)
        close = push_button(_("Close"), self.accept)
        self.sheet_button = push_button(_("Catalogue as a spreadsheet…"), self.show_sheet)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.sheet_button)
        foot.addWidget(self.settings_button)
        foot.addStretch(1)
        foot.addWidget(close)
        column.addLayout(foot)
        self.settings_button.setVisible(desk.actor.role == ADMINISTRATOR)
        for button in (self.settle_button, self.next_button, self.use_button, self.extend_button):
            button.setAutoDefault(False)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.read()

    def _keeping(self) -> QWidget:
        card, column, head = _card(_("Retention"))
        self.keeping_state = chip("")
        head.addWidget(self.keeping_state)
        head.addStretch(1)
        self.reasons = label("", "muted", wrap=True)
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("Retention"))
        # The choices come later than the first layout.
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.setMinimumWidth(136)
        self.remark = _line(_("Remark"), _("Remark, for example who decided it"))
        self.settle_button = push_button(_("Settle"), self.settle)
        row = _row(self.choice, self.remark, self.settle_button)
        column.addWidget(self.reasons)
        column.addLayout(row)
        return card

    def _code(self) -> QWidget:
        card, column, head = _card(_("Archival code"))
        self.code_state = chip("")
        head.addWidget(self.code_state)
        head.addStretch(1)
        self.code_note = label("", "muted", wrap=True)
        self.code = _line(_("Archival code"), "")
        self.code.returnPressed.connect(self.use_code)
        self.next_button = push_button(_("Give the next one"), self.give_next)
        self.use_button = push_button(_("Use this one"), self.use_code)
        column.addWidget(self.code_note)
        column.addLayout(_row(self.code, self.use_button, self.next_button))
        return card

    def _term(self) -> QWidget:
        card, column, head = _card(_("Term"))
        self.term_state = chip("")
        head.addWidget(self.term_state)
        head.addStretch(1)
        self.term_note = label("", "muted", wrap=True)
        self.until = _line(_("Extended to"), "2026-12-31")
        self.until.setMaximumWidth(128)
        self.reason = _line(_("Reason"), _("Reason of the extension"))
        self.approver = _line(_("Approved by"), _("Approved by"))
        self.approver.setMaximumWidth(128)
        self.extend_button = push_button(_("Extend"), self.extend)
        column.addWidget(self.term_note)
        column.addLayout(_row(self.until, self.reason, self.approver, self.extend_button))
        return card

    def read(self) -> None:
        """Read all three of them."""
        number, workstation = self._case_no, self._desk.workstation

        def call() -> Loaded:
            return Loaded(
                retention=workstation.retention(number),
                code=workstation.archival_code(number),
                term=workstation.term(number),
            )

        Op(self, call).reads().done(self._show).refused(self._refused).start()

    def _show(self, loaded: Loaded) -> None:
        self._show_keeping(loaded.retention)
        self._show_code(loaded.code)
        self._show_term(loaded.term)

    def _show_keeping(self, view: RetentionView) -> None:
        years = dict(view.choices)
        settled = bool(view.settled_by)
        said = retention_words(view.retention, years.get(view.retention, 0))
        self.keeping_state.setText(said)
        restyle(self.keeping_state, "tone", "good" if settled else "note")
        lines = []
        if settled:
            lines.append(_("Settled by {name}.").format(name=view.settled_by))
            lines += [view.remark] if view.remark else []
        else:
            lines.append(_("Nobody has settled it yet."))
        lines += [
            _("Proposed: {retention}. {reason}").format(
                retention=reason.retention,
                reason=f"{reason.reason}（{reason.found}）" if reason.found else reason.reason,
            )
            for reason in view.reasons[:3]
        ]
        self.reasons.setText("\n".join(lines))
        self.choice.clear()
        for name, _years in view.choices:
            self.choice.addItem(retention_words(name, years[name]), name)
        wanted = view.retention if settled else view.proposal
        self.choice.setCurrentIndex(max(self.choice.findData(wanted), 0))
        for widget in (self.choice, self.remark, self.settle_button):
            widget.setEnabled(view.open_to_change)

    def _show_code(self, view: ArchivalCodeView) -> None:
        self.code_state.setText(view.code or _("none yet"))
        restyle(self.code_state, "tone", _code_tone(view))
        lines = [view.pattern]
        if view.differs:
            lines.append(
                _("Does not fit the case any more: {fields}").format(fields="、".join(view.differs))
            )
        if view.obstacle:
            shown = present(fault_from_record(dict(view.obstacle)))
            lines += [shown.message, shown.remedy]
        elif view.next_code and view.next_code != view.code:
            lines.append(_("The next one is {code}.").format(code=view.next_code))
        self.code_note.setText("\n".join(lines))
        self.code.setText(view.code)
        self.code.setPlaceholderText(view.example)
        for widget in (self.code, self.use_button):
            widget.setEnabled(view.open_to_change)
        self.next_button.setEnabled(view.open_to_change and bool(view.next_code))

    def _show_term(self, row: TermRow) -> None:
        words = days_left_words(row.state, row.days_left)
        # "overdue" and "12 days overdue" say the same twice.
        shown = (
            words
            if row.state == "overdue"
            else " · ".join(part for part in (term_word(row.state), words) if part)
        )
        self.term_state.setText(shown)
        restyle(self.term_state, "tone", TERM_TONES.get(row.state, "note"))
        lines = []
        if row.closed_on:
            lines.append(
                _("Closed on {closed}, to be archived by {due}.").format(
                    closed=row.closed_on, due=row.due_on
                )
            )
        else:
            lines.append(_("The term begins with the closing date."))
        if row.extended_to:
            lines.append(
                _("Extended to {day}: {reason} (approved by {approver})").format(
                    day=row.extended_to, reason=row.reason, approver=row.approver
                )
            )
        self.term_note.setText("\n".join(lines))
        open_to_change = row.state != "done" and bool(row.closed_on)
        for widget in (self.until, self.reason, self.approver, self.extend_button):
            widget.setEnabled(open_to_change)

    def settle(self) -> None:
        """Settle the term of keeping that is chosen."""
        retention, remark = str(self.choice.currentData()), self.remark.text()
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no
        self._give(
            lambda: workstation.set_retention(actor, number, retention, remark),
            lambda _view: self.remark.clear(),
        )

    def give_next(self) -> None:
        """Give the case the next code of the court."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no
        self._give(lambda: workstation.assign_archival_code(actor, number))

    def use_code(self) -> None:
        """Give the case the code that was typed in."""
        code = self.code.text()
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no
        self._give(lambda: workstation.assign_archival_code(actor, number, code))

    def extend(self) -> None:
        """Extend the term of archiving."""
        said = (self.until.text(), self.reason.text(), self.approver.text())
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._case_no

        def extended(_row: TermRow) -> None:
            for field in (self.until, self.reason, self.approver):
                field.clear()

        self._give(lambda: workstation.extend_term(actor, number, *said), extended)

    def ask_settings(self) -> None:
        """Let an administrator say how codes are made."""
        dialog = CodeSettingsDialog(self._desk, self)
        dialog.saved.connect(self.read)
        dialog.open()

    def show_sheet(self) -> CatalogueSheetDialog:
        """The catalogue as a spreadsheet, out and in."""
        dialog = CatalogueSheetDialog(self._desk, self._case_no, self)
        dialog.taken_over.connect(self.changed)
        dialog.taken_over.connect(lambda _case_no: self._desk.reread(self))
        dialog.open()
        return dialog

    def _give(
        self, call: Callable[[], Result], done: Callable[[Result], None] | None = None
    ) -> None:
        def given(result: Result) -> None:
            if done is not None:
                done(result)
            self.changed.emit(self._case_no)

        self.error.hide()
        Op(self, call).done(given).refused(self._refused).finally_(self.read).start()

    def _refused(self, fault: Fault) -> None:
        self.error.show_fault(fault)


def _code_tone(view: ArchivalCodeView) -> str:
    if not view.code:
        return "note"
    return "warn" if view.differs else "good"


def _card(title: str) -> tuple[QWidget, QVBoxLayout, QHBoxLayout]:
    card = framed("card")
    column = QVBoxLayout(card)
    column.setContentsMargins(16, 12, 16, 12)
    column.setSpacing(8)
    head = QHBoxLayout()
    head.setSpacing(12)
    head.addWidget(label(title, "heading"))
    column.addLayout(head)
    return card, column, head


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, QLineEdit) else 0)
    return row


def _line(name: str, example: str) -> QLineEdit:
    field = QLineEdit()
    field.setAccessibleName(name)
    field.setPlaceholderText(example)
    return field
