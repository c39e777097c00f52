"""Hand in what nobody announced: its code, who gets it, how much it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.domain.slips import Slip, parse_code
from app.gui.cabinet.fitting_label import FittingLabel
from app.gui.cabinet.people_grid import PeopleGrid
from app.gui.cabinet.told import Told
from app.gui.cabinet.touch_button import touch_button
from app.gui.cabinet.turning import TurningRow
from app.gui.i18n import _
from app.gui.widgets.labels import label
from app.gui.widgets.stepper import Stepper
from app.kernel.errors import Fault

CODE_LENGTH = 80
NARROW_NAME = 216


class OfferPage(QWidget):
    """Emits `offered(code, receiver, volumes)` or `left()`. The code comes by the reader; with a
    keyboard at hand it, or the case number, may be typed."""

    offered = Signal(str, str, int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._asking = False
        self.code = QLineEdit()
        self.code.setMaxLength(CODE_LENGTH)
        self.code.setPlaceholderText(_("Hold the code of the slip or label to the reader"))
        self.code.setAccessibleName(_("Code of the slip"))
        self.code.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.code.textChanged.connect(self._on_code)
        self.people = PeopleGrid(most_columns=3, least_width=NARROW_NAME)
        self.people.chosen.connect(lambda _name: self._refresh())
        self.case_no = FittingLabel("", 30)
        self.volumes = Stepper(_("Volumes"), least=1)
        self.told = Told(brief=True)
        self.open = touch_button(_("Open a door"), self.submit, role="next", icon_name="put_in")
        self.back = touch_button(_("Back"), self.left.emit)
        self._lay_out()
        self._refresh()

    def _lay_out(self) -> None:
        facts = QVBoxLayout()
        facts.setSpacing(12)
        facts.addWidget(label(_("1  Scan the slip"), "title"))
        facts.addWidget(self.code)
        facts.addWidget(self.case_no)
        facts.addWidget(self.volumes)
        facts.addStretch(1)
        names = QVBoxLayout()
        names.setSpacing(16)
        names.addWidget(label(_("2  Who gets it?"), "title"))
        names.addWidget(self.people, 1)
        row = TurningRow(spacing=40)
        for part, stretch in ((facts, 2), (names, 3)):
            holder = QWidget()
            part.setContentsMargins(0, 0, 0, 0)
            holder.setLayout(part)
            row.box.addWidget(holder, stretch)
        buttons = QHBoxLayout()
        buttons.setSpacing(20)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        buttons.addWidget(self.open)
        pressed = QWidget()
        buttons.setContentsMargins(0, 0, 0, 0)
        pressed.setLayout(buttons)
        foot = TurningRow(spacing=20)
        foot.box.addWidget(self.told, 1)
        foot.box.addWidget(pressed)
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 16, 48, 16)
        column.setSpacing(16)
        column.addWidget(row, 1)
        column.addWidget(foot)

    def take_code(self, code: str) -> None:
        """What the reader has read."""
        self.told.say_nothing()
        self.code.setText(code)
        # The head of a long code tells more than its check letters.
        self.code.setCursorPosition(0)

    def show_people(self, names: Sequence[str]) -> None:
        """Who may be given paper."""
        self.people.show_people(names)
        self._refresh()

    def wipe(self) -> None:
        """Forget everything."""
        self._asking = False
        self.told.say_nothing()
        self.code.clear()
        self.volumes.set_value(1)
        self.people.show_people(())
        self._refresh()

    def wait(self, asking: bool) -> None:
        """An answer is on its way, or has come."""
        self._asking = asking
        self._refresh()

    def refuse(self, fault: Fault) -> None:
        """Say why no cell was reserved."""
        self._asking = False
        self._refresh()
        self.told.show_fault(fault)

    def submit(self) -> None:
        """Ask for a cell."""
        if self.open.isEnabled():
            self.offered.emit(self.code.text().strip(), self.people.name, self.volumes.value)

    def _on_code(self, text: str) -> None:
        slip = parse_code(text)
        self.case_no.show_text(slip.case_no if isinstance(slip, Slip) else "")
        self._refresh()

    def _refresh(self) -> None:
        whole = bool(self.code.text().strip() and self.people.name)
        self.open.setEnabled(whole and not self._asking)
        self.back.setEnabled(not self._asking)
