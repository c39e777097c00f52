"""The window stays responsive: no slice of main-thread work over a tenth of a second.

Measured in processor time of the main thread, so that a busy machine does not fail the test.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.main_window import MainWindow
from app.gui.navigation import PAGES
from app.gui.samples.rows import CASE_NO, sample_reconciliation
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.widgets.film_strip import FilmStrip

LIMIT_SECONDS = 0.1
SIDES = 1000


class Watchdog:
    """Runs the event loop in small slices and keeps the longest."""

    def __init__(self, application: QApplication) -> None:
        self._application = application
        self.longest = 0.0
        self.where = ""

    def run(self, name: str, milliseconds: int) -> None:
        deadline = QDeadlineTimer(milliseconds)
        while not deadline.hasExpired():
            before = time.thread_time()
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
            self.note(name, time.thread_time() - before)

    def note(self, name: str, seconds: float) -> None:
        if seconds > self.longest:
            self.longest, self.where = seconds, name


@pytest.fixture
def large(tmp_path: Path, qapp: QApplication) -> SampleWorkstation:
    """A dossier of a thousand sides."""
    sample = SampleWorkstation(tmp_path)
    pattern = sample.side_rows
    sample.side_rows = [
        evolve(pattern[n % len(pattern)], id=f"side-{n + 1}", position=n + 1, findings=())
        for n in range(SIDES)
    ]
    sample.ledger = sample_reconciliation(sample.side_rows)
    sample.case_count = 2000
    return sample


def test_no_slice_of_main_thread_work_is_long(
    qtbot: QtBot, qapp: QApplication, large: SampleWorkstation
) -> None:
    window = MainWindow(cast(Any, large))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    qtbot.waitExposed(window)
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(window.desk.case_changed):
        window.desk.open_case(window, CASE_NO)
    watchdog = Watchdog(qapp)
    for _round in range(2):
        for name in PAGES:
            before = time.thread_time()
            window.go_to(name)
            watchdog.note(f"showing {name}", time.thread_time() - before)
            watchdog.run(name, 400)
    assert watchdog.longest < LIMIT_SECONDS, f"{watchdog.where}: {watchdog.longest:.3f} s"


def test_scrolling_a_thousand_sides_is_smooth(
    qtbot: QtBot, qapp: QApplication, large: SampleWorkstation
) -> None:
    strip = FilmStrip(even=True)
    qtbot.addWidget(strip)
    strip.resize(300, 760)
    strip.show()
    strip.show_sides(large.side_rows)
    qtbot.waitExposed(strip)
    watchdog = Watchdog(qapp)
    watchdog.run("settling", 200)
    watchdog.longest = 0.0
    bar = strip.verticalScrollBar()
    for step in range(40):
        before = time.thread_time()
        bar.setValue(bar.maximum() * step // 40)
        strip.viewport().repaint()
        watchdog.note("scrolling", time.thread_time() - before)
    assert watchdog.longest < LIMIT_SECONDS / 2, f"{watchdog.longest:.3f} s"
