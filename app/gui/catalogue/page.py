"""Documents on the strip and in the table, the page beside them; everything goes by keys."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.access import ADMINISTRATOR
from app.domain.lifecycle import may
from app.gui.catalogue.bars import edit_tools, further_tools, listing_bar, meter_sentence
from app.gui.catalogue.commands import CatalogueCommands
from app.gui.catalogue.dialogs import show_moves, show_sheet, show_templates
from app.gui.catalogue.doubt_walk import DoubtWalk
from app.gui.catalogue.facts import WhyPanel
from app.gui.catalogue.keying import KeyingPanel
from app.gui.catalogue.keying_fields import KeyingFieldsDialog
from app.gui.catalogue.keys import bind_keys
from app.gui.catalogue.next_step import show_next, whole_sentence
from app.gui.catalogue.page_words import PageWords
from app.gui.catalogue.strip import CatalogueStrip
from app.gui.catalogue.table import COLUMN_KEYS, WIDTHS, ItemDelegate, item_columns, row_to_stay_on
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, RowsModel
from app.gui.page import Page, three_columns
from app.gui.widgets.buttons import push_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed
from app.gui.widgets.table import RowTable
from app.gui.widgets.viewer_panel import ViewerPanel
from app.services.catalogue_screen import CatalogueView
from app.services.doubts import ITEM
from app.services.keying import KeyingRow
from app.services.views import CaseView, ItemRow, SideRow

EDITS = QAbstractItemView.EditTrigger
FILLED = ("title", "author", "date", "category")


@frozen(kw_only=True)
class Obeyed:
    """What stands after the command `number`, and the page that comes next (empty: this one
    stays)."""

    view: CatalogueView
    leads_to: str
    number: int


class CataloguePage(Page):
    """Rows proposed by rules; a person corrects and confirms them."""

    name = "catalogue"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.walk = DoubtWalk(self)
        self._view: CatalogueView | None = None
        # Commands given, and the last one that was obeyed.
        self.given = 0
        self._obeyed = 0
        self._told = ""
        self._following = False
        self._arrived_for = ""
        self.commands = CatalogueCommands(self)
        self.strip = CatalogueStrip()
        self.strip.side_chosen.connect(self._side_chosen)
        self.strip.start_dragged.connect(self._start_dragged)
        self.model: RowsModel[ItemRow] = RowsModel(
            item_columns(), identity=lambda row: row.id, edited=self.commands.edited, parent=self
        )
        self.table = RowTable(self.model, WIDTHS, _("Catalogue"))
        self.delegate = ItemDelegate(self._offered, self.table)
        self.table.setItemDelegate(self.delegate)
        self.table.setEditTriggers(EDITS.EditKeyPressed | EDITS.DoubleClicked)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        # A key of the page would take the Enter that ends an edit; `activated` does not.
        self.table.activated.connect(lambda _index: self.edit())
        self.table.selectionModel().currentChanged.connect(self._cell_chosen)
        self.why = WhyPanel()
        self.why.number_given.connect(self.walk.give_number)
        self.why.role_given.connect(self.commands.give_role)
        self.keying = KeyingPanel()
        self.keying.typed.connect(self.commands.type_fields)
        self.keying.settled.connect(self.commands.settle_field)
        self.keying.left.connect(self.toggle_keying)
        self.keying.row_shown.connect(lambda row: self.strip.go_to_position(row.first_position))
        self.viewer = ViewerPanel()
        self.words = PageWords(desk, self.viewer)
        self.picker = self.words.picker
        self.picker.picked.connect(self._picked)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(
            EmptyState(
                "catalogue",
                _("No catalogue yet"),
                _(
                    "From the text of the pages the program proposes documents, titles, page "
                    "numbers and dates. You correct and confirm them."
                ),
                action_text=_("Propose the catalogue"),
                action=self.propose,
            )
        )
        strip_frame = framed("strip")
        column = QHBoxLayout(strip_frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.strip)
        columns = (strip_frame, self._middle(), self.viewer)
        parts = three_columns(*columns, [282, 640, 320], shares=(1, 1), parent=self.stack)
        self.stack.addWidget(parts)
        self.body.addWidget(self.stack, 1)
        self.confirm_rest = push_button(_("Confirm all"), self.commands.confirm_all)
        self.again = push_button(_("Propose again"), self.propose, icon_name="refresh")
        self.next_action.add(self.again)
        self.next_action.add(self.confirm_rest)
        bind_keys(self)

    def _middle(self) -> QWidget:
        listing = QWidget()
        self.bar = listing_bar(
            edit_tools(
                lambda: self.begin_beside(-1),
                lambda: self.begin_beside(1),
                self.commands.split,
                self.commands.merge,
                self.walk.confirm,
            ),
            ("person", _("Double keying"), "keying", self.toggle_keying),
            further_tools(
                lambda: show_moves(self),
                lambda: show_templates(self),
                lambda: show_sheet(self),
            ),
        )
        self.meter = self.bar.meter
        column = QVBoxLayout(listing)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar.frame)
        column.addWidget(self.table, 1)
        column.addWidget(self.why)
        self.middle = QStackedWidget()
        self.middle.addWidget(listing)
        self.middle.addWidget(self.keying)
        return self.middle

    def show_case(self, case: CaseView | None) -> None:
        """Read the catalogue of the case."""
        if case is None:
            self._view = None
            self._show_view(None)
            return
        self.read(self._reading(case.case_no), self._show)

    def _reading(self, number: str) -> Callable[[], CatalogueView]:
        actor, workstation, earlier = self.desk.actor, self.desk.workstation, self._view
        return lambda: workstation.catalogue_view(actor, number, earlier)

    def write(
        self, call: Callable[[], object], *, said: str = "", safe: str = "", leads_to: str = ""
    ) -> None:
        """Give a short command and read at once what came of it: a person who goes from row to row
        waits for that, and not for the facts of the case. Then go to the page `leads_to`."""
        read = self._reading(self.desk.case_no)

        self.given += 1
        number = self.given

        def obeyed() -> Obeyed:
            call()
            return Obeyed(view=read(), leads_to=leads_to, number=number)

        super().write(obeyed, said=said, safe=safe)

    def written(self, result: object) -> None:
        """Show what a command changed."""
        if isinstance(result, Obeyed) and result.view.case_no == self.desk.case_no:
            self.overtake_reads()
            self._obeyed = result.number
            self._show(result.view)
            if result.leads_to:
                self.desk.page_requested.emit(result.leads_to)

    def unwritten(self) -> None:
        """What was settled on the screen alone is open again."""
        self._obeyed = self.given
        self._view = None
        self.refresh()

    def _show(self, view: CatalogueView) -> None:
        changed = view is not self._view
        self._view = view
        if changed:
            self._show_view(view)
        sets = self.desk.is_signed_in and self.desk.actor.role == ADMINISTRATOR
        self.bar.keying.setVisible(bool(view.keying) or sets)
        case = self.desk.case
        if case is not None:
            show_next(self, case, view)
        self._show_facts()

    def _show_view(self, view: CatalogueView | None) -> None:
        """Show other rows; the cursor stays where it was."""
        items = view.items if view is not None else []
        self.walk.show(view.doubts if view is not None else [], self._obeyed)
        self._following = True
        kind, current = self.walk.kind, self.current_item
        column = self.table.currentIndex().column()
        self.model.replace(items)
        self._show_strip()
        if current is not None and items and not self.table.currentIndex().isValid():
            place = row_to_stay_on(items, current)
            self.table.setCurrentIndex(self.model.index(place, max(column, 0)))
        self.walk.kind = kind
        self._following = False
        self.stack.setCurrentIndex(1 if items else 0)
        self.meter.setText(meter_sentence(len(items), len(self.walk.doubts)))
        self._tell_of_the_whole(whole_sentence(view))
        keying = view.keying if view is not None else []
        if not keying:
            self.middle.setCurrentIndex(0)
        if self.middle.currentIndex() == 1:
            self.keying.show_rows(keying)
        if items and self._arrived_for != self.desk.case_no:
            self._arrived_for = self.desk.case_no
            self.table.go_to(0)
            self._row_chosen()
            self.walk.go(0)

    def _tell_of_the_whole(self, told: str) -> None:
        """What the proposal leaves open about the dossier itself, once; it can be closed."""
        if told != self._told:
            self._told = told
            self.notice.setVisible(bool(told))
            if told:
                self.notice.show_text("warn", told)

    def _show_strip(self) -> None:
        """The sides with their bands; whoever types a title twice must not read the proposal."""
        blind = self.middle.currentIndex() == 1
        titles = {item.number: "" if blind else item.title for item in self.model.rows}
        self.strip.show_sides(self._view.sides if self._view is not None else (), titles)

    @property
    def keying_left(self) -> int:
        """Documents in which this person has something to type or to settle."""
        return sum(row.to_type or row.to_settle for row in self._keying_rows)

    @property
    def _keying_rows(self) -> list[KeyingRow]:
        return self._view.keying if self._view is not None else []

    @property
    def open_to_edits(self) -> bool:
        """Whether the open case may be corrected."""
        case = self.desk.case
        return case is not None and may("dossier", case.state, "edit")

    @property
    def current_item(self) -> ItemRow | None:
        """The row under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, ItemRow) else None

    @property
    def current_field(self) -> str:
        """The field that words chosen on the page go into."""
        if self.middle.currentIndex() == 1:
            return self.keying.focused_field() or "title"
        key = COLUMN_KEYS[max(self.table.currentIndex().column(), 0)]
        return key if key in FILLED else "title"

    def chosen_items(self) -> list[ItemRow]:
        """The chosen rows in their order, at least the current one."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        chosen = [row for row in map(self.model.row, rows) if row is not None]
        current = self.current_item
        return chosen or ([current] if current is not None else [])

    def _cell_chosen(self) -> None:
        self.walk.kind = ITEM
        self._row_chosen()

    def _row_chosen(self) -> None:
        item = self.current_item
        if item is None or self._following:
            return
        side = self.strip.current_side
        inside = side is not None and item.first_position <= side.position <= item.last_position
        if not inside:
            self._following = True
            self.strip.go_to_position(item.first_position)
            self._following = False
        self._show_facts()

    def _side_chosen(self, side: SideRow) -> None:
        if not self._following:
            self._following = True
            for number, item in enumerate(self.model.rows):
                if item.part == side.part and item.first_position <= side.position <= (
                    item.last_position
                ):
                    self.table.go_to(number)
            self._following = False
        self._show_facts()

    def _show_facts(self) -> None:
        side, item = self.strip.current_side, self.current_item
        self.why.show_side(side, editable=self.open_to_edits)
        self.why.show_item(item)
        self.words.show(side, self.current_field)

    def _offered(self, field: str) -> tuple[str, ...]:
        return self.words.suggestions.of(field)

    def propose(self) -> None:
        """Let the rules propose; what a person confirmed stays."""
        if self.busy or not self.desk.case_no:
            return
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        self._arrived_for = ""
        self.run_long(
            _("Proposing the catalogue"),
            lambda report, cancel: workstation.catalogue(
                actor, number, report=report, cancel=cancel
            ),
            lambda _nothing: None,
            safe=_("Confirmed rows and page numbers stay as they are."),
        )

    def long_started(self) -> None:
        """The proposal is being made."""
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))

    def begin_beside(self, step: int) -> None:
        """Let the current document begin one side earlier or later."""
        item = self.current_item
        if item is not None:
            self.commands.begin_at(item, item.first_position + step)

    def _start_dragged(self, side: SideRow, position: int) -> None:
        item = next(
            (i for i in self.model.rows if i.part == side.part and i.number == side.item_number),
            None,
        )
        self.commands.begin_at(item, position)

    def edit(self) -> None:
        """Edit the current cell, or the title of the current row."""
        index = self.table.currentIndex()
        if not index.isValid():
            return
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            index = index.siblingAtColumn(self.model.column_of("title"))
        self.table.setCurrentIndex(index)
        self.table.edit(index)

    def pick_lines(self) -> None:
        """Choose lines of the page by keys: arrows, Shift with arrows, Enter, Esc."""
        if self.picker.begin():
            self.viewer.viewer.setFocus()

    def step_back(self) -> bool:
        """Esc ends the choosing of lines, then double keying."""
        if self.picker.choosing:
            self.picker.end()
            self.table.setFocus()
            return True
        if self.middle.currentIndex() == 1:
            self.toggle_keying()
            return True
        return False

    def _picked(self, text: str) -> None:
        field = self.current_field
        if self.middle.currentIndex() == 1:
            self.keying.fill(" ".join(text.split()))
            return
        if self.open_to_edits:
            self.commands.fill(field, text)
        self.table.setFocus()

    def toggle_keying(self) -> None:
        """Between the catalogue and double keying."""
        if not self._keying_rows:
            if self.desk.actor.role == ADMINISTRATOR and self.model.rows:
                KeyingFieldsDialog(self.desk, self).open()
            return
        to = 0 if self.middle.currentIndex() == 1 else 1
        self.middle.setCurrentIndex(to)
        self._show_strip()
        if to == 1:
            self.keying.show_rows(self._keying_rows)
        else:
            self.table.setFocus()
