"""The machine of the field family: lamp, lens, sensor, sharpening, file."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from scanner.paper.chance import choices
from scanner.paper.field import wear
from scanner.paper.field.plate import Cover, Light, spread
from scanner.paper.render import Box, Pixels
from scanner.paper.spec import DossierSpec

_GAMMA = 1 / 2.2
_LEVELS = 4096
_TILE = 512


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One scanner with the paper of one dossier; tones are linear."""

    lid: float
    paper: tuple[float, float, float]
    cover: tuple[float, float, float]
    lens: float
    shot: float
    dark: float
    sharpen: float
    bleed: float
    holes: str
    subsampling: int


def machine_of(seed: int) -> Machine:
    """The scanner of a dossier."""
    chance = choices(seed, "field", "machine")
    level = chance.uniform(0.8, 0.93)
    return Machine(
        lid=chance.choice([chance.uniform(0.62, 0.75), chance.uniform(0.8, 0.92)]),
        paper=(level, level * chance.uniform(0.97, 1.0), level * chance.uniform(0.9, 1.01)),
        cover=(0.7, chance.uniform(0.56, 0.66), chance.uniform(0.36, 0.5)),
        lens=chance.uniform(0.035, 0.06),
        shot=chance.uniform(0.006, 0.014),
        dark=chance.uniform(0.001, 0.004),
        sharpen=chance.uniform(0.0, 0.9),
        bleed=chance.uniform(0.03, 0.1),
        holes=chance.choice(["", "", "two", "thread", "four"]),
        subsampling=chance.choice([0, 1, 2]),
    )


def exposed(
    scene: Light,
    machine: Machine,
    dpi: int,
    modes: dict[str, str],
    traits: dict[str, str],
    chance: np.random.Generator,
) -> Pixels:
    """Lamp, lens, sensor and sharpening turn the scene into a picture."""
    scale = dpi / 25.4
    height, width = scene.shape[:2]
    lamp = wear.lamp((height, width), traits.get("light"), chance)
    gain = float(chance.uniform(0.96, 1.06))
    flare = float(chance.uniform(0.002, 0.012))
    if "too_dark" in modes:
        gain *= float(chance.uniform(0.07, 0.12))
    if "too_light" in modes:
        gain, flare = float(chance.uniform(2.2, 3.5)), float(chance.uniform(0.5, 0.62))
    if "low_contrast" in modes:
        gain, flare = float(chance.uniform(0.12, 0.2)), float(chance.uniform(0.16, 0.3))
    lit: Light = np.asarray(cv2.multiply(scene, spread(lamp), scale=gain), dtype=np.float32)
    lit = np.asarray(lit + np.float32(flare), dtype=np.float32)
    if "copy" in traits:
        lit = wear.copied(lit, chance)
    lens = max(0.4, machine.lens * scale)
    lit = np.asarray(cv2.GaussianBlur(lit, (0, 0), lens), dtype=np.float32)
    if "blur" in modes:
        kernel = _smear(modes["blur"], scale, chance)
        smeared = cv2.filter2D(lit, -1, kernel, borderType=cv2.BORDER_REPLICATE)
        lit = np.asarray(smeared, dtype=np.float32)
    picture = _sensed(lit, machine, traits.get("noise"), chance)
    if "scan_mode" in traits:
        picture = _toneless(picture, traits["scan_mode"], chance)
    if "jpeg" in traits:
        quality = int(chance.integers(25, 55))
        _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
        picture = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.asarray(picture, dtype=np.uint8)


