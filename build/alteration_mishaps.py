"""What a leaf went through between its scan and now that nobody would call an alteration.

Bound anew, stapled, folded, laid on the glass the other way round. Nothing here is used by the
product.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np

Picture = Any
MILLIMETRES_PER_INCH = 25.4
# What lies behind a hole: the lid of a scanner, the next leaf, a dark lid.
_BEHIND = ((225, 225, 225), (168, 166, 162), (60, 60, 60))
_THREADS = ((225, 232, 236), (60, 80, 120), (40, 40, 170), (120, 130, 140))


def gone_through(
    page: Picture, mishap: str, face: str, dpi: int, chance: np.random.Generator
) -> Picture:
    """The page (BGR at `dpi`, upright) after a mishap of `MISHAPS`; `face` is "front" or "back":
    its binding edge is the left or the right one."""
    page = page.copy()
    if face == "back":
        page = np.ascontiguousarray(page[:, ::-1])
    page = MISHAPS[mishap](page, dpi / MILLIMETRES_PER_INCH, chance)
    return np.ascontiguousarray(page[:, ::-1] if face == "back" else page)


def _holes(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    """Two to four new binding holes."""
    count = int(chance.integers(2, 5))
    x, radius = chance.uniform(8, 17) * scale, chance.uniform(1.5, 3.2) * scale
    pitch = chance.choice([40.0, 60.0, 80.0]) * scale
    behind = _BEHIND[int(chance.integers(0, len(_BEHIND)))]
    for number in range(count):
        y = page.shape[0] / 2 + (number - (count - 1) / 2) * pitch
        centre = (round(x + chance.normal(0, 0.3) * scale), round(y))
        cv2.circle(page, centre, round(radius), behind, -1, cv2.LINE_AA)
        cv2.circle(page, centre, round(radius), (120, 118, 114), max(1, round(0.2 * scale)), 16)
    return page


def _staple(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    """A staple in the upper corner at the binding edge, with its shadow."""
    middle = np.array([chance.uniform(6, 15), chance.uniform(6, 15)]) * scale
    angle = chance.choice([0.0, np.pi / 4, np.pi / 2]) + chance.normal(0, 0.1)
    half = np.array([np.cos(angle), -np.sin(angle)]) * chance.uniform(5, 6.5) * scale
    thick = max(1, round(0.5 * scale))
    for colour, off in (((110, 110, 112), 0.5), ((160, 165, 168), 0.0)):
        ends = [tuple(np.round(middle + off * scale + way * half).astype(int)) for way in (-1, 1)]
        cv2.line(page, ends[0], ends[1], colour, thick, cv2.LINE_AA)
    return page


def _staple_holes(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    """A staple was taken out: two torn holes with rust around them."""
    middle = np.array([chance.uniform(6, 15), chance.uniform(6, 15)]) * scale
    angle = chance.choice([0.0, np.pi / 4, np.pi / 2]) + chance.normal(0, 0.1)
    half = np.array([np.cos(angle), -np.sin(angle)]) * chance.uniform(5, 6.5) * scale
    for way in (-1, 1):
        place = tuple(np.round(middle + way * half).astype(int))
        cv2.circle(page, place, round(0.7 * scale), (120, 165, 195), -1, cv2.LINE_AA)
        cv2.circle(page, place, round(0.35 * scale), (90, 95, 100), -1, cv2.LINE_AA)
    return page


def _fold(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    """A crease from edge to edge, dark or light, and both halves lit differently."""
    if chance.random() < 0.3:
        return np.ascontiguousarray(_crease(page.transpose(1, 0, 2), scale, chance)).transpose(
            1, 0, 2
        )
    return _crease(page, scale, chance)


def _crease(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    high, wide = page.shape[:2]
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    share = chance.choice([1 / 3, 1 / 2, 2 / 3]) + chance.normal(0, 0.01)
    away = (y - share * high - chance.normal(0, 0.006) * (x - wide / 2)) / scale
    line = np.exp(-((away / chance.uniform(0.15, 0.35)) ** 2))
    line *= 0.7 + 0.3 * np.sin(x / scale * chance.uniform(0.2, 1.0))
    slope = np.exp(-np.abs(away) / chance.uniform(3, 9)) * np.sign(away)
    light = 1 + chance.choice([-1, 1]) * chance.uniform(0.01, 0.06) * slope
    light += chance.choice([-1.0, -1.0, 0.5]) * chance.uniform(0.04, 0.16) * line
    return np.clip(page * light[..., None], 0, 255).astype(np.uint8)


def _gutter(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    """Bound by now: the sheet rises at its binding edge, where it is dark and narrow."""
    wide = page.shape[1]
    x = np.arange(wide, dtype=np.float32) / scale
    reach = np.float32(chance.uniform(6, 16))
    rise = np.exp(-((x / reach) ** 2))
    light = 1 - np.float32(chance.uniform(0.25, 0.7)) * rise
    narrow = np.cumsum(1 + chance.uniform(0.05, 0.3) * rise) - 1
    narrow -= narrow[-1] - (wide - 1)
    places = np.broadcast_to(narrow.astype(np.float32), page.shape[:2])
    rows = np.broadcast_to(np.arange(page.shape[0], dtype=np.float32)[:, None], page.shape[:2])
    seen = cv2.remap(
        page,
        np.ascontiguousarray(places),
        np.ascontiguousarray(rows),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.clip(seen * light[None, :, None], 0, 255).astype(np.uint8)


def _string(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    """The thread of the binding runs from hole to hole and has its knot in the middle."""
    page = _holes(page, scale, chance)
    thread = _THREADS[int(chance.integers(0, len(_THREADS)))]
    x, thick = chance.uniform(8, 15) * scale, max(2, round(chance.uniform(0.8, 1.6) * scale))
    ends = (page.shape[0] * chance.uniform(0.2, 0.3), page.shape[0] * chance.uniform(0.7, 0.8))
    y = np.linspace(ends[0], ends[1], 40)
    across = x + chance.normal(0, 0.3) * scale + np.cumsum(chance.normal(0, 0.05, 40)) * scale
    line = np.stack([across, y], axis=1).round().astype(np.int32)
    shadow = (line + round(0.4 * scale)).astype(np.int32)
    cv2.polylines(page, [shadow], False, (150, 150, 150), thick, cv2.LINE_AA)
    cv2.polylines(page, [line], False, thread, thick, cv2.LINE_AA)
    knot = tuple(int(value) for value in line[20])
    cv2.circle(page, knot, round(chance.uniform(1.2, 2.2) * scale), thread, -1, cv2.LINE_AA)
    for angle in chance.uniform(0, 2 * np.pi, 2):
        end = line[20] + np.array([np.cos(angle), np.sin(angle)]) * 8 * scale
        cv2.line(page, knot, tuple(end.round().astype(int)), thread, thick, cv2.LINE_AA)
    return page


def _cropped(page: Picture, scale: float, chance: np.random.Generator) -> Picture:
    """The sheet lay beyond the edge of the glass by up to 8 mm on two sides."""
    left, top = (round(float(value) * scale) for value in chance.uniform(0, 8, 2))
    kept = page[: page.shape[0] - top, left:] if chance.random() < 0.5 else page[top:, left:]
    return np.ascontiguousarray(kept)


def _turned(times: int) -> Callable[[Picture, float, np.random.Generator], Picture]:
    return lambda page, _scale, _chance: np.ascontiguousarray(np.rot90(page, times))


MISHAPS: dict[str, Callable[[Picture, float, np.random.Generator], Picture]] = {
    "holes": _holes,
    "staple": _staple,
    "staple_holes": _staple_holes,
    "fold": _fold,
    "gutter": _gutter,
    "string": _string,
    "cropped": _cropped,
    "turned_90": _turned(1),
    "turned_180": _turned(2),
    "turned_270": _turned(3),
}
