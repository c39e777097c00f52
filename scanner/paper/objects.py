"""Things that lie on the glass with the page: clips, fingers, notes, hairs, bands, scraps.

Each is drawn as a patch of colour and cover, so that it may hang over any edge of the picture.
`wild` draws the variants of the check family: other materials, sizes and places.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.paper.fonts import load_font
from scanner.paper.render import Box, Pixels

Colour = tuple[float, float, float]
Points = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Patch:
    """Height x width x 3 colours, height x width cover (0 to 255), depth of its shadow in mm."""

    colours: Pixels
    cover: Pixels
    shadow: float


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an object goes: middle in shares of the picture, clockwise turn in degrees."""

    x: float
    y: float
    turn: float


def lay_object(page: Pixels, kind: str, dpi: int, chance: np.random.Generator, wild: bool) -> Box:
    """Lays one object of a kind of `OBJECTS` on the page (in place); the box that is covered."""
    patch, place = OBJECTS[kind](dpi / 25.4, chance, wild)
    height, width = page.shape[:2]
    return stick(page, turned_patch(patch, place.turn), place.x * width, place.y * height, dpi)


def stick(page: Pixels, patch: Patch, x: float, y: float, dpi: int) -> Box:
    """Lays a patch with its middle at (x, y), the shadow below and right of it (in place)."""
    scale = dpi / 25.4
    height, width = patch.cover.shape
    left, top = round(x - width / 2), round(y - height / 2)
    if patch.shadow:
        shift = max(1, round(patch.shadow * scale))
        soft = cv2.GaussianBlur(patch.cover, (0, 0), max(0.8, shift * 0.8))
        _blend(page, None, np.asarray(soft, dtype=np.uint8), left + shift, top + shift, 0.42)
    _blend(page, patch.colours, patch.cover, left, top, 1.0)
    rows, columns = np.nonzero(patch.cover > 60)
    return (
        max(0.0, float(left + columns.min())),
        max(0.0, float(top + rows.min())),
        min(float(page.shape[1]), float(left + columns.max() + 1)),
        min(float(page.shape[0]), float(top + rows.max() + 1)),
    )


def _blend(
    page: Pixels, colours: Pixels | None, cover: Pixels, left: int, top: int, strength: float
) -> None:
    """Colours over the page by their cover; `None` darkens only."""
    height, width = page.shape[:2]
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(width, left + cover.shape[1]), min(height, top + cover.shape[0])
    if x0 >= x1 or y0 >= y1:
        return
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    share = cover[part][:, :, None].astype(np.float32) / 255 * strength
    area = page[y0:y1, x0:x1].astype(np.float32)
    over = np.float32(0.0) if colours is None else colours[part].astype(np.float32)
    page[y0:y1, x0:x1] = np.clip(area * (1 - share) + over * share, 0, 255).astype(np.uint8)


def turned_patch(patch: Patch, degrees: float) -> Patch:
    """The patch turned clockwise, grown so that nothing is lost."""
    if not degrees:
        return patch
    cover = Image.fromarray(patch.cover).rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    colours = Image.fromarray(patch.colours).rotate(-degrees, Image.Resampling.BICUBIC, expand=True)
    return Patch(
        colours=np.asarray(colours, dtype=np.uint8),
        cover=np.asarray(cover, dtype=np.uint8),
        shadow=patch.shadow,
    )


def _plain(height: int, width: int, colour: Colour) -> Pixels:
    return np.full((height, width, 3), np.array(colour), dtype=np.uint8)


def _edge_place(chance: np.random.Generator, reach: float, sides: str) -> Place:
    """A place at one of the edges named ("t", "b", "l", "r"), pointing inwards; an object that is
    drawn upright comes in from the bottom."""
    side = sides[int(chance.integers(0, len(sides)))]
    along = float(chance.uniform(0.15, 0.85))
    lean = float(chance.uniform(-22, 22))
    return {
        "t": Place(x=along, y=reach * 0.7, turn=180 + lean),
        "b": Place(x=along, y=1 - reach * 0.7, turn=lean),
        "l": Place(x=reach, y=along, turn=90 + lean),
        "r": Place(x=1 - reach, y=along, turn=270 + lean),
    }[side]


def _anywhere(chance: np.random.Generator) -> Place:
    x, y = (float(chance.uniform(0.12, 0.88)) for _ in range(2))
    return Place(x=x, y=y, turn=float(chance.uniform(0, 360)))


