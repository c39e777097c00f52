"""When and how fast packages go to the archives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import number_field

ROWS = 3
MOST_KILOBYTES = 10_000_000
BYTES = 1000
# The hours of all archives together, under no name.
ALL = ""


class WindowFields(QWidget):
    """From when until when, and at most how many kilobytes a second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.begin, self.end = QLineEdit(self), QLineEdit(self)
        for field, name, hint in (
            (self.begin, _("From"), "20:00"),
            (self.end, _("Until"), "06:00"),
        ):
            field.setAccessibleName(name)
            field.setPlaceholderText(hint)
            field.setMaximumWidth(96)
        self.kilobytes: QSpinBox = number_field()
        self.kilobytes.setParent(self)
        self.kilobytes.setRange(0, MOST_KILOBYTES)
        self.kilobytes.setSpecialValueText(_("No limit"))
        self.kilobytes.setSuffix(" KB/s")
        self.kilobytes.setAccessibleName(_("At most"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.begin, label("–", "muted", parent=self), self.end):
            row.addWidget(part)
        row.addWidget(self.kilobytes, 1)
        self.setFocusProxy(self.begin)

    def show_window(self, window: Mapping[str, Any]) -> None:
        """Show a window, or none."""
        self.begin.setText(str(window.get("begin", "")))
        self.end.setText(str(window.get("end", "")))
        self.kilobytes.setValue(int(window.get("rate", 0)) // BYTES)

    @property
    def typed(self) -> dict[str, Any] | None:
        """What was typed, None where nothing was."""
        begin, end = self.begin.text().strip(), self.end.text().strip()
        if not begin and not end:
            return None
        return {"begin": begin, "end": end, "rate": self.kilobytes.value() * BYTES}


class HoursQuestion(Question):
    """The hours of all archives, or the windows of one. Nothing typed: at any hour."""

    def __init__(
        self,
        desk: Desk,
        settings: Mapping[str, Any],
        targets: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        sentence = _(
            "Outside of these hours packages wait; what is on its way stops and goes on in the "
            "next ones. Leave all empty for any hour."
        )
        super().__init__(desk, _("Sending hours"), sentence, _("Set"), parent)
        self._settings = settings
        self.target = QComboBox(self)
        self.target.addItem(_("All archives"), ALL)
        for target in targets:
            self.target.addItem(target, target)
        self.add_field(_("Archive target"), self.target)
        self.windows = [WindowFields(self) for _row in range(ROWS)]
        for number, fields in enumerate(self.windows):
            self.add_field(_("Hours of the day") if number == 0 else _("and"), fields)
        self.target.currentIndexChanged.connect(lambda _index: self._show())
        self.target.setCurrentIndex(1 if len(targets) == 1 else 0)
        self._show()

    def _show(self) -> None:
        name = str(self.target.currentData())
        kept = [self._settings] if name == ALL else self._settings["windows"].get(name, [])
        for number, fields in enumerate(self.windows):
            fields.show_window(kept[number] if number < len(kept) else {})
            self.show_field(fields, name != ALL or number == 0)
        self.windows[0].kilobytes.setVisible(name != ALL)
        self.fit()

    def command(self) -> Callable[[], Any]:
        actor, workstation = self.desk.actor, self.desk.workstation
        name = str(self.target.currentData())
        if name == ALL:
            empty: dict[str, Any] = {"begin": "", "end": ""}
            window = self.windows[0].typed or empty
            begin, end = window["begin"], window["end"]
            return lambda: workstation.set_transfer_window(actor, begin, end)
        given = [typed for fields in self.windows if (typed := fields.typed) is not None]
        return lambda: workstation.set_target_windows(actor, name, given)
