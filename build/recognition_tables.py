"""Tables of recognition: error rates by condition and face, and what a confidence is worth."""

from __future__ import annotations

import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from accuracy_recognition import edits, missed, plain
from ocr.image.load import load_page, turned
from ocr.recognition import recognise
from recognition_conditions import CONDITIONS, FACES, set_anew
from recognition_digits import page_of_figures

_DIGITS = re.compile(r"[0-9]")
_SURE = 0.95
_UNLIKE = 0.35
"""Share of a line that may differ from the truth before it is taken for another text (a seal, a
stamp) that the truth does not hold."""


@dataclass
class Tally:
    """Sums over the pages of one condition. `sure` are lines with digits above 0.95, `wrong` those
    of them with an error in a digit, `doubted` right lines below."""

    pages: int = 0
    characters: int = 0
    edits: int = 0
    ordered: int = 0
    figures: int = 0
    sure: int = 0
    wrong: int = 0
    doubted: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, answer: dict[str, Any], true: list[str], number: int | None = None) -> None:
        """Counts one page: `true` are its lines, `number` is stamped on it besides."""
        lines = [line for line in answer["tree"]["lines"] if line["text"]]
        read = plain("".join(line["text"] for line in lines if line["kind"] == "print"))
        self.pages += 1
        self.characters += sum(len(plain(line)) for line in true)
        self.edits += missed(true, read)
        self.ordered += edits(plain("".join(true)), read)
        text = plain("".join(true))
        for line in lines:
            figures = plain(line["text"])
            # The stamp may show leading zeros.
            if figures.isascii() and figures.isdigit() and int(figures) == number:
                self.figures += 1
                self.sure += line["confidence"] > _SURE
                self.doubted += line["confidence"] <= _SURE
            else:
                self._add_figures(figures, line["confidence"], text)

    def _add_figures(self, line: str, confidence: float, text: str) -> None:
        if not _DIGITS.search(line):
            return
        distance, stretch = best_stretch(line, text)
        if distance > _UNLIKE * len(line):
            return
        self.figures += 1
        right = _DIGITS.findall(line) == _DIGITS.findall(stretch)
        if confidence > _SURE:
            self.sure += 1
            if not right:
                self.wrong += 1
                self.shown.append(f"{confidence:.3f} {line} | {stretch}")
        elif right:
            self.doubted += 1

    def row(self, name: str) -> str:
        """One line of the table."""
        whole = max(1, self.characters)
        return (
            f"  {name:<16}{self.pages:>4} pages  CER {100 * self.edits / whole:5.2f} %"
            f"  in order {100 * self.ordered / whole:6.2f} %"
            f"  lines with figures {self.figures:>5}, above {_SURE} {self.sure:>5},"
            f" wrong there {self.wrong} ({100 * self.wrong / max(1, self.sure):.2f} %),"
            f" right below {self.doubted}"
        )


def best_stretch(line: str, text: str) -> tuple[int, str]:
    """The part of `text` nearest to `line`, and its distance in edits."""
    at = text.find(line)
    if at >= 0:
        return 0, line
    row = [(0, start) for start in range(len(text) + 1)]
    for character in line:
        grown = [(row[0][0] + 1, 0)]
        for column, other in enumerate(text, 1):
            grown.append(
                min(
                    (row[column - 1][0] + (character != other), row[column - 1][1]),
                    (row[column][0] + 1, row[column][1]),
                    (grown[column - 1][0] + 1, grown[column - 1][1]),
                )
            )
        row = grown
    end = min(range(len(row)), key=lambda column: row[column][0])
    return row[end][0], text[row[end][1] : end]


def under_conditions(sides: list[dict[str, Any]], engine: str) -> list[str]:
    """Every side under every condition, and its text set anew in every face."""
    tallies = {name: Tally() for name in [*CONDITIONS, *(f"face {face}" for face in FACES)]}
    for name, pixels, dpi, true, number in _pages(sides):
        tallies[name].add(_read(pixels, dpi, engine), true, number)
    return _report(f"by condition, {engine}:", tallies)


def figures_under_strain(count: int, engine: str) -> list[str]:
    """Pages full of figures, of the development part and of the check part."""
    tallies = {"development": Tally(), "check": Tally()}
    for seed in range(count):
        for name, tally in tallies.items():
            pixels, true = page_of_figures(seed, check=name == "check")
            tally.add(_read(pixels, 200, engine), true)
    return _report(f"figures under strain, {engine}:", tallies)


def _pages(
    sides: list[dict[str, Any]],
) -> Iterator[tuple[str, NDArray[np.uint8], int, list[str], int | None]]:
    for number, side in enumerate(sides):
        loaded = load_page(Path(side["path"]))
        page = np.ascontiguousarray(turned(loaded.pixels, side["turn"]))
        true = [line if isinstance(line, str) else line["text"] for line in side["text_lines"]]
        for name, made in CONDITIONS.items():
            pixels, dpi = made(page, loaded.dpi, np.random.default_rng([number, len(name)]))
            stamped = side["stamped_number"]
            yield name, pixels, dpi, true, None if stamped is None else int(stamped)
        for face in FACES:
            pixels, shown = set_anew(true, face, 300)
            yield f"face {face}", pixels, 300, shown, None


def _read(pixels: NDArray[np.uint8], dpi: int, engine: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        stored = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
        path.write_bytes(_with_resolution(stored, dpi))
        return recognise(str(path), 0, 0, engine)


def _with_resolution(png: bytes, dpi: int) -> bytes:
    """The PNG with a pHYs chunk behind its header (PNG specification, 11.3.5.3)."""
    per_metre = round(dpi / 0.0254)
    body = b"pHYs" + struct.pack(">IIB", per_metre, per_metre, 1)
    chunk = struct.pack(">I", 9) + body + struct.pack(">I", zlib.crc32(body))
    return png[:33] + chunk + png[33:]


def _report(title: str, tallies: dict[str, Tally]) -> list[str]:
    whole = Tally()
    report = [title]
    for name, tally in tallies.items():
        report.append(tally.row(name))
        whole.sure += tally.sure
        whole.wrong += tally.wrong
        report += [f"      {line}" for line in tally.shown[:5]]
    share = 100 * whole.wrong / max(1, whole.sure)
    report.append(f"  of {whole.sure} lines above {_SURE}, {share:.2f} % hold an error in a digit")
    return report
