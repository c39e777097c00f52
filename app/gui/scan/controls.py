"""What is scanned from where: source, profile, part."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button, tool_button
from app.gui.widgets.labels import label
from app.services.views import SourceRow

FOLDER_SCHEME = "folder:"
ROOM_FOR_CAPTIONS = 1000


class ScanControls(QFrame):
    """Emits `start_asked`, `by_slips_asked` for a stack of several dossiers, `refresh_asked` to
    look for devices again, `part_changed`, `profiles_asked`, and `chosen(value)` when the person
    chose another source or profile."""

    start_asked = Signal()
    by_slips_asked = Signal()
    refresh_asked = Signal()
    part_changed = Signal()
    profiles_asked = Signal()
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self._wanted: dict[str, str] = {}
        self.source = QComboBox()
        self.source.setAccessibleName(_("Source"))
        self.source.setMinimumWidth(104)
        self.source.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.source.activated.connect(self._on_chosen)
        self.folder = tool_button("folder", _("Folder…"), self.ask_folder, action="folder")
        self.look = tool_button(
            "refresh", _("Look again"), self.refresh_asked.emit, action="look_again"
        )
        self.profile = QComboBox()
        self.profile.setAccessibleName(_("Profile"))
        self.profile.setMinimumContentsLength(6)
        self.profile.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.profile.activated.connect(self._on_chosen)
        self.profiles = push_button(_("Profiles…"), self.profiles_asked.emit, role="flat")
        self.part = QComboBox()
        self.part.setAccessibleName(_("Part"))
        self.part.setMinimumContentsLength(4)
        self.part.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.part.addItem(_("Main part"), "main")
        self.part.addItem(_("Restricted part"), "restricted")
        self.part.currentIndexChanged.connect(lambda _index: self.part_changed.emit())
        self.by_slips = push_button(
            _("Scan by slips"), self.by_slips_asked.emit, action="scan_by_slips"
        )
        self.start = push_button(
            _("Start scanning"),
            self.start_asked.emit,
            role="primary",
            icon_name="scan",
            action="start_scan",
        )
        # They say what the lists beside them say by themselves: the first to go in a small window.
        self._captions = [label(_("Source"), "muted"), label(_("Profile"), "muted")]
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(8)
        row.addWidget(self._captions[0])
        row.addWidget(self.source, 3)
        row.addWidget(self.folder)
        row.addWidget(self.look)
        row.addSpacing(8)
        row.addWidget(self._captions[1])
        row.addWidget(self.profile, 2)
        row.addWidget(self.profiles)
        row.addWidget(self.part)
        row.addStretch(1)
        row.addWidget(self.by_slips)
        row.addWidget(self.start)
        self.show_sources([])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Leave the captions out where there is no room for them."""
        room = event.size().width() >= ROOM_FOR_CAPTIONS
        for caption in self._captions:
            caption.setVisible(room)
        super().resizeEvent(event)

    def keys(self) -> dict[str, Callable[[], object]]:
        """What each key of these controls does."""
        return {
            "source": self.open_sources,
            "profile": lambda: _unfold(self.profile),
            "part": lambda: _unfold(self.part),
            "profiles": self.profiles_asked.emit,
            "folder": self.ask_folder,
            "look_again": self.refresh_asked.emit,
        }

    def open_sources(self) -> None:
        """Unfold the list of sources."""
        _unfold(self.source)

    @property
    def chosen_part(self) -> str:
        """The part that is scanned."""
        return str(self.part.currentData() or "main")

    def choose_part(self, part: str) -> None:
        """Scan another part."""
        self.part.setCurrentIndex(max(self.part.findData(part), 0))

    def choose(self, value: dict[str, Any]) -> None:
        """Take the source and profile that a person used last, as soon as they are listed."""
        self._wanted = {name: str(value[name]) for name in ("source", "profile") if name in value}
        source = self._wanted.get("source", "")
        if source.startswith(FOLDER_SCHEME) and self.source.findData(source) < 0:
            self._add_folder(source)
        self._take_wanted()

    def _take_wanted(self) -> None:
        for name, box in (("source", self.source), ("profile", self.profile)):
            at = box.findData(self._wanted[name]) if name in self._wanted else -1
            if at >= 0:
                box.setCurrentIndex(at)
                del self._wanted[name]

    def _on_chosen(self) -> None:
        self._wanted = {}
        self.chosen.emit({"source": self.chosen_source, "profile": self.request["profile"]})

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
        self._take_wanted()

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
        self._take_wanted()

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
        self._on_chosen()

    def _add_folder(self, source: str) -> None:
        name = _("Folder: {name}").format(name=Path(source.removeprefix(FOLDER_SCHEME)).name)
        self.source.addItem(name, source)
        self.source.setItemData(self.source.count() - 1, source.removeprefix(FOLDER_SCHEME), 3)

    def set_free(self, free: bool, *, by_slips: bool = False, start: bool | None = None) -> None:
        """While a batch runs nothing here can be changed. Once the dossier is sealed it can take
        nothing, but a stack may still go by its slips to others."""
        for part in (self.source, self.folder, self.look, self.profile):
            part.setEnabled(free or by_slips)
        self.by_slips.setEnabled(by_slips)
        self.part.setEnabled(free)
        self.start.setEnabled(free if start is None else start)


def _unfold(box: QComboBox) -> None:
    if box.isEnabled():
        box.setFocus()
        box.showPopup()


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
