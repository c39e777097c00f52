"""Searching, bookmarks, notes and marked lines, typed on the keyboard on the screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.gui.reader.samples import SampleDesk
from app.gui.reader.window import ReaderWindow
from app.kernel.errors import BadInput, Refused

from .conftest import OpenWindow, calls, idle, shows, wait


def search(qtbot: QtBot, window: ReaderWindow) -> None:
    """Type 货款 in pinyin by touch and look for it."""
    reading = window.reading
    reading.top.search.click()
    for letter in "huokuan":
        reading.keyboard.press(letter)
    wait(qtbot, lambda: reading.keyboard.bar.offered)
    reading.keyboard.bar.words[0].click()
    reading.keyboard.press("enter")
    wait(qtbot, lambda: reading.side.search.hits)


def test_words_are_typed_found_listed_and_drawn_on_the_page(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading = window.reading
    search(qtbot, window)
    assert calls(desk, "search") == [("货款",)]
    panel = reading.side.search
    assert not reading.keyboard.isVisible(), "the page has its room back"
    assert reading.bottom.isVisible()
    assert "6 处" in panel.said.text()
    assert reading.view.sheets[0].hits == panel.hits[0].boxes
    panel.after.click()
    shows(qtbot, window, 2)
    wait(qtbot, lambda: reading.view.sheets[0].hits == panel.hits[1].boxes)
    panel.before.click()
    panel.before.click()
    shows(qtbot, window, 6)
    index = panel.list.rows.index(2)
    panel.list.scrollTo(index)
    place = panel.list.visualRect(index).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    shows(qtbot, window, 3)


def test_nothing_found_is_said_and_takes_old_hits_away(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    search(qtbot, window)
    reading = window.reading
    reading.ask_search()
    qtbot.keyClicks(reading.side.search.field, "888")
    qtbot.keyClick(reading.side.search.field, Qt.Key.Key_Return)
    wait(qtbot, lambda: not reading.side.search.hits)
    assert "888" in reading.side.search.said.text()
    reading.turn(1)
    shows(qtbot, window, 2)
    assert reading.view.sheets[0].hits == ()


def test_a_refused_search_is_told(open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    window = open_window(desk)
    idle(qtbot)
    desk.fault = BadInput("RDR-115")
    window.reading.side.search.search("货款")
    wait(qtbot, window.reading.notice.isVisible)
    assert window.reading.session is not None


def test_bookmarks_are_put_found_and_taken_away(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading, marks = window.reading, window.reading.side.marks
    reading.go_to(7)
    shows(qtbot, window, 7)
    reading.bottom.bookmark.click()
    wait(qtbot, lambda: marks.bookmarked(7))
    reading.go_to(1)
    assert not reading.bottom.bookmark.isChecked()
    reading.side.show_tab(3)
    place = marks.list.visualRect(marks.list.rows.index(0)).center()
    qtbot.mouseClick(marks.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    shows(qtbot, window, 7)
    assert reading.bottom.bookmark.isChecked()
    marks.remove.click()
    wait(qtbot, lambda: not marks.bookmarked(7))
    assert not reading.bottom.bookmark.isChecked()


def test_notes_are_kept_with_the_page(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    marks = window.reading.side.marks
    window.reading.side.show_tab(3)
    qtbot.mouseClick(marks.field, Qt.MouseButton.LeftButton)
    assert window.reading.keyboard.isVisible()
    window.reading.keyboard.press("latin")
    qtbot.keyClicks(marks.field, "See p. 87")
    marks.keep.click()
    wait(qtbot, lambda: marks.marks)
    assert calls(desk, "add_mark") == [(1, "note", "See p. 87", None)]
    assert marks.field.text == ""
    assert not marks.keep.isEnabled(), "an empty note is none"


def test_lines_are_marked_only_where_the_court_allows_it(
    open_window: OpenWindow, desk: SampleDesk, drawn_pages: Path, qtbot: QtBot
) -> None:
    window = open_window(desk)
    window.reading.side.show_tab(3)
    assert not window.reading.side.marks.mark_text.isVisible()
    assert calls(desk, "lines") == []
    allowed = SampleDesk(drawn_pages, text_selection=True)
    other = open_window(allowed)
    other.reading.side.show_tab(3)
    marks, view = other.reading.side.marks, other.reading.view
    marks.mark_text.click()
    wait(qtbot, lambda: other.reading.marking.lines_of(1))
    page = view.sheets[0].sceneBoundingRect()

    def at(down: float) -> QPoint:
        return view.mapFromScene(page.width() * 0.4, page.height() * down)

    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=at(0.23))
    qtbot.mouseMove(view.viewport(), at(0.27))
    other.reading.marking._extend(at(0.27))
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=at(0.27))
    assert "所划的行" in marks.about.text()
    marks.field.set_text("核对")
    marks.keep.click()
    wait(qtbot, lambda: marks.marks)
    box = marks.marks[0].box
    assert box is not None
    assert box[1] < 0.23
    assert box[3] > 0.26
    assert view.sheets[0].notes == (box,)


def test_the_court_may_forbid_marking_meanwhile(
    open_window: OpenWindow, drawn_pages: Path, qtbot: QtBot
) -> None:
    desk = SampleDesk(drawn_pages, text_selection=True)
    window = open_window(desk)
    idle(qtbot)
    desk.fault = Refused("RDR-114")
    window.reading.marking.switch(True)
    wait(qtbot, window.reading.notice.isVisible)
    assert not window.reading.marking.on
