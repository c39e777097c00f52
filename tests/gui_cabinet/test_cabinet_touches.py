"""Deposit and collect in at most four touches, the digits of a code aside; each is counted."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.gui.cabinet import cues
from app.gui.cabinet.door import OPEN
from app.gui.cabinet.samples import (
    COLLECT_CODE,
    DEPOSIT_CODE,
    RECEIVER,
    STAFF,
    STAFF_PIN,
    SampleDesk,
    SilentPlayer,
)
from app.gui.cabinet.window import CabinetWindow

from .conftest import Finger, MakeWindow

MOST_TOUCHES = 4
LONG = 20_000


def read_card(window: CabinetWindow, number: str = "0012345678") -> None:
    """What a reader of cards types, as the listener passes it on."""
    window.reader.scanned.emit(number)


def wait_for(qtbot: QtBot, window: CabinetWindow, page: object) -> None:
    qtbot.waitUntil(lambda: window.page is page, timeout=LONG)


def shut_door(qtbot: QtBot, window: CabinetWindow, desk: SampleDesk) -> None:
    """Wait until the screen says that the door is open, then shut it."""
    qtbot.waitUntil(lambda: window.door.said == OPEN, timeout=LONG)
    desk.close_door()


def heard(window: CabinetWindow) -> list[str]:
    player = window._player
    assert isinstance(player, SilentPlayer)
    return player.heard


def test_collecting_with_a_code_takes_three_touches(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    finger.watch(window)
    finger.touch(window.attract.start)
    finger.type_code(window.identify.pad.keys, COLLECT_CODE)
    wait_for(qtbot, window, window.matters)
    assert len(window.matters.cards) == 1, "a code is for its own hand-off only"
    finger.touch(window.matters.cards[0])
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.count)
    finger.touch(window.count.agrees)
    wait_for(qtbot, window, window.done)
    assert ("collect", "handoff_7") in desk.calls
    assert ("confirm", "handoff_7", 3, 245) in desk.calls
    assert finger.touches == finger.seen == 3
    assert finger.touches <= MOST_TOUCHES
    assert heard(window) == [cues.READY, cues.TAKE_OUT, cues.COUNT, cues.DONE]


def test_depositing_with_a_code_takes_two_touches(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    finger.watch(window)
    finger.touch(window.attract.start)
    finger.type_code(window.identify.pad.keys, DEPOSIT_CODE)
    wait_for(qtbot, window, window.matters)
    finger.touch(window.matters.cards[0])
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.done)
    assert ("deposit", "handoff_3") in desk.calls
    assert finger.touches == finger.seen == 2
    assert "3 号柜" in window.done.headline.text()
    assert heard(window) == [cues.READY, cues.PUT_IN, cues.DONE]


def test_a_card_needs_no_touch_before_the_list(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    finger.watch(window)
    read_card(window)
    wait_for(qtbot, window, window.matters)
    assert ("identify", "card", "0012345678") in desk.calls
    first = window.matters.cards[0]
    assert "12 号柜门" in [label.text() for label in first.findChildren(type(window.top.step))], (
        "what is overdue comes first"
    )
    finger.touch(first)
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.count)
    finger.touch(window.count.agrees)
    wait_for(qtbot, window, window.done)
    qtbot.waitUntil(window.done.more.isVisible, timeout=LONG)
    assert finger.touches == finger.seen == 2


def test_name_and_pin_take_four_touches_to_collect(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    finger.watch(window)
    finger.touch(window.attract.pin)
    qtbot.waitUntil(lambda: len(window.pin.people.shown) == len(STAFF), timeout=LONG)
    finger.touch(window.pin.people.shown[0])
    finger.type_code(window.pin.pad.keys, STAFF_PIN)
    # The key that ends the PIN belongs to typing it, as the eighth digit does to a code.
    window.pin.submit()
    wait_for(qtbot, window, window.matters)
    finger.touch(window.matters.cards[0])
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.count)
    finger.touch(window.count.agrees)
    wait_for(qtbot, window, window.done)
    assert finger.touches == finger.seen == MOST_TOUCHES


def test_handing_in_something_new_takes_three_touches(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    finger.watch(window)
    read_card(window)
    wait_for(qtbot, window, window.matters)
    finger.touch(window.matters.hand_in)
    assert not window.offer.open.isEnabled(), "neither code nor receiver yet"
    window.reader.scanned.emit("JZ1CABCDEFGHIJKL")
    qtbot.waitUntil(lambda: bool(window.offer.people.shown), timeout=LONG)
    finger.touch(window.offer.people.shown[1])
    finger.touch(window.offer.open)
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.done)
    assert ("offer", "JZ1CABCDEFGHIJKL", STAFF[1], 1) in desk.calls
    assert ("deposit", "handoff_5") in desk.calls
    assert finger.touches == finger.seen == 3


def test_a_slip_read_first_is_kept_until_somebody_is_known(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window.reader.scanned.emit("JZ1CABCDEFGHIJKL")
    wait_for(qtbot, window, window.identify)
    assert "工单已读取" in window.identify.told.message.text()
    read_card(window)
    wait_for(qtbot, window, window.offer)
    assert window.offer.code.text() == "JZ1CABCDEFGHIJKL"


def test_confirming_what_was_collected_before(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    card = next(c for c in window.matters.cards if "确认数目" in c.accessibleName())
    finger.touch(card)
    wait_for(qtbot, window, window.count)
    finger.touch(window.count.agrees)
    wait_for(qtbot, window, window.done)
    assert ("confirm", "handoff_9", 2, 160) in desk.calls
    assert not any(call[0] in ("collect", "deposit") for call in desk.calls), "no door opened"


def test_one_volume_less_is_reported_and_told(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    window.begin()
    finger.type_code(window.identify.pad.keys, COLLECT_CODE)
    wait_for(qtbot, window, window.matters)
    finger.touch(window.matters.cards[0])
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.count)
    finger.touch(window.count.differs)
    finger.touch(window.count.volumes.less)
    for digit in "0160":
        window.count.pad.keys[digit].click()
    finger.touch(window.count.send)
    wait_for(qtbot, window, window.trouble)
    assert ("confirm", "handoff_7", 2, 160) in desk.calls
    assert "不符" in window.trouble.told.message.text()
    assert "已记录" in window.trouble.told.safe.text()
    assert heard(window)[-1] == cues.REFUSED


@pytest.mark.parametrize("size", [(1366, 768), (1080, 1920)])
def test_two_touches_at_once_open_one_door(
    make_window: MakeWindow, desk: SampleDesk, size: tuple[int, int], qtbot: QtBot
) -> None:
    window = make_window(desk, size=size)
    read_card(window)
    wait_for(qtbot, window, window.matters)
    first, *others = window.matters.cards
    assert len(others) == 3
    first.click()
    for other in others:
        other.click()
    shut_door(qtbot, window, desk)
    wait_for(qtbot, window, window.count)
    opened = [call for call in desk.calls if call[0] in ("collect", "deposit")]
    assert len(opened) == 1
    assert window.top.person.text() == RECEIVER
