"""Scan profiles and the options of the chosen device, in one window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.access import ADMINISTRATOR
from app.domain.profile_rules import LONGEST_NAME
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.present import present
from app.gui.profiles.options_form import OptionsForm
from app.gui.profiles.settings_form import SettingsForm
from app.gui.scan.controls import profile_word
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.gui.widgets.notice import Notice
from app.gui.widgets.table import ROW_HEIGHT
from app.kernel.errors import Fault
from app.services.station_views import DeviceView, ProfileRow


class ProfileDialog(QDialog):
    """Profiles on the left; the settings of the chosen one, or the options of the device, on the
    right. A locked profile can be looked at by everybody and changed by administrators."""

    def __init__(self, desk: Desk, source: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._source = source
        self._rows: dict[str, ProfileRow] = {}
        self._device: DeviceView | None = None
        self.setWindowTitle(_("Scan profiles"))
        self.resize(940, 680)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Scan profiles"))
        self.list.setProperty("role", "rows")
        self.list.setFixedWidth(280)
        self.list.currentItemChanged.connect(lambda _now, _before: self._show_chosen())
        self.form = SettingsForm()
        self.form.changed.connect(self._show_state)
        scroll = QScrollArea()
        scroll.setWidget(self.form)
        scroll.setWidgetResizable(True)
        self.options = OptionsForm()
        self.options.changed.connect(self._show_state)
        self.advanced = QCheckBox(_("Show advanced options too"))
        self.advanced.toggled.connect(lambda _on: self._show_device(self._device))
        self.again = push_button(_("Ask the device again"), self._ask_again, icon_name="refresh")
        self.keep = push_button(_("Keep for this device"), self._keep, role="primary")
        self.forget = push_button(_("Forget what was kept"), self._forget)
        self.device_name = label("", "muted", wrap=True)
        self.tabs = QTabWidget()
        self.tabs.addTab(scroll, _("Settings"))
        self.tabs.addTab(self._device_tab(), _("Options of the device"))
        self.tabs.currentChanged.connect(self._turned)
        self.notice = Notice()
        self.notice.hide()
        self.make = push_button(_("New…"), self.ask_name, icon_name="add")
        self.retire = push_button(_("Take out of use"), self._retire)
        self.lock = push_button(_("Lock"), self._lock)
        self.save = push_button(_("Save"), self.save_chosen, role="primary")
        self._arrange()
        self.read()

    def _device_tab(self) -> QWidget:
        tab = QWidget()
        column = QVBoxLayout(tab)
        column.setContentsMargins(12, 12, 12, 12)
        head = QHBoxLayout()
        head.addWidget(self.device_name, 1)
        head.addWidget(self.advanced)
        head.addWidget(self.again)
        foot = QHBoxLayout()
        foot.addWidget(self.forget)
        foot.addStretch(1)
        foot.addWidget(self.keep)
        column.addLayout(head)
        column.addWidget(self.options, 1)
        column.addLayout(foot)
        return tab

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.make)
        body = QHBoxLayout()
        body.setSpacing(16)
        body.addLayout(left)
        body.addWidget(self.tabs, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.lock)
        foot.addWidget(self.retire)
        foot.addStretch(1)
        foot.addWidget(push_button(_("Close"), self.accept))
        foot.addWidget(self.save)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addWidget(self.notice)
        column.addLayout(body, 1)
        column.addLayout(foot)

    @property
    def chosen(self) -> ProfileRow | None:
        """The profile that is shown."""
        item = self.list.currentItem()
        return self._rows.get(str(item.data(Qt.ItemDataRole.UserRole))) if item else None

    def read(self, name: str = "") -> None:
        """Read the profiles; `name` is the one to show afterwards."""
        wanted = name or (self.chosen.name if self.chosen else "standard")
        operation = Op(self, self._desk.workstation.profile_rows).reads()
        operation.done(lambda rows: self._show_rows(rows, wanted)).start()

    def _show_rows(self, rows: tuple[ProfileRow, ...], wanted: str) -> None:
        self._rows = {row.name: row for row in rows}
        self.list.clear()
        for row in rows:
            name = profile_word(row.name)
            item = QListWidgetItem(_("{name} · locked").format(name=name) if row.locked else name)
            item.setData(Qt.ItemDataRole.UserRole, row.name)
            item.setToolTip(name)
            item.setSizeHint(QSize(0, ROW_HEIGHT))
            self.list.addItem(item)
            if row.name == wanted:
                self.list.setCurrentItem(item)
        if self.list.currentItem() is None and self.list.count():
            self.list.setCurrentRow(0)

    def _show_chosen(self) -> None:
        row = self.chosen
        if row is not None:
            self.notice.hide()
            self.form.show_settings(row.settings)
            self._show_state()

    def _show_state(self) -> None:
        row = self.chosen
        administers = self._desk.actor.role == ADMINISTRATOR
        free = row is not None and (administers or not row.locked)
        self.form.setEnabled(free)
        self.save.setEnabled(free and row is not None and self.form.settings != row.settings)
        self.retire.setEnabled(free)
        self.lock.setVisible(administers)
        self.lock.setText(_("Unlock") if row is not None and row.locked else _("Lock"))
        self.keep.setEnabled(bool(self.options.changes))
        self.forget.setEnabled(bool(self.options.kept))

    def ask_name(self) -> None:
        """Ask for the name of a new profile, which begins as a copy of the one shown."""
        name, given = QInputDialog.getText(self, _("New scan profile"), _("Name of the profile"))
        if given and name.strip():
            self.make_profile(name.strip()[:LONGEST_NAME])

    def make_profile(self, name: str) -> None:
        """Make a profile with the settings in the form."""
        self._write(name, "save")

    def save_chosen(self) -> None:
        """Save what stands in the form."""
        if self.chosen is not None:
            self._write(self.chosen.name, "save")

    def _lock(self) -> None:
        if self.chosen is not None:
            self._write(self.chosen.name, "unlock" if self.chosen.locked else "lock")

    def _retire(self) -> None:
        if self.chosen is not None:
            self._write(self.chosen.name, "retire")

    def _write(self, name: str, what: str) -> None:
        actor, workstation = self._desk.actor, self._desk.workstation
        settings = self.form.settings
        options = dict(self._rows[name].options) if name in self._rows else {}

        def call() -> None:
            if what == "save":
                workstation.save_profile(actor, name, settings, options)
            elif what == "retire":
                workstation.retire_profile(actor, name)
            else:
                workstation.lock_profile(actor, name, what == "lock")

        operation = Op(self, call).done(lambda _none: self.read(name))
        operation.refused(self._refused).start()

    def _refused(self, fault: Fault) -> None:
        self.notice.show_presentation(present(fault))

    def _turned(self, tab: int) -> None:
        if tab == 1 and self._device is None and self._source:
            self._ask(refresh=False)

    def _ask_again(self) -> None:
        self._ask(refresh=True)

    def _ask(self, *, refresh: bool) -> None:
        source, workstation = self._source, self._desk.workstation
        if not source:
            return
        self.device_name.setText(_("Asking the device…"))
        self.again.setEnabled(False)
        operation = Op(self, lambda: workstation.device(source, refresh=refresh)).reads()
        operation.done(self._show_device).refused(self._device_refused)
        operation.finally_(lambda: self.again.setEnabled(True)).start()

    def _device_refused(self, fault: Fault) -> None:
        self.device_name.setText(self._source)
        self._refused(fault)

    def _show_device(self, view: DeviceView | None) -> None:
        self._device = view
        if view is not None:
            self.device_name.setText(
                " ".join(part for part in (view.maker, view.model) if part) or view.source
            )
            self.options.show_options(view.options, advanced=self.advanced.isChecked())
        self._show_state()

    def _keep(self) -> None:
        self._write_options(self.options.changes)

    def _forget(self) -> None:
        self._write_options(dict.fromkeys(self.options.kept))

    def _write_options(self, options: dict[str, object]) -> None:
        actor, workstation, source = self._desk.actor, self._desk.workstation, self._source
        operation = Op(self, lambda: workstation.save_device_options(actor, source, options))
        operation.done(self._show_device).refused(self._refused).start()