def _sensed(lit: Light, machine: Machine, noise: str | None, chance: np.random.Generator) -> Pixels:
    """Noise that grows with the light, the usual curve, and sharpening with its halos."""
    height, width = lit.shape[:2]
    steps = np.linspace(0, 1, _LEVELS, dtype=np.float32)
    curve = np.power(steps, _GAMMA, dtype=np.float32) * 255
    levels = np.clip(lit * np.float32(_LEVELS - 1), 0, _LEVELS - 1).astype(np.uint16)
    coded = curve[levels]
    # What the shot noise of a level is after the curve, by its slope.
    slope = 255 * _GAMMA * np.power(np.maximum(steps, 0.004), _GAMMA - 1)
    rms = (machine.dark + machine.shot * np.sqrt(steps)) * slope
    strength = 1.0 if noise is None else float(chance.uniform(2.5, 5))
    channels = 3 if noise == "colour" else 1
    tile = chance.standard_normal((_TILE, _TILE, channels), np.float32) * np.float32(strength)
    rows, columns = -(-height // _TILE), -(-width // _TILE)
    grain = np.tile(tile, (rows, columns, 1))[:height, :width]
    amount = rms.astype(np.float32)[levels[:, :, 1]]
    if channels == 1:
        coded = cv2.add(coded, spread(np.asarray(amount * grain[:, :, 0], dtype=np.float32)))
    else:
        coded = cv2.add(coded, cv2.multiply(np.ascontiguousarray(grain), spread(amount)))
    if noise == "lines":
        lines = 1 + 0.008 * chance.standard_normal((1, width, 1), np.float32)
        coded = np.asarray(coded * lines, dtype=np.float32)
    if machine.sharpen:
        soft = cv2.GaussianBlur(coded, (0, 0), 1.2)
        coded = cv2.addWeighted(coded, 1 + machine.sharpen, soft, -machine.sharpen, 0.0)
    return np.asarray(np.clip(coded, 0, 255), dtype=np.uint8)


def dim_columns(
    scene: Light, mode: str, scale: float, chance: np.random.Generator
) -> tuple[Box, ...]:
    """Dirt before the sensor dims columns of the scene (in place)."""
    height, width = scene.shape[:2]
    boxes: list[Box] = []
    for _ in range(1 if mode else int(chance.integers(1, 4))):
        x = float(chance.uniform(0.04, 0.96)) * width
        wide = (
            float(chance.uniform(0.09, 0.3) if mode != "soft" else chance.uniform(0.4, 1.4)) * scale
        )
        depth = np.full(3, float(chance.uniform(0.45, 0.9)))
        if mode == "soft":
            depth = np.full(3, float(chance.uniform(0.25, 0.5)))
        elif mode == "colour":
            depth = chance.permutation([float(chance.uniform(0.5, 0.95)), 0.0, 0.05])
        low, high = max(0, round(x - 3 * wide)), min(width, round(x + 3 * wide) + 1)
        across = np.exp(-(np.abs((np.arange(low, high) - x) / max(0.55, wide / 2)) ** 3))
        factor = np.asarray(1 - across[None, :, None] * depth, dtype=np.float32)
        scene[:, low:high] = scene[:, low:high] * factor
        half = max(1.0, wide / 2)
        boxes.append((max(0.0, x - half), 0.0, min(float(width), x + half), float(height)))
    return tuple(boxes)


def _smear(mode: str, scale: float, chance: np.random.Generator) -> Cover:
    """A disc (out of focus) or the path of a shake."""
    if not mode:
        radius = float(chance.uniform(0.55, 0.9)) * scale
        size = math.ceil(radius) * 2 + 1
        rows, columns = np.mgrid[0:size, 0:size].astype(np.float32) - size // 2
        kernel = np.clip(radius + 0.5 - np.hypot(rows, columns), 0, 1)
        return np.asarray(kernel / kernel.sum(), dtype=np.float32)
    length = float(chance.uniform(1.0, 1.8)) * scale
    angle, bend = float(chance.uniform(0, math.pi)), float(chance.normal(0, 0.6))
    size = math.ceil(length * 1.2) | 1
    kernel = np.zeros((size, size), dtype=np.float32)
    for step in np.linspace(-0.5, 0.5, size * 6):
        heading = angle + bend * step
        x = size / 2 + length * step * math.cos(heading)
        y = size / 2 + length * step * math.sin(heading)
        if 0 <= int(x) < size and 0 <= int(y) < size:
            kernel[int(y), int(x)] += 1
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _toneless(picture: Pixels, mode: str, chance: np.random.Generator) -> Pixels:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    if mode == "bitonal":
        size = 2 * round(picture.shape[0] / 90) + 1
        mean = cv2.blur(grey, (size, size)).astype(np.float32)
        grey = np.where(grey < mean * float(chance.uniform(0.74, 0.86)), 0, 255).astype(np.uint8)
    return np.asarray(np.repeat(grey[:, :, None], 3, axis=2), dtype=np.uint8)


def encoded(
    picture: Pixels, modes: dict[str, str], spec: DossierSpec, machine: Machine, dpi: int
) -> bytes:
    """The bytes of the file, spoilt where that was planted."""
    if modes.get("unreadable") == "empty":
        return b""
    image = Image.fromarray(picture)
    if spec.mode != "color":
        image = image.convert("L")
    if spec.mode == "lineart":
        image = image.point(lambda value: 255 if value > 140 else 0)
    stream = io.BytesIO()
    image.save(
        stream, "JPEG", quality=spec.quality, dpi=(dpi, dpi), subsampling=machine.subsampling
    )
    data = stream.getvalue()
    if "unreadable" not in modes:
        return data
    if modes["unreadable"] == "truncated":
        return data[: len(data) // 4]
    return b"\x00" * 400 + data[400:4000]
