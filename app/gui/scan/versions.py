"""What stood in the place of a side before: every earlier version is kept."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.shortcuts import bind
from app.gui.widgets.buttons import push_button, tool_button
from app.gui.widgets.labels import label
from app.gui.widgets.side_by_side import SideBySide
from app.services.views import SideRow


class VersionsDialog(QDialog):
    """The side of today on the right, an earlier one on the left."""

    def __init__(
        self, side: SideRow, earlier: Sequence[SideRow], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = _("Earlier versions of side {position}").format(position=side.position)
        self.setWindowTitle(title)
        self.resize(1080, 680)
        self._side = side
        self._earlier = tuple(earlier)
        self._at = 0
        self.pages = SideBySide()
        self.counter = label("", "muted")
        before = tool_button(
            "arrow_left", _("Older"), lambda: self.step(1), action="previous_doubtful"
        )
        after = tool_button(
            "arrow_right", _("Newer"), lambda: self.step(-1), action="next_doubtful"
        )
        close = push_button(_("Close"), self.accept, role="primary")
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 8, 16, 0)
        foot.setSpacing(8)
        foot.addWidget(before)
        foot.addWidget(self.counter)
        foot.addWidget(after)
        foot.addStretch(1)
        foot.addWidget(label(_("Nothing is ever deleted; this is kept as evidence."), "muted"))
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        column.addLayout(foot)
        for part in (before, after):
            part.setEnabled(len(self._earlier) > 1)
        bind(
            self,
            {
                "previous_doubtful": lambda: self.step(1),
                "next_doubtful": lambda: self.step(-1),
                "zoom_in": self.pages.zoom_in,
                "zoom_out": self.pages.zoom_out,
                "fit_page": self.pages.fit_page,
                "fit_width": self.pages.fit_width,
            },
        )
        self._show()
        close.setFocus()

    def step(self, step: int) -> None:
        """An older or newer version."""
        self._at = min(max(self._at + step, 0), len(self._earlier) - 1)
        self._show()

    def _show(self) -> None:
        old = self._earlier[self._at]
        self.counter.setText(
            _("version {at} of {count}").format(
                at=len(self._earlier) - self._at, count=len(self._earlier)
            )
        )
        stored = _("Earlier · {file}").format(file=old.file)
        self.pages.show_sides(old, self._side, stored, _("In force now"))
