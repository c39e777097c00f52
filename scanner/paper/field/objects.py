"""Things between sheet and glass in the field family, shaded from their distance fields."""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.paper.field.plate import Cover, Light, Tone, rough, wander
from scanner.paper.fonts import load_font
from scanner.paper.render import Box

Thing = tuple[Light, Cover, float]
"""Reflectance, cover (0 to 1), height above the sheet in millimetres."""
_FINE = 3


def lay_thing(scene: Light, kind: str, dpi: int, chance: np.random.Generator) -> Box:
    """Lays a thing on the scene (in place); the box it covers."""
    scale = dpi / 25.4
    light, cover, rise = THINGS[kind](scale, chance)
    height, width = scene.shape[:2]
    if kind == "finger":
        x, y, turn = _from_edge(cover.shape, width, height, chance)
    elif kind == "clip":
        x, y, turn = _at_edge(cover.shape, width, height, chance)
    else:
        x, y = (float(value) for value in chance.uniform(0.08, 0.92, 2) * (width, height))
        turn = float(chance.uniform(0, 360))
        if kind == "note":
            turn = float(chance.normal(0, 12))
    light, cover = _spun(light, cover, turn)
    soft = cv2.GaussianBlur(cover, (0, 0), max(0.6, rise * scale))
    for dx, share in ((0.8, 0.3), (-0.5, 0.15)):
        _over(scene, None, soft * share, x + dx * rise * scale, y + rise * scale)
    return _over(scene, light, cover, x, y)


def _over(scene: Light, light: Light | None, cover: Cover, x: float, y: float) -> Box:
    height, width = cover.shape
    left, top = round(x - width / 2), round(y - height / 2)
    x0, y0 = max(0, left), max(0, top)
    x1, y1 = min(scene.shape[1], left + width), min(scene.shape[0], top + height)
    if x0 >= x1 or y0 >= y1:
        return (0.0, 0.0, 0.0, 0.0)
    part = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    share = cover[part][:, :, None]
    over = np.float32(0) if light is None else light[part]
    scene[y0:y1, x0:x1] = scene[y0:y1, x0:x1] * (1 - share) + over * share
    rows, columns = np.nonzero(cover[part] > 0.3)
    if len(rows) == 0:
        return (float(x0), float(y0), float(x1), float(y1))
    return (
        float(x0 + columns.min()),
        float(y0 + rows.min()),
        float(x0 + columns.max() + 1),
        float(y0 + rows.max() + 1),
    )


def _spun(light: Light, cover: Cover, degrees: float) -> tuple[Light, Cover]:
    height, width = cover.shape
    size = math.ceil(math.hypot(height, width)) + 2
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    matrix[:, 2] += ((size - width) / 2, (size - height) / 2)
    turned = cv2.warpAffine(light, matrix, (size, size), borderMode=cv2.BORDER_REPLICATE)
    return (
        np.asarray(turned, dtype=np.float32),
        np.asarray(cv2.warpAffine(cover, matrix, (size, size)), dtype=np.float32),
    )


def _from_edge(
    shape: tuple[int, ...], width: int, height: int, chance: np.random.Generator
) -> tuple[float, float, float]:
    """A place from which a thing drawn with its tip up reaches in from an edge."""
    out = shape[0] * float(chance.uniform(0.05, 0.3))
    lean = float(chance.normal(0, 14))
    share = float(chance.uniform(0.1, 0.9))
    return (
        (width * share, height - out, lean),
        (out, height * share, 90 + lean),
        (width - out, height * share, 270 + lean),
    )[int(chance.integers(0, 3))]


def _at_edge(
    shape: tuple[int, ...], width: int, height: int, chance: np.random.Generator
) -> tuple[float, float, float]:
    inside = shape[0] * float(chance.uniform(0.25, 0.5))
    share = float(chance.uniform(0.06, 0.94))
    lean = float(chance.normal(0, 9))
    return (
        (width * share, inside, lean),
        (inside, height * share, 90 + lean),
        (width - inside, height * share, 270 + lean),
    )[int(chance.integers(0, 3))]


def _grid(height: float, width: float) -> tuple[Cover, Cover]:
    rows, columns = np.mgrid[0 : round(height), 0 : round(width)].astype(np.float32)
    return columns - np.float32(width / 2), rows - np.float32(height / 2)


def _capsule(x: Cover, y: Cover, half: float, radius: float) -> Cover:
    """Distance to the outline of an upright capsule."""
    over = y - np.clip(y, -half, half)
    return np.asarray(np.hypot(x, over) - radius, dtype=np.float32)


