"""Pictures of seals for copies: the court's own, or one drawn here, and the words beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from app.adapters.fonts import chinese_font
from app.kernel.errors import Broken

# The red of inked seals. The paper below must stay legible through it.
RED = (200, 24, 30)
OPACITY = 190  # of 255
FIELD_OPACITY = 200
PIXELS = 480
_OVERSAMPLING = 2
_MOST_PIXELS = 2000


def court_seal(path: Path) -> Image.Image:
    """The picture of the settings with its transparency; white paper becomes transparent where it
    has none. Raises Broken SIG-113 when it cannot be used."""
    try:
        with Image.open(path) as opened:
            if max(opened.size) > _MOST_PIXELS:
                raise Broken("SIG-113", path=str(path))
            seal = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Broken("SIG-113", path=str(path)) from error
    if seal.getchannel("A").getextrema() == (255, 255):
        ink = seal.convert("L").point([255 - value for value in range(256)])
        seal.putalpha(ink)
    return seal


def drawn_seal(court: str, words: str) -> Image.Image:
    """A round seal: the court along the upper rim, a star, and what it says below.

    Raises Broken SYS-403 when no font with Chinese characters is installed.
    """
    size = PIXELS * _OVERSAMPLING
    mask = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(mask)
    rim = size // 40
    pen.ellipse((rim, rim, size - rim, size - rim), outline=255, width=rim)
    pen.polygon(_star(size / 2, size * 0.46, size * 0.13), fill=255)
    _along_rim(mask, court, size)
    _below(pen, words, size)
    mask = mask.resize((PIXELS, PIXELS), Image.Resampling.LANCZOS)
    return _inked(mask)


def caption(lines: Sequence[str], height: int) -> Image.Image:
    """Lines of plain text, each `height` pixels high, in the colour of the seal on a light field,
    so that they can be read on a page that is written all over."""
    font = ImageFont.truetype(str(chinese_font()), height)
    pitch, edge = int(height * 1.4), height // 4
    width = int(max(font.getlength(line) for line in lines)) + 2 * edge
    picture = Image.new("RGBA", (width, pitch * len(lines)), (255, 255, 255, FIELD_OPACITY))
    pen = ImageDraw.Draw(picture)
    for row, line in enumerate(lines):
        pen.text((edge, row * pitch), line, fill=(*RED, 255), font=font)
    return picture


def _inked(mask: Image.Image) -> Image.Image:
    picture = Image.new("RGBA", mask.size, RED)
    picture.putalpha(mask.point([value * OPACITY // 255 for value in range(256)]))
    return picture


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * (corner / 5 - 0.5)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


def _along_rim(mask: Image.Image, text: str, size: int) -> None:
    """Characters along the upper rim, upright to the middle; long names stand closer."""
    if not text:
        return
    step = min(26.0, 230.0 / len(text))
    height = int(min(size * 0.13, math.radians(step) * size * 0.39))
    font = ImageFont.truetype(str(chinese_font()), height)
    for place, character in enumerate(text):
        angle = (place - (len(text) - 1) / 2) * step
        cell = Image.new("L", (2 * height, 2 * height), 0)
        ImageDraw.Draw(cell).text((height, height), character, fill=255, font=font, anchor="mm")
        turned = cell.rotate(-angle, Image.Resampling.BICUBIC)
        x = size / 2 + size * 0.385 * math.sin(math.radians(angle)) - height
        y = size / 2 - size * 0.385 * math.cos(math.radians(angle)) - height
        mask.paste(255, (int(x), int(y)), turned)


def _below(pen: ImageDraw.ImageDraw, words: str, size: int) -> None:
    """The words in one line under the star, as large as the circle allows."""
    height = int(min(size * 0.1, size * 0.74 / len(words)))
    font = ImageFont.truetype(str(chinese_font()), height)
    pen.text((size / 2, size * 0.72), words, fill=255, font=font, anchor="mm")
