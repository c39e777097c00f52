"""The reader for ID cards of this machine, as the settings name it.

[identity]
reader = "/dev/ttyUSB1"        # or "socket://192.168.1.30:4001"
baud_rate = 115200
seconds = 10                   # how long to wait for a card
typed_numbers = false          # whether a reader that types like a keyboard is believed
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from app.kernel.clock import Clock
from app.kernel.errors import BadInput, Refused
from cloud_locker.identity.sam_codec import BAUD_RATE
from cloud_locker.identity.sam_reader import CARD_SECONDS, SamReader

_KEYS = ("reader", "baud_rate", "seconds", "typed_numbers")
_FOR_EVER = "长期"


class IdCardReader:
    """An `IdentityReader`. Raises BadInput SET-102 and SET-103 for settings that cannot be."""

    def __init__(self, settings: Mapping[str, Any], clock: Clock) -> None:
        for key in settings:
            if key not in _KEYS:
                raise BadInput("SET-102", key=f"identity.{key}", nearest=f"identity.{_KEYS[0]}")
        self._address = _checked(settings, "reader", str, "")
        self._baud_rate = _checked(settings, "baud_rate", int, BAUD_RATE)
        self._seconds = float(_checked(settings, "seconds", int | float, CARD_SECONDS))
        self.typed_numbers: bool = _checked(settings, "typed_numbers", bool, False)
        self._clock = clock
        self._in_use = threading.Lock()

    def read_number(self) -> str:
        """The number of the card on the reader; nothing else of the card is kept.

        Raises Refused IDN-124 (no reader here), IDN-125 (the card is no longer valid), and what
        `SamReader.read` raises.
        """
        if not self._address:
            raise Refused("IDN-124")
        with self._in_use:
            reader = SamReader(self._address, baud_rate=self._baud_rate)
            try:
                card = reader.read(self._seconds)
            finally:
                reader.close()
        today = f"{self._clock.now().astimezone():%Y%m%d}"
        if card.valid_until != _FOR_EVER and card.valid_until < today:
            raise Refused("IDN-125", until=card.valid_until)
        return card.number


def _checked(settings: Mapping[str, Any], key: str, kind: Any, default: Any) -> Any:
    value = settings.get(key, default)
    fits = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
    if not fits or (kind is not bool and kind is not str and value <= 0):
        raise BadInput("SET-103", key=f"identity.{key}", value=value)
    return value
