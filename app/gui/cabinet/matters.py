"""What is yours: one big card for each thing to collect, to confirm or to deposit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import frozen
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.gui.cabinet.fitting_label import FittingLabel
from app.gui.cabinet.hand_off_words import amount_words, door_words
from app.gui.cabinet.paged_grid import PagedGrid
from app.gui.cabinet.touch_button import touch_button
from app.gui.cabinet.visit import COLLECT, CONFIRM, DEPOSIT
from app.gui.i18n import _
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import IconLabel, chip, label
from app.services.locker_views import CARD, PIN

if TYPE_CHECKING:
    from app.services.locker_views import HandOffRow, Visitor

CARD_HEIGHT = 164
TALL_CARD_HEIGHT = 204
CARD_WIDTH = 560
# Only staff that is known by herself announces paper: a code says what may be taken, not who takes.
PERSONAL = (CARD, PIN)
OUTSIDERS = ("party", "court")


@frozen(kw_only=True)
class Matter:
    """One hand-off and the step that waits: COLLECT, CONFIRM or DEPOSIT."""

    action: str
    row: HandOffRow


def matters_of(visitor: Visitor) -> tuple[Matter, ...]:
    """Everything that waits for `visitor`, what is overdue first."""
    parts = (
        (COLLECT, visitor.to_collect),
        (CONFIRM, visitor.to_confirm),
        (DEPOSIT, visitor.to_deposit),
    )
    found = [Matter(action=action, row=row) for action, rows in parts for row in rows]
    return tuple(sorted(found, key=lambda matter: not matter.row.overdue))


class MattersPage(QWidget):
    """Emits `chosen(action, HandOffRow)`, or `handing_in()` for paper nobody announced."""

    chosen = Signal(str, object)
    handing_in = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self.greeting = label("", "large", wrap=True)
        self.explained = label("", "muted", wrap=True)
        self.grid = PagedGrid(
            self._card, height=CARD_HEIGHT, least_width=CARD_WIDTH, most_columns=2
        )
        self.hand_in = touch_button(
            _("Hand in something new"), self.handing_in.emit, icon_name="put_in"
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 20, 48, 20)
        column.setSpacing(16)
        self._head, self._foot = QHBoxLayout(), QHBoxLayout()
        self._head.addWidget(self.greeting, 1)
        self._head.addWidget(self.hand_in)
        column.addLayout(self._head)
        column.addWidget(self.explained)
        column.addWidget(self.grid, 1)
        column.addLayout(self._foot)

    def turn(self, *, wide: bool) -> None:
        """Lay the page out for a wide screen, where height is dear, or for a high one."""
        (self._head if wide else self._foot).addWidget(self.hand_in)
        self.grid.set_height(CARD_HEIGHT if wide else TALL_CARD_HEIGHT)

    @property
    def cards(self) -> list[MatterCard]:
        """The cards in sight."""
        return [widget for widget in self.grid.shown if isinstance(widget, MatterCard)]

    def show_visitor(self, visitor: Visitor) -> None:
        """List what waits for `visitor`."""
        matters = matters_of(visitor)
        self.greeting.setText(
            _("Touch a card, its door opens") if matters else _("Nothing waits for you here")
        )
        staff = visitor.role not in OUTSIDERS and visitor.proof in PERSONAL
        may_announce = staff and not visitor.offline
        if matters:
            explained = ""
        elif may_announce:
            explained = _("You can hand in paper that nobody has announced yet.")
        else:
            explained = _("Ask at the counter, or look at the message with your code again.")
        self.explained.setText(explained)
        self.explained.setVisible(bool(explained))
        self.hand_in.setVisible(may_announce)
        self.grid.show_things(matters)

    def wait(self, waiting: bool) -> None:
        """An answer is on its way, or has come."""
        for part in (self.grid, self.hand_in):
            part.setEnabled(not waiting)

    def wipe(self) -> None:
        """Forget everybody's hand-offs."""
        self.grid.show_things(())

    def _card(self, matter: Matter) -> QWidget:
        card = MatterCard(matter)
        card.clicked.connect(partial(self._choose, matter))
        return card

    def _choose(self, matter: Matter, _checked: bool = False) -> None:
        self.chosen.emit(matter.action, matter.row)


class MatterCard(QPushButton):
    """One hand-off as one large button."""

    def __init__(self, matter: Matter, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = matter.row
        verb, icon, other = _faces(matter)
        self.setProperty("role", "matter")
        self.setProperty("tone", "warn" if row.overdue else "accent")
        self.case_no = FittingLabel(row.case_no, 34)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(label(verb, "title"))
        head.addStretch(1)
        if row.overdue:
            head.addWidget(chip(_("Overdue"), "warn"))
        if row.cell:
            head.addWidget(chip(door_words(row), "accent"))
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addLayout(head)
        texts.addWidget(self.case_no)
        texts.addWidget(ElidedLabel(f"{amount_words(row)}  ·  {other}", "muted"))
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 12, 24, 12)
        line.setSpacing(20)
        line.addWidget(IconLabel(icon, "accent", 56), 0, Qt.AlignmentFlag.AlignVCenter)
        line.addLayout(texts, 1)
        for part in self.findChildren(QWidget):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(f"{verb} {row.case_no} {amount_words(row)} {other}")

    def sizeHint(self) -> QSize:  # noqa: N802
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(CARD_WIDTH // 2, CARD_HEIGHT)


def _faces(matter: Matter) -> tuple[str, str, str]:
    """The verb, the icon and the other person of a card."""
    row = matter.row
    if matter.action == COLLECT:
        return _("Collect this"), "take_out", _("from {name}").format(name=row.giver)
    if matter.action == CONFIRM:
        return _("Confirm the count"), "check", _("from {name}").format(name=row.giver)
    return _("Deposit"), "put_in", _("for {name}").format(name=row.receiver)
