"""Pages full of figures under strain: the part of the measurement that digit errors come from.

Every line is a case number, a date, an amount, a number of an identity card or of a telephone,
set small, soft, pale, struck through, stamped over or badly packed, each by its own chance.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.paper.fonts import load_font

Pixels = NDArray[np.uint8]

_PROVINCES = "京津冀晋辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔滇陕甘"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_WIDTH, _LINES, _PITCH, _LEFT = 1654, 34, 62, 150


class Strain(NamedTuple):
    """How hard it is made: strokes softened by up to `blur` pixels at 200 dpi, ink down to
    `depth` of itself, grain up to `grain` levels, and the share of lines written over."""

    blur: float
    depth: float
    grain: float
    over: float


DEVELOPMENT = (
    ("song", "kai", "serif", "hei"),
    Strain(blur=2.0, depth=0.25, grain=22, over=0.25),
)
CHECK = (
    ("sans", "micro", "serif-bold", "song", "kai"),
    Strain(blur=2.3, depth=0.2, grain=26, over=0.3),
)


def page_of_figures(seed: int, *, check: bool = False) -> tuple[Pixels, list[str]]:
    """An A4 page at 200 dpi (BGR) and its lines."""
    faces, strain = CHECK if check else DEVELOPMENT
    chance = np.random.default_rng(seed + (100_000 if check else 0))
    page = np.full((2339, _WIDTH), 250.0, np.float32)
    lines = []
    for index in range(_LINES):
        text = _text(chance)
        band = _band(text, str(chance.choice(faces)), chance, strain)
        top = 110 + index * _PITCH
        page[top : top + _PITCH] = band
        lines.append(text)
    grey = np.clip(page, 0, 255).astype(np.uint8)
    if chance.random() < 0.4:
        stored = cv2.imencode(
            ".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(chance.integers(25, 60))]
        )
        grey = np.asarray(cv2.imdecode(stored[1], cv2.IMREAD_GRAYSCALE), np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2), lines


def _text(chance: np.random.Generator) -> str:
    year, month, day = (int(chance.integers(*r)) for r in ((1985, 2027), (1, 13), (1, 29)))
    many = int(10 ** chance.uniform(2, 6.5))
    kind = int(chance.integers(0, 7))
    if kind == 0:
        court = f"{chance.choice(list(_PROVINCES))}{chance.integers(1, 2000):02d}"
        return f"案号：（{year}）{court}民初{chance.integers(1, 9999)}号"
    if kind == 1:
        return f"被告于{year}年{month}月{day}日前返还借款{many}元"
    if kind == 2:
        return (
            f"利息按年利率{chance.uniform(3, 16):.2f}%计算，共计{many}.{chance.integers(10, 99)}元"
        )
    if kind == 3:
        return f"公民身份号码{_identity(chance, year, month, day)}"
    if kind == 4:
        return f"联系电话1{chance.integers(30, 99)}{chance.integers(10_000_000, 99_999_999)}"
    if kind == 5:
        return (
            f"尾号{chance.integers(1000, 9999)}账户于{year}-{month:02d}-{day:02d}转出{many:,}.00元"
        )
    return f"{chance.integers(1, 99)}号楼{chance.integers(1, 9)}单元{chance.integers(101, 2999)}室"


def _identity(chance: np.random.Generator, year: int, month: int, day: int) -> str:
    body = (
        f"{chance.integers(110101, 650000)}{year}{month:02d}{day:02d}{chance.integers(1, 999):03d}"
    )
    rest = sum(int(c) * w for c, w in zip(body, _WEIGHTS, strict=True)) % 11
    return body + "10X98765432"[rest]


def _band(text: str, face: str, chance: np.random.Generator, strain: Strain) -> NDArray[np.float32]:
    size = int(chance.integers(20, 42))
    font = load_font(face, size)
    image = Image.new("L", (_WIDTH, _PITCH), 0)
    draw = ImageDraw.Draw(image)
    middle = _PITCH // 2
    draw.text((_LEFT, middle), text, font=font, fill=255, anchor="lm")
    end = _LEFT + int(font.getlength(text))
    if chance.random() < strain.over:
        for _ in range(int(chance.integers(1, 4))):
            x = int(chance.integers(_LEFT, end))
            reach = int(chance.integers(15, 120))
            drop = [int(chance.integers(-size // 2, size // 2)) for _ in range(2)]
            draw.line((x, middle + drop[0], x + reach, middle + drop[1]), fill=255, width=3)
    ink = np.asarray(image, np.float32) / 255.0
    blur = float(chance.uniform(0.4, strain.blur)) * size / 42
    ink = cv2.GaussianBlur(ink, (0, 0), blur).astype(np.float32)
    depth = float(chance.uniform(strain.depth, 1.0))
    grain = chance.normal(0, float(chance.uniform(0, strain.grain)), ink.shape)
    return np.asarray(250.0 - 215.0 * depth * ink + grain, np.float32)
