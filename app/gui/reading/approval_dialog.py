"""The decision on an application: what may be read, from when to when, how often, and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attrs import frozen
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QWidget,
)

from app.domain.page_lists import page_ranges
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.leafing.tiles import spans
from app.gui.locker.moments import present_moment
from app.gui.ops import Op
from app.gui.reading.application_form import item_text
from app.gui.reading.four_eyes import hindrance
from app.gui.reading.questions import MomentField, WideQuestion
from app.gui.reading.withheld_pages import Pause, WithheldPages
from app.gui.widgets.labels import framed, label
from app.gui.widgets.number_field import number_field
from app.kernel.errors import Fault
from app.services.reading_desk_views import (
    ApplicationRow,
    GrantedCode,
    GrantPreview,
    GrantTerms,
    PreviewItem,
)
from app.services.reading_settings import ReadingSettings

ITEMS_HEIGHT = 132
MOST_DAYS, MOST_COUNT = 365, 9999
Number = Qt.ItemDataRole.UserRole


@frozen(kw_only=True)
class ApprovalRead:
    """What the dialog stands on: the settings, who works here, and what the rules propose."""

    settings: ReadingSettings
    people: tuple[tuple[str, str], ...]
    preview: GrantPreview


class ApprovalQuestion(WideQuestion):
    """Approves an application. Gives the code of the grant. Whoever may not decide sees why, and
    who may."""

    def __init__(
        self, desk: Desk, row: ApplicationRow, read: ApprovalRead, parent: QWidget | None = None
    ) -> None:
        sentence = _("{reader}, {kind}, papers checked by {person}. Reason: {reason}").format(
            reader=row.reader, kind=row.kind_name, person=row.checked_by, reason=row.reason
        )
        title = _("Grant reading of {case_no}").format(case_no=row.case_no)
        super().__init__(desk, title, sentence, _("Grant"), parent)
        self.ask_width(1120)
        self._row, self._read = row, read
        self._asked = 0
        self._pause = Pause(self)
        self._pause.timeout.connect(self.preview)
        self.hindrance = hindrance(desk.actor, row, read.people, four_eyes=read.settings.four_eyes)
        self._add_terms()
        self._add_pages()
        self._show_hindrance()
        self.withheld_view.show_preview(read.preview)
        self._read_sides()
        self.preview()

    def _add_terms(self) -> None:
        self.fill_left()
        self.add_heading(_("Terms of the grant"))
        self.at_once = QCheckBox(_("From now on"))
        self.at_once.setChecked(True)
        self.form.addRow(self.at_once)
        self.start = MomentField(present_moment())
        self.add_field(_("From"), self.start)
        self.at_once.toggled.connect(lambda on: self.show_field(self.start, not on))
        self.show_field(self.start, False)
        self.days = _count(1, MOST_DAYS, self._read.settings.valid_days)
        self.add_field(_("Days"), self.days)
        self.views = _count(0, MOST_COUNT, 0)
        self.views.setSpecialValueText(_("any number"))
        self.add_field(_("Visits"), self.views)
        prints = self._read.preview.shown if self._row.wants_copies else 0
        self.prints = _count(0, MOST_COUNT, min(prints, MOST_COUNT))
        self.prints.setSpecialValueText(_("no printing"))
        self.add_field(_("Pages to print"), self.prints)
        self.masked = QCheckBox(_("Cover numbers and addresses of persons"))
        self.masked.toggled.connect(lambda _on: self._pause.start())
        self.form.addRow(self.masked)
        self.cleared = self.add_line(_("Shown all the same"), _("Pages looked through by eye, 7-9"))
        self.cleared.textChanged.connect(lambda _text: self._pause.start())
        self.show_field(self.cleared, False)
        self.leave = QCheckBox(_("I give the leave that this kind of reader needs"))
        self.leave.setVisible(self._row.needs_leave)
        self.form.addRow(self.leave)
        self.reason = self.add_line(_("Ground"), _("Why it is granted, for the record"))

    def _add_pages(self) -> None:
        self.fill_right()
        self.add_heading(_("What may be read"))
        self.pages = self.add_line(_("Pages"), _("1-12, 30; empty for the whole main part"))
        self.pages.setText(spans(self._row.wanted_pages).replace("–", "-"))
        self.withheld = self.add_line(_("Withheld pages"), _("None, or 3-5"))
        for field in (self.pages, self.withheld):
            field.textChanged.connect(lambda _text: self._pause.start())
        self.items = QListWidget()
        self.items.setFixedHeight(ITEMS_HEIGHT)
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items.setAccessibleName(_("Withheld documents"))
        for item in self._read.preview.items:
            self._add_item(item)
        self.items.itemChanged.connect(lambda _item: self._pause.start())
        self.add_field(_("Withheld documents"), self.items)
        self.withheld_view = WithheldPages()
        self.form.addRow(self.withheld_view)

    def _add_item(self, item: PreviewItem) -> None:
        text = item_text(item)
        shown = QListWidgetItem(f"{text} · {item.proposed}" if item.proposed else text, self.items)
        shown.setToolTip(item.proposed or text)
        shown.setData(Number, item.number)
        shown.setFlags(shown.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        back = item.withheld or bool(item.proposed)
        shown.setCheckState(Qt.CheckState.Checked if back else Qt.CheckState.Unchecked)

    def _show_hindrance(self) -> None:
        self.banner = framed("notice")
        self.banner.setProperty("tone", "warn")
        words = label(self.hindrance, wrap=True)
        row = QHBoxLayout(self.banner)
        row.setContentsMargins(16, 12, 16, 12)
        row.addWidget(words)
        self.asked.insertWidget(2, self.banner)
        self.banner.setVisible(bool(self.hindrance))
        self.button.setEnabled(not self.hindrance)

    # The pages that this would show.

    def _read_sides(self) -> None:
        workstation, case_no = self.desk.workstation, self._row.case_no
        operation = Op(self, lambda: workstation.sides(case_no)).reads()
        operation.done(self.withheld_view.show_sides).refused(self._refused).start()

    def preview(self) -> None:
        """Ask what the terms in hand would show; an answer that a later question overtook is
        dropped."""
        workstation, case_no = self.desk.workstation, self._row.case_no
        terms = self._terms()
        self._asked += 1
        ticket = self._asked

        def done(preview: GrantPreview) -> None:
            if ticket == self._asked:
                self._show_preview(preview)

        operation = Op(self, lambda: workstation.grant_preview(case_no, terms())).reads()
        operation.done(done).refused(self._refused).start()

    def _show_preview(self, preview: GrantPreview) -> None:
        self.error.hide()
        self.withheld_view.show_preview(preview)
        unread = any(page.why == "unread" for page in preview.pages)
        self.show_field(self.cleared, unread or bool(self.cleared.text()))
        self.fit()

    @property
    def withheld_items(self) -> tuple[int, ...]:
        """The documents ticked as kept back."""
        rows = (self.items.item(row) for row in range(self.items.count()))
        return tuple(
            int(row.data(Number))
            for row in rows
            if row is not None and row.checkState() == Qt.CheckState.Checked
        )

    def keep_back(self, number: int, on: bool = True) -> None:
        """Tick a document as kept back, or no longer."""
        for row in range(self.items.count()):
            item = self.items.item(row)
            if item is not None and item.data(Number) == number:
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _terms(self) -> Callable[[], GrantTerms]:
        """A call that makes the terms of what stands in the fields now. It raises BadInput."""
        pages, withheld, cleared = self.pages.text(), self.withheld.text(), self.cleared.text()
        start = "" if self.at_once.isChecked() else self.start.moment
        items, days = self.withheld_items, self.days.value()
        views, prints = self.views.value(), self.prints.value()
        masked = self.masked.isChecked()
        leave = self._row.needs_leave and self.leave.isChecked()
        return lambda: GrantTerms(
            pages=page_ranges(pages),
            withheld=page_ranges(withheld),
            withheld_items=items,
            valid_from=start,
            valid_days=days,
            views_limit=views,
            prints=prints,
            masked=masked,
            cleared_pages=page_ranges(cleared) if masked else (),
            leave=leave,
        )

    def missing(self) -> QWidget | None:
        return None if self.hindrance or self.reason.text().strip() else self.reason

    def command(self) -> Callable[[], GrantedCode]:
        actor, workstation, row = self.desk.actor, self.desk.workstation, self._row
        terms, reason = self._terms(), self.reason.text().strip()
        return lambda: workstation.approve_application(actor, row.id, terms(), reason)

    def submit(self) -> None:
        """Give the command, unless somebody else has to."""
        if not self.hindrance:
            super().submit()

    def refused(self, fault: Fault) -> None:
        self._pause.stop()


def read_for_approval(
    row: ApplicationRow,
    settings: Callable[[], ReadingSettings],
    people: Callable[[], Sequence[tuple[str, str]]],
    preview: Callable[[str, GrantTerms], GrantPreview],
) -> ApprovalRead:
    """What `ApprovalQuestion` stands on, read now."""
    return ApprovalRead(
        settings=settings(),
        people=tuple(people()),
        preview=preview(row.case_no, GrantTerms(pages=row.wanted_pages)),
    )


def _count(least: int, most: int, value: int) -> QSpinBox:
    field = number_field()
    field.setRange(least, most)
    field.setValue(value)
    return field
