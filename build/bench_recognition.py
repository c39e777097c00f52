"""Reads the same pages with the station's engine, pytesseract and OCRmyPDF, each on two cores.

usage: bench_recognition.py [--quick | --pages=N] [--ocrmypdf=PROGRAM] [--dossier=DIR …]

The pages are whole written sides without planted faults, half at 300 dpi and half at 200, of two
dossiers of the generator's check family (or those given). Our engine and pytesseract work in two
processes of one thread each, OCRmyPDF with two jobs. Prints for each the pages a second with and
without start-up, the character error rate (lines compared in whatever order they were read), the
peak memory of a process, how long the first page takes in a cold and in a warmed process, and the
ratios. Ours also reads the stamped page number and the fields; the others only the text.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "build")]

from accuracy_recognition import missed, plain, sides_of  # noqa: E402

PAGES, QUICK_PAGES = 24, 8
PROCESSES = 2
DOSSIERS = (("loan", 8101, 300), ("traffic", 8102, 200))
SIDES = 24
PEERS_LANGUAGE = "chi_sim"
DENSE_FROM = 500
"""Characters from which a page counts as dense."""


@dataclass(kw_only=True)
class Run:
    """One engine over all pages. `seconds` without start-up, 0 where it cannot be told apart."""

    name: str
    whole_seconds: float
    seconds: float
    texts: list[str]
    megabytes: dict[int, float] = field(default_factory=dict)
    startup_seconds: float = 0.0
    processor: list[float] = field(default_factory=list)
    """Processor seconds of each page; of all pages in equal parts where they are not known."""
    by_page: bool = True


def main() -> int:
    """Runs all engines over the same pages and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--pages", type=int, default=0)
    parser.add_argument("--ocrmypdf", default="ocrmypdf")
    parser.add_argument("--dossier", action="append", type=Path, default=[], metavar="DIR")
    # Options of other benches come along when all are run.
    wanted, _ = parser.parse_known_args()
    os.environ["OMP_THREAD_LIMIT"] = "1"
    count = wanted.pages or (QUICK_PAGES if wanted.quick else PAGES)
    sides = _sides(wanted.dossier or _made(), count)
    paths = [side["path"] for side in sides]
    runs = [
        _in_processes("ours", _start_ours, _read_ours, paths),
        _in_processes("ours, text", _start_ours, _read_our_text, paths),
        _in_processes("pytesseract", _start_pytesseract, _read_pytesseract, paths),
        _in_processes("pytesseract 6", _start_pytesseract, _read_as_one_block, paths),
    ]
    program = shutil.which(wanted.ocrmypdf)
    if program is None:
        _say(f"{wanted.ocrmypdf} is not installed: left out")
    else:
        runs.append(_ocrmypdf(program, paths))
    _say(f"{len(paths)} pages, {sum(_length(side) for side in sides)} characters")
    for run in runs:
        _say(_row(run, sides))
    for ours in runs[:2]:
        for peer in runs[2:]:
            _say(_ratio(ours, peer))
    for warmed in (False, True):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            began = time.perf_counter()
            ready, first, second = pool.apply(_first_pages, (paths[0], warmed))
            whole = time.perf_counter() - began
        _say(
            f"{'warmed' if warmed else 'cold'} process: ready after {ready:.2f} s, first page "
            f"{first:.2f} s, the same again {second:.2f} s ({whole:.2f} s with its start)"
        )
    return 0


def _made() -> list[Path]:
    """The dossiers of the bench, made once."""
    cache = REPOSITORY / "var" / "bench" / "recognition"
    folders = []
    for matter, seed, dpi in DOSSIERS:
        folder = cache / f"{matter}-{seed}-{dpi}"
        if not (folder / "truth.json").is_file():
            command = [sys.executable, "-m", "scanner.paper", "--out", str(cache)]
            command += ["--name", folder.name, "--family", "check", "--matter", matter]
            command += ["--seed", str(seed), "--dpi", str(dpi), "--sides", str(SIDES)]
            subprocess.run(command, check=True, cwd=REPOSITORY, stdout=subprocess.DEVNULL)
        folders.append(folder)
    return folders


