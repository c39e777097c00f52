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
    application = QApplication(list(argv))
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


def run(workstation: Workstation, argv: Sequence[str]) -> int:
    """Open the desktop and give its exit status.

    The data folder is held while the window is open; when somebody else holds it, a dialog says
    so and the status is that of the fault (3).
    """
    application = make_application(argv, language=workstation.language)
    try:
        with workstation.claim("desk"):
            window = MainWindow(workstation)
            window.show()
            status = application.exec()
            Lanes.current().shut_down()
            return status
    except Fault as fault:
        dialog = ErrorDialog(present(fault))
        dialog.exec()
        return fault.exit_status
