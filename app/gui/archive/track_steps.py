"""The two tracks of one dossier, step by step: sealing to submitting, cabinet to shelf."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from app.gui.archive.case_panel import CasePanel
from app.gui.archive.paper import PAPER_STEPS
from app.gui.i18n import _
from app.gui.page import Page
from app.kernel.progress import CancelToken, Report
from app.services.locker_views import HandOffRow
from app.services.views import PackageView, TracksView


class TrackSteps(QObject):
    """Gives the commands of the tracks for `page`. `hand_off` is the newest one of the dossier,
    `code` what collects the paper, while it is known."""

    def __init__(self, page: Page, panel_of: Callable[[], CasePanel]) -> None:
        super().__init__(page)
        self._page, self._desk, self._panel_of = page, page.desk, panel_of
        self.code = ""
        self.hand_off: HandOffRow | None = None

    @property
    def panel(self) -> CasePanel:
        """The two cards."""
        return self._panel_of()

    def paper_step(self) -> tuple[str, Callable[[], None]]:
        """What the paper asks for next: a word and the command."""
        paper = self.panel.paper
        state = self.hand_off.state if self.hand_off is not None else ""
        return {
            "reserved": (paper.deposit.accessibleName(), self.deposit),
            "deposited": (paper.collect.accessibleName(), self.collect),
            "overdue": (paper.collect.accessibleName(), self.collect),
            "collected": (paper.acknowledge.accessibleName(), self.acknowledge),
            "disputed": (paper.acknowledge.accessibleName(), self.acknowledge),
            "settled": (_("See to it at the lockers"), self._open_lockers),
            "confirmed": (_("Shelve the paper"), self.shelve),
        }.get(
            PAPER_STEPS.get(state, state),
            (_("Return the paper: reserve a cell"), self.offer),
        )

    def _open_lockers(self) -> None:
        """Where administrators settle what went wrong."""
        self._desk.page_requested.emit("locker")

    def seal(self) -> None:
        """Freeze the dossier."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no
        self._page.write(lambda: workstation.seal(actor, number), said=_("The dossier is sealed."))

    def package(self) -> None:
        """Build the package and check it."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no

        def call(report: Report, cancel: CancelToken) -> PackageView:
            return workstation.build_package(actor, number, report=report, cancel=cancel)

        self._page.run_long(
            _("Building and checking the package"),
            call,
            lambda view: self._desk.said.emit(
                _("The package passed its check.") if view.accepted else _("The check failed.")
            ),
            safe=_("The sealed dossier is not affected."),
        )

    def submit(self) -> None:
        """Hand the package to the archive."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no
        target = self.panel.target.currentText()

        def call(report: Report, cancel: CancelToken) -> TracksView:
            return workstation.submit(actor, number, target, report=report, cancel=cancel)

        self._page.run_long(
            _("Submitting to {target}").format(target=target),
            call,
            lambda _tracks: self._desk.said.emit(_("The archive gave its receipt.")),
            safe=_("What was transferred stays; submitting again goes on from there."),
        )

    def offer(self) -> None:
        """Reserve a cell of the first cabinet for the paper."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no
        receiver = self.panel.paper.receiver.text().strip() or actor.name
        volumes, pages = self.panel.paper.volumes.value(), self.panel.paper.pages.value() or None

        def call() -> None:
            cabinet = workstation.cabinets()[0]
            _row, self.code = workstation.offer(
                actor, number, receiver, cabinet, volumes=volumes, pages=pages
            )

        self._page.write(call, said=_("A cell is reserved."))

    def deposit(self) -> None:
        """Open the cell and wait until the paper is in it."""
        if self.hand_off is not None:
            actor, workstation, waiting = self._desk.actor, self._desk.workstation, self.hand_off.id
            self._page.run_long(
                _("The cell is open: put the paper in and close the door"),
                lambda _report, _cancel: workstation.deposit(actor, waiting),
                lambda _row: self._desk.said.emit(_("The paper is in the cell.")),
            )

    def collect(self) -> None:
        """Open the cell for whoever knows the code."""
        if self.hand_off is not None:
            actor, workstation, waiting = self._desk.actor, self._desk.workstation, self.hand_off.id
            code = self.panel.paper.code.text().strip() or self.code
            self.panel.paper.code.clear()
            self._page.run_long(
                _("The cell is open: take the paper out and close the door"),
                lambda _report, _cancel: workstation.collect(actor, waiting, code),
                lambda _row: self._desk.said.emit(_("The paper was taken out.")),
            )

    def acknowledge(self) -> None:
        """Say what was counted; only when it agrees does custody move."""
        if self.hand_off is not None:
            actor, workstation, waiting = self._desk.actor, self._desk.workstation, self.hand_off.id
            volumes, pages = (
                self.panel.paper.volumes.value(),
                self.panel.paper.pages.value() or None,
            )
            self.code = ""
            self._page.write(
                lambda: workstation.acknowledge(actor, waiting, volumes=volumes, pages=pages),
                said=_("The paper is received."),
            )

    def shelve(self) -> None:
        """Say where the paper stands and what was counted."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no
        place = self.panel.paper.location.text().strip()
        if not place:
            self.panel.paper.location.setFocus()
            return
        volumes, pages = self.panel.paper.volumes.value(), self.panel.paper.pages.value()
        self._page.write(
            lambda: workstation.shelve(actor, number, place, volumes, pages),
            said=_("The paper is shelved."),
        )
