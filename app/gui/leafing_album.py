"""Pictures of leafing through: no camera, running, ended."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, cast

from attrs import evolve
from PySide6.QtCore import QSize

from app.domain.access import ARCHIVIST, Actor
from app.domain.leafing import SIDE, Look
from app.gui.leafing.result import STRANGE
from app.gui.leafing.window import LeafingWindow
from app.gui.main_window import MainWindow
from app.gui.reconcile.page import ReconcilePage
from app.gui.samples.leafing import sample_look, sample_looks
from app.gui.samples.rows import LONG_CASE_NO
from app.gui.samples.workstation import SampleWorkstation

if TYPE_CHECKING:
    from app.gui.screenshots import Album
    from app.services.workstation import Workstation

LONG_TITLE = "原告（反诉被告）法定代表人身份证明书、授权委托书及律师事务所函（含变更代理人材料）"
SMALLEST = QSize(960, 540)


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
    for name, until in (("seen", 5), ("two-at-once", 6), ("unknown", 8), ("differs", 11)):
        _take_running(album, leafing, sample, f"{label}-08-leafing-{name}", sample_looks()[:until])
    album.take(leafing, f"{label}-08-leafing-ended")
    leafing.show_list(STRANGE)
    album.take(leafing, f"{label}-08-leafing-unknown-leaves")
    leafing.close()
    album.settle(100)


def take_long_leafing(album: Album, folder: Path) -> None:
    """Two thousand sides with long titles at the smallest size; and no side at all."""
    sample = SampleWorkstation(folder)
    pattern = list(sample.side_rows)
    sample.side_rows = [
        evolve(
            pattern[2 + n % 18],
            id=f"side-{n + 1}",
            position=n + 1,
            page_number=n - 1 if n > 1 else None,
            item_number=1,
        )
        for n in range(2000)
    ]
    sample.item_rows = [evolve(sample.item_rows[0], title=LONG_TITLE)]
    shown = (1, 2, 3, 980, 981, 1500)
    sample.looks = [sample_look(SIDE, rest, place) for rest, place in enumerate(shown, 1)]
    window = MainWindow(cast("Workstation", sample))
    window.wear("light")
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(Actor(name="欧阳完颜若溪·买买提江", role=ARCHIVIST))
    window.desk.open_case(window, LONG_CASE_NO, page="reconcile")
    album.settle()
    page = cast(ReconcilePage, window.pages["reconcile"])
    leafing = page.commands.leaf_through()
    if leafing is None:
        return
    leafing.resize(SMALLEST)
    album.settle()
    _take_running(album, leafing, sample, "edge-08-leafing-2000", sample.looks)
    album.take(leafing, "edge-08-leafing-2000-ended")
    sample.side_rows = []
    leafing.read()
    album.take(leafing, "edge-08-leafing-no-sides")
    leafing.close()
    window.close()
    album.settle(100)


def _take_running(
    album: Album, leafing: LeafingWindow, sample: SampleWorkstation, name: str, looks: list[Look]
) -> None:
    sample.looks = looks
    sample.hold = threading.Event()
    leafing.leaf_on()
    leafing.start()
    album.settle()
    album.take(leafing, name)
    sample.hold.set()
    album.settle()
    sample.hold = None
