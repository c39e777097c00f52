"""Facts of the selection: names on the left, values on the right, findings as cards below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFormLayout, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

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
        self._form = QFormLayout(self._form_holder)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(SPACING)
        self._form.setVerticalSpacing(6)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._needed = 0
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
        while self._form.rowCount():
            self._form.removeRow(0)
        needed = (0, 0)
        for name, value in facts:
            if not value:
                continue
            shown = label(value, wrap=True)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown.setAccessibleName(name)
            self._form.addRow(label(name, "muted"), shown)
            advance = shown.fontMetrics().horizontalAdvance
            widest = max((advance(word) for word in UNBROKEN.findall(value)), default=0)
            needed = (max(needed[0], advance(name)), max(needed[1], widest))
        self._needed = sum(needed) + SPACING
        self._form_holder.setVisible(self._form.rowCount() > 0)
        self._wrap()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._wrap()

    def _wrap(self) -> None:
        """Values go below their names where a number beside its name would be cut."""
        room = self.width() - 2 * MARGIN - SCROLL_BAR
        policy = QFormLayout.RowWrapPolicy
        self._form.setRowWrapPolicy(
            policy.WrapAllRows if self._needed > room else policy.DontWrapRows
        )

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
