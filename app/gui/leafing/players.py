"""What makes a tone heard: Windows itself, a player of the Linux desktop, else the beep.

A sound library in this process could hang with a sound server or a driver; a player is a process
that may be killed, and every desktop that is heard at all has one.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from app.gui.leafing.tones import TICK, Player, wave_of

if sys.platform == "win32":
    import winsound

# PipeWire, PulseAudio, ALSA; the first that is here and can be heard.
PROGRAMS = (("pw-play",), ("paplay",), ("aplay", "-q"))
_KILL_MILLISECONDS = 200


def tone_player(wave: Callable[[str], bytes] = wave_of) -> Player:
    """The player of this machine; `wave` gives the WAV file of a tone by its name."""
    if sys.platform == "win32":
        return WindowsPlayer(wave)
    found = [program for program in PROGRAMS if shutil.which(program[0])]
    return ProgramPlayer(found, wave) if found else BeepPlayer()


class BeepPlayer:
    """One sound only, so it stands for what needs a look at the screen; ticks are silent."""

    sounding = False

    def play(self, tone: str) -> None:
        """Beep, unless it is a tick."""
        if tone != TICK:
            QApplication.beep()

    def close(self) -> None:
        """Nothing is left."""


class _Files:
    """The tones as files in a folder of their own."""

    def __init__(self, wave: Callable[[str], bytes]) -> None:
        self._wave = wave
        self._folder = tempfile.TemporaryDirectory(
            prefix="juanzong-tones-", ignore_cleanup_errors=True
        )
        self._paths: dict[str, Path] = {}

    def path(self, tone: str) -> str:
        """The file of a tone, written when it is first wanted. Raises OSError."""
        if tone not in self._paths:
            path = Path(self._folder.name) / f"{tone}.wav"
            path.write_bytes(self._wave(tone))
            self._paths[tone] = path
        return str(self._paths[tone])

    def close(self) -> None:
        """Take them away."""
        self._folder.cleanup()


class ProgramPlayer:
    """Plays by a program. One that fails (no sound card, no server) gives way to the next, the
    last to the beep."""

    def __init__(
        self, programs: Sequence[tuple[str, ...]], wave: Callable[[str], bytes] = wave_of
    ) -> None:
        self._programs = list(programs)
        self._files = _Files(wave)
        self._beep = BeepPlayer()
        self._tone = ""
        self._next = ""
        self._process = QProcess()
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.MergedChannels)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)

    @property
    def sounding(self) -> bool:
        """Whether the program runs."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def play(self, tone: str) -> None:
        """Begin a tone, as soon as the one before has been silenced."""
        if self.sounding:
            self._next = tone
            self._process.kill()
        else:
            self._start(tone)

    def _start(self, tone: str) -> None:
        self._tone = tone
        if not self._programs:
            self._beep.play(tone)
            return
        program, *arguments = self._programs[0]
        try:
            path = self._files.path(tone)
        except OSError:
            # No room for a file of a tenth of a second: a beep has to do.
            self._programs.clear()
            self._beep.play(tone)
            return
        self._process.start(program, [*arguments, path])

    def _finished(self, status: int, how: QProcess.ExitStatus) -> None:
        self._process.readAll()
        following, self._next = self._next, ""
        if following:
            self._start(following)
        elif status and how == QProcess.ExitStatus.NormalExit:
            self._give_way()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._give_way()

    def _give_way(self) -> None:
        """This program cannot be heard; the same tone by the next one."""
        self._programs = self._programs[1:]
        self._start(self._tone)

    def close(self) -> None:
        """Stop what sounds."""
        self._next = ""
        if self.sounding:
            self._process.kill()
            self._process.waitForFinished(_KILL_MILLISECONDS)
        self._files.close()


if sys.platform == "win32":

    class WindowsPlayer:
        """Windows plays on a thread of its own; a new tone takes the place of the old one."""

        sounding = False

        def __init__(self, wave: Callable[[str], bytes] = wave_of) -> None:
            self._files = _Files(wave)

        def play(self, tone: str) -> None:
            """Begin a tone."""
            flags = winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT
            try:
                winsound.PlaySound(self._files.path(tone), flags)
            except (OSError, RuntimeError):
                BeepPlayer().play(tone)

        def close(self) -> None:
            """Stop what sounds."""
            winsound.PlaySound(None, winsound.SND_PURGE)
            self._files.close()
