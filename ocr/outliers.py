"""Sides that do not fit the rest of their dossier, by size and by all that was measured on them.

Standard library alone: it runs in the application process.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

MM_PER_INCH = 25.4
# Automatic cropping and tilt change the size of one kind of paper by this share.
_SAME_SIZE = 0.035
# A page as wide as the others whose length differs has lost or gained by the feeder: for it the
# limit is so much of the one for other paper.
_SAME_WIDTH = 0.5
# A size is usual when this share of the sides has it, and no fewer than this many.
_USUAL_SHARE = 0.08
_USUAL_COUNT = 3
# Both faces of one sheet come from one pass through the feeder.
FACES_LIMIT = 0.04
_FEWEST = 3
# Deviation 0.5: this many robust standard deviations in one measure.
_HALF_WAY = 5.0
_NORMAL = 1.4826
# The least spread of a measure: what good pages of one dossier differ by anyway.
_LEAST_SPREAD: Mapping[str, float] = {
    "brightness": 0.02,
    "contrast": 0.06,
    "ink": 0.5,
    "edge_spread_mm": 0.02,
    "skew_deg": 0.35,
    "long_side": 0.02,
    "short_side": 0.02,
    "ink_x": 8.0,
    "ink_y": 25.0,
    "content_left": 0.03,
    "content_top": 0.05,
    "content_right": 0.05,
    "content_bottom": 0.12,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SizedSide:
    """Size of one side in pixels, its resolution (0 unknown), and the sheet it is a face of
    (None when the source does not tell)."""

    width: int
    height: int
    dpi: int
    sheet: Hashable | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeOutlier:
    """The side at `index` differs by `value` (a share) from what it should be alike to: sizes
    usual in its dossier or, with `faces`, the other face of its sheet. `severity` is "warn" where
    the feeder may be to blame, "note" for other paper."""

    index: int
    severity: str
    value: float
    limit: float
    faces: bool


def find_size_outliers(sides: Sequence[SizedSide], limit: float) -> list[SizeOutlier]:
    """Sides whose size is rare in the dossier and differs from every usual one by more than
    `limit`, and faces of one sheet that differ; by index, one for a side at most.

    Turned pages have the same size. A page of the usual width that is too short or too long is
    a fault of the feeder ("warn"); smaller and larger paper is a "note". Says nothing about
    sides without pixels, nor by rarity in dossiers of fewer than three sides.
    """
    sizes = [_size(side) for side in sides]
    found: dict[int, SizeOutlier] = {}
    for known in (True, False):
        # Pixels say nothing about millimetres: sides of unknown resolution are a group apart.
        group = [
            index
            for index, size in enumerate(sizes)
            if size is not None and bool(sides[index].dpi) is known
        ]
        usual = _usual([size for index in group if (size := sizes[index]) is not None])
        for place, index in enumerate(group):
            outlier = _against(index, sizes[index], usual, limit)
            if outlier is not None:
                found[index] = outlier
            other = group[place - 1] if place else index
            if sides[index].sheet is None or sides[index].sheet != sides[other].sheet:
                continue
            different = math.expm1(_apart(sizes[index], sizes[other]))
            if different > FACES_LIMIT:
                odd = _odd_one(other, index, sizes, usual)
                found[odd] = SizeOutlier(
                    index=odd,
                    severity="warn",
                    value=round(different, 4),
                    limit=FACES_LIMIT,
                    faces=True,
                )
    return [found[index] for index in sorted(found)]


def deviations(rows: Sequence[Mapping[str, float]]) -> list[float]:
    """For every side, from 0 to 1, how far its measures lie outside the spread of the others.

    Rows are as `measures_of` gives them; a measure that a side lacks says nothing about it. The
    spread is the median absolute deviation, so odd pages do not hide each other, with a floor,
    so pages all alike have none. Worst measures count most. Fewer than three sides: all 0.
    """
    outside = [[0.0] for _ in rows]
    for name, least in _LEAST_SPREAD.items():
        values = [row[name] for row in rows if name in row]
        if len(values) < _FEWEST:
            continue
        middle = median(values)
        spread = max(least, _NORMAL * median(abs(value - middle) for value in values))
        for place, row in enumerate(rows):
            if name in row:
                outside[place].append(abs(row[name] - middle) / spread)
    return [round(_joined(distances), 4) for distances in outside]


def measures_of(
    width: int,
    height: int,
    dpi: int,
    blank: bool,
    measures: Mapping[str, float],
) -> dict[str, float]:
    """What `deviations` compares of one side; `measures` as in `ocr.api.Examination`.

    A blank side is compared by its paper only.
    """
    size = _size(SizedSide(width=width, height=height, dpi=dpi))
    if size is None:
        return {}
    row = {}
    if dpi:
        row["short_side"], row["long_side"] = size
    if "brightness" in measures:
        row["brightness"] = measures["brightness"]
    if blank:
        return row
    row |= {
        name: measures[name]
        for name in ("contrast", "edge_spread_mm", "skew_deg")
        if measures.get(name)
    }
    if measures.get("ink_ratio"):
        row["ink"] = math.log(measures["ink_ratio"])
    for edge, name, length in (
        ("left", "content_x0", width),
        ("top", "content_y0", height),
        ("right", "content_x1", width),
        ("bottom", "content_y1", height),
    ):
        if name in measures:
            row[f"content_{edge}"] = measures[name] / length
    return row


def _joined(distances: Sequence[float]) -> float:
    """Fourth powers: the worst measure decides, several odd ones add to each other."""
    worst = math.pow(sum(min(distance, 1e3) ** 4 for distance in distances), 0.25)
    return worst**2 / (worst**2 + _HALF_WAY**2)


def _size(side: SizedSide) -> tuple[float, float] | None:
    """Logarithms of the shorter and the longer side, in millimetres where those are known."""
    if side.width <= 0 or side.height <= 0:
        return None
    unit = MM_PER_INCH / side.dpi if side.dpi else 1.0
    short, long = sorted((side.width * unit, side.height * unit))
    return math.log(short), math.log(long)


def _usual(sizes: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Sizes that occur often, at least the median one."""
    if len(sizes) < _FEWEST:
        return []
    rounded: dict[tuple[int, int], list[tuple[float, float]]] = defaultdict(list)
    for size in sizes:
        rounded[(round(size[0] / _SAME_SIZE), round(size[1] / _SAME_SIZE))].append(size)
    # Representatives keep this fast for thousands of sides, all counted against all members.
    needed = max(_USUAL_COUNT, _USUAL_SHARE * len(sizes))
    usual = [(median(size[0] for size in sizes), median(size[1] for size in sizes))]
    for members in rounded.values():
        one = (median(size[0] for size in members), median(size[1] for size in members))
        alike = [size for size in sizes if _apart(one, size) <= _SAME_SIZE]
        if len(alike) >= needed:
            # The middle of what is alike, or a single odd page would stand for all of them.
            usual.append((median(size[0] for size in alike), median(size[1] for size in alike)))
    return usual


