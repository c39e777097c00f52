"""The editor of catalogue templates: those there are, and a new one being written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import ADMINISTRATOR
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.present import present
from app.gui.shortcuts import readable
from app.gui.templates.drafts import copied
from app.gui.templates.head_form import HeadForm
from app.gui.templates.rows_model import FAULT, TITLE, TemplateRowsModel
from app.gui.templates.rows_table import ADD, DOWN, REMOVE, UP, TemplateRowsTable
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label, restyle
from app.gui.widgets.notice import Notice
from app.kernel.errors import Fault
from app.services.catalogue_templates import PUBLISHED, TemplateDetail, TemplateView
from app.words.templates import case_doubt_words, template_state_word
from archive_rules.template_editing import TemplateFault, check_table

LIST_WIDTH = 288
LIST_ROW = 52
ENTRY = Qt.ItemDataRole.UserRole


@frozen(kw_only=True)
class _Entry:
    """A line of the list: a template as it is, or (without `view`) the draft with this number."""

    view: TemplateView | None = None
    draft: int = -1


def open_template_editor(desk: Desk, parent: QWidget | None = None) -> TemplateEditor:
    """Open the editor of catalogue templates over `parent`'s window without blocking, and return
    it.

    For the button of the catalogue page: `open_template_editor(self.desk, self)`. The dialog
    closes itself; when a template was given to the open case it reads that case again
    (`desk.reread`), so the page hears of it by `desk.case_changed`. Everybody may look;
    administrators publish.
    """
    editor = TemplateEditor(desk, parent.window() if parent is not None else None)
    editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    editor.open()
    return editor


class TemplateEditor(QDialog):
    """Templates on the left; head and rows of the chosen one on the right. What is published or
    packaged can be copied, never changed; a copy is checked while it is written."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._views: list[TemplateView] = []
        self._drafts: list[dict[str, Any]] = []
        self._detail: TemplateDetail | None = None
        self._faults: tuple[TemplateFault, ...] = ()
        self.setWindowTitle(_("Catalogue templates"))
        self.resize(1120, 690)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Catalogue templates"))
        self.list.setProperty("role", "rows")
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        self.copy = push_button(_("Copy as a template of the court"), self.copy_chosen)
        self.withdraw = push_button(_("Give out no more"), self._withdraw)
        self.use = push_button(_("Use for the open case"), self._use)
        self.notice = Notice()
        self.doubt = Notice()
        self.form = HeadForm()
        self.form.changed.connect(self._written)
        self.model = TemplateRowsModel(self)
        self.model.changed.connect(self._written)
        self.table = TemplateRowsTable(self.model)
        self.add = push_button(_with_key(_("Add row"), ADD), self.table.add_row)
        self.remove = push_button(_with_key(_("Remove row"), REMOVE), self.table.remove_row)
        self.up = push_button(_with_key(_("Up"), UP), lambda: self.table.move_row(-1))
        self.down = push_button(_with_key(_("Down"), DOWN), lambda: self.table.move_row(1))
        self.state = label("", wrap=True)
        self.go = push_button(_("To the first fault"), self.go_to_fault)
        self.publish = push_button(_("Publish"), self.publish_draft, role="primary")
        self.leave = push_button(_("Close"), self.reject)
        for button in self._buttons():
            button.setAutoDefault(False)
        self._arrange()
        if desk.case is not None and desk.case.doubts:
            words = "；".join(case_doubt_words(code) for code in desk.case.doubts)
            self.doubt.show_text("warn", f"{desk.case_no}：{words}")
        self.read()

    def _buttons(self) -> tuple[Any, ...]:
        changing = (self.add, self.remove, self.up, self.down)
        return (*changing, self.copy, self.withdraw, self.use, self.go, self.publish, self.leave)

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.list, 1)
        for button in (self.copy, self.use, self.withdraw):
            left.addWidget(button)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        for button in (self.add, self.remove, self.up, self.down):
            tools.addWidget(button)
        tools.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(12)
        right.addWidget(self.form)
        right.addWidget(self.table, 1)
        right.addLayout(tools)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left)
        body.addLayout(right, 1)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.state, 1)
        for button in (self.go, self.leave, self.publish):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.doubt)
        column.addWidget(self.notice)
        column.addLayout(body, 1)
        column.addLayout(foot)

    @property
    def chosen(self) -> _Entry | None:
        """The line of the list that is shown."""
        item = self.list.currentItem()
        entry = item.data(ENTRY) if item is not None else None
        return entry if isinstance(entry, _Entry) else None

    @property
    def faults(self) -> tuple[TemplateFault, ...]:
        """What is wrong with the draft that is shown."""
        return self._faults

    def read(self, wanted: str = "") -> None:
        """Read the templates; `wanted` (`name@version`) is shown afterwards."""
        operation = Op(self, self._desk.workstation.catalogue_templates).reads()
        operation.done(lambda views: self._show_views(views, wanted)).start()

    def _show_views(self, views: list[TemplateView], wanted: str) -> None:
        self._views = list(views)
        self._fill(wanted=wanted)

    def _fill(self, *, wanted: str = "", draft: int = -1) -> None:
        """Fill the list; show the draft, or the template of this name, or what was shown."""
        before = self.chosen
        entries = [_Entry(draft=number) for number in range(len(self._drafts))]
        entries += [_Entry(view=view) for view in self._views]
        self.list.blockSignals(True)
        self.list.clear()
        row = 0
        for place, entry in enumerate(entries):
            item = QListWidgetItem()
            item.setData(ENTRY, entry)
            item.setSizeHint(QSize(0, LIST_ROW))
            self._name(item, entry)
            self.list.addItem(item)
            if draft >= 0:
                shown = entry.draft == draft
            elif wanted:
                shown = _full_name(entry) == wanted
            else:
                shown = entry == before
            row = place if shown else row
        self.list.blockSignals(False)
        self.list.setCurrentRow(row)

    def _name(self, item: QListWidgetItem, entry: _Entry) -> None:
        if entry.view is None:
            title = str(self._drafts[entry.draft]["title"]) or _("Without a title")
            second = _("Draft, not published")
        else:
            title = entry.view.title
            second = _("{version} · {rows} rows · {state}").format(
                version=entry.view.version,
                rows=entry.view.rows,
                state=template_state_word(entry.view.state),
            )
        item.setText(f"{title}\n{second}")
        item.setToolTip(title)

    def _show_chosen(self) -> None:
        entry = self.chosen
        self.notice.hide()
        if entry is None:
            return
        if entry.view is None:
            self._detail = None
            self._show_table(self._drafts[entry.draft], editable=True)
            self._check()
            return
        view = entry.view
        workstation = self._desk.workstation
        operation = Op(self, lambda: workstation.catalogue_template(view.name, view.version))
        operation.reads().done(self._show_detail).refused(self._refused).start()

    def _show_detail(self, detail: TemplateDetail) -> None:
        entry = self.chosen
        if entry is None or entry.view is None or _full_name(entry) != _name_of(detail.view):
            return
        self._detail = detail
        self._faults = ()
        self._show_table(detail.table, editable=False)
        self._show_state()

    def _show_table(self, table: dict[str, Any], *, editable: bool) -> None:
        self.form.show_head(table, editable=editable)
        self.model.show_rows(table["rows"], editable=editable)
        self.table.allow_changes(editable)
        self.table.setColumnHidden(FAULT, not editable)
        if table["rows"]:
            self.table.setCurrentIndex(self.model.index(0, TITLE))

    def _written(self) -> None:
        """Something of the draft was changed: keep it and check it."""
        entry = self.chosen
        item = self.list.currentItem()
        if entry is None or entry.draft < 0 or item is None:
            return
        self._drafts[entry.draft] = {**self.form.table_head, "rows": self.model.table_rows}
        self._name(item, entry)
        self._check()

    def _check(self) -> None:
        entry = self.chosen
        if entry is None or entry.draft < 0:
            return
        used = {(view.name, view.version) for view in self._views}
        self._faults = check_table(self._drafts[entry.draft], used=used)
        self.form.show_faults(self._faults)
        self.model.show_faults(self._faults)
        self._show_state()

    def _show_state(self) -> None:
        entry = self.chosen
        drafting = entry is not None and entry.draft >= 0
        administers = self._desk.actor.role == ADMINISTRATOR
        view = entry.view if entry is not None else None
        for button in (self.add, self.remove, self.up, self.down, self.publish):
            button.setVisible(drafting)
        self.go.setVisible(drafting and bool(self._faults))
        self.remove.setEnabled(self.model.rowCount() > 0)
        self.publish.setEnabled(not self._faults and administers)
        self.copy.setEnabled(self._detail is not None or drafting)
        self.withdraw.setVisible(administers)
        self.withdraw.setEnabled(view is not None and view.state == PUBLISHED)
        self.use.setVisible(bool(self._desk.case_no))
        self.use.setEnabled(view is not None and view.state != "withdrawn")
        tone, text = "", ""
        if drafting and self._faults:
            tone = "bad"
            text = _("{count} places are to be corrected").format(count=len(self._faults))
        elif drafting and not administers:
            tone, text = "warn", _("An administrator must publish it.")
        elif drafting:
            tone, text = "good", _("Nothing is to be corrected; it can be published.")
        elif view is not None:
            text = _("Published templates do not change. Copy one to make another.")
        self.state.setText(text)
        restyle(self.state, "tone", tone)

    def copy_chosen(self) -> None:
        """Make a draft of the template that is shown."""
        entry = self.chosen
        if entry is None:
            return
        if entry.draft >= 0:
            table = dict(self._drafts[entry.draft])
        elif self._detail is not None:
            versions = {view.version for view in self._versions_of(entry)}
            table = copied(self._detail, versions, datetime.now().astimezone().date())
        else:
            return
        self._drafts.append(table)
        self._fill(draft=len(self._drafts) - 1)
        self.form.fields["title"].setFocus()

    def _versions_of(self, entry: _Entry) -> list[TemplateView]:
        name = entry.view.name if entry.view is not None else ""
        return [view for view in self._views if view.name == name]

    def go_to_fault(self) -> None:
        """Put the cursor on the first thing that is wrong."""
        heads = [fault.key for fault in self._faults if fault.row == 0]
        for key, field in self.form.fields.items():
            if key in heads:
                field.setFocus()
                return
        place = self.model.first_fault()
        if place is not None:
            index = self.model.index(*place)
            self.table.setCurrentIndex(index)
            self.table.scrollTo(index)
        self.table.setFocus()

    def publish_draft(self) -> None:
        """Publish the draft that is shown."""
        entry = self.chosen
        if entry is None or entry.draft < 0 or self._faults:
            return
        actor, workstation = self._desk.actor, self._desk.workstation
        number, table = entry.draft, self._drafts[entry.draft]

        def published(view: TemplateView) -> None:
            del self._drafts[number]
            self.notice.hide()
            self.read(_name_of(view))

        operation = Op(self, lambda: workstation.publish_template(actor, table))
        operation.done(published).refused(self._refused).start()

    def _withdraw(self) -> None:
        entry = self.chosen
        if entry is None or entry.view is None:
            return
        actor, workstation, view = self._desk.actor, self._desk.workstation, entry.view
        operation = Op(self, lambda: workstation.withdraw_template(actor, view.name, view.version))
        operation.done(lambda _none: self.read(_name_of(view)))
        operation.refused(self._refused).start()

    def _use(self) -> None:
        entry = self.chosen
        if entry is None or entry.view is None or not self._desk.case_no:
            return
        actor, workstation = self._desk.actor, self._desk.workstation
        case_no, name = self._desk.case_no, _name_of(entry.view)

        def used(view: TemplateView) -> None:
            self.doubt.hide()
            self.notice.show_text(
                "good",
                _("The case has the template “{title}” now.").format(title=view.title),
                _("Its catalogue stays as it is until it is proposed again."),
            )
            self._desk.reread(self)

        operation = Op(self, lambda: workstation.set_template(actor, case_no, name))
        operation.done(used).refused(self._refused).start()

    def _refused(self, fault: Fault) -> None:
        self.notice.show_presentation(present(fault))

    def reject(self) -> None:
        """Close; a draft that would be lost is asked about."""
        if self._drafts and not self._may_lose():
            return
        super().reject()

    def _may_lose(self) -> bool:
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self,
            _("Catalogue templates"),
            _("{count} drafts are not published and will be lost. Close all the same?").format(
                count=len(self._drafts)
            ),
            buttons.Discard | buttons.Cancel,
            buttons.Cancel,
        )
        return answer == buttons.Discard


def _with_key(text: str, key: str) -> str:
    return f"{text}  {readable(key)}"


def _full_name(entry: _Entry) -> str:
    return "" if entry.view is None else _name_of(entry.view)


def _name_of(view: TemplateView) -> str:
    return f"{view.name}@{view.version}"
