"""Conditioning on the inspect page: straighten, crop, clean, compare, do the same elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QTextEdit,
    QToolButton,
    QWidget,
)

from app.gui.hot_keys import keys_in_force
from app.gui.i18n import _
from app.gui.inspect.recipe_words import recipe_text
from app.gui.inspect.saving import PictureSaver
from app.gui.shortcuts import shortcut
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import framed
from app.services.conditioning import Change, Conditioned, change_like, cleanup_of
from app.services.selection import DEFECTS, select
from app.services.views import SideRow
from app.words.pages import finding_word

if TYPE_CHECKING:
    from app.gui.inspect.page import InspectPage

# The buttons that stay down, and the step each stands for.
CHECKED = {
    "deskew": "deskew",
    "crop_page": "crop",
    "border": "border",
    "holes": "holes",
    "compare": "",
}


class Conditioner(QObject):
    """The bar of conditioning under the tools of the viewer, and what its buttons and keys do.

    They act on the selected sides of the strip, or on the one shown.
    """

    def __init__(self, page: InspectPage) -> None:
        super().__init__(page)
        self._page = page
        self._cropping = ""
        self._cropped_recipe: dict[str, Any] = {}
        self.saver = PictureSaver(page)
        self.bar = framed("toolbar")
        self.text = ElidedLabel("", "muted")
        self.buttons: dict[str, QToolButton] = {}
        row = QHBoxLayout(self.bar)
        row.setContentsMargins(16, 2, 4, 2)
        row.setSpacing(0)
        row.addWidget(self.text, 1)
        for name, icon_name, text, call in (
            ("deskew", "deskew", _("Straighten"), lambda: self.toggle("deskew")),
            ("crop", "crop", _("Crop by hand"), self.begin_crop),
            ("crop_page", "crop_page", _("Crop to the paper"), lambda: self.toggle("crop")),
            ("border", "border", _("Fill the border"), lambda: self.toggle("border")),
            ("holes", "holes", _("Fill punched holes"), lambda: self.toggle("holes")),
            ("clean", "clean", _("Clean up…"), self.open_clean),
            ("colour", "colour", _("Colour mode…"), self.open_colour),
            ("like", "like", _("Do the same to others…"), self.open_like),
            ("save", "save", _("Save the pictures…"), self.open_save),
            ("reset", "plain", _("As scanned again"), self.reset),
            ("compare", "compare", _("Compare with the scan"), self.compare),
        ):
            self.buttons[name] = tool_button(
                icon_name,
                text,
                call,
                action=f"condition_{name}",
                checkable=name in CHECKED,
            )
            row.addWidget(self.buttons[name])
        # While a frame is drawn, these two stand in place of all others.
        self.crop_buttons = (
            tool_button("check", _("Crop (Enter)"), self.accept_crop),
            tool_button("close", _("Leave (Esc)"), self.leave_crop),
        )
        for button in self.crop_buttons:
            button.hide()
            row.addWidget(button)
        page.viewer.viewer.crop_accepted.connect(self.accept_crop)
        # Keys come to the widget with the focus alone; a filter on the application would hold up
        # every event of the program.
        self._heard: QWidget | None = None
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._hear)

    def keys(self) -> dict[str, Callable[[], object]]:
        """What each key does; comparing goes by holding its key (`eventFilter`)."""
        return {
            "condition_deskew": lambda: self.toggle("deskew"),
            "condition_crop": self.begin_crop,
            "condition_crop_page": lambda: self.toggle("crop"),
            "condition_border": lambda: self.toggle("border"),
            "condition_holes": lambda: self.toggle("holes"),
            "condition_clean": self.open_clean,
            "condition_colour": self.open_colour,
            "condition_like": self.open_like,
            "condition_save": self.open_save,
            "condition_reset": self.reset,
        }

    @property
    def chosen(self) -> list[SideRow]:
        """The sides that a button acts on."""
        selected = self._page.strip.selected_sides()
        current = self._page.strip.current_side
        if len(selected) > 1:
            return selected
        return [current] if current is not None else []

    @property
    def cropping(self) -> bool:
        """Whether a frame for a crop is drawn."""
        return bool(self._cropping)

    def keeps_frame(self, side: SideRow) -> bool:
        """Whether the frame that is drawn is for this side as it is: the case was read again, and
        the frame must not vanish under the hand."""
        return side.id == self._cropping and side.recipe == self._cropped_recipe

    def show_side(self, side: SideRow | None) -> None:
        """Tell the recipe of a side and check the buttons of its steps."""
        self._set_cropping("")
        recipe = side.recipe if side is not None else {}
        self.text.show_text(recipe_text(recipe) or _("As scanned"))
        ready = side is not None and side.examined and not side.fault
        for name, button in self.buttons.items():
            button.setEnabled(ready)
            if name in CHECKED:
                button.setChecked(CHECKED[name] in recipe)
        self.buttons["compare"].setEnabled(bool(recipe))
        self.buttons["reset"].setEnabled(bool(recipe))
        self.buttons["like"].setEnabled(ready)
        rows = self._page.strip.sides
        self.buttons["save"].setEnabled(any(row.picture is not None for row in rows))
        self.buttons["compare"].setChecked(self._page.viewer.before)

    def toggle(self, step: str) -> None:
        """Carry a step out on the chosen sides; when all have it, take it off."""
        sides = self.chosen
        off = bool(sides) and all(step in side.recipe for side in sides)
        self.apply(Change(off=(step,)) if off else Change(auto=(step,)))

    def reset(self) -> None:
        """Show the chosen sides as they were scanned."""
        self.apply(Change(off=("all",)))

    def apply(self, change: Change, sides: Sequence[SideRow] | None = None) -> None:
        """Change recipes in the background; everything at once or nothing."""
        ids = [side.id for side in (self.chosen if sides is None else sides)]
        page = self._page
        if not ids or page.busy:
            return
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        page.run_long(
            _("Conditioning {count} sides").format(count=len(ids)),
            lambda report, cancel: workstation.condition_sides(
                actor, number, ids, change, report=report, cancel=cancel
            ),
            self._said,
            safe=_("The originals and all earlier pictures are untouched."),
        )

    def apply_proposed(self) -> None:
        """Do what measures and findings propose, on all sides."""
        page = self._page
        if page.busy:
            return
        actor, workstation, number = page.desk.actor, page.desk.workstation, page.desk.case_no
        page.run_long(
            _("Conditioning as proposed"),
            lambda report, cancel: workstation.condition_proposed(
                actor, number, report=report, cancel=cancel
            ),
            self._said,
            safe=_("The originals and all earlier pictures are untouched."),
        )

    def _said(self, done: Conditioned) -> None:
        self._page.stay()
        if done.changed:
            text = _("{count} sides conditioned; Ctrl+Z takes it back.")
            self._page.desk.said.emit(text.format(count=done.changed))
        else:
            self._page.desk.said.emit(_("There was nothing to do on these sides."))

    def open_clean(self) -> None:
        """The menu of clean-up."""
        side = self._page.strip.current_side
        now = cleanup_of(side.recipe) if side is not None else ""
        menu = QMenu(self._page)
        for name, text, change in (
            ("", _("No clean-up"), Change(off=("cleanup",))),
            ("archive", _("For the archive: dust, streaks, border"), Change(auto=("archive",))),
            ("reading", _("For reading: even white paper as well"), Change(auto=("reading",))),
        ):
            self._add(menu, text, change, checked=now == name)
        self._open(menu, "clean")

    def open_colour(self) -> None:
        """The menu of colour modes."""
        side = self._page.strip.current_side
        now = side.recipe.get("colour", {}).get("mode", "") if side is not None else ""
        menu = QMenu(self._page)
        for name, text, change in (
            ("", _("Colour, as scanned"), Change(off=("colour",))),
            ("gray", _("Gray"), Change(auto=("gray",))),
            ("bitonal", _("Black and white"), Change(auto=("bitonal",))),
        ):
            self._add(menu, text, change, checked=now == name)
        self._open(menu, "colour")

    def open_like(self) -> None:
        """The menu of others: selected sides, all, all with a finding; and what is proposed."""
        self._open(self.like_menu(), "like")

    def open_save(self) -> None:
        """The menu of saving: selected sides or all, in which format."""
        if self.buttons["save"].isEnabled():
            self._open(self.saver.menu(), "save")

    def like_menu(self) -> QMenu:
        """See `open_like`."""
        page = self._page
        menu = QMenu(page)
        side = page.strip.current_side
        sides = list(page.strip.sides)
        if side is not None:
            change = change_like(side.recipe)
            selected = page.strip.selected_sides()
            groups = [(_("The {count} selected sides"), selected)] if len(selected) > 1 else []
            groups.append((_("All {count} sides"), [row for row in sides if _ready(row)]))
            for code in DEFECTS:
                found = set(select(sides, code))
                rows = [row for row in sides if row.id in found and _ready(row)]
                if rows:
                    groups.append((finding_word(code) + _(": {count} sides"), rows))
            heading = menu.addAction(_("The same as on this side:"))
            heading.setEnabled(False)
            for text, rows in groups:
                self._add(menu, text.format(count=len(rows)), change, rows=rows)
            menu.addSeparator()
        proposed = QAction(_("What is proposed, on all sides"), menu)
        proposed.triggered.connect(lambda _checked=False: self.apply_proposed())
        menu.addAction(proposed)
        return menu

    def _add(
        self,
        menu: QMenu,
        text: str,
        change: Change,
        *,
        checked: bool | None = None,
        rows: Sequence[SideRow] | None = None,
    ) -> None:
        action = QAction(text, menu)
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        action.triggered.connect(lambda _checked=False: self.apply(change, rows))
        menu.addAction(action)

    def _open(self, menu: QMenu, name: str) -> None:
        button = self.buttons[name]
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))
        if menu.actions():
            first = next((entry for entry in menu.actions() if entry.isEnabled()), None)
            if first is not None:
                menu.setActiveAction(first)

    def begin_crop(self) -> None:
        """Draw the frame of a crop on the side shown; pressed again, take it."""
        side = self._page.strip.current_side
        if self._cropping:
            self.accept_crop()
            return
        if side is None or side.picture is None or self._page.busy:
            return
        self._set_cropping(side.id)
        self._cropped_recipe = side.recipe
        self.text.show_text(_("Drag, or nudge by arrows; Tab: edge"))
        self._page.viewer.begin_crop()
        self._page.viewer.viewer.setFocus()

    def _set_cropping(self, side_id: str) -> None:
        self._cropping = side_id
        for button in self.buttons.values():
            button.setVisible(not side_id)
        for button in self.crop_buttons:
            button.setVisible(bool(side_id))

    def accept_crop(self) -> None:
        """Crop the side to the frame."""
        frame = self._page.viewer.viewer.crop
        side = self._page.strip.current_side
        if frame is None or side is None or side.id != self._cropping:
            return
        box = frame.box
        self.leave_crop()
        self.apply(Change(crop=box), [side])

    def leave_crop(self) -> bool:
        """Take the frame away; False when there is none."""
        if not self._cropping:
            return False
        self._page.viewer.end_crop()
        self.show_side(self._page.strip.current_side)
        return True

    def compare(self) -> None:
        """Show the sides as scanned until pressed again."""
        self._show_before(not self._page.viewer.before)

    def _show_before(self, before: bool) -> None:
        if self._cropping:
            return
        self._page.viewer.show_before(before)
        self.buttons["compare"].setChecked(before)

    def _hear(self, _before: QWidget | None, now: QWidget | None) -> None:
        """The focus moved: hear the keys of the widget that has it, when it is on this page."""
        if self._heard is not None and shiboken6.isValid(self._heard):
            self._heard.removeEventFilter(self)
        self._heard = now if now is not None and self._page.isAncestorOf(now) else None
        if self._heard is not None:
            self._heard.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """While its key is held, the side is shown as scanned."""
        if event.type() not in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if isinstance(watched, QLineEdit | QTextEdit) or not _is_key(event, "condition_compare"):
            return False
        if not event.isAutoRepeat():
            self._show_before(event.type() == QEvent.Type.KeyPress)
        return True


def _ready(side: SideRow) -> bool:
    return side.examined and not side.fault and side.picture is not None


def _is_key(event: QKeyEvent, action: str) -> bool:
    wanted = QKeySequence(keys_in_force(shortcut(action))).toString()
    if not wanted:
        return False
    # The modifiers of a key may be let go before the key itself.
    if event.type() == QEvent.Type.KeyRelease:
        return QKeySequence(event.key()).toString() == wanted.rpartition("+")[2]
    return QKeySequence(event.keyCombination()).toString() == wanted
