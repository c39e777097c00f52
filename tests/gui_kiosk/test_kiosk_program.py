"""The terminal as a program: opened full screen, closed by staff with Ctrl+Alt+Q."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
import app.gui.kiosk.application as program
from app.gui.kiosk.samples import SampleRoom
from app.gui.kiosk.window import KioskWindow

room = SampleRoom(Path(sys.argv[1]))
seen = []

def step():
    windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, KioskWindow)]
    if not windows:
        return
    window = windows[0]
    if not window.welcome.start.isEnabled() or not window.isActiveWindow():
        return
    if not seen:
        seen.append("full" if window.isFullScreen() else "window")
        QTest.keyClick(window, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
        window.close()
        seen.append("stays" if window.isVisible() else "gone")
        modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
        QTest.keyClick(window, Qt.Key.Key_Q, modifiers)
    elif window.staff.isVisible() and window.staff.name.count() and not window.staff.pin.text():
        window.staff.pin.setText("2468")
        window.staff.submit()

make = program.make_window
def making(room, *, windowed):
    window = make(room, windowed=windowed)
    timer = QTimer(window, interval=30)
    timer.timeout.connect(step)
    timer.start()
    return window
program.make_window = making
status = program.run(room, sys.argv[2:])
print(",".join(seen), status, [c[0] for c in room.calls])
"""


@pytest.mark.parametrize(("arguments", "shown"), [([], "full"), (["--windowed"], "window")])
def test_open_and_close_by_staff(tmp_path: Path, arguments: list[str], shown: str) -> None:
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", PYTHONPATH=str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=40,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{shown},stays 0 ['prepare', 'confirm_staff']"
