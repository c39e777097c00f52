"""Where the leaves are shown: one of the cameras, or a recording."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, label, theme_icon

CAMERA = "camera:"
WIDTH = 520
_SUFFIXES = "*.mp4 *.avi *.mov *.mkv *.m4v *.webm *.wmv"
_SOURCE = Qt.ItemDataRole.UserRole


class SourceChooser(QWidget):
    """A list of cameras, then the recording chosen before. `recording_chosen(path)` tells of a
    recording; `chosen` is what leafing through is to be started with."""

    recording_chosen = Signal(str)

    def __init__(
        self,
        look_again: Callable[[], object],
        start: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._cameras: tuple[str, ...] = ()
        self._recording = ""
        self.icon = IconLabel("camera", "muted", 48)
        self.title = label("", "title")
        self.text = label("", "muted", wrap=True)
        self.text.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.list = QListWidget()
        self.list.setProperty("role", "rows")
        self.list.setAccessibleName(_("Camera or recording"))
        self.list.itemDoubleClicked.connect(lambda _item: start())
        self.again = push_button(
            _("Look for cameras again"), look_again, icon_name="refresh", action="leaf_cameras"
        )
        self.open = push_button(
            _("Choose a recording…"), self.ask_recording, icon_name="film", action="leaf_recording"
        )
        self._lay_out()
        self.show_sources((), "")

    def _lay_out(self) -> None:
        middle = QWidget()
        middle.setFixedWidth(WIDTH)
        inner = QVBoxLayout(middle)
        inner.setContentsMargins(0, 16, 0, 16)
        inner.setSpacing(8)
        inner.addStretch(2)
        inner.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self.title, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(self.text)
        inner.addSpacing(8)
        inner.addWidget(self.list)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.again)
        row.addWidget(self.open)
        row.addStretch(1)
        inner.addLayout(row)
        inner.addStretch(3)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(16, 0, 16, 0)
        outer.addStretch(1)
        outer.addWidget(middle)
        outer.addStretch(1)

    @property
    def chosen(self) -> str:
        """The source under the cursor, or an empty text."""
        item = self.list.currentItem()
        return "" if item is None else str(item.data(_SOURCE))

    def show_sources(self, cameras: Sequence[str], wanted: str) -> None:
        """Show the cameras that are there; `wanted` is chosen when it is one of them, or a
        recording that still exists."""
        self._cameras = tuple(cameras)
        if wanted and not wanted.startswith(CAMERA) and Path(wanted).is_file():
            self._recording = wanted
        sources = [*self._cameras, *([self._recording] if self._recording else [])]
        self.list.clear()
        for source in sources:
            item = QListWidgetItem(source_words(source))
            item.setIcon(theme_icon("camera" if source.startswith(CAMERA) else "film"))
            item.setData(_SOURCE, source)
            item.setToolTip(source)
            self.list.addItem(item)
        if sources:
            self.list.setCurrentRow(sources.index(wanted) if wanted in sources else 0)
            height = self.list.sizeHintForRow(0) * min(len(sources), 5)
            self.list.setFixedHeight(height + 2 * self.list.frameWidth() + 2)
        self.list.setVisible(bool(sources))
        self._say(bool(self._cameras))

    def _say(self, camera: bool) -> None:
        self.title.setText(
            _("Lay the dossier under the camera") if camera else _("No camera was found")
        )
        self.text.setText(
            _("Turn leaf by leaf. Let the front and the back of each leaf rest for a moment.")
            if camera
            else _(
                "Connect the document camera and look again, or choose a recording of the leaves "
                "being turned."
            )
        )
        self.title.setAccessibleDescription(self.text.text())

    def ask_recording(self) -> None:
        """Let the person choose a recording."""
        folder = str(Path(self._recording).parent) if self._recording else ""
        path, _kind = QFileDialog.getOpenFileName(
            self,
            _("Recording of the leaves"),
            folder,
            _("Video files ({patterns})").format(patterns=_SUFFIXES) + ";;" + _("All files (*)"),
        )
        if path:
            self.use_recording(path)

    def use_recording(self, path: str) -> None:
        """Take this recording."""
        self._recording = path
        self.show_sources(self._cameras, path)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.recording_chosen.emit(path)


def source_words(source: str) -> str:
    """A source as people call it."""
    if source.startswith(CAMERA):
        return _("Camera {number}").format(number=source.removeprefix(CAMERA))
    return Path(source).name
