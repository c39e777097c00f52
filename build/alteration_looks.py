"""How one drawn page is looked at: the first scan, a second one, a camera's still or video frame.

Nothing here is used by the product.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from alteration_camera import Camera, photographed
from alteration_mishaps import gone_through
from scanner.paper import degrade
from scanner.paper.chance import choices, pixels
from scanner.paper.plan import PlannedSide
from scanner.paper.render import press_number
from scanner.paper.typography import number_style_of, scan_style_of

Picture = Any
WAYS = ("scan", "camera", "video720", "video1080")
FORMS = ("colour", "gray", "bitonal")
_SIZES = {"camera": (2048, 1536), "video720": (1280, 720), "video1080": (1920, 1080)}
# Resolutions of other people's scanners.
_OTHER_DPI = (200, 240, 300, 300, 400)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One face of a leaf: `ink` and that `behind` it (RGB at `dpi`), and the seed of its wear."""

    ink: Picture
    behind: Picture
    side: PlannedSide
    family: str
    dpi: int
    seed: int


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A picture (BGR) with the resolution its file declares, 0 for none."""

    picture: Picture
    dpi: int


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a leaf is looked at: `way` of `WAYS`, `form` of `FORMS`, how roughly, `dpi` of a scan (0
    for that of any scanner), what befell the paper before it (`mishap`, "" for nothing)."""

    way: str = "scan"
    form: str = "colour"
    rough: float = 1.0
    dpi: int = 0
    mishap: str = ""


def first_scan(sheet: Sheet, look: Look) -> Seen:
    """The electronic side, nearly always with its number."""
    style = scan_style_of(sheet.family, choices(sheet.seed, "style"))
    ink = sheet.ink.copy()
    if choices(sheet.seed, "numbered").random() < 0.8:
        _number(ink, sheet)
    page = _scanned(ink, sheet, style, pixels(sheet.seed, "first"), style.skew)
    return _delivered(page, sheet.dpi, look)


def second_look(sheet: Sheet, look: Look, seed: int) -> Seen:
    """The paper scanned again by another scanner, or under a camera."""
    chance = random.Random(f"{sheet.family}/{seed}/second")
    ink = sheet.ink.copy()
    if chance.random() < 0.7:
        _number(ink, sheet)
    style = scan_style_of(sheet.family, choices(seed, "other style"))
    noise = pixels(seed, "second")
    page = _scanned(ink, sheet, style, noise, 3.0 * look.rough if look.way == "scan" else 0.3)
    if chance.random() < 0.5:
        _dust(page, noise, sheet.dpi, look.rough)
    if look.mishap:
        page = gone_through(page, look.mishap, sheet.side.face, sheet.dpi, noise)
    if look.way != "scan":
        return Seen(picture=_photographed(page, look, chance, noise), dpi=0)
    scale = 1 + chance.uniform(-0.02, 0.02) * look.rough
    page = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR)
    page = _curled(page, chance, sheet.dpi, look.rough)
    if chance.random() < 0.5:
        soft = chance.uniform(0.4, 1.0 * look.rough) * sheet.dpi / 200
        page = cv2.GaussianBlur(page, (0, 0), soft)
    page = _marred(page, chance, noise, sheet.dpi)
    dpi = look.dpi or chance.choice(_OTHER_DPI)
    seen = _delivered(page, sheet.dpi, Look(form=look.form, dpi=dpi))
    toned = seen.picture if look.form == "bitonal" else _toned(seen.picture, chance, look.rough)
    return Seen(picture=toned, dpi=dpi)


def _number(ink: Picture, sheet: Sheet) -> None:
    style = number_style_of(sheet.family, choices(sheet.seed, "numbers"))
    text = f"{sheet.side.page_number or 7:0{style.digits}d}"
    chance = pixels(sheet.seed, "number", sheet.side.origin)
    press_number(ink, text, style, sheet.side.face, sheet.dpi, chance)


