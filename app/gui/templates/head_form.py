"""The head of a template: what it is called, from when it is in force and for which cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.domain.dossier import MAIN, RESTRICTED
from app.gui.i18n import _
from app.gui.templates.rows_model import SEPARATORS, fault_text
from app.gui.widgets.labels import label, restyle
from app.words.templates import case_kind_word, template_key_word
from archive_rules.case_number import CaseKind
from archive_rules.template_editing import TemplateFault

_TEXTS = ("title", "id", "version", "effective", "source", "type_codes")
# Field, row, column, columns it spans.
_PLACES = (
    ("title", 0, 0, 1),
    ("id", 0, 1, 1),
    ("version", 0, 2, 1),
    ("kinds", 1, 0, 1),
    ("part", 1, 1, 1),
    ("effective", 1, 2, 1),
    ("source", 2, 0, 1),
    ("type_codes", 2, 1, 2),
)


class HeadForm(QWidget):
    """The fields above the rows, each with what is wrong below it. Emits `changed` when a person
    changed one."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._schema: Any = 1
        self.fields: dict[str, QWidget] = {}
        self.problems: dict[str, QLabel] = {}
        self._kinds: dict[str, QAction] = {}
        for key in _TEXTS:
            field = QLineEdit()
            field.textEdited.connect(lambda _text: self.changed.emit())
            self.fields[key] = field
        self.part = QComboBox()
        self.part.addItem(_("Main part"), MAIN)
        self.part.addItem(_("Restricted part"), RESTRICTED)
        self.part.activated.connect(lambda _at: self.changed.emit())
        self.fields["part"] = self.part
        self.kinds = QPushButton()
        self.kinds.setAutoDefault(False)
        self.kinds.setMenu(self._kinds_menu())
        self.fields["kinds"] = self.kinds
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for key, row, column, span in _PLACES:
            grid.addLayout(self._captioned(key), row, column, 1, span)
        for column, stretch in enumerate((3, 2, 1)):
            grid.setColumnStretch(column, stretch)
        line = self.fields["type_codes"]
        if isinstance(line, QLineEdit):
            line.setPlaceholderText(_("Only where some types of a kind are meant: 民初、民特"))

    def _captioned(self, key: str) -> QVBoxLayout:
        field = self.fields[key]
        field.setAccessibleName(template_key_word(key))
        problem = label("", "small", wrap=True)
        restyle(problem, "tone", "bad")
        problem.hide()
        self.problems[key] = problem
        column = QVBoxLayout()
        column.setSpacing(2)
        column.addWidget(label(template_key_word(key), "caption"))
        column.addWidget(field)
        column.addWidget(problem)
        column.addStretch(1)
        return column

    def _kinds_menu(self) -> QMenu:
        menu = QMenu(self)
        for kind in CaseKind:
            action = QAction(case_kind_word(kind.value), menu)
            action.setCheckable(True)
            action.triggered.connect(lambda _checked: self._kinds_chosen())
            menu.addAction(action)
            self._kinds[kind.value] = action
        return menu

    def _kinds_chosen(self) -> None:
        self._show_kinds()
        self.changed.emit()

    def _show_kinds(self) -> None:
        chosen = [action.text() for action in self._kinds.values() if action.isChecked()]
        shown = "、".join(chosen) or _("none: chosen by hand only")
        metrics = self.kinds.fontMetrics()
        width = max(self.kinds.width() - 40, 200)
        self.kinds.setText(metrics.elidedText(shown, Qt.TextElideMode.ElideRight, width))
        self.kinds.setToolTip(shown)

    def text(self, key: str) -> str:
        """What stands in a field of text."""
        field = self.fields[key]
        return field.text().strip() if isinstance(field, QLineEdit) else ""

    @property
    def table_head(self) -> dict[str, Any]:
        """The fields as a table of a template has them."""
        codes = [code for code in SEPARATORS.split(self.text("type_codes")) if code]
        return {
            "schema": self._schema,
            **{key: self.text(key) for key in ("id", "title", "version", "effective", "source")},
            "part": self.part.currentData(),
            "kinds": [kind for kind, action in self._kinds.items() if action.isChecked()],
            **({"type_codes": codes} if codes else {}),
        }

    def show_head(self, table: dict[str, Any], *, editable: bool) -> None:
        """Show the head of another template."""
        self._schema = table["schema"]
        for key in _TEXTS:
            field = self.fields[key]
            if isinstance(field, QLineEdit):
                value = table.get(key, "")
                field.setText("、".join(value) if isinstance(value, list) else str(value))
                field.setCursorPosition(0)
                field.setReadOnly(not editable)
        self.part.setCurrentIndex(self.part.findData(table["part"]))
        self.part.setEnabled(editable)
        for kind, action in self._kinds.items():
            action.setChecked(kind in table["kinds"])
            action.setEnabled(editable)
        self._show_kinds()
        self.show_faults(())

    def show_faults(self, faults: Sequence[TemplateFault]) -> None:
        """Say below each field what is wrong with it."""
        words: dict[str, list[str]] = {}
        for fault in faults:
            if fault.row == 0:
                words.setdefault(fault.key, []).append(fault_text(fault))
        for key, problem in self.problems.items():
            problem.setText(" ".join(words.get(key, ())))
            problem.setVisible(key in words)
            self.fields[key].setAccessibleDescription(problem.text())
