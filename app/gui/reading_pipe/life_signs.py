"""What tells that somebody is there: touches, keys, the wheel, a moving mouse."""

from __future__ import annotations

from PySide6.QtCore import QEvent

SIGNS_OF_LIFE = frozenset(
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
WAKING = frozenset({QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.TouchBegin})
