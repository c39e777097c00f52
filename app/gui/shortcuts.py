"""Every key of the program in one table; `?` lists them, screens bind them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QGridLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut:
    """One key: where it works (`everywhere` or a page), what it does, and the text for people."""

    action: str
    keys: str
    scope: str
    text: str


def shortcut_table() -> tuple[Shortcut, ...]:
    """All keys. The same key means the same thing on every page that knows it."""
    rows = (
        ("everywhere", "help", "?", _("List all keys")),
        ("everywhere", "history", "H", _("History of the dossier")),
        ("everywhere", "today", "Ctrl+1", _("Go to Today")),
        ("everywhere", "scan", "Ctrl+2", _("Go to Scan")),
        ("everywhere", "inspect", "Ctrl+3", _("Go to Inspect")),
        ("everywhere", "catalogue", "Ctrl+4", _("Go to Catalogue")),
        ("everywhere", "reconcile", "Ctrl+5", _("Go to Reconcile")),
        ("everywhere", "archive", "Ctrl+6", _("Go to Archive")),
        ("everywhere", "next_action", "Ctrl+Return", _("Press the next-step button")),
        ("everywhere", "undo", "Ctrl+Z", _("Undo the last edit")),
        ("everywhere", "redo", "Ctrl+Shift+Z", _("Make the undone edit again")),
        ("everywhere", "find", "/", _("Find")),
        ("everywhere", "refresh", "Ctrl+R", _("Read again")),
        ("everywhere", "back", "Esc", _("Back")),
        ("page", "zoom_in", "+", _("Larger")),
        ("page", "zoom_out", "-", _("Smaller")),
        ("page", "fit_page", "0", _("Whole page")),
        ("page", "fit_width", "W", _("Fit width")),
        ("page", "next_doubtful", "N", _("Next doubtful one")),
        ("page", "previous_doubtful", "Shift+N", _("Previous doubtful one")),
        ("scan", "start_scan", "F5", _("Start or resume scanning")),
        ("inspect", "accept", "Space", _("Accept and go on")),
        ("inspect", "turn_right", "R", _("Turn right")),
        ("inspect", "turn_left", "Shift+R", _("Turn left")),
        ("inspect", "mark_blank", "B", _("Mark as blank")),
        ("inspect", "reject", "X", _("Ask for a rescan, with reason")),
        ("catalogue", "boundary_back", "[", _("Move the start of the item one side back")),
        ("catalogue", "boundary_on", "]", _("Move the start of the item one side on")),
        ("catalogue", "split", "S", _("Start a new item at this side")),
        ("catalogue", "merge", "M", _("Join the item to the one before")),
        ("catalogue", "edit", "Return", _("Edit the row")),
        ("catalogue", "confirm", "Space", _("Accept and go on")),
        ("reconcile", "same", "1", _("Verdict: same")),
        ("reconcile", "differs", "2", _("Verdict: differs")),
        ("reconcile", "ask", "3", _("Verdict: ask")),
    )
    return tuple(
        Shortcut(scope=scope, action=action, keys=keys, text=text)
        for scope, action, keys, text in rows
    )


def keys_of(action: str) -> str:
    """The key of an action, as people read it. Raises KeyError when there is none."""
    for row in shortcut_table():
        if row.action == action:
            return readable(row.keys)
    raise KeyError(action)


def readable(keys: str) -> str:
    """A key as it is printed on the keyboard."""
    return keys.replace("Return", "Enter").replace("Space", _("Space bar"))


def bind(widget: QWidget, actions: Mapping[str, Callable[[], object]]) -> list[QShortcut]:
    """Make the keys of `actions` work while `widget` or a child has the focus.

    Raises KeyError when an action is not in the table.
    """
    rows = {row.action: row for row in shortcut_table()}
    made = []
    for action, call in actions.items():
        shortcut = QShortcut(QKeySequence(rows[action].keys), widget)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        spare = rows[action].keys == "Space"
        shortcut.activated.connect(_sparing_buttons(call) if spare else _calling(call))
        made.append(shortcut)
    return made


def _calling(call: Callable[[], object]) -> Callable[[], None]:
    def press() -> None:
        call()

    return press


def _sparing_buttons(call: Callable[[], object]) -> Callable[[], None]:
    """The space bar presses the button that has the focus, before it means anything else."""

    def press() -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton):
            focus.click()
        else:
            call()

    return press


class ShortcutOverlay(QDialog):
    """All keys, by where they work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keys"))
        self.resize(820, 700)
        grid_holder = QWidget()
        grid_holder.setObjectName("scrolled")
        grid = QGridLayout(grid_holder)
        grid.setContentsMargins(24, 8, 24, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        names = {
            "everywhere": _("Everywhere"),
            "page": _("With a page in view"),
            "scan": _("Scan"),
            "inspect": _("Inspect"),
            "catalogue": _("Catalogue"),
            "reconcile": _("Reconcile"),
        }
        columns = {"everywhere": 0, "page": 0, "scan": 3}
        lines = [0, 0]
        for scope, title in names.items():
            column = columns.get(scope, 3)
            side = column // 3
            heading = label(title, "heading")
            grid.addWidget(heading, lines[side], column, 1, 2)
            lines[side] += 1
            for row in shortcut_table():
                if row.scope != scope:
                    continue
                key = label(readable(row.keys), "key")
                grid.addWidget(key, lines[side], column, Qt.AlignmentFlag.AlignRight)
                grid.addWidget(label(row.text), lines[side], column + 1)
                lines[side] += 1
            lines[side] += 1
        grid.setColumnMinimumWidth(2, 24)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(4, 1)
        grid.setRowStretch(max(lines), 1)
        scroll = QScrollArea()
        scroll.setWidget(grid_holder)
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName(_("Keys"))
        column_layout = QVBoxLayout(self)
        column_layout.setContentsMargins(0, 16, 0, 16)
        column_layout.addWidget(scroll)
        close = push_button(_("Close"), self.accept, role="primary")
        column_layout.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)
