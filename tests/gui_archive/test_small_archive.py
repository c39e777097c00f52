"""The archive page on a small screen, in both languages: nothing is cut, nothing covers."""

from __future__ import annotations

from attrs import evolve
from pytestqt.qtbot import QtBot

from app.gui.archive.page import ArchivePage
from app.gui.samples.archive_rows import sample_addition
from app.gui.samples.courts import sample_courts
from app.gui.samples.four_property import sample_check
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import SampleWorkstation
from tests.gui.fitting import SMALL_PAGE, cut_parts, overlapping
from tests.gui_archive.driving import choose, until

COURT = "新疆维吾尔自治区高级人民法院伊犁哈萨克自治州分院塔城地区中级人民法院"


def assert_whole(qtbot: QtBot, page: ArchivePage) -> None:
    until(qtbot, lambda: not cut_parts(page))
    assert overlapping(page) == []


def test_queue_and_courts(qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation) -> None:
    page.resize(*SMALL_PAGE)
    assert (page.width(), page.height()) == SMALL_PAGE
    choose(page, "failed")
    assert_whole(qtbot, page)
    assert page.queue.table.columnWidth(3) >= 160
    sample.court_rows = [evolve(row, court=COURT) for row in sample_courts()]
    page.show_courts()
    until(qtbot, lambda: page.courts.current is not None)
    assert_whole(qtbot, page)


def test_a_dossier_with_its_lists(
    qtbot: QtBot, case_page: ArchivePage, sample: SampleWorkstation
) -> None:
    sample.check_rows = [sample_check()]
    sample.addition_rows = [sample_addition(CASE_NO)]
    case_page.refresh()
    until(qtbot, lambda: case_page.case_panel.lists.additions.current is not None)
    case_page.resize(*SMALL_PAGE)
    assert (case_page.width(), case_page.height()) == SMALL_PAGE
    for name in ("checks", "additions", "passports"):
        case_page.case_panel.lists.go_to(name)
        assert_whole(qtbot, case_page)
    bar = case_page.case_panel.room.verticalScrollBar()
    assert bar.maximum() > 0, "what has no room is reached by scrolling"
    # Beside the navigation of a window of 1280 by 720 nothing has to be scrolled.
    case_page.resize(1120, 658)
    until(qtbot, lambda: bar.maximum() == 0)
