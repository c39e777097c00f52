"""What the four-property check of one dossier offers: run, decide, conclude, report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from app.gui.archive.case_panel import CasePanel
from app.gui.archive.check_dialogs import ConclusionQuestion, ItemQuestion, StageQuestion
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.page import Page
from app.kernel.file_names import safe_name
from app.kernel.progress import CancelToken, Report
from app.services.archive_views import PackageCheckView
from app.words.four_property import outcome_word

Shown = TypeVar("Shown", bound=Question)


class CheckSteps(QObject):
    """Gives the commands for `page`."""

    def __init__(self, page: Page, panel_of: Callable[[], CasePanel]) -> None:
        super().__init__(page)
        self._page, self._desk, self._panel_of = page, page.desk, panel_of

    @property
    def panel(self) -> CasePanel:
        """The lists."""
        return self._panel_of()

    def ask_stage(self) -> StageQuestion | None:
        """Ask for which stage the package is checked."""
        if self._page.busy or not self._desk.case_no:
            return None
        self.panel.lists.go_to("checks")
        question = StageQuestion(self._desk, self._page)
        question.chosen.connect(self.check)
        question.open()
        return question

    def check(self, stage: str) -> None:
        """Check the newest package."""
        actor, workstation, number = self._desk.actor, self._desk.workstation, self._desk.case_no

        def call(report: Report, cancel: CancelToken) -> PackageCheckView:
            return workstation.check_at_stage(actor, number, stage, report=report, cancel=cancel)

        def done(view: PackageCheckView) -> None:
            said = _("Four-property check: {outcome}")
            self._desk.said.emit(said.format(outcome=outcome_word(view.outcome)))

        self._page.run_long(
            _("Checking the package"),
            call,
            done,
            safe=_("The package is only read; earlier checks stay on record."),
        )

    def decide(self) -> ItemQuestion | None:
        """Decide the item under the cursor."""
        shown = self.panel.lists.check_list
        check, line = shown.check, shown.current
        if check is None or line is None or not shown.decide.isEnabled():
            return None
        return self._ask(ItemQuestion(self._desk, check, line, self._page))

    def conclude(self) -> ConclusionQuestion | None:
        """Accept or return the package."""
        shown = self.panel.lists.check_list
        if shown.check is None or not shown.conclude.isEnabled():
            return None
        return self._ask(ConclusionQuestion(self._desk, shown.check, self._page))

    def ask_report(self) -> None:
        """Ask where the report of the check in sight goes, as PDF or JSON."""
        check = self.panel.lists.check_list.check
        if check is None or self._page.busy:
            return
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        # What the report is called on paper, whatever language the window speaks.
        name = safe_name(f"四性检测报告 {check.case_no}")
        kinds = ";;".join((_("PDF files (*.pdf)"), _("Data files (*.json)")))
        path, kind = QFileDialog.getSaveFileName(
            self._page, _("Report of the check"), f"{folder}/{name}.pdf", kinds
        )
        if path:
            out = Path(path)
            # A person who chose the kind need not type it.
            if not out.suffix:
                out = out.with_suffix(".json" if "json" in kind else ".pdf")
            self.write_report(check.id, out)

    def write_report(self, check_id: str, path: Path) -> None:
        """Write the report of a check and open it."""
        workstation = self._desk.workstation

        def done(written: Path) -> None:
            self._desk.said.emit(_("The report is at {path}.").format(path=written))
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(written)))

        self._page.run_long(
            _("Writing the report"),
            lambda _report, _cancel: workstation.check_report(check_id, path),
            done,
            safe=_("The check itself is not affected; no half file is left."),
        )

    def _ask(self, question: Shown) -> Shown:
        question.answered.connect(lambda _result: self._desk.reread(self._page))
        question.open()
        return question
