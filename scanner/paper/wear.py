"""What paper and scanner do to a page that is no fault: tints, stains, dust, holes, staples, curl,
uneven light, coarse JPEG, noise, copies of copies, grey and bitonal scanning.

A trait is applied on the paper (`wear_paper`) or on the finished picture (`wear_picture`). `wild`
draws the variants of the check family.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from scanner.paper.objects import Patch, stick
from scanner.paper.render import Pixels


@dataclass(frozen=True, kw_only=True)
class WearJob:
    """How one trait is applied: its mode, dots per inch, chance, and whether `wild`."""

    mode: str
    dpi: int
    chance: np.random.Generator
    wild: bool

    @property
    def scale(self) -> float:
        """Pixels of a millimetre."""
        return self.dpi / 25.4


Wear = Callable[[Pixels, WearJob], Pixels]


TINTS: dict[str, tuple[int, int, int]] = {
    "recycled": (222, 216, 204),
    "yellow": (246, 230, 168),
    "pink": (246, 214, 218),
    "blue": (206, 222, 240),
    "green": (212, 234, 212),
    "kraft": (204, 172, 128),
}


def wear_paper(
    page: Pixels, traits: dict[str, str], dpi: int, chance: np.random.Generator, wild: bool
) -> Pixels:
    """Applies the traits of the paper, in the order of `ON_PAPER`."""
    for kind, wear in ON_PAPER.items():
        if kind in traits:
            job = WearJob(mode=traits[kind], dpi=dpi, chance=chance, wild=wild)
            page = wear(page, job)
    return page


def wear_picture(
    page: Pixels, traits: dict[str, str], dpi: int, chance: np.random.Generator, wild: bool
) -> Pixels:
    """Applies the traits of the scanner, in the order of `ON_PICTURE`."""
    for kind, wear in ON_PICTURE.items():
        if kind in traits:
            job = WearJob(mode=traits[kind], dpi=dpi, chance=chance, wild=wild)
            page = wear(page, job)
    return page


def _multiply(page: Pixels, factor: NDArray[np.floating[Any]]) -> Pixels:
    return np.asarray(np.clip(page * factor, 0, 255), dtype=np.uint8)


def _tint(page: Pixels, job: WearJob) -> Pixels:
    tone = np.array(TINTS[job.mode or "recycled"], dtype=np.float32) / 255
    page = _multiply(page, tone if not job.wild else tone * np.array([0.97, 0.98, 1.0]))
    if job.mode in ("recycled", "kraft"):
        height, width = page.shape[:2]
        for _ in range(int(job.chance.integers(150, 500))):
            x, y = int(job.chance.uniform(0, width)), int(job.chance.uniform(0, height))
            angle, length = job.chance.uniform(0, 3.14), job.chance.uniform(0.3, 1.2) * job.scale
            end = (int(x + length * np.cos(angle)), int(y + length * np.sin(angle)))
            dark = page[y, x] * float(job.chance.uniform(0.82, 0.95))
            cv2.line(page, (x, y), end, tuple(map(float, dark)), 1, cv2.LINE_AA)
    return page


def _stain(page: Pixels, job: WearJob) -> Pixels:
    """A coffee ring, a water edge or a blot of ink."""
    height, width = page.shape[:2]
    scale = job.scale
    radius = float(job.chance.uniform(14, 42)) * scale
    x, y = float(job.chance.uniform(0.1, 0.9)) * width, float(job.chance.uniform(0.1, 0.9)) * height
    small = 4
    rows, columns = np.mgrid[0 : height // small, 0 : width // small].astype(np.float32) * small
    angle = np.arctan2(rows - y, columns - x)
    wave = (
        1
        + 0.06 * np.sin(3 * angle + 1)
        + 0.04 * np.sin(5 * angle + float(job.chance.uniform(0, 6)))
    )
    distance = np.hypot(columns - x, rows - y) / (radius * wave)
    if job.mode == "ink":
        share = np.clip((0.35 - distance) * 12, 0, 1) * 0.8
        tone = np.array([60, 66, 120], dtype=np.float32) / 255
    else:
        ring = np.exp(-(((distance - 1) / 0.05) ** 2)) * (0.55 if job.mode == "coffee" else 0.22)
        share = ring + np.clip((1 - distance) * 8, 0, 1) * (0.16 if job.mode == "coffee" else 0.07)
        tone = np.array([150, 108, 66] if job.mode == "coffee" else [206, 190, 150]) / np.float32(
            255
        )
    factor = 1 - share[:, :, None] * (1 - tone)
    return _multiply(page, cv2.resize(factor.astype(np.float32), (width, height)))


def _dust(page: Pixels, job: WearJob) -> Pixels:
    """Small specks all over."""
    scale = job.scale
    height, width = page.shape[:2]
    for _ in range(
        int(job.chance.integers(15, 60) if not job.wild else job.chance.integers(30, 160))
    ):
        centre = (int(job.chance.uniform(0, width)), int(job.chance.uniform(0, height)))
        size = float(job.chance.uniform(0.05, 0.22)) * scale
        tone = float(job.chance.uniform(60, 190))
        axes = (max(1, round(size)), max(1, round(size * float(job.chance.uniform(0.4, 1)))))
        turn = float(job.chance.uniform(0, 180))
        cv2.ellipse(page, centre, axes, turn, 0, 360, (tone, tone, tone), -1, cv2.LINE_AA)
    return page


def _holes(page: Pixels, job: WearJob) -> Pixels:
    """Binding holes: "two" of an office punch, "four", "thread" of sewing, "black" of a black lid,
    "torn" ones."""
    scale = job.scale
    height, width = page.shape[:2]
    left = float(job.chance.uniform(7, 12)) * scale
    middle = height / 2
    apart = {"two": [-40, 40], "four": [-120, -40, 40, 120], "thread": [-60, 0, 60]}
    offsets = apart.get(job.mode, [-85, 0, 85])
    radius = float(
        job.chance.uniform(0.7, 1.2) if job.mode == "thread" else job.chance.uniform(2.3, 3.2)
    )
    dark = 24 if job.mode == "black" or (job.wild and job.chance.random() < 0.5) else 150
    tone = float(dark + job.chance.integers(-12, 13))
    side = left if job.chance.random() < 0.7 else width - left
    for offset in offsets:
        x = round(side + float(job.chance.normal(0, 0.3)) * scale)
        y = round(middle + offset * scale)
        if not 0 < y < height:
            continue
        cv2.circle(page, (x, y), round(radius * scale), (tone, tone, tone + 2), -1, cv2.LINE_AA)
        if job.mode == "torn":
            reach = round(x - left * 0.7 if side == left else x + left * 0.7)
            cv2.line(page, (x, y), (reach, y + round(1.5 * scale)), (tone,) * 3, round(1.2 * scale))
    return page


def _staples(page: Pixels, job: WearJob) -> Pixels:
    """One or two wire staples near the binding edge, or only the holes they left."""
    scale = job.scale
    height, width = page.shape[:2]
    for _ in range(int(job.chance.integers(1, 3))):
        length, thick = round(float(job.chance.uniform(9, 13)) * scale), max(2, round(0.5 * scale))
        cover = np.zeros((thick * 3, length), dtype=np.uint8)
        x, y = (
            width * float(job.chance.uniform(0.05, 0.1)),
            height * float(job.chance.uniform(0.04, 0.4)),
        )
        if job.mode == "holes":
            for end in (0, length):
                spot = (round(x + end), round(y))
                cv2.circle(page, spot, max(1, round(0.35 * scale)), (90, 88, 84), -1, cv2.LINE_AA)
            continue
        cover[thick : 2 * thick] = 255
        colours = np.full((*cover.shape, 3), 150, dtype=np.uint8)
        colours[thick : thick + max(1, thick // 3)] = 215
        patch = Patch(colours=colours, cover=cover, shadow=0.3)
        stick(page, patch, x, y, job.dpi)
    return page


def _warp(page: Pixels, job: WearJob) -> Pixels:
    """Paper that curls: lines bend by up to a millimetre or so."""
    height, width = page.shape[:2]
    amount = float(job.chance.uniform(0.5, 1.3)) * job.scale
    x = np.linspace(0, 1, width, dtype=np.float32)
    y = np.linspace(0, 1, height, dtype=np.float32)
    bend = amount * np.sin(np.pi * x * float(job.chance.uniform(0.8, 1.6)))
    across = amount * 0.5 * np.sin(np.pi * y * float(job.chance.uniform(0.8, 2.0)))
    columns = np.arange(width, dtype=np.float32)[None, :] + across[:, None]
    rows = np.arange(height, dtype=np.float32)[:, None] + bend[None, :]
    result = cv2.remap(page, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(result, dtype=np.uint8)


def _crease(page: Pixels, job: WearJob) -> Pixels:
    """The soft shadow of a fold across a sheet that was folded for a letter."""
    height = page.shape[0]
    rows = np.arange(height, dtype=np.float32)
    factor = np.ones(height, dtype=np.float32)
    for share in (0.5,) if not job.wild else (1 / 3, 2 / 3):
        middle = height * (share + float(job.chance.normal(0, 0.01)))
        wide = 0.6 * job.scale
        factor -= 0.1 * np.exp(-(((rows - middle) / wide) ** 2))
        factor += 0.03 * np.exp(-(((rows - middle - 3 * wide) / wide) ** 2))
    return _multiply(page, factor[:, None, None])


def _light(page: Pixels, job: WearJob) -> Pixels:
    """Light that falls off: "gutter" at a bound edge, "" to a corner, "rescan" all over."""
    height, width = page.shape[:2]
    if job.mode == "rescan":
        gain = float(job.chance.uniform(0.8, 0.94) if job.chance.random() < 0.6 else 1.05)
        return _multiply(page, np.array([gain], dtype=np.float32))
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :, None]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    if job.mode == "gutter":
        x = x if job.chance.random() < 0.7 else 1 - x
        return _multiply(page, 1 - float(job.chance.uniform(0.15, 0.4)) * np.exp(-x * 14) + 0 * y)
    strength = float(job.chance.uniform(0.1, 0.25))
    return _multiply(page, 1 - strength * (x if job.chance.random() < 0.5 else 1 - x) * y)


def _noise(page: Pixels, job: WearJob) -> Pixels:
    """Sensor noise: "" grey grain, "colour" in each channel, "lines" along the sensor."""
    height, width = page.shape[:2]
    amount = float(job.chance.uniform(5, 9) if not job.wild else job.chance.uniform(6, 12))
    if job.mode == "lines":
        field = job.chance.normal(0, amount * 0.3, (1, width, 1))
    elif job.mode == "colour":
        field = job.chance.normal(0, amount * 0.8, (height, width, 3))
    else:
        field = job.chance.normal(0, amount, (height, width, 1))
    return np.clip(page + field, 0, 255).astype(np.uint8)


def _copy(page: Pixels, job: WearJob) -> Pixels:
    """A photocopy: harder, greyer, with toner specks."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY).astype(np.float32)
    middle, slope = float(job.chance.uniform(140, 170)), float(job.chance.uniform(14, 30))
    hard = 255 / (1 + np.exp(-(grey - middle) / slope))
    paper = float(job.chance.uniform(240, 250))
    result = np.repeat(np.clip(hard * paper / 255 + 6, 0, 255)[:, :, None], 3, axis=2)
    return _dust(result.astype(np.uint8), job)


def _jpeg(page: Pixels, job: WearJob) -> Pixels:
    """Saved once before, with strong compression."""
    quality = int(job.chance.integers(30, 55) if not job.wild else job.chance.integers(22, 60))
    _, data = cv2.imencode(".jpg", page, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)


def _scan_mode(page: Pixels, job: WearJob) -> Pixels:
    """This side was scanned in "gray" or in black and white ("bitonal")."""
    grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    if job.mode == "bitonal":
        level = float(np.percentile(grey[::7, ::7], 80)) * float(job.chance.uniform(0.62, 0.78))
        _, grey = cv2.threshold(grey, level, 255, cv2.THRESH_BINARY)
    return np.asarray(np.repeat(grey[:, :, None], 3, axis=2), dtype=np.uint8)


ON_PAPER: dict[str, Wear] = {
    "tint": _tint,
    "stain": _stain,
    "crease": _crease,
    "dust": _dust,
    "holes": _holes,
    "staples": _staples,
    "warp": _warp,
}
ON_PICTURE: dict[str, Wear] = {
    "light": _light,
    "copy": _copy,
    "noise": _noise,
    "scan_mode": _scan_mode,
    "jpeg": _jpeg,
}
