"""Drawing the marks of one side as ink on white, upright."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from scanner.paper import stamps
from scanner.paper.fonts import load_font, runs
from scanner.paper.layout import PAGE_HEIGHT, PAGE_WIDTH
from scanner.paper.marks import (
    Banner,
    Fingerprint,
    Hand,
    PageDraft,
    Picture,
    Portrait,
    Print,
    RoundSeal,
    Rule,
    SquareSeal,
)
from scanner.paper.scenes import scene
from scanner.paper.typography import NumberStyle

Pixels = NDArray[np.uint8]
"""Height x width x 3, red-green-blue."""
Box = tuple[float, float, float, float]

SEAL_RED = (200, 32, 40)
MILLIMETRES_PER_INCH = 25.4
BASELINE = 0.86
"""Where the baseline lies below the top of the em square, in ems; the same for every face."""


def page_size(dpi: int) -> tuple[int, int]:
    """Width and height of an A4 side in pixels (2480 x 3508 at 300 dpi)."""
    scale = dpi / MILLIMETRES_PER_INCH
    return round(PAGE_WIDTH * scale), round(PAGE_HEIGHT * scale)


def draw_side(draft: PageDraft | None, dpi: int, chance: np.random.Generator) -> Pixels:
    """The ink of a side on white, without page number; `None` draws an empty side."""
    width, height = page_size(dpi)
    scale = dpi / MILLIMETRES_PER_INCH
    black = Image.new("L", (width, height), 255)
    if draft is None:
        return np.full((height, width, 3), 255, dtype=np.uint8)
    draw = ImageDraw.Draw(black)
    for mark in draft.marks:
        if isinstance(mark, Print):
            _draw_print(draw, mark, scale)
        elif isinstance(mark, Rule):
            line = (mark.x0 * scale, mark.y0 * scale, mark.x1 * scale, mark.y1 * scale)
            draw.line(line, fill=70, width=max(1, round(mark.width * scale)))
        elif isinstance(mark, Portrait):
            _draw_portrait(draw, mark, scale)
    grey = np.asarray(black, dtype=np.uint8)
    page = np.repeat(grey[:, :, None], 3, axis=2)
    for mark in draft.marks:
        if isinstance(mark, Picture):
            _place_picture(page, mark, scale, chance)
        elif isinstance(mark, Hand):
            _draw_hand(page, mark, scale, chance)
        elif isinstance(mark, RoundSeal):
            mask = stamps.round_seal(mark.text, mark.lower, round(mark.diameter * scale))
            mask = stamps.turned(mask, float(chance.uniform(-9, 9)))
            mask = stamps.uneven(mask, chance, float(chance.uniform(0.72, 0.9)))
            press(page, mask, mark.x * scale, mark.y * scale, SEAL_RED)
        elif isinstance(mark, SquareSeal):
            mask = stamps.square_seal(mark.text, round(mark.size * scale))
            mask = stamps.turned(mask, float(chance.uniform(-5, 5)))
            mask = stamps.uneven(mask, chance, 0.88)
            half = mark.size * scale / 2
            press(page, mask, mark.x * scale + half, mark.y * scale + half, SEAL_RED)
        elif isinstance(mark, Fingerprint):
            mask = stamps.fingerprint(round(19 * scale), chance)
            mask = stamps.turned(mask, float(chance.uniform(-30, 30)))
            press(page, mask, mark.x * scale, mark.y * scale, mark.colour)
        elif isinstance(mark, Banner):
            mask = stamps.framed_text(mark.text, round(mark.size * scale))
            mask = stamps.turned(mask, mark.turn)
            mask = stamps.uneven(mask, chance, 0.85)
            press(page, mask, mark.x * scale, mark.y * scale, mark.colour)
    return page


def press(page: Pixels, mask: Pixels, x: float, y: float, colour: tuple[int, int, int]) -> Box:
    """Multiplies ink of a colour onto the page, centred at (x, y). Returns the box it covers."""
    height, width = mask.shape[:2]
    left = int(min(max(x - width / 2, 0), page.shape[1] - width))
    top = int(min(max(y - height / 2, 0), page.shape[0] - height))
    area = page[top : top + height, left : left + width]
    amount = mask[:, :, None].astype(np.float32) / 255
    absorbed = 1 - amount * (1 - np.array(colour, dtype=np.float32) / 255)
    area[:] = np.clip(area * absorbed, 0, 255).astype(np.uint8)
    return (float(left), float(top), float(left + width), float(top + height))


def press_number(
    page: Pixels, text: str, style: NumberStyle, face: str, dpi: int, chance: np.random.Generator
) -> Box:
    """Stamps a page number: upper right on a front, upper left on a back (`face`)."""
    scale = dpi / MILLIMETRES_PER_INCH
    em = round(style.height * scale)
    if style.by_hand:
        mask = stamps.written_number(text, em, chance)
    else:
        mask = stamps.stamped_number(text, style.face, em, chance)
    mask = stamps.turned(mask, style.tilt + float(chance.normal(0, 1.1)))
    mask = stamps.uneven(mask, chance, style.strength * float(chance.uniform(0.9, 1.0)))
    inset = style.inset_x + float(chance.normal(0, 1.2)) + mask.shape[1] / scale / 2
    x = PAGE_WIDTH - inset if face == "front" else inset
    y = style.inset_y + float(chance.normal(0, 1.0)) + style.height / 2
    return press(page, mask, x * scale, y * scale, style.colour)


def _draw_print(draw: ImageDraw.ImageDraw, mark: Print, scale: float) -> None:
    em = max(6, round(mark.size * scale))
    baseline = mark.y * scale + BASELINE * em
    x = mark.x * scale
    spacing = mark.spacing * scale
    for face, run in runs(mark.face, mark.text):
        font = load_font(face, em)
        for piece in run if spacing else (run,):
            draw.text((x, baseline), piece, font=font, fill=mark.ink, anchor="ls")
            x += font.getlength(piece) + spacing


def _draw_hand(page: Pixels, mark: Hand, scale: float, chance: np.random.Generator) -> None:
    em = max(8, round(mark.size * scale))
    x = mark.x * scale
    slope = float(chance.uniform(-0.03, 0.02))
    slant = float(chance.uniform(-0.22, 0.02))
    start = x
    for character in mark.text:
        own = max(8, round(em * float(chance.uniform(0.9, 1.12))))
        font = load_font(runs("kai", character)[0][0], own)
        glyph = Image.new("L", (own * 2, own * 2), 0)
        place = (own, own * (0.5 + BASELINE))
        ImageDraw.Draw(glyph).text(place, character, font=font, fill=255, anchor="ms")
        lean = slant + float(chance.uniform(-0.08, 0.08))
        glyph = glyph.transform(
            glyph.size,
            Image.Transform.AFFINE,
            (1, -lean, lean * own, 0, 1, 0),
            Image.Resampling.BICUBIC,
        ).rotate(float(chance.uniform(-7, 7)), Image.Resampling.BICUBIC)
        mask = np.asarray(glyph, dtype=np.uint8)
        length = font.getlength(character)
        if character.isspace():
            x += length
            continue
        y = mark.y * scale + em / 2 + slope * (x - start) + float(chance.normal(0, em * 0.03))
        press(page, mask, x + length / 2, y, mark.colour)
        x += length * float(chance.uniform(0.92, 1.04))


def _place_picture(page: Pixels, mark: Picture, scale: float, chance: np.random.Generator) -> None:
    left, top = round(mark.x * scale), round(mark.y * scale)
    height, width = round(mark.height * scale), round(mark.width * scale)
    area = page[top : top + height, left : left + width]
    area[:] = scene(height, width, chance, colour=True)[: area.shape[0], : area.shape[1]]


def _draw_portrait(draw: ImageDraw.ImageDraw, mark: Portrait, scale: float) -> None:
    def box(x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        return (
            (mark.x + mark.width * x0) * scale,
            (mark.y + mark.height * y0) * scale,
            (mark.x + mark.width * x1) * scale,
            (mark.y + mark.height * y1) * scale,
        )

    draw.rectangle(box(0, 0, 1, 1), fill=205)
    draw.chord(box(0.1, 0.62, 0.9, 1.38), 180, 360, fill=96)
    draw.ellipse(box(0.3, 0.16, 0.7, 0.68), fill=150)
    draw.chord(box(0.28, 0.12, 0.72, 0.52), 180, 360, fill=70)
