"""What can be done with the selected sides: turn, mark, move, look at earlier versions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QInputDialog, QMenu

from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.scan.versions import VersionsDialog
from app.gui.shortcuts import keys_of
from app.gui.widgets.film_strip import FilmStrip
from app.services.selection import select
from app.services.views import ItemRow, SideRow

if TYPE_CHECKING:
    from app.gui.scan.page import ScanPage


class SideActions(QObject):
    """Acts on the sides selected in the strip of a scan page; every change can be undone."""

    def __init__(self, page: ScanPage, strip: FilmStrip) -> None:
        super().__init__(page)
        self._page = page
        self._strip = strip
        self._cut: list[str] = []
        strip.move_asked.connect(self.drop)

    @property
    def chosen(self) -> list[SideRow]:
        """The selected sides, or the one under the cursor."""
        selected = self._strip.selected_sides()
        current = self._strip.current_side
        return selected or ([current] if current is not None else [])

    def keys(self) -> dict[str, Callable[[], object]]:
        """What each key does."""
        return {
            "turn_right": lambda: self.turn(90),
            "turn_left": lambda: self.turn(270),
            "mark_blank": self.mark_blank,
            "mark_separator": self.mark_separator,
            "move_back": lambda: self.step(-1),
            "move_on": lambda: self.step(1),
            "cut": self.cut,
            "paste": self.paste,
            "move_to_item": self.ask_item,
            "versions": self.show_versions,
        }

    def menu(self) -> QMenu:
        """The same actions with their keys, for the right mouse button."""
        texts = {
            "turn_right": _("Turn right"),
            "turn_left": _("Turn left"),
            "mark_blank": _("Mark as blank, or no longer"),
            "mark_separator": _("Mark as separator sheet, or no longer"),
            "move_back": _("Move one place back"),
            "move_on": _("Move one place on"),
            "cut": _("Take out, to move"),
            "paste": _("Put behind this side"),
            "move_to_item": _("Move to an item…"),
            "versions": _("Earlier versions of this side"),
        }
        menu = QMenu(self._page)
        for name, call in self.keys().items():
            action = QAction(f"{texts[name]}\t{keys_of(name)}", menu)
            action.triggered.connect(_calling(call))
            menu.addAction(action)
            if name in ("mark_separator", "paste"):
                menu.addSeparator()
        menu.addSeparator()
        for name, text, call in self._page.runs.actions():
            action = QAction(f"{text}\t{keys_of(name)}", menu)
            action.triggered.connect(_calling(call))
            menu.addAction(action)
        return menu

    def open_menu(self, place: QPoint) -> None:
        """Open the menu at a place of the strip."""
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._strip.viewport().mapToGlobal(place))

    def _ids(self) -> list[str]:
        return [side.id for side in self.chosen] if self._page.may_edit else []

    def turn(self, degrees: int) -> None:
        """Turn the selected sides clockwise."""
        ids = self._ids()
        if not ids:
            return
        actor, workstation, number = self._page.parties
        self._page.write(
            lambda: workstation.turn_sides(actor, number, ids, degrees),
            said=_("{count} sides turned.").format(count=len(ids)),
        )

    def mark_blank(self) -> None:
        """Mark the selected sides as blank; when all are, take the mark off."""
        ids, sides = self._ids(), self.chosen
        if not ids:
            return
        blank = not all(side.blank for side in sides)
        actor, workstation, number = self._page.parties
        said = _("Marked as blank.") if blank else _("No longer marked as blank.")
        self._page.write(lambda: workstation.mark_blank_sides(actor, number, ids, blank), said=said)

    def mark_separator(self) -> None:
        """Mark the selected sides as separator sheets; when all are, take the mark off."""
        ids, sides = self._ids(), self.chosen
        if not ids:
            return
        separator = not all(side.role == "separator" for side in sides)
        actor, workstation, number = self._page.parties
        said = _("Marked as separator sheet.") if separator else _("A page again.")
        self._page.write(
            lambda: workstation.mark_separator(actor, number, ids, separator), said=said
        )

    def step(self, step: int) -> None:
        """Move the selected sides one place back (-1) or on (1)."""
        chosen, sides = self.chosen, self._strip.sides
        if not chosen or not self._page.may_edit:
            return
        first, last = chosen[0].position, chosen[-1].position
        after = first - 2 if step < 0 else last + 1
        if after < 0 or after > len(sides):
            self._page.desk.said.emit(_("There is no further place."))
            return
        self.move([side.id for side in chosen], after)

    def drop(self, side_ids: Sequence[str], row: int) -> None:
        """Sides were dropped before `row` of the strip."""
        sides = self._strip.sides
        after = sides[row - 1].position if 0 < row <= len(sides) else 0
        self.move(list(side_ids), after)

    def move(self, side_ids: list[str], after: int) -> None:
        """Put sides behind the one at a position; 0 is the start."""
        if not side_ids or not self._page.may_edit:
            return
        actor, workstation, number = self._page.parties
        self._take_back_cut()
        self._page.write(
            lambda: workstation.move_sides(actor, number, side_ids, after),
            said=_("{count} sides moved.").format(count=len(side_ids)),
        )

    def cut(self) -> None:
        """Remember the selected sides for `paste`; nothing changes before."""
        ids = self._ids()
        if ids:
            self._cut = ids
            self._strip.strip_model.mark_cut(ids)
            said = _("{count} sides taken out: choose a side and press {key}.")
            self._page.desk.said.emit(said.format(count=len(ids), key=keys_of("paste")))

    def paste(self) -> None:
        """Put what was taken out behind the side under the cursor."""
        current = self._strip.current_side
        if self._cut and current is not None:
            self.move(list(self._cut), current.position)

    def take_back(self) -> bool:
        """Forget what was taken out; tells whether there was something."""
        had = bool(self._cut)
        self._take_back_cut()
        return had

    def _take_back_cut(self) -> None:
        self._cut = []
        self._strip.strip_model.mark_cut([])

    def ask_item(self) -> None:
        """Ask to which item the selected sides belong."""
        ids = self._ids()
        if not ids:
            return
        workstation, number = self._page.desk.workstation, self._page.desk.case_no
        operation = Op(self._page, lambda: workstation.items(number)).reads()
        operation.done(lambda items: self._ask_item(ids, list(items))).start()

    def _ask_item(self, ids: list[str], items: list[ItemRow]) -> None:
        if not items:
            self._page.desk.said.emit(_("There is no catalogue yet."))
            return
        dialog = QInputDialog(self._page)
        dialog.setWindowTitle(_("Move to an item"))
        dialog.setLabelText(_("To which item do the {count} sides belong?").format(count=len(ids)))
        dialog.setComboBoxItems([f"{item.number} {item.title}" for item in items])
        dialog.setOkButtonText(_("Move"))
        dialog.setMinimumWidth(480)
        dialog.textValueSelected.connect(
            lambda text: self._move_to_item(ids, int(str(text).partition(" ")[0]))
        )
        dialog.open()

    def _move_to_item(self, ids: list[str], item: int) -> None:
        actor, workstation, number = self._page.parties
        self._page.write(
            lambda: workstation.move_to_item(actor, number, ids, item),
            said=_("{count} sides moved.").format(count=len(ids)),
        )

    def select(self, what: str) -> None:
        """Select by defect, or invert what is selected."""
        if what == "invert":
            chosen = {side.id for side in self._strip.selected_sides()}
            ids = [side.id for side in self._strip.sides if side.id not in chosen]
            self._selected(ids)
            return
        self._selected(select(self._strip.sides, what))

    def _selected(self, ids: Sequence[str]) -> None:
        count = self._strip.select_ids(ids) if ids else 0
        if count:
            self._strip.setFocus()
        said = _("{count} sides selected.").format(count=count)
        self._page.desk.said.emit(said if count else _("No side is like that."))

    def show_versions(self) -> None:
        """Show what stood here before this side was scanned again."""
        side = self._strip.current_side
        if side is None:
            return
        workstation, number = self._page.desk.workstation, self._page.desk.case_no
        operation = Op(self._page, lambda: workstation.earlier_versions(number, side.id)).reads()
        operation.done(lambda rows: self._show_versions(side, tuple(rows))).start()

    def _show_versions(self, side: SideRow, rows: tuple[SideRow, ...]) -> None:
        if not rows:
            self._page.desk.said.emit(_("This side has no earlier version."))
            return
        VersionsDialog(side, rows, self._page).open()


def _calling(call: Callable[[], object]) -> Callable[[], None]:
    def press() -> None:
        call()

    return press
