"""Nobody there: a warning, then the end of the visit. Any touch, key or wheel begins anew."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from app.gui.reading_pipe.life_signs import SIGNS_OF_LIFE, WAKING

WARN_SECONDS = 90.0
WIPE_SECONDS = 120.0


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

    def touch(self) -> None:
        """Somebody is there, as another process tells."""
        if not self.running:
            return
        warned = self._warned
        self.start()
        if warned:
            self.resumed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if event.type() not in SIGNS_OF_LIFE or not self.running:
            return False
        warned = self._warned
        self.touch()
        return warned and event.type() in WAKING
