"""What is heard at each step: a pattern of tones, or a recording that the court has laid down.

A recording is a WAV file named like its cue (`put_in.wav`) in the folder `voices` of the data
folder. What it would say stands on the screen in any case, so that nothing depends on hearing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.gui.leafing.players import tone_player
from app.gui.leafing.tones import Player, wave_of_notes

READY, PUT_IN, TAKE_OUT, COUNT = "ready", "put_in", "take_out", "count"
DONE, REFUSED, CLOSE_DOOR, ALARM = "done", "refused", "close_door", "alarm"
CUES = (READY, PUT_IN, TAKE_OUT, COUNT, DONE, REFUSED, CLOSE_DOOR, ALARM)

_C5, _E5, _G5, _C6, _LOW, _LOWER = 523.3, 659.3, 784.0, 1046.5, 246.9, 196.0
_REST = (0.0, 0.06, 0.0)
_LOUD, _LOUDER = 0.45, 0.8
# Notes: hertz (0 is silence), seconds, loudness. Down means put in, up means take out; what asks
# for a hand at the door is higher and louder than what only tells.
SCORES: dict[str, Sequence[tuple[float, float, float]]] = {
    READY: ((_E5, 0.12, _LOUD), (_G5, 0.2, _LOUD)),
    PUT_IN: ((_C6, 0.14, _LOUD), (_G5, 0.14, _LOUD), (_C5, 0.3, _LOUD)),
    TAKE_OUT: ((_C5, 0.14, _LOUD), (_G5, 0.14, _LOUD), (_C6, 0.3, _LOUD)),
    COUNT: ((_G5, 0.12, _LOUD), _REST, (_G5, 0.12, _LOUD)),
    DONE: ((_C5, 0.12, _LOUD), (_E5, 0.12, _LOUD), (_G5, 0.12, _LOUD), (_C6, 0.35, _LOUD)),
    REFUSED: ((_LOW, 0.2, _LOUDER), _REST, (_LOWER, 0.35, _LOUDER)),
    CLOSE_DOOR: ((_C6, 0.15, _LOUDER), _REST, (_C6, 0.15, _LOUDER), _REST, (_G5, 0.3, _LOUDER)),
    ALARM: ((_C6, 0.25, _LOUDER), (_E5, 0.25, _LOUDER)) * 4,
}
# A longer file is no cue but music; it would still sound at the next step.
MOST_BYTES = 4_000_000


class CueWaves:
    """The WAV file of each cue: the recording in `folder` when it can be read, else the tones."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def __call__(self, cue: str) -> bytes:
        """The bytes of the WAV file of `cue`, one of CUES."""
        return self._recorded(cue) or wave_of_notes(SCORES[cue])

    def _recorded(self, cue: str) -> bytes:
        if self._folder is None:
            return b""
        path = self._folder / f"{cue}.wav"
        try:
            if path.stat().st_size > MOST_BYTES:
                return b""
            data = path.read_bytes()
        except OSError:
            return b""
        return data if data[:4] == b"RIFF" and data[8:12] == b"WAVE" else b""


def cue_player(folder: Path | None = None) -> Player:
    """The player of this machine for cues, with the court's recordings from `folder`."""
    return tone_player(CueWaves(folder))
