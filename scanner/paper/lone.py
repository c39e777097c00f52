"""Sides that bear a single mark: neither blank nor a page of text."""

from __future__ import annotations

import numpy as np

from scanner.paper import stamps
from scanner.paper.canvas import BLACK, Canvas, Colour
from scanner.paper.render import SEAL_RED
from scanner.paper.texts import load_texts

BLUE: Colour = (38, 44, 110)


def number(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Nothing but a stamped page number."""
    style = "mono-bold" if not wild else "serif"
    em = round(float(chance.uniform(5, 7.4)) * canvas.scale)
    text = str(int(chance.integers(2, 180)))
    mask = stamps.uneven(stamps.stamped_number(text, style, em, chance), chance, 0.85)
    tones: list[Colour] = [BLACK, BLUE] if not wild else [(196, 40, 44), (96, 44, 132)]
    x = float(chance.choice([22.0, canvas.width - 22.0]))
    canvas.press(mask, x, float(chance.uniform(12, 18)), tones[int(chance.integers(0, 2))])
    canvas.lines = 1


def seal(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Nothing but a seal."""
    diameter = float(chance.uniform(36, 46))
    mask = stamps.round_seal(
        str(chance.choice(load_texts("leaves")["offices"])), "", round(diameter * canvas.scale)
    )
    strength = 0.85 if not wild else float(chance.uniform(0.4, 0.8))
    mask = stamps.uneven(stamps.turned(mask, float(chance.uniform(-40, 40))), chance, strength)
    x, y = float(chance.uniform(50, 160)), float(chance.uniform(60, 240))
    canvas.press(mask, x, y, SEAL_RED)
    canvas.lines = 0


def signature(canvas: Canvas, chance: np.random.Generator, wild: bool) -> None:
    """Nothing but a name written by hand, perhaps with a date."""
    name = str(chance.choice(load_texts("leaves")["names"]))
    x, y = float(chance.uniform(40, 120)), float(chance.uniform(50, 240))
    ink: Colour = BLUE if not wild else (60, 60, 66)
    canvas.text(x, y, name, "kai", float(chance.uniform(6, 11)), ink, spacing=0.6)
    canvas.lines = 1
