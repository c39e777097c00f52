"""Compares page fingerprints with the standard library alone: it runs in the application process.

A fingerprint is "1:" and the base64 of a zlib stream: the place of the middle of the ink on the
page in millimetres (x, y, two bytes each), then four bit planes, rows from the top, most
significant bit first: surely inked cells and possibly inked cells (248 rows of 176 cells of
1.25 mm, each row padded by 8 empty cells on both sides), then the same two on 44 x 62 coarse
cells. The grid is centred on the ink of the straightened page. An empty string is a page without
content, which is never the twin of anything.

Two scans of one sheet agree in this sense: what is surely inked in one is possibly inked in the
other, everywhere. Another fill-in in the same form breaks that in one place, so the worst place
decides, not the average. Only one thing may come to a sheet between two scans, on free paper: a
number, a stamp, a note.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

VERSION = 1
CELL_MM = 0.85
COLUMNS = 256
ROWS = 352
PADDING = 8
COARSE = 8
DUPLICATE_LIMIT = 0.75

_WIDTH = COLUMNS + 2 * PADDING
_BLOCK_COLUMNS = 16
_BLOCK_ROWS = 8
_SEARCH = 4
_WIDE_SEARCH = 12
_HOPELESS = 0.45
_ALIKE = 0.6
_PLANE_BYTES = _WIDTH * ROWS // 8
_COARSE_BITS = (COLUMNS // COARSE) * (ROWS // COARSE)
_COARSE_BYTES = (_COARSE_BITS + 7) // 8
# Twins differ in ink by blur and exposure only.
_INK_TOLERANCE = 1.35
# The same seal on two sheets stands in two places; one sheet moves this much in a feeder.
_PLACE_MM = 15
_COARSE_MISS = 0.16
# One coarse cell to every side, the middle first.
_COARSE_OFFSETS = tuple(
    sorted(
        (down * COLUMNS // COARSE + across for down in (-1, 0, 1) for across in (-1, 0, 1)), key=abs
    )
)
# Cells that may disagree in a block whatever its ink: stray specks.
_STRAY = 3
# A stamp is at most so many blocks wide and high (5 cm), and adds so much ink to a page.
_ADDED_COLUMNS = 4
_ADDED_BANDS = 8
_ADDED_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class _Planes:
    x: int
    y: int
    sure: int
    possible: int
    coarse_sure: int
    coarse_possible: int
    count: int
    coarse_count: int


def similarity(a: str, b: str) -> float:
    """How alike two sides are, from 0 to 1, judged by the place where they differ most.

    Two scans of one sheet come out above 0.8, near-identical forms with other fill-ins below
    0.6. An empty or foreign fingerprint is like nothing (0.0).
    """
    first, second = _read(a), _read(b)
    if first is None or second is None:
        return 0.0
    return _fine(first, second)


def ink_of(fingerprint: str) -> tuple[float, float, float] | None:
    """Where the middle of the ink lies on the upright page (x, y in millimetres), and the share of
    surely inked cells; None for a side without a fingerprint."""
    planes = _read(fingerprint)
    if planes is None or not planes.count:
        return None
    return float(planes.x), float(planes.y), planes.count / (COLUMNS * ROWS)


def find_duplicates(
    fingerprints: Sequence[str], limit: float = DUPLICATE_LIMIT
) -> list[tuple[int, int, float]]:
    """Sides that show the same sheet: (index of the later side, index of its earliest twin,
    similarity), by index. Only sides alike in outline are compared closely."""
    planes = [_read(text) for text in fingerprints]
    order = sorted(
        (index for index, plane in enumerate(planes) if plane is not None),
        key=lambda index: _count(planes[index]),
    )
    twins: dict[int, tuple[int, float]] = {}
    for place, index in enumerate(order):
        plane = planes[index]
        assert plane is not None
        top = plane.count * _INK_TOLERANCE + 8
        for other in order[place + 1 :]:
            candidate = planes[other]
            assert candidate is not None
            if candidate.count > top:
                break
            if not _coarse_alike(plane, candidate):
                continue
            likeness = _fine(plane, candidate)
            if likeness < limit:
                continue
            later, earlier = max(index, other), min(index, other)
            if later not in twins or earlier < twins[later][0]:
                twins[later] = (earlier, likeness)
    return [(later, twin, round(value, 4)) for later, (twin, value) in sorted(twins.items())]


def _count(planes: _Planes | None) -> int:
    return planes.count if planes is not None else 0


@lru_cache(maxsize=8192)
def _read(text: str) -> _Planes | None:
    head, _, body = text.partition(":")
    if head != str(VERSION) or not body:
        return None
    try:
        data = zlib.decompress(base64.b64decode(body, validate=True))
    except (binascii.Error, zlib.error, ValueError):
        # Written by another version or damaged: it says nothing, which is what 0.0 means.
        return None
    if len(data) != 4 + 2 * _PLANE_BYTES + 2 * _COARSE_BYTES:
        return None
    x, y = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    data = data[4:]
    ends = (_PLANE_BYTES, 2 * _PLANE_BYTES, 2 * _PLANE_BYTES + _COARSE_BYTES, len(data))
    starts = (0, *ends[:3])
    sure, possible, coarse_sure, coarse_possible = (
        int.from_bytes(data[start:end], "big") for start, end in zip(starts, ends, strict=True)
    )
    return _Planes(
        x,
        y,
        sure,
        possible,
        coarse_sure,
        coarse_possible,
        sure.bit_count(),
        coarse_sure.bit_count(),
    )


def _coarse_alike(a: _Planes, b: _Planes) -> bool:
    if abs(a.x - b.x) > _PLACE_MM or abs(a.y - b.y) > _PLACE_MM:
        return False
    return any(
        _coarse_held(a, b, offset) and _coarse_held(b, a, -offset) for offset in _COARSE_OFFSETS
    )


def _coarse_held(a: _Planes, b: _Planes, offset: int) -> bool:
    """Whether hardly any coarse cell of one side is missing on the other, moved by `offset`."""
    missing = (_moved(a.coarse_sure, offset) & ~b.coarse_possible).bit_count()
    return missing <= _COARSE_MISS * a.coarse_count + 2


def _fine(a: _Planes, b: _Planes) -> float:
    if a.count == 0 or b.count == 0:
        return 0.0
    if abs(a.x - b.x) > _PLACE_MM or abs(a.y - b.y) > _PLACE_MM:
        return 0.0
    # Two rounds: every second place first, then the neighbours of the best one.
    shift = _best_shift(a, b, 0, range(-_SEARCH, _SEARCH + 1, 2))
    if _agreement(a, b, shift) < _ALIKE:
        # A stamp that came later pulls the middle of the ink to its side.
        shift = _best_shift(a, b, 0, range(-_WIDE_SEARCH, _WIDE_SEARCH + 1, 2))
    if _agreement(a, b, shift) < _HOPELESS:
        return _agreement(a, b, shift) ** 2
    shift = _best_shift(a, b, shift, range(-1, 2))
    overall = _agreement(a, b, shift)
    if overall < _ALIKE:
        return overall * overall
    sure, possible = _moved(a.sure, shift), _moved(a.possible, shift)
    worst = _worst_block(sure, possible, b)
    if worst > 1.0 - DUPLICATE_LIMIT:
        worst = min(worst, _worst_beside_addition(a, b, sure, possible))
    return max(0.0, min(overall, 1.0 - worst))


def _best_shift(a: _Planes, b: _Planes, around: int, steps: range) -> int:
    offsets = [around + down * _WIDTH + across for down in steps for across in steps]
    return max(offsets, key=lambda offset: _agreement(a, b, offset))


def _agreement(a: _Planes, b: _Planes, offset: int) -> float:
    """The share of surely inked cells of either side that the other possibly has."""
    agreeing = (_moved(a.sure, offset) & b.possible).bit_count()
    agreeing += (_moved(a.possible, offset) & b.sure).bit_count()
    return agreeing / (a.count + b.count)


def _worst_block(sure: int, possible: int, b: _Planes) -> float:
    """The largest share of surely inked cells of one block that the other side lacks."""
    missing = (sure & ~b.possible) | (b.sure & ~possible)
    worst = 0.0
    band_bits = _WIDTH * _BLOCK_ROWS
    band_mask = (1 << band_bits) - 1
    for band in range(ROWS // _BLOCK_ROWS):
        base = band * band_bits
        lacking = (missing >> base) & band_mask
        if lacking.bit_count() <= _STRAY:
            continue
        for mask in _column_masks():
            lost = (lacking & mask).bit_count()
            if lost <= _STRAY:
                continue
            block = mask << base
            inked = (sure & block).bit_count() + (b.sure & block).bit_count()
            if (lost - _STRAY) / (inked + _STRAY) <= worst:
                continue
            lost = min(lost, _lost_nearby(sure, possible, b, block))
            worst = max(worst, (lost - _STRAY) / (inked + _STRAY))
    return worst


def _worst_beside_addition(a: _Planes, b: _Planes, sure: int, possible: int) -> float:
    """The worst block of two sides of which one bears all of the other and one thing more, on
    paper that was free: a number or a stamp that came between two scans; 1.0 for other sides.

    Other words in the place of some break it: of either side something is missing then.
    """
    more, less = b.sure & ~possible, sure & ~b.possible
    fuller_is_b = more.bit_count() >= less.bit_count()
    if not fuller_is_b:
        more = less
    fewer = a.count if fuller_is_b else b.count
    if more.bit_count() > _ADDED_SHARE * fewer or not _is_compact(more):
        return 1.0
    # The fuller side without what came to it.
    if fuller_is_b:
        return _worst_block(sure, possible, replace(b, sure=b.sure & ~more))
    return _worst_block(sure & ~more, possible, b)


def _is_compact(plane: int) -> bool:
    """Whether all blocks with more than stray cells lie close together."""
    bands, columns = [], []
    for band in range(ROWS // _BLOCK_ROWS):
        cells = (plane >> (band * _WIDTH * _BLOCK_ROWS)) & ((1 << (_WIDTH * _BLOCK_ROWS)) - 1)
        if cells.bit_count() <= _STRAY:
            continue
        for place, mask in enumerate(_column_masks()):
            if (cells & mask).bit_count() > _STRAY:
                bands.append(band)
                columns.append(place)
    if not bands:
        return False
    high, wide = max(bands) - min(bands) + 1, max(columns) - min(columns) + 1
    return high <= _ADDED_BANDS and wide <= _ADDED_COLUMNS


def _lost_nearby(sure: int, possible: int, b: _Planes, block: int) -> int:
    """The same count with the block moved by up to one cell: paper stretches in the feeder."""
    fewest = 1 << 30
    b_sure, b_possible = b.sure & block, b.possible
    a_sure = sure & block
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            offset = down * _WIDTH + across
            lost = (a_sure & ~_moved(b_possible, -offset)).bit_count()
            lost += (b_sure & ~_moved(possible, offset)).bit_count()
            fewest = min(fewest, lost)
    return fewest


def _moved(plane: int, offset: int) -> int:
    return plane << offset if offset >= 0 else plane >> -offset


@lru_cache(maxsize=1)
def _column_masks() -> tuple[int, ...]:
    """One mask per block of a band of rows."""
    masks = []
    for start in range(0, _WIDTH, _BLOCK_COLUMNS):
        row = ((1 << _BLOCK_COLUMNS) - 1) << start
        mask = 0
        for line in range(_BLOCK_ROWS):
            mask |= row << (line * _WIDTH)
        masks.append(mask)
    return tuple(masks)
