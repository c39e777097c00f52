"""What is asked before a dossier goes to another court or one of theirs is taken in."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.locker.question import Question
from app.words.court_transfers import purpose_word

PURPOSES = ("appeal", "return", "other")


class SendQuestion(Question):
    """To which court, and why. Emits `chosen(court, purpose)`."""

    chosen = Signal(str, str)

    def __init__(self, desk: Desk, case_no: str, parent: QWidget | None = None) -> None:
        sentence = _(
            "The newest sealed package of {case_no} is checked and written as one file with its "
            "letter. A restricted part goes to a court only."
        ).format(case_no=case_no)
        super().__init__(desk, _("Send to another court"), sentence, _("Write…"), parent)
        self.court = self.add_line(_("Receiving court"), _("Its full name"))
        self.purpose = QComboBox(self)
        for purpose in PURPOSES:
            self.purpose.addItem(purpose_word(purpose), purpose)
        self.add_field(_("Purpose"), self.purpose)

    def missing(self) -> QWidget | None:
        return None if self.court.text().strip() else self.court

    def submit(self) -> None:
        """Go on to where the file goes."""
        empty = self.missing()
        if empty is not None:
            empty.setFocus()
            return
        self.accept()
        self.chosen.emit(self.court.text().strip(), str(self.purpose.currentData()))


class ReceiveQuestion(Question):
    """The digest that the letter on paper names. Emits `chosen(digest)`."""

    chosen = Signal(str)

    def __init__(self, desk: Desk, path: Path, parent: QWidget | None = None) -> None:
        sentence = _(
            "{name} is checked as it came. What does not hold is kept as rejected with its "
            "reasons; either way a receipt for the sending court is written beside it."
        ).format(name=path.name)
        super().__init__(desk, _("Take in a package"), sentence, _("Check and take in"), parent)
        self.digest = self.add_line(_("Digest in the letter"), _("SHA-256, may stay empty"))

    def submit(self) -> None:
        """Go on with the digest."""
        self.accept()
        self.chosen.emit(self.digest.text().strip())
