"""Pictures of the archive page and its dialogs for `app.gui.screenshots`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtWidgets import QDialog

from app.gui.archive.case_lists import LISTS
from app.gui.archive.page import ArchivePage
from app.gui.samples.archive_rows import (
    sample_addition,
    sample_freeze,
    sample_passport,
    sample_queue,
)
from app.gui.samples.courts import sample_courts
from app.gui.samples.four_property import sample_check
from app.gui.samples.rows import CASE_NO
from app.kernel.errors import Broken

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow
    from app.gui.samples.workstation import SampleWorkstation
    from app.gui.screenshots import Album

MANY = 2000
FAILED = 2


def take_archive(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    """The lists of the open dossier, then the queue, and each dialog as it is met first."""
    sample.begin_attempts(CASE_NO)
    sample.freeze_rows = [sample_freeze(CASE_NO)]
    sample.addition_rows = [sample_addition(CASE_NO)]
    sample.passport_rows = [sample_passport(CASE_NO)]
    sample.check_rows = [sample_check()]
    sample.court_rows = sample_courts()
    window.go_to("archive")
    page = cast(ArchivePage, window.current_page)
    window.desk.reread(window)
    album.settle()
    for name in LISTS:
        page.case_panel.lists.go_to(name)
        album.take(window, f"{label}-19-archive-{name}")

    def take(dialog: QDialog | None, name: str) -> None:
        if dialog is not None:
            album.take(dialog, f"{label}-20-archive-{name}")
            dialog.close()
            album.settle(100)

    take(page.case_steps.settle(), "settle")
    take(page.case_steps.shelve_by_scans(), "shelve")
    take(page.case_steps.ask_addition(), "addition")
    take(page.case_steps.approve(), "approve")
    take(page.registers.ask(), "registers")
    page.case_panel.lists.go_to("checks")
    album.settle()
    take(page.check_steps.decide(), "decide")
    take(page.check_steps.conclude(), "conclude")
    take(page.check_steps.ask_stage(), "stage")
    page.show_queue()
    album.settle()
    page.queue.table.go_to(FAILED)
    album.take(window, f"{label}-21-archive-queue")
    take(page.queue_steps.retry(), "retry")
    take(page.queue_steps.withdraw(), "withdraw")
    take(page.queue_steps.prioritise(), "priority")
    take(page.queue_steps.ask_hours(), "hours")
    page.show_courts()
    album.take(window, f"{label}-22-archive-courts")
    take(page.court_steps.ask_send(), "court-send")
    take(page.court_steps.ask_digest(Path("移送.zip")), "court-receive")
    sample.court_rows = []
    page.court_steps.read()
    album.take(window, f"{label}-22-archive-courts-none")
    sample.check_rows = []
    page.show_queue()
    sample.freeze_rows, sample.addition_rows, sample.passport_rows = [], [], []


def take_long_archive(album: Album, window: MainWindow, sample: SampleWorkstation) -> None:
    """Two thousand dossiers, one, none, and a queue that cannot be read."""
    window.go_to("archive")
    page = cast(ArchivePage, window.current_page)
    for count in (MANY, 1, 0):
        sample.archive_rows = sample_queue(count)
        page.show_queue()
        page.queue_steps.read()
        album.take(window, f"edge-09-archive-queue-{count}")
    sample.archive_fault = Broken("SYS-700", reason="RuntimeError")
    page.queue_steps.read()
    album.take(window, "edge-10-archive-queue-fault")
    sample.archive_fault = None
