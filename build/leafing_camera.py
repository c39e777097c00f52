"""A drawn document camera: leaves turned under it, with perspective, curl, light, fingers, noise.

A recording is a list of sights; each is a page, or the two pages of an open book, that lies still
for a moment and is then turned over. Nothing here is used by the product.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

Picture = Any
# A page, or left and right page of an open book; either of those may be missing.
Sight = Any


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraLook:
    """How the camera and its light are; everything else is drawn by the seed. Two leaves a second,
    of which each lies still for three fifths. `turned` are degrees by which the paper lies turned,
    `sway` is how far (pixels) a hand-held camera drifts, `pump` by how much (share) the exposure
    jumps at each leaf before it settles."""

    width: int = 1280
    height: int = 720
    frames_a_second: int = 30
    still_frames: int = 9
    turn_frames: int = 6
    perspective: float = 0.05
    curl: float = 0.03
    shadow: float = 0.35
    fingers: int = 1
    exposure: float = 0.12
    noise: float = 3.0
    blur: float = 0.7
    jitter: float = 0.6
    desk: int = 70
    turned: int = 0
    fill: float = 0.93
    sway: float = 0.0
    pump: float = 0.0


def record(path: Path, sights: Sequence[Sight], look: CameraLook, seed: int) -> None:
    """Write a recording (MJPG in AVI) of sights turned one after the other; a page is an image
    (BGR, as scanned), an open book a pair of them."""
    chance = np.random.default_rng(seed)
    video = _Video(path, look, chance)
    desk = _desk(look, chance)
    earlier = None
    for sight in sights:
        lying = _lying(sight, look, desk, chance)
        if earlier is not None:
            pivot = 0.5 if isinstance(sight, tuple) else 0.22
            for step in range(1, look.turn_frames + 1):
                video.take(_turning(earlier, lying, step / (look.turn_frames + 1), pivot))
        video.changed()
        for _ in range(look.still_frames):
            video.take(lying)
        earlier = lying
    video.release()


def record_no_dossier(path: Path, look: CameraLook, seconds: float, seed: int) -> None:
    """Write a recording of a table with things on it and a hand that moves over them."""
    chance = np.random.default_rng(seed)
    video = _Video(path, look, chance)
    table = _desk(look, chance).astype(np.uint8)
    for _ in range(5):
        corner = chance.uniform(0.1, 0.7, 2) * [look.width, look.height]
        size = chance.uniform(0.05, 0.25, 2) * look.height
        colour = tuple(float(value) for value in chance.uniform(20, 230, 3))
        start, end = corner.round().astype(int), (corner + size).round().astype(int)
        cv2.rectangle(table, start.tolist(), end.tolist(), colour, -1)
        cv2.putText(
            table, "PEN", (corner + size / 3).round().astype(int).tolist(), 0, 1.0, (9,) * 3
        )
    skin = (120.0, 150.0, 205.0)
    for number in range(round(seconds * look.frames_a_second)):
        picture = table.copy()
        angle = number / look.frames_a_second * 2.1
        # Now and then the hand rests.
        angle = round(angle) if round(angle) % 3 == 0 else angle
        palm = np.array([0.5 + 0.3 * math.cos(angle), 0.6 + 0.2 * math.sin(angle * 1.7)])
        palm = palm * [look.width, look.height]
        for finger in range(5):
            tip = palm + look.height * np.array([0.05 * (finger - 2), -0.22])
            ends = palm.round().astype(int).tolist(), tip.round().astype(int).tolist()
            cv2.line(picture, *ends, skin, look.height // 28)
        cv2.circle(picture, palm.round().astype(int).tolist(), look.height // 9, skin, -1)
        video.take(picture)
    video.release()


class _Video:
    """The camera itself: drift, tremble, softness, exposure, noise."""

    def __init__(self, path: Path, look: CameraLook, chance: np.random.Generator) -> None:
        code = cv2.VideoWriter.fourcc(*"MJPG")
        size = (look.width, look.height)
        self._file = cv2.VideoWriter(str(path), code, look.frames_a_second, size)
        self._look, self._chance = look, chance
        self._phase = chance.uniform(0, 6)
        self._number, self._since = 0, 99
        # One sheet of noise, moved about, is as good as a new one each time.
        noise = chance.normal(0, look.noise, (look.height + 64, look.width + 64))
        self._noise = cv2.merge([noise.astype(np.float32)] * 3)

    def changed(self) -> None:
        """A new leaf lies there: the exposure has to settle."""
        self._since = 0

    def take(self, picture: Picture) -> None:
        """Write one frame."""
        look, chance, number = self._look, self._chance, self._number
        gain = 1 + look.exposure * math.sin(number / 9 + self._phase)
        gain *= 1 + look.pump * math.exp(-self._since / 5)
        along = number / look.frames_a_second * 2 * math.pi
        sway = [math.sin(0.6 * along + self._phase), math.cos(0.8 * along + 2 * self._phase)]
        shift = chance.normal(0, look.jitter, 2) + look.sway * np.array(sway)
        matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
        size = (look.width, look.height)
        taken = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
        if look.blur:
            taken = cv2.GaussianBlur(taken, (0, 0), look.blur)
        x, y = (int(value) for value in chance.integers(0, 64, 2))
        grain = self._noise[y : y + look.height, x : x + look.width]
        taken = cv2.addWeighted(taken.astype(np.float32), gain, grain, 1, 0)
        self._file.write(np.clip(taken, 0, 255).astype(np.uint8))
        self._number += 1
        self._since += 1

    def release(self) -> None:
        """Close the file."""
        self._file.release()


def _desk(look: CameraLook, chance: np.random.Generator) -> Picture:
    rough: Picture = chance.normal(0, 9, (look.height // 8, look.width // 40)).astype(np.float32)
    grain: Picture = cv2.resize(rough, (look.width, look.height), interpolation=cv2.INTER_CUBIC)
    colour = np.array([0.75, 0.95, 1.15], np.float32) * look.desk
    return np.clip(colour + grain[:, :, None], 0, 255).astype(np.float32)


def _lying(sight: Sight, look: CameraLook, desk: Picture, chance: np.random.Generator) -> Picture:
    """The sight on the desk, under the light, as the camera sees it before its own faults."""
    pages = sight if isinstance(sight, tuple) else (sight,)
    picture, shade, corners = desk, np.zeros((look.height, look.width), np.float32), []
    for place, page in enumerate(pages):
        if page is None:
            continue
        # Left pages bend to the right at the spine, right pages to the left.
        book = (place - 0.5) * 2 if len(pages) == 2 else 0.0
        picture, dark, outline = _with_page(picture, page, look, chance, book)
        shade += dark
        corners.append(outline)
    grid = _grid(look)
    direction = chance.uniform(0, 2 * math.pi)
    light = (grid[..., 0] / look.width - 0.5) * math.cos(direction)
    light = light + (grid[..., 1] / look.height - 0.5) * math.sin(direction)
    lit = 0.86 * (1 - look.shadow * (light + 0.35) - shade)
    picture = picture * np.clip(lit, 0.25, 1.1)[..., None]
    for outline in corners:
        for _ in range(int(chance.integers(0, look.fingers + 1))):
            picture = _with_finger(picture, outline, chance)
    return np.clip(picture, 0, 255).astype(np.uint8)


def _grid(look: CameraLook) -> Picture:
    return np.stack(np.meshgrid(np.arange(look.width), np.arange(look.height)), -1)


def _with_page(
    desk: Picture, page: Picture, look: CameraLook, chance: np.random.Generator, book: float
) -> tuple[Picture, Picture, Picture]:
    """The page laid on the desk, how dark its bend makes it, and its corners. `book` is -1 for the
    left and 1 for the right page of an open book, 0 for a leaf by itself."""
    across_, down_ = (2 if book else 1) * page.shape[1], page.shape[0]
    if look.turned % 180:
        across_, down_ = down_, across_
    scale = min(look.fill * look.height / down_, look.fill * look.width / across_)
    size = (round(page.shape[1] * scale * 2), round(page.shape[0] * scale * 2))
    page = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    wide, high = size[0] / 2, size[1] / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [wide / 2, high / 2]
    corners[:, 0] += book * wide / 2
    angle = math.radians((0 if book else chance.uniform(-3, 3)) + look.turned)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    corners += chance.uniform(-1, 1, (4, 2)) * look.perspective * wide * (0.3 if book else 1)
    corners = corners @ turn.T * chance.uniform(0.97, 1.0)
    corners += np.array([look.width / 2, look.height / 2]) + chance.uniform(-6, 6, 2)
    source = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    back = cv2.getPerspectiveTransform(corners.astype(np.float32), source)
    grid = _grid(look)
    places = cv2.perspectiveTransform(grid.reshape(1, -1, 2).astype(np.float32), back)
    places = places.reshape(look.height, look.width, 2)
    across, down = np.clip(places[..., 0] / size[0], 0, 1), places[..., 1] / size[1]
    bend = look.curl * chance.uniform(0.4, 1.0) * chance.choice([-1, 1])
    phase = chance.uniform(0.6, 1.2)
    wave = np.sin(np.pi * across * phase)
    map_y = (places[..., 1] + bend * wave * size[1] * (0.3 + 0.7 * down)).astype(np.float32)
    squeeze = bend * 0.6 * np.sin(2 * np.pi * across) / (2 * np.pi)
    map_x = (places[..., 0] + squeeze * size[0]).astype(np.float32)
    seen = cv2.remap(page, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    inside = (map_x >= 0) & (map_x < size[0] - 1) & (map_y >= 0) & (map_y < size[1] - 1)
    mask = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.7)
    slope = np.clip(np.cos(np.pi * across * phase) * bend * 6, -0.15, 0.15)
    if book:
        spine = across if book > 0 else 1 - across
        slope = slope + 0.4 * np.exp(-spine / 0.05)
    picture = desk * (1 - mask[..., None]) + seen * mask[..., None]
    return picture, (slope * mask).astype(np.float32), corners


def _with_finger(picture: Picture, corners: Any, chance: np.random.Generator) -> Picture:
    edge = int(chance.integers(1, 4))
    one, other = corners[edge], corners[(edge + 1) % 4]
    tip = one + (other - one) * chance.uniform(0.2, 0.8)
    middle = corners.mean(axis=0)
    inward = (middle - tip) / np.linalg.norm(middle - tip)
    length = np.linalg.norm(corners[2] - corners[1])
    mask = np.zeros(picture.shape[:2], np.float32)
    end = tip + inward * length * chance.uniform(0.02, 0.07)
    start = tip - inward * length * 0.3
    thick = round(length * 0.035)
    cv2.line(mask, [round(v) for v in start], [round(v) for v in end], 1.0, thick * 2)
    cv2.circle(mask, [round(v) for v in end], thick, 1.0, -1)
    mask = cv2.GaussianBlur(mask, (0, 0), 2)[..., None]
    skin = np.array([120, 150, 205], np.float32) * chance.uniform(0.75, 1.1)
    return picture * (1 - mask) + skin * mask


def _turning(old: Picture, new: Picture, share: float, pivot_at: float) -> Picture:
    """The old page swings away to the left over the new one."""
    wide = old.shape[1]
    left = math.cos(math.pi * share)
    picture = new.copy()
    pivot = wide * pivot_at
    if left > 0.05:
        matrix = np.array([[left, 0, pivot * (1 - left)], [0.02 * (1 - left), 1, -20 * share]])
        moved = cv2.warpAffine(old, matrix, (wide, old.shape[0]), flags=cv2.INTER_LINEAR)
        cover = slice(0, round(pivot + (wide * 0.79 - pivot) * left))
        picture[:, cover] = (moved[:, cover] * (0.7 + 0.3 * left)).astype(np.uint8)
    blurred = cv2.blur(picture, (25, 1))
    weight = math.sin(math.pi * share)
    return cv2.addWeighted(blurred, weight, picture, 1 - weight, 0)
