"""Looks at a tilted sheet as if it lay straight on the bed of the scanner."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ocr.image.border import Border, borders, edge_tilt, inner_box
from ocr.image.pale_writing import faint_marks
from ocr.image.view import PageView, view_of
from ocr.image.written import Written, measure_written

# Below this a sheet loses less than a millimetre on the way from edge to edge.
_TILTED = 0.2
# With less strong ink than this, what there is may be specks on a page that paled.
_HARDLY_INKED = 0.0005


def written_on_sheet(
    view: PageView, edges: tuple[Border, ...], inner: tuple[int, int, int, int], least: float
) -> Written:
    """As `measure_written`, but a sheet is called empty (less than `least` of it written on) only
    after all of it was seen.

    The upright box inside a tilted sheet leaves out wedges of up to 15 mm, where page numbers
    stand. An empty answer about such a sheet is asked for again with the sheet turned straight;
    what is found then has no box. Faint marks all over a side are asked together whether they are
    writing that paled; it then covers what they do.
    """
    written = _written(view, edges, inner, least)
    if written.ink_ratio > _HARDLY_INKED and written.written_ratio >= least:
        return written
    faint = faint_marks(view, inner)
    if written.ink_ratio > _HARDLY_INKED or not faint.writing:
        return replace(written, faint_cells=faint.cells)
    share = max(least, written.written_ratio, written.through_ratio)
    return replace(written, written_ratio=share, through_ratio=0.0, box=inner, pale=True)


def _written(
    view: PageView, edges: tuple[Border, ...], inner: tuple[int, int, int, int], least: float
) -> Written:
    written = measure_written(view, inner)
    tilt = edge_tilt(edges)
    if written.written_ratio >= least or tilt is None or abs(tilt) < _TILTED:
        return written
    height, width = view.work.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), tilt, 1.0)
    level = cv2.warpAffine(
        view.work, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    straight = view_of(np.asarray(level, dtype=np.uint8), round(view.dpi))
    again = measure_written(straight, inner_box(straight, borders(straight)))
    if again.written_ratio < least:
        return written
    return replace(again, box=None)