def _scanned(
    ink: Picture, sheet: Sheet, style: Any, chance: np.random.Generator, skew: float
) -> Picture:
    bleed = style.bleed if sheet.behind is not None else 0.0
    page: Picture = degrade.on_paper(
        ink, sheet.behind, style, sheet.dpi, chance, bleed=bleed, tint=style.tint
    )
    if style.holes:
        degrade.punch(page, sheet.side.face, sheet.dpi, chance)
    page, _ = degrade.tilt(page, float(chance.uniform(-skew, skew)), style.edge)
    grain = degrade.make_grain(style.noise, page.shape[1], page.shape[0], chance)
    page = degrade.add_grain(page, grain, chance)
    return cv2.cvtColor(page, cv2.COLOR_RGB2BGR)


def _delivered(page: Picture, drawn_dpi: int, look: Look) -> Seen:
    """At the scanner's resolution and in its form."""
    dpi = look.dpi or drawn_dpi
    if dpi != drawn_dpi:
        how = cv2.INTER_AREA if dpi < drawn_dpi else cv2.INTER_CUBIC
        page = cv2.resize(page, None, fx=dpi / drawn_dpi, fy=dpi / drawn_dpi, interpolation=how)
    if look.form == "gray":
        page = cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    elif look.form == "bitonal":
        page = cv2.cvtColor(degrade.bitonal(page[..., ::-1]), cv2.COLOR_GRAY2BGR)
    return Seen(picture=page, dpi=dpi)


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


def _marred(page: Picture, chance: random.Random, noise: np.random.Generator, dpi: int) -> Picture:
    """Dirt on the glass and a lid that is dark, now and then."""
    if chance.random() < 0.2:
        mode = chance.choice(["", "colour", "soft"])
        page = degrade.streak(page[..., ::-1], dpi, noise, mode)[0][..., ::-1]
    if chance.random() < 0.1:
        page = degrade.black_border(page[..., ::-1], dpi, noise)[0][..., ::-1]
    return np.ascontiguousarray(page)


def _toned(page: Picture, chance: random.Random, rough: float) -> Picture:
    gamma = 1 + chance.uniform(-0.3, 0.35) * rough
    gain = 1 + chance.uniform(-0.1, 0.04) * rough
    table = np.clip(255 * (np.arange(256) / 255) ** gamma * gain, 0, 255).astype(np.uint8)
    page = cv2.LUT(page, table)
    if chance.random() < 0.5:
        fall = np.linspace(1, 1 - chance.uniform(0.1, 0.3) * rough, page.shape[1])
        page = np.clip(page * fall[None, :, None], 0, 255).astype(np.uint8)
    return _coded(page, chance.choice([45, 60, 75, 90]))


def _photographed(
    page: Picture, look: Look, chance: random.Random, noise: np.random.Generator
) -> Picture:
    width, height = _SIZES[look.way]
    video = look.way.startswith("video")
    # A sheet lies along a still, and as it comes before a film.
    if not video or chance.random() < 0.5:
        page = cv2.rotate(page, cv2.ROTATE_90_CLOCKWISE)
    camera = Camera(
        width=width,
        height=height,
        perspective=0.04 * look.rough,
        curl=0.02 * look.rough,
        shadow=0.35 * look.rough,
        glare=chance.uniform(0.2, 0.6) if chance.random() < 0.3 else 0.0,
        hand=chance.uniform(0.1, 0.4) if chance.random() < 0.3 else 0.0,
        finger=video and chance.random() < 0.5,
        noise=3.0 * look.rough,
        blur=chance.uniform(0.3, 0.7) if video else chance.uniform(0.5, 1.2 * look.rough),
    )
    taken = photographed(page, camera, noise)
    return _coded(taken, 95 if video else chance.choice([75, 90]))


def _coded(page: Picture, quality: int) -> Picture:
    coded = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(coded, cv2.IMREAD_COLOR)
