"""The form of one scan profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from app.domain.profile_rules import CHOICES, DEFAULTS, LONGEST_IMPRINT, RANGES
from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import number_field


def setting_names() -> dict[str, str]:
    """The settings in the order of the form, as people call them."""
    return {
        "resolution": _("Resolution"),
        "mode": _("Colour mode"),
        "duplex": _("Both sides"),
        "way": _("Feed from"),
        "paper": _("Paper size"),
        "long_paper": _("Long paper"),
        "brightness": _("Brightness"),
        "contrast": _("Contrast"),
        "multifeed": _("Double feed"),
        "dual_stream": _("Second image in black and white"),
        "mark_blank": _("Mark blank sides"),
        "separators": _("Cut the stack at"),
        "count": _("Sheets per document"),
        "engine": _("Read text with"),
        "imprint": _("Print on the paper"),
        "imprint_start": _("First number printed"),
    }


def choice_word(name: str, value: str) -> str:
    """One value of a setting as people call it."""
    words = {
        "mode": {"color": _("Colour"), "gray": _("Gray"), "lineart": _("Black and white")},
        "way": {"auto": _("Feeder, else glass"), "feeder": _("Feeder"), "flatbed": _("Glass")},
        "multifeed": {
            "stop": _("Stop and say so"),
            "warn": _("Go on and mark the sheet"),
            "off": _("Do not look for it"),
        },
        "separators": {
            "none": _("Nowhere"),
            "patch": _("Patch sheets"),
            "barcode": _("Barcode sheets and work slips"),
            "any": _("Patch and barcode sheets"),
            "count": _("A fixed number of sheets"),
        },
        "engine": {
            "auto": _("The engine of this station"),
            "rapidocr": _("RapidOCR (exact, needs more memory)"),
            "tesseract": _("Tesseract (needs little memory)"),
        },
        "paper": {"auto": _("As the device finds it")},
    }
    return words.get(name, {}).get(value, value)


class SettingsForm(QWidget):
    """All settings of a profile. Emits `changed` when a person changed one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editors: dict[str, QWidget] = {}
        layout = QFormLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setHorizontalSpacing(16)
        layout.setVerticalSpacing(8)
        for name, title in setting_names().items():
            editor = self._editor(name)
            editor.setAccessibleName(title)
            self._editors[name] = editor
            layout.addRow("" if isinstance(editor, QCheckBox) else title, editor)
        layout.addRow(
            "",
            label(
                _("{number} counts the sheets; {case} and {date} stand for those of the batch."),
                "small",
                wrap=True,
            ),
        )
        self.show_settings(DEFAULTS)

    def _editor(self, name: str) -> QWidget:
        if name in CHOICES:
            box = QComboBox()
            for value in CHOICES[name]:
                box.addItem(choice_word(name, value), value)
            box.currentIndexChanged.connect(self._tell)
            return box
        if name in RANGES:
            spin = number_field()
            spin.setRange(*RANGES[name])
            if name == "resolution":
                spin.setSuffix(" dpi")
                spin.setSingleStep(50)
            spin.valueChanged.connect(self._tell)
            return spin
        if isinstance(DEFAULTS[name], bool):
            check = QCheckBox(setting_names()[name])
            check.toggled.connect(self._tell)
            return check
        text = QLineEdit()
        text.setMaxLength(LONGEST_IMPRINT)
        text.setPlaceholderText("{case} {number}")
        text.textEdited.connect(self._tell)
        return text

    def _tell(self, _value: object) -> None:
        self._show_what_matters()
        self.changed.emit()

    def show_settings(self, settings: Mapping[str, Any]) -> None:
        """Fill the form."""
        self.blockSignals(True)
        for name, editor in self._editors.items():
            value = settings.get(name, DEFAULTS[name])
            if isinstance(editor, QComboBox):
                editor.setCurrentIndex(max(editor.findData(value), 0))
            elif isinstance(editor, QSpinBox):
                editor.setValue(int(value))
            elif isinstance(editor, QCheckBox):
                editor.setChecked(bool(value))
            elif isinstance(editor, QLineEdit):
                editor.setText(str(value))
        self.blockSignals(False)
        self._show_what_matters()

    def _show_what_matters(self) -> None:
        """What depends on another setting can be reached only when it has a meaning."""
        values = self.settings
        self._editors["count"].setEnabled(values["separators"] == "count")
        self._editors["imprint_start"].setEnabled(bool(values["imprint"]))

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as they stand in the form."""
        found: dict[str, Any] = {}
        for name, editor in self._editors.items():
            if isinstance(editor, QComboBox):
                found[name] = str(editor.currentData())
            elif isinstance(editor, QSpinBox):
                found[name] = editor.value()
            elif isinstance(editor, QCheckBox):
                found[name] = editor.isChecked()
            elif isinstance(editor, QLineEdit):
                found[name] = editor.text().strip()
        return found

    def editor(self, name: str) -> QWidget:
        """The widget of one setting."""
        return self._editors[name]