def _clip(scale: float, chance: np.random.Generator) -> Thing:
    """A triangular or round steel clip, or a coated one: nested loops of wire."""
    length = float(chance.uniform(24, 38)) * scale
    width = length * float(chance.uniform(0.2, 0.32))
    wire = float(chance.uniform(0.7, 1.3)) * scale
    x, y = _grid(length + 4 * wire, width + 4 * wire)
    distance = np.full(x.shape, 1e3, dtype=np.float32)
    for shrink, shift in ((1.0, 0.0), (0.66, 0.1), (0.36, -0.06)):
        radius = width / 2 * shrink
        half = max(1.0, length * (0.5 - 0.13 * (1 - shrink)) * min(1.0, shrink + 0.3) - radius)
        ring = np.abs(_capsule(x, y - length * shift * 0.5, half, radius)) - wire / 2
        distance = np.minimum(distance, ring)
    cover = np.clip(0.5 - distance, 0, 1)
    bulge = np.sqrt(np.clip(-distance / (wire / 2), 0, 1))
    tones: tuple[Tone, ...] = (
        (0.3, 0.3, 0.31),
        (0.5, 0.36, 0.12),
        (0.02, 0.12, 0.4),
        (0.03, 0.03, 0.03),
    )
    tone = np.array(tones[int(chance.integers(0, 4))], dtype=np.float32)
    light = tone * (0.35 + 0.65 * bulge[:, :, None]) + 0.5 * (bulge[:, :, None] > 0.86)
    return light.astype(np.float32), cover.astype(np.float32), 0.5


def _finger(scale: float, chance: np.random.Generator) -> Thing:
    radius = float(chance.uniform(6.5, 10)) * scale
    length = float(chance.uniform(30, 60)) * scale
    x, y = _grid(length, radius * 2.3)
    distance = _capsule(x, y - radius - length * 0.02, length / 2 - radius, radius)
    distance += wander(chance, (x.shape[0], x.shape[1]), radius) * 0.04 * radius
    depth = np.clip(-distance / radius, 0, 1)
    tones: tuple[Tone, ...] = (
        (0.62, 0.36, 0.26),
        (0.45, 0.24, 0.16),
        (0.2, 0.1, 0.06),
        (0.7, 0.5, 0.42),
    )
    tone = np.array(tones[int(chance.integers(0, 4))], dtype=np.float32)
    lines = 1 + 0.05 * np.sin((y + 0.15 * np.abs(x)) / radius * 26) * (depth > 0.2)
    light = tone * (0.25 + 0.75 * np.sqrt(depth))[:, :, None] * lines[:, :, None]
    soft = float(chance.uniform(0.08, 0.5)) * scale
    cover = cv2.GaussianBlur(np.clip(0.5 - distance, 0, 1).astype(np.float32), (0, 0), soft)
    return light.astype(np.float32), np.asarray(cover, dtype=np.float32), 1.0


def _note(scale: float, chance: np.random.Generator) -> Thing:
    wide, tall = ((76, 76), (51, 38), (76, 127), (12, 44))[int(chance.integers(0, 4))]
    x, y = _grid(tall * scale, wide * scale)
    tones: tuple[Tone, ...] = (
        (0.9, 0.8, 0.18),
        (0.85, 0.3, 0.45),
        (0.3, 0.68, 0.2),
        (0.2, 0.55, 0.85),
        (0.95, 0.9, 0.6),
    )
    tone = np.array(tones[int(chance.integers(0, 5))], dtype=np.float32)
    curl = 0.92 + 0.08 * np.clip(y / (tall * scale), -0.5, 0.5) * 2
    light = tone * curl[:, :, None] * np.ones((*x.shape, 1), dtype=np.float32)
    if chance.random() < 0.75:
        for row in range(int(chance.integers(1, 5))):
            level = (row - 1.2) * 8 * scale
            path = level + 1.3 * scale * np.sin(x / scale * 1.9) * wander(
                chance, x.shape, 9 * scale
            )
            line = (np.abs(y - path) < 0.28 * scale) & (np.abs(x) < wide * scale * 0.36)
            light[line] = (0.03, 0.03, 0.14)
    return light.astype(np.float32), np.ones(x.shape, dtype=np.float32), 0.5


def _strand(points: NDArray[np.float64], width: float) -> Cover:
    """Cover of a line through points in pixels, drawn three times as fine."""
    low = points.min(axis=0) - width * 2 - 2
    size = np.ceil(points.max(axis=0) - low + width * 2 + 2).astype(int)
    fine = np.zeros((int(size[1]) * _FINE, int(size[0]) * _FINE), dtype=np.uint8)
    line = np.round((points - low) * _FINE * 8).astype(np.int32)
    thick = max(1, round(width * _FINE))
    cv2.polylines(fine, [line], False, 255, thick, cv2.LINE_AA, shift=3)
    small = cv2.resize(fine, (int(size[0]), int(size[1])), interpolation=cv2.INTER_AREA)
    share = min(1.0, width * _FINE / thick)
    return np.asarray(small.astype(np.float32) / 255 * share, dtype=np.float32)


