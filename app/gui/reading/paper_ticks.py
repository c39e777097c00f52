"""The papers a kind of reader needs, each a tick with its number beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from app.gui.i18n import _

Choice = tuple[str, str, bool, bool, str]


class PaperTicks(QWidget):
    """Emits `changed` when something was ticked. A paper is (code, name, whether it is needed,
    whether it is ticked at first, its number)."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticks: dict[str, tuple[QCheckBox, QLineEdit, bool]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_papers(self, papers: Sequence[Choice]) -> None:
        """Show these papers instead of those before."""
        for tick, field, _needed in self._ticks.values():
            for part in (tick, field):
                part.hide()
                self._grid.removeWidget(part)
                part.deleteLater()
        self._ticks = {}
        for row, (code, name, needed, ticked, number) in enumerate(papers):
            tick = QCheckBox(name if needed else _("{paper} (if any)").format(paper=name), self)
            tick.setChecked(ticked)
            tick.toggled.connect(lambda _on: self.changed.emit())
            field = QLineEdit(number, self)
            field.setPlaceholderText(_("Its number, if it has one"))
            field.setAccessibleName(_("Number of {paper}").format(paper=name))
            self._grid.addWidget(tick, row, 0)
            self._grid.addWidget(field, row, 1)
            self._ticks[code] = (tick, field, needed)
        if self._ticks:
            self.setFocusProxy(next(iter(self._ticks.values()))[0])

    def tick(self, code: str, on: bool = True) -> None:
        """Tick one paper."""
        self._ticks[code][0].setChecked(on)

    @property
    def ticked(self) -> tuple[tuple[str, str], ...]:
        """The papers that are there: code and number."""
        return tuple(
            (code, field.text().strip())
            for code, (tick, field, _needed) in self._ticks.items()
            if tick.isChecked()
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of needed papers that are not ticked."""
        return tuple(
            tick.text()
            for tick, _field, needed in self._ticks.values()
            if needed and not tick.isChecked()
        )

    def hide_numbers(self) -> None:
        """Numbers were written down before; only ticks are asked for now."""
        for _tick, field, _needed in self._ticks.values():
            field.setReadOnly(True)
            field.setPlaceholderText("")
