"""A drawn document camera: leaves turned under it, with perspective, curl, light, fingers, noise.

A recording is a list of sights; each is a page (or a blank one) that lies still for a moment and
is then turned over. Nothing here is used by the product.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraLook:
    """How the camera and its light are; everything else is drawn by the seed."""

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
    upside_down: bool = False
    fill: float = 0.93


def record(path: Path, pages: Sequence[Picture], look: CameraLook, seed: int) -> None:
    """Write a recording (MJPG in AVI) of pages turned one after the other; a page is an image
    (BGR, as scanned)."""
    chance = np.random.default_rng(seed)
    code = cv2.VideoWriter.fourcc(*"MJPG")
    video = cv2.VideoWriter(str(path), code, look.frames_a_second, (look.width, look.height))
    desk = _desk(look, chance)
    drift = chance.uniform(0, 6)
    number = 0
    earlier = None
    for page in pages:
        lying = _lying(page, look, desk, chance)
        if earlier is not None:
            for step in range(1, look.turn_frames + 1):
                share = step / (look.turn_frames + 1)
                turning = _turning(earlier, lying, share)
                video.write(_taken(turning, look, chance, number, drift))
                number += 1
        for _ in range(look.still_frames):
            video.write(_taken(lying, look, chance, number, drift))
            number += 1
        earlier = lying
    video.release()


def _desk(look: CameraLook, chance: np.random.Generator) -> Picture:
    rough: Picture = chance.normal(0, 9, (look.height // 8, look.width // 40)).astype(np.float32)
    grain: Picture = cv2.resize(rough, (look.width, look.height), interpolation=cv2.INTER_CUBIC)
    colour = np.array([0.75, 0.95, 1.15], np.float32) * look.desk
    return np.clip(colour + grain[:, :, None], 0, 255).astype(np.float32)


def _lying(page: Picture, look: CameraLook, desk: Picture, chance: np.random.Generator) -> Picture:
    """The page on the desk, under the light, as the camera sees it before its own faults."""
    high = look.fill * look.height
    scale = min(high / page.shape[0], look.fill * look.width / page.shape[1])
    size = (round(page.shape[1] * scale * 2), round(page.shape[0] * scale * 2))
    page = cv2.resize(page, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    wide, high_ = size[0] / 2, size[1] / 2
    centre = np.array([look.width / 2, look.height / 2]) + chance.uniform(-6, 6, 2)
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [wide / 2, high_ / 2]
    angle = math.radians(chance.uniform(-3, 3) + (180 if look.upside_down else 0))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    corners = corners @ turn.T * chance.uniform(0.97, 1.0) + centre
    corners += chance.uniform(-1, 1, (4, 2)) * look.perspective * wide
    source = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    back = cv2.getPerspectiveTransform(corners.astype(np.float32), source)
    grid = np.stack(np.meshgrid(np.arange(look.width), np.arange(look.height)), -1)
    places = cv2.perspectiveTransform(grid.reshape(1, -1, 2).astype(np.float32), back)
    places = places.reshape(look.height, look.width, 2)
    across, down = places[..., 0] / size[0], places[..., 1] / size[1]
    bend = look.curl * chance.uniform(0.4, 1.0) * chance.choice([-1, 1])
    phase = chance.uniform(0.6, 1.2)
    wave = np.sin(np.pi * np.clip(across, 0, 1) * phase)
    map_y = (places[..., 1] + bend * wave * size[1] * (0.3 + 0.7 * down)).astype(np.float32)
    squeeze = bend * 0.6 * np.sin(2 * np.pi * np.clip(across, 0, 1)) / (2 * np.pi)
    map_x = (places[..., 0] + squeeze * size[0]).astype(np.float32)
    seen = cv2.remap(page, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    inside = (map_x >= 0) & (map_x < size[0] - 1) & (map_y >= 0) & (map_y < size[1] - 1)
    mask = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.7)[..., None]
    slope = np.cos(np.pi * np.clip(across, 0, 1) * phase) * bend * 6
    direction = chance.uniform(0, 2 * math.pi)
    light = (grid[..., 0] / look.width - 0.5) * math.cos(direction)
    light = light + (grid[..., 1] / look.height - 0.5) * math.sin(direction)
    lit = 0.86 * (1 - look.shadow * (light + 0.35) - np.clip(slope, -0.15, 0.15))
    picture = desk * (1 - mask) + seen * mask
    picture = picture * np.clip(lit, 0.25, 1.1)[..., None]
    for _ in range(int(chance.integers(0, look.fingers + 1))):
        picture = _with_finger(picture, corners, chance)
    return np.clip(picture, 0, 255).astype(np.float32)


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


def _turning(old: Picture, new: Picture, share: float) -> Picture:
    """The old page swings away to the left over the new one."""
    wide = old.shape[1]
    left = math.cos(math.pi * share)
    picture = new.copy()
    pivot = wide * 0.22
    if left > 0.05:
        matrix = np.array([[left, 0, pivot * (1 - left)], [0.02 * (1 - left), 1, -20 * share]])
        moved = cv2.warpAffine(old, matrix, (wide, old.shape[0]), flags=cv2.INTER_LINEAR)
        cover = np.zeros(old.shape[:2], np.float32)
        cover[:, : round(pivot + (wide * 0.79 - pivot) * left)] = 1.0
        shade = 0.7 + 0.3 * left
        picture = np.where(cover[..., None] > 0, moved * shade, picture)
    kernel = np.ones((1, 25), np.float32) / 25
    blurred = cv2.filter2D(picture, -1, kernel)
    weight = math.sin(math.pi * share)
    return blurred * weight + picture * (1 - weight)


def _taken(
    picture: Picture, look: CameraLook, chance: np.random.Generator, number: int, drift: float
) -> Picture:
    gain = 1 + look.exposure * math.sin(number / 9 + drift)
    shift = chance.normal(0, look.jitter, 2)
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    size = (picture.shape[1], picture.shape[0])
    taken = cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE)
    if look.blur:
        taken = cv2.GaussianBlur(taken, (0, 0), look.blur)
    small = chance.normal(0, look.noise, (size[1], size[0], 1)).astype(np.float32)
    return np.clip(taken * gain + small, 0, 255).astype(np.uint8)
