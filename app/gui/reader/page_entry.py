"""Go to a page by its number, with as few touches as the number allows."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.kiosk.curtain import Curtain
from app.gui.kiosk.digit_pad import DigitPad
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import label, restyle


class PageEntry(Curtain):
    """Emits `chosen(page)`. A number that no longer one could follow is taken at once: with 98
    pages, 8 and 7 open page 87."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._pages: frozenset[int] = frozenset()
        self._typed = ""
        self.heading = label(_("Go to page"), "title")
        self.typed = label("", "hero")
        self.hint = label("", "muted")
        for part in (self.heading, self.typed, self.hint):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.typed.setMinimumHeight(72)
        self.pad = DigitPad(small=True)
        self.pad.digit.connect(self.type_digit)
        self.pad.erased.connect(self.erase)
        self.pad.cleared.connect(self.clear)
        self.cancel = push_button(_("Cancel"), self.close_entry)
        self.go = push_button(_("Go"), self.submit, role="primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.cancel, 1)
        buttons.addWidget(self.go, 1)
        self.content.setSpacing(8)
        self.content.setContentsMargins(32, 20, 32, 24)
        for widget in (self.heading, self.typed, self.hint):
            self.content.addWidget(widget)
        self.content.addSpacing(8)
        self.content.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignHCenter)
        self.content.addSpacing(8)
        self.content.addLayout(buttons)
        self.setAccessibleName(_("Go to page"))

    def ask(self, pages: tuple[int, ...], first_digit: str = "") -> None:
        """Open the pad for `pages`; `first_digit` was typed already."""
        self._pages = frozenset(pages)
        self._set("")
        self.open()
        self.setFocus()
        if first_digit:
            self.type_digit(first_digit)

    def close_entry(self) -> None:
        """Close without going anywhere."""
        self._typed = ""
        self.typed.clear()
        self.hide()

    def type_digit(self, digit: str) -> None:
        """One more digit; goes at once when no longer number is possible."""
        typed = (self._typed + digit).lstrip("0")
        if not typed or not any(str(page).startswith(typed) for page in self._pages):
            # A digit that leads to no page starts anew, so that a slip needs no correction.
            typed = digit.lstrip("0")
            if not any(str(page).startswith(typed) for page in self._pages):
                self._set(self._typed, refused=True)
                return
        self._set(typed)
        longer = [p for p in self._pages if str(p).startswith(typed) and len(str(p)) > len(typed)]
        if typed and int(typed) in self._pages and not longer:
            self.submit()

    def erase(self) -> None:
        """Take the last digit back."""
        self._set(self._typed[:-1])

    def clear(self) -> None:
        """Take all digits back."""
        self._set("")

    def submit(self) -> None:
        """Go to the page that was entered."""
        if self._typed and int(self._typed) in self._pages:
            page = int(self._typed)
            self.close_entry()
            self.chosen.emit(page)

    def _set(self, typed: str, *, refused: bool = False) -> None:
        self._typed = typed
        self.typed.setText(typed or "—")
        self.typed.setAccessibleName(typed)
        first, last = min(self._pages, default=0), max(self._pages, default=0)
        text = _("Granted: pages {first} to {last}").format(first=first, last=last)
        if len(self._pages) != last - first + 1:
            text = _("Granted: {count} pages between {first} and {last}").format(
                count=len(self._pages), first=first, last=last
            )
        self.hint.setText(_("This page is not granted to you") if refused else text)
        restyle(self.hint, "tone", "warn" if refused else "")
        self.go.setEnabled(bool(typed) and int(typed) in self._pages)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        key = event.key()
        if event.text() in tuple("0123456789"):
            self.type_digit(event.text())
        elif key == Qt.Key.Key_Backspace:
            self.erase()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.submit()
        elif key == Qt.Key.Key_Escape:
            self.close_entry()
        event.accept()
