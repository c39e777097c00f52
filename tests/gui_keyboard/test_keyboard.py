"""The keyboard on the screen: digits, Latin letters, pinyin, by touch and by a real keyboard."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.gui.keyboard.board import Keyboard
from app.gui.keyboard.field import TouchField
from app.gui.keyboard.layouts import DIGITS, ENTER, ERASE, LATIN, PINYIN, SHIFT, SPACE

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
WORDS = tuple("货款或话会和合后还好很回")


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["keyboard-tests", "-platform", "offscreen"]


class Desk:
    """A field with its keyboard, and what they said."""

    def __init__(self, qtbot: QtBot, most: int) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        column = QVBoxLayout(self.window)
        self.field = TouchField("hint", self.window, most=most)
        self.board = Keyboard(self.window)
        column.addWidget(self.field)
        column.addWidget(self.board)
        self.letters: list[str] = []
        self.entered: list[str] = []
        self.board.letters_typed.connect(self.letters.append)
        self.field.entered.connect(self.entered.append)
        self.window.resize(1200, 500)
        self.window.show()

    def touch(self, *names: str) -> None:
        for name in names:
            self.board.keys[self.board.layout_name, name].click()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    from app.kernel.translation import set_language

    set_language("zh_CN")
    yield Desk(qtbot, 20)


def test_digits_with_x_for_identity_numbers(desk: Desk) -> None:
    desk.board.open(desk.field, DIGITS)
    desk.touch(*"21", "X", ERASE, *"0X", ENTER)
    assert desk.field.text == "210X"
    assert desk.entered == ["210X"]


def test_latin_letters_small_and_capital(desk: Desk) -> None:
    desk.board.open(desk.field, LATIN)
    desk.touch(SHIFT, "a", SHIFT, "b", SPACE, "（", "7")
    assert desk.field.text == "Ab （7"
    assert desk.board.keys[LATIN, "q"].text() == "q"


def test_pinyin_is_composed_and_a_candidate_picked(desk: Desk, qtbot: QtBot) -> None:
    desk.board.open(desk.field, PINYIN)
    desk.touch(*"huo", ERASE, "o")
    assert desk.letters == ["h", "hu", "huo", "hu", "huo"]
    assert desk.field.text == "", "letters are not words yet"
    desk.board.offer("hu", ("湖",))
    assert desk.board.bar.offered == (), "words for letters typed earlier come too late"
    desk.board.offer("huo", WORDS)
    desk.board.bar.after.click()
    desk.board.bar.words[0].click()
    assert desk.field.text == WORDS[9]
    assert desk.board.bar.letters == ""
    desk.touch(*"hui")
    desk.board.offer("hui", WORDS)
    desk.touch("2")
    assert desk.field.text == WORDS[9] + WORDS[1]
    desk.touch("2", "，", ERASE)
    assert desk.field.text == WORDS[9] + WORDS[1] + "2", "without letters, figures are figures"


def test_letters_without_a_word_are_taken_as_they_are(desk: Desk) -> None:
    desk.board.open(desk.field, PINYIN)
    desk.touch(*"abc", ENTER)
    assert desk.field.text == "abc"
    assert desk.entered == []
    desk.touch(ENTER)
    assert desk.entered == ["abc"]


def test_a_real_keyboard_composes_too(desk: Desk, qtbot: QtBot) -> None:
    desk.board.open(desk.field, PINYIN)
    qtbot.keyClicks(desk.field, "hux")
    qtbot.keyClick(desk.field, Qt.Key.Key_Backspace)
    qtbot.keyClicks(desk.field, "o")
    assert desk.board.bar.letters == "huo"
    desk.board.offer("huo", WORDS)
    qtbot.keyClick(desk.field, Qt.Key.Key_Space)
    qtbot.keyClicks(desk.field, "9")
    assert desk.field.text == "货9"
    qtbot.keyClick(desk.field, Qt.Key.Key_Return)
    assert desk.entered == ["货9"]
    desk.board.close_board()
    qtbot.keyClicks(desk.field, "ab")
    assert desk.field.text == "货9ab", "without the keyboard, letters are letters"


def test_a_field_takes_no_commands_and_not_more_than_it_holds(desk: Desk, qtbot: QtBot) -> None:
    for modifier in (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier):
        qtbot.keyClick(desk.field, Qt.Key.Key_V, modifier)
    assert desk.field.text == ""
    qtbot.keyClicks(desk.field, "1" * 50)
    assert desk.field.text == "1" * 20
    desk.board.open(desk.field, PINYIN)
    qtbot.keyClicks(desk.field, "a" * 90)
    assert len(desk.board.bar.letters) <= 40


def test_closing_forgets_what_was_composed(desk: Desk) -> None:
    desk.board.open(desk.field, PINYIN)
    desk.touch(*"huo")
    desk.board.offer("huo", WORDS)
    desk.board.wipe()
    assert not desk.board.isVisible()
    assert desk.board.bar.letters == ""
    assert desk.board.bar.offered == ()
    assert all(button.text() == "" for button in desk.board.bar.words)
    desk.board.press("h")
    assert desk.field.text == "", "without a field, keys go nowhere"


def test_keys_leave_the_focus_in_the_field(desk: Desk, qtbot: QtBot) -> None:
    desk.board.open(desk.field, PINYIN)
    assert all(key.focusPolicy() == Qt.FocusPolicy.NoFocus for key in desk.board.keys.values())
    assert not desk.field.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
