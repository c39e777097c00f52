"""Parts in a row that go on in the next line where the row is too narrow for them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QSpacerItem, QWidget

GROWS = (QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)


class FlowRow(QLayout):
    """Parts keep the width that they ask for; what asks to expand, and else the gaps made by
    `add_gap`, share what is over in their line. Nothing is cut and nothing overlaps."""

    def __init__(self, spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        # Qt asks for heights again and again, and lays out each line anew for every answer.
        self._heights: dict[int, int] = {}
        self.setSpacing(spacing)

    def add_gap(self) -> None:
        """From here on, parts stand at the right end of their line."""
        self.addItem(QSpacerItem(0, 0, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum))

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        if width not in self._heights:
            margins = self.contentsMargins()
            inner = width - margins.left() - margins.right()
            heights = [_height(line) for line in self._lines(inner)]
            gaps = self.spacing() * max(len(heights) - 1, 0)
            self._heights[width] = sum(heights) + gaps + margins.top() + margins.bottom()
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()

    def sizeHint(self) -> QSize:  # noqa: N802
        margins = self.contentsMargins()
        return QSize(
            self._wishes(self._items) + margins.left() + margins.right(),
            _height(self._items) + margins.top() + margins.bottom(),
        )

    def minimumSize(self) -> QSize:  # noqa: N802
        margins = self.contentsMargins()
        parts = [item for item in self._items if not _is_gap(item) and not item.isEmpty()]
        widest = max((item.minimumSize().width() for item in parts), default=0)
        return QSize(
            widest + margins.left() + margins.right(),
            _height(parts) + margins.top() + margins.bottom(),
        )

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        super().setGeometry(rect)
        inner = rect.marginsRemoved(self.contentsMargins())
        top = inner.top()
        for line in self._lines(inner.width()):
            height = _height(line)
            self._lay(line, QRect(inner.left(), top, inner.width(), height))
            top += height + self.spacing()

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = [[]]
        gap: list[QLayoutItem] = []
        used = 0
        for place, item in enumerate(self._items):
            if _is_gap(item):
                # What stands at the right end stays together, in a line of its own if need be.
                if used and used + self._wishes(self._items[place + 1 :]) > width:
                    lines.append([])
                    used = 0
                gap = [item]
                lines[-1].append(item)
            elif not item.isEmpty():
                if used and used + _wish(item) > width:
                    lines.append(list(gap))
                    used = 0
                lines[-1].append(item)
                used += _wish(item) + self.spacing()
        return lines

    def _wishes(self, items: list[QLayoutItem]) -> int:
        parts = [item for item in items if not _is_gap(item) and not item.isEmpty()]
        return sum(_wish(item) for item in parts) + self.spacing() * max(len(parts) - 1, 0)

    def _lay(self, line: list[QLayoutItem], area: QRect) -> None:
        parts = [item for item in line if not _is_gap(item)]
        widths = {id(item): min(_wish(item), area.width()) for item in parts}
        over = area.width() - sum(widths.values()) - self.spacing() * max(len(parts) - 1, 0)
        growing = [item for item in parts if _grows(item)]
        for place, item in enumerate(growing):
            most = item.maximumSize().width() - widths[id(item)]
            more = max(0, min(over // (len(growing) - place), most))
            widths[id(item)] += more
            over -= more
        left = area.left()
        for item in line:
            if _is_gap(item):
                left += max(over, 0)
                over = 0
                continue
            hint = min(item.sizeHint().height(), area.height())
            place_at = QPoint(left, area.top() + (area.height() - hint) // 2)
            item.setGeometry(QRect(place_at, QSize(widths[id(item)], hint)))
            left += widths[id(item)] + self.spacing()


def _is_gap(item: QLayoutItem) -> bool:
    return item.spacerItem() is not None


def _policy(item: QLayoutItem) -> QSizePolicy.Policy:
    widget: QWidget | None = item.widget()
    fixed = QSizePolicy.Policy.Fixed
    return widget.sizePolicy().horizontalPolicy() if widget is not None else fixed


def _grows(item: QLayoutItem) -> bool:
    return _policy(item) in GROWS


def _wish(item: QLayoutItem) -> int:
    """The width a part asks for; one that ignores its hint asks for its least."""
    if _policy(item) == QSizePolicy.Policy.Ignored:
        return item.minimumSize().width()
    return max(item.sizeHint().width(), item.minimumSize().width())


def _height(line: list[QLayoutItem]) -> int:
    shown = (item for item in line if not _is_gap(item) and not item.isEmpty())
    return max((item.sizeHint().height() for item in shown), default=0)
