"""The film strip of the scan page: what is selected, select by defect, three sizes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget

from app.gui.i18n import _, number
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.film_strip import FilmStrip
from app.gui.widgets.labels import framed
from app.gui.widgets.strip_model import open_findings
from app.services.selection import DEFECTS, select
from app.services.views import SideRow
from app.words.pages import finding_word

# Logical pixels of one side; the middle one is where a person starts.
SIZES = (92, 132, 204)
SIZE_NAMES = ("compact", "middle", "large")


class StripPanel(QFrame):
    """Emits `select_asked(what)` for the words of `select_sides`, and `size_changed(name)`."""

    select_asked = Signal(str)
    size_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "strip")
        self.strip = FilmStrip(even=True, movable=True)
        self.strip.selection_changed.connect(self._show_count)
        self._size = 1
        self.count = ElidedLabel("", "muted")
        self.select = tool_button("select", _("Select by defect…"), action="select_menu")
        self.select.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.select)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.select.setMenu(self.menu)
        self.size_button = tool_button(
            "size", _("Size of the thumbnails"), self.next_size, action="strip_size"
        )
        bar = framed("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(0)
        row.addWidget(self.count, 1)
        row.addWidget(self.select)
        row.addWidget(self.size_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.strip, 1)
        self._show_count()

    def _show_count(self) -> None:
        total = self.strip.strip_model.rowCount()
        chosen = self.strip.selected_count
        text = _("{count} sides").format(count=number(total))
        if chosen > 1:
            text = _("{chosen} of {count} selected").format(
                chosen=number(chosen), count=number(total)
            )
        self.count.show_text(text)

    def show_sides(self, sides: Sequence[SideRow]) -> None:
        """Show all sides of the case."""
        self.strip.show_sides(sides)
        self._show_count()

    def put(self, sides: Sequence[SideRow], *, follow: bool) -> int:
        """Sides of a running batch."""
        added = self.strip.put(sides, follow=follow)
        if added:
            self._show_count()
        return added

    def next_size(self) -> None:
        """Compact, middle, large, and round again."""
        self.set_size(SIZE_NAMES[(self._size + 1) % len(SIZES)])
        self.size_changed.emit(SIZE_NAMES[self._size])

    def set_size(self, name: str) -> None:
        """One of SIZE_NAMES."""
        self._size = SIZE_NAMES.index(name) if name in SIZE_NAMES else 1
        self.strip.set_cell_width(SIZES[self._size])

    def open_menu(self) -> None:
        """Open the menu of defects; arrows and Enter choose."""
        self.select.showMenu()

    def _fill_menu(self) -> None:
        self.menu.clear()
        for what, text, count in choices(self.strip.sides):
            if not what:
                self.menu.addSeparator()
                continue
            action = QAction(f"{text}\t{count}" if count else text, self.menu)
            action.triggered.connect(self._asking(what))
            self.menu.addAction(action)

    def _asking(self, what: str) -> Callable[[], None]:
        return lambda: self.select_asked.emit(what)


def choices(sides: Sequence[SideRow]) -> list[tuple[str, str, str]]:
    """What can be selected by: word of `select_sides`, text for people, and how many where that
    says something. An empty word is a line between groups."""
    codes = Counter(
        code
        for side in sides
        for code in {finding.code for finding in open_findings(side)}
        if code in DEFECTS
    )

    def counted(what: str) -> str:
        return str(len(select(sides, what)))

    rows: list[tuple[str, str, str]] = [
        ("all", _("All sides"), ""),
        ("invert", _("Invert the selection"), ""),
        ("", "", ""),
        ("odd", _("Odd sides"), ""),
        ("even", _("Even sides"), ""),
        ("front", _("Fronts"), ""),
        ("back", _("Backs"), ""),
        ("", "", ""),
        ("blank", _("Blank sides"), counted("blank")),
        ("unnumbered", _("Sides without a page number"), counted("unnumbered")),
        ("unread", _("Sides not read yet"), counted("unread")),
        ("open", _("Sides with open findings"), counted("open")),
        ("rescan", _("Sides to be scanned again"), counted("rescan")),
    ]
    if codes:
        rows.append(("", "", ""))
    rows += [(code, finding_word(code), counted(code)) for code, _n in codes.most_common()]
    return rows
