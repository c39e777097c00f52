"""Lanes: objects of the window are deleted on the main thread, whoever lets go of them."""

from __future__ import annotations

import gc
import threading
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.gui.collecting import collect_due
from app.gui.lanes import READ, Lanes
from app.gui.widgets.picture_reading import PictureReader


def note_end(of: QObject, threads: list[int]) -> None:
    of.destroyed.connect(
        lambda *_: threads.append(threading.get_ident()), Qt.ConnectionType.DirectConnection
    )


def wait_for(gate: threading.Event, *_held: QObject) -> None:
    assert gate.wait(10)


def test_work_lets_go_of_its_objects_on_the_main_thread(qtbot: QtBot) -> None:
    ended: list[int] = []
    gate = threading.Event()
    held = QObject()
    note_end(held, ended)
    Lanes.current().submit(partial(wait_for, gate, held), READ)
    del held
    gate.set()
    qtbot.waitUntil(lambda: bool(ended), timeout=20000)
    assert ended == [threading.get_ident()]


def test_a_reading_thread_does_not_own_the_reader(qtbot: QtBot, pictures: list[Path]) -> None:
    ended: list[int] = []
    gate = threading.Event()
    lanes = Lanes.current()
    for _ in range(4):
        lanes.submit(partial(wait_for, gate), READ)
    reader = PictureReader()
    note_end(reader, ended)
    reader.ask(pictures[0], 0, 0)
    del reader
    assert ended == [threading.get_ident()]
    gate.set()


def test_no_other_thread_collects_a_closed_window(qtbot: QtBot) -> None:
    class Window(QWidget):
        pass

    Lanes.current()
    ended: list[int] = []
    window = Window()
    note_end(window, ended)
    window.__dict__["itself"] = window
    del window

    def allocate() -> None:
        kept = [[number] for number in range(100_000)]
        kept.clear()

    thread = threading.Thread(target=allocate)
    thread.start()
    thread.join()
    assert not gc.isenabled()
    assert ended == []
    kept = [[number] for number in range(1000)]
    assert collect_due() >= 0
    assert len(kept) == 1000
    gc.collect()
    assert ended == [threading.get_ident()]
