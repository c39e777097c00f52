"""The keyboard on the screen: types into one field, and composes Chinese words from pinyin."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.keyboard.candidate_bar import CandidateBar
from app.gui.keyboard.field import TouchField
from app.gui.keyboard.layouts import (
    CLEAR,
    DIGITS,
    ENTER,
    ERASE,
    LATIN,
    NAMED,
    PINYIN,
    SHIFT,
    SPACE,
    Key,
    rows_of,
)

MOST_LETTERS = 40


class Keyboard(QFrame):
    """Types into the field given to `open`. Emits `letters_typed(letters)` while pinyin is
    composed; the answer comes by `offer`. Keys of a real keyboard work beside it.
    """

    letters_typed = Signal(str)
    closed = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        layouts: tuple[str, ...] = (PINYIN, LATIN, DIGITS),
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "keyboard")
        self._layouts = layouts
        self._field: TouchField | None = None
        self._upper = False
        self.keys: dict[tuple[str, str], QPushButton] = {}
        self.bar = CandidateBar(self)
        self.bar.picked.connect(self._on_picked)
        self.boards = QStackedWidget(self)
        for layout in layouts:
            self.boards.addWidget(self._board(layout))
        self.hide_key = QPushButton(_("Hide the keyboard"), self)
        self.hide_key.setProperty("role", "candidate")
        self.hide_key.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide_key.clicked.connect(self.close_board)
        top = QHBoxLayout()
        top.addWidget(self.bar, 1)
        top.addWidget(self.hide_key)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 8)
        column.setSpacing(6)
        column.addLayout(top)
        column.addWidget(self.boards)
        self.layout_name = layouts[0]
        self.hide()

    def _board(self, layout: str) -> QWidget:
        board = QWidget(self.boards)
        column = QVBoxLayout(board)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for keys in rows_of(layout, self._layouts):
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addStretch(1)
            for key in keys:
                row.addWidget(self._key(layout, key, board), key.width)
            row.addStretch(1)
            column.addLayout(row)
        return board

    def _key(self, layout: str, key: Key, board: QWidget) -> QPushButton:
        texts = {
            ERASE: _("Erase"),
            SPACE: _("Space"),
            ENTER: _("Finish typing"),
            SHIFT: _("Capitals"),
            CLEAR: _("Clear"),
            DIGITS: "123",
            LATIN: "ABC",
            PINYIN: _("Pinyin"),
        }
        made = QPushButton(texts.get(key.name, key.name), board)
        made.setAccessibleName(made.text())
        made.setProperty("role", "key")
        made.setProperty("named", "true" if key.name in NAMED else "false")
        # The focus stays in the field, so that keys on the screen and real ones work side by side.
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        made.setMinimumWidth(key.width * 19)
        made.clicked.connect(partial(self.press, key.name))
        self.keys[layout, key.name] = made
        return made

    def open(self, field: TouchField, layout: str = "") -> None:
        """Show the keyboard for `field`."""
        self._leave_field()
        self._field = field
        field.interceptor = self._take
        self.show_layout(layout or self.layout_name)
        self.show()
        field.setFocus()

    def close_board(self) -> None:
        """Hide; what was being composed is forgotten."""
        self._leave_field()
        self.bar.spell("")
        self._set_upper(False)
        self.hide()
        self.closed.emit()

    def _leave_field(self) -> None:
        if self._field is not None:
            self._field.interceptor = lambda _name: False
        self._field = None

    def show_layout(self, layout: str) -> None:
        """Show the keys of `layout`."""
        self.layout_name = layout
        self.boards.setCurrentIndex(self._layouts.index(layout))
        self.bar.spell("")

    def _take(self, name: str) -> bool:
        """A key of a real keyboard: letters are pinyin, and while they are composed so are the
        keys that pick and erase."""
        if self.layout_name != PINYIN:
            return False
        if name.isascii() and name.isalpha() and len(name) == 1:
            self._spell(name.lower())
            return True
        composing = name in (ERASE, SPACE, ENTER) or (name.isascii() and name.isdigit())
        if not self.bar.letters or not composing:
            return False
        self.press(name)
        return True

    def press(self, name: str, _checked: bool = False) -> None:
        """One key."""
        field = self._field
        if field is None:
            return
        if name in self._layouts:
            self.show_layout(name)
        elif name == SHIFT:
            self._set_upper(not self._upper)
        elif name == ERASE:
            self._erase(field)
        elif name == SPACE:
            self._space(field)
        elif name == ENTER:
            self._enter(field)
        elif self.layout_name == PINYIN and name.isascii() and name.isalpha():
            self._spell(name)
        elif self.bar.letters and name.isdigit() and name != "0":
            self.bar.pick(int(name) - 1)
        else:
            field.insert(name.upper() if self._upper else name)

    def _spell(self, letter: str) -> None:
        if len(self.bar.letters) < MOST_LETTERS:
            self._compose(self.bar.letters + letter)

    def _compose(self, letters: str) -> None:
        self.bar.spell(letters)
        if letters:
            self.letters_typed.emit(letters)

    def _erase(self, field: TouchField) -> None:
        if self.bar.letters:
            self._compose(self.bar.letters[:-1])
        else:
            field.erase()

    def _space(self, field: TouchField) -> None:
        if self.bar.letters:
            self.bar.pick(0)
        else:
            field.insert(" ")

    def _enter(self, field: TouchField) -> None:
        """Letters that nobody turned into a word are taken as they are."""
        if self.bar.letters:
            letters = self.bar.letters
            self.bar.spell("")
            field.insert(letters)
        else:
            field.submit()

    def _set_upper(self, upper: bool) -> None:
        self._upper = upper
        for (layout, name), key in self.keys.items():
            if layout == LATIN and name.isascii() and len(name) == 1:
                key.setText(name.upper() if upper else name)

    def offer(self, letters: str, words: tuple[str, ...]) -> None:
        """The candidates for `letters`; those of letters typed earlier come too late."""
        if letters == self.bar.letters:
            self.bar.offer(words)

    def _on_picked(self, word: str) -> None:
        self.bar.spell("")
        if self._field is not None:
            self._field.insert(word)

    def wipe(self) -> None:
        """Forget everything typed."""
        self.close_board()
