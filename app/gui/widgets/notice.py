"""A fault inside a screen: what happened, what is safe, what to do, and the way on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.present import Presentation
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, label, restyle


class Notice(QFrame):
    """Three lines on a soft ground. Hidden until it has something to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.icon = IconLabel("warn", "warn", 24)
        self.message = label("", "heading", wrap=True)
        self.safe = label("", wrap=True)
        self.remedy = label("", wrap=True)
        texts = QVBoxLayout()
        texts.setSpacing(4)
        for part in (self.message, self.safe, self.remedy):
            texts.addWidget(part)
        self._buttons = QVBoxLayout()
        self._buttons.setSpacing(8)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(12)
        row.addWidget(self.icon)
        row.addLayout(texts, 1)
        row.addLayout(self._buttons)
        self.hide()

    def show_presentation(
        self,
        presentation: Presentation,
        *,
        action_text: str = "",
        action: Callable[[], object] | None = None,
        icon_name: str = "",
    ) -> None:
        """Show a fault; `action` is the way on."""
        self._fill(
            presentation.tone,
            icon_name or ("bad" if presentation.tone == "bad" else "warn"),
            presentation.message,
            presentation.safe,
            presentation.remedy,
        )
        self._set_buttons(action_text, action)

    def show_text(self, tone: str, message: str, detail: str = "", remedy: str = "") -> None:
        """Show a sentence that is no fault."""
        self._fill(tone, "good" if tone == "good" else "note", message, detail, remedy)
        self._set_buttons("", None)

    def _fill(self, tone: str, icon_name: str, message: str, safe: str, remedy: str) -> None:
        restyle(self, "tone", tone)
        self.icon.show_icon(icon_name, tone)
        for part, text in ((self.message, message), (self.safe, safe), (self.remedy, remedy)):
            part.setText(text)
            part.setVisible(bool(text))
        self.setAccessibleName(message)
        self.setAccessibleDescription(f"{safe} {remedy}".strip())
        self.show()

    def _set_buttons(self, text: str, action: Callable[[], object] | None) -> None:
        while self._buttons.count():
            entry = self._buttons.takeAt(0)
            widget = entry.widget() if entry is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if action is not None:
            self._buttons.addWidget(push_button(text, action, role="primary"))
        self._buttons.addWidget(push_button(_("Close"), self.hide, role="flat"))
