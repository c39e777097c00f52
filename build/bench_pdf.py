"""Times the PDF writer against img2pdf on the same scans and prints the ratio and peak memory.

Three scans in four are colour JPEG, the fourth is Group 4. Ours gets a text layer with a box for
every character, as the recognition gives it; img2pdf writes no text. OFD is timed beside. Every
writer runs in a process of its own, in turns, and the better times count.

usage: bench_pdf.py [PAGES]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from app.adapters.packaging.pdf import PdfLine, PdfPage

REPOSITORY = Path(__file__).resolve().parent.parent
DISTINCT = 12
ROUNDS = 3
MOST = 1.5
TEXT = "原告与被告民间借贷纠纷一案，本院于二〇一九年三月一日立案受理"


class Measured(NamedTuple):
    """Seconds by the clock and of the processor, and the greatest memory in MB."""

    seconds: float
    processor: float
    memory: int


def main(arguments: list[str]) -> int:
    """Run the writers in turns; 1 when the PDF takes more than `MOST` times img2pdf's time."""
    if len(arguments) > 1 and arguments[0] in WRITERS:
        _run(WRITERS[arguments[0]], Path(arguments[1]), int(arguments[2]))
        return 0
    pages = int(arguments[0]) if arguments else 100
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _draw(folder)
        rounds = [
            {writer: _measure(writer, folder, pages) for writer in WRITERS} for _ in range(ROUNDS)
        ]
    best = {
        writer: Measured(
            *(min(values) for values in zip(*(turn[writer] for turn in rounds), strict=True))
        )
        for writer in WRITERS
    }
    for writer, measured in best.items():
        sys.stdout.write(
            f"{writer}: {pages} pages {measured.seconds:.2f} s, processor"
            f" {measured.processor:.2f} s, {measured.memory} MB resident\n"
        )
    own, other = best["pdf with text"], best["img2pdf without text"]
    clock, processor = own.seconds / other.seconds, own.processor / other.processor
    sys.stdout.write(
        f"ratio {clock:.2f} by the clock, {processor:.2f} of the processor (at most {MOST})\n"
    )
    # On a busy machine the clock tells of the others too.
    return int(min(clock, processor) > MOST)


def _measure(writer: str, folder: Path, pages: int) -> Measured:
    command = [sys.executable, __file__, writer, str(folder), str(pages)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, processor, memory = output.split()
    return Measured(float(seconds), float(processor), int(memory))


def _run(writer: Callable[[Path, int], None], folder: Path, pages: int) -> None:
    sys.path.insert(0, str(REPOSITORY))
    # Libraries are loaded once in a process that writes many files.
    writer(folder, 1)
    start, processor = time.perf_counter(), time.process_time()
    writer(folder, pages)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{seconds} {processor} {memory}\n")


def _scan(folder: Path, index: int) -> Path:
    kind = "tif" if index % 4 == 3 else "jpg"
    return folder / f"{index % DISTINCT}.{kind}"


def _draw(folder: Path) -> None:
    for index in range(DISTINCT):
        noise = Image.effect_noise((2480, 3508), 12).convert("RGB")
        pen = ImageDraw.Draw(noise)
        for row in range(40):
            pen.rectangle((200, 300 + row * 70, 2280 - index * 40, 340 + row * 70), fill="black")
        path = _scan(folder, index)
        if path.suffix == ".jpg":
            noise.save(path, quality=80, dpi=(300, 300))
        else:
            plain = noise.convert("L").point(lambda value: 255 * (value > 100)).convert("1")
            plain.save(path, compression="group4", dpi=(300, 300), tiffinfo={278: 3508})


def _lines() -> tuple[PdfLine, ...]:
    from app.adapters.packaging.pdf import PdfCharacter, PdfLine

    lines = []
    for row in range(32):
        top = 300 + row * 70
        boxes = [
            (200 + 67 * place + (place * row) % 9, top, 255 + 67 * place, top + 40)
            for place in range(len(TEXT))
        ]
        characters = tuple(
            PdfCharacter(text=character, box=box)
            for character, box in zip(TEXT, boxes, strict=True)
        )
        lines.append(PdfLine(text=TEXT, box=(200, top, 2280, top + 40), characters=characters))
    return tuple(lines)


def _pages(folder: Path, pages: int) -> Iterator[PdfPage]:
    from app.adapters.packaging.pdf import PdfPage

    lines = _lines()
    for index in range(pages):
        yield PdfPage(path=_scan(folder, index), dpi=300, label=str(index + 1), lines=lines)


def _write_pdf(folder: Path, pages: int) -> None:
    from app.adapters.packaging.pdf import write_pdf

    write_pdf(
        folder / "own.pdf",
        _pages(folder, pages),
        title="卷宗",
        author="",
        subject="",
        bookmarks=(),
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _write_ofd(folder: Path, pages: int) -> None:
    from app.adapters.packaging.ofd import write_ofd

    write_ofd(
        folder / "own.ofd",
        _pages(folder, pages),
        title="卷宗",
        author="",
        subject="",
        bookmarks=(),
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )


def _write_img2pdf(folder: Path, pages: int) -> None:
    import img2pdf

    with (folder / "other.pdf").open("wb") as stream:
        files = [str(_scan(folder, index)) for index in range(pages)]
        img2pdf.convert(files, outputstream=stream)


WRITERS = {
    "pdf with text": _write_pdf,
    "img2pdf without text": _write_img2pdf,
    "ofd with text": _write_ofd,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
