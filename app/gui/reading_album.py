"""Pictures of the reading page and its dialogs for `app.gui.screenshots`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from attrs import evolve
from PySide6.QtWidgets import QDialog

from app.gui.reading.page import ReadingPage
from app.gui.reading.panel import LISTS
from app.gui.samples.reading_rows import at, sample_application
from app.gui.samples.rows import CASE_NO
from app.kernel.errors import Broken
from app.services.reading_desk_views import TraceAnswer

if TYPE_CHECKING:
    from app.gui.main_window import MainWindow
    from app.gui.samples.workstation import SampleWorkstation
    from app.gui.screenshots import Album

MANY = 2000
TO_DECIDE, LATE = "YS-2026-0003", "YS-2026-0002"


def take_reading(album: Album, window: MainWindow, sample: SampleWorkstation, label: str) -> None:
    """Each list, then each dialog as it is met first."""
    window.go_to("reading")
    page = cast(ReadingPage, window.current_page)
    album.settle()
    for name in LISTS:
        page.panel.go_to(name)
        album.take(window, f"{label}-22-reading-{name}")
    page.panel.go_to("applications")

    def take(name: str) -> None:
        album.settle()
        for dialog in window.findChildren(QDialog):
            if dialog.isVisible():
                album.take(dialog, f"{label}-23-reading-{name}")
                dialog.close()
                dialog.deleteLater()
        album.settle(100)

    page.applications.enter()
    take("new")
    page.applications.check()
    take("check")
    page.panel.go_to("applications", LATE)
    page.applications.decide()
    take("decide")
    own = sample.application_rows
    sample.application_rows = [evolve(row, checked_by=window.desk.actor.name) for row in own]
    page.read_lists()
    album.settle()
    page.applications.decide()
    take("four-eyes")
    sample.application_rows = own
    page.panel.go_to("applications", TO_DECIDE)
    page.applications.refuse_row()
    take("refuse")
    page.panel.go_to("grants", "grant-1")
    for name, step in (
        ("appoint", page.grants.appoint),
        ("change", page.grants.change),
        ("revoke", page.grants.revoke),
        ("bundle", page.bundles.make),
        ("carry", page.bundles.carry),
        ("settings", page.records.settings),
        ("notice", page.records.put_up),
    ):
        step()
        take(name)
    _take_code(album, page, f"{label}-23-reading-code")
    page.panel.go_to("prints", "print-2")
    page.records.settle()
    take("settle")
    page.panel.go_to("slips", "slip-1")
    page.records.receive()
    take("slip")
    page.panel.go_to("visits")
    page.records.open_log()
    take("log")
    dialog = page.records.queries()
    dialog.case.setText(CASE_NO)
    dialog.holder.setText("北岭机械制造有限公司")
    dialog.give()
    take("queries")
    _take_traces(album, page, sample, f"{label}-24-reading-trace")


def _take_code(album: Album, page: ReadingPage, name: str) -> None:
    question = page.grants.renew()
    if question is None:
        return
    question.submit()
    album.settle()
    for dialog in page.findChildren(QDialog):
        if dialog.isVisible():
            album.take(dialog, name)
            dialog.close()
            dialog.deleteLater()


def _take_traces(album: Album, page: ReadingPage, sample: SampleWorkstation, name: str) -> None:
    dialog = page.records.trace()
    found = TraceAnswer(
        verdict="found",
        confidence=0.98,
        evidence=("code", "mark"),
        issue="8K2M9QX003",
        kind="view",
        reader="秦望舒",
        certificate_tail="6789",
        case_no=CASE_NO,
        page_number=3,
        made_at=at(hours=-2),
        terminal="一楼阅卷终端",
    )
    for answer in (found, TraceAnswer(verdict="not_found"), TraceAnswer(verdict="forged")):
        sample.trace_answer = answer
        dialog.take(Path("/照片/手机拍摄 2026-11-23.jpg"))
        dialog.trace()
        album.take(dialog, f"{name}-{answer.verdict}")
    dialog.close()


def take_long_reading(album: Album, window: MainWindow, sample: SampleWorkstation) -> None:
    """Two thousand applications, none, and lists that cannot be read."""
    window.go_to("reading")
    page = cast(ReadingPage, window.current_page)
    page.panel.go_to("applications")
    sample.application_rows = [sample_application(number) for number in range(MANY)]
    page.read_lists()
    album.take(window, f"edge-11-reading-{MANY}")
    sample._begin_reading(empty=True)
    page.read_lists()
    for name in LISTS:
        page.panel.go_to(name)
        album.take(window, f"edge-12-reading-{name}-empty")
    sample.reading_fault = Broken("SYS-700", reason="RuntimeError")
    page.read_lists()
    album.take(window, "edge-13-reading-fault")
    sample.reading_fault = None
