"""Windows and their parts on screens that are too small for them: at 200 % a screen of 1920 by
1080 pixels has room for 960 by 540."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

# What the window system adds around a window: its borders and its title.
FRAME = QSize(16, 48)
SCROLL_BAR = 12
LEAST_HEIGHT = 96


def within_screen(widget: QWidget, size: QSize) -> QSize:
    """`size` in logical pixels, as far as the screen of `widget` has room for it."""
    return size.boundedTo(screen_size(widget) - FRAME)


def screen_size(widget: QWidget) -> QSize:
    """What the screen of `widget` has for windows, in logical pixels."""
    return widget.screen().availableGeometry().size()


class _Inner(QWidget):
    """What is scrolled: before it is, its lists give up what they only wish for."""

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout is not None else -1


class Roomy(QScrollArea):
    """Shows `inner` whole where there is room for it, and lets it be scrolled where there is not.
    It asks for the height that wrapped words in `inner` need. `changed` is emitted when parts of
    `inner` need another size than before."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.inner: QWidget = _Inner(self)
        self.inner.setObjectName("scrolled")
        self.setWidget(self.inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.inner.setAutoFillBackground(False)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if watched is self.inner and event.type() == QEvent.Type.LayoutRequest:
            self.changed.emit()
        return super().eventFilter(watched, event)

    def measure(self) -> None:
        """Ask for what its parts need as they are now. A change in what can be scrolled is not
        told to what lies around it."""
        layout = self.inner.layout()
        if layout is not None:
            layout.activate()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        return self.inner.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        least = self.inner.minimumSizeHint()
        wide = within_screen(self, QSize(least.width() + SCROLL_BAR, 0)).width()
        return QSize(wide, min(least.height(), LEAST_HEIGHT))

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        layout = self.inner.layout()
        if layout is None:
            return self.sizeHint().height()
        least = layout.totalMinimumSize().height()
        return max(layout.totalHeightForWidth(width), least)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        # Who types here wants to see what she types, also after the window became smaller.
        inside = self.focusWidget()
        if inside is not None and self.inner.isAncestorOf(inside):
            self.ensureWidgetVisible(inside)
