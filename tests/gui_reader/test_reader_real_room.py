"""The reader's window over the real reading room: what is shown, found, noted and signed for."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.gui.reader.window import ReaderWindow
from tests.reading.hall import open_hall

from .conftest import by_reader, idle, wait


def test_a_whole_visit_over_the_real_room(data_folder: Path, qtbot: QtBot) -> None:
    with open_hall(data_folder) as hall:
        visit = hall.room.sign_in("code", hall.grant(prints=2, withheld=(5,)))
        desk = hall.room.session_desk(visit.id)
        window = ReaderWindow(desk, now=hall.clock.now)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        window.show()
        window.begin()
        reading = window.reading
        wait(qtbot, lambda: reading.view.page_number == 1)
        assert reading.session is not None
        assert 5 not in reading.session.pages
        wait(qtbot, lambda: 2 in reading.store.kept)
        reading.turn(1)
        assert reading.view.page_number == 2
        reading.ask_search()
        for letter in "jiekuan":
            reading.keyboard.press(letter)
        wait(qtbot, lambda: "借款" in reading.keyboard.bar.offered)
        reading.keyboard.bar.pick(reading.keyboard.bar.offered.index("借款"))
        reading.keyboard.press("enter")
        wait(qtbot, lambda: reading.side.search.hits)
        assert {hit.page_number for hit in reading.side.search.hits} <= set(reading.session.pages)
        wait(qtbot, lambda: reading.view.page_number == reading.side.search.hits[0].page_number)
        assert reading.view.sheets[0].hits
        reading.bottom.bookmark.click()
        current = reading.current
        assert current is not None
        wait(qtbot, lambda: reading.side.marks.bookmarked(current))
        reading.side.show_tab(1)
        reading.side.pictures.grab()
        wait(qtbot, lambda: reading.side.pictures.pictures.kept)
        idle(qtbot)
        window.leave()
        wait(qtbot, window.slip.unsigned.isEnabled)
        pad = window.slip.pad
        for down in (40, 80):
            pad._begin(QPointF(60, down))
            for across in range(80, 320, 20):
                pad._move(QPointF(across, down + across % 40))
            pad._end()
        with by_reader(qtbot, window):
            window.slip.sign.click()
        idle(qtbot)
        with hall.context.storage.read() as tx:
            issues = tx.page_issues.find()
            slips = tx.reading_slips.find()
        seen = {issue.page_number for issue in issues if issue.shown_at}
        assert {1, 2} <= seen
        assert 5 not in {issue.page_number for issue in issues}
        assert len(slips) == 1
        assert slips[0].signature_sha256
        assert set(slips[0].content["pages_read"]) == seen
        window.allow_close()
        window.close()
