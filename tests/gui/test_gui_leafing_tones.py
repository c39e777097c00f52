"""The tones of leafing through: made here, told apart, never in the way."""

from __future__ import annotations

import io
import os
import sys
import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.leafing import SIDE, LeafEvent
from app.gui.leafing import players
from app.gui.leafing.players import BeepPlayer, ProgramPlayer, tone_player
from app.gui.leafing.tones import ASK, RATE, SCORES, TICK, WRONG, Tones, wave_of
from app.gui.samples.leafing import sample_look


class HeardPlayer:
    """Keeps what was to be heard; `sounding` is said by the test."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.sounding = False

    def play(self, tone: str) -> None:
        self.heard.append(tone)

    def close(self) -> None:
        self.sounding = False


def event(kind: str) -> LeafEvent:
    return LeafEvent(kind=kind, positions=(1,), look=sample_look(SIDE, 1, 1))


@pytest.mark.parametrize("tone", [TICK, ASK, WRONG])
def test_a_tone_is_a_short_wave_without_clicks(tone: str) -> None:
    with wave.open(io.BytesIO(wave_of(tone))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        frames = file.readframes(file.getnframes())
    samples = memoryview(frames).cast("h")
    assert len(samples) / RATE == pytest.approx(sum(note[1] for note in SCORES[tone]), abs=0.01)
    assert len(samples) / RATE < 0.5
    assert 2000 < max(samples) < 32767
    assert abs(samples[0]) < 300
    assert abs(samples[-1]) < 300


def test_ticks_are_soft_and_warnings_are_low() -> None:
    assert max(loud for _hertz, _seconds, loud in SCORES[TICK]) < 0.2
    low = [hertz for hertz, _seconds, loud in SCORES[WRONG] if loud]
    assert len(low) == 2
    assert max(low) < SCORES[ASK][0][0] < SCORES[TICK][0][0]


def test_the_gravest_is_heard_and_ticks_never_pile_up() -> None:
    player = HeardPlayer()
    tones = Tones(player)
    tones.tell([event("seen"), event("two_at_once"), event("open")])
    tones.tell([event("seen"), event("unknown_leaf")])
    tones.tell([event("went_back")])
    assert player.heard == [WRONG, ASK]
    player.sounding = True
    tones.tell([event("seen")])
    assert player.heard == [WRONG, ASK]
    tones.tell([event("differs")])
    assert player.heard == [WRONG, ASK, WRONG]
    player.sounding = False
    tones.on = False
    tones.tell([event("side_missed")])
    assert len(player.heard) == 3


needs_scripts = pytest.mark.skipif(os.name == "nt", reason="stands for a player by a script")


def script(folder: Path, name: str, body: str) -> tuple[str, ...]:
    path = folder / name
    path.write_text(f"#!{sys.executable}\nimport sys\n{body}\n", encoding="utf-8")
    path.chmod(0o755)
    return (str(path),)


@needs_scripts
def test_a_player_that_fails_gives_way_and_in_the_end_to_the_beep(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beeps: list[str] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append("beep"))
    heard = tmp_path / "heard"
    fails = script(tmp_path, "fails", "sys.exit(1)")
    gone = (str(tmp_path / "gone"),)
    plays = script(
        tmp_path, "plays", f"open({str(heard)!r}, 'ab').write(open(sys.argv[1], 'rb').read())"
    )
    player = ProgramPlayer([fails, gone, plays])
    player.play(ASK)
    qtbot.waitUntil(lambda: heard.exists() and not player.sounding, timeout=20000)
    assert heard.read_bytes() == wave_of(ASK)
    assert beeps == []
    player.close()
    deaf = ProgramPlayer([fails, gone])
    deaf.play(WRONG)
    qtbot.waitUntil(lambda: beeps == ["beep"], timeout=20000)
    deaf.play(TICK)
    deaf.close()
    assert beeps == ["beep"]


@needs_scripts
def test_a_player_that_hangs_is_replaced_and_leaves_nothing_behind(
    qtbot: QtBot, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    body = f"import time\nopen({str(started)!r}, 'a').write(sys.argv[1] + '\\n')\ntime.sleep(600)"
    player = ProgramPlayer([script(tmp_path, "hangs", body)])

    def lines() -> list[str]:
        return started.read_text().splitlines() if started.exists() else []

    player.play(TICK)
    qtbot.waitUntil(lambda: len(lines()) == 1, timeout=20000)
    player.play(WRONG)
    qtbot.waitUntil(lambda: len(lines()) == 2, timeout=20000)
    played = [Path(line) for line in lines()]
    assert [path.stem for path in played] == [TICK, WRONG]
    assert player.sounding
    player.close()
    assert not player.sounding
    assert not any(path.exists() for path in played)


def test_without_any_player_the_beep_stands_for_what_needs_a_look(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    beeps: list[str] = []
    monkeypatch.setattr(QApplication, "beep", lambda: beeps.append("beep"))
    monkeypatch.setattr(players.shutil, "which", lambda _name: None)
    if sys.platform != "win32":
        assert isinstance(tone_player(), BeepPlayer)
    player = BeepPlayer()
    for tone in (TICK, ASK, WRONG):
        player.play(tone)
    assert beeps == ["beep", "beep"]
