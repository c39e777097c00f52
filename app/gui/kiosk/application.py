"""The review terminal as a program: full screen, alone, closed by staff only."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from app.gui.i18n import _, install_qt_translator
from app.gui.kiosk.looks import dress
from app.gui.kiosk.reader_host import ReaderHost
from app.gui.kiosk.reader_process import reader_command, remove_leftovers
from app.gui.kiosk.shell import ShellWindow
from app.gui.lanes import Lanes
from app.kernel.translation import current_language

if TYPE_CHECKING:
    from app.services.reading_views import ReadingDesk

WINDOWED_SIZE = (1366, 768)


def make_application(arguments: Sequence[str]) -> QApplication:
    """The application object in the looks of the terminal, made when there is none yet."""
    existing = QCoreApplication.instance()
    if existing is None:
        # Programs that help to type open windows of their own; the terminal has its keyboard.
        os.environ["QT_IM_MODULE"] = "none"
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


def show_alone(window: QWidget, *, windowed: bool) -> None:
    """Show a window of the terminal: over everything and without a frame unless `windowed`."""
    if windowed:
        window.resize(*WINDOWED_SIZE)
        window.show()
        return
    flags = Qt.WindowType
    window.setWindowFlags(flags.Window | flags.FramelessWindowHint | flags.WindowStaysOnTopHint)
    window.showFullScreen()


def reader_arguments(*, windowed: bool) -> list[str]:
    """What the program of a reader is told: the language, and how its window is shown."""
    return ["--lang", current_language(), *(["--windowed"] if windowed else [])]


def run(room: ReadingDesk, arguments: list[str], *, reader: Sequence[str] = ()) -> int:
    """Open the terminal and give its exit status once staff closed it.

    `--windowed` opens ordinary windows instead of the full screen. `reader` is another command
    that starts the program of a reader (tests).
    """
    parser = argparse.ArgumentParser(prog="kiosk", add_help=False)
    parser.add_argument("--windowed", action="store_true")
    options, rest = parser.parse_known_args(arguments)
    application = make_application(rest)
    # The reader's window ends with its process; only staff ends this one.
    application.setQuitOnLastWindowClosed(False)
    remove_leftovers()
    host = ReaderHost(reader or reader_command(reader_arguments(windowed=options.windowed)))
    window = ShellWindow(room, host)
    window.closing.connect(application.quit)
    show_alone(window, windowed=options.windowed)
    try:
        return application.exec()
    finally:
        host.close()
        Lanes.current().shut_down()
