"""The start: what to bring, what will happen, and one thing to touch."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.widgets.buttons import push_button
from app.gui.widgets.labels import IconLabel, framed, label, restyle
from app.services.reading_views import NoticeRow


class WelcomePage(QWidget):
    """Emits `started()` to read, `asked()` to ask how far a case is, `looked()` to read the
    notices. `say` shows how the visit before ended, or why the terminal cannot."""

    started = Signal()
    asked = Signal()
    looked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.said = framed("notice")
        self.said_icon = IconLabel("good", "good", 28)
        self.said_text = label("", wrap=True)
        row = QHBoxLayout(self.said)
        row.setContentsMargins(20, 14, 20, 14)
        row.setSpacing(14)
        row.addWidget(self.said_icon)
        row.addWidget(self.said_text, 1)
        self.said.hide()
        self.start = QPushButton(_("Begin reading"))
        self.start.setProperty("role", "start")
        self.start.setAccessibleName(_("Begin reading"))
        self.start.clicked.connect(self.started)
        self.ask = push_button(_("How far is my case?"), self.asked.emit, role="back", parent=self)
        self.wall = push_button(_("Notices and guides"), self.looked.emit, role="back", parent=self)
        self.newest = label("", "muted", self)
        self.newest.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        # The page itself holds the focus: a ring round the only button says nothing at a touch
        # screen, and the keys work all the same.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

        self._build()

    def _build(self) -> None:
        title = label(_("Reading terminal"), "hero")
        subtitle = label(_("Read the dossier that was granted to you, page by page"), "muted")
        rule = label(
            _("Pages bear your name and every page view is recorded. Do not spread the material."),
            "muted",
        )
        for centred in (title, subtitle, rule):
            centred.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout()
        column.setSpacing(0)
        column.addStretch(3)
        column.addWidget(title)
        column.addSpacing(12)
        column.addWidget(subtitle)
        column.addSpacing(32)
        column.addLayout(_cards())
        column.addSpacing(32)
        column.addWidget(self.start, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(20)
        column.addLayout(self._others())
        column.addSpacing(12)
        column.addWidget(self.newest)
        column.addSpacing(12)
        column.addWidget(self.said, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(4)
        column.addWidget(rule)
        holder = QWidget()
        holder.setLayout(column)
        holder.setMaximumWidth(1160)
        outer = QHBoxLayout(self)
        outer.setContentsMargins(48, 40, 48, 32)
        outer.addStretch(1)
        outer.addWidget(holder, 100)
        outer.addStretch(1)

    def _others(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addStretch(1)
        row.addWidget(self.ask)
        row.addWidget(self.wall)
        row.addStretch(1)
        return row

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.start.click()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.setFocus()

    def show_notices(self, notices: tuple[NoticeRow, ...]) -> None:
        """Tell the title of the newest notice."""
        title = notices[0].title if notices else ""
        self.newest.setText(_("Newest: {title}").format(title=title) if title else "")

    def say(self, text: str, tone: str = "good") -> None:
        """One sentence below the button; nothing when `text` is empty."""
        self.said_text.setText(text)
        # Before it is shown for the first time it has no font of the theme to be measured by.
        self.said_text.ensurePolished()
        self.said_text.setMinimumWidth(
            min(self.said_text.fontMetrics().horizontalAdvance(text), 880)
        )
        self.said.setAccessibleName(text)
        self.said_icon.show_icon("good" if tone == "good" else "warn", tone)
        restyle(self.said, "tone", tone)
        self.said.setVisible(bool(text))


def _cards() -> QHBoxLayout:
    cards = QHBoxLayout()
    cards.setSpacing(24)
    for number, head, text in (
        ("1", _("Bring"), _("Your identity card or lawyer's licence, and the grant slip")),
        ("2", _("Enter the reading code"), _("It is on the slip, like 1001-123456")),
        ("3", _("Read, then leave"), _("Everything on the screen is wiped when you leave")),
    ):
        cards.addWidget(_card(number, head, text), 1)
    return cards


def _card(number: str, head: str, text: str) -> QFrame:
    card = framed("card")
    figure = label(number, "number")
    figure.setAlignment(Qt.AlignmentFlag.AlignCenter)
    texts = QVBoxLayout()
    texts.setSpacing(8)
    texts.addWidget(label(head, "heading"))
    texts.addWidget(label(text, "muted", wrap=True))
    texts.addStretch(1)
    row = QHBoxLayout(card)
    row.setContentsMargins(20, 24, 20, 24)
    row.setSpacing(16)
    row.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(texts, 1)
    return card
