"""Items on the strip and in the table; boundaries move by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.domain.lifecycle import may
from app.gui.catalogue.table import ItemDelegate, item_columns
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import ROW_ROLE, RowsModel
from app.gui.next_steps import lead_on
from app.gui.page import Page, three_columns
from app.gui.shortcuts import bind
from app.gui.widgets.buttons import push_button, tool_button
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.film_strip import FilmStrip
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.gui.widgets.viewer_panel import ViewerPanel
from app.services.views import CaseView, ItemRow, SideRow

Loaded = tuple[list[SideRow], list[ItemRow], list[str]]
EDITS = QAbstractItemView.EditTrigger


class CataloguePage(Page):
    """Rows proposed by rules; a person corrects and confirms them."""

    name = "catalogue"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._titles: list[str] = []
        self._following = False
        self._arrived_for = ""
        self.strip = FilmStrip(even=True)
        self.strip.side_chosen.connect(self._side_chosen)
        self.model: RowsModel[ItemRow] = RowsModel(
            item_columns(), identity=lambda row: row.id, edited=self._edited, parent=self
        )
        self.table = RowTable(self.model, (48, -1, 120, 72, 104, 112), _("Catalogue"))
        self.delegate = ItemDelegate(lambda: self._titles, self.table)
        self.table.setItemDelegate(self.delegate)
        self.table.setEditTriggers(EDITS.EditKeyPressed)
        # A key of the page would take the Enter that ends an edit; `activated` does not.
        self.table.activated.connect(lambda _index: self.edit())
        self.table.selectionModel().currentRowChanged.connect(lambda *_rows: self._row_chosen())
        self.meter = label("", "heading")
        self.viewer = ViewerPanel()
        self.stack = QStackedWidget()
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
        self.stack.addWidget(
            three_columns(strip_frame, self._middle(), self.viewer, [300, 624, 282], shares=(1, 2))
        )
        self.body.addWidget(self.stack, 1)
        self.confirm_rest = push_button(_("Confirm all"), self.confirm_all)
        self.again = push_button(_("Propose again"), self.propose, icon_name="refresh")
        self.next_action.add(self.again)
        self.next_action.add(self.confirm_rest)
        bind(
            self,
            {
                "boundary_back": self.begin_earlier,
                "boundary_on": self.begin_later,
                "split": self.split,
                "merge": self.merge,
                "confirm": self.confirm,
                "next_doubtful": lambda: self.go_doubtful(1),
                "previous_doubtful": lambda: self.go_doubtful(-1),
                "zoom_in": self.viewer.viewer.zoom_in,
                "zoom_out": self.viewer.viewer.zoom_out,
                "fit_page": self.viewer.viewer.fit_page,
                "fit_width": self.viewer.viewer.fit_width,
            },
        )

    def _middle(self) -> QWidget:
        middle = QWidget()
        bar = framed("toolbar")
        tools = QHBoxLayout(bar)
        tools.setContentsMargins(16, 4, 8, 4)
        tools.setSpacing(4)
        tools.addWidget(self.meter, 1)
        self.tools = [
            tool_button(icon_name, text, action, action=action_name)
            for icon_name, text, action_name, action in (
                ("boundary_up", _("Begin one side earlier"), "boundary_back", self.begin_earlier),
                ("boundary_down", _("Begin one side later"), "boundary_on", self.begin_later),
                ("split", _("New item here"), "split", self.split),
                ("merge", _("Join to the one before"), "merge", self.merge),
                ("check", _("Confirm"), "confirm", self.confirm),
            )
        ]
        for tool in self.tools:
            tools.addWidget(tool)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.table, 1)
        return middle

    def show_case(self, case: CaseView | None) -> None:
        """Read sides and items of the case."""
        if case is None:
            self._show(([], [], []))
            return
        number, workstation = case.case_no, self.desk.workstation
        self.read(
            lambda: (
                workstation.sides(number),
                workstation.items(number),
                workstation.templates(number),
            ),
            self._show,
        )

    def _show(self, loaded: Loaded) -> None:
        sides, items, self._titles = loaded
        self._following = True
        current = self.current_item
        self.model.replace(items)
        self.strip.show_sides(sides, {item.number: item.title for item in items})
        self.stack.setCurrentIndex(1 if items else 0)
        doubtful = sum(item.doubtful for item in items)
        self.meter.setText(meter_sentence(len(items), doubtful))
        self._following = False
        case = self.desk.case
        if case is not None:
            self._show_next(case, items, doubtful)
        if items and self._arrived_for != self.desk.case_no:
            self._arrived_for = self.desk.case_no
            first = next((n for n, item in enumerate(items) if item.doubtful), 0)
            self.table.go_to(first)
            self._row_chosen()
        elif items and current is not None:
            self.table.go_to(max(self.model.number_of(current.id), 0))
        if self.strip.current_side is not None:
            self.viewer.show_side(self.strip.current_side, ())

    def _show_next(self, case: CaseView, items: list[ItemRow], doubtful: int) -> None:
        waiting = sum(not item.confirmed_by for item in items)
        open_to_edits = may("dossier", case.state, "edit")
        self.confirm_rest.setVisible(bool(waiting) and open_to_edits)
        self.again.setVisible(bool(items) and may("dossier", case.state, "catalogue"))
        for tool in self.tools:
            tool.setEnabled(open_to_edits)
        if items and not open_to_edits:
            lead_on(self, case, _("The dossier is sealed; the catalogue stands."))
            return
        if not items:
            if case.queued or not case.sides:
                self.next_action.show_blocker(
                    _("{count} sides still to be processed").format(count=case.queued)
                    if case.queued
                    else _("Scan first"),
                    lambda: self.desk.page_requested.emit("scan"),
                    sentence=_("The catalogue is made from the text of the pages."),
                )
            else:
                self.next_action.show_action(
                    _("Propose the catalogue"),
                    self.propose,
                    sentence=_("All sides are read; the catalogue can be proposed."),
                )
        elif doubtful:
            self.next_action.show_blocker(
                _("{count} rows are doubtful").format(count=doubtful),
                lambda: self.go_doubtful(1),
                sentence=_("Look at the rows that are lit, then confirm them."),
            )
        else:
            self.next_action.show_action(
                _("Reconcile"),
                lambda: self.desk.page_requested.emit("reconcile"),
                sentence=_("No row is doubtful."),
                detail=_("{count} rows confirmed").format(count=len(items) - waiting),
            )

    @property
    def current_item(self) -> ItemRow | None:
        """The row under the cursor."""
        row = self.table.currentIndex().data(ROW_ROLE)
        return row if isinstance(row, ItemRow) else None

    def _row_chosen(self) -> None:
        item = self.current_item
        if item is None or self._following:
            return
        self._following = True
        self.strip.go_to_position(item.first_position)
        self._following = False
        if self.strip.current_side is not None:
            self.viewer.show_side(self.strip.current_side, ())

    def _side_chosen(self, side: SideRow) -> None:
        self.viewer.show_side(side, ())
        if self._following:
            return
        self._following = True
        for number, item in enumerate(self.model.rows):
            if item.part == side.part and item.first_position <= side.position <= (
                item.last_position
            ):
                self.table.go_to(number)
        self._following = False

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

    def begin_earlier(self) -> None:
        """Let the current item begin one side earlier."""
        self.move_boundary(-1)

    def begin_later(self) -> None:
        """Let the current item begin one side later."""
        self.move_boundary(1)

    def move_boundary(self, step: int) -> None:
        """Let the current item begin one side earlier or later."""
        item = self.current_item
        if item is not None:
            actor, workstation = self.desk.actor, self.desk.workstation
            to = item.first_position + step
            self.write(lambda: workstation.move_boundary(actor, item.id, to))

    def split(self) -> None:
        """Begin a new item at the current side."""
        side = self.strip.current_side
        if side is not None:
            actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
            self.write(
                lambda: workstation.split_item(actor, number, side.position, ""),
                said=_("A new item begins at side {position}.").format(position=side.position),
            )

    def merge(self) -> None:
        """Join the current item to the one before."""
        item = self.current_item
        if item is not None:
            actor, workstation = self.desk.actor, self.desk.workstation
            self.write(
                lambda: workstation.merge_item(actor, item.id),
                said=_("Joined to the item before. Ctrl+Z takes it back."),
            )

    def edit(self) -> None:
        """Edit the current cell, or the title of the current row."""
        index = self.table.currentIndex()
        if not index.isValid():
            return
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            index = index.siblingAtColumn(self.model.column_of("title"))
        self.table.setCurrentIndex(index)
        self.table.edit(index)

    def _edited(self, row: ItemRow, key: str, text: str) -> None:
        actor, workstation = self.desk.actor, self.desk.workstation
        changes: dict[str, str] = {key: text}
        self.write(lambda: workstation.edit_item(actor, row.id, **changes))

    def confirm(self) -> None:
        """Confirm the current row and go to the next doubtful one."""
        item = self.current_item
        if item is None:
            return
        actor, workstation = self.desk.actor, self.desk.workstation
        if not item.confirmed_by:
            self.write(lambda: workstation.confirm_item(actor, item.id))
        at = self.table.currentIndex().row()
        rows = self.model.rows
        later = [n for n in range(at + 1, len(rows)) if rows[n].doubtful]
        self.table.go_to(later[0] if later else min(at + 1, len(rows) - 1))

    def confirm_all(self) -> None:
        """Confirm every row nobody confirmed yet."""
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        self.write(lambda: workstation.confirm_all(actor, number), said=_("All rows confirmed."))

    def go_doubtful(self, step: int) -> None:
        """The next or previous doubtful row, round and round."""
        rows = self.model.rows
        at = self.table.currentIndex().row()
        for offset in range(1, len(rows) + 1):
            number = (at + step * offset) % len(rows)
            if rows[number].doubtful:
                self.table.go_to(number)
                self.table.setFocus()
                return


def meter_sentence(items: int, doubtful: int) -> str:
    """How many rows there are and how many wait."""
    text = _("{count} items").format(count=items)
    if doubtful:
        return text + " · " + _("{count} to confirm").format(count=doubtful)
    return text + " · " + _("none doubtful")
