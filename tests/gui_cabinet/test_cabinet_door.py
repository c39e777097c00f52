"""At the door: what is said when it opens, stays open, shuts; what a fault leaves to do."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.gui.cabinet import cues
from app.gui.cabinet.cell_picture import CellPicture, grid_of
from app.gui.cabinet.door import ALARM, CLOSED, NAG, OPEN, OPENING, DoorPage
from app.gui.cabinet.door_speech import speech_of
from app.gui.cabinet.left_open import LeftOpen
from app.gui.cabinet.samples import SampleDesk, sample_row
from app.gui.cabinet.visit import COLLECT, DEPOSIT
from app.gui.cabinet.window import CabinetWindow
from app.kernel.errors import Broken, Fault, Refused, Transient
from app.services.locker_views import CellRow

from .test_cabinet_touches import heard, read_card, shut_door, wait_for

LONG = 20_000


class Seconds:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def cells(*, door_open: int = 0, count: int = 24) -> tuple[CellRow, ...]:
    return tuple(
        CellRow(
            cabinet="A",
            number=number,
            door_open=number == door_open,
            occupied=None,
            handoff="",
        )
        for number in range(1, count + 1)
    )


def test_the_stages_of_a_door(qtbot: QtBot) -> None:
    clock = Seconds()
    page = DoorPage(seconds_now=clock)
    qtbot.addWidget(page)
    said: list[str] = []
    page.stage.connect(said.append)
    page.begin(COLLECT, sample_row(7))
    page.show_cells(cells())
    assert said == [OPENING], "a door that has not opened yet has not been shut"
    page.show_cells(cells(door_open=7))
    page.show_cells(cells(door_open=7))
    assert said == [OPENING, OPEN], "said once"
    clock.now += 59
    page.look()
    assert said == [OPENING, OPEN]
    clock.now += 1
    page.look()
    page.look()
    assert said[2:] == [NAG, NAG], "again and again"
    assert page.headline.property("tone") == "warn"
    assert "1 分钟" in page.since.text()
    clock.now += 120
    page.look()
    assert said[-1] == ALARM
    page.show_cells(cells())
    assert said[-1] == CLOSED
    page.show_cells(cells(door_open=7))
    assert said[-1] == OPEN, "opened once more before the cycle was over"
    page.end()
    page.look()
    assert page.case_no.text() == ""
    assert said[-1] == OPEN


def test_another_door_says_nothing_about_this_one(qtbot: QtBot) -> None:
    page = DoorPage()
    qtbot.addWidget(page)
    page.begin(DEPOSIT, sample_row(7))
    page.show_cells(cells(door_open=8))
    assert page.said == OPENING


@pytest.mark.parametrize(("stage", "cue"), [(NAG, cues.CLOSE_DOOR), (ALARM, cues.ALARM)])
def test_a_late_door_is_heard_and_captioned(stage: str, cue: str) -> None:
    speech = speech_of(stage, 7, put_in=True)
    assert speech.cue == cue
    assert "7 号柜门" in speech.text
    assert speech.tone in ("warn", "bad")


def test_nobody_leaves_before_an_open_door(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    window.matters.cards[0].click()
    qtbot.waitUntil(lambda: window.door.said == OPEN, timeout=LONG)
    assert not window.top.leave.isEnabled()
    assert not window.absence.running, "no countdown while a door is open"
    assert not window.top.countdown.isVisible()
    window.leave()
    assert window.page is window.door
    window.ask_staff()
    assert not window.staff.isVisible(), "nor is the program closed"
    read_card(window, "9999999999")
    assert [call for call in desk.calls if call[0] == "identify"] == [
        ("identify", "card", "0012345678")
    ]
    desk.close_door()
    wait_for(qtbot, window, window.count)
    assert window.top.leave.isEnabled()
    assert window.absence.running


@pytest.mark.parametrize(
    "fault",
    [
        Refused("LCK-102", cell=12),
        Transient("LCK-103", cell=12, seconds=180),
        Refused("LCK-107", cell=12, others="3"),
        Transient("LCK-116", cell=12),
        Broken("LCK-101", cabinet="A"),
    ],
    ids=lambda fault: str(fault.code),
)
def test_a_fault_says_what_happened_what_is_safe_what_to_do(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot, fault: Fault
) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    desk.faults["collect"] = [fault]
    window.matters.cards[0].click()
    wait_for(qtbot, window, window.trouble)
    told = window.trouble.told
    for line in (told.message, told.safe, told.remedy):
        assert line.isVisible()
        assert line.text()
    assert "保管责任没有转移" in told.safe.text()
    assert heard(window)[-1] == (cues.ALARM if fault.code == "LCK-103" else cues.REFUSED)
    qtbot.waitUntil(window.trouble.again.isVisible, timeout=LONG)
    window.trouble.again.click()
    assert window.page is window.matters
    window.matters.cards[0].click()
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.count)


def test_a_door_that_was_not_shut_is_minded_until_it_is(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    desk.faults["collect"] = [Refused("LCK-103", cell=12, seconds=180)]
    desk.open_door = 12
    window.matters.cards[0].click()
    wait_for(qtbot, window, window.trouble)
    assert heard(window)[-1] == cues.ALARM
    qtbot.waitUntil(lambda: heard(window).count(cues.ALARM) > 1, timeout=LONG)
    window.trouble.finish.click()
    assert window.page is window.attract
    qtbot.waitUntil(lambda: "12 号柜门开着" in window.attract.said.text(), timeout=LONG)
    desk.open_door = 0
    window.standby.look(tuple(desk.cells()))
    assert not window.attract.notice.isVisible()


def test_a_bug_reaches_the_visitor_as_a_calm_sentence(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    desk.faults["collect"] = [RuntimeError("boom")]
    window.matters.cards[0].click()
    wait_for(qtbot, window, window.trouble)
    assert "boom" not in window.trouble.told.message.text()
    assert "boom" in caplog.text


def test_doors_left_open_are_named_then_heard() -> None:
    clock = Seconds()
    watch = LeftOpen(clock)
    assert watch.look(cells(door_open=4)) == ""
    assert watch.doors == (), "somebody may just be looking into it"
    clock.now += 20
    assert watch.look(cells(door_open=4)) == ""
    assert watch.doors == (4,)
    clock.now += 40
    assert watch.look(cells(door_open=4)) == cues.CLOSE_DOOR
    clock.now += 10
    assert watch.look(cells(door_open=4)) == "", "not at every look"
    clock.now += 120
    assert watch.look(cells(door_open=4)) == cues.ALARM
    assert watch.look(cells()) == ""
    assert watch.doors == ()


def test_nobody_is_told_of_a_silent_cabinet_too_late(
    window: CabinetWindow, desk: SampleDesk
) -> None:
    window.standby.look(tuple(desk.cells()))
    assert not window.attract.notice.isVisible()
    desk.answering = False
    window.standby.look(tuple(desk.cells()))
    assert window.attract.notice.isVisible()
    assert "没有应答" in window.attract.said.text()
    desk.answering = True
    window.standby.look(tuple(desk.cells()))
    assert not window.attract.notice.isVisible()


@pytest.mark.parametrize(
    ("count", "shape"), [(1, (1, 1)), (6, (1, 6)), (7, (2, 6)), (24, (4, 6)), (60, (10, 6))]
)
def test_every_cell_has_a_place_in_the_picture(count: int, shape: tuple[int, int]) -> None:
    assert grid_of(count) == shape


def test_the_marked_door_stands_out(qtbot: QtBot) -> None:
    picture = CellPicture()
    qtbot.addWidget(picture)
    picture.resize(600, 400)
    picture.show_cells(cells())
    plain = picture.grab().toImage()
    picture.mark(7, door_open=False)
    shut = picture.grab().toImage()
    picture.mark(7, door_open=True)
    opened = picture.grab().toImage()
    assert plain != shut
    assert shut != opened, "open and shut look different"
    assert "7" in picture.accessibleName()
