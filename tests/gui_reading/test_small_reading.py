"""The reading page on a small screen: nothing is cut, nothing covers."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.gui.reading.page import ReadingPage
from app.gui.reading.panel import LISTS
from tests.gui.fitting import SMALL_PAGE, cut_parts, overlapping
from tests.gui_reading.driving import go, until


def test_every_list_is_whole_and_shows_its_case_numbers(qtbot: QtBot, page: ReadingPage) -> None:
    page.resize(*SMALL_PAGE)
    assert (page.width(), page.height()) == SMALL_PAGE
    for name in LISTS:
        go(page, name)
        until(qtbot, lambda: not cut_parts(page))
        assert overlapping(page) == []
        shown = page.panel.current_list
        essential = shown.listing.widths.index(min(shown.listing.widths))
        assert shown.table.columnWidth(essential) >= -min(shown.listing.widths)