def _walk(chance: np.random.Generator, length: float, curl: float) -> NDArray[np.float64]:
    heading = np.cumsum(chance.normal(0, curl, 90)) + float(chance.normal(0, 0.02)) * np.arange(90)
    steps = np.stack([np.cos(heading), np.sin(heading)], axis=1) * length / 90
    return np.asarray(np.cumsum(steps, axis=0), dtype=np.float64)


def _even(cover: Cover, tone: Tone) -> Light:
    return np.ones((*cover.shape, 3), dtype=np.float32) * np.array(tone, dtype=np.float32)


def _hair(scale: float, chance: np.random.Generator) -> Thing:
    length, width = float(chance.uniform(25, 120)), float(chance.uniform(0.09, 0.16))
    cover = _strand(_walk(chance, length * scale, 0.09), width * scale)
    dark = float(chance.uniform(0.01, 0.06))
    return _even(cover, (dark * 1.3, dark, dark * 0.8)), cover, 0.1


def _thread(scale: float, chance: np.random.Generator) -> Thing:
    length, width = float(chance.uniform(40, 160)), float(chance.uniform(0.35, 1.1))
    cover = _strand(_walk(chance, length * scale, 0.06), width * scale)
    tones: tuple[Tone, ...] = (
        (0.5, 0.04, 0.05),
        (0.04, 0.1, 0.3),
        (0.3, 0.3, 0.28),
        (0.5, 0.4, 0.24),
    )
    light = _even(cover, tones[int(chance.integers(0, 4))])
    x, y = _grid(*cover.shape)
    light *= (0.8 + 0.2 * np.sin((x + y) / (width * scale) * 2.4))[:, :, None]
    return light, cover, 0.3


def _band(scale: float, chance: np.random.Generator) -> Thing:
    angle = np.linspace(0, 2 * math.pi, 200)
    radius = np.ones_like(angle) * float(chance.uniform(15, 40)) * scale
    for wave in range(2, 6):
        radius *= 1 + float(chance.normal(0, 0.14 / wave)) * np.sin(
            wave * angle + float(chance.uniform(0, 6))
        )
    points = np.stack(
        [radius * np.cos(angle), radius * np.sin(angle) * float(chance.uniform(0.25, 1))], axis=1
    )
    cover = _strand(points, float(chance.uniform(1.1, 4.5)) * scale)
    tones: tuple[Tone, ...] = (
        (0.56, 0.32, 0.1),
        (0.5, 0.03, 0.03),
        (0.04, 0.22, 0.08),
        (0.6, 0.5, 0.3),
    )
    return _even(cover, tones[int(chance.integers(0, 4))]), cover, 0.6


def _scrap(scale: float, chance: np.random.Generator) -> Thing:
    wide, tall = (float(value) * scale for value in chance.uniform(18, 85, 2))
    x, y = _grid(tall, wide)
    shape = (x.shape[0], x.shape[1])
    inside = np.minimum(wide / 2 - np.abs(x), tall / 2 - np.abs(y)) - 1.6 * scale
    inside = inside + rough(chance, shape, 7 * scale) * 1.1 * scale
    tones: tuple[Tone, ...] = (
        (0.86, 0.86, 0.84),
        (0.62, 0.6, 0.55),
        (0.5, 0.34, 0.18),
        (0.9, 0.75, 0.7),
    )
    tone = np.array(tones[int(chance.integers(0, 4))], dtype=np.float32)
    image = Image.new("L", (shape[1], shape[0]), 255)
    if chance.random() < 0.6:
        draw, em = ImageDraw.Draw(image), max(8, round(float(chance.uniform(3, 7)) * scale))
        for row in range(shape[0] // em):
            draw.text(
                (em / 3, row * em * 1.5),
                "货款已付清等候通知来院" * 3,
                font=load_font("hei", em),
                fill=40,
            )
    print_light = np.asarray(image, dtype=np.float32) / 255
    light = tone * print_light[:, :, None]
    rim = np.clip(1 - inside / (0.6 * scale), 0, 1)[:, :, None]
    light = light * (1 - rim) + 0.9 * rim
    return light.astype(np.float32), np.clip(inside, 0, 1).astype(np.float32), 0.5


THINGS: dict[str, Callable[[float, np.random.Generator], Thing]] = {
    "clip": _clip,
    "finger": _finger,
    "note": _note,
    "hair": _hair,
    "thread": _thread,
    "band": _band,
    "scrap": _scrap,
}
