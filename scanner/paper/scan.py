"""Scanning one planned side: ink, paper, scanner, damage, file bytes."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from scanner.paper import degrade
from scanner.paper.chance import pixels
from scanner.paper.marks import PageDraft
from scanner.paper.plan import PlannedSide
from scanner.paper.render import Box, Pixels, draw_side, page_size, press_number
from scanner.paper.spec import DossierSpec
from scanner.paper.typography import NumberStyle, ScanStyle

LOW_RESOLUTION_DPI = 96


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """The bytes of a side and what is true of the picture.

    `turn` is the clockwise turn that sets it upright, `skew` the clockwise tilt that remains then,
    `number_box` the stamp in pixels of the picture as delivered.
    """

    data: bytes
    width: int
    height: int
    turn: int
    skew: float
    number_box: tuple[int, int, int, int] | None


class PaperScanner:
    """Scans the sides of one dossier; keeps the ink of the last sheet for its back."""

    def __init__(self, spec: DossierSpec, numbers: NumberStyle, style: ScanStyle) -> None:
        self._spec = spec
        self._numbers = numbers
        self._style = style
        self._ink: dict[int, Pixels] = {}
        width, height = page_size(spec.dpi)
        noise = pixels(spec.seed, "grain")
        self._grain = degrade.make_grain(style.noise, width, height, noise)

    def scan(self, side: PlannedSide) -> Scanned:
        """The side as the scanner delivers it; the same bytes for the same spec and side."""
        spec, style = self._spec, self._style
        chance = pixels(spec.seed, "scan", side.origin, side.copy)
        ink = self._drawn(side.draft, side.origin).copy()
        box: Box | None = None
        if side.stamp is not None:
            text = f"{side.stamp:0{self._numbers.digits}d}"
            stamping = pixels(spec.seed, "number", side.origin)
            box = press_number(ink, text, self._numbers, side.face, spec.dpi, stamping)
        behind = self._drawn(side.behind, _other_face(side.origin)) if side.behind else None
        damage = {kind: (value, mode) for kind, value, mode in side.damage}
        bleeding = "bleed_through" in damage
        page = degrade.on_paper(
            ink,
            behind,
            style,
            spec.dpi,
            pixels(spec.seed, "paper", side.origin),
            bleed=0.3 if bleeding else style.bleed,
            tint=style.cover_tint if side.origin.startswith("cover") else style.tint,
        )
        if style.holes:
            degrade.punch(page, side.face, spec.dpi, pixels(spec.seed, "holes", side.origin))
        if "folded_corner" in damage:
            page = degrade.folded_corner(page, spec.dpi, chance)
        skew = float(np.clip(chance.normal(0, style.skew / 2), -style.skew, style.skew))
        if "skew" in damage:
            skew = damage["skew"][0]
        page, matrix = degrade.tilt(page, skew, style.edge)
        if box is not None:
            box = degrade.moved_box(box, matrix)
        page = self._damaged(page, damage, chance)
        page = degrade.add_grain(page, self._grain, chance)
        turn = int(damage["orientation"][0]) if "orientation" in damage else 0
        if turn:
            away = 360 - turn
            if box is not None:
                box = degrade.turned_box(box, page.shape[1], page.shape[0], away)
            page = degrade.turn_clockwise(page, away)
        dpi = spec.dpi
        if "low_resolution" in damage:
            share = LOW_RESOLUTION_DPI / dpi
            size = (round(page.shape[1] * share), round(page.shape[0] * share))
            page = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            dpi = LOW_RESOLUTION_DPI
            if box is not None:
                box = (box[0] * share, box[1] * share, box[2] * share, box[3] * share)
        data = _encoded(page, spec.mode, spec.quality, dpi)
        if "unreadable" in damage:
            data = _spoilt(data, damage["unreadable"][1], chance)
        return Scanned(
            data=data,
            width=page.shape[1],
            height=page.shape[0],
            turn=turn,
            skew=round(skew, 3),
            number_box=None if box is None else _rounded(box, page.shape[1], page.shape[0]),
        )

    def _drawn(self, draft: PageDraft | None, origin: str) -> Pixels:
        key = id(draft)
        if key not in self._ink:
            while len(self._ink) >= 3:
                self._ink.pop(next(iter(self._ink)))
            chance = pixels(self._spec.seed, "ink", origin)
            self._ink[key] = draw_side(draft, self._spec.dpi, chance)
        return self._ink[key]

    def _damaged(
        self, page: Pixels, damage: dict[str, tuple[float, str]], chance: np.random.Generator
    ) -> Pixels:
        dpi = self._spec.dpi
        if "blur" in damage:
            page = degrade.blur(page, dpi)
        if "too_dark" in damage:
            page = degrade.too_dark(page)
        if "too_light" in damage:
            page = degrade.too_light(page)
        if "low_contrast" in damage:
            page = degrade.low_contrast(page)
        if "streak" in damage:
            page = degrade.streak(page, dpi, chance)
        if "black_border" in damage:
            page = degrade.black_border(page, dpi, chance)
        return page


def _other_face(origin: str) -> str:
    stem, _, face = origin.rpartition("-")
    return f"{stem}-{'back' if face == 'front' else 'front'}"


def _rounded(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    return (
        max(0, int(box[0])),
        max(0, int(box[1])),
        min(width, round(box[2]) + 1),
        min(height, round(box[3]) + 1),
    )


def _encoded(page: Pixels, mode: str, quality: int, dpi: int) -> bytes:
    image = Image.fromarray(page)
    if mode == "gray":
        image = image.convert("L")
    elif mode == "lineart":
        image = Image.fromarray(degrade.bitonal(page))
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=quality, dpi=(dpi, dpi), subsampling="4:2:0")
    return stream.getvalue()


def _spoilt(data: bytes, mode: str, chance: np.random.Generator) -> bytes:
    if mode == "empty":
        return b""
    if mode == "truncated":
        return data[: len(data) * 3 // 10]
    return data[:20] + chance.bytes(min(len(data), 60_000))
