"""The one next action of a screen, lower right: what it does, or what stands before it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import restyle, set_theme_icon


class NextActionBar(QFrame):
    """A sentence on the left, further buttons in the middle, the big button on the right.

    A blocked action stays pressable: pressing it goes to what blocks.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "bar")
        self._action: Callable[[], object] | None = None
        self.sentence = ElidedLabel("", "heading", self)
        self.detail = ElidedLabel("", "small", self)
        self.button = push_button("", self._press, role="next")
        self.button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.button.setIconSize(QSize(20, 20))
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(self.sentence)
        texts.addWidget(self.detail)
        self._extras = QHBoxLayout()
        self._extras.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(16)
        row.addLayout(texts, 1)
        row.addLayout(self._extras)
        row.addWidget(self.button)
        self.setAccessibleName(_("Next step"))
        self.show_nothing("")

    def add(self, widget: QWidget) -> None:
        """Put a further button before the big one."""
        self._extras.addWidget(widget)

    def show_action(
        self,
        text: str,
        action: Callable[[], object],
        *,
        sentence: str = "",
        detail: str = "",
        key: str = "",
    ) -> None:
        """The way is free: the button does `text`."""
        self._show(text, action, sentence=sentence, detail=detail, key=key, tone="")

    def show_blocker(
        self, text: str, go_there: Callable[[], object], *, sentence: str = "", detail: str = ""
    ) -> None:
        """Something stands before it: the button names it and goes there."""
        self._show(text, go_there, sentence=sentence, detail=detail, key="", tone="warn")

    def show_busy(self, text: str, *, sentence: str = "", detail: str = "") -> None:
        """Work is under way; the button waits."""
        self._show(text, None, sentence=sentence, detail=detail, key="", tone="")

    def hold(self) -> None:
        """A command is under way: a second press would give it twice. The next `show_…` ends it."""
        self.button.setEnabled(False)

    def release(self) -> None:
        """The command was refused: the button may be pressed again."""
        self.button.setEnabled(self._action is not None)

    def show_nothing(self, sentence: str, detail: str = "") -> None:
        """No next action here."""
        self._show("", None, sentence=sentence, detail=detail, key="", tone="")

    def _show(
        self,
        text: str,
        action: Callable[[], object] | None,
        *,
        sentence: str,
        detail: str,
        key: str,
        tone: str,
    ) -> None:
        self._action = action
        self.sentence.show_text(sentence)
        self.detail.show_text(detail)
        self.detail.setVisible(bool(detail))
        self.button.setText(f"{text}  {key}\u00a0" if key else f"{text}\u00a0")
        self.button.setAccessibleName(text or _("Next step"))
        self.button.setVisible(bool(text))
        self.button.setEnabled(action is not None)
        restyle(self.button, "tone", tone)
        free = "warn" if tone == "warn" else "accent_text"
        token = "disabled" if action is None else free
        set_theme_icon(self.button, "warn" if tone == "warn" else "arrow_right", token)

    def _press(self) -> None:
        if self._action is not None:
            self._action()
