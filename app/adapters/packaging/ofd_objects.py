"""The objects on a page of an OFD: the scan, its invisible text, the cross over a lost page.

Units are millimetres, y runs downwards (GB/T 33190, 7.3 and clause 8).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape

from app.adapters.packaging.ofd_document import part
from app.adapters.packaging.pdf_font import covering_font
from app.adapters.packaging.pdf_page import UNREADABLE_TEXT
from app.adapters.packaging.pdf_places import DESCENT, PdfLine, PlacedLine, place

Size = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]

_UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_SMALLEST_TILT = 0.01
# Readers that count in UTF-16 disagree with those that count characters after one of these.
_BEYOND_FIRST_PLANE = re.compile("(?<=[\U00010000-\U0010ffff])")


class Identifiers:
    """Gives out the numbers of all that has one, each once in the document."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> int:
        """The next number."""
        self.last += 1
        return self.last


def page_part(layer: int, size: Size, objects: str) -> bytes:
    """Content.xml of a page of `size` with `objects` in one layer."""
    return part(
        "Page",
        "",
        f"<ofd:Area><ofd:PhysicalBox>{_numbers((0, 0, *size))}</ofd:PhysicalBox></ofd:Area>"
        f'<ofd:Content><ofd:Layer ID="{layer}" Type="Body">{objects}</ofd:Layer></ofd:Content>',
    )


def image_object(
    identifiers: Identifiers, resource: int, size: Size, *, turn: int, mirrored: bool, deskew: float
) -> str:
    """The picture `resource` over the whole page, mirrored, then turned, then set straight."""
    matrix = _after(_straightening(deskew, size), _placement(size, turn=turn, mirrored=mirrored))
    return (
        f'<ofd:ImageObject ID="{identifiers.next()}" Boundary="{_numbers((0, 0, *size))}"'
        f' CTM="{_numbers(matrix)}" ResourceID="{resource}"/>'
    )


def crossed_page(text: TextObjects, size: Size) -> str:
    """A cross with a frame and the invisible word that the page could not be read."""
    width, height = size
    left, top = width * 0.05, height * 0.05
    right, bottom = width - left, height - top
    strokes = (
        f"M {_numbers((left, top))} L {_numbers((right, top))} L {_numbers((right, bottom))}"
        f" L {_numbers((left, bottom))} C M {_numbers((left, top))} L {_numbers((right, bottom))}"
        f" M {_numbers((right, top))} L {_numbers((left, bottom))}"
    )
    notice = PdfLine(text=UNREADABLE_TEXT, box=(left, top, right, top + 7))
    return (
        f'<ofd:PathObject ID="{text.identifiers.next()}" Boundary="{_numbers((0, 0, *size))}"'
        ' LineWidth="0.5"><ofd:StrokeColor Value="128 128 128"/>'
        f"<ofd:AbbreviatedData>{strokes}</ofd:AbbreviatedData></ofd:PathObject>"
    ) + text.lines((notice,), scale=(1.0, 1.0), size=size, deskew=0.0)


