"""The window of leafing through over a real store and a recorded video."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, Actor
from app.gui.leafing.next_step import RESULT
from app.gui.leafing.result import DIFFERENT, FOUND, MISSING
from app.gui.main_window import MainWindow
from app.gui.present import ErrorDialog
from app.gui.reconcile.page import ReconcilePage
from app.services.workstation import Workstation
from tests.leafing.conftest import CASE_NO, Film

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["desk-tests", "-platform", "offscreen"]


def test_a_recording_is_leafed_through_in_the_window(
    qtbot: QtBot,
    qapp: QApplication,
    station: Workstation,
    scans: list[Path],
    film: Film,
    tmp_path: Path,
) -> None:
    actor = Actor(name="沈若溪", role=ADMINISTRATOR)
    folder = tmp_path / "scans"
    folder.mkdir()
    for number, page in enumerate(scans[:6], start=1):
        shutil.copy(page, folder / f"{number:03}.jpg")
    station.register_case(actor, {"case_no": CASE_NO})
    station.scan(actor, CASE_NO, f"folder:{folder}")
    # Sides 2 and 4 are blank; 3 and 4 are turned over with another.
    video = film([*scans[:2], *scans[4:6]])
    window = MainWindow(station)
    qtbot.addWidget(window)
    window.show()
    window.desk.sign_in(actor)

    def until(reached: Callable[[], bool]) -> None:
        qtbot.waitUntil(reached, timeout=120000)

    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="reconcile")
    page = cast(ReconcilePage, window.pages["reconcile"])
    until(page.leaf.isVisible)
    leafing = page.commands.leaf_through()
    assert leafing is not None
    until(lambda: leafing.view is not None)
    assert leafing.counter.words.text() == "已见 0 / 4 面"
    leafing.chooser.use_recording(str(video))
    outlined: list[int] = []
    leafing.run.arrived.connect(
        lambda _things: outlined.append(len(leafing.running.camera.outlines))
    )
    qtbot.keyClick(leafing, Qt.Key.Key_Space)
    until(lambda: leafing.run.running)
    until(lambda: leafing.stack.currentIndex() == RESULT and not leafing.run.running)
    assert leafing.counter.words.text() == "已见 3 / 4 面"
    assert any(outlined)
    assert leafing.running.camera.has_picture
    (outline,) = leafing.running.camera.outlines
    assert not leafing.running.camera.polygon(QRectF(0, 0, 96, 54), outline.look).isEmpty()
    assert "two_at_once" in {entry.kind for entry in leafing.running.log.model.entries}
    models = leafing.result.models
    assert [row.tile.position for row in models[MISSING].rows] == [3]
    assert [row.tile.position for row in models[FOUND].rows] == [1, 5, 6]
    assert models[DIFFERENT].rows == ()
    until(lambda: leafing.result.viewer.path is not None and not leafing.result.viewer.loading)
    leafing.close()
    until(lambda: not page.busy)
    assert window.findChildren(ErrorDialog) == []
    assert station.history(CASE_NO)[-1].action == "leafed_through"
    window.close()
