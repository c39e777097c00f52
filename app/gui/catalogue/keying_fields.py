"""Which fields the court has typed twice; administrators set it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from app.domain.keying import KEYABLE
from app.gui.desk import Desk
from app.gui.i18n import _
from app.gui.ops import Op
from app.gui.widgets.labels import label
from app.words.cataloguing import field_word


class KeyingFieldsDialog(QDialog):
    """One box for each field that may be typed twice; it holds for all cases of the court."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_("Double keying"))
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(12)
        column.addWidget(label(_("Fields that two persons type independently"), "title"))
        advice = _(
            "They see neither the proposal nor each other's words. What differs is settled by a "
            "third person, and no dossier is sealed before. This holds for all cases."
        )
        column.addWidget(label(advice, "muted", wrap=True))
        self.boxes = {field: QCheckBox(field_word(field)) for field in KEYABLE}
        for box in self.boxes.values():
            column.addWidget(box)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.accepted.connect(self.save)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        Op(self, desk.workstation.double_keying).reads().done(self._show).start()

    def _show(self, fields: Sequence[str]) -> None:
        for field, box in self.boxes.items():
            box.setChecked(field in fields)

    def save(self) -> None:
        """Keep what is ticked."""
        fields = [field for field, box in self.boxes.items() if box.isChecked()]
        actor, workstation = self._desk.actor, self._desk.workstation

        def done(_nothing: object) -> None:
            self._desk.reread(self)
            self.accept()

        Op(self, lambda: workstation.set_double_keying(actor, fields)).done(done).start()