class TextObjects:
    """Sets lines invisibly and remembers their characters for the font."""

    def __init__(self, identifiers: Identifiers) -> None:
        self.identifiers = identifiers
        self.font_id = identifiers.next()
        self._characters: set[str] = set()

    def lines(
        self, lines: Iterable[PdfLine], *, scale: tuple[float, float], size: Size, deskew: float
    ) -> str:
        """The text objects of `lines`; `scale` is millimetres per pixel across and down."""
        straightening = _straightening(deskew, size)
        placed = (place(line, scale) for line in lines)
        return "".join(self._object(line, straightening) for line in placed if line)

    def font(self) -> bytes:
        """A font that has all characters set so far and shows none of them."""
        return covering_font(self._characters)

    def _object(self, line: PlacedLine, straightening: Matrix) -> str:
        self._characters.update(line.text)
        x0, y0, _, y1 = line.box
        across, along = line.size, line.length
        # From the line's own frame, where it runs along x (a column: along y), to the page.
        frame: Matrix = (
            (0.0, -1.0, 1.0, 0.0, x0, y1)
            if line.direction == "up"
            else (1.0, 0.0, 0.0, 1.0, x0, y0)
        )
        extent = (across, along) if line.direction == "down" else (along, across)
        left, top, right, bottom, matrix = _bounded(_after(straightening, frame), extent)
        turned = "" if matrix == _UPRIGHT else f' CTM="{_numbers(matrix)}"'
        column = ' ReadDirection="90"' if line.direction == "down" else ""
        codes = "".join(_text_code(line, *piece) for piece in _pieces(line.text))
        return (
            f'<ofd:TextObject ID="{self.identifiers.next()}"'
            f' Boundary="{_numbers((left, top, right - left, bottom - top))}"{turned}'
            f' Alpha="0" Font="{self.font_id}" Size="{_number(across)}"{column}>{codes}'
            "</ofd:TextObject>"
        )


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The text divided after every character beyond the first plane, so that no count differs."""
    start = 0
    for piece in _BEYOND_FIRST_PLANE.split(text):
        if piece:
            yield start, start + len(piece)
            start += len(piece)


def _text_code(line: PlacedLine, start: int, end: int) -> str:
    steps, first = _steps(line.starts[start:end]), line.starts[start]
    baseline = line.size * (1 - DESCENT)
    if line.direction == "down":
        place_, deltas = f'X="0" Y="{_number(first + baseline)}"', "DeltaY"
    else:
        place_, deltas = f'X="{_number(first)}" Y="{_number(baseline)}"', "DeltaX"
    given = f' {deltas}="{steps}"' if steps else ""
    return f"<ofd:TextCode {place_}{given}>{escape(line.text[start:end])}</ofd:TextCode>"


def _steps(starts: Sequence[float]) -> str:
    """The steps between `starts`, equal ones told together (GB/T 33190, 11.3).

    Each step is rounded with what the ones before it left over, so that none of it adds up.
    """
    rounded = [round(start, 3) for start in starts]
    steps = [_number(after - before) for before, after in itertools.pairwise(rounded)]
    told = []
    for step, same in itertools.groupby(steps):
        count = len(list(same))
        told.append(f"g {count} {step}" if count > 2 else " ".join([step] * count))
    return " ".join(told)


def _placement(size: Size, *, turn: int, mirrored: bool) -> Matrix:
    """The matrix that lays the unit square of the picture on the page, mirrored, then turned."""
    width, height = size
    turned: dict[int, Matrix] = {
        0: (width, 0.0, 0.0, height, 0.0, 0.0),
        90: (0.0, height, -width, 0.0, width, 0.0),
        180: (-width, 0.0, 0.0, -height, width, height),
        270: (0.0, -height, width, 0.0, 0.0, height),
    }
    mirror: Matrix = (-1.0, 0.0, 0.0, 1.0, 1.0, 0.0)
    return _after(turned[turn], mirror if mirrored else _UPRIGHT)


def _straightening(degrees: float, size: Size) -> Matrix:
    """Turns counter-clockwise about the middle of the page."""
    if abs(degrees) < _SMALLEST_TILT or not math.isfinite(degrees):
        return _UPRIGHT
    cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = size[0] / 2, size[1] / 2
    return (cosine, -sine, sine, cosine, x - cosine * x - sine * y, y + sine * x - cosine * y)


def _after(second: Matrix, first: Matrix) -> Matrix:
    """The matrix that does `first`, then `second`."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (
        p * a + r * b,
        q * a + s * b,
        p * c + r * d,
        q * c + s * d,
        p * e + r * f + t,
        q * e + s * f + u,
    )


def _bounded(matrix: Matrix, extent: Size) -> tuple[float, float, float, float, Matrix]:
    """The upright box on the page around `extent` after `matrix`, and the matrix within it."""
    a, b, c, d, e, f = matrix
    width, height = extent
    corners = [(0.0, 0.0), (width, 0.0), (0.0, height), (width, height)]
    across = [a * x + c * y + e for x, y in corners]
    down = [b * x + d * y + f for x, y in corners]
    left, top = min(across), min(down)
    return left, top, max(across), max(down), (a, b, c, d, e - left, f - top)


def _number(value: float) -> str:
    rendered = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if rendered in ("", "-0") else rendered


def _numbers(values: Iterable[float]) -> str:
    return " ".join(_number(value) for value in values)
