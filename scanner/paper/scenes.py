"""Pictures like photographs."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def scene(height: int, width: int, chance: np.random.Generator, colour: bool) -> NDArray[np.uint8]:
    """Something like a photograph: sky, ground, blurred and sharp shapes, grain."""
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    above, below = chance.uniform(130, 235, 3), chance.uniform(40, 150, 3)
    wash = (above * (1 - y) + below * y) * np.ones((1, width, 1))
    picture: NDArray[Any] = wash.astype(np.float32)
    for _ in range(int(chance.integers(9, 18))):
        tone = tuple(float(value) for value in chance.uniform(15, 240, 3))
        x0, y0 = int(chance.uniform(0, width)), int(chance.uniform(height * 0.2, height))
        size = int(chance.uniform(0.05, 0.3) * height)
        if chance.random() < 0.5:
            cv2.rectangle(picture, (x0, y0), (x0 + size, y0 + size * 2), tone, -1)
        else:
            cv2.ellipse(picture, (x0, y0), (size, size // 2 + 1), 20, 0, 360, tone, -1)
    picture = cv2.GaussianBlur(picture, (0, 0), max(1.0, height / 260))
    picture += chance.normal(0, 5, (height, width, 1)).astype(np.float32)
    if not colour:
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    return np.clip(picture, 0, 255).astype(np.uint8)
