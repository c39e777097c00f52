"""Fields for numbers, with the text as far from the edge as in every other field."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractSpinBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

_TEXT_MARGIN = 7


def number_field(parent: QWidget | None = None) -> QSpinBox:
    """A field for whole numbers."""
    made = QSpinBox(parent)
    indent(made)
    return made


def decimal_field(parent: QWidget | None = None) -> QDoubleSpinBox:
    """A field for numbers with decimals."""
    made = QDoubleSpinBox(parent)
    indent(made)
    return made


def indent(field: QAbstractSpinBox) -> None:
    """Set the text of a field as far from the edge as in every other field."""
    # The style sheet cannot: the field inside ignores its padding.
    line = field.findChild(QLineEdit)
    if isinstance(line, QLineEdit):
        line.setTextMargins(_TEXT_MARGIN, 0, 0, 0)
