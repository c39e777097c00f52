"""The window of leafing through: choose a camera, turn the leaves, see what was not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.hot_keys import HotKeys
from app.gui.i18n import _
from app.gui.leafing.counter import Counter
from app.gui.leafing.keys import bind_keys
from app.gui.leafing.next_step import CHOOSE, RESULT, RUN, offer
from app.gui.leafing.players import tone_player
from app.gui.leafing.result import LeafingResult
from app.gui.leafing.run import LeafingRun
from app.gui.leafing.running import RunningView
from app.gui.leafing.source import SourceChooser
from app.gui.leafing.stands_for import show_on
from app.gui.leafing.tiles import LeafTilesModel
from app.gui.leafing.tones import Player, Tones
from app.gui.ops import Op
from app.gui.present import Presentation, present
from app.gui.widgets.buttons import set_text, tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import framed, label, set_theme_icon
from app.gui.widgets.next_action import NextActionBar
from app.gui.widgets.notice import Notice
from app.kernel.errors import Fault, fault_from_record
from app.kernel.progress import Progress
from app.services.leafing_views import FlipView, FramePreview, LeafingView, LeafStep, UnknownLeaf
from app.services.views import ItemRow, SideRow

if TYPE_CHECKING:
    from app.gui.page import Page

PREFERENCE = "leafing"


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the window reads of a case."""

    view: LeafingView
    sides: list[SideRow]
    items: list[ItemRow]
    preference: dict[str, Any]


