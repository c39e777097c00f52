"""Times the PDF writer against img2pdf on the same scans and prints the ratio and peak memory.

usage: bench_pdf.py [PAGES]
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image, ImageDraw

REPOSITORY = Path(__file__).resolve().parent.parent
DISTINCT = 10
TEXT = "原告与被告民间借贷纠纷一案，本院于二〇一九年三月一日立案受理"


def main(arguments: list[str]) -> int:
    """Run both writers in processes of their own, each twice, and compare the better times."""
    if len(arguments) > 1 and arguments[0] in WRITERS:
        WRITERS[arguments[0]](Path(arguments[1]), int(arguments[2]))
        return 0
    pages = int(arguments[0]) if arguments else 100
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _draw(folder)
        results = {
            writer: min(_measure(writer, folder, pages) for _ in range(2)) for writer in WRITERS
        }
    own, other = results["own"], results["img2pdf"]
    sys.stdout.write(
        f"pages {pages}: own with text layer {own[0]:.2f} s, {own[1]} MB resident; "
        f"img2pdf without text {other[0]:.2f} s, {other[1]} MB; ratio {own[0] / other[0]:.2f}\n"
    )
    return 0


def _measure(writer: str, folder: Path, pages: int) -> tuple[float, int]:
    command = [sys.executable, __file__, writer, str(folder), str(pages)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds, memory = output.split()
    return float(seconds), int(memory)


def _draw(folder: Path) -> None:
    for index in range(DISTINCT):
        noise = Image.effect_noise((2480, 3508), 12).convert("RGB")
        pen = ImageDraw.Draw(noise)
        for row in range(40):
            pen.rectangle((200, 300 + row * 70, 2280 - index * 40, 340 + row * 70), fill="black")
        noise.save(folder / f"{index}.jpg", quality=80, dpi=(300, 300))


def _write_own(folder: Path, pages: int) -> None:
    sys.path.insert(0, str(REPOSITORY))
    from app.adapters.packaging.pdf import PdfLine, PdfPage, write_pdf

    lines = tuple(
        PdfLine(text=TEXT, box=(200, 300 + row * 70, 2280, 340 + row * 70)) for row in range(32)
    )
    start = time.perf_counter()
    write_pdf(
        folder / "own.pdf",
        (
            PdfPage(path=folder / f"{index % DISTINCT}.jpg", dpi=300, lines=lines)
            for index in range(pages)
        ),
        title="卷宗",
        author="",
        subject="",
        bookmarks=(),
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )
    _report(start)


def _write_img2pdf(folder: Path, pages: int) -> None:
    import img2pdf

    start = time.perf_counter()
    with (folder / "other.pdf").open("wb") as stream:
        files = [str(folder / f"{index % DISTINCT}.jpg") for index in range(pages)]
        img2pdf.convert(files, outputstream=stream)
    _report(start)


def _report(start: float) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"{time.perf_counter() - start} {memory}\n")


WRITERS = {"own": _write_own, "img2pdf": _write_img2pdf}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
