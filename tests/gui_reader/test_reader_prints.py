"""The print basket: quota and fee before asking, states of jobs after it."""

from __future__ import annotations

from attrs import evolve
from pytestqt.qtbot import QtBot

from app.gui.reader.basket import state_words
from app.gui.reader.page_words import money_text, pages_text
from app.gui.reader.samples import SampleDesk
from app.kernel.errors import Refused

from .conftest import OpenWindow, calls, idle, wait


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
    assert calls(desk, "ask_print") == [((1, 2, 3),)], "two touches ask once"
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
