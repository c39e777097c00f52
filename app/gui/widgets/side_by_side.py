"""Two pages beside each other that zoom and scroll as one."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import framed
from app.gui.widgets.page_viewer import PageViewer
from app.gui.widgets.viewer_panel import shown_dimensions
from app.services.views import SideRow


class SideBySide(QWidget):
    """Old on the left, new on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.left, self.right = PageViewer(), PageViewer()
        self.left_title, self.right_title = ElidedLabel("", "heading"), ElidedLabel("", "heading")
        self._following = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(1)
        for title, viewer, other in (
            (self.left_title, self.left, self.right),
            (self.right_title, self.right, self.left),
        ):
            bar = framed("toolbar", self)
            line = QHBoxLayout(bar)
            line.setContentsMargins(16, 4, 4, 4)
            line.setSpacing(0)
            line.addWidget(title, 1)
            if viewer is self.right:
                for icon_name, text, name, call in (
                    ("zoom_out", _("Smaller"), "zoom_out", self.zoom_out),
                    ("zoom_in", _("Larger"), "zoom_in", self.zoom_in),
                    ("fit_page", _("Whole page"), "fit_page", self.fit_page),
                    ("fit_width", _("Fit width"), "fit_width", self.fit_width),
                ):
                    line.addWidget(tool_button(icon_name, text, call, action=name))
            bar.setMinimumHeight(44)
            column = QVBoxLayout()
            column.setSpacing(0)
            column.addWidget(bar)
            column.addWidget(viewer, 1)
            row.addLayout(column, 1)
            self._tie(viewer, other)

    def _tie(self, leader: PageViewer, follower: PageViewer) -> None:
        def lead() -> None:
            if self._following:
                return
            self._following = True
            try:
                follower.follow(leader)
            finally:
                self._following = False

        leader.zoom_changed.connect(lambda _factor: lead())
        leader.horizontalScrollBar().valueChanged.connect(lambda _value: lead())
        leader.verticalScrollBar().valueChanged.connect(lambda _value: lead())

    def show_sides(
        self, old: SideRow | None, new: SideRow | None, old_title: str, new_title: str
    ) -> None:
        """Show two sides; a missing one says so."""
        self.left_title.show_text(old_title)
        self.right_title.show_text(new_title)
        for viewer, side, nothing in (
            (self.left, old, _("No page stood here before.")),
            (self.right, new, _("No new page was scanned for this one.")),
        ):
            picture = None if side is None else side.picture or side.thumbnail
            if side is None:
                viewer.show_message(nothing)
            elif picture is None:
                viewer.show_message(_("This side is being processed; its picture will come."))
            else:
                width, height = shown_dimensions(side)
                viewer.show_picture(picture, width=width, height=height)

    def zoom_in(self) -> None:
        """Both one step larger."""
        self.right.zoom_in()

    def zoom_out(self) -> None:
        """Both one step smaller."""
        self.right.zoom_out()

    def fit_page(self) -> None:
        """Both as a whole."""
        self.right.fit_page()

    def fit_width(self) -> None:
        """Both as wide as their places."""
        self.right.fit_width()
