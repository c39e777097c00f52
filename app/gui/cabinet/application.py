"""The screen of a cabinet as a program: full screen, alone, closed by staff only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from app.gui.cabinet.cell_picture import ROWS
from app.gui.cabinet.cues import cue_player
from app.gui.cabinet.looks import dress_cabinet
from app.gui.cabinet.window import CabinetWindow
from app.gui.i18n import _
from app.gui.kiosk.application import make_application
from app.gui.lanes import Lanes

if TYPE_CHECKING:
    from app.services.locker_views import CabinetDesk

WINDOWED_SIZE = (1366, 768)


def make_cabinet_application() -> QApplication:
    """The application object in the looks of the cabinet."""
    application = make_application([])
    application.setApplicationName("juanzong-cabinet")
    application.setApplicationDisplayName(_("Cloud locker"))
    dress_cabinet(application)
    return application


def make_window(
    desk: CabinetDesk, voices: Path | None, *, windowed: bool, rows: int = ROWS
) -> CabinetWindow:
    """The window, not shown yet; over everything and without a frame unless `windowed`."""
    window = CabinetWindow(desk, cue_player(voices), rows=rows)
    if windowed:
        window.resize(*WINDOWED_SIZE)
    else:
        flags = Qt.WindowType
        window.setWindowFlags(flags.Window | flags.FramelessWindowHint | flags.WindowStaysOnTopHint)
    return window


def run(
    desk: CabinetDesk, *, voices: Path | None = None, windowed: bool = False, rows: int = 0
) -> int:
    """Open the screen of a cabinet and give its exit status once staff closed it. `voices` is the
    folder with the court's recordings, if it has any; `rows` how many cells stand in a column of
    the cabinet, 0 for the usual number."""
    application = make_cabinet_application()
    window = make_window(desk, voices, windowed=windowed, rows=rows or ROWS)
    window.closing.connect(application.quit)
    if windowed:
        window.show()
    else:
        window.showFullScreen()
    status = application.exec()
    Lanes.current().shut_down()
    return status
