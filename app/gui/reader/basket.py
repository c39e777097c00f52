"""The print basket: pages to be printed, what that costs, and how jobs stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.calls import ask
from app.gui.present import present
from app.gui.reader.page_words import money_text, pages_text
from app.gui.reader.touch_button import button
from app.gui.widgets.labels import chip, framed, label, restyle
from app.gui.widgets.stepper import Stepper
from app.kernel.errors import Fault
from app.words.prints import print_reason_word

if TYPE_CHECKING:
    from app.services.reading_views import PrintQuote, ReaderPrint, ReaderSession, SessionDesk

ASK_MILLISECONDS = 3000
UNSETTLED = ("asked", "approved", "spooled")


def state_words(state: str) -> tuple[str, str]:
    """(tone, words) for a state of the machine "print_job"."""
    table = {
        "asked": ("note", _("waits until the court approves it")),
        "approved": ("note", _("approved; it goes to the printer")),
        "spooled": ("accent", _("is coming out of the printer")),
        "printed": ("good", _("has been printed")),
        "refused": ("warn", _("was not approved")),
        "cancelled": ("note", _("was called off")),
        "aborted": ("bad", _("could not be printed; ask at the counter")),
        "doubtful": ("warn", _("the staff looks whether it came out")),
    }
    return table.get(state, ("note", state))


class Basket(QFrame):
    """Emits `changed(pages to print with all their copies, pages left to print)`, and
    `refused(Fault)` for faults that end the case."""

    changed = Signal(int, int)
    refused = Signal(object)

    def __init__(self, desk: SessionDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._desk = desk
        self._session: ReaderSession | None = None
        self._left = 0
        self._asked = 0
        self._asking = False
        self.pages: tuple[int, ...] = ()
        self.quote: PrintQuote | None = None
        self.chosen = label("", "heading", self, wrap=True)
        self.copies = Stepper(_("Copies of each page"), least=1, small=True, parent=self)
        self.copies.changed.connect(lambda _copies: self.put(self.pages))
        self.said = label("", "muted", self, wrap=True)
        self.add_page = button(_("Add this page"), "add", parent=self)
        self.add_item = button(_("Add this document"), "add", parent=self)
        self.empty = button(_("Empty the basket"), parent=self)
        self.order = button(_("Ask for the print"), role="primary", parent=self)
        self.empty.clicked.connect(lambda: self.put(()))
        self.order.clicked.connect(self.ask_print)
        self._timer = QTimer(self, interval=ASK_MILLISECONDS)
        self._timer.timeout.connect(self._follow)
        self._build()
        self._show()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(label(_("Print basket"), "heading", self))
        column.addWidget(self._scrolled(), 1)
        column.addWidget(self.order)
        column.addWidget(self.empty)

    def _scrolled(self) -> QScrollArea:
        """All but the last step, which stays in sight also on a small screen in large type."""
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(1)
        QScroller.grabGesture(area.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        holder = QWidget(area)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.add_page, self.add_item, self.chosen, self.copies, self.said):
            column.addWidget(widget)
        self.jobs = QVBoxLayout()
        self.jobs.addStretch(1)
        column.addLayout(self.jobs, 1)
        area.setWidget(holder)
        return area

    def open(self, session: ReaderSession | None) -> None:
        """The prints of a case; None forgets everything."""
        self._asked += 1
        self._session = session
        self._left = 0 if session is None else session.prints_left
        self.pages, self.quote, self._asking = (), None, False
        self.copies.set_most(1 if session is None else session.copies_most)
        self.copies.setVisible(session is not None and session.copies_most > 1)
        self._timer.stop()
        self._show_jobs(())
        self._show()
        if session is not None and session.printing:
            self._follow()

    def put(self, pages: Sequence[int]) -> None:
        """Let the basket hold `pages`, and ask what they cost."""
        session = self._session
        if session is None:
            return
        granted = set(session.pages)
        self.pages = tuple(sorted({page for page in pages if page in granted}))
        self.quote = None
        self._asked += 1
        self._show()
        if self.pages:
            desk, grant, wanted, copies = self._desk, session.grant, self.pages, self.copies.value
            ask(self, lambda: desk.quote_print(grant, wanted, copies)).done(
                partial(self._on_quote, self._asked)
            ).refused(partial(self._on_refused, self._asked)).start()

    def add(self, pages: Sequence[int]) -> None:
        """Add `pages`."""
        self.put((*self.pages, *pages))

    def ask_print(self) -> None:
        """Ask for what is in the basket; the button waits for the answer, so that two touches ask
        once."""
        session = self._session
        if session is None or self.quote is None or self._asking:
            return
        self._asking = True
        self._show()
        desk, grant, wanted, copies = self._desk, session.grant, self.pages, self.copies.value
        ask(self, lambda: desk.ask_print(grant, wanted, copies), in_order=True).done(
            partial(self._on_ordered, grant)
        ).refused(partial(self._on_order_refused, grant)).start()

    def _on_quote(self, asked: int, quote: PrintQuote) -> None:
        if asked == self._asked:
            self.quote, self._left = quote, quote.prints_left
            self._show()

    def _on_ordered(self, grant: str, job: ReaderPrint) -> None:
        if self._session is None or self._session.grant != grant:
            return
        self._asking = False
        self._left = max(0, self._left - len(job.pages) * job.copies)
        self.pages = ()
        self.copies.set_value(1)
        self.said.setText(_("Asked for as {number}.").format(number=job.number))
        self._follow()

    def _on_order_refused(self, grant: str, fault: Fault) -> None:
        """Also when the basket was changed meanwhile, or it would wait for ever."""
        if self._session is not None and self._session.grant == grant:
            self._on_refused(self._asked, fault)

    def _on_refused(self, asked: int, fault: Fault) -> None:
        if asked != self._asked:
            return
        self._asking = False
        self._show()
        shown = present(fault)
        self.said.setText(f"{shown.message}{shown.remedy}")
        self.refused.emit(fault)

    def _follow(self) -> None:
        session = self._session
        if session is not None:
            desk, grant = self._desk, session.grant
            ask(self, lambda: desk.prints(grant)).done(partial(self._on_prints, grant)).refused(
                lambda _fault: None
            ).start()

    def _on_prints(self, grant: str, jobs: tuple[ReaderPrint, ...]) -> None:
        if self._session is None or self._session.grant != grant:
            return
        self._show_jobs(jobs)
        if any(job.state in UNSETTLED for job in jobs):
            self._timer.start()
        else:
            self._timer.stop()

    def _show_jobs(self, jobs: Sequence[ReaderPrint]) -> None:
        while self.jobs.count() > 1:
            entry = self.jobs.takeAt(0)
            widget = None if entry is None else entry.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, job in enumerate(jobs):
            self.jobs.insertWidget(place, self._job(job))

    def _job(self, job: ReaderPrint) -> QFrame:
        tone, words = state_words(job.state)
        card = framed("card", self)
        column = QVBoxLayout(card)
        column.addWidget(chip(words, tone, card))
        text = _("{number}: pages {pages}").format(number=job.number, pages=pages_text(job.pages))
        if job.copies > 1:
            text = _("{text}, {copies} copies").format(text=text, copies=job.copies)
        column.addWidget(label(text, "small", card, wrap=True))
        if job.reason:
            column.addWidget(label(print_reason_word(job.reason), "muted", card, wrap=True))
        return card

    def _show(self) -> None:
        count = len(self.pages)
        text = _("{count} pages: {pages}").format(count=count, pages=pages_text(self.pages))
        self.chosen.setText(text if count else _("Nothing chosen yet"))
        self.said.setText(self._quoted())
        self.order.setEnabled(self.quote is not None and not self._asking)
        restyle(self.order, "waiting", "true" if self._asking else "false")
        self.empty.setVisible(bool(count))
        self.copies.setEnabled(not self._asking)
        self.changed.emit(count * self.copies.value, self._left)

    def _quoted(self) -> str:
        quote = self.quote
        if quote is None:
            return _("{left} more pages may be printed.").format(left=self._left)
        cost = [_("{sheets} sheets").format(sheets=quote.sheets)]
        if quote.fee_cents:
            cost.append(_("fee {money}").format(money=money_text(quote.fee_cents)))
        said = [
            " · ".join(cost),
            _("{left} more pages may be printed.").format(left=quote.prints_left),
        ]
        if quote.needs_approval:
            said.append(_("The court approves each print."))
        return "\n".join(said)
