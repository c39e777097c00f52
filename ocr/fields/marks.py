"""Marks: short rows of glyph-sized shapes in one ink separation that may be a stamped number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

_DEPTHS = (28, 60, 110)
"""Ink depths (grey levels below paper) at which shapes are cut out: faint, usual, dark."""

_UNCOLOURED = frozenset({"all", "black", "unred"})
"""Separations that hold black ink as well."""

_COLOUR_DEPTHS = (16, *_DEPTHS)
"""Grain is the same in all channels, so colour can be cut closer to the paper than grey."""

GLYPH_MM = (2.3, 9.5)
_RULE_MM = 10.0
_MOST_DIGITS = 5
_STEEPEST = 0.30
"""Tangent of the steepest row of digits: 15 degrees and a little."""

_BESIDE = 4.5
_STACKED = 1.2
"""Spaces, in heights of a digit, within which writing belongs together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A row of one to five shapes.

    `box` is (x0, y0, x1, y1), `height` the height of a glyph and `length` that of the row along
    its tilt, all in pixels of the separation; `tilt` is the clockwise tilt in radians;
    `depth` is its mean ink depth (0 to 255);
    `crowding` the number of glyph-sized shapes that stand close beside it as in a line of text;
    `enclosed` says that it stands in a cell of ruled lines; `accompanied` that writing of its
    size and ink goes on beside it at a wider space, or for coloured ink above or below it: the
    day of a date stamp, the figure behind a label.
    """

    separation: str
    box: tuple[float, float, float, float]
    height: float
    length: float
    tilt: float
    members: int
    depth: float
    crowding: int
    enclosed: bool
    accompanied: bool = False

    @property
    def coloured(self) -> bool:
        """Whether its separation holds coloured ink only."""
        return self.separation not in _UNCOLOURED


@dataclass(frozen=True, kw_only=True, slots=True)
class _Shape:
    x0: int
    y0: int
    x1: int
    y1: int
    area: int

    @property
    def height(self) -> int:
        return self.y1 - self.y0

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def edges(self) -> tuple[float, float, float, float]:
        return (float(self.x0), float(self.y0), float(self.x1), float(self.y1))

    @property
    def middle(self) -> tuple[float, float]:
        return ((self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2)


def find_marks(name: str, separation: Pixels, pixels_per_mm: float) -> list[Mark]:
    """All marks of one separation, cut at several ink depths; the same mark may come twice."""
    marks: list[Mark] = []
    for depth in _DEPTHS if name in _UNCOLOURED else _COLOUR_DEPTHS:
        ink = np.asarray(
            cv2.threshold(separation, 255 - depth, 255, cv2.THRESH_BINARY_INV)[1], dtype=np.uint8
        )
        if not ink.any():
            break
        marks += _marks_at(name, separation, ink, pixels_per_mm)
    return marks


def _marks_at(name: str, separation: Pixels, ink: Pixels, pixels_per_mm: float) -> list[Mark]:
    ink, rules = _without_rules(ink, pixels_per_mm)
    # Coloured ink is a stamp's, worn and broken; there is no dense print to run together.
    gap = max(1, round((0.25 if name in _UNCOLOURED else 0.4) * pixels_per_mm))
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    shapes = _shapes(np.asarray(joined, dtype=np.uint8))
    low, high = (limit * pixels_per_mm for limit in GLYPH_MM)
    rows_of_ink = separation.shape
    glyphs = [
        shape
        for shape in shapes
        if low <= shape.height <= high
        and 0.06 * shape.height <= shape.width <= 1.15 * shape.height
        and shape.area >= 0.07 * shape.height * max(shape.width, 0.3 * shape.height)
        # Shapes on the rim of the crop are the edge of the paper or a cut-off line.
        and shape.y0 > 0
        and shape.x0 > 0
        and shape.x1 < rows_of_ink[1]
        and shape.y1 < rows_of_ink[0]
    ]
    others = [s for s in shapes if s.height >= 0.3 * low or s.width >= 0.3 * low]
    return [_as_mark(name, separation, row, others, rules) for row in _rows(glyphs)]


def _shapes(ink: Pixels) -> list[_Shape]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    return [
        _Shape(x0=x, y0=y, x1=x + width, y1=y + height, area=area)
        for x, y, width, height, area in (stats[index].tolist() for index in range(1, count))
        if area >= 6
    ]


def _without_rules(ink: Pixels, pixels_per_mm: float) -> tuple[Pixels, Pixels]:
    """The ink without ruled lines, and the lines. A digit crossed by a line is mended again."""
    rules = ruled_lines(ink, pixels_per_mm)
    if not rules.any():
        return ink, rules
    wide = cv2.dilate(rules, np.ones((3, 3), np.uint8))
    bare = cv2.bitwise_and(ink, cv2.bitwise_not(wide))
    thickness = max(3, round(0.9 * pixels_per_mm))
    mended = cv2.morphologyEx(bare, cv2.MORPH_CLOSE, np.ones((thickness, 1), np.uint8))
    return np.asarray(mended, dtype=np.uint8), rules


def ruled_lines(ink: Pixels, pixels_per_mm: float) -> Pixels:
    """255 on straight lines across and down, tilted by up to 2 degrees; `ink` is 255 on ink."""
    length = round(_RULE_MM * pixels_per_mm)
    tall = cv2.dilate(ink, np.ones((3, 1), np.uint8))
    broad = cv2.dilate(ink, np.ones((1, 3), np.uint8))
    across = cv2.morphologyEx(tall, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(broad, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return np.asarray(cv2.bitwise_and(cv2.bitwise_or(across, down), ink), dtype=np.uint8)


def _rows(glyphs: list[_Shape]) -> list[list[_Shape]]:
    """Shapes that follow each other like digits. A row longer than any number is text."""
    ordered = sorted(glyphs, key=lambda shape: shape.x0)
    rows: list[list[_Shape]] = []
    for shape in ordered:
        for row in rows:
            if _follows(row[-1], shape):
                row.append(shape)
                break
        else:
            rows.append([shape])
    return [row for row in rows if len(row) <= _MOST_DIGITS]


def _follows(left: _Shape, right: _Shape) -> bool:
    height = max(left.height, right.height)
    if min(left.height, right.height) < 0.68 * height:
        return False
    gap = right.x0 - left.x1
    step = right.middle[0] - left.middle[0]
    lift = abs(right.middle[1] - left.middle[1])
    return -0.25 * height < gap < 0.9 * height and lift < _STEEPEST * step + 0.12 * height


def _as_mark(
    name: str,
    separation: Pixels,
    row: list[_Shape],
    others: list[_Shape],
    rules: Pixels,
) -> Mark:
    x0, x1 = min(s.x0 for s in row), max(s.x1 for s in row)
    y0, y1 = min(s.y0 for s in row), max(s.y1 for s in row)
    height = float(np.median([s.height for s in row]))
    tilt = 0.0
    if len(row) > 1:
        (ax, ay), (bx, by) = row[0].middle, row[-1].middle
        tilt = float(np.arctan2(by - ay, bx - ax))
    crowding = sum(
        1
        for other in others
        if other.height >= 0.3 * height
        and min(other.y1, y1) - max(other.y0, y0) > 0.5 * min(other.height, y1 - y0)
        and (-0.2 * height <= other.x0 - x1 < 1.1 * height)
        | (-0.2 * height <= x0 - other.x1 < 1.1 * height)
    )
    patch = separation[y0:y1, x0:x1]
    inked = patch[patch < 227]
    depth = float(255.0 - inked.mean()) if inked.size else 0.0
    return Mark(
        separation=name,
        box=(float(x0), float(y0), float(x1), float(y1)),
        height=height,
        length=(x1 - x0) * float(np.cos(tilt)),
        tilt=max(-_STEEPEST, min(_STEEPEST, tilt)),
        members=len(row),
        depth=depth,
        crowding=crowding,
        enclosed=enclosed(rules, (x0, y0, x1, y1), round(3.5 * height)),
        accompanied=accompanied(
            (x0, y0, x1, y1), height, [s.edges for s in others], name not in _UNCOLOURED
        ),
    )


def accompanied(
    box: tuple[float, float, float, float],
    height: float,
    others: list[tuple[float, float, float, float]],
    around: bool,
) -> bool:
    """Whether one of the `others`, about as high as the mark, stands beside it at a space of one
    to four and a half heights; with `around` also, when there are two, close above or below."""
    x0, y0, x1, y1 = box
    stacked = 0
    for left, top, right, bottom in others:
        if not 0.55 * height <= bottom - top <= 1.7 * height:
            continue
        level = min(bottom, y1) - max(top, y0) > 0.5 * min(bottom - top, y1 - y0)
        if level and 0.9 * height <= max(left - x1, x0 - right) <= _BESIDE * height:
            return True
        near = min(right, x1 + height) > max(left, x0 - height)
        stacked += near and -0.3 * height <= max(top - y1, y0 - bottom) < _STACKED * height
    return around and stacked >= 2


def enclosed(rules: Pixels, box: tuple[int, int, int, int], reach: int) -> bool:
    """Whether ruled lines run both above and below the box, or left and right of it."""
    x0, y0, x1, y1 = box
    above = rules[max(0, y0 - reach) : y0, x0:x1].any()
    below = rules[y1 : y1 + reach, x0:x1].any()
    before = rules[y0:y1, max(0, x0 - reach) : x0].any()
    behind = rules[y0:y1, x1 : x1 + reach].any()
    return bool((above and below) or (before and behind))


def straightened(separation: Pixels, mark: Mark, extra_tilt: float = 0.0) -> Pixels:
    """The mark cut out of its separation, level, with a margin; BGR as the recogniser wants it.

    Ink is stretched to full depth, so that a faint stamp reads like a fresh one.
    """
    x0, y0, x1, y1 = mark.box
    tilt = mark.tilt + extra_tilt
    margin = 0.28 * mark.height
    width = mark.length + 2 * margin
    height = mark.height * (1.06 if mark.members > 1 else 1.0) + 2 * margin
    scale = 48.0 / height
    cos, sin = float(np.cos(tilt)), float(np.sin(tilt))
    centre_x, centre_y = (x0 + x1) / 2, (y0 + y1) / 2
    matrix = np.array(
        [
            [scale * cos, scale * sin, 0.0],
            [-scale * sin, scale * cos, 0.0],
        ]
    )
    out_width = max(24, round(width * scale))
    matrix[0, 2] = out_width / 2 - scale * (cos * centre_x + sin * centre_y)
    matrix[1, 2] = 24.0 - scale * (-sin * centre_x + cos * centre_y)
    cut = cv2.warpAffine(
        separation,
        matrix,
        (out_width, 48),
        flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=255,
    )
    depth = max(24.0, float(255 - np.percentile(cut, 2)))
    stretched = 255.0 - np.clip((255.0 - cut.astype(np.float32)) * (225.0 / depth), 0, 255)
    return np.repeat(stretched.astype(np.uint8)[:, :, None], 3, axis=2)


def widened(mark: Mark) -> Mark:
    """The mark with room for one more digit at either end."""
    more = 1.15 * mark.height
    x0, y0, x1, y1 = mark.box
    lift = abs(float(np.sin(mark.tilt))) * more
    return replace(
        mark, box=(x0 - more, y0 - lift, x1 + more, y1 + lift), length=mark.length + 2 * more
    )


def same_place(first: Mark, second: Mark) -> bool:
    """Whether two marks, perhaps of different separations, are the same ink."""
    a, b = first.box, second.box
    across = min(a[2], b[2]) - max(a[0], b[0])
    down = min(a[3], b[3]) - max(a[1], b[1])
    if across <= 0 or down <= 0:
        return False
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - across * down
    return across * down > 0.55 * union
