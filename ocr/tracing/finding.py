"""Which of the issued pages a picture may show, when no trace code tells. Runs in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ocr.alteration.planes import gray_of, load_paper
from ocr.leafing.features import frame_features
from ocr.leafing.matching import place
from ocr.leafing.side_index import SideIndex

# Pages whose features are held against the picture one by one.
_LISTED = 16


def likely_pages(picture: str, prepared: Sequence[Sequence[str]], most: int) -> list[str]:
    """The names of the pages that the file `picture` may show, the likeliest first, `most` of them.

    `prepared` are `(name, file)` as `ocr.leafing.side_index.prepare` wrote them. Raises what
    `ocr.alteration.planes.load_paper` raises.
    """
    gray = gray_of(load_paper(Path(picture)))
    shape = (int(gray.shape[0]), int(gray.shape[1]))
    seen = frame_features(gray, shape, first=False)
    index = SideIndex([(number, Path(file)) for number, (_name, file) in enumerate(prepared)])
    found = []
    for number in index.shortlist(seen, _LISTED):
        side = index.sides[number]
        placed = place(number, side.features(), seen, side.size, shape)
        if placed is not None:
            found.append((placed.points, number))
    order = np.argsort([-points for points, _number in found], kind="stable")
    return [str(prepared[found[at][1]][0]) for at in order[:most]]
