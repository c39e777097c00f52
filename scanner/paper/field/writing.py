"""Draws the marks of a court paper, and its page number, on a plate."""

from __future__ import annotations

import numpy as np

from scanner.paper.field import seals
from scanner.paper.field.plate import BALLPOINT, GEL, VERMILION, Plate, Tone, wander
from scanner.paper.marks import (
    Banner,
    Fingerprint,
    Hand,
    PageDraft,
    Portrait,
    Print,
    RoundSeal,
    Rule,
    SquareSeal,
)
from scanner.paper.typography import NumberStyle


def write_marks(plate: Plate, draft: PageDraft) -> None:
    """Lays all marks of a draft on the plate."""
    chance, scale = plate.chance, plate.scale
    hand: Tone = BALLPOINT if chance.random() < 0.5 else GEL
    for mark in draft.marks:
        if isinstance(mark, Print):
            plate.text(mark.x, mark.y, mark.text, mark.face, mark.size, mark.spacing)
        elif isinstance(mark, Rule):
            plate.rule(mark.x0, mark.y0, mark.x1, mark.y1, mark.width * 0.8)
        elif isinstance(mark, Hand):
            plate.written(mark.x, mark.y, mark.text, mark.size, hand)
        elif isinstance(mark, RoundSeal):
            cover = seals.round_seal(mark.text, mark.lower, round(mark.diameter * scale), chance)
            plate.lay(cover, mark.x, mark.y, VERMILION)
        elif isinstance(mark, SquareSeal):
            cover = seals.name_seal(mark.text, round(mark.size * scale), chance)
            plate.lay(cover, mark.x + mark.size / 2, mark.y + mark.size / 2, VERMILION)
        elif isinstance(mark, Fingerprint):
            cover = seals.finger_print(round(20 * scale), chance)
            plate.lay(cover, mark.x, mark.y, VERMILION)
        elif isinstance(mark, Banner):
            cover = seals.boxed_words(mark.text, round(mark.size * scale), chance)
            cover = seals.turned(cover, mark.turn)
            red = mark.colour[0] > mark.colour[2]
            plate.lay(cover, mark.x, mark.y, VERMILION if red else BALLPOINT)
        elif isinstance(mark, Portrait):
            portrait(plate, mark.x, mark.y, mark.width, mark.height)
    plate.lines = len(draft.text_lines)


def press_number(
    plate: Plate, text: str, style: NumberStyle, face: str
) -> tuple[float, float, float, float]:
    """Stamps the page number outside above, on the binding-free corner; its box in pixels."""
    chance = plate.chance
    cover = seals.digits(text, style.face, round(style.height * plate.scale), chance)
    tilt = style.tilt + float(chance.normal(0, 1.5))
    cover = seals.turned(cover, tilt) * np.float32(style.strength)
    rows, columns = np.nonzero(cover > 0.2)
    cover = cover[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    inset = style.inset_x + float(chance.normal(0, 1.5)) + cover.shape[1] / plate.scale / 2
    x = plate.width - inset if face == "front" else inset
    y = style.inset_y + style.height / 2 + float(chance.normal(0, 1.2))
    red, green, blue = (float((value / 255) ** 2.2) for value in style.colour)
    return plate.lay(cover, x, y, (red, green, blue))


def portrait(plate: Plate, x: float, y: float, width: float, height: float) -> None:
    """A copied portrait: head and shoulders as soft shapes, coarse screen of a copier."""
    shape = (round(height * plate.scale), round(width * plate.scale))
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    across, down = columns / shape[1] - 0.5, rows / shape[0]
    grey = np.full(shape, 0.62, dtype=np.float32)
    grey[np.hypot(across / 0.42, (down - 1.05) / 0.42) < 1] = 0.12
    grey[np.hypot(across / 0.2, (down - 0.42) / 0.25) < 1] = 0.4
    grey[np.hypot(across / 0.22, (down - 0.27) / 0.16) < 1] = 0.06
    screen = 0.06 * np.sin(columns * 2.1) * np.sin(rows * 2.1)
    grey = np.clip(grey + screen + 0.03 * wander(plate.chance, shape, 9), 0.02, 0.95)
    plate.picture(np.repeat(grey[:, :, None], 3, axis=2), x, y)
