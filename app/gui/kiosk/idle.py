"""Nobody there: a warning, then the end of the visit. Any touch, key or wheel begins anew."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

WARN_SECONDS = 90.0
WIPE_SECONDS = 120.0
_SIGNS_OF_LIFE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseMove,
        QEvent.Type.KeyPress,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
    }
)
# What wakes the screen only wakes it, so that a blind touch on the warning does nothing else.
_WAKING = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.TouchBegin})


class IdleWatch(QObject):
    """Emits `warned(seconds left)`, then `resumed()` or `expired()`. Rests until `start`."""

    warned = Signal(float)
    resumed = Signal()
    expired = Signal()

    def __init__(
        self, parent: QObject, *, warn: float = WARN_SECONDS, wipe: float = WIPE_SECONDS
    ) -> None:
        super().__init__(parent)
        self._left = wipe - warn
        self._warned = False
        self._warn_timer = QTimer(self, singleShot=True, interval=round(warn * 1000))
        self._wipe_timer = QTimer(self, singleShot=True, interval=round(wipe * 1000))
        self._warn_timer.timeout.connect(self._on_warn)
        self._wipe_timer.timeout.connect(self._on_wipe)

    @property
    def running(self) -> bool:
        """Whether somebody's presence is watched."""
        return self._wipe_timer.isActive()

    def start(self) -> None:
        """Watch from now on."""
        # Only while it watches: every event of the program goes through it.
        application = QCoreApplication.instance()
        if application is not None and not self.running:
            application.installEventFilter(self)
        self._warned = False
        self._warn_timer.start()
        self._wipe_timer.start()

    def stop(self) -> None:
        """Rest."""
        self._warned = False
        self._warn_timer.stop()
        self._wipe_timer.stop()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def _on_warn(self) -> None:
        self._warned = True
        self.warned.emit(self._left)

    def _on_wipe(self) -> None:
        self.stop()
        self.expired.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() not in _SIGNS_OF_LIFE or not self.running:
            return False
        warned = self._warned
        self.start()
        if warned:
            self.resumed.emit()
        return warned and event.type() in _WAKING
