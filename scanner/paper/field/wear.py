"""Wear of paper and scanner in the field family, by the names of `spec.TRAITS`."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from scanner.paper.field.plate import Cover, Light, rough, wander
from scanner.paper.field.sheets import Sheet

_TINTS = {
    "recycled": (0.66, 0.64, 0.58),
    "yellow": (0.88, 0.8, 0.42),
    "pink": (0.88, 0.66, 0.7),
    "blue": (0.6, 0.74, 0.86),
    "green": (0.62, 0.84, 0.62),
    "kraft": (0.52, 0.36, 0.2),
}
_HOLES = {
    "two": ((-40.0, 40.0), 2.7),
    "four": ((-120.0, -40.0, 40.0, 120.0), 2.6),
    "thread": ((-70.0, 0.0, 70.0), 0.9),
    "black": ((-80.0, 0.0, 80.0), 2.4),
    "torn": ((-80.0, 0.0, 80.0), 2.9),
}


def wear_sheet(sheet: Sheet, traits: dict[str, str], chance: np.random.Generator) -> None:
    """Applies what happened to the paper."""
    for kind, wear in _WEAR.items():
        if kind in traits:
            wear(sheet, traits[kind], chance)


def _shape(sheet: Sheet) -> tuple[int, int]:
    return (sheet.paper.shape[0], sheet.paper.shape[1])


def _tint(sheet: Sheet, mode: str, chance: np.random.Generator) -> None:
    sheet.light *= np.array(_TINTS[mode], dtype=np.float32) * float(chance.uniform(0.94, 1.05))
    if mode in ("recycled", "kraft"):
        specks = rough(chance, _shape(sheet), 3.0) > 1.75
        sheet.light[specks] *= 0.8


def _stain(sheet: Sheet, mode: str, chance: np.random.Generator) -> None:
    shape = _shape(sheet)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    y, x = (float(value) for value in chance.uniform(0.05, 0.95, 2) * shape)
    radius = float(chance.uniform(9, 38)) * sheet.scale
    level = (
        1 - np.hypot(columns - x, rows - y) / radius + 0.16 * wander(chance, shape, radius * 0.6)
    )
    inside = np.clip(level * 9, 0, 1)
    edge = np.exp(-((level / 0.05) ** 2))
    tone, deep, rim = {
        "coffee": ((0.42, 0.24, 0.1), 0.2, 0.5),
        "water": ((0.62, 0.56, 0.4), 0.05, 0.25),
    }.get(mode, ((0.03, 0.05, 0.2), 0.75, 0.1))
    if mode == "ink":
        inside = np.clip((level - 0.6) * 12, 0, 1)
    share = np.clip(inside * deep + edge * rim, 0, 1)[:, :, None]
    sheet.light *= (1 - share * (1 - np.array(tone))).astype(np.float32)


def _crease(sheet: Sheet, mode: str, chance: np.random.Generator) -> None:
    del mode
    shape = _shape(sheet)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    for _ in range(int(chance.integers(1, 4))):
        slope = float(chance.normal(0, 0.02))
        place = float(chance.uniform(0.2, 0.8)) * shape[0]
        away = (rows - place - slope * columns) / (0.5 * sheet.scale)
        if chance.random() < 0.35:
            place = float(chance.uniform(0.3, 0.7)) * shape[1]
            away = (columns - place - slope * rows) / (0.5 * sheet.scale)
        shade = 1 - 0.16 * np.exp(-(away**2)) + 0.06 * np.exp(-((away - 2.5) ** 2))
        sheet.light *= shade[:, :, None].astype(np.float32)


def _dust(sheet: Sheet, mode: str, chance: np.random.Generator) -> None:
    del mode
    shape = _shape(sheet)
    for _ in range(int(chance.integers(10, 120))):
        y, x = (int(value) for value in chance.uniform(0, 1, 2) * shape)
        reach = float(chance.uniform(0.04, 0.2)) * sheet.scale
        size = max(1, round(reach))
        shade = float(chance.uniform(0.1, 0.7))
        sheet.light[y : y + size, x : x + max(1, round(size * float(chance.uniform(0.5, 2))))] *= (
            shade
        )


def _holes(sheet: Sheet, mode: str, chance: np.random.Generator) -> None:
    """Round parts of the sheet are missing, so that the lid shows through them."""
    shape = _shape(sheet)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32) / sheet.scale
    wide, tall = shape[1] / sheet.scale, shape[0] / sheet.scale
    offsets, radius = _HOLES[mode]
    margin = float(chance.uniform(7, 13))
    x = margin if chance.random() < 0.6 else wide - margin
    for offset in offsets:
        distance = np.hypot(columns - x, rows - tall / 2 - offset) - radius
        if mode == "torn":
            distance = distance + 0.35 * np.cos(
                3 * np.arctan2(rows - tall / 2 - offset, columns - x)
            )
        open_part = np.clip(0.5 - distance * sheet.scale, 0, 1)
        if mode == "black":
            sheet.light *= (1 - open_part * 0.97)[:, :, None].astype(np.float32)
        else:
            sheet.paper = np.minimum(sheet.paper, 1 - open_part).astype(np.float32)


def _staples(sheet: Sheet, mode: str, chance: np.random.Generator) -> None:
    shape = _shape(sheet)
    for _ in range(int(chance.integers(1, 3))):
        x, y = float(chance.uniform(8, 20)), float(chance.uniform(8, 60))
        length = float(chance.uniform(8, 13))
        left, top = round(x * sheet.scale), round(min(y * sheet.scale, shape[0] - 20))
        end, thick = left + round(length * sheet.scale), max(2, round(0.5 * sheet.scale))
        if mode == "holes":
            for place in (left, end):
                sheet.light[top : top + thick, place : place + thick] *= 0.15
            continue
        sheet.light[top + thick : top + 2 * thick, left:end] *= 0.55
        sheet.light[top : top + thick, left:end] = 0.3
        sheet.light[top : top + max(1, thick // 3), left:end] = 0.7


def _warp(sheet: Sheet, mode: str, chance: np.random.Generator) -> None:
    """Damp paper: the whole sheet is bent a little by a smooth field."""
    del mode
    shape = _shape(sheet)
    rows, columns = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    amount = float(chance.uniform(0.3, 0.9)) * sheet.scale
    step = 90 * sheet.scale
    x = columns + amount * wander(chance, shape, step)
    y = rows + amount * wander(chance, shape, step)
    bent = cv2.remap(sheet.light, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    waves = 1 + 0.03 * wander(chance, shape, step / 2)
    sheet.light = np.asarray(bent * waves[:, :, None], dtype=np.float32)


def lamp(shape: tuple[int, int], mode: str | None, chance: np.random.Generator) -> Cover:
    """The light over the window: its usual slow change, and what the trait "light" adds."""
    height, width = shape
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    field = 1 - float(chance.uniform(0, 0.02)) * x**2 + float(chance.normal(0, 0.005)) * x + 0 * y
    if mode == "gutter":
        side = x if chance.random() < 0.6 else -x
        field = field * (1 - float(chance.uniform(0.25, 0.6)) / (1 + np.exp((side + 0.86) * 14)))
    elif mode == "rescan":
        field = field * float(chance.uniform(0.72, 1.08))
    elif mode is not None:
        away = np.hypot(x - float(chance.uniform(-1, 1)), y - float(chance.uniform(-1, 1)))
        field = field * (1 - float(chance.uniform(0.08, 0.22)) * away)
    return np.asarray(field, dtype=np.float32)


def copied(light: Light, chance: np.random.Generator) -> Light:
    """A copier of the old kind: no colour, steep, grey veil, toner dust."""
    grey = light @ np.array([0.3, 0.59, 0.11], dtype=np.float32)
    steep = np.clip((grey - 0.28) * float(chance.uniform(1.5, 2.6)) + 0.2, 0.03, 1)
    dust = rough(chance, (grey.shape[0], grey.shape[1]), 4.0) > 2.05
    veil = np.where(dust, steep * 0.35, steep) * float(chance.uniform(0.86, 0.98))
    return np.repeat(veil[:, :, None], 3, axis=2).astype(np.float32)


_WEAR: dict[str, Callable[[Sheet, str, np.random.Generator], None]] = {
    "stain": _stain,
    "tint": _tint,
    "crease": _crease,
    "dust": _dust,
    "warp": _warp,
    "staples": _staples,
    "holes": _holes,
}
