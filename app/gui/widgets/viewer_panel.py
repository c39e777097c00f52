"""The page viewer with its tool bar and the name of what it shows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import framed
from app.gui.widgets.page_viewer import Overlay, PageViewer
from app.gui.widgets.strip_model import number_text, open_findings
from app.gui.words import finding_word, severity_tone
from app.services.views import SideRow


class ViewerPanel(QWidget):
    """One side, large. Further tool buttons go in by `add_tool`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = PageViewer()
        self.title = ElidedLabel("", "heading")
        bar = framed("toolbar")
        self._tools = QHBoxLayout(bar)
        self._tools.setContentsMargins(16, 4, 4, 4)
        self._tools.setSpacing(0)
        self._tools.addWidget(self.title, 1)
        for icon_name, text, name, action in (
            ("zoom_out", _("Smaller"), "zoom_out", self.viewer.zoom_out),
            ("zoom_in", _("Larger"), "zoom_in", self.viewer.zoom_in),
            ("fit_page", _("Whole page"), "fit_page", self.viewer.fit_page),
            ("fit_width", _("Fit width"), "fit_width", self.viewer.fit_width),
        ):
            self._tools.addWidget(tool_button(icon_name, text, action, action=name))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.viewer, 1)

    def add_tool(self, widget: QWidget) -> None:
        """Put a further tool at the right end."""
        self._tools.addWidget(widget)

    def show_side(self, side: SideRow | None, overlays: Sequence[Overlay] | None = None) -> None:
        """Show a side with boxes for its open findings (or with `overlays`)."""
        if side is None:
            self.title.show_text("")
            self.viewer.show_message(_("Choose a side in the strip."))
            return
        name = _("Side {position}").format(position=side.position)
        self.title.show_text(" · ".join(part for part in (name, number_text(side)) if part))
        if side.picture is None and side.thumbnail is not None:
            # Live inspection has seen it; the large picture comes with the full examination.
            self.viewer.show_picture(side.thumbnail, width=side.width, height=side.height)
            return
        if side.picture is None:
            self.viewer.show_message(
                _("The file of this side cannot be decoded. Scan the side again.")
                if side.fault
                else _("This side is being processed; its picture will come.")
            )
            return
        self.viewer.show_picture(
            side.picture,
            width=side.width,
            height=side.height,
            overlays=finding_overlays(side) if overlays is None else overlays,
        )


def finding_overlays(side: SideRow) -> list[Overlay]:
    """Boxes for the findings of a side that have one."""
    made = []
    for finding in open_findings(side):
        if finding.box is None or len(finding.box) != 4:
            continue
        x0, y0, x1, y1 = finding.box
        made.append(
            Overlay(
                key=finding.id,
                box=(x0, y0, x1, y1),
                label=finding_word(finding.code),
                tone=severity_tone(finding.severity),
            )
        )
    return made