def _clip(scale: float, chance: np.random.Generator, wild: bool) -> tuple[Patch, Place]:
    if wild and chance.random() < 0.4:
        return _binder_clip(scale, chance)
    length = float(chance.uniform(26, 34) if not wild else chance.uniform(22, 50)) * scale
    width = length * float(chance.uniform(0.2, 0.27))
    wire = float(chance.uniform(0.8, 1.1) if not wild else chance.uniform(0.9, 1.6)) * scale
    pad = wire * 2
    outer = _loop(width, length, 0.0, 0.0)
    inner = _loop(width * 0.62, length * 0.76, 0.0, length * 0.08)
    points = np.concatenate([outer[: len(outer) * 7 // 8], inner[::-1][: len(inner) * 7 // 8]])
    points = points + np.array([width / 2 + pad, length / 2 + pad])
    size = (round(length + 2 * pad), round(width + 2 * pad))
    cover = np.zeros(size, dtype=np.uint8)
    _stroke(cover, points, wire, 255)
    if wild:
        choices: list[Colour] = [(190, 30, 36), (24, 90, 170), (20, 120, 70), (208, 170, 40)]
        base = choices[int(chance.integers(0, len(choices)))]
        shine: Colour = (245, 240, 240)
    else:
        grey = float(chance.uniform(96, 150))
        base, shine = (grey, grey, grey + 4), (226, 228, 232)
    colours = _plain(size[0], size[1], base)
    light = np.zeros(size, dtype=np.uint8)
    _stroke(light, points - wire * 0.16, wire * 0.35, 255)
    share = light[:, :, None].astype(np.float32) / 255
    colours = (colours * (1 - share) + np.array(shine) * share).astype(np.uint8)
    patch = Patch(colours=colours, cover=cover, shadow=0.5)
    if wild and chance.random() < 0.5:
        return patch, _anywhere(chance)
    return patch, Place(
        x=float(chance.uniform(0.08, 0.92)),
        y=float(chance.uniform(0.02, 0.05)),
        turn=float(chance.uniform(-12, 12)),
    )


def _binder_clip(scale: float, chance: np.random.Generator) -> tuple[Patch, Place]:
    """The black jaw of a foldback clip with its wire handle lying on the page."""
    width = round(float(chance.uniform(19, 32)) * scale)
    jaw = round(width * 0.55)
    handle = round(width * 0.95)
    cover = np.zeros((jaw + handle, width), dtype=np.uint8)
    cv2.fillPoly(
        cover,
        [np.array([(width * 0.08, 0), (width * 0.92, 0), (width, jaw), (0, jaw)], dtype=np.int32)],
        255,
        cv2.LINE_AA,
    )
    colours = _plain(jaw + handle, width, (34, 34, 38))
    colours[: jaw // 4] = (70, 70, 76)
    wire = np.zeros_like(cover)
    ring = np.array(
        [
            (width * 0.3, jaw),
            (width * 0.26, jaw + handle * 0.8),
            (width * 0.5, jaw + handle * 0.95),
            (width * 0.74, jaw + handle * 0.8),
            (width * 0.7, jaw),
        ]
    )
    _stroke(wire, ring, 1.6 * scale, 255)
    colours[wire > 0] = (176, 178, 182)
    side = float(chance.uniform(0.2, 0.8))
    patch = Patch(colours=colours, cover=np.maximum(cover, wire), shadow=0.9)
    if chance.random() < 0.5:
        return patch, Place(x=side, y=0.03, turn=float(chance.uniform(-5, 5)))
    return patch, Place(x=0.06, y=side, turn=270 + float(chance.uniform(-5, 5)))


def _loop(width: float, length: float, x: float, y: float) -> Points:
    """A long loop with round ends, round (x, y)."""
    radius = width / 2
    straight = max(0.0, length - width) / 2
    angles = np.linspace(-math.pi / 2, math.pi * 1.5, 80)
    half = np.where(np.sin(angles) > 0, straight, -straight)
    return np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles) + half], axis=1)


def _stroke(cover: Pixels, points: Points, width: float, value: int) -> None:
    line = np.round(points * 16).astype(np.int32)
    cv2.polylines(cover, [line], False, value, max(1, round(width)), cv2.LINE_AA, shift=4)


def _finger(scale: float, chance: np.random.Generator, wild: bool) -> tuple[Patch, Place]:
    width = float(chance.uniform(14, 18) if not wild else chance.uniform(17, 23)) * scale
    length = float(chance.uniform(34, 55)) * scale
    size = (round(length), round(width * 1.1))
    y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    across = (x - size[1] / 2) / (width / 2)
    tip = np.clip((width * 0.5 - y) / (width * 0.5), 0, 1)
    inside = 1.0 - np.hypot(across, tip)
    cover = np.clip(inside * width * 0.25, 0, 1) * 255
    tones: list[Colour] = [(226, 178, 150), (205, 150, 120), (236, 196, 176), (150, 100, 76)]
    skin = np.array(tones[int(chance.integers(0, len(tones)))], dtype=np.float32)
    round_light = (0.72 + 0.28 * np.sqrt(np.clip(1 - across**2, 0, 1)))[:, :, None]
    grain = cv2.resize(
        chance.normal(1.0, 0.03, (size[0] // 6 + 1, size[1] // 6 + 1)).astype(np.float32),
        (size[1], size[0]),
    )[:, :, None]
    colours = np.clip(skin * round_light * grain, 0, 255)
    if chance.random() < (0.8 if not wild else 0.4):
        nail = ((x - size[1] / 2) / (width * 0.3)) ** 2 + (
            (y - width * 0.42) / (width * 0.34)
        ) ** 2 < 1
        colours[nail] = np.clip(colours[nail] * 0.55 + np.array([245, 205, 200]) * 0.45, 0, 255)
    if wild:
        cover = cv2.GaussianBlur(cover, (0, 0), float(chance.uniform(0.3, 1.2)) * scale)
    patch = Patch(
        colours=colours.astype(np.uint8), cover=cover.astype(np.uint8), shadow=1.2 if wild else 0.6
    )
    place = _edge_place(chance, length / scale / 2 / 210 * float(chance.uniform(0.45, 0.9)), "blr")
    return patch, place


def _note(scale: float, chance: np.random.Generator, wild: bool) -> tuple[Patch, Place]:
    if wild:
        width, height = float(chance.uniform(12, 20)) * scale, float(chance.uniform(40, 52)) * scale
        tones: list[Colour] = [(250, 150, 170), (160, 220, 130), (140, 200, 236), (252, 190, 90)]
    else:
        width = float(chance.uniform(48, 77)) * scale
        height = width * float(chance.choice([1.0, 0.66]))
        tones = [(250, 236, 120), (252, 242, 160), (248, 222, 100)]
    size = (round(height), round(width))
    tone = tones[int(chance.integers(0, len(tones)))]
    colours = _plain(size[0], size[1], tone)
    shade = np.linspace(0.95, 1.02, size[0], dtype=np.float32)[:, None, None]
    colours = np.clip(colours * shade, 0, 255).astype(np.uint8)
    if not wild or chance.random() < 0.5:
        image = Image.fromarray(colours)
        draw = ImageDraw.Draw(image)
        em = max(8, round(width * (0.14 if not wild else 0.5)))
        words = ["此页补签字", "已核对", "待补盖章", "缺原件"]
        text = words[int(chance.integers(0, len(words)))]
        font = load_font("kai", em)
        if wild:
            for index, character in enumerate(text):
                draw.text((em * 0.4, em * (0.3 + index)), character, font=font, fill=(40, 40, 60))
        else:
            draw.text((em * 0.6, em * 0.7), text, font=font, fill=(36, 40, 90))
        colours = np.asarray(image, dtype=np.uint8)
    cover = np.full(size, 255, dtype=np.uint8)
    patch = Patch(colours=colours, cover=cover, shadow=0.7)
    if wild:
        return patch, _edge_place(chance, 0.06, "lrt")
    turn = float(chance.uniform(-14, 14))
    x, y = float(chance.uniform(0.2, 0.8)), float(chance.uniform(0.12, 0.85))
    return patch, Place(x=x, y=y, turn=turn)


def _curve(chance: np.random.Generator, length: float, bend: float) -> Points:
    """A smooth line that wanders: direction by a slow walk."""
    steps = 120
    nodes = chance.normal(0, bend, 7)
    turn = np.interp(np.linspace(0, 6, steps), np.arange(7), nodes)
    heading = np.cumsum(turn) / steps * 6
    x, y = np.cumsum(np.cos(heading)), np.cumsum(np.sin(heading))
    points = np.stack([x, y], axis=1) * (length / steps)
    return np.asarray(points - points.min(axis=0), dtype=np.float64)


def _line_patch(points: Points, width: float, colour: Colour, shadow: float) -> Patch:
    pad = width * 2 + 4
    size = np.ceil(points.max(axis=0) + 2 * pad).astype(int)
    cover = np.zeros((int(size[1]) + 1, int(size[0]) + 1), dtype=np.uint8)
    if width < 1.0:
        _stroke(cover, points + pad, 1.0, round(255 * width))
    else:
        _stroke(cover, points + pad, width, 255)
    return Patch(colours=_plain(*cover.shape, colour), cover=cover, shadow=shadow)


def _hair(scale: float, chance: np.random.Generator, wild: bool) -> tuple[Patch, Place]:
    length = float(chance.uniform(30, 70) if not wild else chance.uniform(25, 110)) * scale
    points = _curve(chance, length, 0.8 if not wild else 1.6)
    dark = float(chance.uniform(20, 60) if not wild else chance.uniform(30, 90))
    width = float(chance.uniform(0.12, 0.2)) * scale
    return _line_patch(points, width, (dark, dark * 0.9, dark * 0.85), 0.0), _anywhere(chance)


def _thread(scale: float, chance: np.random.Generator, wild: bool) -> tuple[Patch, Place]:
    length = float(chance.uniform(60, 130)) * scale
    points = _curve(chance, length, 1.1)
    tones: list[Colour] = [(150, 30, 40), (40, 60, 130), (70, 70, 70)]
    if wild:
        tones = [(196, 60, 70), (120, 90, 60), (30, 110, 60), (168, 160, 150)]
    colour = tones[int(chance.integers(0, len(tones)))]
    width = float(chance.uniform(0.4, 0.9)) * scale
    return _line_patch(points, width, colour, 0.35), _anywhere(chance)


def _band(scale: float, chance: np.random.Generator, wild: bool) -> tuple[Patch, Place]:
    angles = np.linspace(0, 2 * math.pi, 160)
    radius = float(chance.uniform(18, 32)) * scale
    squash = float(chance.uniform(0.35, 0.9))
    wobble = np.zeros_like(angles)
    for wave in (2, 3, 4):
        wobble += float(chance.normal(0, 0.07)) * np.cos(wave * angles + chance.uniform(0, 6))
    reach = radius * (1 + wobble)
    points = np.stack([reach * np.cos(angles), reach * squash * np.sin(angles)], axis=1)
    points -= points.min(axis=0)
    tones: list[Colour] = [(206, 160, 96), (190, 140, 80), (214, 178, 120)]
    if wild:
        tones = [(190, 50, 50), (50, 120, 70), (60, 90, 170), (222, 190, 60)]
    colour = tones[int(chance.integers(0, len(tones)))]
    width = float(chance.uniform(1.2, 2.0) if not wild else chance.uniform(1.4, 4.0)) * scale
    return _line_patch(points, width, colour, 0.6), _anywhere(chance)


def _scrap(scale: float, chance: np.random.Generator, wild: bool) -> tuple[Patch, Place]:
    width = float(chance.uniform(35, 75) if not wild else chance.uniform(22, 60)) * scale
    height = width * float(chance.uniform(0.4, 0.9))
    size = (round(height), round(width))
    outline = ragged_outline(size, chance, 0.06)
    cover = np.zeros(size, dtype=np.uint8)
    cv2.fillPoly(cover, [outline.astype(np.int32)], 255, cv2.LINE_AA)
    tones: list[Colour] = [(252, 251, 247), (246, 240, 224)]
    if wild:
        tones = [(255, 220, 210), (222, 236, 246), (238, 226, 196), (214, 212, 206)]
    colours = _plain(size[0], size[1], tones[int(chance.integers(0, len(tones)))])
    if chance.random() < 0.7:
        image = Image.fromarray(colours)
        draw = ImageDraw.Draw(image)
        em = max(8, round(4.2 * scale))
        for row in range(int(height / em / 1.7)):
            text = "收到材料清单如下请核对后签收" * 4
            draw.text(
                (em, em * (0.7 + row * 1.7)), text, font=load_font("song", em), fill=(50,) * 3
            )
        colours = np.asarray(image, dtype=np.uint8)
    inner = cv2.erode(cover, np.ones((3, 3), np.uint8), iterations=max(1, round(0.4 * scale)))
    colours = np.where((inner < 128)[:, :, None], np.uint8(250), colours)
    return Patch(colours=colours, cover=cover, shadow=0.8), _anywhere(chance)


def ragged_outline(size: tuple[int, int], chance: np.random.Generator, amount: float) -> Points:
    """The outline of a torn piece of (height, width): a rectangle whose sides wander."""
    height, width = size
    corners = [(0.05, 0.05), (0.95, 0.06), (0.94, 0.95), (0.06, 0.94), (0.05, 0.05)]
    points: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in pairwise(corners):
        for step in range(24):
            share = step / 24
            dx, dy = chance.normal(0, amount * 0.25, 2)
            points.append((x0 + (x1 - x0) * share + dx, y0 + (y1 - y0) * share + dy))
    placed = np.clip(np.array(points), 0, 1) * np.array([width - 1, height - 1])
    return np.asarray(placed, dtype=np.float64)


OBJECTS: dict[str, Callable[[float, np.random.Generator, bool], tuple[Patch, Place]]] = {
    "clip": _clip,
    "finger": _finger,
    "note": _note,
    "hair": _hair,
    "thread": _thread,
    "band": _band,
    "scrap": _scrap,
}
