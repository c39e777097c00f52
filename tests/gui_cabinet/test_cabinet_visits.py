"""Who is there, who is not known, who goes away: nothing of one visitor is left for the next."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from app.gui.cabinet import cues, wedge
from app.gui.cabinet.absence import Absence, Patience
from app.gui.cabinet.samples import (
    CASE_NO,
    COLLECT_CODE,
    GIVER,
    RECEIVER,
    STAFF,
    UNKNOWN_CODE,
    SampleDesk,
    sample_row,
)
from app.gui.cabinet.window import CabinetWindow
from app.kernel.errors import Refused
from app.services.locker_views import CARD, IDENTITY_CARD, QR, Visitor

from .conftest import Finger, MakeWindow
from .test_cabinet_touches import heard, read_card, wait_for

LONG = 20_000


def words(window: CabinetWindow) -> str:
    """Every text of any part of the window, in sight or not."""
    found = []
    for kind in (QLabel, QPushButton, QLineEdit):
        for part in window.findChildren(kind):
            found += [part.text(), part.accessibleName()]
    return "\n".join(found)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("JZ2:handoff_7.nonce.mac", QR),
        ("jz2:handoff", QR),
        ("JZ1CABCDEFGHIJKL", wedge.SLIP),
        ("JZ1:C:（2019）辽0882民初4866号:ABCDE", wedge.SLIP),
        ("11010519491231002X", IDENTITY_CARD),
        ("110105194912310021", IDENTITY_CARD),
        ("0012345678", CARD),
        ("04A1B2C3", CARD),
        ("12 34", ""),
        ("", ""),
    ],
)
def test_what_a_reader_has_read(text: str, kind: str) -> None:
    assert wedge.kind_of(text) == kind


def test_keys_of_a_reader_are_a_card_and_no_code(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window.begin()
    handle = window.windowHandle()
    for key in "0012345678":
        qtbot.keyClick(handle, getattr(Qt.Key, f"Key_{key}"))
    qtbot.keyClick(handle, Qt.Key.Key_Return)
    wait_for(qtbot, window, window.matters)
    asked = [call for call in desk.calls if call[0] == "identify"]
    assert asked == [("identify", "card", "0012345678")], "no wrong code was counted"


def test_digits_of_a_keyboard_need_enter(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window.begin()
    qtbot.keyClicks(window.identify, COLLECT_CODE)
    assert window.identify.digits == COLLECT_CODE
    assert desk.calls == []
    qtbot.keyClick(window.identify, Qt.Key.Key_Return)
    wait_for(qtbot, window, window.matters)


def test_an_unknown_code_is_told_and_may_be_tried_again(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    window.begin()
    finger.type_code(window.identify.pad.keys, UNKNOWN_CODE)
    qtbot.waitUntil(window.identify.told.isVisible, timeout=LONG)
    assert window.identify.told.message.text()
    assert window.identify.digits == ""
    assert heard(window) == [cues.REFUSED]
    finger.type_code(window.identify.pad.keys, COLLECT_CODE)
    wait_for(qtbot, window, window.matters)


def test_a_wrong_pin_is_told(window: CabinetWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    window.ask_pin()
    qtbot.waitUntil(lambda: len(window.pin.people.shown) == len(STAFF), timeout=LONG)
    window.pin.people.chosen.emit(STAFF[0])
    for digit in "1111":
        window.pin.type_digit(digit)
    assert "1111" not in words(window), "a PIN is never shown"
    window.pin.submit()
    qtbot.waitUntil(window.pin.told.isVisible, timeout=LONG)
    assert window.page is window.pin
    assert window.pin.dots.text() == ""


def test_leaving_wipes_everything(window: CabinetWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    assert CASE_NO in words(window)
    window.top.leave.click()
    assert window.page is window.attract
    qtbot.waitUntil(lambda: ("leave", "token_1") in desk.calls, timeout=LONG)
    # What was taken off the list is deleted by the event loop.
    qtbot.waitUntil(lambda: CASE_NO not in words(window), timeout=LONG)
    for secret in (RECEIVER, GIVER):
        assert secret not in words(window)


class SlowDesk(SampleDesk):
    """Knows a visitor only when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def identify(self, proof: str, value: str, *, name: str = "") -> Visitor:
        self.go_on.wait(20)
        return super().identify(proof, value, name=name)


def test_an_answer_for_somebody_who_left_is_dropped(make_window: MakeWindow, qtbot: QtBot) -> None:
    desk = SlowDesk()
    window = make_window(desk)
    read_card(window)
    window.leave()
    desk.go_on.set()
    qtbot.waitUntil(lambda: any(call[0] == "leave" for call in desk.calls), timeout=LONG)
    assert window.page is window.attract
    assert window.visit.visitor is None


