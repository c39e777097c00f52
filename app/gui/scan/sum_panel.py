"""The sheet arithmetic, always in sight: a sentence, a bar, and how fast the work goes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.gui.i18n import _
from app.gui.scan.sums import difference_text, part_word, sum_sentence, sum_tone
from app.gui.theme.apply import colour
from app.gui.widgets.buttons import push_button
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.labels import chip, label, restyle
from app.services.station_views import SheetSum

BAR_HEIGHT = 10


class SumBar(QWidget):
    """Declared sides as one bar: scanned, blank, recorded as missing, and what is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sums: SheetSum | None = None
        self.setFixedHeight(BAR_HEIGHT)
        self.setMinimumWidth(200)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(320, BAR_HEIGHT)

    def show_sum(self, sums: SheetSum | None) -> None:
        """Show another sum."""
        self._sums = sums
        self.setAccessibleName(sum_sentence(sums))
        self.update()

    def segments(self) -> list[tuple[str, float]]:
        """Colour tokens and shares of the whole, from the left; the rest of the bar is open."""
        sums = self._sums
        if sums is None:
            return []
        stored = sums.captured + sums.inserted
        parts = [
            ("accent", stored),
            ("band_b", sums.blank + sums.single_backs),
            ("warn", sums.missed),
        ]
        known = sum(count for _token, count in parts)
        whole = max(sums.expected or 0, known, 1)
        if sums.expected is not None and known > sums.expected:
            parts[0] = ("accent", max(stored - (known - sums.expected), 0))
            parts.append(("bad", known - sums.expected))
        return [(token, count / whole) for token, count in parts if count]

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(area, 5, 5)
        painter.setClipPath(shape)
        painter.fillRect(area, colour("sunken"))
        left = area.left()
        for token, share in self.segments():
            width = area.width() * share
            painter.fillRect(QRectF(left, area.top(), max(width, 2), area.height()), colour(token))
            left += width
        painter.end()


class SumPanel(QFrame):
    """Emits `declare_asked` on a click into the sum, and `miss_asked`."""

    declare_asked = Signal()
    miss_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "toolbar")
        self.sentence = ElidedLabel("", "heading")
        self.bar = SumBar()
        self.other = chip("", "warn")
        self.other.hide()
        self.live = label("", "small")
        self.live.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.declare = push_button(
            _("Declare"), self.declare_asked.emit, role="flat", action="declare"
        )
        self.miss = push_button(
            _("Missing…"), self.miss_asked.emit, role="flat", action="record_miss"
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        first = QHBoxLayout()
        first.setSpacing(12)
        first.addWidget(self.sentence, 1)
        first.addWidget(self.other)
        second = QHBoxLayout()
        second.setSpacing(16)
        second.addWidget(self.bar, 1)
        second.addWidget(self.live)
        texts = QVBoxLayout()
        texts.setSpacing(6)
        texts.addLayout(first)
        texts.addLayout(second)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(8)
        row.addLayout(texts, 1)
        row.addWidget(self.declare)
        row.addWidget(self.miss)

    def show_sums(self, sums: Sequence[SheetSum], part: str = "main") -> None:
        """Show the sum of `part`, and a word when another part does not balance."""
        chosen = next((one for one in sums if one.part == part), None)
        self.sentence.show_text(sum_sentence(chosen))
        restyle(self.sentence, "tone", sum_tone(chosen))
        self.bar.show_sum(chosen)
        open_parts = [one for one in sums if one.part != part and not one.balanced]
        self.other.setVisible(bool(open_parts))
        if open_parts:
            words = f"{part_word(open_parts[0].part)}：{difference_text(open_parts[0])}"
            self.other.setText(words)

    def show_live(self, text: str) -> None:
        """Show rate, time and the operator's counter."""
        self.live.setText(text)

    def set_free(self, free: bool) -> None:
        """Once the dossier is sealed nothing can be declared."""
        self.declare.setEnabled(free)
        self.miss.setEnabled(free)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() == Qt.MouseButton.LeftButton and self.declare.isEnabled():
            self.declare_asked.emit()
        super().mousePressEvent(event)
