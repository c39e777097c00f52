"""A reader's program without a window, for tests: speaks the pipe and does one thing.

Arguments: what it does, and a folder in which it notes who it is. It keeps what it reads as a
careless library would: in its temporary folder, its home and its caches.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.gui.reading_pipe.client import Connection, RemoteDesk
from app.gui.reading_pipe.endings import BY_GRANT
from app.gui.reading_pipe.reader_end import keep_memory_private, take_pipe

SLEEPER = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


def main(what: str, notes: Path) -> None:
    """Act as told."""
    keep_memory_private()
    source, sink = take_pipe()
    print("noise of a library")  # noqa: T201
    begun, ended = threading.Event(), threading.Event()
    connection = Connection(source, sink)
    connection.on_event = lambda event, _facts: begun.set() if event == "begin" else None
    connection.on_ended = ended.set
    if what == "silent":
        note(notes, "started", str(os.getpid()))
        threading.Event().wait()
    connection.start()
    note(notes, f"ready-{os.getpid()}", "")
    while not begun.wait(0.05):
        if ended.is_set():
            os._exit(0)
    desk = RemoteDesk(connection)
    visit = desk.visit()
    page = desk.page(visit.cases[0].grant, 1)
    for place in ("TMPDIR", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        folder = Path(os.environ[place]) / place.lower()
        folder.mkdir(exist_ok=True)
        (folder / f"{visit.reader}.jpg").write_bytes(page.picture)
    children = ""
    if what == "forks":
        child = subprocess.Popen([sys.executable, "-c", SLEEPER])
        children = str(child.pid)
    note(notes, "environment", "\n".join(f"{name}={value}" for name, value in os.environ.items()))
    note(notes, "folder", str(Path.cwd()))
    note(notes, "children", children)
    note(notes, "reading", str(os.getpid()))
    if what == "crashes":
        os.abort()
    if what == "exits":
        os._exit(0)
    if what == "forges":
        sink.write(b"\xff\xff\xff\xffnot a frame")
        sink.flush()
    if what == "leaves":
        connection.leave(BY_GRANT)
    ended.wait()


def note(notes: Path, name: str, text: str) -> None:
    """Write a note whole, so that whoever waits for it reads all of it."""
    beside = notes / f".{name}"
    beside.write_text(text, encoding="utf-8")
    beside.rename(notes / name)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
