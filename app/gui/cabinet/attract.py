"""Nobody is there: what this is, how to begin, and what needs a hand meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.cabinet.touch_button import touch_button
from app.gui.cabinet.turning import TurningRow
from app.gui.i18n import _
from app.gui.widgets.labels import IconLabel, framed, label, restyle


class AttractPage(QWidget):
    """A touch anywhere begins. Emits `started()` or `staff()`."""

    started = Signal()
    staff = Signal()

    def __init__(self, cabinet: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.start = touch_button(_("Touch to begin"), self.started.emit, role="start")
        self.pin = touch_button(_("Staff: name and PIN"), self.staff.emit)
        self._said = ("", "good")
        self._warned = ("", "")
        self.said = label("", "title", wrap=True)
        self.said_more = label("", wrap=True)
        self.sign = IconLabel("good", "good", 48)
        self.notice = self._notice()
        self.name = label(cabinet, "muted")
        self._lay_out()
        self.say("")

    def _lay_out(self) -> None:
        title = label(_("Cloud locker"), "hero")
        subtitle = label(_("Hand case files in and collect them yourself"), "title")
        for part in (title, subtitle, self.name):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        ways = TurningRow(spacing=24)
        for icon, head, text in (
            ("keyboard", _("Code by message"), _("The digits in your message")),
            ("qr", _("QR code or card"), _("Hold it before the reader")),
            ("card", _("Identity card"), _("Lay it on the reading field")),
        ):
            ways.box.addWidget(_way(icon, head, text), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 24, 48, 24)
        column.setSpacing(12)
        column.addWidget(self.name)
        column.addStretch(1)
        column.addWidget(title)
        column.addWidget(subtitle)
        column.addStretch(1)
        column.addWidget(ways)
        column.addStretch(1)
        column.addWidget(self.start, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        foot = TurningRow(spacing=24)
        foot.box.addWidget(self.notice, 1)
        foot.box.addStretch(0)
        foot.box.addWidget(self.pin, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        column.addWidget(foot)

    def _notice(self) -> QFrame:
        notice = framed("notice")
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self.said)
        texts.addWidget(self.said_more)
        row = QHBoxLayout(notice)
        row.setContentsMargins(24, 16, 24, 16)
        row.setSpacing(20)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addLayout(texts, 1)
        return notice

    def say(self, text: str, tone: str = "good") -> None:
        """How the last visit ended; nothing when `text` is empty."""
        self._said = (text, tone)
        self._refresh()

    def warn(self, text: str, more: str = "") -> None:
        """What needs a hand at the cabinet, before anything else that is said."""
        self._warned = (text, more)
        self._refresh()

    def _refresh(self) -> None:
        (text, tone), more = self._said, ""
        if self._warned[0]:
            (text, more), tone = self._warned, "warn"
        self.said.setText(text)
        self.said_more.setText(more)
        self.said_more.setVisible(bool(more))
        self.sign.show_icon("good" if tone == "good" else "warn", tone)
        restyle(self.notice, "tone", tone)
        self.notice.setAccessibleName(f"{text} {more}".strip())
        self.notice.setVisible(bool(text))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self.started.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.started.emit()
        else:
            super().keyPressEvent(event)


def _way(icon: str, head: str, text: str) -> QFrame:
    card = framed("card")
    texts = QVBoxLayout()
    texts.setSpacing(4)
    texts.addWidget(label(head, "title"))
    texts.addWidget(label(text, "muted", wrap=True))
    row = QHBoxLayout(card)
    row.setContentsMargins(24, 20, 24, 20)
    row.setSpacing(20)
    row.addWidget(IconLabel(icon, "accent", 64), 0, Qt.AlignmentFlag.AlignVCenter)
    row.addLayout(texts, 1)
    return card
