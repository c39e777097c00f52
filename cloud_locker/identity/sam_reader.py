"""Reads resident ID cards through a SAM reader on a serial port, or a TCP gateway before one."""

from __future__ import annotations

import time
from collections.abc import Callable

from app.kernel.errors import Fault, Refused, Transient
from cloud_locker.identity import sam_codec
from cloud_locker.identity.sam_codec import IdentityCard, SamAnswer
from cloud_locker.wires.serial_line import SerialLine

# The module itself talks to the card before it answers, for a second at most.
ANSWER_SECONDS = 2.0
LOOK_AGAIN_SECONDS = 0.3
CARD_SECONDS = 10.0
# No card, or one that was moved while it was read: look again rather than give up.
_AGAIN = (
    sam_codec.NO_CARD,
    sam_codec.NOT_SELECTED,
    sam_codec.NOTHING_ON_CARD,
    sam_codec.CARD_LEFT,
)


class SamReader:
    """`address` is a serial port or `socket://host:port`. One call at a time.

    `wait` and `seconds_now` stand for time in tests.
    """

    def __init__(
        self,
        address: str,
        *,
        baud_rate: int = sam_codec.BAUD_RATE,
        wait: Callable[[float], None] = time.sleep,
        seconds_now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._line = SerialLine(address, baud_rate=baud_rate, cabinet=address)
        self._wait = wait
        self._now = seconds_now

    def read(self, seconds: float = CARD_SECONDS) -> IdentityCard:
        """The card that lies on the reader, or is laid on it within `seconds`.

        Raises Transient IDN-121 (the reader is gone or silent), Refused IDN-122 (no card in
        time), IDN-123 (the reader reports an error).
        """
        deadline = self._now() + seconds
        while True:
            card = self._look()
            if card is not None:
                return card
            if self._now() >= deadline:
                raise Refused("IDN-122", seconds=round(seconds))
            self._wait(LOOK_AGAIN_SECONDS)

    def close(self) -> None:
        """Let go of the port."""
        self._line.close()

    def _look(self) -> IdentityCard | None:
        """One look for a card; None when there is none that can be read now."""
        for command, good in (
            (sam_codec.FIND, sam_codec.FOUND),
            (sam_codec.SELECT, sam_codec.DONE),
        ):
            answer = self._ask(*command)
            if answer.status in _AGAIN:
                return None
            if answer.status != good:
                raise Refused("IDN-123", status=f"{answer.status:02X}")
        answer = self._ask(*sam_codec.READ)
        if answer.status in _AGAIN:
            return None
        card = sam_codec.card_of(answer.data) if answer.status == sam_codec.DONE else None
        if card is None:
            raise Refused("IDN-123", status=f"{answer.status:02X}")
        return card

    def _ask(self, command: int, parameter: int) -> SamAnswer:
        """Send one request and wait for its answer; whatever came before it is not listened to."""
        decoder = sam_codec.answers()
        try:
            self._line.read(0)
            self._line.write(sam_codec.request_frame(command, parameter))
            deadline = self._now() + ANSWER_SECONDS
            while (left := deadline - self._now()) > 0:
                found = decoder.feed(self._line.read(left))
                if found:
                    return found[0]
        except Fault as fault:
            raise self._gone(fault.code) from fault
        self._line.close()
        raise self._gone("timeout")

    def _gone(self, reason: str) -> Transient:
        return Transient("IDN-121", address=self._line.address, reason=reason)
