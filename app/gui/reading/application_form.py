"""A new application: who asks, with which papers, to read what, why."""

from __future__ import annotations

from collections.abc import Callable

from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from app.domain.page_lists import page_ranges
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.ops import Op
from app.gui.reading.paper_ticks import PaperTicks
from app.gui.reading.questions import WideQuestion
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.kernel.errors import Fault
from app.services.reading_desk_views import (
    ApplicationForm,
    ApplicationRow,
    GrantPreview,
    GrantTerms,
    PreviewItem,
    ReaderKindRow,
    ReadingRules,
)

SCANNED = "JZ1"
ITEMS_HEIGHT = 132


class ApplicationQuestion(WideQuestion):
    """Enters an application. Gives its row."""

    def __init__(
        self, desk: Desk, rules: ReadingRules, case_no: str = "", parent: QWidget | None = None
    ) -> None:
        sentence = _(
            "Only the main part can be read; the restricted part (副卷) is closed to everybody "
            "from outside, whatever her role. To be decided within {days} working days."
        ).format(days=rules.handling_days)
        super().__init__(desk, _("New application"), sentence, _("Enter it"), parent)
        self._kinds = {kind.code: kind for kind in rules.kinds}
        self._read_for = ""
        self._add_reader()
        self._add_wishes()
        self.case.setText(case_no)
        self._follow_kind()
        if case_no:
            self._read_case()

    def _add_reader(self) -> None:
        self.fill_left()
        self.add_heading(_("Who asks"))
        self.kind = QComboBox()
        for kind in self._kinds.values():
            self.kind.addItem(kind.name, kind.code)
        self.kind.currentIndexChanged.connect(lambda _index: self._follow_kind())
        self.add_field(_("Kind of reader"), self.kind)
        self.note = label("", "small", wrap=True)
        self.form.addRow(self.note)
        self.reader = self.add_line(_("Reader"), _("Name as on the certificate"))
        self.certificate = self.add_line(_("Certificate number"))
        self.identity = QLineEdit()
        self.identity.setPlaceholderText(_("Only a keyed digest of it is kept"))
        self.card = push_button(_("Read the card"), self.read_card, icon_name="card")
        self.card.setAutoDefault(False)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.identity, 1)
        row.addWidget(self.card)
        self.identity.setAccessibleName(_("ID number"))
        self.add_field(_("ID number"), holder)
        self.represents = self.add_line(_("Reads for"), _("Party whom she represents"))
        self.form.addRow(label(_("Papers laid on the counter"), "heading"))
        self.papers = PaperTicks()
        self.papers.setAccessibleName(_("Papers"))
        self.form.addRow(self.papers)

    def _add_wishes(self) -> None:
        self.fill_right()
        self.add_heading(_("What she wants to read"))
        self.case = self.add_line(_("Case number"), _("Scan the work slip"))
        self.case.editingFinished.connect(self._read_case)
        self.sealed = label("", "small", wrap=True)
        self.form.addRow(self.sealed)
        self.pages = self.add_line(_("Pages"), _("1-12, 30; empty for the whole main part"))
        self.items = QListWidget()
        self.items.setFixedHeight(ITEMS_HEIGHT)
        self.items.setAccessibleName(_("Documents"))
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.add_field(_("Documents"), self.items)
        self.copies = QCheckBox(_("She wants copies"))
        self.form.addRow(self.copies)
        self.reason = self.add_line(_("Reason"), _("For instance: retrial application"))

    @property
    def chosen_kind(self) -> ReaderKindRow:
        """The kind of reader chosen."""
        return self._kinds[str(self.kind.currentData())]

    def _follow_kind(self) -> None:
        kind = self.chosen_kind
        said = [kind.note, kind.source]
        if kind.needs_leave:
            said.insert(0, _("The approver must give leave in so many words."))
        self.note.setText(" ".join(text for text in said if text))
        self.note.setVisible(bool(self.note.text()))
        self.papers.show_papers(kind.papers)
        self.show_field(self.represents, kind.represents)
        self.copies.setEnabled(kind.copies)
        self.copies.setChecked(self.copies.isChecked() and kind.copies)
        self.copies.setText(
            _("She wants copies") if kind.copies else _("This kind of reader gets no copies")
        )
        self.fit()

    # The ID card on the reader of this machine.

    def read_card(self) -> None:
        """Ask the reader of this machine for the number of the card on it."""
        actor, workstation = self.desk.actor, self.desk.workstation
        self.error.hide()
        self.card.setEnabled(False)
        operation = Op(self, lambda: workstation.read_visitor_card(actor)).done(self._card_read)
        operation.refused(self._refused).finally_(lambda: self.card.setEnabled(True)).start()

    def _card_read(self, number: str) -> None:
        self.identity.setText(number)
        asked = self.chosen_kind.represents
        (self.represents if asked else self.papers).setFocus()

    # The dossier.

    def _read_case(self) -> None:
        number, workstation = self.case.text().strip(), self.desk.workstation
        if not number or number == self._read_for:
            return
        self._read_for = number

        def read() -> GrantPreview:
            scanned = number.upper().startswith(SCANNED)
            case_no = workstation.slip_target(number).case_no if scanned else number
            return workstation.grant_preview(case_no, GrantTerms())

        Op(self, read).reads().done(self._show_case).refused(self._no_case).start()

    def _show_case(self, preview: GrantPreview) -> None:
        self.error.hide()
        self._read_for = preview.case_no
        self.case.setText(preview.case_no)
        self.sealed.setText(
            _("{pages} pages in {documents} documents can be read.").format(
                pages=len(preview.pages), documents=len(preview.items)
            )
        )
        self.items.clear()
        for item in preview.items:
            shown = QListWidgetItem(item_text(item), self.items)
            shown.setToolTip(item_text(item))
            shown.setData(Qt.ItemDataRole.UserRole, item.number)
            shown.setFlags(shown.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            shown.setCheckState(Qt.CheckState.Unchecked)
        self.fit()

    def _no_case(self, fault: Fault) -> None:
        self.sealed.clear()
        self.items.clear()
        self._refused(fault)

    @property
    def wanted_items(self) -> tuple[int, ...]:
        """The documents ticked."""
        rows = (self.items.item(row) for row in range(self.items.count()))
        return tuple(
            int(row.data(Qt.ItemDataRole.UserRole))
            for row in rows
            if row is not None and row.checkState() == Qt.CheckState.Checked
        )

    def missing(self) -> QWidget | None:
        needed = [self.reader, self.certificate, self.case, self.reason]
        if self.chosen_kind.represents:
            needed.insert(2, self.represents)
        return next((field for field in needed if not field.text().strip()), None)

    def command(self) -> Callable[[], ApplicationRow]:
        actor, workstation = self.desk.actor, self.desk.workstation
        case_no, pages = self.case.text().strip(), self.pages.text()
        kind = self.chosen_kind
        represents = self.represents.text().strip() if kind.represents else ""
        form = ApplicationForm(
            reader_kind=kind.code,
            reader=self.reader.text().strip(),
            certificate=self.certificate.text().strip(),
            identity=self.identity.text().strip(),
            represents=represents,
            papers=self.papers.ticked,
            reason=self.reason.text().strip(),
            wanted_items=self.wanted_items,
            wants_copies=self.copies.isChecked(),
        )

        def apply() -> ApplicationRow:
            wanted = evolve(form, wanted_pages=page_ranges(pages))
            return workstation.apply_for_reading(actor, case_no, wanted)

        return apply


def item_text(item: PreviewItem) -> str:
    """A document with its number and pages."""
    pages = [page for page in (item.first_page, item.last_page) if page is not None]
    where = spans(range(pages[0], pages[-1] + 1)) if pages else "—"
    return _("{number}. {title} (p. {pages})").format(
        number=item.number, title=item.title, pages=where
    )
