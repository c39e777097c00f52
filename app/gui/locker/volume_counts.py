"""Counting paper: how many volumes, and the pages of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.domain.dossier import MAIN, RESTRICTED
from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.gui.widgets.number_field import number_field

MOST_VOLUMES, MOST_PAGES = 999, 99_999
COLUMNS, ROW, MOST_IN_SIGHT = 2, 40, 4


def volume_name(part: str, volume: int) -> str:
    """What a volume is called."""
    if part == RESTRICTED:
        return _("Restricted volume {volume}").format(volume=volume)
    return _("Volume {volume}").format(volume=volume)


class VolumeCounts(QWidget):
    """A field for the volumes and, below it, one for the pages of each. Emits `changed`.

    A volume without pages was not counted page by page; then there is no sum of pages.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, least: int = 1) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Volumes and pages"))
        self._names: list[tuple[str, int]] = []
        self._fields: list[Any] = []
        self._captions: list[QLabel] = []
        self.volumes = number_field()
        self.volumes.setRange(least, MOST_VOLUMES)
        self.volumes.setAccessibleName(_("Volumes"))
        self.volumes.setFixedWidth(88)
        if least == 0:
            # The receiver counts by herself: nothing stands here before she did.
            self.volumes.setSpecialValueText(" ")
        self.sum = label("", "muted")
        self._grid_holder = QWidget()
        self._grid_holder.setObjectName("scrolled")
        self._grid = QGridLayout(self._grid_holder)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(COLUMNS * 2, 1)
        self._scroll = QScrollArea()
        self._scroll.setWidget(self._grid_holder)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.volumes)
        top.addWidget(self.sum, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self._scroll)
        self.volumes.valueChanged.connect(lambda _value: self._follow())
        self.setFocusProxy(self.volumes)
        self._follow()

    def name_volumes(self, names: Sequence[tuple[str, int]]) -> None:
        """The volumes as (part, volume), as far as they are known."""
        self._names = list(names)
        self._recaption()

    def show_counts(self, counts: Sequence[tuple[str, int, int | None]]) -> None:
        """Show these volumes as (part, volume, pages)."""
        self.name_volumes([(part, volume) for part, volume, _pages in counts])
        self.volumes.setValue(len(counts))
        for field, (_part, _volume, pages) in zip(self._fields, counts, strict=False):
            field.setValue(pages or 0)

    def _name(self, number: int) -> tuple[str, int]:
        return self._names[number] if number < len(self._names) else (MAIN, number + 1)

    def _follow(self) -> None:
        wanted = self.volumes.value()
        while len(self._fields) > wanted:
            for widget in (self._fields.pop(), self._captions.pop()):
                self._grid.removeWidget(widget)
                widget.hide()
                widget.deleteLater()
        while len(self._fields) < wanted:
            self._add(len(self._fields))
        self._recaption()
        rows = min((wanted + COLUMNS - 1) // COLUMNS, MOST_IN_SIGHT)
        self._scroll.setFixedHeight(max(rows * ROW, 0))
        self._scroll.setVisible(wanted > 0)
        self._changed()

    def _add(self, number: int) -> None:
        field = number_field()
        field.setRange(0, MOST_PAGES)
        field.setSpecialValueText(" ")
        field.setSuffix(_(" p."))
        field.setFixedWidth(104)
        field.valueChanged.connect(lambda _value: self._changed())
        caption = label("", "muted")
        row, column = divmod(number, COLUMNS)
        self._grid.addWidget(caption, row, column * 2)
        self._grid.addWidget(field, row, column * 2 + 1)
        self._fields.append(field)
        self._captions.append(caption)

    def _recaption(self) -> None:
        for number, (field, caption) in enumerate(zip(self._fields, self._captions, strict=True)):
            name = volume_name(*self._name(number))
            caption.setText(name)
            field.setAccessibleName(_("Pages of {volume}").format(volume=name))

    def _changed(self) -> None:
        pages = self.pages
        self.sum.setText("" if pages is None else _("{pages} pages in all").format(pages=pages))
        self.changed.emit()

    @property
    def count(self) -> int:
        """How many volumes."""
        return int(self.volumes.value())

    @property
    def pages(self) -> int | None:
        """The sum of the pages, None as long as a volume was not counted."""
        values = [field.value() for field in self._fields]
        return sum(values) if values and all(values) else None

    @property
    def counts(self) -> tuple[dict[str, Any], ...]:
        """The volumes one by one, empty as long as one was not counted."""
        if self.pages is None:
            return ()
        return tuple(
            {"part": part, "volume": volume, "pages": int(field.value())}
            for (part, volume), field in zip(
                (self._name(number) for number in range(len(self._fields))),
                self._fields,
                strict=True,
            )
        )
