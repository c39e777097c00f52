"""Short tones: a tick, a question, a warning. Made here, so that no file has to be shipped."""

from __future__ import annotations

import array
import io
import math
import sys
import wave
from collections.abc import Sequence
from typing import Protocol

from app.domain.leafing import (
    DIFFERS,
    LEFT_OPEN,
    OTHER_DOSSIER,
    SEEN,
    SIDE_MISSED,
    TWO_AT_ONCE,
    UNKNOWN_LEAF,
    LeafEvent,
)

TICK, ASK, WRONG = "tick", "ask", "wrong"
RATE = 22050
# Notes: hertz (0 is silence), seconds, loudness from 0 to 1.
SCORES = {
    TICK: ((1318.5, 0.06, 0.18),),
    ASK: ((659.3, 0.2, 0.35),),
    WRONG: ((246.9, 0.16, 0.6), (0.0, 0.06, 0.0), (196.0, 0.24, 0.6)),
}
_RANK = {TICK: 0, ASK: 1, WRONG: 2}
_TONE_OF = {
    SEEN: TICK,
    LEFT_OPEN: ASK,
    UNKNOWN_LEAF: ASK,
    OTHER_DOSSIER: WRONG,
    DIFFERS: WRONG,
    TWO_AT_ONCE: WRONG,
    SIDE_MISSED: WRONG,
}
# A tone swells and fades for so long, or it would click.
_EDGE_SECONDS = 0.008
# A low note is heard from small loudspeakers by its overtones.
_OVERTONES = ((1, 0.7), (2, 0.2), (3, 0.1))


class Player(Protocol):
    """Makes tones heard. Never blocks and never raises, whatever the machine lacks."""

    def play(self, tone: str) -> None:
        """Begin a tone; what still sounds gives way."""

    @property
    def sounding(self) -> bool:
        """Whether a tone is being heard."""

    def close(self) -> None:
        """Be silent and leave nothing behind."""


class Tones:
    """What is heard of a leafing through; `on` is the wish of the person at the desk.

    One tone for everything that happened together. A tick never interrupts and never waits, so
    that quick leafing cannot pile ticks up behind each other.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self.on = True

    def tell(self, events: Sequence[LeafEvent]) -> None:
        """Let the gravest of these be heard."""
        heard = [_TONE_OF[event.kind] for event in events if event.kind in _TONE_OF]
        if not self.on or not heard:
            return
        tone = max(heard, key=_RANK.__getitem__)
        if tone != TICK or not self._player.sounding:
            self._player.play(tone)

    def close(self) -> None:
        """No tone any more."""
        self._player.close()


def wave_of(tone: str) -> bytes:
    """The WAV file of a tone: one channel, 16 bits, RATE samples a second."""
    return wave_of_notes(SCORES[tone])


def wave_of_notes(notes: Sequence[tuple[float, float, float]]) -> bytes:
    """The WAV file of notes: hertz (0 is silence), seconds, loudness from 0 to 1."""
    samples = array.array("h")
    for hertz, seconds, loudness in notes:
        samples.extend(_note(hertz, seconds, loudness))
    if sys.byteorder == "big":
        samples.byteswap()
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()


def _note(hertz: float, seconds: float, loudness: float) -> list[int]:
    count = round(seconds * RATE)
    edge = min(_EDGE_SECONDS * RATE, count / 2)
    return [
        round(
            32767
            * loudness
            * min(1.0, place / edge, (count - place) / edge)
            * sum(
                share * math.sin(2 * math.pi * hertz * order * place / RATE)
                for order, share in _OVERTONES
            )
        )
        for place in range(count)
    ]
