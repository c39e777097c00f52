"""Hours and bandwidth of each archive, and what is sent at once, on the page."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.gui.archive.page import ArchivePage
from app.gui.samples.archive_rows import TARGET
from app.gui.samples.workstation import SampleWorkstation
from tests.gui_archive.driving import asked, choose, until


def test_windows_are_set_shown_and_told_with_the_transfer(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    question = page.queue_steps.ask_hours()
    assert question is not None
    assert question.target.currentData() == "archive"
    first, second, _third = question.windows
    first.begin.setText("20:00")
    first.end.setText("06:00")
    second.begin.setText("6:00")
    second.end.setText("8:00")
    second.kilobytes.setValue(500)
    question.submit()
    until(qtbot, lambda: bool(page.queue_steps.state.settings["windows"]))
    assert asked(sample, "set_target_windows") == [
        (
            "archive",
            [
                {"begin": "20:00", "end": "06:00", "rate": 0},
                {"begin": "6:00", "end": "8:00", "rate": 500_000},
            ],
        )
    ]
    again = page.queue_steps.ask_hours()
    assert again is not None
    assert [fields.begin.text() for fields in again.windows] == ["06:00", "20:00", ""]
    assert again.windows[0].kilobytes.value() == 500
    again.reject()


def test_windows_that_overlap_stay_in_the_dialog(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    question = page.queue_steps.ask_hours()
    assert question is not None
    for fields, (begin, end) in zip(
        question.windows, (("08:00", "12:00"), ("11:00", "13:00")), strict=False
    ):
        fields.begin.setText(begin)
        fields.end.setText(end)
    question.submit()
    until(qtbot, question.error.isVisible)
    assert question.isVisible()
    assert sample.windows == {}
    question.reject()


def test_the_hours_of_a_target_stand_with_its_transfer(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    sample.windows = {TARGET: [{"begin": "20:00", "end": "06:00", "rate": 2_000_000}]}
    page.queue_steps.read()
    until(qtbot, lambda: bool(page.queue_steps.state.settings["windows"]))
    choose(page, "sending")
    words = page.queue.transfer_words
    assert "20:00–06:00，不超过 2000 KB/s" in words.text() + words.toolTip()


def test_a_failed_transfer_is_sent_at_once(
    qtbot: QtBot, page: ArchivePage, sample: SampleWorkstation
) -> None:
    choose(page, "failed")
    button = page.queue.buttons["send"]
    assert button.isEnabled()
    button.click()
    until(qtbot, lambda: bool(asked(sample, "send_now")))
    until(qtbot, lambda: not page.busy)
    choose(page, "sending")
    assert not button.isEnabled()
