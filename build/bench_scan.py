"""Feeds a stack through the real workstation from the simulated scanner, inspected live.

usage: bench_scan.py [--quick | --sheets=N] [--mode=NAME …] [--recognising]

Modes: `jpeg` at 7 sides a second (420 images a minute), `jpeg-most` as fast as it goes, `raw` at 4
a second (240), `raw-most`. 1,000 sheets duplex each, 100 with `--quick`; fewer when the disk has
no room for them, which is said. Prints for each the images a minute, how far storing and live
inspection fell behind the arrival of a side (the moment its file was complete), memory at a
quarter and at the end of the batch, and processor seconds per side, of the program and all its
children. A batch of two sheets goes before, as on a station that is at work: its workers are
started. With `--recognising` the batch before is longer and being recognised when the stack is
fed, as on a station whose last dossier is not done: compare its figures with those of a run
without. The peer is the least that anybody must do with the same files: copy, sync, SHA-256.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

# The product is imported where it is used: every worker process imports this script first.
if TYPE_CHECKING:
    from app.domain.access import Actor
    from app.kernel.progress import Progress
    from app.services.views import ScanEventView
    from app.services.workstation import Workstation

DOSSIER = "demo"
CASE_NO = "（2026）辽0899民初1号"
WARM_CASE_NO = "（2026）辽0899民初2号"
WARM_SHEETS = 2
# More pages than are recognised before the stack is in.
RECOGNISED_SHEETS = 20
SHEETS, QUICK_SHEETS = 1000, 100
# A file of bare samples is at most 56 % of them (see scanner.raster_file).
RAW_BYTES = round(2480 * 3508 * 3 * 0.56)
PEER_FILES = 100
SAMPLE_SECONDS = 0.5
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, kw_only=True)
class Mode:
    """How the stack is fed. `pace` in sides a second, 0 for as fast as it goes."""

    name: str
    raw: bool
    pace: float


MODES = (
    Mode(name="jpeg", raw=False, pace=7.0),
    Mode(name="jpeg-most", raw=False, pace=0.0),
    Mode(name="raw", raw=True, pace=4.0),
    Mode(name="raw-most", raw=True, pace=0.0),
)


@dataclass(kw_only=True)
class Log:
    """When each side was told, by its id, and the megabytes in use by the number of sides."""

    stored: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    memory: list[tuple[int, float]] = field(default_factory=list)
    processor: dict[int, float] = field(default_factory=dict)

    def hear(self, event: ScanEventView) -> None:
        """The listener of the scan."""
        if event.side is not None:
            told = self.stored if event.kind == "side" else self.seen
            told[event.side.id] = time.time()


def main(arguments: list[str]) -> int:
    """Run the modes asked for, each on a fresh data folder."""
    from scanner.paper.build import build_bundled

    chosen = [word.partition("=")[2] for word in arguments if word.startswith("--mode=")]
    sheets = QUICK_SHEETS if "--quick" in arguments else SHEETS
    recognising = "--recognising" in arguments
    for word in arguments:
        if word.startswith("--sheets="):
            sheets = int(word.partition("=")[2])
    cache = Path(os.environ.get("JUANZONG_BUNDLED") or REPOSITORY / "var" / "bench" / "bundled")
    build_bundled(DOSSIER, cache)
    os.environ["JUANZONG_BUNDLED"] = str(cache)
    for mode in MODES:
        if not chosen or mode.name in chosen:
            with tempfile.TemporaryDirectory(prefix="bench-scan-") as name:
                _say(_run(mode, sheets, Path(name), recognising))
    return 0


def _run(mode: Mode, sheets: int, folder: Path, recognising: bool) -> str:
    from app.adapters.blobs.disk import DiskBlobStore
    from app.bootstrap import open_workstation
    from app.domain.access import ADMINISTRATOR, Actor

    actor, note = Actor(name="bench", role=ADMINISTRATOR), ""
    if mode.raw:
        room = int(shutil.disk_usage(folder).free * 0.6 / RAW_BYTES / 2)
        if room < sheets:
            sheets, note = room, f" (room for {room} sheets only)"
    log = Log()
    workstation = open_workstation(folder / "data")
    watching = threading.Event()
    watch = threading.Thread(target=_watch, args=(log, watching), daemon=True)
    source = f"simulated:{DOSSIER}?raw={int(mode.raw)}&sides_per_second={mode.pace}"
    try:
        for case_no in (WARM_CASE_NO, CASE_NO):
            workstation.register_case(actor, {"case_no": case_no})
        before = RECOGNISED_SHEETS if recognising else WARM_SHEETS
        workstation.scan(actor, WARM_CASE_NO, f"{source}&sheets={before}")
        watch.start()
        with _recognition(workstation, actor) if recognising else nullcontext():
            began = time.time()
            workstation.scan(actor, CASE_NO, f"{source}&sheets={sheets}", on_event=log.hear)
        if recognising:
            note += " (while another case is being recognised)"
        watching.set()
        watch.join()
        blobs = DiskBlobStore(folder / "data")
        with workstation._context.storage.read() as tx:
            masters = {
                side.id: blobs.path_of(side.master)
                for side in tx.sides.find()
                if side.id in log.stored
            }
    finally:
        watching.set()
        workstation.close()
    # The object is the very file that the driver wrote: its time is that of the arrival. Pages
    # of the batch before are stored already and say nothing.
    times = {side: path.stat().st_mtime for side, path in masters.items()}
    arrived = {side: moment for side, moment in times.items() if moment >= began}
    return _report(mode, log, arrived, _peer(list(masters.values()), folder)) + note


@contextmanager
def _recognition(workstation: Workstation, actor: Actor) -> Iterator[None]:
    """The case before is being recognised: some pages are done, others wait."""
    from app.kernel.progress import Cancelled, CancelToken

    under_way, cancel = threading.Event(), CancelToken()

    def tell(progress: Progress) -> None:
        # Examining comes first and is half of the whole.
        if progress.done > progress.total // 2:
            under_way.set()

    def work() -> None:
        with suppress(Cancelled):
            workstation.process(actor, WARM_CASE_NO, report=tell, cancel=cancel)

    thread = threading.Thread(target=work)
    thread.start()
    under_way.wait()
    try:
        yield
    finally:
        cancel.cancel()
        thread.join()


def _report(mode: Mode, log: Log, arrived: dict[str, float], peer: float) -> str:
    sides = len(log.stored)
    seconds = max(log.stored.values()) - min(arrived.values())
    rate = (len(arrived) - 1) / seconds * 60
    storing = sorted(log.stored[side] - moment for side, moment in arrived.items())
    seeing = sorted(log.seen[side] - moment for side, moment in arrived.items() if side in log.seen)
    quarter = next((used for count, used in log.memory if count >= sides / 4), 0.0)
    rows = [
        f"{mode.name}: {sides} sides, {rate:.0f} images/min"
        + (f" (asked {mode.pace * 60:.0f})" if mode.pace else ""),
        f"behind arrival: stored p95 {_p95(storing):.2f} s, most {storing[-1]:.2f} s; "
        + (f"inspected p95 {_p95(seeing):.2f} s, most {seeing[-1]:.2f} s" if seeing else "")
        + f" ({len(seeing)} of {len(arrived)} while scanning)",
        f"memory {quarter:.0f} MB at a quarter, {log.memory[-1][1]:.0f} MB at the end, "
        f"most {max(used for _, used in log.memory):.0f} MB",
        f"processor {sum(log.processor.values()) / sides:.3f} s per side",
        f"peer (copy, sync, SHA-256) {peer:.0f} images/min, ratio {rate / peer:.2f}",
    ]
    return "\n  ".join(rows)


def _p95(values: list[float]) -> float:
    return values[int(len(values) * 0.95)] if values else 0.0


def _peer(files: list[Path], folder: Path) -> float:
    """Images a minute of a plain copy."""
    start = time.perf_counter()
    for number, file in enumerate(files[:PEER_FILES]):
        digest = hashlib.sha256()
        target = folder / f"peer-{number}"
        with file.open("rb") as source, target.open("xb") as stream:
            while chunk := source.read(1 << 20):
                digest.update(chunk)
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())
        target.unlink()
    return min(PEER_FILES, len(files)) / (time.perf_counter() - start) * 60


def _watch(log: Log, done: threading.Event) -> None:
    """Memory and processor time of this process and everything it started."""
    while not done.wait(SAMPLE_SECONDS):
        used = 0.0
        for process in _family():
            _ignored(partial(_note_seconds, log, process))
            used += _ignored(partial(_megabytes, process))
        log.memory.append((len(log.stored), used))


def _note_seconds(log: Log, process: int) -> None:
    log.processor[process] = _seconds(process)


def _ignored(read: Callable[[], float | None]) -> float:
    try:
        return read() or 0.0
    except (FileNotFoundError, ProcessLookupError):
        return 0.0  # it has just ended


def _family() -> list[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                after_name = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(after_name[1])
    family = [os.getpid()]
    for process in family:
        family += [child for child, parent in parents.items() if parent == process]
    return family


def _seconds(process: int) -> float:
    fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _megabytes(process: int) -> float:
    """Proportional share: pages that workers have in common count once."""
    for line in (Path("/proc") / str(process) / "smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