class LeafingWindow(QWidget):
    """A window of its own, so that the picture is large and the desk stays usable beside it.

    Leafing through runs as the long task of `page`. Emits `place_asked(position)` when a side is
    to be shown on the review page.
    """

    place_asked = Signal(int)

    def __init__(self, page: Page, *, player: Player | None = None) -> None:
        super().__init__(page, Qt.WindowType.Window)
        self.setObjectName("page")
        self._page = page
        self.case_no = page.desk.case_no
        self.setWindowTitle(f"{_('Leaf through')} {self.case_no}")
        self.setMinimumSize(900, 500)
        self._loaded: Loaded | None = None
        self._sides: dict[int, SideRow] = {}
        self._titles: dict[int, str] = {}
        self._source = ""
        self._closing = False
        self._goal = CHOOSE
        self.tones = Tones(player or tone_player())
        self.tiles = LeafTilesModel(self)
        self.run = LeafingRun(page, self)
        self.counter = Counter()
        self.notice = Notice()
        self.chooser = SourceChooser(self.read, self.press_next)
        self.running = RunningView(self.tiles)
        self.result = LeafingResult(self.tiles, self.copy_list, self.print_list)
        self.next_action = NextActionBar()
        self.stack = QStackedWidget()
        for part in (self.chooser, self.running, self.result):
            self.stack.addWidget(part)
        self._lay_out()
        self._connect()
        bind_keys(self)
        self.next_action.show_busy(_("Working…"))
        self.read()

    def _lay_out(self) -> None:
        top = framed("toolbar")
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(16)
        row.addWidget(label(_("Leaf through"), "title"))
        row.addWidget(ElidedLabel(self.case_no, "muted"), 1)
        row.addWidget(self.counter)
        self.sound = tool_button(
            "sound", _("Tones on"), self.toggle_sound, action="leaf_sound", show_text=True
        )
        self.sound.setProperty("padded", True)
        row.addWidget(self.sound)
        above = QHBoxLayout()
        above.addWidget(self.notice)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addLayout(above)
        column.addWidget(self.stack, 1)
        column.addWidget(self.next_action)

    def _connect(self) -> None:
        self.run.arrived.connect(self._arrived)
        self.run.ended.connect(self._ended)
        self.run.refused.connect(self._refused)
        self.run.over.connect(self._over)
        self.running.stop_asked.connect(self.end)
        self.chooser.recording_chosen.connect(lambda _path: offer(self))
        self.result.side_chosen.connect(self._show_side)
        self.result.strange_chosen.connect(self._show_stranger)
        self.result.place_asked.connect(self.place_asked)
        self._page.desk.signed_out.connect(self.close)
        self._page.window().installEventFilter(self)
        hot_keys = HotKeys.current()
        if hot_keys is not None:
            hot_keys.changed.connect(self._on_keys)

    def _on_keys(self) -> None:
        offer(self)

    def read(self) -> None:
        """Read where leafing through stands, and which cameras are there."""
        workstation, actor, number = (
            self._page.desk.workstation,
            self._page.desk.actor,
            self.case_no,
        )

        def call() -> Loaded:
            return Loaded(
                view=workstation.leafing_view(number),
                sides=workstation.sides(number),
                items=workstation.items(number),
                preference=workstation.preference(actor, PREFERENCE),
            )

        Op(self, call).reads().done(self._show).refused(self._cannot_read).start()

    def _show(self, loaded: Loaded) -> None:
        first, self._loaded = self._loaded is None, loaded
        if self.run.running:
            return
        view = loaded.view
        titles = {item.number: item.title for item in loaded.items}
        self._sides = {side.position: side for side in loaded.sides}
        self._titles = {
            side.position: titles[side.item_number]
            for side in loaded.sides
            if side.item_number is not None and side.item_number in titles
        }
        self.tiles.replace(view.tiles, self._titles)
        self.running.show_sides(self._sides)
        self._count()
        if first:
            self._source = str(loaded.preference.get("source", ""))
            self._hear(bool(loaded.preference.get("sound", True)))
            self._goal = RESULT if view.last is not None else CHOOSE
        self.chooser.show_sources(view.cameras, self.chooser.chosen or self._source)
        self.result.show_view(view, self._titles)
        self.go_to(self._goal)

    def _cannot_read(self, fault: Fault) -> None:
        self.notice.show_presentation(present(fault))
        offer(self)

    def go_to(self, place: int) -> None:
        """Bring one of the views forward: CHOOSE, RUN or RESULT."""
        self.stack.setCurrentIndex(place)
        self._goal = place
        if place == CHOOSE:
            self.chooser.list.setFocus(Qt.FocusReason.OtherFocusReason)
        elif place == RESULT:
            self.result.show_list(self.result.tabs.currentIndex())
        offer(self)

    @property
    def view(self) -> LeafingView | None:
        """Where leafing through stood when it was read last."""
        return None if self._loaded is None else self._loaded.view

    def _count(self) -> None:
        self.counter.show_count(self.tiles.seen, self.tiles.total)

    def leaf_on(self) -> None:
        """Back to the cameras; what is seen next is added to what was seen."""
        self.go_to(CHOOSE)

    def press_next(self) -> None:
        """Start, end or go on."""
        if self.next_action.button.isVisible() and self.next_action.button.isEnabled():
            self.next_action.button.click()

    def go(self) -> None:
        """Enter: to the row that has the focus, else as the big button."""
        place = self.stack.currentIndex()
        if place == RUN and self.running.log.list.hasFocus():
            self.running.log.choose()
        elif place == RESULT and self.result.tables[self.result.tabs.currentIndex()].hasFocus():
            self.result.ask_place()
        else:
            self.press_next()

    def start(self) -> None:
        """Leaf through with the chosen source."""
        source = self.chooser.chosen
        if not source or self.run.running or self._loaded is None:
            return
        if self._page.busy:
            self.notice.show_text("warn", _("Something else is running on the review page."))
            return
        self._source = source
        self._keep()
        self.notice.hide()
        self.running.begin()
        self.run.start(self.case_no, source)
        self._goal = CHOOSE
        self.stack.setCurrentIndex(RUN)
        offer(self)

    def end(self) -> None:
        """End it; what was seen is kept."""
        self.run.end()
        offer(self)

    def step_back(self) -> None:
        """Esc: end, or leave the window."""
        if self.run.running:
            self.end()
        else:
            self.close()

    def _arrived(self, things: list[object]) -> None:
        frames = [thing for thing in things if isinstance(thing, FramePreview)]
        steps = [thing for thing in things if isinstance(thing, LeafStep)]
        for thing in things:
            if isinstance(thing, Progress):
                self.running.show_progress(thing)
        if frames:
            self.running.show_frame(frames[-1])
        if steps:
            self.running.take(steps)
            self.tones.tell([event for step in steps for event in step.events])
            self._count()

    def _ended(self, view: FlipView) -> None:
        self._goal = RESULT
        if view.warnings:
            # A camera that was pulled out, a recording that breaks off: told like any fault.
            self.notice.show_presentation(together(view.warnings))

    def _refused(self, fault: Fault) -> None:
        self.notice.show_presentation(present(fault, safe=_("What was seen before is kept.")))

    def _over(self) -> None:
        if self._closing:
            self._leave()
            return
        self.running.end()
        self.read()

    def look_again(self) -> None:
        """Look for cameras again."""
        if self.stack.currentIndex() == CHOOSE:
            self.read()

    def ask_recording(self) -> None:
        """Let the person choose a recording."""
        if self.stack.currentIndex() == CHOOSE:
            self.chooser.ask_recording()

    def show_list(self, place: int) -> None:
        """Bring one of the lists of the result forward."""
        if self.stack.currentIndex() == RESULT:
            self.result.show_list(place)

    def copy_list(self) -> None:
        """Put the sides to fetch on the clipboard."""
        if self.stack.currentIndex() == RESULT and self.result.missing:
            self.result.copy_list(self.case_no)
            self.notice.show_text("good", _("The list is on the clipboard."))

    def print_list(self) -> None:
        """Print the sides to fetch."""
        if self.stack.currentIndex() == RESULT and self.result.missing:
            self.result.print_list(self.case_no)

    def _show_side(self, position: int) -> None:
        side = self._sides.get(position)
        last = None if self.view is None else self.view.last
        boxes = [
            box
            for found in (() if last is None else last.sides)
            if found["position"] == position
            for box in found.get("boxes", ())
        ]
        if side is not None:
            show_on(self.result.viewer, side, boxes)

    def _show_stranger(self, leaf: UnknownLeaf) -> None:
        viewer, workstation, number = self.result.viewer, self._page.desk.workstation, self.case_no
        if not leaf.picture:
            viewer.show_message(_("There is no picture of this leaf."))
            return
        operation = Op(self, lambda: workstation.leaf_picture(number, leaf.picture)).reads()
        operation.done(viewer.show_picture).start()

    def toggle_sound(self) -> None:
        """Tones, or none; remembered."""
        self._hear(not self.tones.on)
        self._keep()

    def _hear(self, on: bool) -> None:
        self.tones.on = on
        set_theme_icon(self.sound, "sound" if on else "sound_off")
        set_text(self.sound, _("Tones on") if on else _("Tones off"), "leaf_sound")

    def _keep(self) -> None:
        """Remember for this person what was chosen."""
        workstation, actor = self._page.desk.workstation, self._page.desk.actor
        chosen = {"source": self._source, "sound": self.tones.on}
        Op(self, lambda: workstation.save_preference(actor, PREFERENCE, chosen)).start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # Windows beside the desk do not stay behind when it is closed.
        if event.type() == QEvent.Type.Hide and not event.spontaneous():
            self.close()
        return False

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        event.accept()
        self._closing = True
        if self.run.running:
            self.run.end()
        else:
            self._leave()

    def _leave(self) -> None:
        self.tones.close()
        self.deleteLater()


def together(warnings: Sequence[dict[str, Any]]) -> Presentation:
    """What is told at the end of a leafing through that was kept all the same."""
    shown = [present(fault_from_record({"kind": "transient", **one})) for one in warnings]
    return Presentation(
        message="\n".join(one.message for one in shown),
        safe=_("What was seen is kept with the dossier."),
        remedy="\n".join(one.remedy for one in shown),
        details="",
        tone="warn",
    )
