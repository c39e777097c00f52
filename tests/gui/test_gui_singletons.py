"""Signals and paint events must not use up the references of `True` and `None`."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import app.gui
from PySide6.QtCore import QCoreApplication, QObject, Signal
application = QCoreApplication([])
class Sender(QObject):
    sent = Signal(int)
sender = Sender()
for number in range(50_000):
    sender.sent.emit(number)
print("alive")
"""


def test_fifty_thousand_signals_do_not_end_the_program() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "alive"
