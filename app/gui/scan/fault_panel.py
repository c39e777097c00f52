"""Where the work stopped: what happened, what is safe, which sheet goes back, and the way on."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.scan.drawings import Drawing
from app.gui.scan.last_side import LastSide
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import framed, label
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.station_views import Resumption


class FaultPanel(QFrame):
    """Stands in the place of the page until the batch goes on. Emits `go_on_asked`,
    `complete_asked` and `other_source_asked`."""

    go_on_asked = Signal()
    complete_asked = Signal()
    other_source_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.drawing = Drawing()
        self.sheet = label("", "large", wrap=True)
        self.happened = label("", "heading", wrap=True)
        self.safe = label("", wrap=True)
        self.put_back = label("", wrap=True)
        self.last = LastSide()
        self.thumbnail = self.last.thumbnail
        self.go_on = push_button(
            _("Go on scanning"),
            self.go_on_asked.emit,
            icon_name="scan",
            action="start_scan",
        )
        self.complete = push_button(
            _("Complete as it is…"), self.complete_asked.emit, action="complete_batch"
        )
        self.other = push_button(
            _("Other source…"), self.other_source_asked.emit, action="other_source"
        )
        self._lay_out()

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(8)
        for part in (self.sheet, self.happened, self.safe, self.put_back):
            texts.addWidget(part)
        texts.addStretch(1)
        middle = QHBoxLayout()
        middle.setSpacing(24)
        middle.addLayout(texts, 1)
        middle.addWidget(self.last)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.go_on)
        buttons.addWidget(self.complete)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        scroll = QScrollArea(self)
        inner = QWidget(scroll.viewport())
        inner.setObjectName("scrolled")
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(16)
        column.addWidget(self.drawing, 1)
        column.addLayout(middle)
        column.addStretch(0)
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(scroll, 1)
        foot = framed("bar", self)
        foot.setLayout(buttons)
        buttons.setContentsMargins(24, 8, 24, 8)
        outer.addWidget(foot)

    def show_resumption(self, stopped: Resumption, sides: int) -> None:
        """Show where a batch stopped; `sides` are stored and safe."""
        record = {"kind": "refused", "code": stopped.code, "parameters": stopped.parameters}
        text = describe(record, current_language()) if stopped.code else None
        self.drawing.show_drawing(stopped.drawing or "feeder")
        self.sheet.setText(sheet_text(stopped))
        self.happened.setText(
            text.message if text is not None else _("The batch was interrupted before its end.")
        )
        self.safe.setText(_("The {count} sides scanned before are all stored.").format(count=sides))
        remedy = text.remedy if text is not None else ""
        self.put_back.setText(remedy or _("Load the paper from this sheet on, then go on."))
        self.go_on.setEnabled(True)
        self.last.show_side(stopped.last)
        self.setAccessibleName(self.happened.text())
        self.setAccessibleDescription(
            " ".join(part.text() for part in (self.safe, self.sheet, self.put_back))
        )


def sheet_text(stopped: Resumption) -> str:
    """Which sheet goes back on top of the stack."""
    if stopped.certain:
        return _("Put back sheet {sheet}").format(sheet=stopped.sheet)
    return _("See which sheet came out last; go on about sheet {sheet}").format(sheet=stopped.sheet)
