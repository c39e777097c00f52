"""The print basket: quota and fee before asking, states of jobs after it."""

from __future__ import annotations

import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.gui.reader.basket import state_words
from app.gui.reader.page_words import money_text, pages_text
from app.gui.reader.samples import SampleDesk
from app.kernel.errors import Refused

from .conftest import OpenWindow, calls, idle, wait

TARGET = 56


def test_pages_are_chosen_priced_asked_for_and_followed(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading, basket = window.reading, window.reading.basket
    reading.top.basket.click()
    assert basket.isVisible()
    basket.add_page.click()
    wait(qtbot, lambda: basket.quote is not None and basket.quote.pages == (1,))
    basket.add_item.click()
    wait(qtbot, lambda: basket.quote is not None and basket.quote.pages == (1, 2, 3))
    assert "1–3" in basket.chosen.text()
    assert "1.50 元" in basket.said.text()
    assert "3/10" in reading.top.basket.text()
    basket.order.click()
    basket.ask_print()
    wait(qtbot, lambda: basket.jobs.count() == 2)
    idle(qtbot)
    assert calls(desk, "ask_print") == [((1, 2, 3), 1)], "two touches ask once"
    assert basket.pages == ()
    assert "0/7" in reading.top.basket.text()
    desk.settle("refused", "卷宗正在使用")
    basket._follow()
    wait(qtbot, lambda: "卷宗正在使用" in job_words(basket))
    assert state_words("refused")[1] in job_words(basket)
    assert not basket._timer.isActive(), "what is settled is asked no more"


def job_words(basket: object) -> str:
    from PySide6.QtWidgets import QLabel

    layout = basket.jobs  # type: ignore[attr-defined]
    cards = [layout.itemAt(place).widget() for place in range(layout.count() - 1)]
    return " ".join(label.text() for card in cards for label in card.findChildren(QLabel))


def test_more_than_the_quota_is_refused_before_it_is_asked(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    basket = open_window(desk).reading.basket
    basket.put(range(1, 30))
    idle(qtbot)
    wait(qtbot, lambda: calls(desk, "quote_print"))
    idle(qtbot)
    assert basket.quote is None
    assert not basket.order.isEnabled()
    basket.ask_print()
    assert calls(desk, "ask_print") == []
    basket.empty.click()
    assert basket.pages == ()


def test_copies_are_counted_priced_and_asked_for(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading, basket = window.reading, window.reading.basket
    reading.top.basket.click()
    copies = basket.copies
    assert copies.isVisible()
    assert not copies.less.isEnabled(), "one copy is the least"
    basket.add((1, 3))
    copies.more.click()
    copies.more.click()
    assert copies.value == 3
    assert not copies.more.isEnabled(), "the court allows no more"
    assert not basket.order.isEnabled(), "the price of one copy is not that of three"
    wait(qtbot, lambda: basket.quote is not None and basket.quote.sheets == 6)
    assert "6 张" in basket.said.text()
    assert "3.00 元" in basket.said.text()
    assert "6/10" in reading.top.basket.text()
    basket.order.click()
    assert not copies.isEnabled(), "what is being asked for stays as it is"
    wait(qtbot, lambda: "每页 3 份" in job_words(basket))
    assert calls(desk, "ask_print") == [((1, 3), 3)]
    assert copies.value == 1
    assert copies.isEnabled()
    assert "0/4" in reading.top.basket.text()
    for button in (copies.less, copies.more):
        assert min(button.width(), button.height()) >= TARGET
        assert button.accessibleName().startswith("份数：")


def test_keys_count_copies_only_once_they_were_brought_there(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    reading, copies = window.reading, window.reading.basket.copies
    reading.top.basket.click()
    copies.more.click()
    assert copies.value == 2
    assert reading.view.hasFocus(), "a touch leaves the keys to the page"
    copies.setFocus(Qt.FocusReason.TabFocusReason)
    for key, value in ((Qt.Key.Key_Up, 3), (Qt.Key.Key_Plus, 3), (Qt.Key.Key_Minus, 2)):
        qtbot.keyClick(copies, key)
        assert copies.value == value
    qtbot.keyClick(copies, Qt.Key.Key_Down)
    qtbot.keyClick(copies, Qt.Key.Key_Down)
    assert copies.value == 1
    qtbot.keyClick(copies, Qt.Key.Key_Return)
    assert not copies.hasFocus()


@pytest.mark.parametrize("large", [False, True])
def test_the_basket_fits_a_small_screen_and_keeps_its_last_step_in_sight(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot, large: bool
) -> None:
    window = open_window(desk)
    window.change_looks(large, False)
    basket = window.reading.basket
    window.reading.top.basket.click()
    basket.add((1, 3))
    wait(qtbot, basket.order.isEnabled)
    wait(qtbot, basket.empty.isVisible)
    assert window.minimumSizeHint().height() <= 768
    wait(qtbot, lambda: window.height() == 768)
    foot = basket.empty.mapTo(window, basket.empty.rect().bottomLeft()).y()
    assert 0 < foot < 768
    for part in (basket.add_page, basket.copies, basket.copies.more):
        assert part.visibleRegion().boundingRect().width() == part.width(), "nothing is cut off"
    window.change_looks(False, False)


def test_copies_beyond_the_quota_are_refused_before_they_are_asked(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    basket = open_window(desk).reading.basket
    basket.add((1, 2, 3, 4))
    wait(qtbot, basket.order.isEnabled)
    basket.copies.set_value(3)
    wait(qtbot, lambda: "12" in basket.said.text())
    assert not basket.order.isEnabled()
    basket.copies.set_value(2)
    wait(qtbot, basket.order.isEnabled)
    assert basket.quote is not None
    assert basket.quote.sheets == 8


def test_a_court_that_prints_one_copy_shows_no_counter(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    desk.session = evolve(desk.session, copies_most=1)
    window = open_window(desk)
    window.reading.top.basket.click()
    assert window.reading.basket.isVisible()
    assert not window.reading.basket.copies.isVisible()


def test_a_print_that_is_refused_while_the_basket_changes_can_be_asked_for_again(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    basket = open_window(desk).reading.basket
    basket.add((1,))
    wait(qtbot, basket.order.isEnabled)
    idle(qtbot)
    desk.fault = Refused("RDR-150", wanted=1, left=0)
    basket.order.click()
    basket.add((2,))
    idle(qtbot)
    desk.fault = None
    basket.add((3,))
    wait(qtbot, basket.order.isEnabled)


def test_a_refused_print_can_be_asked_for_again(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    window = open_window(desk)
    basket = window.reading.basket
    basket.add_page.click()
    wait(qtbot, basket.order.isEnabled)
    idle(qtbot)
    desk.fault = Refused("RDR-150", wanted=1, left=0)
    basket.order.click()
    idle(qtbot)
    desk.fault = None
    wait(qtbot, basket.order.isEnabled)
    assert window.reading.session is not None


def test_without_printing_there_is_no_basket(
    open_window: OpenWindow, desk: SampleDesk, qtbot: QtBot
) -> None:
    desk.session = evolve(desk.session, printing=False)
    window = open_window(desk)
    assert not window.reading.top.basket.isVisible()
    assert not window.reading.basket.isVisible()
    idle(qtbot)
    assert calls(desk, "prints") == []


def test_numbers_and_money_as_people_say_them() -> None:
    assert pages_text((87, 3, 4, 5, 5)) == "3–5、87"
    assert pages_text(()) == ""
    assert money_text(1250) == "12.50 元"
