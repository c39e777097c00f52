"""The four-property check of a package: one run with what people decided, item by item."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.archive.check_columns import check_columns
from app.gui.archive.ledger_list import LedgerList
from app.gui.i18n import _
from app.gui.locker.moments import moment_text, present_moment
from app.gui.models.rows import RowsModel
from app.gui.widgets.buttons import push_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import chip, restyle
from app.gui.words import property_word
from app.services.archive_views import CheckLine, PackageCheckView
from app.services.views import CheckRow
from app.words.four_property import outcome_word, stage_word

PROPERTIES = ("authenticity", "integrity", "usability", "security")
OUTCOME_TONES = {"failed": "bad", "returned": "bad", "accepted": "good"}
OVER = ("accepted", "returned")
_ORDER = {"fail": 0, "manual": 1, "pass": 2}


def standing_of(row: CheckLine) -> str:
    """How an item stands: what a person decided, else what the program found."""
    return row.decision or row.result


def property_sentence(lines: Sequence[CheckLine]) -> str:
    """How many items of each property hold, failed or wait for a person."""
    parts = []
    for name in PROPERTIES:
        standings = [standing_of(row) for row in lines if row.property == name]
        if not standings:
            continue
        counts = [_("{count} passed").format(count=standings.count("pass"))]
        if standings.count("fail"):
            counts.append(_("{count} failed").format(count=standings.count("fail")))
        if standings.count("manual"):
            counts.append(_("{count} await review").format(count=standings.count("manual")))
        parts.append(f"{property_word(name)}: {' · '.join(counts)}")
    return "    ".join(parts)


class CheckList(QWidget):
    """Which run, how it stands, its items, and the steps of whoever answers for it. Emits
    `check_chosen` when another run is looked at. `commands`: "check", "decide", "conclude",
    "report"."""

    check_chosen = Signal()

    def __init__(
        self, commands: dict[str, Callable[[], object]], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._checks: list[PackageCheckView] = []
        # What building the package found, and whether there is a package at all.
        self._built: list[CheckLine] = []
        self._package = False
        self.runs = QComboBox(self)
        self.runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.runs.setAccessibleName(_("Which check"))
        self.outcome = chip("", parent=self)
        self.summary = ElidedLabel("", "small", self)
        self.decide = push_button(
            _("Decide the item…"), commands["decide"], action="archive_decide", parent=self
        )
        self.conclude = push_button(
            _("Accept or return…"), commands["conclude"], action="archive_conclude", parent=self
        )
        self.again = push_button(_("Check…"), commands["check"], parent=self)
        self.report = push_button(_("Report…"), commands["report"], icon_name="print", parent=self)
        self.rows: LedgerList[CheckLine] = LedgerList(
            RowsModel(check_columns(), identity=lambda row: row.code),
            (100, 96, -1, 128, 300, 150),
            _("Four-property check"),
            _(
                "Sealing freezes the dossier. Then the package is built and its four properties "
                "are checked; the report stands here."
            ),
            (self.decide, self.conclude, self.again, self.report),
            parent=self,
        )
        self._lay_out()
        self.runs.currentIndexChanged.connect(lambda _index: self._run_chosen())
        self.rows.chosen.connect(self._show_steps)
        self.setFocusProxy(self.rows)
        self._show_steps()

    def _lay_out(self) -> None:
        self.head = QWidget(self)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        row.addWidget(self.runs)
        row.addWidget(self.outcome)
        row.addWidget(self.summary, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.rows, 1)

    @property
    def check(self) -> PackageCheckView | None:
        """The run in sight, None while the package was checked by its building alone."""
        place = self.runs.currentIndex()
        return self._checks[place] if 0 <= place < len(self._checks) else None

    @property
    def current(self) -> CheckLine | None:
        """The item under the cursor."""
        return self.rows.current

    def show_checks(
        self, checks: Sequence[PackageCheckView], built: Sequence[CheckRow], package: bool
    ) -> None:
        """Show the runs of a package, the newest first; while there is none what building it
        found. `package` says whether there is one to check."""
        chosen = self.check.id if self.check is not None else ""
        newest = {check.id for check in checks} - {check.id for check in self._checks}
        self._checks = list(reversed(checks))
        self.runs.blockSignals(True)
        self.runs.clear()
        now = present_moment()
        for check in self._checks:
            self.runs.addItem(f"{stage_word(check.stage)} · {moment_text(check.made_at, now)}")
        places = [check.id for check in self._checks]
        self.runs.setCurrentIndex(
            places.index(chosen) if chosen in places and not newest else min(0, len(places) - 1)
        )
        self.runs.blockSignals(False)
        self._built, self._package = [_as_line(row) for row in built], package
        self._show_run()

    def _run_chosen(self) -> None:
        self._show_run()
        self.check_chosen.emit()

    def _show_run(self) -> None:
        check = self.check
        lines = check.lines if check is not None else tuple(self._built)
        self.head.setVisible(check is not None)
        if check is not None:
            self.outcome.setText(outcome_word(check.outcome))
            restyle(self.outcome, "tone", OUTCOME_TONES.get(check.outcome, "warn"))
            self.summary.show_text(property_sentence(lines))
        order = {name: place for place, name in enumerate(PROPERTIES)}
        self.rows.show_rows(
            sorted(
                lines,
                key=lambda row: (_ORDER.get(standing_of(row), 3), order.get(row.property, 9)),
            )
        )

    def _show_steps(self) -> None:
        check, row = self.check, self.current
        is_open = check is not None and check.outcome not in OVER
        self.decide.setEnabled(is_open and row is not None and row.result == "manual")
        self.conclude.setEnabled(is_open)
        self.report.setEnabled(check is not None)
        self.again.setEnabled(self._package)


def _as_line(row: CheckRow) -> CheckLine:
    return CheckLine(
        code=row.code,
        name=row.name,
        property=row.property,
        result=row.result,
        remark=row.remark,
        blocking=False,
    )
