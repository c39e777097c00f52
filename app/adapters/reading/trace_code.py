"""The trace code in a corner of an issued page: a QR code that a phone still reads on a photo."""

from __future__ import annotations

from PIL import Image

from app.adapters.printing.codes import qr_modules

# Where a page has its margins, and small enough for them.
MODULE_MM = 0.6
QUIET_MODULES = 3
EDGE_MM = 3.0
# A4 (ISO 216) stands for every page: what counts is how large the code is beside the print.
LONG_EDGE_MM = 297.0
_LEAST_MODULE = 2


def put_trace_code(page: Image.Image, text: str) -> None:
    """Put the code into the corner of the page with the least writing (in place)."""
    code = _drawn(text, max(page.size))
    edge = round(EDGE_MM * max(page.size) / LONG_EDGE_MM)
    page.paste(code, _emptiest(page, code.width, edge))


def _drawn(text: str, long_edge: int) -> Image.Image:
    grid = qr_modules(text)
    module = max(_LEAST_MODULE, round(MODULE_MM * long_edge / LONG_EDGE_MM))
    side = len(grid) + 2 * QUIET_MODULES
    small = Image.new("L", (side, side), 255)
    for y, row in enumerate(grid):
        for x, black in enumerate(row):
            if black:
                small.putpixel((x + QUIET_MODULES, y + QUIET_MODULES), 0)
    return small.resize((side * module, side * module), Image.Resampling.NEAREST)


def _emptiest(page: Image.Image, wide: int, edge: int) -> tuple[int, int]:
    """The upper left corner of the place for the code; the lower corners first, since page numbers
    are stamped at the top."""
    low, right = max(0, page.height - edge - wide), max(0, page.width - edge - wide)
    places = [(right, low), (edge, low), (edge, edge), (right, edge)]
    return min(places, key=lambda place: _writing(page, place, wide))


def _writing(page: Image.Image, place: tuple[int, int], wide: int) -> int:
    """How many pixels of a place are clearly darker than its paper."""
    left, top = place
    counts = page.crop((left, top, left + wide, top + wide)).convert("L").histogram()
    light = max(range(256), key=lambda value: counts[value])
    return sum(counts[: max(0, light - 48)])
