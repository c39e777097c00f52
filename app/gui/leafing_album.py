"""Pictures of leafing through: no camera, running, ended."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, cast

from app.gui.leafing.result import STRANGE
from app.gui.leafing.window import LeafingWindow
from app.gui.main_window import MainWindow
from app.gui.reconcile.page import ReconcilePage
from app.gui.samples.leafing import sample_looks
from app.gui.samples.workstation import SampleWorkstation

if TYPE_CHECKING:
    from app.gui.screenshots import Album


def take_leafing(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    """The window beside the review page, which is open on the sample case."""
    page = cast(ReconcilePage, window.pages["reconcile"])
    sample.cameras = ()
    leafing = page.commands.leaf_through()
    if leafing is None:
        return
    leafing.resize(window.size())
    album.take(leafing, f"{label}-08-leafing-no-camera")
    sample.cameras = ("camera:0", "camera:1")
    leafing.read()
    album.take(leafing, f"{label}-08-leafing-choose")
    for name, until in (("seen", 5), ("two-at-once", 6), ("unknown", 8), ("differs", 12)):
        _take_running(album, leafing, sample, f"{label}-08-leafing-{name}", until)
    album.take(leafing, f"{label}-08-leafing-ended")
    leafing.show_list(STRANGE)
    album.take(leafing, f"{label}-08-leafing-unknown-leaves")
    leafing.close()
    album.settle(100)


def _take_running(
    album: Album, leafing: LeafingWindow, sample: SampleWorkstation, name: str, until: int
) -> None:
    sample.looks = sample_looks()[:until]
    sample.hold = threading.Event()
    leafing.leaf_on()
    leafing.start()
    album.settle()
    album.take(leafing, name)
    sample.hold.set()
    album.settle()
    sample.hold = None
