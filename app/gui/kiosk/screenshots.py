"""Pictures of the terminal, to be looked at: `python -m app.gui.kiosk.screenshots OUT`.

One PNG per screen and size; `kiosk.png` is the reader at 1366 x 768. Set QT_SCALE_FACTOR=2 for
pictures at 200 % scale.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app.gui.kiosk.application import make_application
from app.gui.kiosk.samples import CODE, SampleRoom
from app.gui.kiosk.window import KioskWindow
from app.gui.lanes import Lanes
from app.kernel.errors import Broken

if TYPE_CHECKING:
    from app.services.reading_room import ReadingRoom

SIZES = ((1366, 768), (1920, 1080))
SETTLE_MILLISECONDS = 250
PATIENCE_MILLISECONDS = 8000
WATERMARK = ("app.adapters.reading.watermark", "watermarked_page")


class Camera:
    """Takes one picture after another once the window came to rest."""

    def __init__(self, application: QApplication, out: Path) -> None:
        self._application = application
        self._out = out
        self.taken: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def settle(self) -> None:
        """Let pages and layouts arrive."""
        deadline = QDeadlineTimer(SETTLE_MILLISECONDS)
        patience = QDeadlineTimer(PATIENCE_MILLISECONDS)
        while not deadline.hasExpired() or (Lanes.current().busy and not patience.hasExpired()):
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def take(self, window: KioskWindow, name: str) -> None:
        """Write `window` as a PNG."""
        self.settle()
        path = self._out / f"{name}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.taken.append(path)


def _watermark() -> Callable[[str, tuple[str, ...]], bytes]:
    """The real watermark, fetched by name as the worker pool does it."""
    module, name = WATERMARK
    return cast(
        "Callable[[str, tuple[str, ...]], bytes]", getattr(importlib.import_module(module), name)
    )


def take_all(camera: Camera, folder: Path, size: tuple[int, int]) -> None:
    """Every screen in one size."""
    label = f"{size[0]}x{size[1]}"
    room = SampleRoom(folder, hours=1.98, mark=_watermark())
    window = KioskWindow(cast("ReadingRoom", room))
    window.resize(*size)
    window.show()
    camera.take(window, f"{label}-01-welcome")
    window.welcome.start.click()
    camera.take(window, f"{label}-02-sign-in")
    for digit in "1001999999":
        window.sign_in.type_digit(digit)
    window.sign_in.submit()
    camera.settle()
    camera.take(window, f"{label}-03-wrong-code")
    for digit in "1001123":
        window.sign_in.type_digit(digit)
    camera.take(window, f"{label}-04-digits")
    window.sign_in.clear()
    for digit in CODE.replace("-", ""):
        window.sign_in.type_digit(digit)
    window.sign_in.submit()
    camera.take(window, f"{label}-05-reader")
    if size == SIZES[0]:
        camera.take(window, "kiosk")
    reader = window.reader
    reader.go_to(14)
    reader.bottom.whole.click()
    camera.take(window, f"{label}-06-whole-page")
    reader.bottom.large_type.click()
    camera.take(window, f"{label}-07-large-type")
    reader.bottom.large_type.click()
    reader.ask_page("8")
    camera.take(window, f"{label}-08-go-to-page")
    reader.entry.close_entry()
    room.fault = Broken("RDR-110")
    reader.go_to(50)
    camera.take(window, f"{label}-09-fault")
    room.fault = None
    reader.go_to(87)
    camera.settle()
    window.idle_panel.warn(30)
    camera.take(window, f"{label}-10-idle")
    window.leave("")
    window.welcome.say("长时间无人操作，已自动退出，屏幕内容已全部清除。", "warn")
    camera.take(window, f"{label}-11-left")
    window.ask_staff()
    camera.take(window, f"{label}-12-staff")
    window.allow_close()
    window.close()


def main(argv: list[str]) -> int:
    """Take the pictures; the exit status is 0 when all were written."""
    parser = argparse.ArgumentParser(prog="app.gui.kiosk.screenshots")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application([])
    camera = Camera(application, arguments.out)
    with tempfile.TemporaryDirectory(prefix="juanzong-kiosk-") as folder:
        for size in SIZES:
            take_all(camera, Path(folder), size)
        Lanes.current().shut_down()
    sys.stdout.write(f"{len(camera.taken)} pictures in {arguments.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
