"""Sides of invented dossiers with a page number, drawn for measuring how numbers are read.

They have nothing in common with the bundled dossiers but the fonts. Everything follows from the
seed. The families differ in faces, hands, inks, sizes and places: "tune" to work with, the others
to judge by.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from number_figures import (
    Hand,
    Ink,
    above,
    beside,
    circled,
    dashed,
    dotted,
    stamped,
    struck,
    turned,
    worded,
    worn,
    written,
)
from scanner.paper.fonts import load_font

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]

STYLES = ("written", "machine", "rubber", "printed")
CONDITIONS = (
    *("plain", "tilted", "faint", "over text", "ruled", "sealed", "at the edge", "lower corner"),
    *("circled", "dashed", "worded", "struck", "date", "case number", "fax line", "figure"),
)
_PAPER_MM = (210, 297)
_TEXT = (
    "本院经审理查明原告与被告于签订买卖合同约定由被告向原告供应钢材货款合计人民币元整双方对账确认后"
    "逾期未付原告多次催要无果遂诉至法院请求判令依法支付利息并承担诉讼费用审判员书记员当事人联系电话"
)
_HEADINGS = ("某某市中级人民法院", "某某县人民法院", "民事判决书", "受理案件通知书")
_COLOURS: dict[str, Colour] = {
    "black": (30, 28, 30),
    "pencil": (105, 105, 110),
    "blue": (35, 50, 150),
    "red": (195, 40, 45),
    "violet": (95, 45, 135),
    "green": (30, 110, 70),
    "pale blue": (70, 80, 120),
}


@dataclass(frozen=True, kw_only=True)
class Family:
    """What one set of dossiers is drawn with; sizes in millimetres, the rest as in `Hand`."""

    faces: dict[str, tuple[str, ...]]
    inks: dict[str, tuple[str, ...]]
    text_faces: tuple[str, ...]
    height_mm: tuple[float, float]
    slant: tuple[float, float]
    pen: tuple[float, float]
    from_side_mm: tuple[float, float]
    from_top_mm: tuple[float, float]
    other_hand: bool
    seeds_from: int


FAMILIES = {
    "tune": Family(
        faces={
            "machine": ("serif-bold",),
            "rubber": ("sans-bold", "hei"),
            "printed": ("song", "serif"),
        },
        inks={
            "written": ("pencil", "blue", "black", "red"),
            "machine": ("black", "red", "blue", "violet"),
            "rubber": ("red", "blue", "violet", "black"),
            "printed": ("black",),
        },
        text_faces=("song", "kai", "sans"),
        height_mm=(3.2, 6.0),
        slant=(-0.05, 0.25),
        pen=(0.055, 0.13),
        from_side_mm=(8, 24),
        from_top_mm=(6, 17),
        other_hand=False,
        seeds_from=1,
    ),
    "check": Family(
        faces={
            "machine": ("mono-bold", "hei-mono"),
            "rubber": ("hei", "micro"),
            "printed": ("kai", "sans"),
        },
        inks={
            "written": ("pencil", "pale blue", "black", "violet"),
            "machine": ("black", "red", "violet", "pale blue"),
            "rubber": ("red", "green", "violet", "black"),
            "printed": ("black",),
        },
        text_faces=("serif", "hei", "micro"),
        height_mm=(3.0, 7.0),
        slant=(-0.15, 0.35),
        pen=(0.045, 0.15),
        from_side_mm=(6, 28),
        from_top_mm=(5, 20),
        other_hand=True,
        seeds_from=100,
    ),
    "judge": Family(
        faces={
            "machine": ("sans-bold", "micro"),
            "rubber": ("mono-bold", "serif"),
            "printed": ("hei", "serif", "micro"),
        },
        inks={
            "written": ("pencil", "blue", "red", "green"),
            "machine": ("blue", "black", "red", "green"),
            "rubber": ("blue", "violet", "red", "pale blue"),
            "printed": ("black",),
        },
        text_faces=("hei", "kai", "serif-bold"),
        height_mm=(2.9, 6.5),
        slant=(-0.1, 0.3),
        pen=(0.05, 0.14),
        from_side_mm=(7, 26),
        from_top_mm=(5, 19),
        other_hand=True,
        seeds_from=700,
    ),
}


class NumberedDossier:
    """One dossier: its sides share the hand, the ink, the place and the scanner."""

    def __init__(self, *, family: str, style: str, seed: int) -> None:
        self.family = FAMILIES[family]
        self._style = style
        self.key = f"{family} {style} {seed}"
        chance = random.Random(self.key)
        self.dpi = chance.choice((150, 200, 200, 300))
        self.mode = chance.choice(("colour", "colour", "colour", "gray", "bitonal"))
        self.ink = chance.choice(self.family.inks[style])
        self.dark = chance.uniform(0.65, 1.0)
        self.quality = chance.choice((40, 55, 70, 85, 92))
        self._zeros = chance.choice((0, 0, 3, 4)) if style in ("machine", "rubber") else 0
        self.dots = style == "machine" and chance.random() < 0.2
        low, high = self.family.height_mm
        self.height_mm = chance.uniform(low, high if style == "written" else min(high, 5.0))
        self._face = chance.choice(self.family.faces.get(style, ("sans",)))
        self._space = chance.choice((0.0, 0.0, 0.08, 0.2))
        self._hand = Hand(
            width=chance.uniform(0.8, 1.1),
            slant=chance.uniform(*self.family.slant),
            pen=chance.uniform(*self.family.pen),
            gap=chance.uniform(0.12, 0.4),
            other=self.family.other_hand,
        )
        self.from_side = chance.uniform(*self.family.from_side_mm)
        self.from_top = chance.uniform(*self.family.from_top_mm)

    def side(self, number: int | None, position: int, condition: str) -> Pixels:
        """The side at `position` (from 0; odd ones are backs) as it was scanned, upright, BGR."""
        return _Side(self, number, position, condition).scanned()

    def figures(self, number: int, height: float, chance: random.Random) -> Ink:
        """The number in the hand or the stamp of this dossier."""
        text = str(number).zfill(self._zeros)
        if self._style == "written":
            return written(text, height, self._hand, chance)
        jump = 0.0 if self._style == "printed" else 0.03
        return stamped(text, height, self._face, self._space, jump, chance)

    @property
    def stamp(self) -> bool:
        """Whether the number comes from a stamp, whose ink is never even."""
        return self._style in ("machine", "rubber")


class _Side:
    def __init__(
        self, dossier: NumberedDossier, number: int | None, position: int, condition: str
    ) -> None:
        self._dossier = dossier
        self._number = number
        self._condition = condition
        self._chance = random.Random(f"{dossier.key} {position} {condition}")
        self._grain = np.random.default_rng(self._chance.randrange(2**32))
        self._per_mm = dossier.dpi / 25.4
        self._front = position % 2 == 0
        self._size = (int(_PAPER_MM[0] * self._per_mm), int(_PAPER_MM[1] * self._per_mm))
        self._print = Image.new("L", self._size, 0)
        self._red = Image.new("L", self._size, 0)
        self._text_face = self._chance.choice(dossier.family.text_faces)
        self._points = self._chance.choice((10.5, 12, 14, 16))

    def scanned(self) -> Pixels:
        self._text()
        ink, left, top = None, 0.0, 0.0
        if self._number is not None:
            ink = self._ink(self._number)
            left, top = self._place(ink)
            self._around_the_number(ink, left, top)
        self._distraction()
        width, height = self._size
        page = np.full((height, width, 3), 250 * self._chance.uniform(0.94, 1), np.float32)
        layers: tuple[tuple[Image.Image, Colour], ...]
        layers = ((self._print, (35, 33, 35)), (self._red, (205, 45, 45)))
        for layer, colour in layers:
            strength = np.asarray(layer, np.float32)[:, :, None] / 255
            page *= 1 - strength * (1 - np.array(colour, np.float32) / 255)
        if ink is not None:
            self._paint(page, ink, round(left * self._per_mm), round(top * self._per_mm))
        return self._scan(np.clip(page, 0, 255).astype(np.uint8))

    def _write(self, text: str, x_mm: float, y_mm: float, points: float, fill: int = 235) -> None:
        font = load_font(self._text_face, max(8, int(points / 72 * self._dossier.dpi)))
        place = (x_mm * self._per_mm, y_mm * self._per_mm)
        ImageDraw.Draw(self._print).text(place, text, font=font, fill=fill)

    def _words(self, count: int) -> str:
        return "".join(self._chance.choice(_TEXT) for _ in range(count))

    def _text(self) -> None:
        step, em = self._points / 72 * 25.4 * 1.6, self._points / 72 * 25.4
        left = self._chance.uniform(20, 28)
        count = int((210 - 2 * left) / em)
        top = self._chance.uniform(24, 38)
        if top > 32:
            heading = self._chance.choice(_HEADINGS)
            self._write(heading, 105 - len(heading) * 20 / 72 * 25.4 / 2, top - 14, 20)
        y = top
        while y < 62:
            self._write(self._words(count), left, y, self._points)
            y += step
        self._write(self._words(count // 2), left, 245, self._points)
        if self._chance.random() < 0.25:
            foot = f"第 {self._chance.randrange(1, 5)} 页 共 {self._chance.randrange(5, 9)} 页"
            self._write(foot, 92, 281, 10.5)

    def _ink(self, number: int) -> Ink:
        dossier, chance = self._dossier, self._chance
        # Drawn at twice the size and made smaller, as edges on paper are finer than pixels.
        height = 2 * dossier.height_mm * chance.uniform(0.93, 1.07) * self._per_mm
        ink = dossier.figures(number, height, chance)
        if self._condition == "circled":
            ink = circled(ink, height, chance)
        elif self._condition == "dashed":
            ink = dashed(ink, height)
        elif self._condition == "worded":
            ink = worded(ink, height, self._text_face, chance)
        elif self._condition == "struck":
            ink = self._with_old_number(ink, number, height)
        if dossier.stamp or self._condition == "faint":
            ink = worn(ink, height, chance.uniform(0.5, 1.05), self._grain)
        if dossier.dots:
            ink = dotted(ink, height)
        tilt = chance.uniform(-15, 15) if self._condition == "tilted" else chance.gauss(0, 2.5)
        ink = turned(ink, tilt)
        half = (max(2, ink.shape[1] // 2), max(2, ink.shape[0] // 2))
        return np.asarray(cv2.resize(ink, half, interpolation=cv2.INTER_AREA), np.float32)

    def _with_old_number(self, ink: Ink, number: int, height: float) -> Ink:
        chance = self._chance
        old_number = max(1, number + chance.choice((-2, -1, 1, 2, 3, 10)))
        old = struck(self._dossier.figures(old_number, height, chance), height, chance)
        gap = int(height * chance.uniform(0.3, 0.8))
        if chance.random() < 0.6:
            return beside([old, ink] if self._front else [ink, old], gap)
        return above(ink, old, gap)

    def _place(self, ink: Ink) -> tuple[float, float]:
        """Left and top edge of the number in millimetres."""
        chance, dossier = self._chance, self._dossier
        aside = min(30.0, max(3.0, dossier.from_side + chance.gauss(0, 2)))
        down = min(26.0, max(3.0, dossier.from_top + chance.gauss(0, 1.5)))
        if self._condition == "at the edge":
            if chance.random() < 0.5:
                down = chance.uniform(-0.3, 1.0)
            else:
                aside = chance.uniform(-0.3, 1.0)
        height, width = (length / self._per_mm for length in ink.shape)
        left = 210 - aside - width if self._front else aside
        return left, 297 - down - height if self._condition == "lower corner" else down

    def _around_the_number(self, ink: Ink, left: float, top: float) -> None:
        chance = self._chance
        height, width = (length / self._per_mm for length in ink.shape)
        if self._condition == "over text":
            words = self._words(chance.randrange(6, 14))
            reach = len(words) * self._points / 72 * 25.4
            x = left + width * chance.uniform(0.1, 0.6) - reach
            if not self._front:
                x = left + width * chance.uniform(0.4, 0.9)
            fill = chance.randrange(140, 225)
            self._write(words, x, top + height * chance.uniform(0.25, 0.75), self._points, fill)
        elif self._condition == "ruled":
            level = (top + height * chance.uniform(0.25, 0.8)) * self._per_mm
            ends = (20 * self._per_mm, level, 200 * self._per_mm, level + chance.uniform(-4, 4))
            thick = max(1, int(0.3 * self._per_mm))
            ImageDraw.Draw(self._print).line(ends, fill=210, width=thick)
        elif self._condition == "sealed":
            self._seal(left + width / 2, top + height / 2)

    def _seal(self, x_mm: float, y_mm: float) -> None:
        chance = self._chance
        draw = ImageDraw.Draw(self._red)
        x = (x_mm + chance.uniform(-12, 12)) * self._per_mm
        y = (y_mm + chance.uniform(2, 16)) * self._per_mm
        radius = chance.uniform(15, 20) * self._per_mm
        ring = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(ring, outline=190, width=int(1.2 * self._per_mm))
        font = load_font("serif", int(5 * self._per_mm))
        for index, sign in enumerate("某某市人民法院"):
            angle = np.radians(200 + index * 140 / 6)
            place = (
                x + 0.75 * radius * float(np.cos(angle)) - 2.5 * self._per_mm,
                y + 0.75 * radius * float(np.sin(angle)) - 2.5 * self._per_mm,
            )
            draw.text(place, sign, font=font, fill=190)

    def _distraction(self) -> None:
        pick = self._chance.randrange
        text = {
            "date": f"20{pick(15, 26)}年{pick(1, 13)}月{pick(1, 29)}日",
            "case number": f"（2023）辽{pick(1000, 9999)}民初{pick(1, 4000)}号",
            "fax line": f"{pick(10, 29)}-MAY-22 {pick(10, 23)}:{pick(10, 59)} FROM:041"
            f"{pick(10**7, 10**8)} P.{pick(1, 9)}/{pick(9, 20)}",
            "figure": str(pick(2, 999)),
        }.get(self._condition)
        if text is None:
            return
        points = self._chance.choice((9, 10.5, 12))
        aside = self._chance.uniform(12, 30)
        reach = sum(0.5 if sign.isascii() else 1.0 for sign in text) * points / 72 * 25.4
        # In the other corner, where the number of the other side of a sheet stands.
        x = aside if self._front else 210 - aside - reach
        self._write(text, x, self._chance.uniform(5, 16), points)

    def _paint(self, page: NDArray[np.float32], ink: Ink, x: int, y: int) -> None:
        dossier, chance = self._dossier, self._chance
        dark = dossier.dark * chance.uniform(0.85, 1.0)
        if self._condition == "faint":
            dark = (
                chance.uniform(0.25, 0.4) if dossier.ink == "pencil" else chance.uniform(0.14, 0.34)
            )
        top, left = max(0, y), max(0, x)
        bottom, right = min(page.shape[0], y + ink.shape[0]), min(page.shape[1], x + ink.shape[1])
        strength = (dark * ink[top - y : bottom - y, left - x : right - x])[:, :, None]
        colour = np.array(_COLOURS[dossier.ink], np.float32) / 255
        page[top:bottom, left:right] *= 1 - strength * (1 - colour)

    def _scan(self, page: Pixels) -> Pixels:
        dossier, chance = self._dossier, self._chance
        height, width = page.shape[:2]
        soft = cv2.GaussianBlur(page, (5, 5), chance.uniform(0.3, 0.7) * dossier.dpi / 200)
        skew = chance.uniform(-2, 2) if chance.random() < 0.5 else chance.uniform(-0.4, 0.4)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1)
        border = (252,) * 3 if chance.random() < 0.7 else (20,) * 3
        turned_page = cv2.warpAffine(
            soft, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=border
        )
        noise = self._grain.normal(0, chance.uniform(0.8, 3), (height, width, 1))
        noisy = np.clip(turned_page + noise.astype(np.float32), 0, 255).astype(np.uint8)
        scan = np.ascontiguousarray(noisy[:, :, ::-1])
        if dossier.mode == "colour":
            kept = cv2.imencode(".jpg", scan, [cv2.IMWRITE_JPEG_QUALITY, dossier.quality])[1]
            return np.asarray(cv2.imdecode(kept, cv2.IMREAD_COLOR), np.uint8)
        gray = np.asarray(cv2.cvtColor(scan, cv2.COLOR_BGR2GRAY), np.uint8)
        if dossier.mode == "bitonal":
            gray = np.where(gray < chance.choice((175, 190)), 0, 255).astype(np.uint8)
        return np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), np.uint8)