def test_an_ended_token_leads_back_to_the_start(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    desk.faults["collect"] = [Refused("IDN-110")]
    window.matters.cards[0].click()
    wait_for(qtbot, window, window.attract)
    assert window.attract.notice.isVisible()


def test_the_countdown_is_in_sight_and_leads_back(
    make_window: MakeWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = make_window(desk, patience=Patience(absent=2, counting=2, done=2))
    read_card(window)
    wait_for(qtbot, window, window.matters)
    assert window.top.countdown.isVisible()
    assert "秒后返回首页" in window.top.countdown.text()
    wait_for(qtbot, window, window.attract)
    assert "无人操作" in window.attract.said.text()
    assert not window.absence.running


def test_thirty_seconds_by_default() -> None:
    assert Patience().absent == 30


def test_a_touch_begins_the_countdown_anew(qtbot: QtBot) -> None:
    button = QPushButton()
    qtbot.addWidget(button)
    button.show()
    absence = Absence(button, tick=10_000)
    left: list[int] = []
    absence.left.connect(left.append)
    absence.start(30)
    absence._tick()
    assert left == [30, 29]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert left == [30, 29, 30]
    absence.stop()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert left == [30, 29, 30], "nothing is counted while a door is open"


def test_what_else_waits_is_offered_at_the_end(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    read_card(window)
    wait_for(qtbot, window, window.matters)
    window.matters.cards[2].click()
    wait_for(qtbot, window, window.count)
    window.count.agrees.click()
    wait_for(qtbot, window, window.done)
    qtbot.waitUntil(window.done.more.isVisible, timeout=LONG)
    assert "3 项" in window.done.more.text()
    window.done.more.click()
    assert window.page is window.matters
    assert len(window.matters.cards) == 3


def test_nothing_waits_says_what_can_be_done(make_window: MakeWindow, qtbot: QtBot) -> None:
    desk = SampleDesk((sample_row(1, state="confirmed"),))
    window = make_window(desk)
    read_card(window)
    wait_for(qtbot, window, window.matters)
    assert window.matters.cards == []
    assert window.matters.explained.text()
    assert window.matters.hand_in.isVisible()


def test_offline_is_said_and_announces_nothing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(SampleDesk(offline=True))
    read_card(window)
    wait_for(qtbot, window, window.matters)
    assert window.top.offline.isVisible()
    assert not window.matters.hand_in.isVisible()


def test_a_code_announces_nothing_new(
    window: CabinetWindow, desk: SampleDesk, finger: Finger, qtbot: QtBot
) -> None:
    window.begin()
    finger.type_code(window.identify.pad.keys, COLLECT_CODE)
    wait_for(qtbot, window, window.matters)
    assert not window.matters.hand_in.isVisible()


def test_an_identity_card_is_asked_for_while_the_reader_waits(
    window: CabinetWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window.begin()
    window.identify.identity.click()
    assert "读卡区" in window.identify.told.message.text()
    wait_for(qtbot, window, window.matters)
    assert ("identify", "identity_card", "") in desk.calls


def test_many_matters_are_turned_by_large_buttons(make_window: MakeWindow, qtbot: QtBot) -> None:
    desk = SampleDesk(tuple(sample_row(n % 24 + 1, id=f"many_{n}") for n in range(2000)))
    window = make_window(desk)
    read_card(window)
    wait_for(qtbot, window, window.matters)
    grid = window.matters.grid
    qtbot.waitUntil(lambda: len(window.matters.cards) == 4, timeout=LONG)
    grid.onward.click()
    assert "第 2 屏，共 500 屏" in grid.place.text()
    assert len(window.matters.cards) == 4
    grid.back.click()
    assert not grid.back.isEnabled()


def test_only_staff_close_the_screen(window: CabinetWindow, desk: SampleDesk, qtbot: QtBot) -> None:
    window.close()
    assert window.isVisible()
    window.ask_staff()
    qtbot.waitUntil(lambda: window.staff.name.count() == len(STAFF), timeout=LONG)
    window.staff.pin.setText("0000")
    window.staff.submit()
    qtbot.waitUntil(lambda: bool(window.staff.error.text()), timeout=LONG)
    assert window.isVisible()
    window.staff.pin.setText("2468")
    with qtbot.waitSignal(window.closing, timeout=LONG):
        window.staff.submit()
    assert not window.isVisible()
