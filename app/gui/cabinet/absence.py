"""Nobody there: the seconds until the screen goes back to the start, always in sight."""

from __future__ import annotations

from attrs import frozen
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

TICK_MILLISECONDS = 1000
_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
    }
)


@frozen(kw_only=True)
class Patience:
    """Seconds until the screen goes back to the start when nobody touches it. Counting paper takes
    longer than reading a screen; a word of thanks is read sooner."""

    absent: int = 30
    counting: int = 120
    done: int = 12


class Absence(QObject):
    """Counts down whole seconds and begins anew at any touch or key. Emits `left(seconds)` at the
    start and at every tick, then `expired()`. `tick` is the length of a second, for tests."""

    left = Signal(int)
    expired = Signal()

    def __init__(self, parent: QObject, *, tick: int = TICK_MILLISECONDS) -> None:
        super().__init__(parent)
        self._seconds = 0
        self._left = 0
        self._timer = QTimer(self, interval=tick)
        self._timer.timeout.connect(self._tick)

    @property
    def running(self) -> bool:
        """Whether somebody's presence is watched."""
        return self._timer.isActive()

    def start(self, seconds: int) -> None:
        """Count down from `seconds`."""
        self._seconds = seconds
        # Only while it counts: every event of the program goes through it.
        application = QCoreApplication.instance()
        if application is not None and not self.running:
            application.installEventFilter(self)
        self._begin()

    def stop(self) -> None:
        """Rest: a door is open, or nobody has begun."""
        self._timer.stop()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def _begin(self) -> None:
        self._left = self._seconds
        self._timer.start()
        self.left.emit(self._left)

    def _tick(self) -> None:
        self._left -= 1
        if self._left > 0:
            self.left.emit(self._left)
            return
        self.stop()
        self.expired.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if self.running and event.type() in _SIGNS_OF_LIFE:
            self._begin()
        return False
