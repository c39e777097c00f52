"""The papers a kind of reader needs, each a tick with its number beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QWidget

from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.services.reading_desk_views import PaperKindRow, PaperRow

Paper = PaperKindRow | PaperRow


class PaperTicks(QWidget):
    """Emits `changed` when something was ticked. What was seen before is ticked at first. Papers of
    which one is enough stand together below a line that says so."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ticks: dict[str, tuple[QCheckBox, QLineEdit, Paper]] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)

    def show_papers(self, papers: Sequence[Paper]) -> None:
        """Show these papers instead of those before."""
        self._clear()
        row = 0
        told = False
        for paper in papers:
            if paper.choice and not told:
                told = True
                self._grid.addWidget(label(_("One of these:"), "muted", self), row, 0, 1, 2)
                row += 1
            self._add(paper, row)
            row += 1
        if self._ticks:
            self.setFocusProxy(next(iter(self._ticks.values()))[0])

    def _clear(self) -> None:
        while (entry := self._grid.takeAt(0)) is not None:
            widget = entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._ticks = {}

    def _add(self, paper: Paper, row: int) -> None:
        needless = not paper.needed and not paper.choice
        text = _("{paper} (if any)").format(paper=paper.name) if needless else paper.name
        tick = QCheckBox(text, self)
        number = ""
        if isinstance(paper, PaperRow):
            tick.setChecked(bool(paper.seen_by))
            number = paper.number
        tick.toggled.connect(lambda _on: self.changed.emit())
        field = QLineEdit(number, self)
        field.setPlaceholderText(_("Its number, if it has one"))
        field.setAccessibleName(_("Number of {paper}").format(paper=paper.name))
        self._grid.addWidget(tick, row, 0)
        self._grid.addWidget(field, row, 1)
        self._ticks[paper.code] = (tick, field, paper)

    def tick(self, code: str, on: bool = True) -> None:
        """Tick one paper."""
        self._ticks[code][0].setChecked(on)

    @property
    def ticked(self) -> tuple[tuple[str, str], ...]:
        """The papers that are there: code and number."""
        return tuple(
            (code, field.text().strip())
            for code, (tick, field, _paper) in self._ticks.items()
            if tick.isChecked()
        )

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of needed papers that are not ticked; those of which one is enough are one."""
        rows = [(paper, tick.isChecked()) for tick, _field, paper in self._ticks.values()]
        names = [paper.name for paper, there in rows if paper.needed and not there]
        choice = [(paper.name, there) for paper, there in rows if paper.choice]
        if choice and not any(there for _name, there in choice):
            names.append(either([name for name, _there in choice]))
        return tuple(names)

    def hide_numbers(self) -> None:
        """Numbers were written down before; only ticks are asked for now."""
        for _tick, field, _paper in self._ticks.values():
            field.setReadOnly(True)
            field.setPlaceholderText("")


def either(names: Sequence[str]) -> str:
    """Names of papers of which one is enough."""
    text = names[0]
    for name in names[1:]:
        text = _("{papers} or {paper}").format(papers=text, paper=name)
    return text
