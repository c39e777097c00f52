"""The view while leaves are turned: camera large, what lies there beside it, tiles, log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.domain.leafing import (
    FEWEST_LOOKS,
    KNOWN,
    OTHER_DOSSIER,
    SIDE_MISSED,
    TWO_AT_ONCE,
    UNKNOWN,
    LeafEvent,
    Look,
)
from app.gui.i18n import _
from app.gui.leafing.camera import CameraView, Outline
from app.gui.leafing.log import Entry, LeafLog, event_words
from app.gui.leafing.signs import LOOKED_AT, Sign, sign_of
from app.gui.leafing.stands_for import StandsFor
from app.gui.leafing.strip import LeafStrip
from app.gui.leafing.tiles import LeafTilesModel
from app.gui.reconcile.listing import place_words
from app.gui.widgets.labels import framed
from app.gui.widgets.progress_panel import ProgressPanel
from app.kernel.progress import Progress
from app.services.leafing_views import FramePreview, LeafStep
from app.services.views import SideRow

# What matters more than the leaf that lies there.
_GRAVE = (TWO_AT_ONCE, SIDE_MISSED, OTHER_DOSSIER)


class RunningView(QWidget):
    """Follows a leafing through. Emits `stop_asked`."""

    stop_asked = Signal()

    def __init__(self, tiles: LeafTilesModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self._sides: Mapping[int, SideRow] = {}
        self._said: LeafEvent | None = None
        self._rest = -1
        self._puzzled = 0
        self._shown: list[Look] = []
        self.camera = CameraView()
        self.preparing = ProgressPanel()
        self.preparing.stop_asked.connect(self.stop_asked)
        self.log = LeafLog(tiles)
        self.log.entry_chosen.connect(self._entry_chosen)
        self.stands_for = StandsFor()
        self.strip = LeafStrip(tiles)
        self.strip.side_chosen.connect(self.show_position)
        self._lay_out()

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.camera, 1)
        column.addWidget(self.preparing)
        tall = QSplitter(Qt.Orientation.Vertical)
        tall.setHandleWidth(1)
        tall.setChildrenCollapsible(False)
        tall.addWidget(left)
        tall.addWidget(self.log)
        tall.setStretchFactor(0, 1)
        tall.setSizes([420, 136])
        self.log.setMinimumHeight(96)
        wide = QSplitter()
        wide.setHandleWidth(1)
        wide.setChildrenCollapsible(False)
        wide.addWidget(tall)
        wide.addWidget(self.stands_for)
        wide.setStretchFactor(0, 3)
        wide.setStretchFactor(1, 1)
        wide.setSizes([960, 400])
        self.stands_for.setMinimumWidth(320)
        below = framed("bar")
        inner = QVBoxLayout(below)
        inner.setContentsMargins(8, 4, 8, 4)
        inner.addWidget(self.strip)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(wide, 1)
        outer.addWidget(below)

    def show_sides(self, sides: Mapping[int, SideRow]) -> None:
        """The sides that leaves may stand for, by scanning position."""
        self._sides = sides

    def begin(self) -> None:
        """A leafing through starts: sides are prepared before the camera is watched."""
        self._said, self._rest, self._puzzled, self._shown = None, -1, 0, []
        self.log.clear()
        self.stands_for.wait()
        self.camera.show_message(_("The picture of the camera comes when the sides are prepared."))
        self.preparing.begin(_("Preparing sides for the camera"))
        self.strip.setFocus(Qt.FocusReason.OtherFocusReason)

    def end(self) -> None:
        """Nothing is watched any more."""
        self.preparing.end()

    def show_progress(self, progress: Progress) -> None:
        """How far the preparing is."""
        if progress.step == "flip_compare" and self.preparing.isHidden():
            self.preparing.begin(_("Leaves that differ are looked at closely"), can_stop=False)
        if progress.step != "flip":
            self.preparing.show_progress(progress)

    def show_frame(self, frame: FramePreview) -> None:
        """What the camera sees now."""
        self.preparing.end()
        self.camera.show_frame(frame.picture)

    def take(self, steps: Sequence[LeafStep]) -> None:
        """Follow these looks; only the last of them is drawn."""
        events = [event for step in steps for event in step.events]
        self._tiles.take(events)
        self.log.tell(events)
        for step in steps:
            self._follow(step)
        self.camera.show_outlines(
            [self._outline(look) for look in self._shown if not _on_the_move(look)]
        )
        known = [step.look for step in steps if step.look.kind in KNOWN]
        if known:
            self.strip.show_position(_position(known[-1]))
        self._show(self._shown[-1])

    def _follow(self, step: LeafStep) -> None:
        look = step.look
        if look.rest != self._rest:
            self._rest, self._said, self._puzzled = look.rest, None, 0
        if look.kind == UNKNOWN and look.still:
            self._puzzled += 1
        # A frame may show two leaves; each is a look of its own.
        same = bool(self._shown) and self._shown[-1].frame == look.frame
        self._shown = [*(self._shown if same else []), look]
        grave = [event for event in step.events if event.kind in _GRAVE]
        if grave:
            self._said = grave[0]

    def _sign(self, look: Look) -> Sign:
        """What a leaf is; one frame alone may deceive."""
        puzzling = look.kind == UNKNOWN and self._puzzled < FEWEST_LOOKS
        return sign_of(LOOKED_AT if puzzling else look.kind)

    def _outline(self, look: Look) -> Outline:
        sign = self._sign(look)
        side = self._sides.get(look.position) if look.kind in KNOWN else None
        words = "" if side is None else place_words(side.page_number, side.position)
        return Outline(look=look, sign=sign, words=f"{words} {sign.word}".strip())

    def _show(self, look: Look) -> None:
        if _on_the_move(look):
            return
        known = look.kind in KNOWN
        position = _position(look)
        side = self._sides.get(position) if known else None
        sign = self._sign(look)
        if self._said is not None:
            # What was passed over matters more now than what lies there.
            sign = replace(sign_of(self._said.kind), word=event_words(self._said, self._tiles))
        self.stands_for.show_sign(sign, side, self._tiles.title(position))
        self.stands_for.show_side(side, look.boxes)

    def show_position(self, position: int) -> None:
        """Show a side and what is known of it, until the next leaf."""
        row = self._tiles.row_of(position)
        side = self._sides.get(position)
        if row >= 0:
            sign = sign_of(self._tiles.state(row))
            self.stands_for.show_sign(sign, side, self._tiles.title(position))
            self.stands_for.show_side(side)

    def _entry_chosen(self, entry: Entry) -> None:
        if entry.position:
            self.strip.show_position(entry.position)
            self.show_position(entry.position)


def _on_the_move(look: Look) -> bool:
    """A leaf that is being turned is nothing yet."""
    return look.kind not in KNOWN and not look.still


def _position(look: Look) -> int:
    """The side a look stands for; the first of those that it may be."""
    return look.position or (look.candidates[0] if look.candidates else 0)
