"""Scanning one planned side: ink, paper, scanner, damage, file bytes."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

from scanner.paper import degrade, edges
from scanner.paper.chance import pixels
from scanner.paper.leaves import draw_leaf
from scanner.paper.marks import PageDraft
from scanner.paper.objects import lay_object
from scanner.paper.plan import PlannedSide
from scanner.paper.render import Box, Pixels, draw_side, page_size, press_number
from scanner.paper.sheets import resized_ink
from scanner.paper.spec import DossierSpec
from scanner.paper.typography import NumberStyle, ScanStyle
from scanner.paper.wear import wear_paper, wear_picture

LOW_RESOLUTION_DPI = 96
BLEED = {"": 0.3, "weak": 0.17, "strong": 0.5}
# A lid darker than this along an edge is a dark border, wherever it came from.
_DARK_LID = 170


@dataclass(frozen=True, kw_only=True)
class Scanned:
    """The bytes of a side and what is true of the picture.

    `turn` is the clockwise turn that sets it upright, `skew` the clockwise tilt that remains then,
    `number_box` the stamp in pixels of the picture as delivered. `boxes` are the places of the
    planted faults by code (none for faults of the whole side), `either` codes that are true of the
    picture besides, `lines` the lines of text.
    """

    data: bytes
    width: int
    height: int
    turn: int
    skew: float
    number_box: tuple[int, int, int, int] | None
    boxes: dict[str, tuple[Box, ...]] = field(default_factory=dict)
    either: frozenset[str] = frozenset()
    lines: int = 0


@dataclass(kw_only=True)
class _Sheet:
    """One side on its way through the scanner."""

    page: Pixels
    ink: Pixels
    number: Box | None
    damage: dict[str, tuple[float, str]]
    traits: dict[str, str]
    edge: int
    skew: float = 0.0
    boxes: dict[str, tuple[Box, ...]] = field(default_factory=dict)
    either: set[str] = field(default_factory=set)

    def mode(self, kind: str) -> str | None:
        """The mode of a planted fault, `None` when it is not planted."""
        return self.damage[kind][1] if kind in self.damage else None

    def move(self, matrix: degrade.Matrix) -> None:
        """Moves what is known of places."""
        self.map_boxes(lambda box: degrade.moved_box(box, matrix))

    def map_boxes(self, change: Callable[[Box], Box]) -> None:
        """Changes the boxes of number and faults."""
        if self.number is not None:
            self.number = change(self.number)
        self.boxes = {kind: tuple(map(change, boxes)) for kind, boxes in self.boxes.items()}


class PaperScanner:
    """Scans the sides of one dossier; keeps the ink of the last sheet for its back."""

    def __init__(self, spec: DossierSpec, numbers: NumberStyle, style: ScanStyle) -> None:
        self._spec = spec
        self._numbers = numbers
        self._style = style
        self._wild = spec.family == "check"
        self._ink: dict[int, Pixels] = {}
        self._grain = self._grain_for(*page_size(spec.dpi))

    def scan(self, side: PlannedSide) -> Scanned:
        """The side as the scanner delivers it; the same bytes for the same spec and side."""
        spec = self._spec
        chance = pixels(spec.seed, "scan", side.origin, side.copy)
        sheet, lines = self._on_paper(side)
        if "folded_corner" in sheet.damage and not sheet.mode("folded_corner"):
            sheet.page, sheet.boxes["folded_corner"] = _tupled(
                degrade.folded_corner(sheet.page, spec.dpi, chance)
            )
        self._tear(sheet, side)
        self._lay(sheet, side, chance)
        self._damage(sheet, side, chance)
        page = degrade.add_grain(sheet.page, self._grain_of(sheet.page), chance)
        if sheet.traits:
            wearing = pixels(spec.seed, "picture", side.origin, side.copy)
            page = wear_picture(page, sheet.traits, spec.dpi, wearing, self._wild)
        turn = int(sheet.damage["orientation"][0]) if "orientation" in sheet.damage else 0
        if turn:
            away, (height, width) = 360 - turn, page.shape[:2]
            sheet.map_boxes(lambda box: degrade.turned_box(box, width, height, away))
            page = degrade.turn_clockwise(page, away)
        dpi = spec.dpi
        if "low_resolution" in sheet.damage:
            share = LOW_RESOLUTION_DPI / dpi
            size = (round(page.shape[1] * share), round(page.shape[0] * share))
            page = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            dpi = LOW_RESOLUTION_DPI
            sheet.map_boxes(
                lambda box: (box[0] * share, box[1] * share, box[2] * share, box[3] * share)
            )
        data = _encoded(page, spec.mode, spec.quality, dpi)
        if "unreadable" in sheet.damage:
            data = _spoilt(data, sheet.damage["unreadable"][1], chance)
        box = sheet.number
        return Scanned(
            data=data,
            width=page.shape[1],
            height=page.shape[0],
            turn=turn,
            skew=round(sheet.skew, 3),
            number_box=None if box is None else _rounded(box, page.shape[1], page.shape[0]),
            boxes=sheet.boxes,
            either=frozenset(sheet.either - set(sheet.damage)),
            lines=lines,
        )

    def _on_paper(self, side: PlannedSide) -> tuple[_Sheet, int]:
        """The side with its number, paper, holes and wear, and how many lines it bears."""
        spec, style = self._spec, self._style
        damage = {kind: (value, mode) for kind, value, mode in side.damage}
        if side.leaf:
            leaf = draw_leaf(side.leaf, spec.seed, side.origin, spec.dpi, self._wild)
            ink, lines = leaf.ink, leaf.lines
        else:
            ink = self._drawn(side.draft, side.origin).copy()
            lines = len(side.draft.text_lines) if side.draft else 0
        plain = ink.copy() if "cut_off" in damage else ink
        box: Box | None = None
        if side.stamp is not None:
            text = f"{side.stamp:0{self._numbers.digits}d}"
            stamping = pixels(spec.seed, "number", side.origin)
            box = press_number(ink, text, self._numbers, side.face, spec.dpi, stamping)
        if "size_outlier" in damage:
            sizing = pixels(spec.seed, "size", side.origin)
            ink = resized_ink(ink, damage["size_outlier"][1], spec.dpi, sizing, self._wild)
            box = None
        behind = self._drawn(side.behind, _other_face(side.origin)) if side.behind else None
        bleed = BLEED[damage["bleed_through"][1]] if "bleed_through" in damage else style.bleed
        page = degrade.on_paper(
            ink,
            behind,
            style,
            spec.dpi,
            pixels(spec.seed, "paper", side.origin),
            bleed=bleed,
            tint=style.cover_tint if side.origin.startswith("cover") else style.tint,
        )
        traits = dict(side.traits)
        if style.holes and "holes" not in traits:
            degrade.punch(page, side.face, spec.dpi, pixels(spec.seed, "holes", side.origin))
        if traits:
            wearing = pixels(spec.seed, "wear", side.origin)
            page = wear_paper(page, traits, spec.dpi, wearing, self._wild)
        sheet = _Sheet(
            page=page, ink=plain, number=box, damage=damage, traits=traits, edge=style.edge
        )
        if "staples" in traits:
            sheet.either.add("foreign_object")
        return sheet, lines

    def _tear(self, sheet: _Sheet, side: PlannedSide) -> None:
        """Damage of the sheet itself that lets the lid show."""
        corner = sheet.mode("folded_corner")
        torn = sheet.mode("cut_off") == "torn"
        if not corner and not torn:
            return
        dpi, chance = self._spec.dpi, pixels(self._spec.seed, "tear", side.origin, side.copy)
        lid = edges.lid_shade(chance, self._wild)
        sheet.edge = lid[0]
        if corner:
            sheet.page, sheet.boxes["folded_corner"] = _tupled(
                edges.corner_damage(sheet.page, corner, lid, dpi, chance, self._wild)
            )
            sheet.either.add("cut_off")
        if torn:
            sheet.page, sheet.boxes["cut_off"] = _tupled(
                edges.torn_edge(sheet.page, sheet.ink, lid, dpi, chance, self._wild)
            )
            sheet.either.add("folded_corner")
        if lid[0] < _DARK_LID:
            sheet.either.add("black_border")

    def _lay(self, sheet: _Sheet, side: PlannedSide, chance: np.random.Generator) -> None:
        """The sheet as it lies on the glass: its tilt, and what of it is outside."""
        skew = float(
            np.clip(chance.normal(0, self._style.skew / 2), -self._style.skew, self._style.skew)
        )
        if "skew" in sheet.damage:
            skew = sheet.damage["skew"][0]
        if ("light", "rescan") in side.traits:
            skew = float(pixels(self._spec.seed, "again", side.origin).uniform(-0.95, 0.95))
        mode = sheet.mode("cut_off")
        if mode not in ("text", "askew"):
            sheet.page, matrix = degrade.tilt(sheet.page, skew, sheet.edge)
            sheet.move(matrix)
            sheet.skew = skew
            return
        laying = pixels(self._spec.seed, "lay", side.origin, side.copy)
        laid = edges.laid_askew(
            sheet.page, sheet.ink, mode, sheet.edge, self._spec.dpi, laying, self._wild
        )
        sheet.page, sheet.skew = laid.page, laid.skew
        sheet.move(laid.matrix)
        sheet.boxes["cut_off"] = laid.boxes
        if laid.lid < _DARK_LID:
            sheet.either.add("black_border")

    def _damage(self, sheet: _Sheet, side: PlannedSide, chance: np.random.Generator) -> None:
        """Damage by the scanner, and what lies on the glass."""
        dpi, damage, page = self._spec.dpi, sheet.damage, sheet.page
        own = pixels(self._spec.seed, "damage", side.origin, side.copy)
        if "foreign_object" in damage:
            kind = damage["foreign_object"][1]
            sheet.boxes["foreign_object"] = (lay_object(page, kind, dpi, own, self._wild),)
        if "blur" in damage:
            moved = damage["blur"][1] == "motion"
            page = edges.motion(page, dpi, own, self._wild) if moved else degrade.blur(page, dpi)
        if "too_dark" in damage:
            page = degrade.too_dark(page)
        if "too_light" in damage:
            page = degrade.too_light(page)
        if "low_contrast" in damage:
            page = degrade.low_contrast(page)
        if "streak" in damage:
            mode = damage["streak"][1]
            page, sheet.boxes["streak"] = _tupled(
                degrade.streak(page, dpi, own if mode else chance, mode)
            )
        if "black_border" in damage:
            mode = damage["black_border"][1]
            page, sheet.boxes["black_border"] = _tupled(
                edges.bed_border(page, mode, dpi, own, self._wild)
                if mode
                else degrade.black_border(page, dpi, chance)
            )
        sheet.page = page

    def _drawn(self, draft: PageDraft | None, origin: str) -> Pixels:
        key = id(draft)
        if key not in self._ink:
            while len(self._ink) >= 3:
                self._ink.pop(next(iter(self._ink)))
            chance = pixels(self._spec.seed, "ink", origin)
            self._ink[key] = draw_side(draft, self._spec.dpi, chance)
        return self._ink[key]

    def _grain_for(self, width: int, height: int) -> degrade.Grain:
        noise = pixels(self._spec.seed, "grain")
        return degrade.make_grain(self._style.noise, width, height, noise)

    def _grain_of(self, page: Pixels) -> degrade.Grain:
        """The noise of this scanner for a page of any size."""
        width, height = page_size(self._spec.dpi)
        if page.shape[0] <= height and page.shape[1] <= width:
            return self._grain
        return self._grain_for(page.shape[1], page.shape[0])


def _tupled(made: tuple[Pixels, list[Box]]) -> tuple[Pixels, tuple[Box, ...]]:
    return made[0], tuple(made[1])


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
