"""Fixtures of the window tests: one application, Chinese, without a screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.main_window import MainWindow
from app.gui.samples.workstation import SampleWorkstation

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["desk-tests", "-platform", "offscreen"]


@pytest.fixture(autouse=True)
def desk_theme(qapp: QApplication) -> Iterator[None]:
    from app.gui.i18n import install_qt_translator
    from app.gui.theme.apply import apply_theme
    from app.kernel.translation import set_language

    set_language("zh_CN")
    if not qapp.property("translated"):
        install_qt_translator(qapp)
        qapp.setProperty("translated", True)
    if qapp.property("theme_name") != "light":
        apply_theme(qapp, "light")
    yield
    set_language("zh_CN")


def draw_picture(path: Path, size: QSize, text: str = "") -> Path:
    """A white page with a number, as a JPEG or PNG by its suffix."""
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.drawText(image.rect(), int(Qt.AlignmentFlag.AlignCenter), text or path.stem)
    painter.end()
    assert image.save(str(path))
    return path


@pytest.fixture
def pictures(tmp_path: Path, qapp: QApplication) -> list[Path]:
    """Ten thumbnails of A4 proportions."""
    return [draw_picture(tmp_path / f"{n}.png", QSize(180, 256), str(n)) for n in range(10)]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the pictures of the invented case, drawn once: it takes seconds, and nobody
    changes them."""
    return tmp_path_factory.mktemp("drawn")


@pytest.fixture
def sample(qapp: QApplication, drawn: Path) -> SampleWorkstation:
    """The invented cases in memory."""
    return SampleWorkstation(drawn)


@pytest.fixture
def window(qtbot: QtBot, sample: SampleWorkstation) -> Iterator[MainWindow]:
    """The main window over them, nobody signed in."""
    made = MainWindow(cast(Any, sample))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    yield made
    if sample.hold is not None:
        sample.hold.set()
    made.close()
