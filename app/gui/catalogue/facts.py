"""Why the current row is what it is, and what the side in sight is: below the catalogue."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QIntValidator, QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.dossier import ROLES
from app.gui.i18n import _
from app.gui.widgets.confidence import ConfidenceBar
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import framed, label, line
from app.gui.words import role_word
from app.services.views import ItemRow, SideRow
from app.words.cataloguing import field_word, reason_words

SHOWN = ("begins", "title", "category", "date", "author")
LARGEST = 99_999


class NumberEdit(QLineEdit):
    """A page number. Letters and the space bar stay keys of the page, so that a person who goes
    from doubt to doubt need not leave the field. Emits `given` for Enter, in an empty field too:
    the side bears no number."""

    given = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            text = event.text()
            if text.isprintable() and text and not text.isdigit():
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.given.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class WhyPanel(QWidget):
    """For each field of a row how sure it is and why; page number and role of the side.

    Emits `number_given(text)` when Enter ends the page number (empty: the side bears none) and
    `role_given(role)`.
    """

    number_given = Signal(str)
    role_given = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        frame = framed("panel")
        column = QVBoxLayout(frame)
        column.setContentsMargins(16, 8, 16, 12)
        column.setSpacing(8)
        column.addLayout(self._side_row())
        column.addWidget(line())
        column.addLayout(self._field_rows())
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)
        self._side: SideRow | None = None
        self.show_side(None, editable=False)
        self.show_item(None)

    def _side_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.side_name = label("", "heading")
        self.number = NumberEdit()
        self.number.setValidator(QIntValidator(1, LARGEST, self.number))
        self.number.setFixedWidth(72)
        self.number.setAccessibleName(_("Page number"))
        self.number.setPlaceholderText(_("none"))
        self.number.given.connect(self.give_number)
        self.role = QComboBox()
        for role in ROLES:
            self.role.addItem(role_word(role), role)
        self.role.setAccessibleName(_("What the side is"))
        self.role.activated.connect(
            lambda _index: self.role_given.emit(str(self.role.currentData()))
        )
        self.number_reason = ElidedLabel("", "muted")
        for widget in (
            self.side_name,
            label(_("Page number"), "muted"),
            self.number,
            self.role,
        ):
            row.addWidget(widget)
        row.addWidget(self.number_reason, 1)
        return row

    def _field_rows(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        self.rows: dict[str, tuple[QWidget, ConfidenceBar, ElidedLabel]] = {}
        for number, name in enumerate(SHOWN):
            parts = (label(field_word(name), "muted"), ConfidenceBar(), ElidedLabel("", ""))
            for place, part in enumerate(parts):
                grid.addWidget(part, number, place, Qt.AlignmentFlag.AlignVCenter)
            self.rows[name] = parts
        return grid

    def show_side(self, side: SideRow | None, *, editable: bool) -> None:
        """Show what the side in sight is."""
        before, self._side = self._side, side
        self.number.setEnabled(editable and side is not None)
        self.role.setEnabled(editable and side is not None)
        if side is None:
            self.side_name.setText("")
            self.number.clear()
            self.number_reason.show_text("")
            return
        self.side_name.setText(_("Side {position}").format(position=side.position))
        if before is None or before.id != side.id or not self.number_changed:
            # Else somebody is in the middle of a number.
            self.number.setText("" if side.page_number is None else str(side.page_number))
        self.role.setCurrentIndex(max(self.role.findData(side.role), 0))
        self.number_reason.show_text(number_words(side))

    def show_item(self, item: ItemRow | None) -> None:
        """Show why the row is what it is."""
        for name, (caption, bar, words) in self.rows.items():
            told = _told(item, name)
            for part in (caption, bar, words):
                part.setVisible(told is not None)
            if told is None:
                continue
            confidence, text, by = told
            bar.show_confidence(confidence, confirmed=bool(by))
            words.show_text(text)

    @property
    def number_changed(self) -> bool:
        """Whether a person typed a number that is not given yet."""
        return self.number.isModified()

    def edit_number(self) -> None:
        """Put the cursor into the page number."""
        self.number.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.number.selectAll()

    def give_number(self) -> None:
        """Give the number as it stands in the field."""
        text = self.number.text().strip()
        self.number.setModified(False)
        self.number_given.emit(text)


def number_words(side: SideRow) -> str:
    """Why the page number of a side is what it is."""
    if side.number_by:
        return _("said by {name}").format(name=side.number_by)
    return reason_words(side.number_reason) if side.number_reason else ""


def _told(item: ItemRow | None, name: str) -> tuple[float, str, str] | None:
    """(confidence, why, who said it) of a field; None when there is nothing to tell."""
    if item is None:
        return None
    if name == "begins":
        return item.confidence, reason_words(item.reason) if item.reason else "", item.confirmed_by
    found = item.fields.get(name)
    if found is None:
        return None
    if "by" in found:
        return 1.0, _("said by {name}").format(name=found["by"]), str(found["by"])
    return float(found["confidence"]), reason_words(found["reason"]), item.confirmed_by
