"""The archive queue: filters, live progress, steps with reasons, keys alone, many rows."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, Actor
from app.gui.archive.freeze_dialog import FreezeQuestion
from app.gui.archive.page import ArchivePage
from app.gui.archive.queue_dialogs import PriorityQuestion, QueueQuestion, TransferQuestion
from app.gui.archive.queue_rows import (
    BLOCKED,
    MINE,
    OVERDUE,
    SENDING,
    electronic_text,
    left_clock,
    left_text,
    size_text,
)
from app.gui.desk import Desk
from app.gui.samples.archive_rows import sample_freeze, sample_queue
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.kernel.errors import Broken
from tests.gui_archive.driving import asked, choose, until

Key = Qt.Key


def shown(page: ArchivePage) -> list[str]:
    """The case numbers that the filter lets through."""
    filtered = page.queue.filtered
    return [str(filtered.index(row, 0).data()) for row in range(filtered.rowCount())]


def test_both_tracks_what_blocks_and_whose_turn_stand_in_a_row(page: ArchivePage) -> None:
    QAbstractItemModelTester(page.queue.model)
    index = page.queue.filtered.index(2, 0)
    cells = [str(index.siblingAtColumn(column).data()) for column in range(6)]
    assert cells[1] == "未送达，需人工处理"
    assert cells[2].startswith("在云柜柜格中")
    assert "归档系统" in cells[3]
    assert cells[4] == "管理员"
    assert cells[5].startswith("逾期 4 天")
    assert page.queue.summary.text() == "共 8 件 · 传输中 1 件 · 卡住 4 件 · 待我处理 4 件"


@pytest.mark.parametrize(("kind", "count"), [(BLOCKED, 4), (MINE, 4), (SENDING, 2), (OVERDUE, 2)])
def test_the_filter_shows_one_kind(page: ArchivePage, kind: str, count: int) -> None:
    page.queue.filter.setCurrentIndex(page.queue.filter.findData(kind))
    assert len(shown(page)) == count
    assert page.queue.current is not None


def test_mine_follows_the_person(qtbot: QtBot, page: ArchivePage, desk: Desk) -> None:
    page.queue.filter.setCurrentIndex(page.queue.filter.findData(MINE))
    desk.sign_in(Actor(name="管理员", role=ADMINISTRATOR))
    page.queue_steps.read()
    until(qtbot, lambda: shown(page) == ["（2026）苏0281民初204号"])
    desk.sign_in(Actor(name="欧阳完颜若溪·买买提江", role="clerk"))
    page.queue_steps.read()
    until(qtbot, lambda: len(shown(page)) == 1 and "内蒙古" in shown(page)[0])


def test_words_find_a_dossier_and_nothing_found_is_said(page: ArchivePage) -> None:
    page.queue.search.setText("行初9号")
    assert shown(page) == ["（2026）苏0281行初9号"]
    page.queue.search.setText("没有这个")
    assert page.queue.stack.currentWidget() is page.queue.nothing
    assert page.queue.current is None
    page.queue.show_all()
    assert len(shown(page)) == 8


def test_progress_is_live_and_the_cursor_stays(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    choose(page, "sending")
    assert "45%" in electronic_text(page.queue.model.rows[1])
    row = sample.archive_rows[1]
    assert row.transfer is not None
    sample.archive_rows[1] = evolve(
        row, transfer=evolve(row.transfer, sent_bytes=421_000_000, seconds_left=None)
    )
    until(qtbot, lambda: "50%" in electronic_text(page.queue.model.rows[1]))
    assert page.queue.current is not None and page.queue.current.case_no == CASE_NO
    assert page.queue.bar.value() == 500
    assert "421.0 MB / 842.0 MB" in page.queue.transfer_words.text()


def test_never_two_questions_at_once(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, most, gate = [0], [0], threading.Event()
    inside = threading.Event()

    def slow(*, open_only: bool = True) -> list[Any]:
        going[0] += 1
        most[0] = max(most[0], going[0])
        inside.set()
        gate.wait(20)
        going[0] -= 1
        return list(sample.archive_rows)

    until(qtbot, lambda: not page.queue_steps.reading)
    monkeypatch.setattr(sample, "archive_queue", slow)
    for _ in range(5):
        page.queue_steps.read()
    until(qtbot, inside.is_set)
    sample.archive_rows = sample_queue(3)
    gate.set()
    # What was asked meanwhile is asked once more, behind the one that ran.
    until(qtbot, lambda: len(page.queue.model.rows) == 3)
    assert most[0] == 1


def test_a_page_out_of_sight_asks_nothing(qtbot: QtBot, page: ArchivePage) -> None:
    assert page.queue_steps.watching
    page.hide()
    assert not page.queue_steps.watching
    page.show()
    assert page.queue_steps.watching


def test_a_transfer_is_paused_and_goes_on_with_a_reason(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    choose(page, "sending")
    qtbot.keyClick(page.queue.table, Key.Key_P)
    question = page.findChild(TransferQuestion)
    assert question is not None
    question.reason.setText("让路给急件")
    question.submit()
    until(qtbot, lambda: asked(sample, "pause_transfer") == [("transfer-1", "让路给急件")])
    until(qtbot, lambda: page.queue.model.rows[1].electronic == "paused")
    until(qtbot, lambda: page.queue.buttons["pause"].accessibleName() == "继续传输…")
    # The step that is next comes with the facts of the dossier, which are read on their own.
    until(qtbot, lambda: page.next_action.button.accessibleName() == "继续传输…")


def test_withdrawing_needs_a_reason(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    choose(page, "failed")
    question = page.queue_steps.withdraw()
    assert question is not None
    question.submit()
    assert asked(sample, "withdraw_transfer") == []
    question.reason.setText("重新封卷")
    question.submit()
    until(qtbot, lambda: asked(sample, "withdraw_transfer") == [("transfer-2", "重新封卷")])
    until(qtbot, lambda: page.queue.model.rows[2].transfer is None)
    assert page.queue.strip.isHidden()


def test_priority_and_queueing_ask_first(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    choose(page, "paused")
    qtbot.keyClick(page.queue.table, Key.Key_K)
    priority = page.findChild(PriorityQuestion)
    assert priority is not None
    assert priority.priority.value() == -5
    priority.priority.setValue(20)
    priority.submit()
    until(qtbot, lambda: asked(sample, "set_priority") == [("transfer-3", 20)])
    choose(page, "checked")
    assert page.next_action.button.accessibleName() == "加入归档队列…"
    page.press_next()
    queue = page.findChild(QueueQuestion)
    assert queue is not None
    queue.submit()
    until(qtbot, lambda: len(asked(sample, "queue_transfer")) == 1)
    until(qtbot, lambda: page.queue.model.rows[4].electronic == "waiting")


def test_what_makes_no_sense_is_not_asked(page: ArchivePage, desk: Desk) -> None:
    said: list[str] = []
    desk.said.connect(said.append)
    choose(page, "receipted")
    assert page.queue_steps.retry() is None
    assert page.queue_steps.queue() is None
    assert said == ["该案卷目前不能这样操作。"]


def test_the_whole_queue_rests_and_runs(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    qtbot.keyClick(page.queue.table, Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    until(qtbot, lambda: page.queue.pause_all.accessibleName() == "恢复队列")
    page.queue.pause_all.click()
    until(qtbot, lambda: page.queue.pause_all.accessibleName() == "暂停队列")
    assert [name for name, _given in sample.calls] == ["pause_queue", "resume_queue"]


def test_counts_are_signed_from_the_queue(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    sample.freeze_rows = [sample_freeze("（2026）苏0281民初318号")]
    page.queue.table.go_to(0)
    assert page.next_action.button.accessibleName() == "签认数量…"
    page.press_next()
    until(qtbot, lambda: page.findChild(FreezeQuestion) is not None)


def test_enter_opens_the_dossier_and_escape_comes_back(
    qtbot: QtBot, page: ArchivePage, desk: Desk
) -> None:
    page.queue.table.setFocus()
    page.queue.go_to(CASE_NO)
    qtbot.keyClick(page.queue.table, Key.Key_Return)
    until(qtbot, lambda: not page.in_queue and page.case_steps.shown is not None)
    assert desk.case_no == CASE_NO
    assert not page.queue_steps.watching
    assert page.step_back()
    assert page.in_queue and page.queue_steps.watching
    assert not page.step_back()
    # The same dossier once more, though it is open already.
    page.open_case(CASE_NO)
    until(qtbot, lambda: not page.in_queue)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=5000)
    qtbot.keyClick(page.case_panel.lists.checks.table, Key.Key_Q)
    assert page.in_queue


def test_a_queue_that_cannot_be_read_is_said_and_the_last_picture_stays(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    sample.archive_fault = Broken("SYS-700", reason="RuntimeError")
    page.queue_steps.read()
    until(qtbot, page.notice.isVisible)
    assert len(page.queue.model.rows) == 8
    sample.archive_fault = None
    page.queue_steps.read()
    until(qtbot, page.notice.isHidden)


def test_nothing_on_the_way_is_said(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    sample.archive_rows = []
    page.queue_steps.read()
    until(qtbot, lambda: page.queue.stack.currentWidget() is page.queue.empty)
    assert page.next_action.button.isHidden()


def test_two_thousand_dossiers_are_shown_and_filtered_at_once(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    sample.archive_rows = sample_queue(2000)
    page.queue_steps.read()
    until(qtbot, lambda: len(page.queue.model.rows) == 2000)
    actor = Actor(name=PERSON, role="archivist")
    begin = time.process_time()
    page.queue.show_rows(sample_queue(2000), actor)
    page.queue.filter.setCurrentIndex(page.queue.filter.findData(BLOCKED))
    page.grab()
    assert len(shown(page)) == 1000
    # Processor time of a read, a filter and a picture; a person feels a tenth of it.
    assert time.process_time() - begin < 3.0


def test_sizes_and_times_in_words() -> None:
    assert [size_text(count) for count in (0, 999, 12_400, 842_000_000)] == [
        "0 B",
        "999 B",
        "12 KB",
        "842.0 MB",
    ]
    assert left_text(None) == left_clock(None) == ""
    assert left_text(37) == "剩余不到 1 分钟"
    assert left_text(600) == "约剩 10 分钟"
    assert left_text(7200) == "约剩 2 小时"
    assert [left_clock(seconds) for seconds in (37, 754, 7325)] == ["0:37", "12:34", "2:02:05"]
