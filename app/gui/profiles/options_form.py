"""The form of a device's own options, built from what its driver says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import decimal_field, number_field
from app.services.station_views import OptionRow

_WIDEST = 2**31 - 1
_DECIMALS = 3
_CAPTION_WIDTH = 180


def unit_word(unit: str) -> str:
    """A unit as it stands behind a number."""
    return {
        "pixel": _("px"),
        "bit": _("bit"),
        "mm": _("mm"),
        "dpi": _("dpi"),
        "percent": "%",
        "microsecond": _("µs"),
    }.get(unit, "")


class OptionsForm(QScrollArea):
    """One line per option under the driver's own headings. Emits `changed` when a person changed
    one; `changes` tells what differs from what is kept, None for a kept value taken away."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setAccessibleName(_("Options of the device"))
        self._rows: dict[str, OptionRow] = {}
        self._editors: dict[str, QWidget] = {}
        self._touched: set[str] = set()
        self.show_options([], advanced=False)

    def show_options(self, options: Sequence[OptionRow], *, advanced: bool) -> None:
        """Build the form anew; `advanced` shows also what the driver counts as such."""
        self._rows, self._editors, self._touched = {}, {}, set()
        holder = QWidget()
        holder.setObjectName("scrolled")
        column = QVBoxLayout(holder)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        group, form = None, QFormLayout()
        for row in options:
            if not row.active or (row.advanced and not advanced) or row.type == "button":
                continue
            if row.group != group or group is None:
                group, form = row.group, QFormLayout()
                form.setHorizontalSpacing(16)
                form.setVerticalSpacing(8)
                if row.group:
                    column.addWidget(label(row.group, "heading"))
                column.addLayout(form)
            self._add(form, row)
        if not self._rows:
            column.addWidget(label(_("This device has no options of its own."), "muted", wrap=True))
        column.addStretch(1)
        self.setWidget(holder)

    def _add(self, form: QFormLayout, row: OptionRow) -> None:
        editor = self._editor(row) if row.settable else QLabel(_shown(row))
        title = row.title or row.name
        editor.setAccessibleName(title)
        editor.setToolTip("\n".join(part for part in (row.description, row.name) if part))
        self._rows[row.name] = row
        self._editors[row.name] = editor
        caption = label("" if isinstance(editor, QCheckBox) else title)
        caption.setFixedWidth(_CAPTION_WIDTH)
        caption.setWordWrap(True)
        form.addRow(caption, editor)

    def _editor(self, row: OptionRow) -> QWidget:
        value = row.stored if row.stored is not None else row.value
        touch = self._touching(row.name)
        if row.choices:
            box = QComboBox()
            for choice in row.choices:
                box.addItem(f"{choice} {unit_word(row.unit)}".strip(), choice)
            box.setCurrentIndex(max(box.findData(value), 0))
            box.currentIndexChanged.connect(touch)
            return box
        if row.type == "bool":
            check = QCheckBox(row.title or row.name)
            check.setChecked(bool(value))
            check.toggled.connect(touch)
            return check
        if row.type in ("int", "float"):
            return self._number(row, value, touch)
        text = QLineEdit(str(value or ""))
        text.textEdited.connect(touch)
        return text

    def _number(self, row: OptionRow, value: Any, touch: Any) -> QWidget:
        low = row.minimum if row.minimum is not None else -_WIDEST
        high = row.maximum if row.maximum is not None else _WIDEST
        unit = unit_word(row.unit)
        spin: QSpinBox | QDoubleSpinBox
        if row.type == "int":
            spin = number_field()
            spin.setRange(round(low), round(high))
            spin.setSingleStep(max(1, round(row.step or 1)))
            spin.setValue(round(value or 0))
        else:
            spin = decimal_field()
            spin.setDecimals(0 if _whole(row.step, value) else _DECIMALS)
            spin.setRange(low, high)
            spin.setSingleStep(row.step or 1.0)
            spin.setValue(float(value or 0))
        spin.setSuffix(f" {unit}" if unit else "")
        spin.valueChanged.connect(touch)
        return spin

    def _touching(self, name: str) -> Any:
        def touch(_value: object) -> None:
            self._touched.add(name)
            self.changed.emit()

        return touch

    def editor(self, name: str) -> QWidget:
        """The widget of one option. Raises KeyError when it is not shown."""
        return self._editors[name]

    @property
    def changes(self) -> dict[str, Any]:
        """What a person changed here, by name."""
        return {name: _value(self._editors[name]) for name in sorted(self._touched)}

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept for the device, by name."""
        return {name: row.stored for name, row in self._rows.items() if row.stored is not None}


def _whole(step: float | None, value: Any) -> bool:
    """Whether a device counts in whole numbers, though it could do otherwise."""
    return bool(step) and float(step or 0).is_integer() and float(value or 0).is_integer()


def _shown(row: OptionRow) -> str:
    text = "" if row.value is None else f"{row.value} {unit_word(row.unit)}".strip()
    return text or "—"


def _value(editor: QWidget) -> Any:
    if isinstance(editor, QComboBox):
        return editor.currentData()
    if isinstance(editor, QCheckBox):
        return editor.isChecked()
    if isinstance(editor, QSpinBox | QDoubleSpinBox):
        return editor.value()
    if isinstance(editor, QLineEdit):
        return editor.text()
    raise TypeError(type(editor).__name__)
