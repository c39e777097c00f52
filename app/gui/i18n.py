"""Texts of the window: `_` marks and translates; Qt's own buttons speak the same language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from app.kernel.translation import current_language, translate

__all__ = ["_", "install_qt_translator", "number"]

_ = translate


def install_qt_translator(application: QCoreApplication) -> None:
    """Teach Qt's own buttons and menus the language of this process (qtbase_<language>.qm)."""
    language = current_language()
    QLocale.setDefault(QLocale(language))
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    translator = QTranslator(application)
    if translator.load(f"qtbase_{language}", folder):
        application.installTranslator(translator)


def number(value: int) -> str:
    """An integer with grouping, so that four figures read at a glance."""
    return f"{value:,}"
