"""Consistency review: two tracks, what differs, the sample, notes, signatures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.domain.lifecycle import may
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.page import Page
from app.gui.reconcile.commands import ReviewCommands
from app.gui.reconcile.compared import Compared
from app.gui.reconcile.compared_pictures import ComparedPictures
from app.gui.reconcile.differences import Differences
from app.gui.reconcile.matters import Matter, Matters, matters_of
from app.gui.reconcile.next_step import show_first_step, show_next
from app.gui.reconcile.sample import Sample
from app.gui.reconcile.signatures import Signatures
from app.gui.reconcile.tracks import TrackView
from app.gui.shortcuts import bind
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.services.alterations import ALTERED
from app.services.leafing_views import LeafingView
from app.services.review_screen import ReviewView
from app.services.views import CaseView, DiscrepancyRow, PaperTile, ReconciliationView, SideRow

DIFFERENCES, SAMPLE, MATTERS, SIGNATURES = range(4)


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """What the screen reads of a case."""

    sides: list[SideRow]
    ledger: ReconciliationView | None
    review: ReviewView | None
    leafing: LeafingView | None = None


class ReconcilePage(Page):
    """Differences are settled one by one; keys 1, 2 and 3 give the verdict, also in the sample."""

    name = "reconcile"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._sides: dict[int, SideRow] = {}
        self._following = False
        self.review: ReviewView | None = None
        self.commands = ReviewCommands(self)
        self.counts = label("", "heading")
        self.tracks = TrackView()
        self.tracks.tile_chosen.connect(self._tile_chosen)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(
            EmptyState(
                "reconcile",
                _("Not compared yet"),
                _(
                    "The program compares what was scanned with what is known of the paper: "
                    "page numbers, order, catalogue and counts."
                ),
                action_text=_("Compare now"),
                action=self.compare,
            )
        )
        self.stack.addWidget(self._both())
        self.pictures = ComparedPictures(self)
        self.body.addWidget(self.stack, 1)
        self.again = push_button(_("Compare again"), self.compare, icon_name="refresh")
        self.next_action.add(self.again)
        self.leaf = push_button(
            _("Leaf through"), self.commands.leaf_through, icon_name="camera", action="leaf_through"
        )
        self.next_action.add(self.leaf)
        self._bind()

    def _bind(self) -> None:
        viewer = self.compared.first.viewer
        bind(
            self,
            {
                "same": lambda: self.commands.judge("same"),
                "differs": lambda: self.commands.judge("differs"),
                "ask": lambda: self.commands.judge("ask"),
                "next_doubtful": lambda: self.go_open(1),
                "previous_doubtful": lambda: self.go_open(-1),
                "show_differences": lambda: self.show_list(DIFFERENCES),
                "show_sample": lambda: self.show_list(SAMPLE),
                "show_matters": lambda: self.show_list(MATTERS),
                "show_signatures": lambda: self.show_list(SIGNATURES),
                "blink": self.compared.blink,
                "overlay": self.compared.lay,
                "note_place": self.commands.begin_note,
                "request_correction": self.commands.ask_correction,
                "leaf_through": self.commands.leaf_through,
                "zoom_in": viewer.zoom_in,
                "zoom_out": viewer.zoom_out,
                "fit_page": viewer.fit_page,
                "fit_width": viewer.fit_width,
            },
        )
        viewer.crop_accepted.connect(self.commands.note_framed)

    def _both(self) -> QWidget:
        holder = QWidget(self.stack)
        top = framed("toolbar", holder)
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(self.counts, 1)
        tracks = framed("toolbar", holder)
        inner = QVBoxLayout(tracks)
        inner.setContentsMargins(0, 0, 0, 1)
        inner.addWidget(self.tracks)
        splitter = QSplitter(holder)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._lists(splitter))
        self.compared = Compared(splitter)
        splitter.addWidget(self.compared)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([432, 800])
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(tracks)
        column.addWidget(splitter, 1)
        return holder

    def _lists(self, parent: QWidget) -> QWidget:
        holder = framed("strip", parent)
        holder.setMinimumWidth(400)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Lists of the review"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(True)
        self.left = QStackedWidget(holder)
        commands = self.commands
        self.differences = Differences(commands.judge, self.left)
        self.differences.row_chosen.connect(self._difference_chosen)
        self.sample = Sample(commands.judge, self.left)
        self.sample.side_chosen.connect(self._side_chosen)
        self.matters = Matters(commands.answer, commands.settle, commands.decline, self.left)
        self.matters.matter_chosen.connect(self._matter_chosen)
        self.signatures = Signatures(commands.ask_report, commands.show_settings, self.left)
        for panel in (self.differences, self.sample, self.matters, self.signatures):
            self.tabs.addTab("")
            self.left.addWidget(panel)
        self.tabs.currentChanged.connect(self._list_chosen)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.left, 1)
        return holder

    @property
    def table(self) -> RowTable:
        """The list of differences."""
        return self.differences.table

    @property
    def current_row(self) -> DiscrepancyRow | None:
        """The difference under the cursor."""
        return self.differences.current

    @property
    def sides(self) -> dict[int, SideRow]:
        """The sides of the case by position."""
        return self._sides

    def show_case(self, case: CaseView | None) -> None:
        """Read ledger and review of the case."""
        if case is None:
            self._show(Loaded(sides=[], ledger=None, review=None))
            return
        number, workstation, actor = case.case_no, self.desk.workstation, self.desk.actor
        self.read(
            lambda: Loaded(
                sides=workstation.sides(number),
                ledger=workstation.reconciliation(number),
                review=workstation.review(actor, number),
                leafing=workstation.leafing_view(number, look_for_cameras=False),
            ),
            self._show,
        )

    def _show(self, loaded: Loaded) -> None:
        view, case = loaded.ledger, self.desk.case
        self._sides = {side.position: side for side in loaded.sides}
        self.review = loaded.review
        may_compare = case is not None and may("dossier", case.state, "reconcile")
        self.again.setVisible(view is not None and may_compare)
        self.leaf.setVisible(bool(loaded.sides))
        nothing_said = view is None and not _has_history(loaded.review)
        self.stack.setCurrentIndex(0 if nothing_said else 1)
        if case is None or nothing_said:
            self.differences.show_rows(())
            if case is not None:
                show_first_step(self, case)
            return
        told = (counts_sentence(view) if view else "", leafing_sentence(loaded.leafing))
        self.counts.setText(" · ".join(part for part in told if part))
        self._following = True
        self.tracks.show_tracks(view.tiles if view is not None else (), self._sides)
        self._following = False
        self._show_review(loaded.review)
        rows = view.discrepancies if view is not None else ()
        self.differences.show_rows(rows)
        self._count_tabs()
        self._look()
        if self.busy:
            return
        if view is None:
            show_first_step(self, case)
        else:
            show_next(self, case)

    def _show_review(self, review: ReviewView | None) -> None:
        if review is None:
            return
        self.sample.show_round(review.last_round)
        self.matters.show_rows(matters_of(review.notes, review.correction_requests))
        self.signatures.show_chain(review.chain, review.obstacles)

    def _count_tabs(self) -> None:
        review = self.review
        last = review.last_round if review is not None else None
        sampled = last.waiting if last is not None and last.state == "open" else 0
        unsigned = sum(row.state != "signed" for row in review.chain) if review is not None else 0
        for place, (name, count) in enumerate(
            (
                (_("Differences"), self.differences.waiting),
                (_("Sample"), sampled),
                (_("Notes, requests"), self.matters.waiting),
                (_("Signatures"), unsigned),
            )
        ):
            self.tabs.setTabText(place, f"{name} {count}" if count else name)

    def show_list(self, place: int) -> None:
        """Bring one of the lists forward and put the focus into it."""
        self.tabs.setCurrentIndex(place)
        tables = (self.differences, self.sample, self.matters, self.signatures)
        tables[place].table.setFocus()

    def _list_chosen(self, place: int) -> None:
        self.left.setCurrentIndex(place)
        self._look()

    def _look(self) -> None:
        """Show what is under the cursor of the list in front."""
        looks: dict[int, Callable[[], object]] = {
            DIFFERENCES: self._look_at_difference,
            SAMPLE: self.sample.look,
            MATTERS: self.matters.look,
        }
        looks.get(self.tabs.currentIndex(), lambda: None)()

    def _look_at_difference(self) -> None:
        row = self.differences.current
        if row is not None:
            self._difference_chosen(row)
        elif self.tracks.current_tile is None and self.tracks.tiles:
            self.tracks.go_to(0)

    def _difference_chosen(self, row: DiscrepancyRow) -> None:
        if self._following or self.tabs.currentIndex() != DIFFERENCES:
            return
        self._following = True
        self.tracks.go_to_match(row.positions, row.page_numbers)
        self._following = False
        sides = self._at(row.positions or self._around(row.page_numbers))
        self.compared.show_sides(sides)
        if row.kind == ALTERED and len(sides) == 1:
            self.pictures.ask_paper(sides[0], row.id)

    def _side_chosen(self, side_id: str) -> None:
        if self.tabs.currentIndex() == SAMPLE:
            row = self.sample.current
            self._show_side(side_id, row.box if row is not None else None)

    def _matter_chosen(self, matter: Matter) -> None:
        if self.tabs.currentIndex() == MATTERS:
            self._show_side(matter.side_id, matter.box)

    def _show_side(self, side_id: str, box: tuple[float, ...] | None) -> None:
        side = next((side for side in self._sides.values() if side.id == side_id), None)
        if side is not None:
            self._following = True
            self.tracks.go_to_match((side.position,), ())
            self._following = False
        self.compared.show_sides([side] if side is not None else [], box)

    def show_position(self, position: int) -> None:
        """Show the side at a scanning position: where the window of leafing through points."""
        self.window().activateWindow()
        self.window().raise_()
        self.desk.page_requested.emit(self.name)
        side = self._sides.get(position)
        if self.stack.currentIndex() == 0:
            self.desk.said.emit(_("Compare first; then the sides are shown here."))
        elif side is not None:
            self.show_list(DIFFERENCES)
            self._show_side(side.id, None)

    def _at(self, positions: tuple[int, ...]) -> list[SideRow]:
        return [self._sides[position] for position in positions if position in self._sides]

    def _around(self, pages: tuple[int, ...]) -> tuple[int, ...]:
        """The sides before and after a missing page: what a person compares."""
        if not pages:
            return ()
        numbered = {
            side.page_number: side.position
            for side in self._sides.values()
            if side.page_number is not None
        }
        near = (numbered.get(pages[0] - 1), numbered.get(pages[-1] + 1))
        return tuple(position for position in near if position is not None)

    def _tile_chosen(self, tile: PaperTile) -> None:
        if self._following:
            return
        self.compared.show_sides(self._at(tile.positions))
        self._following = True
        self.differences.go_to_match(tile.positions, tile.page_number)
        self._following = False

    def compare(self) -> None:
        """Compare anew; verdicts on differences still found stay."""
        if self.busy or not self.desk.case_no:
            return
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        self.run_long(
            _("Comparing paper and images"),
            lambda _report, _cancel: workstation.reconcile(actor, number),
            lambda _view: None,
            safe=_("Verdicts given before stay."),
        )

    def long_started(self) -> None:
        """The comparison runs."""
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))

    def step_back(self) -> bool:
        """Esc gives up a note that is being framed, or ends blinking and overlay."""
        return self.compared.give_up()

    def go_open(self, step: int) -> None:
        """The next or previous open row of the list in front."""
        panels = (self.differences, self.sample, self.matters)
        place = self.tabs.currentIndex()
        if place < len(panels):
            panels[place].go_open(step)


def _has_history(review: ReviewView | None) -> bool:
    return review is not None and bool(
        review.last_round or review.notes or review.correction_requests
    )


def counts_sentence(view: ReconciliationView) -> str:
    """What was counted, in one line."""
    counts = view.counts
    parts = []
    if counts.get("expected_pages") is not None:
        parts.append(_("{count} pages expected").format(count=counts["expected_pages"]))
    parts.append(_("{count} sides").format(count=counts.get("sides") or 0))
    parts.append(_("{count} numbered").format(count=counts.get("numbered") or 0))
    if counts.get("blank"):
        parts.append(_("{count} blank").format(count=counts["blank"]))
    return " · ".join(parts)


def leafing_sentence(leafing: LeafingView | None) -> str:
    """How many sides were seen under the camera, once that was begun or is demanded."""
    if leafing is None or not (leafing.demanded or leafing.last):
        return ""
    return _("under the camera {seen} / {total}").format(seen=leafing.seen, total=leafing.total)
