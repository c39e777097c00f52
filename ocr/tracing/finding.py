"""Which of the issued pages a picture may show, when no trace code tells. Runs in a worker.

Pages of dense print are alike in small: they are told apart by how many points lie as they do on
the page, and only the longest lists are cut short beforehand by how the points look.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from app.kernel.errors import BadInput
from ocr.alteration.planes import Pixels, gray_of, load_paper
from ocr.image.load import load_reduced
from ocr.laying.points import (
    Reals,
    corners_of,
    is_leaf,
    look_alikes,
    plane_through,
    points_and_looks,
)
from ocr.leafing.features import Features
from ocr.leafing.side_index import SideIndex

# Longer edges (pixels) in which points are looked for: strokes are whole there, noise and
# watermark are not. Half a page is found in fewer pixels.
_PAGE_PIXELS = 600
_PICTURE_PIXELS = (720, 440)
_FEATURES = 1000
_LEAST_DPI = 80
_STEPS = 255.0
# Pages whose points are held against the picture one by one.
_LISTED = 60
_RATIO = 0.86
_OFF = 5.0
_ROUNDS = 1500
# A few that agree are enough here: the mark decides.
_FEWEST_POINTS = 12
_MOST_STRETCH = 2.0


def prepare_pages(pages: Sequence[Sequence[str]], folder: str) -> None:
    """Write the points of pages, each `(name, path)`, into files `<folder>/<name>.npz`, in the
    form that `SideIndex` reads. A page that cannot be decoded gets none."""
    for name, path in pages:
        try:
            page = load_reduced(Path(path), 0, _LEAST_DPI, partial=True)
        except BadInput:
            continue
        gray = _small(page.pixels, _PAGE_PIXELS)
        points, looks = points_and_looks(gray, _FEATURES)
        making = Path(folder) / f"{name}.part.npz"
        np.savez(
            making,
            picture=gray,
            tint=np.zeros(0, np.uint8),
            points=points,
            looks=np.asarray(np.round(looks * _STEPS), np.uint8),
        )
        making.replace(Path(folder) / f"{name}.npz")


def likely_pages(picture: str, prepared: Sequence[Sequence[str]], most: int) -> list[str]:
    """The names of the pages that the file `picture` may show, the likeliest first, `most` of them.

    `prepared` are `(name, file)` as `prepare_pages` wrote them. Raises what
    `ocr.alteration.planes.load_paper` raises.
    """
    paper = load_paper(Path(picture))
    index = SideIndex([(number, Path(file)) for number, (_name, file) in enumerate(prepared)])
    for longest in _PICTURE_PIXELS:
        found = _found(index, _small(paper, longest))
        if found:
            return [str(prepared[number][0]) for number in found[:most]]
    return []


def _found(index: SideIndex, gray: Pixels) -> list[int]:
    """The numbers of the pages that the picture may show, the likeliest first."""
    points, looks = points_and_looks(gray, _FEATURES)
    found = []
    for number in index.shortlist(Features(points=points, looks=looks), _LISTED):
        side = index.sides[number]
        agreed = _agreed(side.features(), side.size, points, looks, gray.shape)
        if agreed:
            found.append((agreed, number))
    found.sort(reverse=True)
    return [number for _agreed_points, number in found]


def _agreed(
    page: Features, size: tuple[int, int], points: Reals, looks: Reals, shape: tuple[int, ...]
) -> int:
    """How many points of the picture lie as they do on the page, 0 where it is not shown."""
    here, there = look_alikes(page.looks, looks, _RATIO)
    found = plane_through(
        page.points[here], points[there], off=_OFF, rounds=_ROUNDS, fewest=_FEWEST_POINTS
    )
    if found is None:
        return 0
    corners = corners_of(found[0], *size)
    return found[1] if is_leaf(corners, size[0] / size[1], shape, _MOST_STRETCH) else 0


def _small(pixels: Pixels, longest: int) -> Pixels:
    """The picture in gray, not larger than that."""
    gray = gray_of(pixels)
    scale = min(1.0, longest / max(gray.shape))
    if scale < 1.0:
        gray = np.asarray(
            cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
        )
    return gray
