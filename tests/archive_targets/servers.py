"""Real servers for the tests: sshd, tus (tuspyserver on uvicorn), S3 (moto); each a process of its
own on 127.0.0.1, ended by its process id."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

READY_SECONDS = 60.0
_HERE = Path(__file__).parent
_SSHD = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
StrictModes no
UsePAM no
PermitRootLogin yes
PubkeyAuthentication yes
PasswordAuthentication yes
AuthorizedKeysFile {folder}/authorized_keys
MaxStartups 100
LogLevel ERROR
Subsystem sftp internal-sftp
"""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Server:
    """A server process; `start` returns once it takes connections."""

    def __init__(self, folder: Path, command: list[str | Path], port: int) -> None:
        self.folder, self.port = folder, port
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait."""
        log = (self.folder / "server.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "S3_UPLOAD_PART_MIN_SIZE": "1", "OMP_NUM_THREADS": "1"},
            )
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self._process.poll() is not None or time.monotonic() > deadline:
                    said = (self.folder / "server.log").read_text(encoding="utf-8")
                    raise AssertionError(f"the server did not start: {said}") from None
                time.sleep(0.05)

    def stop(self) -> None:
        """Kill it and what it started: sshd has a process for every session."""
        if self._process is not None:
            for process in reversed(_descendants(self._process.pid)):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            self._process.kill()
            self._process.wait(READY_SECONDS)
            self._process = None


def _descendants(process: int) -> list[int]:
    """The processes below this one, parents first."""
    found = list[int]()
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        for child in map(int, children.split()):
            found += [child, *_descendants(child)]
    return found


def ssh_server(folder: Path) -> Server:
    """sshd with SFTP. `folder` has then the keys `client` (may write) and `reader` (may not)."""
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    keys = {}
    for name in ("host_key", "client", "reader"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name]
        subprocess.run(command, check=True)
        keys[name] = (folder / f"{name}.pub").read_text(encoding="utf-8").strip()
    (folder / "authorized_keys").write_text(
        f'{keys["client"]}\ncommand="internal-sftp -R" {keys["reader"]}\n', encoding="utf-8"
    )
    port = free_port()
    settings = folder / "sshd_config"
    settings.write_text(_SSHD.format(port=port, folder=folder), encoding="utf-8")
    program = shutil.which("sshd") or "/usr/sbin/sshd"
    return Server(folder, [program, "-D", "-e", "-f", settings], port)


def tus_server(folder: Path) -> Server:
    """The tus server; objects are below `folder`/archive."""
    (folder / "archive").mkdir()
    port = free_port()
    program = _HERE / "tus_server.py"
    return Server(folder, [sys.executable, program, str(port), folder / "archive"], port)


def s3_server(folder: Path) -> Server:
    """The S3 server; faults are told by `folder`/fault."""
    port = free_port()
    program = _HERE / "s3_server.py"
    return Server(folder, [sys.executable, program, str(port), folder / "fault"], port)