def _sides(folders: list[Path], count: int) -> list[dict[str, Any]]:
    chosen: list[dict[str, Any]] = []
    for index, folder in enumerate(folders):
        written = [
            side
            for side in sides_of(folder)
            if side["text_lines"] and not side["faults"] and not side["turn"]
        ]
        left = -(-(count - len(chosen)) // (len(folders) - index))
        chosen += written[:left]
    return chosen


def _in_processes(
    name: str, start: Callable[[], None], read: Callable[[str], str], paths: list[str]
) -> Run:
    context = multiprocessing.get_context("spawn")
    ready = context.Barrier(PROCESSES + 1)
    began = time.perf_counter()
    with context.Pool(PROCESSES, _started, (start, ready)) as pool:
        ready.wait()
        started = time.perf_counter()
        answers = pool.starmap(_read_one, [(read, path) for path in paths], chunksize=1)
        ended = time.perf_counter()
    memory: dict[int, float] = {}
    for _, process, megabytes, _ in answers:
        memory[process] = max(memory.get(process, 0.0), megabytes)
    return Run(
        name=name,
        whole_seconds=ended - began,
        seconds=ended - started,
        startup_seconds=started - began,
        texts=[text for text, _, _, _ in answers],
        megabytes=memory,
        processor=[seconds for _, _, _, seconds in answers],
    )


def _started(start: Callable[[], None], ready: Barrier) -> None:
    start()
    ready.wait()


def _read_one(read: Callable[[str], str], path: str) -> tuple[str, int, float, float]:
    began = _processor_seconds(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    text = read(path)
    spent = _processor_seconds(resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN) - began
    kilobytes = max(
        resource.getrusage(whose).ru_maxrss
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return text, os.getpid(), kilobytes / 1024, spent


def _processor_seconds(*whose: int) -> float:
    usages = [resource.getrusage(one) for one in whose]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _start_ours() -> None:
    from ocr.engines.warm import warm_up

    warm_up("rapidocr")


def _read_ours(path: str) -> str:
    from ocr.recognition import recognise

    return "".join(line["text"] for line in recognise(path, 0, 0)["tree"]["lines"])


def _read_our_text(path: str) -> str:
    from ocr.image.load import load_page
    from ocr.recognition import start_engine

    page = load_page(Path(path))
    tree = start_engine("rapidocr").recognise(page.pixels, 0, page.dpi)
    return "".join(line.text for line in tree.lines)


def _start_pytesseract() -> None:
    import pytesseract

    pytesseract.get_tesseract_version()


def _read_pytesseract(path: str, segmentation: int = 3) -> str:
    import pytesseract

    # The name of the file and not its pixels: it then need not be packed anew.
    settings = f"--oem 1 --psm {segmentation}"
    return str(pytesseract.image_to_string(path, lang=PEERS_LANGUAGE, config=settings))


def _read_as_one_block(path: str) -> str:
    return _read_pytesseract(path, 6)


def _ocrmypdf(program: str, paths: list[str]) -> Run:
    import img2pdf

    with tempfile.TemporaryDirectory(prefix="bench-recognition-") as name:
        folder = Path(name)
        (folder / "in.pdf").write_bytes(img2pdf.convert(paths))
        command = [program, "-l", PEERS_LANGUAGE, "--jobs", str(PROCESSES), "--optimize", "0"]
        command += ["--output-type", "pdf", "--sidecar", str(folder / "text")]
        began, spent = time.perf_counter(), _processor_seconds(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [*command, str(folder / "in.pdf"), str(folder / "out.pdf")],
            check=False,
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - began
        spent = _processor_seconds(resource.RUSAGE_CHILDREN) - spent
        if done.returncode:
            sys.exit(f"ocrmypdf failed: {done.stderr[-500:]}")
        texts = (folder / "text").read_text(encoding="utf-8").split("\f")
    return Run(
        name="ocrmypdf",
        whole_seconds=seconds,
        seconds=0.0,
        texts=texts[: len(paths)],
        processor=[spent / len(paths)] * len(paths),
        by_page=False,
    )


def _first_pages(path: str, warmed: bool) -> tuple[float, float, float]:
    """Seconds until the engine was ready, of the first page and of the same once more."""
    began = time.perf_counter()
    if warmed:
        _start_ours()
    ready = time.perf_counter()
    _read_ours(path)
    first = time.perf_counter()
    _read_ours(path)
    return ready - began, first - ready, time.perf_counter() - first


def _lines(side: dict[str, Any]) -> list[str]:
    return [line if isinstance(line, str) else line["text"] for line in side["text_lines"]]


def _length(side: dict[str, Any]) -> int:
    return sum(len(plain(line)) for line in _lines(side))


def _row(run: Run, sides: list[dict[str, Any]]) -> str:
    wrong = [missed(_lines(side), plain(text)) for side, text in zip(sides, run.texts, strict=True)]
    row = f"{run.name:<13} {len(sides) / run.whole_seconds:.2f} pages/s"
    if run.seconds:
        row += f", {len(sides) / run.seconds:.2f} without start-up ({run.startup_seconds:.1f} s)"
    row += f", processor {sum(run.processor) / len(sides):.2f} s a page"
    dense = [index for index, side in enumerate(sides) if _length(side) >= DENSE_FROM]
    if dense and run.by_page:
        row += f" ({sum(run.processor[index] for index in dense) / len(dense):.2f} s a dense one)"
    for dpi in sorted({_dpi(side) for side in sides}, reverse=True):
        chosen = [index for index, side in enumerate(sides) if _dpi(side) == dpi]
        length = sum(_length(sides[index]) for index in chosen)
        row += f", CER at {dpi} dpi {100 * sum(wrong[i] for i in chosen) / length:.2f} %"
    if run.megabytes:
        row += f", {max(run.megabytes.values()):.0f} MB at most"
    return row


def _ratio(ours: Run, peer: Run) -> str:
    whole = peer.whole_seconds / ours.whole_seconds
    without = f" ({peer.seconds / ours.seconds:.1f} without start-up)" if peer.seconds else ""
    processor = sum(peer.processor) / sum(ours.processor)
    return (
        f"{ours.name} to {peer.name}: {whole:.1f} times the pages per second{without}, "
        f"{processor:.1f} times by processor seconds"
    )


def _dpi(side: dict[str, Any]) -> int:
    from PIL import Image

    with Image.open(side["path"]) as picture:
        return round(float(picture.info.get("dpi", (0, 0))[0]))


def _say(row: str) -> None:
    sys.stdout.write(row + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
