"""One cabinet: which one, whether it answers, its map, and the cell under the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.locker.cell_map import CellMap
from app.gui.locker.cell_words import cell_sentence, cell_title, map_summary
from app.gui.locker.moments import present_moment, seconds_text
from app.gui.present import present
from app.gui.widgets.buttons import push_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import IconLabel, label, line, restyle
from app.kernel.errors import Fault, fault_from_record
from app.services.locker_views import CabinetView, CellRow


class CabinetPanel(QFrame):
    """Emits `cabinet_chosen(name)` when another cabinet is to be looked at.

    `commands`: "service" takes the cell under the cursor out of service or back, "visit" goes to
    the hand-off of it.
    """

    cabinet_chosen = Signal(str)

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._last: dict[str, CabinetView] = {}
        self.picker = QComboBox()
        self.picker.setAccessibleName(_("Cabinet"))
        self.picker.currentTextChanged.connect(self._choose)
        self.sign = IconLabel("refresh", "muted", 20)
        self.status = ElidedLabel("", "heading")
        self.remedy = label("", "small", wrap=True)
        self.remedy.hide()
        self.map = CellMap()
        self.map.chosen.connect(lambda _cell: self._show_cell())
        self.nothing = EmptyState(
            "locker",
            _("No picture yet"),
            _("As soon as the cabinet answers, its cells stand here as they are."),
        )
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.map)
        self.stack.addWidget(self.nothing)
        self.summary = label("", "small", wrap=True)
        self.cell_name = ElidedLabel("", "heading")
        self.cell_facts = label("", "small", wrap=True)
        self.cell_facts.setMinimumHeight(34)
        self.visit = push_button(_("Its hand-off"), commands["visit"])
        self.service = push_button(_("Out of service…"), commands["service"])
        self._lay_out()
        self._show_cell()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.picker, 3)
        head.addSpacing(4)
        head.addWidget(self.sign)
        head.addWidget(self.status, 2)
        top = QVBoxLayout()
        top.setContentsMargins(16, 12, 16, 8)
        top.setSpacing(8)
        top.addLayout(head)
        top.addWidget(self.remedy)
        top.addWidget(self.summary)
        middle = QVBoxLayout()
        middle.setContentsMargins(12, 0, 4, 0)
        middle.addWidget(self.stack)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.cell_name, 1)
        buttons.addWidget(self.visit)
        buttons.addWidget(self.service)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(4)
        foot.addLayout(buttons)
        foot.addWidget(self.cell_facts)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(top)
        column.addLayout(middle, 1)
        column.addWidget(line())
        column.addLayout(foot)

    @property
    def cabinet(self) -> str:
        """The cabinet that is looked at."""
        return self.picker.currentText()

    def show_cabinets(self, names: Sequence[str]) -> None:
        """These can be chosen; the choice stays while its cabinet is there."""
        if [self.picker.itemText(n) for n in range(self.picker.count())] == list(names):
            return
        kept = self.cabinet
        self.picker.blockSignals(True)
        self.picker.clear()
        self.picker.addItems(list(names))
        self.picker.setCurrentIndex(max(self.picker.findText(kept), 0))
        self.picker.blockSignals(False)
        self._choose(self.cabinet)

    def choose(self, cabinet: str) -> None:
        """Look at this cabinet."""
        number = self.picker.findText(cabinet)
        if number >= 0:
            self.picker.setCurrentIndex(number)

    def _choose(self, cabinet: str) -> None:
        self.sign.show_icon("refresh", "muted")
        self._say(_("Asking the cabinet…"), "")
        self._show_cells(self._last.get(cabinet), stale=True)
        self.cabinet_chosen.emit(cabinet)

    def show_view(self, view: CabinetView) -> None:
        """The cabinet answered, or its service says that it does not."""
        if not view.answering:
            record = {"kind": "transient", "code": view.fault, "parameters": view.fault_parameters}
            fault = fault_from_record(record) if view.fault else None
            self.show_silence(view.name, fault, known=view.cells)
            return
        self._last[view.name] = view
        self.remedy.hide()
        clock = seconds_text(view.asked_at)
        if view.busy:
            self.sign.show_icon("person", "accent")
            self._say(_("In use · {clock}").format(clock=clock), "")
        elif not view.commissioned:
            self.sign.show_icon("warn", "warn")
            self._say(_("Never commissioned · {clock}").format(clock=clock), "warn")
        else:
            self.sign.show_icon("good", "good")
            self._say(_("Live · {clock}").format(clock=clock), "")
        self._show_cells(view, stale=False)

    def show_silence(
        self, cabinet: str, fault: Fault | None, *, known: Sequence[CellRow] = ()
    ) -> None:
        """The cabinet does not answer: its last picture stays, without colours. Before the first
        one, `known` says what is on record of its cells."""
        last = self._last.get(cabinet)
        self.sign.show_icon("bad", "bad")
        self._say(_("Does not answer"), "bad")
        if fault is not None:
            shown = present(fault)
            self.remedy.setText(f"{shown.message}{shown.remedy}")
            self.remedy.show()
        if last is None and known:
            self._show_rows(known, map_summary(known), stale=True)
        else:
            self._show_cells(last, stale=True)

    def _say(self, text: str, tone: str) -> None:
        self.status.show_text(text)
        restyle(self.status, "tone", tone)

    def _show_cells(self, view: CabinetView | None, *, stale: bool) -> None:
        cells = view.cells if view is not None else ()
        summary = map_summary(cells)
        if view is not None and stale:
            clock = seconds_text(view.asked_at)
            summary = _("As it was at {clock}: {summary}").format(clock=clock, summary=summary)
        self._show_rows(cells, summary, stale=stale)

    def _show_rows(self, cells: Sequence[CellRow], summary: str, *, stale: bool) -> None:
        self.stack.setCurrentWidget(self.map if cells else self.nothing)
        self.summary.setText(summary)
        self.map.show_cells(cells, stale=stale)
        self._show_cell()

    @property
    def current_cell(self) -> CellRow | None:
        """The cell under the cursor."""
        return self.map.current

    def _show_cell(self) -> None:
        cell = self.map.current
        self.visit.setEnabled(cell is not None and bool(cell.handoff))
        self.service.setEnabled(cell is not None)
        if cell is None:
            self.cell_name.show_text(_("No cell chosen"))
            self.cell_facts.setText(_("Arrow keys go from cell to cell."))
            return
        back = cell.state == "out_of_service"
        self.service.setText(_("Back into service…") if back else _("Out of service…"))
        self.cell_name.show_text(cell_title(cell))
        self.cell_facts.setText(cell_sentence(cell, present_moment()))
