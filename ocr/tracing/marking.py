"""Puts a mark into the picture of a page by moving its parts a little. Runs in a worker process."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.tracing.pattern import REACH, nodes_of, signs_of


def marked(pixels: bytes, width: int, height: int, key: str, fine: bool) -> bytes:
    """The page (`height` rows of `width` pixels, three bytes each) with the mark of `key`.

    `fine` keeps the edges of strokes as sharp as paper shows them; a screen needs half the time.
    """
    page = np.frombuffer(pixels, np.uint8).reshape(height, width, 3)
    rows, columns = nodes_of(width, height)
    moved = signs_of(key, rows, columns).astype(np.float32) * (REACH * min(width, height))
    x = _full(moved[..., 0], width, height) + np.arange(width, dtype=np.float32)
    y = _full(moved[..., 1], width, height) + np.arange(height, dtype=np.float32)[:, None]
    how = cv2.INTER_CUBIC if fine else cv2.INTER_LINEAR
    seen: bytes = cv2.remap(page, x, y, how, borderMode=cv2.BORDER_REPLICATE).tobytes()
    return seen


def _full(moved: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    """How far each pixel is moved along one axis, straight from node to node: the corner nodes
    stand in the corners of the page."""
    rows, columns = moved.shape
    across = np.array(
        [[(columns - 1) / (width - 1), 0, 0], [0, (rows - 1) / (height - 1), 0]], np.float32
    )
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    full = cv2.warpAffine(
        np.ascontiguousarray(moved),
        across,
        (width, height),
        flags=how,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(full, np.float32)
