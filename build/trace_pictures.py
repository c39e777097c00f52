"""Drawn photographs, screens and copies of issued pages, for measuring how well they are traced.

Nothing here is used by the product.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from alteration_camera import Camera, photographed

Picture = Any
WAYS = ("photo", "copy", "photo of a copy")
HALVES = ("", "", "upper", "lower", "left", "right")
_LONG_EDGE_INCHES = 297 / 25.4


@dataclass(frozen=True, kw_only=True)
class Rough:
    """How roughly pages are dealt with: dots per inch from and to, JPEG quality from and to, how
    much the sheet leans and bends, noise, blur (pixels), and how hard a copier's contrast is."""

    dpi: tuple[int, int]
    quality: tuple[int, int]
    perspective: float
    curl: float
    noise: float
    blur: float
    contrast: float


ROUGHNESS = {
    "development": Rough(
        dpi=(110, 150),
        quality=(50, 85),
        perspective=0.05,
        curl=0.02,
        noise=3.0,
        blur=0.8,
        contrast=1.4,
    ),
    "check": Rough(
        dpi=(100, 150),
        quality=(50, 75),
        perspective=0.07,
        curl=0.025,
        noise=4.5,
        blur=0.95,
        contrast=1.7,
    ),
}


def taken(page: Picture, rough: Rough, way: str, half: str, seed: str) -> Picture:
    """The page (blue, green, red) as somebody has it: photographed, copied, or both; the `half`
    of it that is left, "" for all. Every other picture is gray, every copy is."""
    chance = random.Random(seed)
    noise = np.random.default_rng(chance.randrange(2**32))
    seen = page
    if way != "photo":
        seen = _copied(seen, rough, chance, noise)
    if way != "copy":
        dpi = chance.randint(*rough.dpi)
        seen = photographed(seen, _camera(dpi, rough, chance), noise)
    if chance.random() < 0.5:
        seen = _gray(seen)
    return _stored(_half(seen, half, chance), chance.randint(*rough.quality))


def painted_over(page: Picture) -> Picture:
    """The page with its four corners painted over, where a trace code may stand."""
    page = page.copy()
    high, wide = page.shape[:2]
    edge = round(max(high, wide) * 24 / 297)
    for rows in (slice(0, edge), slice(high - edge, high)):
        for columns in (slice(0, edge), slice(wide - edge, wide)):
            page[rows, columns] = 250
    return page


def _camera(dpi: int, rough: Rough, chance: random.Random) -> Camera:
    high = round(dpi * _LONG_EDGE_INCHES / 0.93)
    return Camera(
        width=round(high * 0.78),
        height=high,
        perspective=rough.perspective,
        curl=rough.curl,
        glare=chance.uniform(0.1, 0.4) if chance.random() < 0.25 else 0.0,
        hand=chance.uniform(0.1, 0.35) if chance.random() < 0.25 else 0.0,
        blur=chance.uniform(0.4, rough.blur),
        noise=rough.noise,
    )


def _copied(
    page: Picture, rough: Rough, chance: random.Random, noise: np.random.Generator
) -> Picture:
    """Printed, laid on the glass of a copier a little askew, copied in gray with hard contrast."""
    dpi = chance.choice((150, 200, 200, 240))
    high = round(dpi * _LONG_EDGE_INCHES / 0.97)
    glass = Camera(
        width=round(high * 0.73),
        height=high,
        perspective=0.004,
        curl=0.004,
        shadow=0.04,
        blur=chance.uniform(0.5, rough.blur),
        noise=rough.noise,
        fill=0.97,
    )
    light = _gray(photographed(page, glass, noise)).astype(np.float32)
    hard = chance.uniform(1.1, rough.contrast)
    return np.clip((light - 120) * hard + 120 + chance.uniform(0, 35), 0, 255).astype(np.uint8)


def _gray(page: Picture) -> Picture:
    return cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)


def _half(page: Picture, half: str, chance: random.Random) -> Picture:
    high, wide = page.shape[:2]
    share = chance.uniform(0.48, 0.52)
    rows, columns = round(high * share), round(wide * share)
    return {
        "upper": page[:rows],
        "lower": page[high - rows :],
        "left": page[:, :columns],
        "right": page[:, wide - columns :],
    }.get(half, page)


def _stored(page: Picture, quality: int) -> Picture:
    coded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)
