"""All keys at a glance, and every one of them changed by pressing another."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpacerItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.hot_keys import HotKeys, conflicts
from app.gui.i18n import _
from app.gui.shortcuts import readable, shortcut_table
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label, restyle

_Key = Qt.Key
MODIFIERS = (_Key.Key_Shift, _Key.Key_Control, _Key.Key_Alt, _Key.Key_Meta, _Key.Key_AltGr)
# Lists and forms need these themselves.
RESERVED = frozenset(
    [
        "Tab",
        "Shift+Tab",
        "Backtab",
        "Left",
        "Right",
        "Up",
        "Down",
        "Home",
        "End",
        "PgUp",
        "PgDown",
        "Ctrl+A",
        "Backspace",
        "Del",
        "J",
    ]
)
LEFT_COLUMN = ("everywhere", "page", "today", "inspect", "catalogue")


def scope_word(scope: str) -> str:
    """Where a key works."""
    return {
        "everywhere": _("Everywhere"),
        "page": _("With a page in view"),
        "sides": _("With sides selected (Scan, Inspect)"),
        "today": _("Today"),
        "scan": _("Scan"),
        "inspect": _("Inspect"),
        "catalogue": _("Catalogue"),
        "reconcile": _("Reconcile"),
        "leafing": _("Leaf through"),
        "bind": _("Bind"),
        "archive": _("Archive"),
        "reading": _("Reading room"),
        "locker": _("Locker"),
    }[scope]


def pressed_keys(event: QKeyEvent) -> str:
    """The key as the table writes it, or an empty text for a modifier alone."""
    if event.key() in MODIFIERS or event.key() == _Key.Key_unknown:
        return ""
    combination = event.keyCombination()
    text = event.text()
    # `?` is Shift and another key on most keyboards: what it writes counts, not how.
    if text and text.isprintable() and not text.isalnum() and text != " ":
        shiftless = event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        return QKeySequence(int(event.key()) | shiftless.value).toString()
    return QKeySequence(combination).toString()


class ShortcutOverlay(QDialog):
    """All keys, by where they work. "Change keys" turns every key into a button that takes the
    next key pressed. Emits `keys_changed(own)` with the person's own keys by action."""

    keys_changed = Signal(object)
    _waiting = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keys"))
        self.resize(940, 720)
        hot_keys = HotKeys.current()
        self._own = {} if hot_keys is None else hot_keys.own
        self._rows = shortcut_table()
        self._labels: dict[str, QLabel] = {}
        self.buttons: dict[str, QPushButton] = {}
        self.word = label("", wrap=True)
        self.word.setMinimumHeight(40)
        self.edit = push_button(_("Change keys"), icon_name="keyboard")
        self.edit.setCheckable(True)
        self.edit.toggled.connect(self._show_editing)
        self.reset = push_button(_("Reset all to default"), self.reset_all)
        self.reset.hide()
        close = push_button(_("Close"), self.accept, role="primary")
        for button in (self.edit, self.reset, close):
            button.setAutoDefault(False)
        line = QHBoxLayout()
        line.setContentsMargins(24, 8, 24, 0)
        line.setSpacing(8)
        line.addWidget(self.word, 1)
        for button in (self.reset, self.edit, close):
            line.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 16, 0, 16)
        column.addWidget(self._scrolled())
        column.addLayout(line)
        self._show_keys()

    def _scrolled(self) -> QScrollArea:
        holder = QWidget()
        holder.setObjectName("scrolled")
        columns = QHBoxLayout(holder)
        columns.setContentsMargins(24, 8, 24, 8)
        columns.setSpacing(32)
        scopes = list(dict.fromkeys(row.scope for row in self._rows))
        for chosen in (
            [scope for scope in scopes if scope in LEFT_COLUMN],
            [scope for scope in scopes if scope not in LEFT_COLUMN],
        ):
            grid = QGridLayout()
            grid.setHorizontalSpacing(16)
            grid.setVerticalSpacing(4)
            grid.setColumnStretch(1, 1)
            for scope in chosen:
                self._fill(grid, scope)
            grid.setRowStretch(grid.rowCount(), 1)
            columns.addLayout(grid, 1)
        scroll = QScrollArea()
        scroll.setWidget(holder)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(_("Keys"))
        return scroll

    def _fill(self, grid: QGridLayout, scope: str) -> None:
        heading = label(scope_word(scope), "heading")
        # A gap of its own: margins of the label would be taken from its text.
        if grid.rowCount() > 1:
            grid.addItem(QSpacerItem(0, 12), grid.rowCount(), 0)
        grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
        right = Qt.AlignmentFlag.AlignRight
        for row in self._rows:
            if row.scope != scope:
                continue
            line = grid.rowCount()
            shown = label("", "key")
            button = QPushButton()
            button.setProperty("role", "key")
            button.setAutoDefault(False)
            button.clicked.connect(self._asking(row.action))
            button.hide()
            self._labels[row.action] = shown
            self.buttons[row.action] = button
            grid.addWidget(shown, line, 0, right)
            grid.addWidget(button, line, 0, right)
            grid.addWidget(label(row.text), line, 1)

    def _show_keys(self) -> None:
        for row in self._rows:
            keys = readable(self._own.get(row.action, row.keys))
            own = row.action in self._own
            self._labels[row.action].setText(keys)
            restyle(self._labels[row.action], "tone", "accent" if own else "")
            button = self.buttons[row.action]
            waiting = row.action == self._waiting
            button.setText(_("Press a key…") if waiting else keys)
            button.setAccessibleName(f"{row.text}：{keys}")
            restyle(button, "tone", "accent" if own or waiting else "")

    def _show_editing(self, editing: bool) -> None:
        for action, button in self.buttons.items():
            button.setVisible(editing)
            self._labels[action].setVisible(not editing)
        self.reset.setVisible(editing)
        self._waiting = ""
        self._show_keys()
        self._say(_("Choose a key, then press the new one. Del sets it back.") if editing else "")
        if editing:
            self.buttons[self._rows[0].action].setFocus()

    def _asking(self, action: str) -> Callable[[], None]:
        return lambda: self.ask_key(action)

    def ask_key(self, action: str) -> None:
        """Take the next key pressed for `action`."""
        self._waiting = action
        self._show_keys()
        self._say(_("Press the new key for “{action}”. Esc leaves it.").format(action=self._text()))
        self.grabKeyboard()

    def _text(self) -> str:
        return next((row.text for row in self._rows if row.action == self._waiting), "")

    def event(self, event: QEvent) -> bool:
        """While a key is awaited it does nothing else."""
        if self._waiting and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if self._waiting:
            self._take(event)
            return
        focused = [action for action, button in self.buttons.items() if button.hasFocus()]
        if event.key() == _Key.Key_Delete and focused:
            self.set_key(focused[0], "")
            return
        if event.key() in (_Key.Key_Return, _Key.Key_Enter) and focused:
            self.ask_key(focused[0])
            return
        super().keyPressEvent(event)

    def _take(self, event: QKeyEvent) -> None:
        keys = pressed_keys(event)
        if not keys:
            return
        action = self._waiting
        self._waiting = ""
        self.releaseKeyboard()
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == _Key.Key_Escape and plain and action != "back":
            self._say("")
            self._show_keys()
            return
        if keys in RESERVED:
            said = _("{key} is needed by lists and forms; choose another key.")
            self._say(said.format(key=readable(keys)), "bad")
            self._show_keys()
            return
        self.set_key(action, keys)
        self.buttons[action].setFocus()

    def set_key(self, action: str, keys: str) -> bool:
        """Give `action` the key, or its default when empty; tells whether nothing else has it."""
        row = next(row for row in self._rows if row.action == action)
        wanted = {name: key for name, key in self._own.items() if name != action}
        if keys and keys != row.keys:
            wanted[action] = keys
        taken = conflicts(self._rows, wanted, action)
        if taken:
            said = _("{key} already means “{action}” ({place}). Give that another key first.")
            self._say(
                said.format(
                    key=readable(wanted.get(action, row.keys)),
                    action=taken[0].text,
                    place=scope_word(taken[0].scope),
                ),
                "bad",
            )
            self._show_keys()
            return False
        self._own = wanted
        said = _("“{action}” is {key} now.")
        key = readable(wanted.get(action, row.keys))
        self._say(said.format(action=row.text, key=key), "good")
        self._put_in_force()
        return True

    def reset_all(self) -> None:
        """The program's own keys again."""
        self._own = {}
        self._say(_("All keys are as the program has them."), "good")
        self._put_in_force()

    def _put_in_force(self) -> None:
        hot_keys = HotKeys.current()
        if hot_keys is not None:
            hot_keys.use(self._own)
        self._show_keys()
        self.keys_changed.emit(dict(self._own))

    def _say(self, text: str, tone: str = "") -> None:
        self.word.setText(text)
        restyle(self.word, "tone", tone)

    def done(self, result: int) -> None:
        """Give the keyboard back before closing."""
        if self._waiting:
            self.releaseKeyboard()
        super().done(result)
