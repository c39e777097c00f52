"""Conditions of paper and scanner under which recognition is measured, as pure functions.

Every one takes an upright BGR page (height x width x 3, uint8) with its resolution and a chance,
and gives the page as it would have come under that condition. None of them moves the text by
more than the page is made smaller.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.paper.fonts import load_font

Pixels = NDArray[np.uint8]
Condition = Callable[[Pixels, int, np.random.Generator], tuple[Pixels, int]]

FACES = {"song": "song", "kai": "kai", "hei": "hei", "sans": "sans", "serif": "serif"}
"""Faces a page is set in anew: the name in the table and the face of the generator. The light
song face is the nearest to 仿宋 that is free."""

A4_MM = (210, 297)


def as_is(page: Pixels, dpi: int, _chance: np.random.Generator) -> tuple[Pixels, int]:
    """The page as the generator scanned it."""
    return page, dpi


def at_200_dpi(page: Pixels, dpi: int, _chance: np.random.Generator) -> tuple[Pixels, int]:
    """Scanned at 200 dpi."""
    scale = 200 / dpi
    if scale >= 1:
        return page, dpi
    size = (round(page.shape[1] * scale), round(page.shape[0] * scale))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), np.uint8), 200


def strongly_packed(page: Pixels, dpi: int, _chance: np.random.Generator) -> tuple[Pixels, int]:
    """Stored as JPEG of quality 40."""
    stored = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, 40])[1]
    return np.asarray(cv2.imdecode(stored, cv2.IMREAD_COLOR), np.uint8), dpi


def noisy(page: Pixels, dpi: int, chance: np.random.Generator) -> tuple[Pixels, int]:
    """Grain of a poor sensor, and specks of dust."""
    grain = cv2.resize(
        np.asarray(
            chance.normal(0, 26, (page.shape[0] // 2 + 1, page.shape[1] // 2 + 1)), np.float32
        ),
        (page.shape[1], page.shape[0]),
        interpolation=cv2.INTER_LINEAR,
    )
    grain = grain + np.asarray(chance.normal(0, 8, grain.shape), np.float32)
    rough = np.clip(page.astype(np.float32) + grain[:, :, None], 0, 255).astype(np.uint8)
    for _ in range(300):
        x, y = int(chance.integers(page.shape[1])), int(chance.integers(page.shape[0]))
        cv2.circle(rough, (x, y), int(chance.integers(1, 3)), (60, 60, 60), -1)
    return rough, dpi


def faint(page: Pixels, dpi: int, _chance: np.random.Generator) -> tuple[Pixels, int]:
    """A worn ribbon or a pale copy: ink keeps three tenths of its depth, edges are soft."""
    soft = cv2.GaussianBlur(page, (0, 0), 0.9 * dpi / 300)
    paper = np.array([np.percentile(page[::8, ::8, c], 80) for c in range(3)], np.float32)
    pale = paper - 0.3 * (paper - soft.astype(np.float32))
    return np.clip(pale, 0, 255).astype(np.uint8), dpi


def carbon_copy(page: Pixels, dpi: int, chance: np.random.Generator) -> tuple[Pixels, int]:
    """The lower sheet of a carbon set: violet, pale, smeared, with a tint on all of the paper."""
    soft = cv2.GaussianBlur(page, (0, 0), 1.2 * dpi / 300)
    grey = soft.min(axis=2).astype(np.float32)
    paper = float(np.percentile(grey[::8, ::8], 80))
    depth = np.clip((paper - grey) / max(1.0, paper), 0, 1)
    wear = cv2.resize(
        chance.uniform(0.6, 1.0, (40, 28)).astype(np.float32),
        (page.shape[1], page.shape[0]),
        interpolation=cv2.INTER_CUBIC,
    )
    ink = np.array([170.0, 90.0, 110.0], np.float32)
    tint = np.array([225.0, 228.0, 240.0], np.float32)
    share = (depth * wear * 0.75)[:, :, None]
    return np.clip(tint * (1 - share) + ink * share, 0, 255).astype(np.uint8), dpi


def under_seals(page: Pixels, dpi: int, chance: np.random.Generator) -> tuple[Pixels, int]:
    """Three round seals of court red over the middle of the text, ring, star and name."""
    sealed = page.astype(np.float32)
    ys, xs = np.nonzero(page[::8, ::8].max(axis=2) < 110)
    size = round(42 * dpi / 25.4)
    for _ in range(3 if len(ys) else 0):
        at = int(chance.integers(len(ys)))
        top, left = int(ys[at]) * 8 - size // 2, int(xs[at]) * 8 - size // 2
        mask = _seal(size, float(chance.uniform(-25, 25)))
        rows = slice(max(0, top), min(page.shape[0], top + size))
        columns = slice(max(0, left), min(page.shape[1], left + size))
        part = mask[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        strength = part[:, :, None] * float(chance.uniform(0.6, 0.95))
        red = np.array([70.0, 62.0, 214.0], np.float32) / 255.0
        sealed[rows, columns] *= 1 - strength + strength * red
    return np.clip(sealed, 0, 255).astype(np.uint8), dpi


def _seal(size: int, degrees: float) -> NDArray[np.float32]:
    image = Image.new("L", (size, size), 0)
    draw = ImageDraw.Draw(image)
    rim = size // 26
    draw.ellipse((rim, rim, size - rim, size - rim), outline=255, width=rim)
    points = [
        (
            size / 2 + size * (0.15 if k % 2 == 0 else 0.06) * math.sin(k * math.pi / 5),
            size / 2 - size * (0.15 if k % 2 == 0 else 0.06) * math.cos(k * math.pi / 5),
        )
        for k in range(10)
    ]
    draw.polygon(points, fill=255)
    font = load_font("serif-bold", round(size * 0.13))
    name = "某某市第一人民法院"
    for index, character in enumerate(name):
        angle = (index - (len(name) - 1) / 2) * 27.0
        glyph = Image.new("L", (size, size), 0)
        place = (size / 2, size * 0.17)
        ImageDraw.Draw(glyph).text(place, character, font=font, fill=255, anchor="mm")
        turned = glyph.rotate(-angle, Image.Resampling.BICUBIC)
        image.paste(255, (0, 0), turned)
    turned = image.rotate(-degrees, Image.Resampling.BICUBIC)
    return np.asarray(turned, dtype=np.float32) / 255.0


CONDITIONS: dict[str, Condition] = {
    "as scanned": as_is,
    "200 dpi": at_200_dpi,
    "under seals": under_seals,
    "JPEG 40": strongly_packed,
    "noisy": noisy,
    "faint": faint,
    "carbon copy": carbon_copy,
}


def set_anew(lines: list[str], face: str, dpi: int) -> tuple[Pixels, list[str]]:
    """The lines of text set in one face at 16 points (三号) on A4; the page and what is on it."""
    font = load_font(FACES[face], round(16 / 72 * dpi))
    page = Image.new("RGB", (round(A4_MM[0] / 25.4 * dpi), round(A4_MM[1] / 25.4 * dpi)))
    page.paste((250, 249, 246), (0, 0, *page.size))
    draw = ImageDraw.Draw(page)
    left, top, pitch = round(28 / 25.4 * dpi), round(30 / 25.4 * dpi), round(28 / 72 * dpi)
    most = page.width - 2 * left
    shown: list[str] = []
    for line in lines:
        text = line.strip()
        while text and top + pitch < page.height - 2 * pitch:
            count = len(text)
            while font.getlength(text[:count]) > most:
                count -= 1
            draw.text((left, top), text[:count], font=font, fill=(28, 28, 30))
            shown.append(text[:count])
            text, top = text[count:], top + pitch
    pixels = np.asarray(page, dtype=np.uint8)[:, :, ::-1]
    return np.ascontiguousarray(cv2.GaussianBlur(pixels, (0, 0), 0.6)), shown
