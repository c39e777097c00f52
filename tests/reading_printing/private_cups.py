"""A real CUPS of its own for tests: cupsd with one queue, ended by its process id.

Its printer is a program of ours that does as a file tells it: it prints, runs out of paper, fails
or waits. Nothing of it touches the spooler of the machine.
"""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from app.adapters.printing.spooler import PrintSpooler
from app.kernel.errors import Fault

QUEUE = "yuejuan"
READY_SECONDS = 60.0
_PROGRAMS = Path("/usr/lib/cups")
_BACKEND = """#!/bin/sh
# Arguments of a backend: job, user, title, copies, options, file.
[ $# -eq 0 ] && { echo 'direct trial "Trial" "Trial"'; exit 0; }
room="%(room)s"
n=0
while :; do
    mode=$(cat "$room/mode")
    case "$mode" in
        wait) [ $n -eq 0 ] && echo "ATTR: job-media-progress=1" >&2; n=1; sleep 0.05; continue ;;
        empty) [ $n -eq 0 ] && echo "STATE: +media-empty-error" >&2; n=1; sleep 0.05; continue ;;
    esac
    break
done
echo "STATE: -media-empty-error" >&2
case "$mode" in
    fail) exit 1 ;;
    stop) exit 4 ;;
    hold) exit 3 ;;
    cancel) exit 5 ;;
esac
# What came out is seen whole or not at all, and its title is there with it.
if [ $# -ge 6 ]; then cat "$6" > "$room/$1.coming"; else cat > "$room/$1.coming"; fi
echo "$3" > "$room/$1.title.coming"
mv "$room/$1.title.coming" "$room/$1.title"
mv "$room/$1.coming" "$room/$1.pdf"
pages=$(grep -a -c '/Type /Page[ />]' "$room/$1.pdf")
i=0
while [ $i -lt "$pages" ]; do i=$((i+1)); echo "PAGE: $i $4" >&2; done
exit 0
"""


class PrivateCups:
    """cupsd on 127.0.0.1 and on a socket, started at once. `history`: ended jobs stay known."""

    def __init__(self, *, history: bool = True) -> None:
        # The path of a socket may not be long, and CUPS must be let through to it.
        self.folder = Path(tempfile.mkdtemp(prefix="cups-"))
        self.folder.chmod(0o755)
        self.socket = self.folder / "sock"
        self.paper = self.folder / "paper"
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self._write_settings(history=history)
        self.printer("print")
        self.start()

    @property
    def files(self) -> Path:
        """Where cupsd keeps documents of jobs."""
        return self.folder / "spool"

    def printer(self, mode: str) -> None:
        """Let the printer "print", "wait", run out of paper ("empty"), "fail", "stop", "hold" the
        job or "cancel" it."""
        fresh = self.paper / "mode.new"
        fresh.write_text(mode, encoding="utf-8")
        fresh.chmod(0o644)
        fresh.replace(self.paper / "mode")

    def documents(self) -> list[str]:
        """Documents that cupsd still keeps (d…), whatever it knows of their jobs."""
        return sorted(path.name for path in self.files.iterdir() if path.name.startswith("d"))

    def titles(self) -> list[str]:
        """The titles of what came out."""
        return [path.read_text("utf-8").strip() for path in sorted(self.paper.glob("*.title"))]

    def printed(self) -> list[Path]:
        """What came out, by job."""
        return sorted(self.paper.glob("*.pdf"), key=lambda path: int(path.stem))

    def clear(self) -> None:
        """As at the beginning: no job of another test, the printer prints, nothing came out."""
        self.stop()
        for left in (self.files, self.folder / "cache", self.paper):
            for path in left.iterdir():
                if path.is_file():
                    path.unlink()
        self._write_queue()
        self.printer("print")
        self.start()

    def start(self) -> None:
        """Start cupsd and wait until it answers."""
        log = (self.folder / "output").open("ab")
        self._process = subprocess.Popen(
            [
                _cupsd(),
                "-f",
                *("-c", str(self.folder / "cupsd.conf")),
                *("-s", str(self.folder / "cups-files.conf")),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        log.close()
        process = self._process
        spooler = PrintSpooler(self.address)

        def answers() -> bool:
            assert process.poll() is None, self.log()
            try:
                return bool(spooler.state("0"))
            except Fault:
                return False

        wait_for(answers)

    @property
    def address(self) -> str:
        """The queue as a printer on the network."""
        return f"ipp://127.0.0.1:{self.port}/printers/{QUEUE}"

    def stop(self) -> None:
        """End cupsd; its jobs and the queue stay on the disk. May be said twice."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(timeout=READY_SECONDS)

    def close(self) -> None:
        """End cupsd and remove all of it."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self) -> str:
        """What cupsd has to say."""
        paths = (self.folder / "error_log", self.folder / "output")
        return "".join(path.read_text("utf-8", "replace") for path in paths if path.exists())

    def _write_settings(self, *, history: bool) -> None:
        programs = self.folder / "programs"
        for part in ("daemon", "notifier", "cgi-bin", "monitor", "driver", "filter", "backend"):
            (programs / part).mkdir(parents=True)
        for program in (_PROGRAMS / "daemon").iterdir():
            (programs / "daemon" / program.name).symlink_to(program)
        self.paper.mkdir()
        self.paper.chmod(0o777)
        backend = programs / "backend" / "trial"
        backend.write_text(_BACKEND % {"room": self.paper}, encoding="utf-8")
        backend.chmod(0o755)
        for name in ("root", "state", "cache", "spool", "temporary"):
            (self.folder / name).mkdir()
        person = "lp" if os.geteuid() == 0 else getpass.getuser()
        group = "lp" if os.geteuid() == 0 else str(os.getegid())
        kept = "Yes" if history else "No"
        self._write(
            "cupsd.conf",
            f"Listen 127.0.0.1:{self.port}\nListen {self.socket}\nBrowsing Off\nWebInterface No\n"
            f"DefaultAuthType None\nPreserveJobHistory {kept}\nPreserveJobFiles No\n"
            "LogLevel info\nMaxLogSize 0\nAccessLogLevel config\nDirtyCleanInterval 0\n"
            "<Location />\nOrder allow,deny\nAllow all\n</Location>\n"
            "<Policy default>\nJobPrivateAccess default\nJobPrivateValues default\n"
            "<Limit All>\nOrder deny,allow\n</Limit>\n</Policy>\n",
        )
        self._write(
            "cups-files.conf",
            f"User {person}\nGroup {group}\nSystemGroup root\nServerRoot {self.folder}/root\n"
            f"ServerBin {programs}\nDataDir /usr/share/cups\nStateDir {self.folder}/state\n"
            f"CacheDir {self.folder}/cache\nRequestRoot {self.folder}/spool\n"
            f"TempDir {self.folder}/temporary\nErrorLog {self.folder}/error_log\n"
            f"AccessLog {self.folder}/access_log\nPageLog {self.folder}/page_log\n"
            "SyncOnClose No\n",
        )
        self._write_queue()

    def _write_queue(self) -> None:
        self._write(
            "root/printers.conf",
            f"<DefaultPrinter {QUEUE}>\nDeviceURI trial:/paper\nState Idle\nAccepting Yes\n"
            f"Shared No\nJobSheets none none\nErrorPolicy abort-job\n</DefaultPrinter>\n",
        )

    def _write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)


def wait_for(holds: Callable[[], bool], seconds: float = READY_SECONDS) -> None:
    """Until it holds; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "this never came"
        time.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _cupsd() -> str:
    return shutil.which("cupsd") or "/usr/sbin/cupsd"
