"""Takes the bed of the scanner away: outside the paper the picture gets the paper's colour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.conditioning.paper import Paper

# The found edge is exact to a few tenths of a millimetre: within this band (share of the longer
# side: 0.7 mm of A4) only what looks like the bed and hangs together with it is filled.
_BAND = 0.0024
_LIKE_BED = 0.72


def border_step(paper: Paper) -> dict[str, Any]:
    """The step `border` for a sheet."""
    return {
        "paper": [[round(x, 1), round(y, 1)] for x, y in paper.corners],
        "bed": [round(value) for value in paper.bed],
        "colour": [round(value) for value in paper.colour],
    }


def without_border(pixels: NDArray[np.uint8], step: Mapping[str, Any]) -> NDArray[np.uint8]:
    """The page with everything outside its paper filled. What lies on the paper stays as it is."""
    height, width = pixels.shape[:2]
    band = max(2, round(_BAND * max(width, height)))
    inside = np.zeros((height, width), dtype=np.uint8)
    corners = np.array(step["paper"], dtype=np.float64)
    cv2.fillConvexPoly(inside, np.rint(corners).astype(np.int32), 255)
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * band + 1, 2 * band + 1))
    near = cv2.dilate(inside, kernel)
    core = cv2.erode(inside, kernel, borderType=cv2.BORDER_CONSTANT, borderValue=255)
    filled = near == 0
    ring = (near > 0) & (core == 0)
    bed = np.array(step["bed"], dtype=np.float32)
    difference = np.array(step["colour"], dtype=np.float32) - bed
    span = max(1.0, float(difference @ difference))
    rows, columns = np.nonzero(ring)
    share = ((pixels[rows, columns].astype(np.float32) - bed) @ difference) / span
    mask = filled.astype(np.uint8)
    mask[rows, columns] = share < _LIKE_BED
    # What looks like the bed must reach it: ink near the edge of the paper does not.
    _count, labels = cv2.connectedComponents(mask, connectivity=4)
    outer = np.unique(np.concatenate([labels[filled], *_rims(labels)]))
    beyond = (inside == 0) & ring
    wanted = np.isin(labels, outer[outer > 0]) | filled | beyond
    cleaned = pixels.copy()
    cleaned[wanted] = np.array(step["colour"], dtype=np.float32).round().astype(np.uint8)
    return cleaned


def _rims(labels: NDArray[np.int32]) -> tuple[NDArray[np.int32], ...]:
    return labels[0], labels[-1], labels[:, 0], labels[:, -1]
