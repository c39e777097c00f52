"""Pictures of every screen, to be looked at: `python -m app.gui.screenshots OUT [--quick]`.

Builds the window over the invented dossier and writes one PNG per screen, size and theme; with
`--data DIR` over the first case of a real data folder, which is only read. Set QT_SCALE_FACTOR=2
for pictures at 200 % scale.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, cast

from attrs import evolve
from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.domain.access import ARCHIVIST, Actor
from app.gui.application import make_application
from app.gui.archive_album import take_archive, take_long_archive
from app.gui.i18n import _
from app.gui.lanes import Lanes
from app.gui.leafing_album import take_leafing, take_long_leafing
from app.gui.locker_album import take_locker, take_long_locker
from app.gui.main_window import MainWindow
from app.gui.navigation import PAGES
from app.gui.page import Page
from app.gui.reading_album import take_long_reading, take_reading
from app.gui.review_album import take_review
from app.gui.samples.rows import CASE_NO, LONG_CASE_NO, sample_case, sample_steps
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.scan.page import ScanPage
from app.gui.widgets.images import ThumbnailLoader
from app.gui.widgets.page_viewer import PageViewer
from app.kernel.errors import Transient
from app.kernel.progress import CancelToken, silent

if TYPE_CHECKING:
    from app.services.workstation import Workstation

SIZES = ((1366, 768), (1920, 1080))
THEMES = ("light", "dark")
SETTLE_MILLISECONDS = 900
Shot = tuple[str, Callable[[], QWidget]]


class Album:
    """Takes one picture after another once the window came to rest."""

    def __init__(self, application: QApplication, out: Path) -> None:
        self._application = application
        self._out = out
        self.taken: list[Path] = []
        out.mkdir(parents=True, exist_ok=True)

    def settle(self, milliseconds: int = SETTLE_MILLISECONDS) -> None:
        """Let reads, thumbnails and layouts arrive."""
        deadline, patience = QDeadlineTimer(milliseconds), QDeadlineTimer(8000)
        loader = ThumbnailLoader.shared()
        while not deadline.hasExpired() or (
            not patience.hasExpired()
            and (loader.waiting or self._viewers_busy() or self._reading())
        ):
            self._application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)

    def _reading(self) -> bool:
        running = any(
            page.busy
            for window in self._application.topLevelWidgets()
            for page in window.findChildren(Page)
        )
        return Lanes.current().busy > 0 and not running

    def _viewers_busy(self) -> bool:
        return any(
            viewer.loading and viewer.isVisible()
            for window in self._application.topLevelWidgets()
            for viewer in window.findChildren(PageViewer)
        )

    def take(self, widget: QWidget, name: str) -> Path:
        """Write `widget` as a PNG."""
        self.settle()
        path = self._out / f"{name}.png"
        if not widget.grab().save(str(path)):
            raise OSError(f"cannot write {path}")
        self.taken.append(path)
        return path


def sample_window(folder: Path, *, empty: bool = False) -> tuple[MainWindow, SampleWorkstation]:
    """The window over the invented dossier."""
    sample = SampleWorkstation(folder, empty=empty)
    return MainWindow(cast("Workstation", sample)), sample


def open_sample(window: MainWindow, sample: SampleWorkstation, page: str, state: str) -> None:
    """Open the sample case in `state` on `page`."""
    steps = {"registered": "scan", "scanned": "inspect", "catalogued": "reconcile"}
    sample.case_view = sample_case(
        state=state,
        steps=sample_steps(steps.get(state, "archive")),
        next_action={"registered": "scan", "scanned": "catalogue"}.get(
            state, sample.case_view.next_action
        ),
    )
    window.desk.open_case(window, CASE_NO, page=page)


def take_all(album: Album, size: tuple[int, int], theme: str, folder: Path, *, label: str) -> None:
    """Every screen in one size and theme."""
    window, sample = sample_window(folder)
    window.wear(theme)
    window.resize(*size)
    window.show()
    album.take(window, f"{label}-01-sign-in")
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    album.take(window, f"{label}-02-today")
    take_scanning(album, window, sample, label)
    for number, name, state, action in (
        (6, "inspect", "scanned", "inspect"),
        (7, "catalogue", "catalogued", "reconcile"),
        (8, "reconcile", "reconciled", "resolve"),
        (9, "bind", "reconciled", "seal"),
    ):
        sample.case_view = evolve(sample.case_view, next_action=action)
        open_sample(window, sample, name, state)
        album.take(window, f"{label}-{number:02d}-{name}")
        if name == "reconcile":
            take_review(album, window, sample, label)
            take_leafing(album, window, sample, label)
    _archive(album, window, sample, label)
    dialog = window.show_history()
    if dialog is not None:
        album.take(dialog, f"{label}-12-history")
        dialog.close()
    keys = window.show_keys()
    album.take(keys, f"{label}-13-keys")
    keys.edit.setChecked(True)
    keys.set_key("turn_right", "F5")
    album.take(keys, f"{label}-14-keys-edit")
    keys.close()
    figures = window.show_figures()
    if figures is not None:
        album.take(figures, f"{label}-15-figures")
        figures.close()
    take_reading(album, window, sample, label)
    take_locker(album, window, sample, label)
    window.close()
    album.settle(100)


def take_scanning(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    """The scanning station: running, stopped by a jam, unbalanced, insert and replace."""
    rows = list(sample.side_rows)
    sample.declared = 49
    sample.side_rows, sample.feed = rows[:12], rows[12:]
    open_sample(window, sample, "scan", "registered")
    album.settle()
    page = cast(ScanPage, window.pages["scan"])
    sample.hold = threading.Event()
    page.start()
    album.settle(2500)
    album.take(window, f"{label}-03-scan-running")
    page.stop()
    album.settle(300)
    sample.hold = None
    sample.fault = Transient("SCN-104", sheet=37)
    page.start()
    album.take(window, f"{label}-04-scan-jam")
    sample.stopped = None
    sample.case_view = sample_case(state="scanned", steps=sample_steps("scan"))
    window.desk.reread(window)
    album.take(window, f"{label}-05-scan-unbalanced")
    page.strip.go_to_row(5)
    for name, verdict, scan in (
        ("insert", "same", page.runs.insert_here),
        ("replace-same", "same", page.runs.rescan_sheet),
        ("replace-different", "different", page.runs.replace_side),
    ):
        sample.next_held_verdict = verdict
        scan()
        album.take(window, f"{label}-05-scan-{name}")
        sample.held_rows = []
        window.desk.reread(window)
        album.settle(300)
    sample.declared = 11


def _archive(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    actor = window.desk.actor
    sample.case_view = evolve(sample.case_view, next_action="seal", blockers=0)
    open_sample(window, sample, "archive", "reconciled")
    album.take(window, f"{label}-09-archive-open")
    sample.seal(actor, CASE_NO)
    sample.build_package(actor, CASE_NO, report=silent, cancel=CancelToken())
    sample.submit(actor, CASE_NO, "archive", report=silent, cancel=CancelToken())
    sample.offer(actor, CASE_NO, "顾明远", "一楼云柜", volumes=1, pages=20)
    window.desk.reread(window)
    album.take(window, f"{label}-10-archive-under-way")
    sample.case_view = evolve(
        sample.case_view,
        state="accessioned",
        next_action="none",
        steps=tuple(evolve(step, state="done") for step in sample.case_view.steps),
    )
    window.desk.reread(window)
    album.take(window, f"{label}-11-archive-done")
    take_archive(album, window, sample, label)


def take_edges(album: Album, folder: Path) -> None:
    """Empty states, long names, many rows, an error."""
    window, sample = sample_window(folder, empty=True)
    window.wear("light")
    window.resize(1366, 768)
    window.show()
    album.take(window, "edge-01-first-person")
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    album.take(window, "edge-02-today-empty")
    sample.case_view = sample_case(
        state="registered", sides=0, sheets=0, blank_sides=0, items=0, next_action="scan"
    )
    window.desk.open_case(window, LONG_CASE_NO, page="scan")
    for name in ("scan", "inspect", "catalogue", "reconcile", "archive"):
        window.go_to(name)
        album.take(window, f"edge-03-{name}-empty")
    window.close()
    _take_two_thousand(album, folder)
    take_long_leafing(album, folder)
    window, sample = sample_window(folder)
    sample.case_count = 2000
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(Actor(name="欧阳完颜若溪·买买提江", role=ARCHIVIST))
    album.take(window, "edge-04-today-2000")
    sample.fault = Transient("SCN-104", sheet=4)
    window.desk.open_case(window, LONG_CASE_NO, page="inspect")
    album.settle()
    page = window.pages["inspect"]
    cast("Callable[[], None]", page.accept)()  # type: ignore[attr-defined]
    album.settle()
    for shown in window.findChildren(QDialog):
        album.take(shown, "edge-05-error")
        shown.close()
    album.take(window, "edge-06-inspect-long")
    window.wear("high_contrast")
    album.take(window, "edge-07-inspect-high-contrast")
    window.wear("light")
    take_long_locker(album, window, sample)
    take_long_archive(album, window, sample)
    take_long_reading(album, window, sample)
    window.close()


def _take_two_thousand(album: Album, folder: Path) -> None:
    """A dossier of two thousand sides, small thumbnails, a selection by defect."""
    window, sample = sample_window(folder)
    pattern = list(sample.side_rows)
    sample.side_rows = [
        evolve(pattern[n % len(pattern)], id=f"side-{n + 1}", position=n + 1) for n in range(2000)
    ]
    sample.declared = 1000
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(Actor(name="欧阳完颜若溪·买买提江", role=ARCHIVIST))
    sample.case_view = sample_case(state="scanned", next_action="inspect")
    window.desk.open_case(window, LONG_CASE_NO, page="scan")
    album.settle()
    page = cast(ScanPage, window.pages["scan"])
    page.strip_panel.set_size("compact")
    page.actions_on_sides.select("blank")
    album.take(window, "edge-03-scan-2000")
    window.close()


def take_real(album: Album, data: Path) -> None:
    """Every screen over the first case of a data folder, light, then two of them dark."""
    from app.bootstrap import open_workstation

    workstation = open_workstation(data)
    window = MainWindow(workstation)
    window.wear("light")
    window.resize(1366, 768)
    window.show()
    try:
        album.take(window, "01-sign-in")
        window.desk.sign_in(Actor(name=_("Archivist"), role=ARCHIVIST))
        album.take(window, "02-today")
        rows = workstation.cases()
        if rows:
            window.desk.open_case(window, rows[0].case_no, page="scan")
            album.settle()
            for number, name in enumerate(PAGES[1:], 3):
                window.go_to(name)
                album.take(window, f"{number:02d}-{name}")
            history = window.show_history()
            if history is not None:
                album.take(history, "08-history")
                history.close()
            window.wear("dark")
            for name in ("inspect", "reconcile"):
                window.go_to(name)
                album.take(window, f"09-{name}-dark")
    finally:
        window.close()
        album.settle(100)
        workstation.close()


def main(argv: list[str]) -> int:
    """Take the pictures; the exit status is 0 when all were written."""
    parser = argparse.ArgumentParser(prog="app.gui.screenshots")
    parser.add_argument("out", type=Path)
    parser.add_argument("--quick", action="store_true", help="one size, light only")
    parser.add_argument("--data", type=Path, help="a real data folder")
    arguments = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = make_application(["screenshots"], language="zh_CN", theme="light")
    album = Album(application, arguments.out)
    if arguments.data is not None:
        take_real(album, arguments.data)
        Lanes.current().shut_down()
        return 0
    with tempfile.TemporaryDirectory(prefix="juanzong-samples-") as folder:
        for size in SIZES[:1] if arguments.quick else SIZES:
            for theme in THEMES[:1] if arguments.quick else THEMES:
                label = f"{size[0]}x{size[1]}-{theme}"
                take_all(album, size, theme, Path(folder), label=label)
        if not arguments.quick:
            take_edges(album, Path(folder))
        Lanes.current().shut_down()
    sys.stdout.write(f"{len(album.taken)} pictures in {arguments.out}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
