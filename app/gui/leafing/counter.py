"""How many of the sides were seen, as a sentence and a bar."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.gui.i18n import _, number
from app.gui.widgets.labels import label, restyle


class Counter(QWidget):
    """Seen of total; the bar turns good when nothing is left."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = label("", "large")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(200)
        self.bar.setAccessibleName(_("Sides seen under the camera"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        row.addWidget(self.bar)
        row.addWidget(self.words)

    def show_count(self, seen: int, total: int) -> None:
        """Another count."""
        said = _("Seen {seen} / {total} sides")
        self.words.setText(said.format(seen=number(seen), total=number(total)))
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(seen)
        restyle(self.bar, "tone", "good" if total and seen >= total else "")
