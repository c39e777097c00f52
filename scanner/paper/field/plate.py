"""A sheet of paper in linear light, on which inks are laid in millimetres."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from scanner.paper.fonts import load_font, runs

Light = NDArray[np.float32]
"""Reflectance, height x width x 3 (red-green-blue), 0 black to 1."""
Cover = NDArray[np.float32]
"""Ink per pixel, height x width, 0 none to 1."""
Tone = tuple[float, float, float]
"""Reflectance of an ink or paper, linear."""

TONER: Tone = (0.018, 0.018, 0.02)
VERMILION: Tone = (0.52, 0.022, 0.03)
BALLPOINT: Tone = (0.02, 0.035, 0.22)
GEL: Tone = (0.014, 0.014, 0.018)
_FINE = 2
_FALL = 0.88


class Plate:
    """One side of a sheet, `width` x `height` millimetres; what is laid on it only darkens it."""

    def __init__(self, width: float, height: float, dpi: int, chance: np.random.Generator) -> None:
        self.width, self.height, self.dpi = width, height, dpi
        self.scale = dpi / 25.4
        self.chance = chance
        self.shape = (round(height * self.scale), round(width * self.scale))
        self.light: Light = np.ones((*self.shape, 3), dtype=np.float32)
        self.lines = 0
        self._toner = Image.new("L", (self.shape[1] * _FINE, self.shape[0] * _FINE), 0)
        self._draw = ImageDraw.Draw(self._toner)
        self._used = False

    def text(
        self, x: float, y: float, text: str, face: str, size: float, gap: float = 0.0
    ) -> float:
        """A printed line whose em square has its top left at (x, y); gives the x of its end."""
        em = max(10, round(size * self.scale * _FINE))
        place = x * self.scale * _FINE
        base = (y + size * _FALL) * self.scale * _FINE
        for used, run in runs(face, text):
            font = _font(used, em)
            for piece in run if gap else (run,):
                self._draw.text((place, base), piece, font=font, fill=255, anchor="ls")
                place += font.getlength(piece) + gap * self.scale * _FINE
        self._used = True
        self.lines += bool(text.strip())
        return place / self.scale / _FINE

    def middle(self, y: float, text: str, face: str, size: float, x: float | None = None) -> None:
        """A printed line round x, by default the middle of the sheet."""
        width = _font(face, 100).getlength(text) / 100 * size
        self.text((self.width / 2 if x is None else x) - width / 2, y, text, face, size)

    def rule(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.2) -> None:
        """A printed rule."""
        unit = self.scale * _FINE
        thick = max(1, round(width * unit))
        self._draw.line((x0 * unit, y0 * unit, x1 * unit, y1 * unit), fill=235, width=thick)
        self._used = True

    def frame(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.2) -> None:
        """A printed rectangle."""
        for ends in ((x0, y0, x1, y0), (x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0)):
            self.rule(*ends, width=width)

    def fill(
        self, x0: float, y0: float, x1: float, y1: float, tone: Tone, cover: float = 1.0
    ) -> None:
        """An even area of ink."""
        part = self._part(x0, y0, x1, y1)
        self.light[part] *= 1 - cover * (1 - np.array(tone, dtype=np.float32))

    def line(
        self,
        x0: float,
        y0: float,
        x1: float,
        y1: float,
        width: float,
        tone: Tone,
        cover: float = 0.9,
    ) -> None:
        """A coloured rule, along or across."""
        half = max(width, 1 / self.scale) / 2
        if abs(x1 - x0) > abs(y1 - y0):
            self.fill(x0, y0 - half, x1, y0 + half, tone, cover)
        else:
            self.fill(x0 - half, y0, x0 + half, y1, tone, cover)

    def lay(
        self, cover: Cover, x: float, y: float, tone: Tone
    ) -> tuple[float, float, float, float]:
        """Lays ink with its middle at (x, y) millimetres, cut at the edges; its box in pixels."""
        height, width = cover.shape
        left = round(x * self.scale - width / 2)
        top = round(y * self.scale - height / 2)
        x0, y0 = max(0, left), max(0, top)
        x1, y1 = min(self.shape[1], left + width), min(self.shape[0], top + height)
        if x0 < x1 and y0 < y1:
            part = cover[y0 - top : y1 - top, x0 - left : x1 - left, None]
            self.light[y0:y1, x0:x1] *= 1 - part * (1 - np.array(tone, dtype=np.float32))
        return (float(x0), float(y0), float(x1), float(y1))

    def picture(self, light: Light, x: float, y: float) -> None:
        """Prints a picture with its top left at (x, y)."""
        left, top = round(x * self.scale), round(y * self.scale)
        area = self.light[top : top + light.shape[0], left : left + light.shape[1]]
        area *= light[: area.shape[0], : area.shape[1]]

    def written(
        self, x: float, y: float, text: str, size: float, tone: Tone, width: float = 200.0
    ) -> None:
        """A line by hand: printed glyphs bent by a wandering field, thinner and thicker."""
        em = max(10, round(size * self.scale))
        font = _font("kai", em)
        while text and font.getlength(text) > width * self.scale:
            text = text[:-1]
        if not text.strip():
            return
        size_px = (math.ceil(font.getlength(text) * 1.08) + 2 * em, em * 3)
        image = Image.new("L", size_px, 0)
        draw = ImageDraw.Draw(image)
        place = float(em)
        for character in text:
            rise = em * (1 + float(self.chance.normal(0, 0.03)))
            draw.text((place, rise), character, font=font, fill=255)
            place += font.getlength(character) * float(self.chance.uniform(0.94, 1.08))
        flat = np.asarray(image, dtype=np.float32) / 255
        rows, columns = np.mgrid[0 : size_px[1], 0 : size_px[0]].astype(np.float32)
        lean = float(self.chance.uniform(-0.05, 0.2))
        bend = em * 0.09
        columns += bend * self._wander(size_px, em * 0.6) + lean * (rows - em * 1.5)
        rows += bend * self._wander(size_px, em * 0.7)
        bent = cv2.remap(flat, columns, rows, cv2.INTER_LINEAR)
        pressure = 0.82 + 0.18 * self._wander(size_px, em * 1.5)
        cover = np.clip(bent * pressure, 0, 1).astype(np.float32)
        self.lay(cover, x + size_px[0] / 2 / self.scale - size, y + size * 0.5, tone)
        self.lines += 1

    def finished(self) -> Light:
        """The sheet with its toner: dense, a little spread, thinner here and there."""
        if self._used:
            fine = np.asarray(self._toner, dtype=np.uint8)
            size = (self.shape[1], self.shape[0])
            cover = cv2.resize(fine, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
            cover = np.clip(cover * float(self.chance.uniform(1.0, 1.3)), 0, 1)
            patchy = cv2.resize(self.chance.uniform(0.86, 1.0, (9, 7)).astype(np.float32), size)
            kept = 1 - cover * patchy * (1 - TONER[0])
            self.light = np.asarray(cv2.multiply(self.light, spread(kept)), dtype=np.float32)
            self._used = False
        return self.light

    def _part(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice]:
        left, top, right, bottom = (round(value * self.scale) for value in (x0, y0, x1, y1))
        rows = slice(max(0, top), max(0, bottom, top + 1))
        return rows, slice(max(0, left), max(0, right, left + 1))

    def _wander(self, size: tuple[int, int], step: float) -> Cover:
        """A smooth field between about -1 and 1 of (width, height)."""
        return wander(self.chance, (size[1], size[0]), step)


def spread(field: NDArray[Any]) -> Light:
    """A field for all three colours alike."""
    return np.asarray(cv2.merge([field.astype(np.float32)] * 3), dtype=np.float32)


def darkest(light: Light) -> Cover:
    """The darkest colour of every pixel."""
    red, green, blue = cv2.split(light)
    return np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.float32)


def wander(chance: np.random.Generator, shape: tuple[int, int], step: float) -> Cover:
    """A smooth field of (height, width) that changes over `step` pixels, about -1 to 1."""
    rows, columns = (max(3, math.ceil(side / max(1.0, step)) + 1) for side in shape)
    nodes = chance.normal(0, 0.6, (rows, columns)).astype(np.float32)
    field = cv2.resize(nodes, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray(field, dtype=np.float32)


def rough(chance: np.random.Generator, shape: tuple[int, int], step: float) -> Cover:
    """A field with coarse and fine parts, as torn paper has: three octaves of `wander`."""
    field = wander(chance, shape, step)
    field = field + 0.5 * wander(chance, shape, step / 3) + 0.25 * wander(chance, shape, step / 9)
    return np.asarray(field, dtype=np.float32)


@lru_cache(maxsize=64)
def _font(face: str, em: int) -> ImageFont.FreeTypeFont:
    return load_font(face, em)
