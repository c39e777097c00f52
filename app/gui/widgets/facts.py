"""Facts of the selection: names on the left, values on the right, findings as cards below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.gui.widgets.room import SCROLL_BAR

UNBROKEN = re.compile("[!-~]+")
MARGIN, SPACING = 16, 16


class FactsPanel(QFrame):
    """A titled list of facts that can grow parts below it (`add`)."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setMinimumWidth(264)
        self.title = label(title or _("Facts"), "title", wrap=True)
        inner = QWidget()
        inner.setObjectName("scrolled")
        # As wide as the panel: nothing is ever beyond its right edge.
        inner.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.column = QVBoxLayout(inner)
        self.column.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self.column.setSpacing(12)
        self.column.addWidget(self.title)
        self._form_holder = QWidget()
        self._grid = QGridLayout(self._form_holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACING)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._pairs: list[tuple[QLabel, QLabel]] = []
        self._needed = 0
        self._stacked = False
        self.column.addWidget(self._form_holder)
        self.parts = QVBoxLayout()
        self.parts.setSpacing(8)
        self.column.addLayout(self.parts)
        self.column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def show_facts(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        """Show `facts` as pairs of name and value; an empty value is left out."""
        self.title.setText(title)
        for pair in self._pairs:
            for part in pair:
                self._grid.removeWidget(part)
                part.hide()
                part.deleteLater()
        self._pairs = [self._pair(name, value) for name, value in facts if value]
        self._needed = _least_width(self._pairs)
        self._form_holder.setVisible(bool(self._pairs))
        self._place()

    def _pair(self, name: str, value: str) -> tuple[QLabel, QLabel]:
        shown = label(value, parent=self._form_holder, wrap=True)
        shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        shown.setAccessibleName(name)
        return label(name, "muted", self._form_holder), shown

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        if self._stacked != self._is_narrow:
            self._place()

    @property
    def _is_narrow(self) -> bool:
        return self._needed > self.width() - 2 * MARGIN - SCROLL_BAR

    def _place(self) -> None:
        """Values stand beside their names, or below where a number would be cut beside them."""
        self._stacked = self._is_narrow
        top = Qt.AlignmentFlag.AlignTop
        for row, (name, value) in enumerate(self._pairs):
            if self._stacked:
                self._grid.addWidget(name, 2 * row, 0, 1, 2)
                self._grid.addWidget(value, 2 * row + 1, 0, 1, 2)
            else:
                self._grid.addWidget(name, row, 0, top)
                self._grid.addWidget(value, row, 1)
            name.show()
            value.show()

    def clear_parts(self) -> None:
        """Take away the parts below the facts."""
        while self.parts.count():
            entry = self.parts.takeAt(0)
            widget = entry.widget() if entry is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def add(self, widget: QWidget) -> None:
        """Put a part below the facts."""
        self.parts.addWidget(widget)


def _least_width(pairs: Sequence[tuple[QLabel, QLabel]]) -> int:
    """How wide names and values are side by side, when values are broken wherever they may be."""
    names = max((name.sizeHint().width() for name, _value in pairs), default=0)
    words = max(
        (
            value.fontMetrics().horizontalAdvance(word)
            for _name, value in pairs
            for word in UNBROKEN.findall(value.text())
        ),
        default=0,
    )
    return names + SPACING + words
