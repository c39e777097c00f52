"""The window of the cabinet: who, what, door, count, done, and back to the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.gui.cabinet import cues, wedge
from app.gui.cabinet.absence import Absence, Patience
from app.gui.cabinet.attract import AttractPage
from app.gui.cabinet.bars import SpokenBar, TopBar
from app.gui.cabinet.cell_picture import ROWS
from app.gui.cabinet.count import CountPage
from app.gui.cabinet.door import DoorPage
from app.gui.cabinet.door_speech import speech_of
from app.gui.cabinet.doors import NEAR_MILLISECONDS, DoorWatch
from app.gui.cabinet.ending import DonePage, FaultPage
from app.gui.cabinet.identify import IdentifyPage
from app.gui.cabinet.matters import MattersPage
from app.gui.cabinet.offer import OfferPage
from app.gui.cabinet.outcome_words import done_words, safe_words
from app.gui.cabinet.pin import PinPage
from app.gui.cabinet.staff import DeskStaff
from app.gui.cabinet.standby import Standby
from app.gui.cabinet.turning import turn_all
from app.gui.cabinet.visit import COLLECT, CONFIRM, DEPOSIT, IDENTIFY, LIST, OFFER, Visit
from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.kiosk.guard import STAFF_KEYS, Guard
from app.gui.kiosk.staff_panel import StaffPanel
from app.gui.leafing.tones import Player
from app.gui.present import present
from app.gui.slips.listening import SlipListener
from app.kernel.errors import Fault
from app.services.locker_views import PIN

if TYPE_CHECKING:
    from app.services.locker_views import CabinetDesk, HandOffRow, Visitor

TOKEN_ENDED, DOOR_NOT_CLOSED = "IDN-110", "LCK-103"


class CabinetWindow(QWidget):
    """Emits `closing()` when a member of staff may close the program. `rows`: cells in a column of
    the cabinet, for the picture of where a door is."""

    closing = Signal()
    # A slip that was read before anybody was known, and the hand-off under way.
    _code: str
    _row: HandOffRow | None

    def __init__(
        self,
        desk: CabinetDesk,
        player: Player,
        *,
        patience: Patience | None = None,
        rows: int = ROWS,
    ) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setWindowTitle(_("Cloud locker"))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._desk = desk
        self._player = player
        self._patience = patience or Patience()
        self._may_close = False
        self.visit = Visit(desk, self)
        self.doors = DoorWatch(desk, self)
        self.absence = Absence(self)
        self.top = TopBar(desk.cabinet)
        self.spoken = SpokenBar()
        self.attract = AttractPage(desk.cabinet)
        self.standby = Standby(desk, self.attract, player, self)
        self.identify = IdentifyPage()
        self.pin = PinPage()
        self.matters = MattersPage()
        self.offer = OfferPage()
        self.door = DoorPage(rows=rows)
        self.count = CountPage()
        self.done = DonePage()
        self.trouble = FaultPage()
        self.stack = QStackedWidget(self)
        self._lay_out()
        self.staff = StaffPanel(DeskStaff(desk), self)
        self.guard = Guard(self)
        self.reader = SlipListener(self, wanted=wedge.is_read)
        self._staff_keys = QShortcut(QKeySequence(STAFF_KEYS), self)
        self._connect()
        self.leave()

    def _lay_out(self) -> None:
        for page in (self.attract, self.identify, self.pin, self.matters, self.offer):
            self.stack.addWidget(page)
        for later in (self.door, self.count, self.done, self.trouble):
            self.stack.addWidget(later)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        # The screen has the size it has.
        column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        column.addWidget(self.top)
        column.addWidget(self.stack, 1)
        column.addWidget(self.spoken)

    def _connect(self) -> None:
        self.absence.left.connect(self.top.show_left)
        self.absence.expired.connect(self._on_absent)
        self.top.left.connect(self.leave)
        self.attract.started.connect(self.begin)
        self.attract.staff.connect(self.ask_pin)
        self.identify.staff.connect(self.ask_pin)
        self.identify.proved.connect(self._prove)
        self.pin.proved.connect(lambda name, pin: self._prove(PIN, pin, name))
        self.pin.left.connect(self.begin)
        self.pin.asked.connect(self.spoken.say)
        self.matters.chosen.connect(self._on_chosen)
        self.matters.handing_in.connect(self._hand_in)
        self.offer.offered.connect(self._on_offered)
        self.offer.left.connect(self._show_matters)
        self.door.stage.connect(self._on_stage)
        self.count.counted.connect(self._on_counted)
        for page in (self.done, self.trouble):
            page.onward.connect(self._show_matters)
            page.left.connect(self.leave)
        self.visit.known.connect(self._on_known)
        self.visit.moved.connect(self._on_moved)
        self.visit.refused.connect(self._on_refused)
        self.doors.seen.connect(self.door.show_cells)
        self.reader.scanned.connect(self._on_read)
        self.staff.confirmed.connect(self._on_confirmed)
        self._staff_keys.activated.connect(self.ask_staff)

    @property
    def page(self) -> QWidget:
        """The page in sight."""
        return self.stack.currentWidget() or self.attract

    def leave(self, said: str = "", tone: str = "good") -> None:
        """End the visit, wipe everything and go back to the start, which says `said`."""
        if self.visit.at_door:
            return
        self.visit.leave()
        self.absence.stop()
        self.staff.close_panel()
        self._code = ""
        self._row = None
        for page in (self.identify, self.pin, self.matters, self.offer, self.count):
            page.wipe()
        for ended in (self.done, self.trouble):
            ended.wipe()
        self.door.end()
        self.top.hide()
        self.top.show_visitor(None)
        self.spoken.say("")
        self.attract.say(said, tone)
        self.stack.setCurrentWidget(self.attract)
        self.doors.rest()
        self.standby.begin()

    def begin(self) -> None:
        """Somebody touched the screen."""
        self.identify.wipe()
        self.pin.wipe()
        self._show(self.identify, _("Show who you are"), step=(1, 0))

    def ask_pin(self) -> None:
        """A member of staff signs in by name."""
        self.pin.wipe()
        self._show(self.pin, _("Touch your name"), step=(1, 0))
        ask(self, self._desk.people).done(self.pin.show_people).refused(
            self.pin.refuse_people
        ).start()

    def _show(
        self,
        page: QWidget,
        said: str,
        *,
        cue: str = "",
        step: tuple[int, int] = (0, 0),
        seconds: int | None = None,
        tone: str = "accent",
    ) -> None:
        """One page with its caption and cue. The absence of a person counts from now on, unless
        `seconds` is 0: a door is open."""
        self.standby.rest()
        if seconds != 0:
            self.doors.rest()
            self.absence.start(self._patience.absent if seconds is None else seconds)
        else:
            self.absence.stop()
            self.top.rest()
        self.top.show()
        self.top.show_step(*step)
        self.top.allow_leaving(seconds != 0)
        self.stack.setCurrentWidget(page)
        self.spoken.say(said, tone)
        if cue:
            self._player.play(cue)

    def _prove(self, proof: str, value: str, name: str = "") -> None:
        if self.visit.identify(proof, value, name=name):
            self.identify.wait(True)
            self.pin.wait(True)

    def _on_known(self, visitor: Visitor) -> None:
        self.top.show_visitor(visitor)
        self.matters.show_visitor(visitor)
        self.matters.wait(False)
        if self.page is self.done:
            self.done.show_more(self.visit.matters)
        elif self.page is self.trouble:
            self.trouble.again.setVisible(True)
        elif self._code:
            code, self._code = self._code, ""
            self._hand_in(code)
        else:
            self.identify.wipe()
            self.pin.wipe()
            self._show_matters(cues.READY)

    def _show_matters(self, cue: str = "") -> None:
        self.offer.wipe()
        visitor = self.visit.visitor
        if visitor is None:
            self.leave()
            return
        said = self.matters.greeting.text()
        self._show(self.matters, said, cue=cue, step=(2, 0))

    def _on_chosen(self, action: str, row: HandOffRow) -> None:
        if self.visit.action:
            # A second touch in the same moment: the first one is being done.
            return
        if action == CONFIRM:
            self._ask_count(row)
            return
        started = self.visit.deposit(row) if action == DEPOSIT else self.visit.collect(row)
        if started:
            self._at_door(action, row)

    def _at_door(self, action: str, row: HandOffRow) -> None:
        self._row = row
        self._show(self.door, "", step=(3, 3 if action == DEPOSIT else 4), seconds=0)
        self.door.begin(action, row)
        self.doors.watch(NEAR_MILLISECONDS)

    def _on_stage(self, stage: str) -> None:
        cell = self._row.cell if self._row is not None else 0
        speech = speech_of(stage, cell, put_in=self.visit.action == DEPOSIT)
        self.spoken.say(speech.text, speech.tone)
        if speech.cue:
            self._player.play(speech.cue)

    def _ask_count(self, row: HandOffRow) -> None:
        self._row = row
        self.count.open(row)
        self._show(
            self.count,
            _("Count the volumes now"),
            cue=cues.COUNT,
            step=(4, 4),
            seconds=self._patience.counting,
        )

    def _on_counted(self, volumes: int, pages: int | None) -> None:
        if self._row is not None and self.visit.confirm(self._row, volumes, pages):
            self.count.wait(True)

    def _hand_in(self, code: str = "") -> None:
        self._show(self.offer, _("Scan the slip, touch who gets it"), step=(2, 3))
        self.offer.take_code(code)
        ask(self, self._desk.people).done(self.offer.show_people).refused(self.offer.refuse).start()

    def _on_offered(self, code: str, receiver: str, volumes: int) -> None:
        if self.visit.offer(code, receiver, volumes, None):
            self.offer.wait(True)

    def _on_moved(self, action: str, row: HandOffRow) -> None:
        self.door.end()
        if action == OFFER:
            self.offer.wait(False)
            self._on_chosen(DEPOSIT, row)
        elif action == COLLECT:
            self._ask_count(row)
        else:
            self._finish(action, row)

    def _finish(self, action: str, row: HandOffRow) -> None:
        headline, detail = done_words(action, row)
        self.done.say(headline, detail)
        self._show(self.done, headline, cue=cues.DONE, seconds=self._patience.done)
        self.visit.refresh()

    def _on_refused(self, action: str, fault: Fault) -> None:
        self.door.end()
        if fault.code == TOKEN_ENDED:
            self.leave(present(fault).message, "warn")
        elif action == IDENTIFY:
            self._on_unknown(fault)
        elif action == OFFER:
            self.offer.refuse(fault)
            self._player.play(cues.REFUSED)
        elif action == LIST:
            # What was done is done; only what else waits is not known.
            if self.page not in (self.done, self.trouble):
                self.leave(present(fault).message, "warn")
        else:
            self._tell(action, fault)

    def _on_unknown(self, fault: Fault) -> None:
        self._player.play(cues.REFUSED)
        if self.page is self.pin:
            self.pin.refuse(fault)
            return
        if self.page is not self.identify:
            self.begin()
        self.identify.refuse(fault)

    def _tell(self, action: str, fault: Fault) -> None:
        shown, late = present(fault), fault.code == DOOR_NOT_CLOSED
        self.trouble.show_fault(fault, safe=safe_words(action), may_go_on=False)
        cue = cues.ALARM if late else cues.REFUSED
        self._show(self.trouble, shown.message, cue=cue, tone="bad" if late else shown.tone)
        if late and self._row is not None:
            self.standby.mind(self._row.cell)
        self.visit.refresh()

    def _on_read(self, text: str) -> None:
        """What a reader that types like a keyboard gave."""
        kind = wedge.kind_of(text)
        if self.visit.action or self.staff.isVisible():
            return
        if kind == wedge.SLIP:
            self._on_slip(text)
        elif self.page in (self.attract, self.identify, self.pin):
            if self.page is not self.identify:
                self.begin()
            self.identify.clear()
            self._prove(kind, text)

    def _on_slip(self, text: str) -> None:
        if self.page is self.offer:
            self.offer.take_code(text)
        elif self.page is self.matters and self.matters.hand_in.isVisible():
            self._hand_in(text)
        elif self.page in (self.attract, self.identify):
            self._code = text
            if self.page is self.attract:
                self.begin()
            self.identify.clear()
            self.identify.told.say(
                _("The slip was read."), remedy=_("Show who you are, then choose who gets it.")
            )

    def _on_absent(self) -> None:
        self.leave(_("Nobody was there for a while, so the screen went back to the start."), "warn")

    def ask_staff(self) -> None:
        """Ask a member of staff before the program closes; never while a door is open."""
        if not self.visit.at_door:
            self.staff.ask_staff()

    def _on_confirmed(self) -> None:
        self.leave()
        self.allow_close()
        self.close()
        self.closing.emit()

    def allow_close(self) -> None:
        """Let the window close without staff: tests and pictures."""
        self._may_close = True

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.reader.listen(self, self.windowHandle())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        wide = turn_all(self)
        if wide is not None:
            self.matters.turn(wide=wide)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self._may_close:
            event.ignore()
            return
        self.doors.rest()
        self.standby.rest()
        self.absence.stop()
        self._player.close()
        event.accept()
