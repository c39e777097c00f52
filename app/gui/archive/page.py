"""Seal, package, check, submit; the paper back to its shelf; accessioned when both are done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.archive.paper import PAPER_STEPS, PaperTrack
from app.gui.archive.track_card import TrackCard
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.models.rows import Column, RowsModel
from app.gui.page import Page
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.labels import framed, label
from app.gui.widgets.table import RowTable
from app.gui.words import next_action_page, property_word, result_tone
from app.kernel.progress import CancelToken, Report
from app.services.locker_views import HandOffRow
from app.services.views import CaseView, CheckRow, PackageView, TracksView
from app.words.dossiers import next_action_word, result_word

Loaded = tuple[PackageView | None, TracksView, list[HandOffRow], list[str]]
STATES = ("reconciled", "sealed", "packaged", "submitted", "accessioned")


def check_columns() -> tuple[Column[CheckRow], ...]:
    """The columns of the check report."""
    return (
        Column(key="code", title=_("Check"), text=lambda row: row.code),
        Column(key="property", title=_("Property"), text=lambda row: property_word(row.property)),
        Column(key="name", title=_("What is checked"), text=lambda row: row.name),
        Column(
            key="result",
            title=_("Result"),
            text=lambda row: result_word(row.result),
            tone=lambda row: result_tone(row.result),
        ),
        Column(key="remark", title=_("Remark"), text=lambda row: row.remark),
    )


class ArchivePage(Page):
    """Both tracks side by side, the check report below."""

    name = "archive"

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._code = ""
        self._hand_off: HandOffRow | None = None
        self.electronic = TrackCard("archive", _("Electronic"))
        self.target = QComboBox()
        self.target.setAccessibleName(_("Archive target"))
        self.target_label = label(_("Archive target"), "muted")
        self.electronic.controls.addWidget(self.target_label)
        self.electronic.controls.addWidget(self.target)
        self.paper = PaperTrack(
            {
                "offer": self.offer,
                "deposit": self.deposit,
                "collect": self.collect,
                "acknowledge": self.acknowledge,
                "shelve": self.shelve,
            }
        )
        self.model: RowsModel[CheckRow] = RowsModel(
            check_columns(), identity=lambda row: row.code, parent=self
        )
        self.table = RowTable(self.model, (128, 88, -1, 120, 280), _("Check report"))
        self.report_title = label(_("Check report"), "heading")
        self.no_report = EmptyState(
            "archive",
            _("No package yet"),
            _(
                "Sealing freezes the dossier. Then the package is built and its four properties "
                "are checked; the report stands here."
            ),
        )
        tracks = QHBoxLayout()
        tracks.setSpacing(16)
        tracks.addWidget(self.electronic, 1)
        tracks.addWidget(self.paper, 1)
        report = framed("card")
        inner = QVBoxLayout(report)
        inner.setContentsMargins(1, 12, 1, 1)
        inner.setSpacing(4)
        self.report_title.setContentsMargins(16, 0, 0, 0)
        inner.addWidget(self.report_title)
        inner.addWidget(self.table, 1)
        inner.addWidget(self.no_report, 1)
        holder = QVBoxLayout()
        holder.setContentsMargins(16, 16, 16, 16)
        holder.setSpacing(16)
        holder.addLayout(tracks)
        holder.addWidget(report, 1)
        self.body.addLayout(holder, 1)

    def show_case(self, case: CaseView | None) -> None:
        """Read package, tracks and hand-offs of the case."""
        if case is None:
            self._code = ""
            self.model.replace([])
            return
        number, workstation = case.case_no, self.desk.workstation
        self.read(
            lambda: (
                workstation.package(number),
                workstation.tracks(number),
                workstation.handoffs(number),
                workstation.targets(),
            ),
            self._show,
        )

    def _show(self, loaded: Loaded) -> None:
        package, tracks, hand_offs, targets = loaded
        case = self.desk.case
        if case is None:
            return
        self._hand_off = hand_offs[-1] if hand_offs else None
        checks = list(package.checks) if package is not None else []
        order = {"fail": 0, "manual": 1, "pass": 2}
        self.model.replace(sorted(checks, key=lambda row: order.get(row.result, 3)))
        self.table.setVisible(bool(checks))
        self.report_title.setVisible(bool(checks))
        self.no_report.setVisible(not checks)
        self.report_title.setText(report_sentence(checks))
        chosen = self.target.currentText()
        self.target.clear()
        self.target.addItems(targets)
        self.target.setCurrentIndex(max(self.target.findText(chosen), 0))
        self._show_electronic(case, package, tracks)
        self.paper.show_paper(case, tracks, self._hand_off, self._code)
        if not self.busy:
            self._show_next(case, tracks)

    def _show_electronic(
        self, case: CaseView, package: PackageView | None, tracks: TracksView
    ) -> None:
        receipted = tracks.electronic["state"] == "receipted"
        for part in (self.target_label, self.target):
            part.setVisible(not receipted)
        at = STATES.index(case.state) if case.state in STATES else 0
        names = (_("Sealed"), _("Packaged"), _("Submitted"), _("Receipted"))
        self.electronic.show_steps(names, 4 if receipted else min(at, 3))
        self.electronic.show_state(
            _("Receipted") if receipted else _("Under way") if at else _("Open"),
            "good" if receipted else "accent" if at else "note",
        )
        receipt = tracks.electronic.get("receipt") or {}
        self.electronic.show_facts(
            [
                (_("Package folder"), package.package if package else ""),
                ("SHA-256", package.sha256 if package else ""),
                ("SM3", package.sm3 if package else ""),
                (_("Receipt"), str(receipt.get("receipt_no", ""))),
            ]
        )

    def _show_next(self, case: CaseView, tracks: TracksView) -> None:
        if tracks.accessioned:
            self.next_action.show_nothing(
                _("Accessioned: both tracks have their receipts."),
                _("Nothing is left to do for this case."),
            )
            return
        if tracks.verdict == "frozen":
            self.next_action.show_blocker(
                _("The counts differ"),
                self.paper.setFocus,
                sentence=_("Electronic and paper receipts state different counts."),
                detail=_("Both tracks are frozen until a person settles it."),
            )
            return
        steps = {
            "seal": (
                _("Seal {count} items").format(count=case.items),
                self.seal,
                _("Nothing is open. Sealing freezes the dossier."),
            ),
            "package": (
                _("Build and check the package"),
                self.package,
                _("The dossier is sealed."),
            ),
            "check": (
                _("Build and check the package"),
                self.package,
                _("The package must pass its check."),
            ),
            "submit": (
                _("Submit to the archive"),
                self.submit,
                _("The package stands and is checked."),
            ),
            "return_paper": (*self._paper_step(), _("Electronic track: receipted.")),
            "shelve": (*self._paper_step(), _("Electronic track: receipted.")),
        }
        if case.next_action in steps:
            text, action, sentence = steps[case.next_action]
            self.next_action.show_action(text, action, sentence=sentence)
            return
        target = next_action_page(case.next_action)
        self.next_action.show_blocker(
            _("First: {action}").format(action=next_action_word(case.next_action)),
            lambda: self.desk.page_requested.emit(target),
            sentence=_("The dossier cannot be sealed yet."),
        )

    def _paper_step(self) -> tuple[str, Callable[[], None]]:
        state = self._hand_off.state if self._hand_off is not None else ""
        return {
            "reserved": (self.paper.deposit.accessibleName(), self.deposit),
            "deposited": (self.paper.collect.accessibleName(), self.collect),
            "overdue": (self.paper.collect.accessibleName(), self.collect),
            "collected": (self.paper.acknowledge.accessibleName(), self.acknowledge),
            "disputed": (self.paper.acknowledge.accessibleName(), self.acknowledge),
            "settled": (_("See to it at the lockers"), self._open_lockers),
            "confirmed": (_("Shelve the paper"), self.shelve),
        }.get(
            PAPER_STEPS.get(state, state),
            (_("Return the paper: reserve a cell"), self.offer),
        )

    def _open_lockers(self) -> None:
        """Where administrators settle what went wrong."""
        self.desk.page_requested.emit("locker")

    def seal(self) -> None:
        """Freeze the dossier."""
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        self.write(lambda: workstation.seal(actor, number), said=_("The dossier is sealed."))

    def package(self) -> None:
        """Build the package and check it."""
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no

        def call(report: Report, cancel: CancelToken) -> PackageView:
            return workstation.build_package(actor, number, report=report, cancel=cancel)

        self.run_long(
            _("Building and checking the package"),
            call,
            lambda view: self.desk.said.emit(
                _("The package passed its check.") if view.accepted else _("The check failed.")
            ),
            safe=_("The sealed dossier is not affected."),
        )

    def submit(self) -> None:
        """Hand the package to the archive."""
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        target = self.target.currentText()

        def call(report: Report, cancel: CancelToken) -> TracksView:
            return workstation.submit(actor, number, target, report=report, cancel=cancel)

        self.run_long(
            _("Submitting to {target}").format(target=target),
            call,
            lambda _tracks: self.desk.said.emit(_("The archive gave its receipt.")),
            safe=_("What was transferred stays; submitting again goes on from there."),
        )

    def offer(self) -> None:
        """Reserve a cell of the first cabinet for the paper."""
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        receiver = self.paper.receiver.text().strip() or actor.name
        volumes, pages = self.paper.volumes.value(), self.paper.pages.value() or None

        def call() -> None:
            cabinet = workstation.cabinets()[0]
            _row, self._code = workstation.offer(
                actor, number, receiver, cabinet, volumes=volumes, pages=pages
            )

        self.write(call, said=_("A cell is reserved."))

    def deposit(self) -> None:
        """Open the cell and wait until the paper is in it."""
        if self._hand_off is not None:
            actor, workstation, waiting = self.desk.actor, self.desk.workstation, self._hand_off.id
            self.run_long(
                _("The cell is open: put the paper in and close the door"),
                lambda _report, _cancel: workstation.deposit(actor, waiting),
                lambda _row: self.desk.said.emit(_("The paper is in the cell.")),
            )

    def collect(self) -> None:
        """Open the cell for whoever knows the code."""
        if self._hand_off is not None:
            actor, workstation, waiting = self.desk.actor, self.desk.workstation, self._hand_off.id
            code = self.paper.code.text().strip() or self._code
            self.paper.code.clear()
            self.run_long(
                _("The cell is open: take the paper out and close the door"),
                lambda _report, _cancel: workstation.collect(actor, waiting, code),
                lambda _row: self.desk.said.emit(_("The paper was taken out.")),
            )

    def acknowledge(self) -> None:
        """Say what was counted; only when it agrees does custody move."""
        if self._hand_off is not None:
            actor, workstation, waiting = self.desk.actor, self.desk.workstation, self._hand_off.id
            volumes, pages = self.paper.volumes.value(), self.paper.pages.value() or None
            self._code = ""
            self.write(
                lambda: workstation.acknowledge(actor, waiting, volumes=volumes, pages=pages),
                said=_("The paper is received."),
            )

    def shelve(self) -> None:
        """Say where the paper stands and what was counted."""
        actor, workstation, number = self.desk.actor, self.desk.workstation, self.desk.case_no
        place = self.paper.location.text().strip()
        if not place:
            self.paper.location.setFocus()
            return
        volumes, pages = self.paper.volumes.value(), self.paper.pages.value()
        self.write(
            lambda: workstation.shelve(actor, number, place, volumes, pages),
            said=_("The paper is shelved."),
        )

    def long_started(self) -> None:
        """A long task runs."""
        self.next_action.show_busy(_("Working…"), sentence=_("You may go on elsewhere meanwhile."))


def report_sentence(checks: list[CheckRow]) -> str:
    """What the check says, in one line."""
    passed = sum(row.result == "pass" for row in checks)
    failed = sum(row.result == "fail" for row in checks)
    manual = sum(row.result == "manual" for row in checks)
    parts = [_("Check report"), _("{count} passed").format(count=passed)]
    if failed:
        parts.append(_("{count} failed").format(count=failed))
    if manual:
        parts.append(_("{count} await review").format(count=manual))
    return " · ".join(parts)
