"""Opens and scrolls the film strip over 2,000 sides with a thumbnail file of its own each.

usage: bench_strip.py [SIDES]

Prints the seconds until the strip shows its first sides (with the main thread free again) and the
longest single piece of main-thread work while it is scrolled: by wheel steps, by dragging the bar
through the whole dossier and by jumping between its ends; by the clock, so that waiting for
anything counts, and by the processor, which a busy machine does not change. The peer is Qt's own
list view with the same pictures as its icons, decoded in the main thread. Without a screen, Qt's
offscreen platform.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PIL import Image, ImageDraw
from PySide6.QtCore import QEventLoop, QSize
from PySide6.QtGui import QIcon, QImage, QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QApplication, QListView

from app.gui.samples.rows import sample_side
from app.gui.widgets.film_strip import FilmStrip
from app.services.views import SideRow

SIDES = 2000
WIDTH, HEIGHT = 300, 760
SETTLED_SECONDS = 0.3
# Milliseconds after which no further event is begun.
SLICE = 5


def main(arguments: list[str]) -> int:
    """Measure the strip and the peer in one run."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sides = int(arguments[0]) if arguments else SIDES
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    with tempfile.TemporaryDirectory(prefix="bench-strip-") as name:
        rows = _rows(Path(name), sides)
        strip, peer = FilmStrip(even=True), QListView()
        own = _measured(application, strip, lambda: strip.show_sides(rows))
        plain = _measured(application, peer, lambda: _fill(peer, rows))
    sys.stdout.write(
        f"film strip, {sides} sides: {own.line()}\n  plain list view: {plain.line()}\n"
        f"  ratio of opening {plain.opened / own.opened:.1f}\n"
    )
    return 0


@dataclass(kw_only=True)
class Measured:
    """Seconds to open; the longest stall by the clock and by the processor, and in which
    movement it was."""

    opened: float
    stall: float = 0.0
    worked: float = 0.0
    where: str = ""

    def note(self, where: str, stall: float, worked: float) -> None:
        """Keep the longest."""
        if stall > self.stall:
            self.stall, self.where = stall, where
        self.worked = max(self.worked, worked)

    def line(self) -> str:
        """As printed."""
        return (
            f"open {self.opened:.3f} s, longest stall {1000 * self.stall:.0f} ms ({self.where}), "
            f"of the processor {1000 * self.worked:.0f} ms"
        )


def _rows(folder: Path, sides: int) -> list[SideRow]:
    rows = []
    for number in range(sides):
        picture = Image.new("RGB", (181, 256), (250, 249, 244))
        draw = ImageDraw.Draw(picture)
        for line in range(30):
            draw.line((20, 20 + 7 * line, 150 - (number * line) % 40, 20 + 7 * line), (60, 60, 60))
        path = folder / f"{number:05}.jpg"
        picture.save(path, quality=82)
        rows.append(sample_side(number + 1, id=f"side-{number}", thumbnail=path))
    return rows


def _fill(view: QListView, rows: list[SideRow]) -> None:
    model = QStandardItemModel(view)
    for row in rows:
        icon = QIcon(QPixmap.fromImage(QImage(str(row.thumbnail))))
        model.appendRow(QStandardItem(icon, str(row.position)))
    view.setIconSize(QSize(120, 170))
    view.setModel(model)


def _measured(
    application: QApplication, view: QAbstractItemView, show: Callable[[], None]
) -> Measured:
    view.resize(WIDTH, HEIGHT)
    view.show()
    _settle(application)
    start = time.perf_counter()
    show()
    view.viewport().repaint()
    application.processEvents()
    measured = Measured(opened=time.perf_counter() - start)
    _settle(application)
    bar = view.verticalScrollBar()
    end = bar.maximum()
    movements = {
        "wheel": [min(end, 120 * step) for step in range(150)],
        "dragging": [end * step // 120 for step in range(121)],
        "jumping": [end * (step % 2) for step in range(12)],
    }
    for name, places in movements.items():
        for place in places:
            start, worked = time.perf_counter(), time.thread_time()
            bar.setValue(place)
            view.viewport().repaint()
            measured.note(name, time.perf_counter() - start, time.thread_time() - worked)
            start, worked = time.perf_counter(), time.thread_time()
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, SLICE)
            measured.note(name, time.perf_counter() - start, time.thread_time() - worked)
    return measured


def _settle(application: QApplication) -> None:
    until = time.perf_counter() + SETTLED_SECONDS
    while time.perf_counter() < until:
        application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, SLICE)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
