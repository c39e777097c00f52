"""Double keying: the fields of one document after the other, typed from the page alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed, label
from app.services.keying import KeyingField, KeyingRow
from app.words.cataloguing import field_word


class KeyingPanel(QWidget):
    """Shows no proposal and nobody else's words, so that two persons read independently; what
    differs is shown to a third, who takes one of both or types what is right.

    Emits `typed(item_id, values)`, `settled(item_id, field, value)`, `row_shown(row)` and `left`.
    """

    typed = Signal(str, object)
    settled = Signal(str, str, str)
    row_shown = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[KeyingRow, ...] = ()
        self._at = 0
        self.fields: dict[str, QLineEdit] = {}
        self.meter = label("", "heading")
        self.name = label("", "title")
        self.advice = label("", "muted", wrap=True)
        bar = framed("toolbar")
        tools = QHBoxLayout(bar)
        tools.setContentsMargins(16, 4, 8, 4)
        tools.addWidget(self.meter, 1)
        self.leave_button = push_button(_("Back to the catalogue"), self.left.emit)
        tools.addWidget(self.leave_button)
        inner = QVBoxLayout()
        inner.setContentsMargins(24, 24, 24, 24)
        inner.setSpacing(16)
        inner.addWidget(self.name)
        inner.addWidget(self.advice)
        self._form_holder = QWidget()
        self._form = QFormLayout(self._form_holder)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(16)
        self._form.setVerticalSpacing(12)
        inner.addWidget(self._form_holder)
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addLayout(inner, 1)

    @property
    def current(self) -> KeyingRow | None:
        """The document that is shown."""
        return self._rows[self._at] if 0 <= self._at < len(self._rows) else None

    def show_rows(self, rows: Sequence[KeyingRow]) -> None:
        """Show the documents; stays on the one that was shown while it waits for this person."""
        before = self.current
        self._rows = tuple(rows)
        shown = before.item_id if before is not None else ""
        places = [n for n, row in enumerate(rows) if row.item_id == shown]
        self._at = places[0] if places else -1
        current = self.current
        if current is None or not (current.to_type or current.to_settle):
            self._at = next(
                (n for n, row in enumerate(rows) if row.to_type or row.to_settle), max(self._at, 0)
            )
        to_type = sum(row.to_type for row in rows)
        to_settle = sum(row.to_settle for row in rows)
        self.meter.setText(
            _("{typing} to type · {settling} to settle").format(typing=to_type, settling=to_settle)
        )
        if before is None or self.current != before or not self.fields:
            # Else somebody may be in the middle of a word.
            self._show()

    def step(self, by: int) -> None:
        """Go to another document."""
        if self._rows:
            self._at = min(max(self._at + by, 0), len(self._rows) - 1)
            self._show()

    def fill(self, text: str) -> bool:
        """Put a text into the field under the cursor; False when there is none."""
        for edit in self.fields.values():
            if edit.hasFocus():
                edit.setText(text)
                return True
        return False

    def focused_field(self) -> str:
        """The field under the cursor, or an empty text."""
        return next((name for name, edit in self.fields.items() if edit.hasFocus()), "")

    def _show(self) -> None:
        while self._form.rowCount():
            self._form.removeRow(0)
        self.fields = {}
        row = self.current
        if row is None:
            self.name.setText(_("Nothing to type"))
            self.advice.setText(_("Documents come here once the catalogue is proposed."))
            return
        self.name.setText(
            _("Document {number} · sides {first}–{last}").format(
                number=row.number, first=row.first_position, last=row.last_position
            )
        )
        self.advice.setText(self._advice(row))
        for field in row.fields:
            self._form.addRow(label(field_word(field.field), "muted"), self._editor(row, field))
        if self.fields:
            next(iter(self.fields.values())).setFocus()
        self.row_shown.emit(row)

    def _advice(self, row: KeyingRow) -> str:
        if row.to_settle:
            return _("Two persons read this differently. Look at the page and take what is right.")
        if row.to_type:
            return _("Type what stands on the page. Enter goes on; the second person types alone.")
        return _("Nothing is left for you here.")

    def _editor(self, row: KeyingRow, field: KeyingField) -> QWidget:
        if field.may_settle:
            return self._choice(row, field)
        if not field.may_type:
            words = "、".join(f"{name}：{value}" for name, value in field.others) or (
                field.mine or _("typed by two others")
            )
            return label(words, wrap=True)
        edit = QLineEdit(field.mine or "")
        edit.setAccessibleName(field_word(field.field))
        edit.returnPressed.connect(self._go_on)
        self.fields[field.field] = edit
        return edit

    def _choice(self, row: KeyingRow, field: KeyingField) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for name, value in field.others:
            text = _("Take “{value}” ({name})").format(value=value, name=name)
            take = partial(self.settled.emit, row.item_id, field.field, value)
            column.addWidget(push_button(text, take), 0, Qt.AlignmentFlag.AlignLeft)
        edit = QLineEdit()
        edit.setPlaceholderText(_("or type what is right, then Enter"))
        edit.setAccessibleName(field_word(field.field))
        edit.returnPressed.connect(
            lambda: (
                self.settled.emit(row.item_id, field.field, edit.text())
                if edit.text().strip()
                else None
            )
        )
        self.fields[field.field] = edit
        column.addWidget(edit)
        return holder

    def _go_on(self) -> None:
        """Enter: the next empty field; when none is left, the document is typed."""
        row = self.current
        if row is None:
            return
        open_fields = {field.field for field in row.fields if field.may_type}
        for name in open_fields:
            if not self.fields[name].text().strip():
                self.fields[name].setFocus()
                return
        self.typed.emit(
            row.item_id, {name: self.fields[name].text().strip() for name in open_fields}
        )
