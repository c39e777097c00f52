"""The scanner of the field family: sheet, lid, things between, lamp, lens, sensor, sharpening."""

from __future__ import annotations

import math

import cv2
import numpy as np

from scanner.paper.chance import pixels
from scanner.paper.field import sheets, wear
from scanner.paper.field.leaves import drawn_leaf, till_roll
from scanner.paper.field.machine import dim_columns, encoded, exposed, machine_of
from scanner.paper.field.objects import lay_thing
from scanner.paper.field.plate import Cover, Light, Plate, darkest, wander
from scanner.paper.field.sheets import Sheet
from scanner.paper.field.writing import press_number, write_marks
from scanner.paper.marks import PageDraft
from scanner.paper.plan import PlannedSide
from scanner.paper.render import Box, Pixels
from scanner.paper.scan import Scanned
from scanner.paper.spec import DossierSpec
from scanner.paper.typography import NumberStyle

_BLEED = {"weak": (0.3, 0.38), "": (0.45, 0.6), "strong": (0.65, 0.8)}
_DARK_LID = 0.32
_LOW_DPI = 100


class FieldScanner:
    """Scans the sides of one dossier of the field family."""

    def __init__(self, spec: DossierSpec, numbers: NumberStyle) -> None:
        self._spec = spec
        self._numbers = numbers
        self._machine = machine_of(spec.seed)
        self._drawn: dict[int, Light] = {}

    def scan(self, side: PlannedSide) -> Scanned:
        """The side as the scanner delivers it; the same bytes for the same spec and side."""
        spec, scale = self._spec, self._spec.dpi / 25.4
        damage = {kind: (value, mode) for kind, value, mode in side.damage}
        modes = {kind: mode for kind, _, mode in side.damage}
        traits = dict(side.traits)
        chance = pixels(spec.seed, "field", "scan", side.origin, side.copy)
        sheet, number, lines = self._sheet(side, modes, traits)
        lid = self._lid(modes, chance)
        placed = self._placed(sheet, modes, damage, traits, chance)
        window, matrix, skew = placed
        scene, paper = _composed(sheet, lid, window, matrix, chance)
        boxes = {
            kind: tuple(_moved(box, matrix) for box in found) for kind, found in sheet.boxes.items()
        }
        if modes.get("cut_off") in ("text", "askew"):
            boxes["cut_off"] = sheets.cut_boxes(sheets.ink_in(sheet, matrix), window, scale)
        if "black_border" in modes:
            boxes["black_border"] = sheets.lid_boxes(paper, scale)
        if "foreign_object" in modes:
            boxes["foreign_object"] = (lay_thing(scene, modes["foreign_object"], spec.dpi, chance),)
        if "streak" in modes:
            boxes["streak"] = dim_columns(scene, modes["streak"], scale, chance)
        number = None if number is None else _moved(number, matrix)
        picture = exposed(scene, self._machine, spec.dpi, modes, traits, chance)
        return self._delivered(picture, side, boxes, number, skew, lid, lines)

    def _sheet(
        self, side: PlannedSide, modes: dict[str, str], traits: dict[str, str]
    ) -> tuple[Sheet, Box | None, int]:
        """The sheet with ink, paper, wear and lost parts; the box of its number; its lines."""
        spec, machine = self._spec, self._machine
        chance = pixels(spec.seed, "field", "sheet", side.origin)
        if side.leaf:
            plate = drawn_leaf(side.leaf, spec.dpi, chance)
        else:
            plate = Plate(210.0, 297.0, spec.dpi, pixels(spec.seed, "field", "ink", side.origin))
            if side.draft is not None:
                write_marks(plate, side.draft)
        light = plate.finished().copy()
        sheet = sheets.sheet_of(light, plate.scale)
        number: Box | None = None
        if side.stamp is not None:
            plate.light = light
            number = press_number(
                plate, f"{side.stamp:0{self._numbers.digits}d}", self._numbers, side.face
            )
        if "size_outlier" in modes:
            light = self._other_size(light, modes["size_outlier"], chance)
            sheet, number = sheets.sheet_of(light, plate.scale), None
        sheet.light = light
        behind = self._behind(side.behind, side.origin, light.shape)
        if behind is not None:
            low, high = _BLEED[modes["bleed_through"]] if "bleed_through" in modes else (1.0, 1.0)
            amount = float(chance.uniform(low, high))
            amount = amount if "bleed_through" in modes else machine.bleed
            soft = float(chance.uniform(0.12, 0.35)) * plate.scale
            through = cv2.GaussianBlur(behind, (0, 0), soft)
            kept = cv2.addWeighted(through, amount, through, 0.0, 1 - amount)
            sheet.light = np.asarray(cv2.multiply(sheet.light, kept), dtype=np.float32)
        tone = machine.cover if side.origin.startswith("cover") else machine.paper
        fibre = 1 + 0.006 * wander(chance, (light.shape[0], light.shape[1]), 2.5 * plate.scale)
        stuff = cv2.merge([(fibre * part).astype(np.float32) for part in tone])
        sheet.light = np.asarray(cv2.multiply(sheet.light, stuff), dtype=np.float32)
        if machine.holes and "holes" not in traits and not side.leaf:
            traits = {**traits, "holes": machine.holes}
        wear.wear_sheet(sheet, traits, chance)
        if "folded_corner" in modes:
            back = None if behind is None else np.ascontiguousarray(behind[:, ::-1])
            sheets.lose_corner(sheet, modes["folded_corner"], back, chance)
        if modes.get("cut_off") == "torn":
            sheets.lose_edge(sheet, chance)
        return sheet, number, plate.lines

    def _behind(self, draft: PageDraft | None, origin: str, shape: tuple[int, ...]) -> Light | None:
        """The ink on the other side of the sheet, mirrored as it shines through."""
        if draft is None:
            return None
        key = id(draft)
        if key not in self._drawn:
            while len(self._drawn) >= 2:
                self._drawn.pop(next(iter(self._drawn)))
            stem, _, face = origin.rpartition("-")
            other = f"{stem}-{'back' if face == 'front' else 'front'}"
            plate = Plate(
                210.0, 297.0, self._spec.dpi, pixels(self._spec.seed, "field", "ink", other)
            )
            write_marks(plate, draft)
            self._drawn[key] = plate.finished()
        mirrored = np.ascontiguousarray(self._drawn[key][:, ::-1])
        if mirrored.shape == shape:
            return mirrored
        return np.asarray(cv2.resize(mirrored, (shape[1], shape[0])), dtype=np.float32)

    def _other_size(self, light: Light, mode: str, chance: np.random.Generator) -> Light:
        height, width = light.shape[:2]
        if mode == "receipt":
            wide = float(chance.uniform(56, 112))
            slip = till_roll(wide, int(chance.integers(12, 34)), self._spec.dpi, chance)
            return slip.finished()
        if mode == "a3":
            empty = np.ones_like(light) if chance.random() < 0.5 else light
            both = np.hstack([light, empty])
            fold = np.exp(-(((np.arange(2 * width) - width) / (0.6 * self._spec.dpi / 25.4)) ** 2))
            return np.asarray(both * (1 - 0.2 * fold)[None, :, None], dtype=np.float32)
        share = float(chance.uniform(0.62, 0.74))
        if mode == "a5":
            size = (round(width * share), round(height * share))
            return np.asarray(cv2.resize(light, size, interpolation=cv2.INTER_AREA), np.float32)
        free = (darkest(light).min(axis=1) > 0.7).astype(np.float32)
        gaps = cv2.blur(free.reshape(-1, 1), (1, 9)).ravel() > 0.99
        rows = [row for row in range(height // 3, height * 4 // 5) if gaps[row]]
        cut = rows[int(chance.integers(0, len(rows)))] if rows else height // 2
        return np.ascontiguousarray(light[:cut])

    def _lid(self, modes: dict[str, str], chance: np.random.Generator) -> float:
        """What shows beside the sheet."""
        if "black_border" in modes:
            dark = float(chance.uniform(0.003, 0.02))
            return dark if not modes["black_border"] else float(chance.uniform(0.03, 0.3))
        torn = {"folded_corner", "cut_off"} & set(modes)
        if torn and chance.random() < 0.6:
            return float(chance.choice([0.006, 0.03, 0.1, 0.2, 0.4]))
        return min(self._machine.lid, 0.66) if torn else self._machine.lid

    def _placed(
        self,
        sheet: Sheet,
        modes: dict[str, str],
        damage: dict[str, tuple[float, str]],
        traits: dict[str, str],
        chance: np.random.Generator,
    ) -> tuple[tuple[int, int], sheets.Matrix, float]:
        """Window (width, height), matrix from sheet to window, and clockwise tilt."""
        scale = sheet.scale
        height, width = sheet.paper.shape
        window = (width, height)
        skew = float(np.clip(chance.normal(0, 0.35), -0.9, 0.9))
        if "light" in traits and traits["light"] == "rescan":
            skew = float(chance.uniform(-0.94, 0.94))
        if "skew" in damage:
            skew = damage["skew"][0]
        x, y = (float(value) * scale for value in chance.normal(0, 0.4, 2))
        border = modes.get("black_border")
        if border == "":
            side, deep = int(chance.integers(0, 4)), float(chance.uniform(4, 9)) * scale
            x += (deep, -deep, 0, 0)[side]
            y += (0, 0, deep, -deep)[side]
        elif border is not None:
            more = tuple(round(float(value) * scale) for value in chance.uniform(8, 15, 2))
            window = (width + more[0], height + more[1])
            if border == "gray":
                x += more[0] / 2 * float(chance.choice([-1, 1]))
                y += more[1] / 2 * float(chance.choice([-1, 1]))
        cut = modes.get("cut_off")
        if cut == "askew":
            skew = float(chance.uniform(3, 8)) * float(chance.choice([-1, 1]))
        if cut in ("text", "askew"):
            if chance.random() < 0.4:
                window = (round(width * float(chance.uniform(0.9, 0.97))), height)
            matrix = sheets.lying((width, height), window, skew, 0.0, 0.0)
            x, y = sheets.pushed_out(sheets.ink_in(sheet, matrix), window, scale, chance)
        return window, sheets.lying((width, height), window, skew, x, y), skew

    def _delivered(
        self,
        picture: Pixels,
        side: PlannedSide,
        boxes: dict[str, tuple[Box, ...]],
        number: Box | None,
        skew: float,
        lid: float,
        lines: int,
    ) -> Scanned:
        """The picture turned, sized and encoded, with everything that is known of it."""
        modes = {kind: mode for kind, _, mode in side.damage}
        turn = next((int(value) for kind, value, _ in side.damage if kind == "orientation"), 0)
        height, width = picture.shape[:2]
        if turn:
            picture = np.ascontiguousarray(np.rot90(picture, turn // 90))
        dpi, share = self._spec.dpi, 1.0
        if "low_resolution" in modes:
            dpi, share = _LOW_DPI, _LOW_DPI / self._spec.dpi
            size = (round(picture.shape[1] * share), round(picture.shape[0] * share))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)

        def place(box: Box) -> Box:
            x0, y0, x1, y1 = _turned(box, width, height, turn)
            return (x0 * share, y0 * share, x1 * share, y1 * share)

        either = {"foreign_object"} if ("staples", "") in side.traits else set()
        if {"folded_corner", "cut_off"} & set(modes):
            either |= {"folded_corner", "cut_off"}
            if lid < _DARK_LID:
                either.add("black_border")
        stamp = None if number is None else place(number)
        return Scanned(
            data=encoded(picture, modes, self._spec, self._machine, dpi),
            width=picture.shape[1],
            height=picture.shape[0],
            turn=turn,
            skew=round(skew, 3),
            number_box=None
            if stamp is None
            else (
                max(0, int(stamp[0])),
                max(0, int(stamp[1])),
                min(picture.shape[1], math.ceil(stamp[2])),
                min(picture.shape[0], math.ceil(stamp[3])),
            ),
            boxes={kind: tuple(place(box) for box in found) for kind, found in boxes.items()},
            either=frozenset(either - set(modes)),
            lines=lines,
        )


def _composed(
    sheet: Sheet,
    lid: float,
    window: tuple[int, int],
    matrix: sheets.Matrix,
    chance: np.random.Generator,
) -> tuple[Light, Cover]:
    """Sheet over lid, with the shadow it throws; and where paper is."""
    light = cv2.warpAffine(
        sheet.light, matrix, window, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    paper = cv2.warpAffine(sheet.paper, matrix, window, flags=cv2.INTER_LINEAR)
    tone = lid * np.array(
        [1.0, float(chance.uniform(0.97, 1.02)), float(chance.uniform(0.95, 1.04))]
    )
    shade = cv2.GaussianBlur(np.asarray(paper, np.float32), (0, 0), 0.7 * sheet.scale)
    shift = np.array([[1, 0, 0.5 * sheet.scale], [0, 1, 0.3 * sheet.scale]])
    shade = cv2.warpAffine(shade, shift, window)
    # The lid is worked out where it shows only: most of a window is paper.
    shown = paper < 0.999
    level = (1 - 0.45 * shade[shown]) * (1 + 0.015 * chance.standard_normal(int(shown.sum())))
    cover = paper[shown][:, None]
    scene = np.clip(light, 0.001, 1)
    scene[shown] = scene[shown] * cover + level[:, None] * tone * (1 - cover)
    return np.asarray(scene, dtype=np.float32), np.asarray(paper, dtype=np.float32)


def _moved(box: Box, matrix: sheets.Matrix) -> Box:
    corners = np.array([[x, y, 1] for x in box[::2] for y in box[1::2]]) @ matrix.T
    low, high = corners.min(axis=0), corners.max(axis=0)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _turned(box: Box, width: int, height: int, turn: int) -> Box:
    """The box after the picture was turned counter-clockwise by `turn`."""
    x0, y0, x1, y1 = box
    if turn == 90:
        return (y0, width - x1, y1, width - x0)
    if turn == 180:
        return (width - x1, height - y1, width - x0, height - y0)
    if turn == 270:
        return (height - y1, x0, height - y0, x1)
    return box
