"""A drawn camera over one sheet: desk, perspective, curl, light, lamps, blur and noise.

Nothing here is used by the product.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Picture = Any
# What is smooth is computed at every so many pixels.
_NODE = 8
_DESK = (52, 66, 80)


@dataclass(frozen=True, kw_only=True, slots=True)
class Camera:
    """Size of the picture (pixels) and how roughly the sheet lies and is lit: shares of the width
    of the sheet (`perspective`), of its height (`curl`), of the light. `glare` and `hand` are the
    strength of a mirrored lamp and of a shadow with an edge, 0 for none; `blur` in pixels."""

    width: int
    height: int
    perspective: float = 0.04
    curl: float = 0.02
    shadow: float = 0.35
    glare: float = 0.0
    hand: float = 0.0
    finger: bool = False
    blur: float = 0.7
    noise: float = 3.0
    fill: float = 0.93


def photographed(page: Picture, camera: Camera, chance: np.random.Generator) -> Picture:
    """The page (height x width x 3) as the camera sees it lie on a desk."""
    places = _places(page, camera, chance)
    x, y = (_full(places[..., axis], camera) for axis in (0, 1))
    scale = page.shape[1] / camera.width
    if scale > 1:
        page = cv2.GaussianBlur(page, (0, 0), 0.35 * scale)
    seen = cv2.remap(page, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    on_page = (x >= 0) & (y >= 0) & (x < page.shape[1] - 1) & (y < page.shape[0] - 1)
    picture: Picture = np.where(on_page[..., None], seen, np.array(_DESK, np.uint8)).astype(
        np.float32
    )
    picture *= _full(_light(camera, chance), camera)[..., None]
    if camera.glare:
        share = _full(_lamp(camera, chance), camera)[..., None]
        picture += share * (255 - picture)
    if camera.hand:
        picture *= _hand(camera, chance)[..., None]
    if camera.finger:
        _put_finger(picture, chance)
    picture = cv2.GaussianBlur(picture, (0, 0), camera.blur)
    grain = chance.standard_normal(picture.shape[:2], np.float32) * np.float32(camera.noise)
    return np.clip(picture + grain[..., None], 0, 255).astype(np.uint8)


def _grid(camera: Camera) -> tuple[Picture, Picture]:
    return np.meshgrid(
        np.arange(-(-camera.width // _NODE), dtype=np.float32) * _NODE + (_NODE - 1) / 2,
        np.arange(-(-camera.height // _NODE), dtype=np.float32) * _NODE + (_NODE - 1) / 2,
    )


def _full(coarse: Picture, camera: Camera) -> Picture:
    size = (coarse.shape[1] * _NODE, coarse.shape[0] * _NODE)
    full = cv2.resize(np.ascontiguousarray(coarse, np.float32), size)
    return np.ascontiguousarray(full[: camera.height, : camera.width])


def _places(page: Picture, camera: Camera, chance: np.random.Generator) -> Picture:
    """Where on the page the nodes of the picture lie (pixels of the page)."""
    high, wide = page.shape[:2]
    scale = camera.fill * min(camera.height / high, camera.width / wide)
    angle = math.radians(chance.uniform(-3, 3))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [wide / 2, high / 2] * scale
    corners = corners @ turn.T * chance.uniform(0.97, 1.0)
    corners += chance.uniform(-1, 1, (4, 2)) * camera.perspective * wide * scale / 2
    corners += np.array([camera.width / 2, camera.height / 2]) + chance.uniform(-6, 6, 2)
    target = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    back = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    x, y = _grid(camera)
    places = cv2.perspectiveTransform(np.stack([x, y], -1).reshape(1, -1, 2), back)
    places = places.reshape(*x.shape, 2)
    across = np.clip(places[..., 0] / wide, 0, 1)
    bend = camera.curl * chance.uniform(0.4, 1.0) * chance.choice([-1, 1])
    wave = np.sin(np.pi * across * chance.uniform(0.6, 1.2))
    places[..., 1] += bend * wave * high * (0.3 + 0.7 * places[..., 1] / high)
    places[..., 0] += bend * 0.6 * np.sin(2 * np.pi * across) / (2 * np.pi) * wide
    return places


def _light(camera: Camera, chance: np.random.Generator) -> Picture:
    x, y = _grid(camera)
    direction = chance.uniform(0, 2 * math.pi)
    away = (x / camera.width - 0.5) * math.cos(direction)
    away = away + (y / camera.height - 0.5) * math.sin(direction)
    return np.clip(0.86 * (1 - camera.shadow * (away + 0.35)), 0.25, 1.1)


def _lamp(camera: Camera, chance: np.random.Generator) -> Picture:
    x, y = _grid(camera)
    size = chance.uniform(0.06, 0.14) * camera.height
    away = ((x - chance.uniform(0.35, 0.65) * camera.width) / size) ** 2
    high = size * chance.uniform(0.5, 1.5)
    away += ((y - chance.uniform(0.2, 0.8) * camera.height) / high) ** 2
    return camera.glare * np.exp(-away)


def _hand(camera: Camera, chance: np.random.Generator) -> Picture:
    """Somebody stands between lamp and sheet."""
    x = np.arange(camera.width, dtype=np.float32)[None, :] - camera.width / 2
    y = np.arange(camera.height, dtype=np.float32)[:, None] - camera.height / 2
    angle = np.float32(chance.uniform(0, 2 * np.pi))
    across = x * np.cos(angle) + y * np.sin(angle)
    soft = np.float32(chance.uniform(0.005, 0.03) * camera.height)
    edge = (across - np.float32(chance.uniform(-0.2, 0.3) * camera.height)) / soft
    return 1 - camera.hand / (1 + np.exp(-np.clip(edge, -30, 30)))


def _put_finger(picture: Picture, chance: np.random.Generator) -> None:
    """A finger that holds the sheet from below (in place)."""
    high, wide = picture.shape[:2]
    thick = round(0.025 * max(high, wide))
    tip = (round(chance.uniform(0.35, 0.65) * wide), round(chance.uniform(0.9, 0.95) * high))
    skin = np.array([120, 150, 205]) * chance.uniform(0.75, 1.1)
    cv2.line(picture, tip, (tip[0] + round(thick / 2), high + thick), skin.tolist(), 2 * thick)
    cv2.circle(picture, tip, thick, skin.tolist(), -1, cv2.LINE_AA)
