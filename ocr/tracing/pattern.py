"""The pattern of a mark: at every node of a grid over the page, which way the page is moved there.

A page is moved by less than a tenth of a millimetre, and smoothly from node to node. The directions
come from the key of the issue alone, so that whoever does not hold the key can neither tell them
nor make them up, and the pattern of one issue says nothing about that of another.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.int8]

# Cells along the shorter edge: 3.3 mm on A4, less than a character each, so that a few lines of
# print are enough. Paper bends far more slowly than this.
CELLS = 64
# How far a node is moved along each axis, as a share of the shorter edge: 0.085 mm on A4.
REACH = 0.085 / 210


def nodes_of(width: int, height: int) -> tuple[int, int]:
    """Rows and columns of nodes over a page of this size."""
    cell = min(width, height) / CELLS
    return round(height / cell) + 1, round(width / cell) + 1


def signs_of(key: str, rows: int, columns: int) -> Signs:
    """Which way each node is moved (rows x columns x 2, -1 or 1; across, then down). `key` is in
    hexadecimal; as many as one bit of SHAKE256 of it each (FIPS 202)."""
    count = rows * columns * 2
    stream = hashlib.shake_256(bytes.fromhex(key)).digest(-(-count // 8))
    bits = np.unpackbits(np.frombuffer(stream, np.uint8), count=count)
    return np.asarray(bits.astype(np.int8) * 2 - 1, np.int8).reshape(rows, columns, 2)
