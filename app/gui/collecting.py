"""Cycles of Python objects are collected on the main thread alone.

Python collects on whatever thread happens to allocate. A closed window is part of such cycles, and
a widget of a class of our own would be deleted on a reading thread while the main thread still
delivers events to it: the program would end without a word. (Qt for Python deletes only instances
of its own widget classes on the main thread, not of classes derived from them.)
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

EVERY_MILLISECONDS = 500
# Python itself puts a pass over everything off until much is new, which nobody can ask for.
FULL_AFTER = 20
NAME = "collecting"


def collect_on_main_thread(application: QObject) -> None:
    """Switch the collection by allocation off; a timer of `application` collects from now on.
    A second call changes nothing."""
    gc.disable()
    if application.findChild(QTimer, NAME) is not None:
        return
    timer = QTimer(application)
    timer.setObjectName(NAME)
    timer.timeout.connect(collect_due)
    timer.start(EVERY_MILLISECONDS)


def collect_due() -> int:
    """Collect the oldest generation that is due by Python's own thresholds; gives its number, or
    -1 when nothing is due."""
    young, middle, old = gc.get_count()
    most_young, most_middle, _most_old = gc.get_threshold()
    if young <= most_young:
        return -1
    generation = 0
    if middle > most_middle:
        generation = 2 if old > FULL_AFTER else 1
    gc.collect(generation)
    return generation
