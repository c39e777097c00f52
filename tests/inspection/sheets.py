"""Sheets of two faces for the tests: what shines through lies mirrored, moved and smeared."""

from __future__ import annotations

import random
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
WIDTH, HEIGHT, DPI = 1240, 1754, 150
FONT = "/usr/share/fonts/truetype/arphic/uming.ttc"
WORDS = "原告被告法院审理认为合同约定付款义务未按期履行应当承担违约责任依照民法典之规定判决如下"


@lru_cache(maxsize=8)
def _grain(shape: tuple[int, ...], seed: int, deviation: float) -> NDArray[np.int8]:
    noise = np.floor(np.random.default_rng(seed).normal(0, deviation, shape)).astype(np.int8)
    return np.repeat(noise, 3 // shape[2], axis=2)


def grained(page: Pixels, seed: int, deviation: float, *, coloured: bool = False) -> Pixels:
    """The page with the noise of a sensor, drawn once for each size: the same in all channels of
    a pixel, or one for each where it is `coloured`."""
    shape = (*page.shape[:2], 3 if coloured else 1)
    noisy = cv2.add(page, _grain(shape, seed, deviation), dtype=cv2.CV_8U)
    return np.asarray(noisy, dtype=np.uint8)


def text_ink(seed: int, lines: int = 30, top: int = 150) -> Pixels:
    """Lines of text, 255 where there is ink."""
    chance = random.Random(seed)
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(image)
    face = ImageFont.truetype(FONT, 30)
    for row in range(lines):
        text = "".join(chance.choice(WORDS) for _ in range(chance.randint(12, 30)))
        draw.text((150, top + 48 * row), text, font=face, fill=255, stroke_width=1)
    return np.asarray(image)


def table_ink(seed: int) -> Pixels:
    """A ruled form that is its own mirror image but for what is written in it."""
    image = Image.new("L", (WIDTH, HEIGHT), 0)
    draw = ImageDraw.Draw(image)
    for row in range(11):
        draw.line((140, 200 + 120 * row, WIDTH - 140, 200 + 120 * row), fill=255, width=3)
    for column in range(5):
        draw.line((140 + 240 * column, 200, 140 + 240 * column, 1400), fill=255, width=3)
    words = text_ink(seed, lines=24, top=215)
    return np.asarray(np.maximum(np.asarray(image), words), dtype=np.uint8)


def smeared(ink: Pixels, millimetres: float) -> Pixels:
    """The ink as blur or paper smears it (standard deviation)."""
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), millimetres * DPI / 25.4), dtype=np.uint8)


def through(ink: Pixels, *, degrees: float = 0.5, turned: bool = False) -> Pixels:
    """The ink of the other face as it is seen from this one."""
    mirrored = np.ascontiguousarray(ink[:, ::-1])
    turn = degrees + (180 if turned else 0)
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn, 1.002)
    matrix[:, 2] += np.array([9.0, -7.0])
    moved = cv2.warpAffine(mirrored, matrix, (WIDTH, HEIGHT))
    return smeared(np.asarray(moved, dtype=np.uint8), 0.2)


def scanned(*layers: tuple[Pixels, float], seed: int = 1) -> Pixels:
    """A picture of paper with these layers of ink, each with its strength (0 to 1)."""
    paper = np.full((HEIGHT, WIDTH), 248, np.float32)
    for ink, strength in layers:
        paper *= 1 - strength * ink.astype(np.float32) / 255
    paper += np.random.default_rng(seed).normal(0, 2, paper.shape).astype(np.float32)
    gray = np.clip(paper, 0, 255).astype(np.uint8)
    return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8)


def note_ink(seed: int = 5) -> Pixels:
    """Two short lines in one place of the page."""
    ink = text_ink(seed, lines=2, top=700)
    ink = ink.copy()
    ink[:, 600:] = 0
    return ink
