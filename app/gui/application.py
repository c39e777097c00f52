"""The desktop program: one application, one window, Chinese unless asked otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.gui.i18n import _, install_qt_translator
from app.gui.lanes import Lanes
from app.gui.main_window import MainWindow
from app.gui.present import ErrorDialog, present
from app.gui.theme.apply import apply_theme
from app.gui.theme.icons import icon_pixmap
from app.gui.theme.tokens import read_tokens
from app.gui.widgets.room import within_screen
from app.kernel.errors import Fault
from app.kernel.translation import set_language

if TYPE_CHECKING:
    from app.services.workstation import Workstation


def make_application(argv: Sequence[str], *, language: str, theme: str = "") -> QApplication:
    """The application object, dressed and speaking `language`.

    Without a `theme` it follows the light or dark setting of the system.
    """
    set_language(language)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = _application(argv)
    application.setApplicationName("juanzong")
    application.setApplicationDisplayName(_("Dossier workstation"))
    install_qt_translator(application)
    if not theme:
        dark = application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        theme = "dark" if dark else "light"
    apply_theme(application, theme)
    accent = read_tokens(theme).colour("accent")
    application.setWindowIcon(icon_pixmap("archive", accent, 64))
    return application


def _application(argv: Sequence[str]) -> QApplication:
    standing = QApplication.instance()
    return standing if isinstance(standing, QApplication) else QApplication(list(argv))


def run(workstation: Workstation, argv: Sequence[str]) -> int:
    """Open the desktop and give its exit status; the caller holds the data folder meanwhile."""
    application = make_application(argv, language=workstation.language)
    window = MainWindow(workstation)
    window.resize(within_screen(window, window.size()))
    window.show()
    window.pages.make_ahead()
    status = application.exec()
    Lanes.current().shut_down()
    return status


def show_fault(fault: Fault, *, language: str) -> int:
    """Say in a dialog why the desktop cannot open, and give the exit status of the fault."""
    make_application([], language=language)
    ErrorDialog(present(fault)).exec()
    return fault.exit_status
