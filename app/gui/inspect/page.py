"""What needs eyes, worst first: accept, turn, mark, or ask for a rescan."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QInputDialog, QStackedWidget, QVBoxLayout, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _, number
from app.gui.inspect.conditioning import Conditioner
from app.gui.inspect.findings import FindingCard
from app.gui.inspect.order import ordered, place_of, ranks
from app.gui.inspect.reading import ReadingShown
from app.gui.inspect.recipe_words import recipe_text
from app.gui.next_steps import lead_on
from app.gui.page import Page, three_columns
from app.gui.shortcuts import bind
from app.gui.widgets.buttons import tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.facts import FactsPanel
from app.gui.widgets.film_strip import FilmStrip
from app.gui.widgets.labels import framed, label
from app.gui.widgets.strip_model import number_text, open_findings
from app.gui.widgets.viewer_panel import ViewerPanel
from app.gui.words import confidence_word, role_word, severity_rank
from app.services.reading_notes import ReadingNote
from app.services.views import CaseView, FindingRow, SideRow


class InspectPage(Page):
    """The queue of open findings beside strip, page and facts."""

    name = "inspect"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._queue: list[FindingRow] = []
        self._current = ""
        self._arrived_for = ""
        self.strip = FilmStrip(even=True)
        self.strip.side_chosen.connect(self._show_side)
        self.viewer = ViewerPanel()
        self.viewer.viewer.overlay_chosen.connect(self._choose)
        for icon_name, text, action_name, action in (
            ("turn_left", _("Turn left"), "turn_left", lambda: self.turn(270)),
            ("turn_right", _("Turn right"), "turn_right", lambda: self.turn(90)),
            ("blank", _("Mark as blank"), "mark_blank", self.mark_blank),
        ):
            self.viewer.add_tool(tool_button(icon_name, text, action, action=action_name))
        self.conditioner = Conditioner(self)
        self.viewer.add_bar(self.conditioner.bar)
        self.facts = FactsPanel()
        self.reading = ReadingShown(self.desk)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(
            EmptyState(
                "inspect",
                _("Nothing to look at yet"),
                _("Scan the paper first. What the program is not sure about will wait here."),
                action_text=_("Go to Scan"),
                action=lambda: desk.page_requested.emit("scan"),
            )
        )
        strip_frame = framed("strip")
        self.count = ElidedLabel("", "muted")
        self.oddest_first = tool_button(
            "warn", _("Oddest first"), self._order_again, checkable=True, show_text=True
        )
        bar = framed("toolbar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(12, 4, 4, 4)
        row.setSpacing(0)
        row.addWidget(self.count, 1)
        row.addWidget(self.oddest_first)
        column = QVBoxLayout(strip_frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.strip, 1)
        columns = (strip_frame, self.viewer, self.facts)
        self.stack.addWidget(three_columns(*columns, [300, 620, 296], parent=self.stack))
        self.body.addWidget(self.stack, 1)
        bind(
            self,
            {
                "accept": self.accept,
                "reject": self.reject,
                "next_doubtful": lambda: self.go(1),
                "previous_doubtful": lambda: self.go(-1),
                "turn_right": lambda: self.turn(90),
                "turn_left": lambda: self.turn(270),
                "mark_blank": self.mark_blank,
                "zoom_in": self.viewer.viewer.zoom_in,
                "zoom_out": self.viewer.viewer.zoom_out,
                "fit_page": self.viewer.viewer.fit_page,
                "fit_width": self.viewer.viewer.fit_width,
                **self.conditioner.keys(),
            },
        )

    def show_case(self, case: CaseView | None) -> None:
        """Read sides and findings of the case."""
        if case is None:
            self._show_sides([])
            return
        number = case.case_no
        self.read(lambda: self.reading.with_notes(number), self._show_read)

    def _show_read(self, answer: tuple[list[SideRow], list[ReadingNote]]) -> None:
        sides, notes = answer
        self.reading.keep(notes)
        self._show_sides(sides)

    def _order_again(self) -> None:
        """Show the same sides in the order asked for now, the current one still current."""
        self._show_sides(list(self.strip.sides))

    def _show_sides(self, sides: list[SideRow]) -> None:
        by_position = sorted(sides, key=lambda side: side.position)
        sides = ordered(by_position, self.oddest_first.isChecked())
        places = ranks(sides)
        self.strip.show_sides(sides)
        self.count.show_text(_("{count} sides").format(count=number(len(sides))))
        self.stack.setCurrentIndex(1 if sides else 0)
        self._queue = sorted(
            (finding for side in sides for finding in open_findings(side)),
            key=lambda finding: (severity_rank(finding.severity), place_of(finding, places)),
        )
        case = self.desk.case
        if case is not None and sides:
            self._show_next(case)
        elif case is not None:
            self.next_action.show_blocker(
                _("Scan first"),
                lambda: self.desk.page_requested.emit("scan"),
                sentence=_("No side of this case is scanned yet."),
            )
        if sides and self._arrived_for != self.desk.case_no:
            self._arrived_for = self.desk.case_no
            self._choose(self._queue[0].id if self._queue else "")
        elif self._current and self._current not in [finding.id for finding in self._queue]:
            self._choose(self._queue[0].id if self._queue else "")
        elif self.strip.current_side is not None:
            self._show_side(self.strip.current_side)
        if sides and self.strip.current_side is None:
            self.strip.go_to_row(0)

    def _show_next(self, case: CaseView) -> None:
        must = sum(finding.severity == "fail" for finding in self._queue)
        look = sum(finding.severity == "warn" for finding in self._queue)
        notes = len(self._queue) - must - look
        if case.queued:
            self.next_action.show_blocker(
                _("{count} sides still to be processed").format(count=case.queued),
                lambda: self.desk.page_requested.emit("scan"),
                sentence=_("Findings come while sides are examined."),
            )
            return
        detail = _("{must} must be fixed · {look} to look at · {notes} notes").format(
            must=must, look=look, notes=notes
        )
        if must:
            self.next_action.show_blocker(
                _("{count} findings must be fixed").format(count=must),
                lambda: self._choose(self._queue[0].id),
                sentence=_("Findings wait for a word from you."),
                detail=detail,
            )
        elif self._queue:
            lead_on(self, case, _("Nothing stands in the way."), detail)
        else:
            lead_on(self, case, _("Every finding is settled."))

    def stay(self) -> None:
        """Keep the side shown when the case is read again, even if its finding is settled."""
        self._current = ""

    def step_back(self) -> bool:
        """Leave the frame of a crop."""
        return self.conditioner.leave_crop()

    def _show_side(self, side: SideRow) -> None:
        if not self.conditioner.keeps_frame(side):
            self.viewer.show_side(side)
            self.conditioner.show_side(side)
        if self._current not in [finding.id for finding in side.findings]:
            waiting = open_findings(side)
            self._current = waiting[0].id if waiting else ""
        if self._current:
            self.viewer.viewer.set_current_overlay(self._current)
        self._show_facts(side)

    def _show_facts(self, side: SideRow) -> None:
        number = number_text(side) if side.page_number is not None else ""
        if number and not side.number_by:
            number += f"（{confidence_word(side.page_number_confidence)}）"
        self.facts.show_facts(
            _("Side {position}").format(position=side.position),
            [
                (_("Page number"), number),
                (_("Is"), role_word(side.role)),
                (_("Sheet"), sheet_text(side)),
                (_("File"), side.file),
                (_("Size"), f"{side.width} × {side.height}" if side.width else ""),
                (_("Turned by"), f"{side.turn}°" if side.turn else ""),
                (_("Conditioned"), recipe_text(side.recipe)),
            ],
        )
        self.facts.clear_parts()
        reading = self.reading.card(side.id)
        if reading is not None:
            self.facts.add(reading)
        if not side.findings:
            self.facts.add(label(_("No findings on this side."), "muted", wrap=True))
        for finding in sorted(
            side.findings, key=lambda f: (bool(f.verdict), severity_rank(f.severity))
        ):
            alike = sum(waiting.code == finding.code for waiting in self._queue)
            card = FindingCard(finding, alike, finding.id == self._current)
            card.accept_asked.connect(self._accept)
            card.rescan_asked.connect(self._ask_rescan)
            card.accept_all_asked.connect(self._accept_all)
            self.facts.add(card)

    def _choose(self, finding_id: str) -> None:
        finding = next((f for f in self._queue if f.id == finding_id), None)
        self._current = finding_id if finding is not None else ""
        if finding is None:
            return
        side = self.strip.current_side
        if side is not None and side.id == finding.side_id:
            self._show_side(side)
        else:
            self.strip.go_to_side(finding.side_id)

    @property
    def current_finding(self) -> FindingRow | None:
        """The finding that keys act on."""
        return next((f for f in self._queue if f.id == self._current), None)

    def go(self, step: int) -> None:
        """The next or previous finding, worst first, round and round."""
        if not self._queue:
            self.desk.said.emit(_("Every finding is settled."))
            return
        numbers = [finding.id for finding in self._queue]
        at = numbers.index(self._current) if self._current in numbers else -step
        self._choose(numbers[(at + step) % len(numbers)])

    def accept(self) -> None:
        """Accept the current finding and go on; without one, go to the next side."""
        finding = self.current_finding
        if finding is None:
            self.strip.go_to_row(self.strip.currentIndex().row() + 1)
            return
        self._accept(finding)

    def _accept(self, finding: FindingRow) -> None:
        self._judge(finding, "accepted", "")

    def _judge(self, finding: FindingRow, verdict: str, remark: str) -> None:
        actor, workstation = self.desk.actor, self.desk.workstation
        rest = [waiting for waiting in self._queue if waiting.id != finding.id]
        at = self._queue.index(finding) if finding in self._queue else 0
        self._queue = rest
        self.write(lambda: workstation.judge_finding(actor, finding.id, verdict, remark))
        if rest:
            self._choose(rest[at % len(rest)].id)

    def reject(self) -> None:
        """Ask for a rescan of what the current finding is about."""
        finding = self.current_finding
        if finding is not None:
            self._ask_rescan(finding)

    def _ask_rescan(self, finding: FindingRow) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(_("Scan again"))
        dialog.setLabelText(_("Why must this side be scanned again?"))
        dialog.setOkButtonText(_("Ask for a rescan"))
        dialog.setMinimumWidth(400)
        dialog.textValueSelected.connect(
            lambda reason: self._judge(finding, "rescan", str(reason).strip())
        )
        dialog.open()

    def _accept_all(self, code: str) -> None:
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        self.write(lambda: workstation.accept_all(actor, number, code))

    def turn(self, degrees: int) -> None:
        """Turn the current side clockwise; its picture and text are made again."""
        side = self.strip.current_side
        if side is None or self.busy:
            return
        actor, workstation = self.desk.actor, self.desk.workstation
        self.run_long(
            _("Turning side {position}").format(position=side.position),
            lambda _report, cancel: workstation.turn_side(actor, side.id, degrees, cancel=cancel),
            lambda _nothing: None,
        )

    def mark_blank(self) -> None:
        """Mark the current side as blank, or take the mark off again."""
        side = self.strip.current_side
        if side is None:
            return
        actor, workstation = self.desk.actor, self.desk.workstation
        said = _("Marked as blank.") if not side.blank else _("No longer marked as blank.")
        self.write(lambda: workstation.mark_blank(actor, side.id, not side.blank), said=said)


def sheet_text(side: SideRow) -> str:
    """Which sheet, and which face of it."""
    face = _("front") if side.face == "front" else _("back")
    return _("{sheet}, {face}").format(sheet=side.sheet, face=face)
