"""Times decoding, inspection and thumbnails of A4 colour scans at 300 dpi in two processes, and a
peer that only decodes in full with Pillow and writes the thumbnail.

    python build/bench_inspection.py [SIDES]

Prints images per second, CPU milliseconds per side by part, and the ratio to the peer.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

WORKERS = 2
NEEDED = 14.0
SEEDS = (("development", 611), ("check", 612), ("development", 613), ("check", 614))
PARTS = (
    "load_reduced",
    "view_of",
    "borders",
    "written_on_sheet",
    "measure_exposure",
    "detect_orientation",
    "lined_skew",
    "measure_sharpness",
    "draw_fingerprint",
)


def main(arguments: list[str]) -> int:
    """Draw the sides, run both programs over them and compare."""
    sides = int(arguments[0]) if arguments else 48
    with tempfile.TemporaryDirectory() as name:
        files = _draw(Path(name), sides)
        own = _run(_own, files, Path(name))
        study = _run(_study, files, Path(name))
        peer = _run(_peer, files, Path(name))
        parts = _parts(files[: max(8, sides // 4)], Path(name))
    write = sys.stdout.write
    write(f"{len(files)} sides of {len(SEEDS)} dossiers, {WORKERS} processes of one thread\n")
    for title, (rate, cpu) in (
        ("inspection with thumbnail", own),
        ("and the screen picture", study),
        ("Pillow with thumbnail", peer),
    ):
        write(f"{title:28}{rate:7.1f} images/s {cpu:7.1f} ms CPU a side\n")
    write(f"ratio to the peer {own[0] / peer[0]:.2f}; needed {NEEDED:.0f} images/s: ")
    write("reached\n" if own[0] >= NEEDED else "NOT reached\n")
    for part, spent in sorted(parts.items(), key=lambda item: -item[1]):
        write(f"  {part:28}{spent:7.1f} ms\n")
    return 0


def _draw(folder: Path, sides: int) -> list[Path]:
    from scanner.paper.build import build_dossier
    from scanner.paper.spec import DossierSpec

    files: list[Path] = []
    each = -(-sides // len(SEEDS))
    for family, seed in SEEDS:
        spec = DossierSpec(name=f"bench-{seed}", seed=seed, family=family, sides=max(12, each))
        files += sorted((build_dossier(spec, folder) / "sides").iterdir())[:each]
    return files


def _run(
    work: Callable[[list[Path], Path, Any, Any], None], files: list[Path], folder: Path
) -> tuple[float, float]:
    """Images per second and CPU milliseconds a side; every process is warm when the time begins."""
    context = multiprocessing.get_context("spawn")
    start, answers = context.Barrier(WORKERS + 1), context.Queue()
    workers = [
        context.Process(target=work, args=(files[place::WORKERS], folder, start, answers))
        for place in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    start.wait()
    begun = time.perf_counter()
    spent = sum(answers.get() for _ in workers)
    seconds = time.perf_counter() - begun
    for worker in workers:
        worker.join()
    return len(files) / seconds, 1000 * spent / len(files)


def _own(files: list[Path], folder: Path, start: Any, answers: Any) -> None:
    from ocr.study import examine_with_thumbnail

    target = folder / f"own-{files[0].parent.parent.name}-{files[0].stem}.jpg"
    examine_with_thumbnail(str(files[0]), 0, {}, str(target))
    start.wait()
    begun = time.process_time()
    for file in files:
        examine_with_thumbnail(str(file), 0, {}, str(target))
    answers.put(time.process_time() - begun)


def _study(files: list[Path], folder: Path, start: Any, answers: Any) -> None:
    from ocr.study import study

    stem = f"study-{files[0].parent.parent.name}-{files[0].stem}"
    study(str(files[0]), 0, {}, str(folder), stem)
    start.wait()
    begun = time.process_time()
    for file in files:
        study(str(file), 0, {}, str(folder), stem)
    answers.put(time.process_time() - begun)


def _peer(files: list[Path], folder: Path, start: Any, answers: Any) -> None:
    from PIL import Image

    target = folder / f"peer-{files[0].parent.parent.name}-{files[0].stem}.jpg"
    start.wait()
    begun = time.process_time()
    for file in files:
        with Image.open(file) as image:
            image.load()
            image.thumbnail((256, 256))
            image.save(target, quality=82)
    answers.put(time.process_time() - begun)


def _parts(files: list[Path], folder: Path) -> dict[str, float]:
    """CPU milliseconds a side by part of the inspection, in this process."""
    from ocr import inspection
    from ocr.detectors import folded_corner, foreign_object
    from ocr.study import examine_with_thumbnail

    spent: dict[str, float] = defaultdict(float)

    def timed(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return call(*given, **named)
            finally:
                spent[name] += 1000 * (time.process_time() - begun) / len(files)

        return run

    target = str(folder / "parts.jpg")
    examine_with_thumbnail(str(files[0]), 0, {}, target)
    for name in PARTS:
        setattr(inspection, name, timed(name, getattr(inspection, name)))
    inspection._DETECTORS = tuple(
        timed(f"detector {find.__module__.rpartition('.')[2]}", find)
        for find in inspection._DETECTORS
    )
    lying = ((foreign_object, "find"), (folded_corner, "folded_corners"))
    for module, call in lying:
        name = f"detector {module.__name__.rpartition('.')[2]}"
        setattr(module, call, timed(name, getattr(module, call)))
    begun = time.process_time()
    for file in files:
        examine_with_thumbnail(str(file), 0, {}, target)
    whole = 1000 * (time.process_time() - begun) / len(files)
    spent["everything else"] = whole - sum(spent.values())
    return spent


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
