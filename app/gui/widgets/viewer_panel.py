"""The page viewer with its tool bar and the name of what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.domain.recipe import shown_box, shown_size, tilt_of
from app.gui.i18n import _
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import framed
from app.gui.widgets.page_items import Overlay
from app.gui.widgets.page_viewer import PageViewer
from app.gui.widgets.strip_model import number_text, open_findings
from app.gui.words import severity_tone
from app.services.views import SideRow
from app.words.pages import finding_word

# An arrow key moves the frame of a crop by half a millimetre.
_NUDGES_PER_INCH = 50.8


class ViewerPanel(QWidget):
    """One side, large. Further tool buttons go in by `add_tool`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer = PageViewer()
        self.title = ElidedLabel("", "heading")
        bar = framed("toolbar", self)
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
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(bar)
        self._column.addWidget(self.viewer, 1)
        self._side: SideRow | None = None
        self._given: tuple[Overlay, ...] | None = None
        self._before = False

    def add_tool(self, widget: QWidget) -> None:
        """Put a further tool at the right end."""
        self._tools.addWidget(widget)

    def add_bar(self, bar: QWidget) -> None:
        """Put a further bar under the tools."""
        self._column.insertWidget(1, bar)

    @property
    def before(self) -> bool:
        """Whether pictures are shown as scanned, without conditioning."""
        return self._before

    def show_before(self, before: bool) -> None:
        """Show the side as it was scanned, or as it is conditioned."""
        if before != self._before:
            self._before = before
            self._show()

    def show_side(self, side: SideRow | None, overlays: Sequence[Overlay] | None = None) -> None:
        """Show a side with boxes for its open findings (or with `overlays`). Boxes are in pixels
        of the upright master; over a conditioned picture they are shown where they lie there."""
        self._side = side
        self._given = None if overlays is None else tuple(overlays)
        self._show()

    def show_picture(self, picture: Path, name: str) -> None:
        """Show a picture that is no side of the dossier."""
        self._side = None
        self._given = None
        self.title.show_text(name)
        self.viewer.show_picture(picture)

    def begin_crop(self) -> None:
        """Show the side as scanned but straight, with a frame for its crop."""
        side = self._side
        if side is None or side.picture is None:
            return
        tilt = tilt_of(side.recipe)
        self.viewer.show_picture(
            side.plain or side.picture, width=side.width, height=side.height, tilt=tilt
        )
        self.viewer.begin_crop(side.recipe.get("crop"), max(1.0, side.dpi / _NUDGES_PER_INCH))

    def end_crop(self) -> None:
        """Back to the conditioned side."""
        self._show()

    def _show(self) -> None:
        side = self._side
        if side is None:
            self.title.show_text("")
            self.viewer.show_message(_("Choose a side in the strip."))
            return
        before = self._before and side.plain is not None
        name = _("Side {position}").format(position=side.position)
        state = _("as scanned") if before else ""
        self.title.show_text(" · ".join(part for part in (name, number_text(side), state) if part))
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
        overlays = finding_overlays(side) if self._given is None else list(self._given)
        if before and side.plain is not None:
            self.viewer.show_picture(
                side.plain, width=side.width, height=side.height, overlays=overlays
            )
            return
        width, height = shown_dimensions(side)
        if side.recipe:
            overlays = [
                replace(overlay, box=shown_box(side.recipe, side.width, side.height, overlay.box))
                for overlay in overlays
            ]
        self.viewer.show_picture(side.picture, width=width, height=height, overlays=overlays)


def shown_dimensions(side: SideRow) -> tuple[int, int]:
    """Width and height of the picture of a side, in pixels of its master."""
    if not side.recipe:
        return side.width, side.height
    return shown_size(side.recipe, side.width, side.height)


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
