"""Pictures of the terminal's shell, to be looked at: `python -m app.gui.kiosk.screenshots OUT`.

One PNG per screen and size; those of the reader's window are in `app.gui.reader.screenshots`. Set
QT_SCALE_FACTOR=2 for pictures at 200 % scale.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app.gui.kiosk.application import make_application
from app.gui.kiosk.reader_host import ReaderHost
from app.gui.kiosk.samples import QUERY_CODE, SampleDesk
from app.gui.kiosk.shell import ShellWindow
from app.gui.kiosk.visit import BY_IDLE
from app.gui.lanes import Lanes

SIZES = ((1366, 768), (1920, 1080))
SETTLE_MILLISECONDS = 250
PATIENCE_MILLISECONDS = 8000


class Camera:
    """Takes one picture after another once the window came to rest."""

    def __init__(self, application: QApplication, out: Path) -> None:
        self._application = application
        self._out = out
        self.taken: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def settle(self) -> None:
        """Let answers and layouts arrive."""
        deadline = QDeadlineTimer(SETTLE_MILLISECONDS)
        patience = QDeadlineTimer(PATIENCE_MILLISECONDS)
        while not deadline.hasExpired() or (Lanes.current().busy and not patience.hasExpired()):
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def take(self, window: ShellWindow, name: str) -> None:
        """Write `window` as a PNG."""
        self.settle()
        path = self._out / f"{name}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.taken.append(path)


class StillHost(ReaderHost):
    """Starts nothing."""

    def warm(self) -> None:
        """No process waits behind a picture."""


def take_all(camera: Camera, size: tuple[int, int]) -> None:
    """Every screen in one size."""
    label = f"{size[0]}x{size[1]}"
    window = ShellWindow(SampleDesk(), StillHost(()))
    window.resize(*size)
    window.show()
    camera.take(window, f"{label}-01-welcome")
    window.welcome.start.click()
    camera.take(window, f"{label}-02-sign-in")
    _type(window.prove.entry.type_digit, "1001999999")
    window.prove.entry.submit()
    camera.take(window, f"{label}-03-wrong-code")
    _type(window.prove.entry.type_digit, "1001123")
    camera.take(window, f"{label}-04-digits")
    window.leave("")
    window.welcome.ask.click()
    camera.take(window, f"{label}-05-query")
    _type(window.query.entry.type_digit, QUERY_CODE.replace("-", ""))
    window.query.entry.submit()
    camera.take(window, f"{label}-06-progress")
    window.leave("")
    window.welcome.wall.click()
    camera.take(window, f"{label}-07-notices")
    window.idle_panel.warn(30)
    camera.take(window, f"{label}-08-idle")
    window.leave(BY_IDLE)
    camera.take(window, f"{label}-09-left")
    window.stack.setCurrentWidget(window.at_work)
    camera.take(window, f"{label}-10-at-work")
    window.leave("")
    window.ask_staff()
    camera.take(window, f"{label}-11-staff")
    window.allow_close()
    window.close()


def _type(press: Callable[[str], None], digits: str) -> None:
    for digit in digits:
        press(digit)


def main(argv: list[str]) -> int:
    """Take the pictures; the exit status is 0 when all were written."""
    parser = argparse.ArgumentParser(prog="app.gui.kiosk.screenshots")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application([])
    camera = Camera(application, arguments.out)
    for size in SIZES:
        take_all(camera, size)
    Lanes.current().shut_down()
    sys.stdout.write(f"{len(camera.taken)} pictures in {arguments.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
