"""Points that two pictures of one sheet share, and the plane they give."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]
Reals = NDArray[np.float32]
Rows = NDArray[np.intp]
Matrix = NDArray[np.float64]

_CONTRAST = 0.02
# Less than this share of the picture is no leaf that somebody shows.
_LEAST_SHARE = 0.04
# Corners so many times the size of the picture away are those of a plane that fits nothing.
_FARTHEST = 8


def points_and_looks(gray: Gray, most: int) -> tuple[Reals, Reals]:
    """Points (n x 2, x and y in pixels) and their looks (n x 128, unit length: SIFT with the square
    root taken, whose dot product is the Hellinger likeness); about `most` of them."""
    detector = cv2.SIFT.create(nfeatures=most, contrastThreshold=_CONTRAST)
    points, looks = detector.detectAndCompute(gray, None)
    if looks is None or not points:
        return np.zeros((0, 2), np.float32), np.zeros((0, 128), np.float32)
    looks = np.sqrt(looks / (np.abs(looks).sum(axis=1, keepdims=True) + 1e-6))
    places = np.array([point.pt for point in points], np.float32)
    return places, np.asarray(looks, np.float32)


def look_alikes(side: Reals, picture: Reals, ratio: float) -> tuple[Rows, Rows]:
    """Rows of the looks of a side and of a picture that are alike, each like no other: the second
    best is farther by more than `ratio`."""
    likeness = picture @ side.T
    best = likeness.argmax(axis=1)
    rows = np.arange(len(best))
    first = likeness[rows, best]
    likeness[rows, best] = -1.0
    second = likeness.max(axis=1)
    distance = np.sqrt(np.maximum(2 - 2 * first, 0))
    clear = distance < ratio * np.sqrt(np.maximum(2 - 2 * second, 1e-6))
    return best[clear], rows[clear]


def plane_through(
    here: Reals, there: Reals, *, off: float, rounds: int, fewest: int
) -> tuple[Matrix, int] | None:
    """The plane that leads from `here` to `there`, with how many points say so; None where fewer
    than `fewest` do. Points may lie `off` pixels from it: paper is not flat."""
    if len(here) < fewest:
        return None
    matrix, kept = cv2.findHomography(here, there, cv2.USAC_MAGSAC, off, maxIters=rounds)
    if matrix is None or kept is None:
        return None
    # Several points of the side may have found one point of the picture: it counts once.
    points = len(np.unique(np.round(there[kept.ravel() > 0]), axis=0))
    return (np.asarray(matrix, np.float64), points) if points >= fewest else None


def corners_of(matrix: Matrix, width: int, height: int) -> Reals:
    """Where the corners of a side lie in the picture (4 x 2), clockwise from its upper left one."""
    outline = np.array([[[0, 0], [width, 0], [width, height], [0, height]]], np.float32)
    return np.asarray(cv2.perspectiveTransform(outline, matrix)[0], np.float32)


def is_leaf(
    corners: Reals, shape_of_side: float, shape: tuple[int, ...], most_stretch: float
) -> bool:
    """Whether the outline is one that a sheet can have: convex, not mirrored, large, and of about
    the side's own shape (width over height). `shape` is height and width of the picture."""
    if not np.isfinite(corners).all() or np.abs(corners).max() > _FARTHEST * max(shape[:2]):
        return False
    if not cv2.isContourConvex(corners.reshape(-1, 1, 2)):
        return False
    if cv2.contourArea(corners, oriented=True) < _LEAST_SHARE * shape[0] * shape[1]:
        return False
    edges = np.linalg.norm(np.roll(corners, -1, axis=0) - corners, axis=1)
    stretch = ((edges[0] + edges[2]) / (edges[1] + edges[3])) / shape_of_side
    pairs = (edges[0] / edges[2], edges[1] / edges[3], stretch)
    return all(1 / most_stretch < value < most_stretch for value in pairs)
