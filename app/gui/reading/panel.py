"""All lists of the reading page under their tabs, with one filter and one search line."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.reading.application_list import application_listing
from app.gui.reading.desk_read import DeskRead
from app.gui.reading.grant_list import appointment_listing, grant_listing, is_today
from app.gui.reading.listing import AnyList, Listing, ReadingList
from app.gui.reading.possible import possible
from app.gui.reading.record_lists import (
    WAITING,
    notice_listing,
    print_listing,
    slip_listing,
    visit_listing,
)
from app.gui.widgets.buttons import push_button, tool_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.flow_row import FlowRow
from app.gui.widgets.labels import framed, label

SEARCH_WIDTH = 200
LISTS = ("applications", "grants", "appointments", "prints", "slips", "visits", "notices")
# The buttons below each list: command and its key.
BUTTONS: dict[str, tuple[tuple[str, str], ...]] = {
    "applications": (
        ("check", "reading_check"),
        ("decide", "reading_decide"),
        ("send_back", "reading_return"),
        ("refuse", "reading_refuse"),
        ("withdraw", "reading_withdraw"),
    ),
    "grants": (
        ("appoint", "reading_appoint"),
        ("print_pass", "reading_pass"),
        ("renew", "reading_code"),
        ("change", "reading_change"),
        ("revoke", "reading_revoke"),
        ("make_bundle", "reading_bundle"),
    ),
    "appointments": (
        ("appoint", "reading_appoint"),
        ("print_pass", "reading_pass"),
        ("make_bundle", "reading_bundle"),
    ),
    "prints": (
        ("decide", "reading_decide"),
        ("refuse", "reading_refuse"),
        ("settle", "reading_settle"),
    ),
    "slips": (("receive", "reading_receive"), ("save_slip", "reading_slip")),
    "visits": (("open_log", "reading_log"), ("carry", "reading_carry")),
    "notices": (("put_up", "reading_notice"), ("withdraw", "reading_withdraw")),
}


def button_word(listing: str, command: str) -> str:
    """What a button is called."""
    own = {
        ("applications", "decide"): _("Decide…"),
        ("applications", "withdraw"): _("Applicant withdraws…"),
        ("prints", "decide"): _("Approve the print"),
        ("notices", "withdraw"): _("Take it down…"),
    }
    return own.get((listing, command)) or {
        "check": _("Check papers…"),
        "send_back": _("Send back…"),
        "refuse": _("Refuse…"),
        "appoint": _("Appointment…"),
        "print_pass": _("Pass as PDF…"),
        "renew": _("New code"),
        "change": _("Change…"),
        "revoke": _("Revoke…"),
        "settle": _("What came out…"),
        "receive": _("Receive…"),
        "save_slip": _("Slip as PDF…"),
        "open_log": _("Reading log"),
        "make_bundle": _("Make a bundle…"),
        "carry": _("Carry logs home…"),
        "put_up": _("New notice…"),
    }.get(command, command)


class ReadingPanel(QWidget):
    """Emits `chosen` when cursor or list changes, `opened` for Enter on a row. `commands` are
    those of BUTTONS, and "new", "trace", "queries", "settings"."""

    chosen = Signal()
    opened = Signal()

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._commands = commands
        self.card = framed("card", self)
        self.stack = QStackedWidget(self.card)
        self.lists: dict[str, AnyList] = {}
        self._read = DeskRead()
        self._steps: dict[str, dict[str, QPushButton]] = {}
        listings: tuple[Listing[Any], ...] = (
            application_listing(),
            grant_listing(),
            appointment_listing(),
            print_listing(),
            slip_listing(),
            visit_listing(),
            notice_listing(),
        )
        for listing in listings:
            self._add_list(listing)
        self.tabs = QTabBar(self.card)
        self.tabs.setAccessibleName(_("Lists of reading"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for name in LISTS:
            self.tabs.addTab(self.lists[name].listing.title)
        self.summary = ElidedLabel("", "muted", self)
        self.summary.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.filter = QComboBox(self)
        self.filter.setAccessibleName(_("Which rows"))
        self.search = QLineEdit(self)
        self.search.setAccessibleName(_("Find a reader or a case"))
        self.search.setPlaceholderText(_("Reader, case number or number"))
        self.search.setClearButtonEnabled(True)
        self._lay_out()
        self.tabs.currentChanged.connect(self._tab_changed)
        self.filter.currentIndexChanged.connect(lambda _index: self._filtered())
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._leave_search)
        self._show_kinds()
        self.setFocusProxy(self.current_list)

    def _add_list(self, listing: Listing[Any]) -> None:
        buttons: list[QPushButton] = [
            push_button(button_word(listing.name, command), self._commands[command], action=key)
            for command, key in BUTTONS[listing.name]
        ]
        fills = {
            "applications": (_("New application…"), self._commands["new"]),
            "notices": (_("New notice…"), self._commands["put_up"]),
            "visits": (_("Carry logs home…"), self._commands["carry"]),
        }
        steps = [command for command, _key in BUTTONS[listing.name]]
        self._steps[listing.name] = dict(zip(steps, buttons, strict=True))
        made: AnyList = ReadingList(listing, buttons, fills.get(listing.name), self.stack)
        made.chosen.connect(partial(self._on_chosen, listing.name))
        made.opened.connect(self.opened)
        made.shown_all.connect(self._on_shown_all)
        self.lists[listing.name] = made
        self.stack.addWidget(made)

    def _lay_out(self) -> None:
        head = FlowRow()
        head.setContentsMargins(16, 16, 16, 8)
        head.addWidget(label(_("Reading room"), "large", self))
        head.addWidget(self.summary)
        head.add_gap()
        commands = self._commands
        for icon, word, command, key in (
            ("question", _("Who had this page…"), "trace", "reading_trace"),
            ("label", _("Query codes…"), "queries", "reading_queries"),
            ("tool", _("Settings of reading…"), "settings", "reading_settings"),
        ):
            head.addWidget(tool_button(icon, word, commands[command], action=key, parent=self))
        self.search.setMinimumWidth(SEARCH_WIDTH)
        self.search.setMaximumWidth(300)
        head.addWidget(self.filter)
        head.addWidget(self.search)
        head.addWidget(
            push_button(
                _("New application…"),
                commands["new"],
                icon_name="add",
                action="reading_new",
                parent=self,
            )
        )
        inner = QVBoxLayout(self.card)
        inner.setContentsMargins(1, 4, 1, 1)
        inner.setSpacing(0)
        inner.addWidget(self.tabs)
        inner.addWidget(self.stack, 1)
        holder = QVBoxLayout()
        holder.setContentsMargins(16, 0, 16, 12)
        holder.addWidget(self.card)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(holder, 1)

    @property
    def current(self) -> str:
        """Which list is in sight, one of LISTS."""
        return LISTS[max(self.tabs.currentIndex(), 0)]

    @property
    def current_list(self) -> AnyList:
        """The list in sight."""
        return self.lists[self.current]

    def go_to(self, name: str, identity: str = "") -> None:
        """Show a list, and there a row."""
        self.tabs.setCurrentIndex(LISTS.index(name))
        shown = self.current_list
        if identity and not shown.go_to(identity):
            shown.show_all()
            shown.go_to(identity)

    def next_list(self) -> None:
        """Show the next list."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + 1) % len(LISTS))
        self.current_list.setFocus()

    def next_kind(self) -> None:
        """The next choice of the filter."""
        self.filter.setCurrentIndex((self.filter.currentIndex() + 1) % self.filter.count())

    def show_read(self, read: DeskRead) -> None:
        """Show what was read; the cursor stays on its row."""
        self._read = read
        self._fill()
        waiting = {
            "applications": sum(bool(row.turn) for row in read.applications),
            "appointments": sum(is_today(row) for row in read.appointments),
            "prints": sum(row.state in WAITING for row in read.prints),
            "slips": sum(row.signed and not row.received_by for row in read.slips),
            "visits": sum(not row.ended_at for row in read.visits),
        }
        for index, name in enumerate(LISTS):
            count = waiting.get(name, 0)
            title = self.lists[name].listing.title
            self.tabs.setTabText(index, f"{title} {count}" if count else title)
        late = sum(bool(row.turn) and (row.days_left or 0) < 0 for row in read.applications)
        parts = [_("{count} applications open").format(count=waiting["applications"])]
        if late:
            parts.append(_("{count} past the term").format(count=late))
        if waiting["visits"]:
            parts.append(_("{count} reading now").format(count=waiting["visits"]))
        self.summary.show_text(" · ".join(parts))

    def _fill(self) -> None:
        """Show what was read in the list in sight; the others wait until somebody looks."""
        self.current_list.show_rows(getattr(self._read, self.current))

    def _tab_changed(self, index: int) -> None:
        self._fill()
        self.stack.setCurrentIndex(index)
        self.setFocusProxy(self.current_list)
        self.search.clear()
        self._show_kinds()
        self.chosen.emit()

    def _show_kinds(self) -> None:
        shown = self.current_list
        self.filter.blockSignals(True)
        self.filter.clear()
        for kind in shown.listing.kinds:
            self.filter.addItem(kind.word, kind.name)
        self.filter.setCurrentIndex(self.filter.findData(shown.filtered.kind.name))
        self.filter.blockSignals(False)

    def _search(self, words: str) -> None:
        self.current_list.search(words)

    def _leave_search(self) -> None:
        self.current_list.setFocus()

    def _filtered(self) -> None:
        self.current_list.show_kind(str(self.filter.currentData()))

    def _on_chosen(self, name: str) -> None:
        row = self.lists[name].current
        for step, button in self._steps[name].items():
            button.setEnabled(possible(step, row))
        if name == self.current:
            self.chosen.emit()

    def _on_shown_all(self) -> None:
        self.search.clear()
        self._show_kinds()
