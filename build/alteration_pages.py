"""Drawn pages and what was done to them: alterations of the paper, and the ways of a second scan.

Each kind of mark is drawn as an ink of its own, so that an altered page differs from the first by
the alteration alone. Nothing here is used by the product.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np

from leafing_camera import CameraLook, _desk, _lying, _taken
from scanner.paper import degrade
from scanner.paper.chance import choices, pixels
from scanner.paper.faults import plant
from scanner.paper.marks import (
    Banner,
    Fingerprint,
    Hand,
    Mark,
    PageDraft,
    Print,
    RoundSeal,
    SquareSeal,
)
from scanner.paper.plan import PlannedSide
from scanner.paper.render import draw_side, press_number
from scanner.paper.spec import DossierSpec
from scanner.paper.typography import number_style_of, scan_style_of

Picture = Any
KINDS = (
    "line_added",
    "word_added",
    "seal_missing",
    "seal_added",
    "figure_changed",
    "signature_changed",
    "signature_moved",
    "crossed_out",
)
_ADDED = ("另付伍万元整", "以上属实，同意", "此件作废", "已收到原件", "同意变更为三年", "利息另计")
_NAMES = ("王建国", "李秀英", "张志强", "陈思远", "刘玉梅", "赵文博", "周海涛")
_CONFUSED = {"0": "8", "1": "7", "2": "3", "3": "8", "4": "9", "5": "6", "6": "8", "7": "1"}
_CONFUSED |= {"8": "3", "9": "4"}


@dataclass(frozen=True, kw_only=True)
class Altered:
    """The marks of a side after an alteration, and the boxes (mm) it lies in."""

    marks: tuple[tuple[int, Mark], ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    strike: tuple[float, float, float, float] | None = None


def pages(family: str, seed: int, sides: int, dpi: int) -> tuple[DossierSpec, list[PlannedSide]]:
    """The written sides of one drawn dossier."""
    spec = DossierSpec(name="alteration", seed=seed, family=family, sides=sides, dpi=dpi)
    _, planned, _ = plant(spec)
    return spec, [side for side in planned if side.draft is not None and not side.leaf]


def altered(draft: PageDraft, kind: str, chance: random.Random) -> Altered | None:
    """The side with one alteration; None where there is nothing to alter so."""
    marks = list(enumerate(draft.marks))
    if kind in ("line_added", "word_added"):
        return _written(draft, kind, marks, chance)
    if kind == "seal_missing":
        found = [entry for entry in marks if isinstance(entry[1], (RoundSeal, SquareSeal))]
        if not found:
            return None
        gone = chance.choice(found)
        return Altered(
            marks=tuple(entry for entry in marks if entry != gone), boxes=(_box(gone[1]),)
        )
    if kind == "seal_added":
        return _stamped(draft, marks, chance)
    if kind == "figure_changed":
        return _refigured(marks, chance)
    if kind.startswith("signature"):
        return _signed(marks, kind, chance)
    prints = [mark for mark in draft.marks if isinstance(mark, Print) and len(mark.text) >= 8]
    if not prints:
        return None
    mark = chance.choice(prints)
    start, length = chance.randrange(0, 5), chance.randint(2, 4)
    pitch = mark.size + mark.spacing
    x, y = mark.x + start * pitch, mark.y + mark.size * 0.55
    strike = (x, y, x + length * pitch * 0.9, y + chance.uniform(-0.5, 0.5))
    box = (x, y - 1, strike[2], y + 1)
    return Altered(marks=tuple(marks), boxes=(box,), strike=strike)


def _written(
    draft: PageDraft, kind: str, marks: list[tuple[int, Mark]], chance: random.Random
) -> Altered | None:
    text = chance.choice(_ADDED)
    if kind == "word_added":
        text = text[:2]
    size = chance.uniform(4.5, 7.5)
    place = _free_place(draft, size * len(text), size, chance)
    if place is None:
        return None
    colour = chance.choice([(38, 44, 92), (30, 30, 34), (24, 36, 130)])
    hand = Hand(x=place[0], y=place[1], text=text, size=size, colour=colour)
    return Altered(marks=(*marks, (900, hand)), boxes=(_box(hand),))


def _stamped(
    draft: PageDraft, marks: list[tuple[int, Mark]], chance: random.Random
) -> Altered | None:
    if chance.random() < 0.5:
        banner = Banner(x=chance.uniform(60, 150), y=chance.uniform(60, 240), text="作废", size=6.0)
        return Altered(marks=(*marks, (901, banner)), boxes=(_box(banner),))
    place = _free_place(draft, 16, 16, chance) or (chance.uniform(30, 150), chance.uniform(60, 230))
    seal = SquareSeal(x=place[0], y=place[1], text=chance.choice(_NAMES))
    return Altered(marks=(*marks, (902, seal)), boxes=(_box(seal),))


def _refigured(marks: list[tuple[int, Mark]], chance: random.Random) -> Altered | None:
    found = [
        (place, mark, at)
        for place, (_, mark) in enumerate(marks)
        if isinstance(mark, Print) and mark.y > 25
        for at, character in enumerate(mark.text)
        if character in _CONFUSED and character.isascii()
    ]
    if not found:
        return None
    from scanner.paper.fonts import text_width

    place, mark, at = chance.choice(found)
    text = mark.text[:at] + _CONFUSED[mark.text[at]] + mark.text[at + 1 :]
    x = mark.x + text_width(mark.face, mark.text[:at]) * mark.size + at * mark.spacing
    box = (x, mark.y, x + text_width(mark.face, mark.text[at]) * mark.size, mark.y + mark.size)
    changed = list(marks)
    changed[place] = (marks[place][0], replace(mark, text=text))
    return Altered(marks=tuple(changed), boxes=(box,))


def _signed(marks: list[tuple[int, Mark]], kind: str, chance: random.Random) -> Altered | None:
    found = [
        place
        for place, (_, mark) in enumerate(marks)
        if isinstance(mark, Hand) and 2 <= len(mark.text) <= 4
    ]
    if not found:
        return None
    place = chance.choice(found)
    number, mark = marks[place]
    assert isinstance(mark, Hand)
    changed = list(marks)
    if kind == "signature_moved":
        new = replace(mark, x=mark.x + chance.choice([-7, 7]), y=mark.y + chance.choice([-2, 2]))
    else:
        name = chance.choice([name for name in _NAMES if name[0] not in mark.text])
        new = replace(mark, text=name[: len(mark.text)].ljust(len(mark.text), "明"))
        number += 500
    changed[place] = (number, new)
    return Altered(marks=tuple(changed), boxes=(_box(mark), _box(new)))


def _box(mark: Mark) -> tuple[float, float, float, float]:
    if isinstance(mark, RoundSeal):
        half = mark.diameter / 2
        return (mark.x - half, mark.y - half, mark.x + half, mark.y + half)
    if isinstance(mark, SquareSeal):
        return (mark.x, mark.y, mark.x + mark.size, mark.y + mark.size)
    if isinstance(mark, Banner):
        wide = mark.size * (len(mark.text) + 1) / 2
        return (mark.x - wide, mark.y - mark.size, mark.x + wide, mark.y + mark.size)
    if isinstance(mark, (Hand, Print)):
        return (mark.x, mark.y, mark.x + mark.size * len(mark.text), mark.y + mark.size)
    raise TypeError(type(mark).__name__)


def _free_place(
    draft: PageDraft, wide: float, high: float, chance: random.Random
) -> tuple[float, float] | None:
    taken = [
        _box(mark)
        for mark in draft.marks
        if isinstance(mark, (Print, Hand, RoundSeal, SquareSeal, Banner))
    ]
    for _ in range(200):
        x, y = chance.uniform(22, 195 - wide), chance.uniform(28, 278 - high)
        if all(x + wide < box[0] or x > box[2] or y + high < box[1] or y > box[3] for box in taken):
            return x, y
    return None


def ink_of(
    marks: Sequence[tuple[int, Mark]],
    dpi: int,
    seed: int,
    strike: tuple[float, float, float, float] | None = None,
) -> Picture:
    """The ink of the marks on white (RGB); marks of one number are drawn alike each time."""
    printed: list[Mark] = []
    others: list[tuple[int, Mark]] = []
    for number, mark in marks:
        if isinstance(mark, (Hand, RoundSeal, SquareSeal, Banner, Fingerprint)):
            others.append((number, mark))
        else:
            printed.append(mark)
    plain = PageDraft(marks=tuple(printed), text_lines=())
    page: Picture = draw_side(plain, dpi, pixels(seed, "ink"))
    for number, mark in others:
        lone = PageDraft(marks=(mark,), text_lines=())
        page = cv2.multiply(page, draw_side(lone, dpi, pixels(seed, "ink", number)), scale=1 / 255)
    if strike is not None:
        ends = [round(value * dpi / 25.4) for value in strike]
        wide = max(2, round(0.5 * dpi / 25.4))
        cv2.line(page, ends[:2], ends[2:], (40, 44, 90), wide, cv2.LINE_AA)
    return page


@dataclass(frozen=True, kw_only=True)
class Second:
    """How the paper was looked at the second time: "scan" or "camera", and how roughly."""

    way: str
    rough: float = 1.0


def first_scan(ink: Picture, side: PlannedSide, family: str, seed: int, dpi: int) -> Picture:
    """The electronic side (BGR), with its number."""
    style = scan_style_of(family, choices(seed, "style"))
    ink = ink.copy()
    _number(ink, side, family, seed, dpi)
    return _scanned(ink, side, style, pixels(seed, "first"), dpi, skew=style.skew)


def second_look(
    ink: Picture, side: PlannedSide, family: str, seed: int, dpi: int, look: Second, own: int
) -> Picture:
    """The paper (RGB ink) scanned again by another scanner, or under a camera (BGR). `own` is the
    seed of the first scan: a number that is there twice is the same stamp."""
    chance = random.Random(f"{family}/{seed}/second")
    ink = ink.copy()
    if chance.random() < 0.7:
        _number(ink, side, family, own, dpi)
    style = scan_style_of(family, choices(seed, "other style"))
    noise = pixels(seed, "second")
    rough = look.rough
    skew = 3.0 * rough if look.way == "scan" else 0.3
    page = _scanned(ink, side, style, noise, dpi, skew=skew)
    if chance.random() < 0.5:
        _dust(page, noise, dpi, rough)
    if look.way == "camera":
        return _photographed(page, chance, noise, rough)
    scale = 1 + chance.uniform(-0.02, 0.02) * rough
    page = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    page = _curled(page, chance, dpi, rough)
    if chance.random() < 0.5:
        page = cv2.GaussianBlur(page, (0, 0), chance.uniform(0.4, 1.0 * rough) * dpi / 200)
    return _toned(page, chance, rough)


def _number(ink: Picture, side: PlannedSide, family: str, seed: int, dpi: int) -> None:
    style = number_style_of(family, choices(seed, "numbers"))
    text = f"{side.page_number or 7:0{style.digits}d}"
    press_number(ink, text, style, side.face, dpi, pixels(seed, "number", side.origin))


def _scanned(
    ink: Picture, side: PlannedSide, style: Any, chance: np.random.Generator, dpi: int, skew: float
) -> Picture:
    page: Picture = degrade.on_paper(ink, None, style, dpi, chance, bleed=0.0, tint=style.tint)
    if style.holes:
        degrade.punch(page, side.face, dpi, chance)
    page, _ = degrade.tilt(page, float(chance.uniform(-skew, skew)), style.edge)
    grain = degrade.make_grain(style.noise, page.shape[1], page.shape[0], chance)
    page = degrade.add_grain(page, grain, chance)
    return cv2.cvtColor(page, cv2.COLOR_RGB2BGR)


def _dust(page: Picture, chance: np.random.Generator, dpi: int, rough: float) -> None:
    for _ in range(int(chance.integers(3, 16))):
        x, y = int(chance.integers(0, page.shape[1])), int(chance.integers(0, page.shape[0]))
        radius = max(1, round(float(chance.uniform(0.05, 0.22)) * rough * dpi / 25.4))
        cv2.circle(page, (x, y), radius, (90, 90, 92), -1, cv2.LINE_AA)


def _curled(page: Picture, chance: random.Random, dpi: int, rough: float) -> Picture:
    high, wide = page.shape[:2]
    x, y = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    most = 1.2 * rough * dpi / 25.4
    a, b = chance.uniform(-most, most), chance.uniform(-most, most)
    phase = chance.uniform(0, 3)
    x += np.float32(a) * np.sin(2.2 * np.pi * y / high + phase) * (x / wide)
    y += np.float32(b) * np.sin(1.7 * np.pi * x / wide + phase) * (0.4 + y / high)
    return cv2.remap(page, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _toned(page: Picture, chance: random.Random, rough: float) -> Picture:
    gamma = 1 + chance.uniform(-0.3, 0.35) * rough
    gain = 1 + chance.uniform(-0.1, 0.04) * rough
    table = np.clip(255 * (np.arange(256) / 255) ** gamma * gain, 0, 255).astype(np.uint8)
    page = cv2.LUT(page, table)
    if chance.random() < 0.5:
        fall = np.linspace(1, 1 - chance.uniform(0.1, 0.3) * rough, page.shape[1])
        page = np.clip(page * fall[None, :, None], 0, 255).astype(np.uint8)
    quality = chance.choice([45, 60, 75, 90])
    coded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)


def _photographed(
    page: Picture, chance: random.Random, noise: np.random.Generator, rough: float
) -> Picture:
    look = CameraLook(
        width=2592,
        height=1944,
        perspective=0.04 * rough,
        curl=0.02 * rough,
        shadow=0.35 * rough,
        fingers=0,
        noise=3.0 * rough,
        blur=chance.uniform(0.5, 1.0 * rough),
        jitter=0.0,
    )
    lying = _lying(page, look, _desk(look, noise), noise)
    taken = _taken(lying, look, noise, 0, 0.0)
    coded = cv2.imencode(".jpg", taken, [cv2.IMWRITE_JPEG_QUALITY, chance.choice([75, 90])])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)
