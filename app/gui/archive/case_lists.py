"""The lists below the two tracks: check report, attempts, counts, signatures, later material."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.gui.archive.case_columns import (
    addition_columns,
    attempt_columns,
    freeze_columns,
    passport_columns,
    signature_columns,
)
from app.gui.archive.check_list import CheckList
from app.gui.archive.ledger_list import LedgerList
from app.gui.i18n import _
from app.gui.models.rows import RowsModel
from app.gui.widgets.buttons import push_button
from app.services.archive_views import (
    AdditionRow,
    AttemptRow,
    FreezeView,
    PassportView,
    SignatureView,
)

LISTS = ("checks", "attempts", "freezes", "signatures", "additions", "passports")


def list_word(name: str) -> str:
    """What a list is called on its tab."""
    return {
        "checks": _("Four-property check"),
        "attempts": _("Attempts and receipts"),
        "freezes": _("Counts that differ"),
        "signatures": _("Electronic signatures"),
        "additions": _("Later material"),
        "passports": _("Passports"),
    }[name]


class CaseLists(QFrame):
    """Emits `list_chosen(name)`. `commands`: "settle", "ask_addition", "approve", "refuse",
    "open_addition", "issue", "print_passport", and those of the `CheckList`."""

    list_chosen = Signal(str)

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Lists of the dossier"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._make_lists(commands)
        self.stack = QStackedWidget(self)
        for name in LISTS:
            self.tabs.addTab(list_word(name))
            self.stack.addWidget(self.lists[name])
        self.tabs.currentChanged.connect(self._chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 4, 1, 1)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        self.additions.chosen.connect(self._show_addition_steps)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        # Its least height is a number; the tables in it take whatever is over.
        return False

    def _make_lists(self, commands: dict[str, Callable[[], object]]) -> None:
        self.check_list = CheckList(commands, self)
        self.checks = self.check_list.rows
        self.attempts: LedgerList[AttemptRow] = LedgerList(
            RowsModel(attempt_columns(), identity=lambda row: row.id),
            (120, 72, 180, 150, 180, 88, -1),
            list_word("attempts"),
            _("Nothing was handed over yet. Every attempt on either track stands here."),
        )
        self.settle = push_button(
            _("Sign which count is right…"), commands["settle"], action="archive_settle"
        )
        self.freezes: LedgerList[FreezeView] = LedgerList(
            RowsModel(freeze_columns(), identity=lambda row: row.id),
            (120, -1, 120, 150, 100, 200),
            list_word("freezes"),
            _("No counts differ. Where they do, both tracks stand still until somebody signs."),
            (self.settle,),
        )
        self.signatures: LedgerList[SignatureView] = LedgerList(
            RowsModel(signature_columns(), identity=lambda row: f"{row.file}|{row.serial}"),
            (200, 130, 160, 88, 96, 124, -1),
            list_word("signatures"),
            "",
        )
        self._make_additions(commands)
        self.print_passport = push_button(
            _("Print…"), commands["print_passport"], icon_name="print"
        )
        self.passports: LedgerList[PassportView] = LedgerList(
            RowsModel(passport_columns(), identity=lambda row: row.number),
            (220, 64, 130, 120, -1),
            list_word("passports"),
            _(
                "A passport is one small signed file with which anybody can prove the dossier "
                "offline: its pages, its custody, its verdicts and both tracks."
            ),
            (
                push_button(_("Issue a passport"), commands["issue"], action="archive_passport"),
                self.print_passport,
            ),
        )

    def _make_additions(self, commands: dict[str, Callable[[], object]]) -> None:
        self.addition_steps = {
            "approve": push_button(_("Approve…"), commands["approve"]),
            "refuse": push_button(_("Refuse…"), commands["refuse"]),
            "open_addition": push_button(_("Open for the material"), commands["open_addition"]),
        }
        self.ask_addition = push_button(
            _("Later material…"), commands["ask_addition"], action="archive_addition"
        )
        self.additions: LedgerList[AdditionRow] = LedgerList(
            RowsModel(addition_columns(), identity=lambda row: row.id),
            (100, -1, 72, 56, 100, 150, 180),
            list_word("additions"),
            _("No later material. It needs two approvals and becomes a new version."),
            (self.ask_addition, *self.addition_steps.values()),
        )

    @property
    def lists(self) -> dict[str, QWidget]:
        """The lists by name."""
        return {
            "checks": self.check_list,
            "attempts": self.attempts,
            "freezes": self.freezes,
            "signatures": self.signatures,
            "additions": self.additions,
            "passports": self.passports,
        }

    @property
    def current(self) -> str:
        """The name of the list in sight."""
        return LISTS[self.tabs.currentIndex()]

    def go_to(self, name: str) -> None:
        """Bring a list into sight and put the cursor into it."""
        self.tabs.setCurrentIndex(LISTS.index(name))
        table = getattr(self, name).focusProxy()
        # An empty list shows no table; without the focus in here the keys would reach nobody.
        (table if table is not None and table.isVisible() else self.tabs).setFocus()

    def next_list(self) -> None:
        """The next list."""
        self.go_to(LISTS[(self.tabs.currentIndex() + 1) % len(LISTS)])

    def show_ledgers(
        self,
        attempts: Sequence[AttemptRow],
        freezes: Sequence[FreezeView],
        additions: Sequence[AdditionRow],
        passports: Sequence[PassportView],
    ) -> None:
        """Show what is on record, the newest first."""
        self.attempts.show_rows(list(reversed(attempts)))
        self.freezes.show_rows(sorted(freezes, key=lambda row: row.state != "open"))
        self.additions.show_rows(list(reversed(additions)))
        self.passports.show_rows(list(reversed(passports)))
        still = sum(row.state == "open" for row in freezes)
        self.settle.setEnabled(still > 0)
        self.print_passport.setEnabled(bool(passports))
        counts = {
            "attempts": len(attempts),
            "freezes": still,
            "additions": len(additions),
            "passports": len(passports),
        }
        for place, name in enumerate(LISTS):
            count = counts.get(name, 0)
            self.tabs.setTabText(place, f"{list_word(name)} {count}" if count else list_word(name))

    def _show_addition_steps(self) -> None:
        row = self.additions.current
        state = row.state if row is not None else ""
        self.addition_steps["approve"].setEnabled(state in ("asked", "department_approved"))
        self.addition_steps["refuse"].setEnabled(state in ("asked", "department_approved"))
        self.addition_steps["open_addition"].setEnabled(state == "approved")

    def _chosen(self, place: int) -> None:
        self.stack.setCurrentIndex(place)
        self.list_chosen.emit(LISTS[place])
