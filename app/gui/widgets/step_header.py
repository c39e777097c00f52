"""The line of steps and where this case stands on it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui.i18n import _
from app.gui.theme.apply import current_tokens
from app.gui.words import step_state_word, step_word
from app.services.views import StepState

MARK = 18
GAP = 26
IN_HAND = ("current", "blocked")


class StepHeader(QWidget):
    """Steps from left to right. Done is filled with a tick, now is a filled ring, blocked is a
    square with the count of what is open, ahead is a hollow ring. Where all names have no room,
    only the steps in hand have one; the others are named by the tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[StepState, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def show_steps(self, steps: Sequence[StepState]) -> None:
        """Show these steps."""
        self._steps = tuple(steps)
        said = [f"{step_word(step.step)}：{step_state_word(step.state)}" for step in self._steps]
        self.setAccessibleName(_("Steps of this case"))
        self.setAccessibleDescription("，".join(said))
        self.setToolTip("\n".join(said))
        self.updateGeometry()
        self.update()

    def _font(self) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(current_tokens().size("small"))
        return font

    def _widths(self, names: Sequence[str]) -> list[float]:
        metrics = QFontMetricsF(self._font())
        return [MARK + (6 + metrics.horizontalAdvance(name) if name else 0) for name in names]

    def _names(self, *, all_of_them: bool) -> list[str]:
        return [_name(step) if all_of_them or step.state in IN_HAND else "" for step in self._steps]

    def _size(self, names: Sequence[str]) -> QSize:
        widths = self._widths(names)
        return QSize(round(sum(widths) + GAP * max(len(widths) - 1, 0)) + 4, 28)

    @property
    def shown_names(self) -> list[str]:
        """The names that have room, "" for a step that has none."""
        return self._names(all_of_them=self.width() >= self.sizeHint().width())

    def sizeHint(self) -> QSize:  # noqa: N802
        return self._size(self._names(all_of_them=True))

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return self._size(self._names(all_of_them=False))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font())
        tokens = current_tokens()
        names, middle = self.shown_names, self.height() / 2
        left = max(2.0, self.width() - self._size(names).width() + 2.0)
        for index, (step, name, width) in enumerate(
            zip(self._steps, names, self._widths(names), strict=True)
        ):
            if index:
                painter.setPen(QPen(QColor(tokens.colour("border_strong")), 1))
                painter.drawLine(QPointF(left - GAP + 5, middle), QPointF(left - 5, middle))
            self._paint_mark(painter, QRectF(left, middle - MARK / 2, MARK, MARK), step)
            current = step.state in IN_HAND
            painter.setPen(QColor(tokens.colour("text" if current else "muted")))
            place = QRectF(left + MARK + 6, 0, width, self.height())
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(place, int(flags), name)
            left += width + GAP
        painter.end()

    def _paint_mark(self, painter: QPainter, place: QRectF, step: StepState) -> None:
        tokens = current_tokens()
        if step.state == "done":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.colour("good")))
            painter.drawEllipse(place)
            painter.setPen(QPen(QColor(tokens.colour("surface")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            x, y = place.left(), place.top()
            painter.drawPolyline(
                [QPointF(x + 4.8, y + 9.4), QPointF(x + 8, y + 12.4), QPointF(x + 13.2, y + 6.2)]
            )
        elif step.state == "blocked":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.colour("warn")))
            painter.drawRoundedRect(place, 4, 4)
            painter.setPen(QColor(tokens.colour("surface")))
            font = QFont(painter.font())
            font.setPixelSize(11)
            painter.save()
            painter.setFont(font)
            text = str(step.open_count) if 0 < step.open_count < 100 else "!"
            painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), text)
            painter.restore()
        else:
            now = step.state == "current"
            painter.setPen(QPen(QColor(tokens.colour("accent" if now else "border_strong")), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(place.adjusted(1, 1, -1, -1))
            if now:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(tokens.colour("accent")))
                painter.drawEllipse(place.center(), 4.5, 4.5)


def _name(step: StepState) -> str:
    return step_word(step.step)
