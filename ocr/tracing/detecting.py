"""Which of a page's issues a photograph or a copy shows. Runs in a worker process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ocr.alteration.planes import load_paper, load_side
from ocr.alteration.registration import plane_of
from ocr.tracing.pattern import nodes_of
from ocr.tracing.residual import residual_of
from ocr.tracing.scoring import evidence_of, strengths


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
    placed = plane_of(page.pixels, seen)
    if placed is None:
        return answer
    residual = residual_of(page.pixels, seen, placed[0])
    answer |= {"laid": True, "blocks": len(residual.places)}
    if not keys:
        return answer
    found = strengths(evidence_of(residual, *nodes_of(page.width, page.height)), keys)
    order = sorted(range(len(keys)), key=lambda number: -found[number])
    answer |= {"best": order[0], "strength": found[order[0]]}
    return answer | ({"next": found[order[1]]} if len(order) > 1 else {})
