"""Each step sounds different; the court's own recordings take the place of tones."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest

from app.gui.cabinet.cues import CUES, MOST_BYTES, SCORES, CueWaves
from app.gui.leafing.tones import RATE, wave_of_notes


@pytest.mark.parametrize("cue", CUES)
def test_a_cue_is_a_wave_of_its_own(cue: str) -> None:
    data = CueWaves(None)(cue)
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        seconds = file.getnframes() / RATE
    assert 0.2 <= seconds <= 3
    assert data not in [CueWaves(None)(other) for other in CUES if other != cue]


def test_what_asks_for_a_hand_is_louder_than_what_only_tells() -> None:
    def loudest(cue: str) -> float:
        return max(loud for _hertz, _seconds, loud in SCORES[cue])

    assert min(loudest("close_door"), loudest("alarm")) > max(loudest("ready"), loudest("done"))


def test_a_recording_is_played_instead(tmp_path: Path) -> None:
    recorded = wave_of_notes(((440.0, 0.1, 0.2),))
    (tmp_path / "put_in.wav").write_bytes(recorded)
    waves = CueWaves(tmp_path)
    assert waves("put_in") == recorded
    assert waves("take_out") == CueWaves(None)("take_out")


@pytest.mark.parametrize("content", [b"", b"ID3 no wave at all", b"RIFF" + bytes(MOST_BYTES)])
def test_a_file_that_is_no_short_wave_gives_way_to_tones(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alarm.wav").write_bytes(content)
    assert CueWaves(tmp_path)("alarm") == CueWaves(None)("alarm")


def test_a_folder_that_is_not_there_does_no_harm(tmp_path: Path) -> None:
    assert CueWaves(tmp_path / "none")("done") == CueWaves(None)("done")
