"""The review terminal as a program: full screen, alone, closed by staff only."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.gui.i18n import _, install_qt_translator
from app.gui.kiosk.looks import dress
from app.gui.kiosk.single_case import SingleCaseRoom
from app.gui.kiosk.window import KioskWindow
from app.gui.lanes import Lanes

if TYPE_CHECKING:
    from app.services.reading_room import ReadingRoom

WINDOWED_SIZE = (1366, 768)


def make_application(arguments: Sequence[str]) -> QApplication:
    """The application object in the looks of the terminal, made when there is none yet."""
    existing = QCoreApplication.instance()
    if existing is None:
        QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
            Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
        )
        application = QApplication(["kiosk", *arguments])
    else:
        application = cast("QApplication", existing)
    application.setApplicationName("juanzong-kiosk")
    application.setApplicationDisplayName(_("Reading terminal"))
    install_qt_translator(application)
    dress(application)
    return application


def make_window(room: ReadingRoom, *, windowed: bool) -> KioskWindow:
    """The window, not shown yet; over everything and without a frame unless `windowed`."""
    window = KioskWindow(cast("ReadingRoom", SingleCaseRoom(room)))
    if windowed:
        window.resize(*WINDOWED_SIZE)
    else:
        flags = Qt.WindowType
        window.setWindowFlags(flags.Window | flags.FramelessWindowHint | flags.WindowStaysOnTopHint)
    return window


def run(room: ReadingRoom, arguments: list[str]) -> int:
    """Open the terminal and give its exit status once staff closed it.

    `--windowed` opens an ordinary window instead of the full screen.
    """
    parser = argparse.ArgumentParser(prog="kiosk", add_help=False)
    parser.add_argument("--windowed", action="store_true")
    options, rest = parser.parse_known_args(arguments)
    application = make_application(rest)
    window = make_window(room, windowed=options.windowed)
    window.closing.connect(application.quit)
    if options.windowed:
        window.show()
    else:
        window.showFullScreen()
    status = application.exec()
    Lanes.current().shut_down()
    return status