def _against(
    index: int,
    size: tuple[float, float] | None,
    usual: Sequence[tuple[float, float]],
    limit: float,
) -> SizeOutlier | None:
    if size is None or not usual:
        return None
    nearest = min(usual, key=lambda one: _apart(size, one))
    different = math.expm1(_apart(size, nearest))
    same_width = any(
        abs(mine - its) <= _SAME_SIZE for mine in size for its in (one[0] for one in usual)
    )
    allowed = limit * (_SAME_WIDTH if same_width else 1.0)
    if different <= allowed:
        return None
    # Twice the length at the same width is a sheet of the next larger size, unfolded.
    doubled = any(
        abs(size[0] - one[1]) <= 2 * _SAME_SIZE
        and abs(size[1] - one[0] - math.log(2)) <= 2 * _SAME_SIZE
        for one in usual
    )
    return SizeOutlier(
        index=index,
        severity="warn" if same_width and not doubled else "note",
        value=round(different, 4),
        limit=allowed,
        faces=False,
    )


def _odd_one(
    first: int,
    second: int,
    sizes: Sequence[tuple[float, float] | None],
    usual: Sequence[tuple[float, float]],
) -> int:
    """Of two faces the one further from the usual sizes, the later one where both are."""
    far = [
        min((_apart(sizes[one], size) for size in usual), default=0.0) for one in (first, second)
    ]
    return first if far[0] > far[1] else second


def _apart(one: tuple[float, float] | None, other: tuple[float, float] | None) -> float:
    if one is None or other is None:
        return 0.0
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))
