"""The process of one reader: started with a pipe and a private folder, ended with all it had.

The folder lies in memory where the system has such a place. It is the process's home and its place
for temporary files, so that whatever a library keeps goes with it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, cast

PREFIX = "juanzong-reader-"
COMMAND = "kiosk-reader"
END_SECONDS = 10.0
# What a window needs to come on this screen in this language; nothing else is handed on.
_HANDED_ON = (
    "PATH",
    "LANG",
    "LANGUAGE",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "DISPLAY",
    "XAUTHORITY",
    "WAYLAND_DISPLAY",
    "XDG_RUNTIME_DIR",
    "XDG_SESSION_TYPE",
    "SYSTEMROOT",
    "WINDIR",
)
_HANDED_ON_PREFIXES = ("QT_",)
# Places of the home, which all become the private folder.
_HOMES = (
    "HOME",
    "USERPROFILE",
    "TMPDIR",
    "TEMP",
    "TMP",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_STATE_HOME",
)
LOG = logging.getLogger(__name__)


def reader_command(arguments: Sequence[str] = ()) -> list[str]:
    """The command that starts the program of a reader."""
    if getattr(sys, "frozen", False):
        return [sys.executable, COMMAND, *arguments]
    main = Path(__file__).parents[3] / "main.py"
    # Neither the environment nor a folder of the user adds modules.
    return [sys.executable, "-E", "-s", str(main), COMMAND, *arguments]


class ReaderProcess:
    """A running process; `source` and `sink` are the shell's ends of its pipe."""

    source: BinaryIO
    sink: BinaryIO

    def __init__(self, command: Sequence[str]) -> None:
        """Start it. Raises OSError when the machine cannot."""
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=memory_folder()))
        try:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.folder,
                env=_environment(os.environ, self.folder),
                close_fds=True,
                # A group of its own, which ends as one.
                start_new_session=True,
            )
        except OSError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self.source = cast("BinaryIO", self._process.stdout)
        self.sink = cast("BinaryIO", self._process.stdin)

    @property
    def number(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def end(self) -> None:
        """Kill the process with all that it started, wait until it is gone, remove its folder."""
        self._kill()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            LOG.error("process %d of a reader does not end", self.number)
        remove_folder(self.folder)

    def close(self) -> None:
        """Let go of the pipe, once nobody listens to it any more."""
        for end in (self.source, self.sink):
            with contextlib.suppress(OSError):
                end.close()

    def _kill(self) -> None:
        if os.name == "posix":
            # The group lives as long as any process in it, also when the first one has ended.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.number, signal.SIGKILL)
        with contextlib.suppress(OSError):
            self._process.kill()


def memory_folder() -> Path:
    """Where private folders are made: in memory where there is such a place."""
    for place in (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"):
        if place and Path(place).is_dir() and os.access(place, os.W_OK | os.X_OK):
            return Path(place)
    return Path(tempfile.gettempdir())


def remove_leftovers() -> int:
    """Remove the folders of readers whose shell is gone (a power cut, a kill); gives how many."""
    removed = 0
    for folder in memory_folder().glob(f"{PREFIX}*"):
        shell = folder.name.removeprefix(PREFIX).partition("-")[0]
        if shell.isdecimal() and not _is_running(int(shell)):
            remove_folder(folder)
            removed += 1
    return removed


def remove_folder(folder: Path) -> None:
    """Remove a folder of a reader; what cannot be removed is told in the log, without names."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():
        LOG.error("a folder of a reader could not be removed")


def _environment(whole: Mapping[str, str], folder: Path) -> dict[str, str]:
    chosen = {
        name: value
        for name, value in whole.items()
        if name in _HANDED_ON or name.startswith(_HANDED_ON_PREFIXES)
    }
    return {**chosen, **dict.fromkeys(_HOMES, str(folder))}


def _is_running(number: int) -> bool:
    if os.name != "posix":
        return False  # on Windows a folder in use cannot be removed anyway
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
