"""The screen as a program: `cabinet`, over a data folder, closed by staff with Ctrl+Alt+Q."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.bootstrap import open_cabinet_station
from app.gui.cabinet.application import make_window
from app.gui.cabinet.samples import SampleDesk
from app.kernel.errors import BadInput

ROOT = Path(__file__).parents[2]
SCRIPT = """
import json, sys
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
import app.gui.cabinet.application as program
import main

seen = []
make = program.make_window

def making(desk, voices, **options):
    window = make(desk, voices, **options)
    timer = QTimer(window, interval=50)
    timer.timeout.connect(lambda: step(window))
    timer.start()
    return window

def step(window):
    if not window.isActiveWindow():
        return
    if not seen:
        seen.append("full" if window.isFullScreen() else "window")
        seen.append(window.top.cabinet.text())
        window.close()
        seen.append("stays" if window.isVisible() else "gone")
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        QTest.keyClick(window, Qt.Key.Key_Q, modifiers)
    elif window.staff.error.text() and window.staff.confirm.isEnabled():
        window.staff.submit()

program.make_window = making
status = main.main(["--data", sys.argv[1], "cabinet", *sys.argv[2:]])
print(json.dumps([*seen, status]))
"""


def test_open_and_close_by_staff(tmp_path: Path) -> None:
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "数据")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == ["full", "simulated:hall", "stays", 0]


@pytest.mark.parametrize("windowed", [False, True])
def test_the_real_window_has_no_frame(qtbot: QtBot, windowed: bool, tmp_path: Path) -> None:
    window = make_window(SampleDesk(), tmp_path, windowed=windowed, rows=5)  # type: ignore[arg-type]
    qtbot.addWidget(window)
    frameless = bool(window.windowFlags() & Qt.WindowType.FramelessWindowHint)
    assert frameless is not windowed
    window.allow_close()
    window.close()


def test_an_unknown_cabinet_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        open_cabinet_station(tmp_path / "数据", "simulated:nowhere")
    assert caught.value.code == "HND-108"
