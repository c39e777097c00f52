"""The papers of one application, ticked as they lie on the counter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.gui.reading.application_list import wanted_text
from app.gui.reading.paper_ticks import PaperTicks
from app.gui.widgets.labels import label, restyle
from app.services.reading_desk_views import ApplicationRow


class CheckQuestion(Question):
    """Puts on record which papers were seen. Gives the row."""

    def __init__(self, desk: Desk, row: ApplicationRow, parent: QWidget | None = None) -> None:
        sentence = _(
            "{reader}, {kind}, wants to read {case_no}: {pages}. Tick each paper that you had in "
            "your hands; whoever checks may not be the one who approves."
        ).format(
            reader=row.reader,
            kind=row.kind_name,
            case_no=row.case_no,
            pages=wanted_text(row.wanted_pages),
        )
        super().__init__(desk, _("Check the papers"), sentence, _("Papers are in order"), parent)
        self.ask_width(640)
        self._row = row
        self.papers = PaperTicks()
        self.papers.setAccessibleName(_("Papers"))
        self.papers.show_papers(row.papers)
        self.papers.hide_numbers()
        self.papers.changed.connect(self._count)
        self.form.addRow(self.papers)
        self.standing = label("", "small", wrap=True)
        self.form.addRow(self.standing)
        self.remark = self.add_line(_("Remark"), _("May stay empty"))
        self._count()

    def _count(self) -> None:
        missing = self.papers.missing
        restyle(self.standing, "tone", "warn" if missing else "good")
        self.standing.setText(
            _("Still missing: {papers}. Without them, return the application.").format(
                papers="、".join(missing)
            )
            if missing
            else _("All papers that are needed are here.")
        )

    def missing(self) -> QWidget | None:
        return self.papers if not self.papers.ticked else None

    def command(self) -> Callable[[], ApplicationRow]:
        actor, workstation, row = self.desk.actor, self.desk.workstation, self._row
        papers = tuple(code for code, _number in self.papers.ticked)
        remark = self.remark.text().strip()
        return lambda: workstation.check_application(actor, row.id, papers, remark)
