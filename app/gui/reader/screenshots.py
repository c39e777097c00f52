"""Pictures of the reader's window: `python -m app.gui.reader.screenshots OUT`.

One PNG per state and size. Set QT_SCALE_FACTOR=2 for pictures at 200 % scale.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from app.gui.kiosk.application import make_application
from app.gui.lanes import Lanes
from app.gui.reader.looks import dress_reader
from app.gui.reader.reading import ReadingPage
from app.gui.reader.samples import SampleDesk
from app.gui.reader.side_panel import MARKS, PICTURES
from app.gui.reader.window import ReaderWindow
from app.kernel.errors import Broken

SIZES = ((1366, 768), (1920, 1080))
SETTLE_MILLISECONDS = 250
PATIENCE_MILLISECONDS = 20000


class Camera:
    """Takes one picture after another once the window came to rest."""

    def __init__(self, application: QApplication, out: Path) -> None:
        self._application = application
        self._out = out
        self._size = SIZES[0]
        self.taken: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def open(self, desk: SampleDesk, size: tuple[int, int]) -> ReaderWindow:
        """A window over `desk`, come to rest."""
        self._size = size
        window = ReaderWindow(desk)
        window.resize(*size)
        window.show()
        window.begin()
        self.settle()
        return window

    def settle(self) -> None:
        """Let pages and layouts arrive."""
        deadline = QDeadlineTimer(SETTLE_MILLISECONDS)
        patience = QDeadlineTimer(PATIENCE_MILLISECONDS)
        while not deadline.hasExpired() or (Lanes.current().busy and not patience.hasExpired()):
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def take(self, window: ReaderWindow, name: str) -> None:
        """Write `window` as a PNG. Raises OSError when it cannot be written."""
        self.settle()
        path = self._out / f"reader-{self._size[0]}x{self._size[1]}-{name}.png"
        if not window.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.taken.append(path)


def take_words(camera: Camera, window: ReaderWindow, reading: ReadingPage) -> None:
    """Search, small pictures and marks."""
    reading.ask_search()
    for letter in "huokuan":
        reading.keyboard.press(letter)
    camera.take(window, "02-keyboard")
    reading.keyboard.press("space")
    reading.keyboard.press("enter")
    camera.take(window, "03-hits")
    reading.side.show_tab(PICTURES)
    camera.take(window, "04-pictures")
    reading.bottom.bookmark.click()
    camera.settle()
    reading.side.show_tab(MARKS)
    reading.side.marks.keep_note("与送货单第三联金额不一致，需向对方核实后再质证")
    camera.take(window, "05-marks")


def take_prints(camera: Camera, window: ReaderWindow, desk: SampleDesk) -> None:
    """The basket before and after asking."""
    reading = window.reading
    reading.top.basket.click()
    reading.basket.add((1, 3, 4, 87))
    reading.basket.copies.set_value(2)
    reading.basket.copies.setFocus()
    camera.take(window, "06-basket")
    reading.basket.ask_print()
    camera.settle()
    desk.settle("refused", "卷宗正在使用，请于下午再试")
    reading.basket.open(desk.session)
    camera.take(window, "07-refused")
    reading.top.basket.click()


def take_looks(camera: Camera, window: ReaderWindow) -> None:
    """Two pages, the simple view, high contrast, a fault, the warning."""
    reading = window.reading
    reading.display.open()
    camera.take(window, "08-display")
    reading.display.two_pages.click()
    camera.take(window, "09-two-pages")
    reading.display.two_pages.click()
    reading.view.fit_width()
    window.change_looks(True, False)
    camera.take(window, "10-simple")
    reading.bottom.large_type.click()
    window.change_looks(True, True)
    camera.take(window, "11-simple-contrast")
    reading.bottom.large_type.click()
    window.change_looks(False, True)
    camera.take(window, "12-contrast")
    reading.top.basket.click()
    reading.basket.add((1, 3))
    camera.take(window, "12-contrast-basket")
    reading.top.basket.click()
    window.change_looks(False, False)


def take_all(camera: Camera, folder: Path, size: tuple[int, int]) -> None:
    """Every state in one size."""
    desk = SampleDesk(folder, text_selection=True, hours=1.98)
    window = camera.open(desk, size)
    camera.take(window, "01-page")
    take_words(camera, window, window.reading)
    take_prints(camera, window, desk)
    take_looks(camera, window)
    desk.fault = Broken("RDR-110")
    window.reading.go_to(50)
    camera.take(window, "13-fault")
    desk.fault = None
    window.reading.go_to(87)
    camera.settle()
    window.warn(30)
    camera.take(window, "14-idle")
    window.resume()
    window.leave()
    camera.take(window, "15-slip")
    _close(window)
    several = camera.open(SampleDesk(folder, cases=3), size)
    camera.take(several, "16-cases")
    _close(several)


def _close(window: ReaderWindow) -> None:
    window.wipe()
    window.allow_close()
    window.close()


def main(argv: list[str]) -> int:
    """Take the pictures; the exit status is 0 when all were written."""
    parser = argparse.ArgumentParser(prog="app.gui.reader.screenshots")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application([])
    dress_reader(application)
    camera = Camera(application, arguments.out)
    with tempfile.TemporaryDirectory(prefix="juanzong-reader-") as folder:
        for size in SIZES:
            take_all(camera, Path(folder), size)
        Lanes.current().shut_down()
    sys.stdout.write(f"{len(camera.taken)} pictures in {arguments.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
