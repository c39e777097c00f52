"""Which of a page's issues a photograph or a copy shows. Runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from ocr.alteration.planes import Pixels, gray_of, load_paper, load_side
from ocr.alteration.registration import plane_of
from ocr.laying.points import Matrix, look_alikes, plane_through, points_and_looks
from ocr.tracing.pattern import nodes_of
from ocr.tracing.residual import residual_of
from ocr.tracing.scoring import evidence_of, strengths

_FINE_PIXELS = 900
_FINE_FEATURES = 2500
_RATIO = 0.86
_OFF = 4.0
_ROUNDS = 4000
_FEWEST_POINTS = 12


def strongest_mark(picture: str, side: str, keys: Sequence[str]) -> dict[str, Any]:
    """Hold the file `picture` against the stored page `side` and the marks of its issues.

    `keys` are those of the marks (hexadecimal). Gives `laid` (whether the picture shows this page
    at all), `blocks` (parts of the page that were found), `best` (which of the keys, None without
    any), `strength` of that one and `next`, that of the second, as `ocr.tracing.scoring` tells
    them. Raises what `load_side` and `load_paper` raise.
    """
    answer: dict[str, Any] = {
        "laid": False,
        "blocks": 0,
        "best": None,
        "strength": 0.0,
        "next": 0.0,
    }
    page, seen = load_side(Path(side), 0, 0), load_paper(Path(picture))
    matrix = _plane(page.pixels, seen)
    if matrix is None:
        return answer
    residual = residual_of(page.pixels, seen, matrix)
    answer |= {"laid": True, "blocks": len(residual.places)}
    if not keys:
        return answer
    found = strengths(evidence_of(residual, *nodes_of(page.width, page.height)), keys)
    order = sorted(range(len(keys)), key=lambda number: -found[number])
    answer |= {"best": order[0], "strength": found[order[0]]}
    return answer | ({"next": found[order[1]]} if len(order) > 1 else {})


def _plane(page: Pixels, seen: Pixels) -> Matrix | None:
    """Where the page lies in the picture. Where too few points say so in small, all strokes are
    asked; a plane that is wrong after all shows no mark."""
    placed = plane_of(page, seen)
    if placed is not None:
        return placed[0]
    scale = min(1.0, _FINE_PIXELS / max(seen.shape[:2]))
    small = cv2.resize(gray_of(seen), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    there, looks_there = points_and_looks(np.asarray(small, np.uint8), _FINE_FEATURES)
    half = cv2.resize(gray_of(page), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    here, looks_here = points_and_looks(np.asarray(half, np.uint8), _FINE_FEATURES)
    if min(len(here), len(there)) < _FEWEST_POINTS:
        return None
    source, target = look_alikes(looks_here, looks_there, _RATIO)
    found = plane_through(
        here[source] * np.float32(2),
        there[target] / np.float32(scale),
        off=_OFF / scale,
        rounds=_ROUNDS,
        fewest=_FEWEST_POINTS,
    )
    return None if found is None else found[0]
