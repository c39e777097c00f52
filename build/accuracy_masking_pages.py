"""Measures masking from picture to picture: `python build/accuracy_masking_pages.py`.

Pages with private values at known places (`masking_pages`) are stored as JPEG, read by the engines
of the product, and covered by the very functions of the reading room. By pixel: a value is covered
when of none of its characters more than a trace of ink is left in the picture, and open when a
character can still be read. By text: a value is open when some of it stands in the text a reader
gets. Patterns and margins were made on the family `development`; report `check`.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from accuracy_recognition import plain, tilt_of  # noqa: E402
from app.adapters.reading.issued_page import PRINT, issued_page  # noqa: E402
from app.domain.dossier import Side  # noqa: E402
from app.services.reading_masks import WHOLE, page_boxes, page_lines, unread  # noqa: E402
from masking_pages import FAMILIES, DrawnPage, drawn_page  # noqa: E402
from ocr.recognition import recognise  # noqa: E402

Flags = NDArray[np.bool_]
# Shares of a character's ink left in the picture: no more than a trace; enough to read it.
TRACE, READABLE = 0.02, 0.25
# So many characters of a value in a row, in the text: fewer stand there by chance.
_LEAST_SIGNS = 4
_QUALITY = (75, 90, 50)


class Tally:
    """The sums over pages, by kind of secret."""

    def __init__(self) -> None:
        self.values: Counter[str] = Counter()
        self.covered: Counter[str] = Counter()
        self.open: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.other = self.over = self.pages = self.whole = 0

    def report(self) -> list[str]:
        rows = ["kind       values  wholly covered  some character legible  some of it in the text"]
        sums = [self.values, self.covered, self.open, self.told]
        for kind in [*sorted(self.values), "all"]:
            total, covered, left, told = (
                sum(each.values()) if kind == "all" else each[kind] for each in sums
            )
            share = covered / max(1, total)
            rows.append(f"{kind:10} {total:6} {covered:7} {share:7.2%} {left:23} {told:23}")
        share = self.over / max(1, self.other)
        rows.append(f"over-masked {self.over} of {self.other} other characters {share:.2%}")
        rows.append(f"pages {self.pages}, covered as a whole (not counted above) {self.whole}")
        return rows


def side_of(page: DrawnPage) -> Side:
    """The side of a page that was read."""
    high, wide = page.picture.shape[:2]
    return Side(
        id="side",
        dossier_id="dossier",
        batch_id="batch",
        master="m",
        frame=0,
        position=1,
        sheet=1,
        face="front",
        width=wide,
        height=high,
        recognised="done",
        picture="p",
    )


def transaction_of(read: dict[str, Any]) -> Any:
    """A transaction that knows this one recognised page."""
    row = SimpleNamespace(tree=read["tree"], fields=read["fields"])
    return SimpleNamespace(recognised=SimpleNamespace(first=lambda **_: row))


def covered_pixels(page: DrawnPage, boxes: tuple[Any, ...], folder: Path) -> Flags:
    """Where the picture that leaves for the reader is covered: a white page is issued with the
    boxes of this one."""
    high, wide = page.picture.shape[:2]
    path = folder / "white.png"
    Image.new("RGB", (wide, high), "white").save(path)
    stamp = {"lines": (" ",), "boxes": [list(box) for box in boxes], "size": PRINT}
    with Image.open(io.BytesIO(issued_page(str(path), stamp))) as issued:
        return np.asarray(issued.convert("L"), np.uint8) < 64


def left_of_characters(page: DrawnPage, covered: Flags) -> NDArray[np.float64]:
    """Of every character the share of its ink that is left; characters without ink count as
    gone."""
    count = len(page.signs) + 1
    ink = np.bincount(page.places.ravel(), minlength=count)
    left = np.bincount(page.places[~covered].ravel(), minlength=count)
    share: NDArray[np.float64] = (left / np.maximum(ink, 1))[1:]
    return share


def values_of(page: DrawnPage) -> dict[str, list[int]]:
    """The characters (from 0) of every secret on the page."""
    values: dict[str, list[int]] = {}
    for index, owner in enumerate(page.owners):
        if owner:
            values.setdefault(owner, []).append(index)
    return values


def is_told(value: str, text: str, elsewhere: str) -> bool:
    """Whether some of a value stands in the text, and not because it stands elsewhere, too."""
    starts = range(max(1, len(value) - _LEAST_SIGNS + 1))
    parts = {value[at : at + _LEAST_SIGNS] for at in starts}
    return any(part in text and part not in elsewhere for part in parts)


def measure(family: str, seed: int, engine: str, folder: Path, tally: Tally, show: Any) -> None:
    """Draw, read and cover one page."""
    page, dpi = drawn_page(family, seed)
    path = folder / "page.jpg"
    quality = _QUALITY[seed % len(_QUALITY)]
    Image.fromarray(page.picture).save(path, quality=quality, dpi=(dpi, dpi))
    read = recognise(str(path), 0, 0, engine, tilt_of(str(path), 0))
    side, tx = side_of(page), transaction_of(read)
    tally.pages += 1
    boxes = page_boxes(tx, side)
    if unread(tx, side) or WHOLE in boxes:
        tally.whole += 1
        return
    left = left_of_characters(page, covered_pixels(page, boxes, folder))
    text = plain("".join(line.text for line in page_lines(tx, side, masked=True)))
    free = [index for index, owner in enumerate(page.owners) if not owner]
    elsewhere = plain("".join(page.signs[index] for index in free))
    tally.other += len(free)
    tally.over += sum(left[index] < 0.5 for index in free)
    for owner, places in values_of(page).items():
        kind = owner.rstrip("0123456789.")
        value = plain("".join(page.signs[index] for index in places))
        worst = max(left[index] for index in places)
        tally.values[kind] += 1
        tally.covered[kind] += worst <= TRACE
        tally.open[kind] += worst > READABLE
        told = is_told(value, text, elsewhere)
        tally.told[kind] += told
        if worst > TRACE or told:
            shown = "".join(
                page.signs[index] if left[index] > READABLE else "×" for index in places
            )
            show(f"{family} {seed} {kind} {value} {shown} worst {worst:.2f} told {told}")


def main() -> int:
    """Print the table of every family asked for."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--family", choices=FAMILIES, help="both when not given")
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--first", type=int, help="first seed; 1 for development, 1001 for check")
    parser.add_argument("--engine", default="rapidocr")
    parser.add_argument("--verbose", action="store_true", help="name what got through")
    chosen = parser.parse_args()
    for family in [chosen.family] if chosen.family else FAMILIES:
        first = chosen.first or (1 if family == FAMILIES[0] else 1001)
        tally = Tally()
        with tempfile.TemporaryDirectory() as folder:
            for seed in range(first, first + chosen.pages):
                show = print if chosen.verbose else lambda _row: None
                measure(family, seed, chosen.engine, Path(folder), tally, show)
        print(f"family {family}, seeds {first}-{first + chosen.pages - 1}, {chosen.engine}:")
        print("\n".join(f"  {row}" for row in tally.report()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
