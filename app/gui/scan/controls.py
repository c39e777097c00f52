"""What is scanned from where: source, profile, part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.shortcuts import keys_of
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label
from app.services.views import SourceRow

FOLDER_SCHEME = "folder:"


class ScanControls(QFrame):
    """Emits `start_asked`, and `refresh_asked` to look for devices again."""

    start_asked = Signal()
    refresh_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.source = QComboBox()
        self.source.setAccessibleName(_("Source"))
        self.source.setMinimumWidth(208)
        self.source.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.folder = push_button(_("Folder…"), self.ask_folder, icon_name="folder")
        self.look = push_button(_("Look again"), self.refresh_asked.emit, icon_name="refresh")
        self.profile = QComboBox()
        self.profile.setAccessibleName(_("Profile"))
        self.profile.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.part = QComboBox()
        self.part.setAccessibleName(_("Part"))
        self.part.addItem(_("Main part"), "main")
        self.part.addItem(_("Restricted part"), "restricted")
        self.start = push_button(
            _("Start scanning"),
            self.start_asked.emit,
            role="primary",
            icon_name="scan",
            key=keys_of("start_scan"),
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(label(_("Source"), "muted"))
        row.addWidget(self.source, 2)
        row.addWidget(self.folder)
        row.addWidget(self.look)
        row.addSpacing(8)
        row.addWidget(label(_("Profile"), "muted"))
        row.addWidget(self.profile)
        row.addWidget(self.part)
        row.addStretch(1)
        row.addWidget(self.start)
        self.show_sources([])

    def show_sources(self, sources: list[SourceRow]) -> None:
        """Fill the list of devices; a folder chosen before stays in it."""
        chosen = self.chosen_source
        folders = [
            str(self.source.itemData(n))
            for n in range(self.source.count())
            if str(self.source.itemData(n) or "").startswith(FOLDER_SCHEME)
        ]
        self.source.clear()
        for row in sources:
            self.source.addItem(source_name(row), row.source)
        for folder in folders:
            self._add_folder(folder)
        if self.source.count() == 0:
            self.source.addItem(_("No scanner answers; choose a folder"), "")
        self.source.setCurrentIndex(max(self.source.findData(chosen), 0))

    def show_looking(self) -> None:
        """Say that devices are being looked for; a folder chosen before stays chosen."""
        if self.source.count() == 1 and not self.chosen_source:
            self.source.setItemText(0, _("Looking for scanners…"))

    def show_profiles(self, names: list[str]) -> None:
        """Fill the list of profiles."""
        chosen = self.profile.currentData()
        self.profile.clear()
        for name in names:
            self.profile.addItem(profile_word(name), name)
        self.profile.setCurrentIndex(max(self.profile.findData(chosen), 0))

    @property
    def chosen_source(self) -> str:
        """The source as `scan --source` takes it, or an empty text."""
        return str(self.source.currentData() or "")

    @property
    def request(self) -> dict[str, Any]:
        """Source, profile and part as chosen."""
        return {
            "source": self.chosen_source,
            "profile": str(self.profile.currentData() or "standard"),
            "part": str(self.part.currentData() or "main"),
        }

    def ask_folder(self) -> None:
        """Let the person choose a folder of scans."""
        path = QFileDialog.getExistingDirectory(self, _("Folder of scans"))
        if path:
            self.choose_folder(Path(path))

    def choose_folder(self, path: Path) -> None:
        """Take a folder as the source."""
        source = f"{FOLDER_SCHEME}{path}"
        if self.source.findData(source) < 0:
            empty = self.source.findData("")
            if empty >= 0:
                self.source.removeItem(empty)
            self._add_folder(source)
        self.source.setCurrentIndex(self.source.findData(source))

    def _add_folder(self, source: str) -> None:
        name = _("Folder: {name}").format(name=Path(source.removeprefix(FOLDER_SCHEME)).name)
        self.source.addItem(name, source)
        self.source.setItemData(self.source.count() - 1, source.removeprefix(FOLDER_SCHEME), 3)

    def set_free(self, free: bool) -> None:
        """While a batch runs, or once the dossier is sealed, nothing here can be changed."""
        for part in (self.source, self.folder, self.look, self.profile, self.part, self.start):
            part.setEnabled(free)


def source_name(row: SourceRow) -> str:
    """A device as people call it."""
    device = " ".join(part for part in (row.maker, row.model) if part) or row.source
    if row.source.startswith("simulated:"):
        device = _("Simulated scanner · {name}").format(name=row.source.partition(":")[2])
    return _("{device}, both sides").format(device=device) if row.duplex else device


def profile_word(name: str) -> str:
    """A profile as people call it."""
    return {
        "standard": _("Standard · colour 300 dpi, both sides"),
        "gray": _("Gray 300 dpi, both sides"),
        "simplex": _("One side · colour 300 dpi"),
        "fine": _("Fine · colour 600 dpi, both sides"),
    }.get(name, name)
