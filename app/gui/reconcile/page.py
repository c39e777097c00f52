"""Consistency review: two tracks, what differs, and a verdict for each difference."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.lifecycle import may
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, Column, RowsModel
from app.gui.next_steps import lead_on
from app.gui.page import Page
from app.gui.reconcile.tracks import TrackView
from app.gui.shortcuts import bind
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.gui.widgets.viewer_panel import ViewerPanel
from app.gui.words import verdict_word
from app.services.views import (
    CaseView,
    DiscrepancyRow,
    PaperTile,
    ReconciliationView,
    SideRow,
)
from app.words.dossiers import discrepancy_word

Loaded = tuple[list[SideRow], ReconciliationView | None]
OPEN_VERDICTS = ("", "ask")


def discrepancy_columns() -> tuple[Column[DiscrepancyRow], ...]:
    """The columns of the list of differences."""
    return (
        Column(
            key="kind",
            title=_("Difference"),
            text=lambda row: discrepancy_word(row.kind),
            bold=True,
        ),
        Column(key="where", title=_("Where"), text=where_text),
        Column(
            key="verdict",
            title=_("Verdict"),
            text=lambda row: verdict_word(row.verdict),
            tone=verdict_tone,
        ),
    )


def where_text(row: DiscrepancyRow) -> str:
    """The pages or, without page numbers, the sides of a difference."""
    if row.page_numbers:
        return _("p. {number}").format(number=_numbers(row.page_numbers))
    if row.positions:
        return _("Side {position}").format(position=_numbers(row.positions))
    return ""


def _numbers(numbers: tuple[int, ...]) -> str:
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return "、".join(str(number) for number in numbers)


def verdict_tone(row: DiscrepancyRow) -> str:
    """The tone of a verdict; open ones stand out."""
    return {"": "bad", "ask": "warn", "same": "good"}.get(row.verdict, "accent")


class ReconcilePage(Page):
    """Differences are settled one by one; keys 1, 2 and 3 give the verdict."""

    name = "reconcile"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._sides: dict[int, SideRow] = {}
        self._following = False
        self.counts = label("", "heading")
        self.tracks = TrackView()
        self.tracks.tile_chosen.connect(self._tile_chosen)
        self.model: RowsModel[DiscrepancyRow] = RowsModel(
            discrepancy_columns(), identity=lambda row: row.id, parent=self
        )
        self.table = RowTable(self.model, (124, -1, 96), _("Differences"))
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_chosen())
        self.explanation = label("", wrap=True)
        self.explanation.setMinimumHeight(44)
        self.explanation.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.remark = label("", "muted", wrap=True)
        self.first = ViewerPanel()
        self.second = ViewerPanel()
        self.verdict_buttons = [
            push_button(verdict_word(verdict), self._judging(verdict), action=verdict)
            for verdict in ("same", "differs", "ask")
        ]
        self.consistent = EmptyState(
            "good",
            _("Paper and images agree"),
            _("Every page that the paper states has its image, once and in order."),
        )
        self.stack = QStackedWidget()
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
        self.body.addWidget(self.stack, 1)
        self.again = push_button(_("Compare again"), self.compare, icon_name="refresh")
        self.next_action.add(self.again)
        bind(
            self,
            {
                "same": self._judging("same"),
                "differs": self._judging("differs"),
                "ask": self._judging("ask"),
                "next_doubtful": lambda: self.go_open(1),
                "previous_doubtful": lambda: self.go_open(-1),
                "zoom_in": self.first.viewer.zoom_in,
                "zoom_out": self.first.viewer.zoom_out,
                "fit_page": self.first.viewer.fit_page,
                "fit_width": self.first.viewer.fit_width,
            },
        )

    def _judging(self, verdict: str) -> Callable[[], None]:
        return lambda: self.judge(verdict)

    def _both(self) -> QWidget:
        holder = QWidget()
        top = framed("toolbar")
        row = QHBoxLayout(top)
        row.setContentsMargins(16, 8, 16, 8)
        row.addWidget(self.counts, 1)
        tracks = framed("toolbar")
        inner = QVBoxLayout(tracks)
        inner.setContentsMargins(0, 0, 0, 1)
        inner.addWidget(self.tracks)
        self.left = QStackedWidget()
        self.left.addWidget(self._list())
        self.left.addWidget(self.consistent)
        self.left.setMinimumWidth(400)
        splitter = QSplitter()
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        for part in (self.left, self.first, self.second):
            splitter.addWidget(part)
        splitter.setStretchFactor(1, 1)
        splitter.setStretchFactor(2, 1)
        splitter.setSizes([432, 400, 400])
        self.second.hide()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(tracks)
        column.addWidget(splitter, 1)
        return holder

    def _list(self) -> QWidget:
        holder = framed("strip")
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        below = framed("bar")
        words = QVBoxLayout(below)
        words.setContentsMargins(16, 12, 16, 12)
        words.setSpacing(8)
        words.addWidget(self.explanation)
        words.addWidget(self.remark)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self.verdict_buttons:
            buttons.addWidget(button, 1)
        words.addLayout(buttons)
        column.addWidget(below)
        return holder

    def show_case(self, case: CaseView | None) -> None:
        """Read the ledger of the case."""
        if case is None:
            self._show(([], None))
            return
        number, workstation = case.case_no, self.desk.workstation
        self.read(
            lambda: (workstation.sides(number), workstation.reconciliation(number)), self._show
        )

    def _show(self, loaded: Loaded) -> None:
        sides, view = loaded
        self._sides = {side.position: side for side in sides}
        case = self.desk.case
        may_compare = case is not None and may("dossier", case.state, "reconcile")
        self.again.setVisible(view is not None and may_compare)
        self.stack.setCurrentIndex(0 if view is None else 1)
        if view is None:
            self.model.replace([])
            if case is not None:
                self._show_first_step(case)
            return
        rows = sorted(view.discrepancies, key=lambda row: row.verdict not in OPEN_VERDICTS)
        current = self.current_row
        self.counts.setText(counts_sentence(view))
        self._following = True
        self.model.replace(rows)
        self.tracks.show_tracks(view.tiles, self._sides)
        self._following = False
        self.left.setCurrentIndex(0 if rows else 1)
        if case is not None:
            self._show_next(case, rows)
        if rows:
            number = self.model.number_of(current.id) if current is not None else 0
            self.table.go_to(max(number, 0))
            self._row_chosen()
        elif self.tracks.current_tile is None and view.tiles:
            self.tracks.go_to(0)

    def _show_first_step(self, case: CaseView) -> None:
        if case.items:
            self.next_action.show_action(
                _("Compare now"),
                self.compare,
                sentence=_("The catalogue stands; paper and images can be compared."),
            )
        else:
            self.next_action.show_blocker(
                _("Make the catalogue first"),
                lambda: self.desk.page_requested.emit("catalogue"),
                sentence=_("Page numbers and items are needed for the comparison."),
            )

    def _show_next(self, case: CaseView, rows: list[DiscrepancyRow]) -> None:
        waiting = sum(row.verdict in OPEN_VERDICTS for row in rows)
        if waiting:
            self.next_action.show_blocker(
                _("{count} differences to settle").format(count=waiting),
                lambda: self.go_open(1),
                sentence=_("Give each difference a verdict: 1 same, 2 differs, 3 ask."),
                detail=_("“Differs” is noted in the end note; “ask” stays open."),
            )
        elif rows:
            lead_on(self, case, _("All differences are settled."))
        else:
            lead_on(self, case, _("Paper and images agree."))

    @property
    def current_row(self) -> DiscrepancyRow | None:
        """The difference under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, DiscrepancyRow) else None

    def _row_chosen(self) -> None:
        row = self.current_row
        for button in self.verdict_buttons:
            button.setEnabled(row is not None)
        if row is None or self._following:
            return
        self.explanation.setText(row.explanation)
        self.remark.setText(row.remark)
        self.remark.setVisible(bool(row.remark))
        self._following = True
        self.tracks.go_to_match(row.positions, row.page_numbers)
        self._following = False
        positions = row.positions or self._around(row.page_numbers)
        self._show_positions(positions)

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
        self._show_positions(tile.positions)
        for number, row in enumerate(self.model.rows):
            if tile.page_number in row.page_numbers or set(tile.positions) & set(row.positions):
                self._following = True
                self.table.go_to(number)
                self.explanation.setText(row.explanation)
                self._following = False

    def _show_positions(self, positions: tuple[int, ...]) -> None:
        shown = [self._sides[position] for position in positions[:2] if position in self._sides]
        self.first.show_side(shown[0] if shown else None, ())
        if not shown:
            self.first.viewer.show_message(_("There is no image of this page."))
        self.second.setVisible(len(shown) > 1)
        if len(shown) > 1:
            self.second.show_side(shown[1], ())

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

    def judge(self, verdict: str) -> None:
        """Give the current difference a verdict; for "differs" and "ask" a remark is asked."""
        row = self.current_row
        if row is None:
            return
        if verdict == "same":
            self._resolve(row, verdict, "")
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle(discrepancy_word(row.kind))
        text = _("Remark for the end note:") if verdict == "differs" else _("What is to be asked?")
        dialog.setLabelText(text)
        dialog.setTextValue(row.remark or row.explanation if verdict == "differs" else row.remark)
        dialog.setMinimumWidth(480)
        dialog.textValueSelected.connect(
            lambda remark: self._resolve(row, verdict, str(remark).strip())
        )
        dialog.open()

    def _resolve(self, row: DiscrepancyRow, verdict: str, remark: str) -> None:
        actor, workstation = self.desk.actor, self.desk.workstation
        self.write(lambda: workstation.resolve(actor, row.id, verdict, remark))
        self.go_open(1)

    def go_open(self, step: int) -> None:
        """The next or previous open difference, round and round."""
        rows = self.model.rows
        at = self.table.currentIndex().row()
        for offset in range(1, len(rows) + 1):
            number = (at + step * offset) % len(rows)
            if rows[number].verdict in OPEN_VERDICTS:
                self.table.go_to(number)
                self.table.setFocus()
                return


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
