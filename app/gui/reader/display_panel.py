"""How the page and the window look: sizes, two pages, contrast, the simple view for elders."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from app.gui.i18n import _
from app.gui.kiosk.curtain import Curtain
from app.gui.reader.touch_button import button
from app.gui.widgets.labels import label


class DisplayPanel(Curtain):
    """Emits `looks_chosen(large, contrast)`; the buttons for sizes are connected by the owner."""

    looks_chosen = Signal(bool, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.whole = button(_("Whole page"), "fit_page", checkable=True, parent=self)
        self.width_fit = button(_("Fit width"), "fit_width", checkable=True, parent=self)
        self.two_pages = button(_("Two pages"), "compare", checkable=True, parent=self)
        self.contrast = button(_("High contrast"), "theme", checkable=True, parent=self)
        self.simple = button(_("Large and simple"), "size", checkable=True, parent=self)
        self.close_button = button(_("Close"), parent=self)
        self.content.addWidget(label(_("Display"), "title", self))
        grid = QGridLayout()
        grid.setSpacing(12)
        rows: tuple[tuple[QPushButton, ...], ...] = (
            (self.whole, self.width_fit, self.two_pages),
            (self.contrast, self.simple, self.close_button),
        )
        for row, buttons in enumerate(rows):
            for place, made in enumerate(buttons):
                made.setMinimumWidth(220)
                grid.addWidget(made, row, place)
        self.content.addLayout(grid)
        for made in (self.whole, self.width_fit, self.two_pages, self.close_button):
            made.clicked.connect(self.hide)
        for made in (self.contrast, self.simple):
            made.clicked.connect(self._on_looks)
        self.setAccessibleName(_("Display"))

    def _on_looks(self) -> None:
        self.hide()
        self.looks_chosen.emit(self.simple.isChecked(), self.contrast.isChecked())

    def wipe(self) -> None:
        """Back to the usual looks."""
        for made in (self.whole, self.two_pages, self.contrast, self.simple):
            made.setChecked(False)
        self.hide()
