"""How long the window stands still while pages are recognised in the background.

usage: bench_window.py [SHEETS]

The main window with a case open, its event loop ticking every few milliseconds; prints the longest
and the 99th hundredth of the pauses between two ticks, first with nothing else to do and then
while SHEETS sheets (12) are examined and recognised by the workers of the same program. Pauses of
the machine itself are in both. Without a screen, Qt's offscreen platform.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

DOSSIER, CASE_NO = "demo", "（2026）辽0899民初1号"
SHEETS = 12
QUIET_SECONDS = 10.0
TICK_MILLISECONDS = 4


def main(arguments: list[str]) -> int:
    """Scan the sheets, then watch the event loop at rest and beside the workers."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from app.bootstrap import open_workstation
    from app.domain.access import ADMINISTRATOR, Actor
    from app.gui.application import make_application
    from app.gui.lanes import Lanes
    from app.gui.main_window import MainWindow
    from scanner.paper.build import build_bundled

    sheets = int(arguments[0]) if arguments else SHEETS
    cache = Path(os.environ.get("JUANZONG_BUNDLED") or REPOSITORY / "var" / "bench" / "bundled")
    build_bundled(DOSSIER, cache)
    os.environ["JUANZONG_BUNDLED"] = str(cache)
    actor = Actor(name="bench", role=ADMINISTRATOR)
    with tempfile.TemporaryDirectory(prefix="bench-window-") as name:
        workstation = open_workstation(Path(name) / "data")
        try:
            workstation.register_case(actor, {"case_no": CASE_NO})
            workstation.scan(actor, CASE_NO, f"simulated:{DOSSIER}?sheets={sheets}")
            make_application([], language=workstation.language)
            window = MainWindow(workstation)
            window.desk.sign_in(actor)
            window.desk.open_case(window, CASE_NO, page="inspect")
            window.show()
            until = time.monotonic() + QUIET_SECONDS
            _pauses(lambda: time.monotonic() < until)  # everything is drawn once
            until = time.monotonic() + QUIET_SECONDS
            rest = _pauses(lambda: time.monotonic() < until)
            work = threading.Thread(target=workstation.process, args=(actor, CASE_NO))
            began = time.monotonic()
            work.start()
            beside = _pauses(work.is_alive)
            seconds = time.monotonic() - began
            counts = workstation.job_counts(CASE_NO)
            window.close()
            Lanes.current().shut_down()
        finally:
            workstation.close()
    sys.stdout.write(
        f"window at rest:             {_line(rest)}\n"
        f"while pages are recognised: {_line(beside)}\n"
        f"  {2 * sheets} sides in {seconds:.0f} s, jobs not done {counts.queued + counts.failed}\n"
    )
    return 0


def _pauses(going: Callable[[], bool]) -> list[float]:
    """Milliseconds between the ticks of the event loop, as long as `going`."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    loop, timer = QEventLoop(), QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    pauses: list[float] = []
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        pauses.append(1000 * (now - last))
        last = now
        if not going():
            loop.quit()

    timer.timeout.connect(tick)
    timer.start(TICK_MILLISECONDS)
    loop.exec()
    timer.stop()
    return sorted(pauses)


def _line(pauses: list[float]) -> str:
    late, longest = pauses[int(len(pauses) * 0.99)], pauses[-1]
    return f"99 of 100 pauses below {late:.0f} ms, longest {longest:.0f} ms"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
