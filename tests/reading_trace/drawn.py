"""Small pages of print for these tests, and what somebody does with them."""

from __future__ import annotations

import io
import random
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from app.adapters.fonts import chinese_font

Picture = NDArray[np.uint8]
SIZE = (1240, 1754)
_SIGNS = "原告被告借款合同人民法院判决证据本案依据事实理由请求支付利息期限约定违反责任"


def page(seed: int) -> bytes:
    """A page of print (JPEG, 150 dpi of A4)."""
    chance = random.Random(seed)
    image = Image.new("RGB", SIZE, (250, 249, 245))
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(chinese_font()), 27)
    for row in range(28):
        text = "".join(chance.choice(_SIGNS) for _ in range(chance.randint(12, 34)))
        draw.text((150, 180 + row * 46), text, font=font, fill=(30, 30, 34))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def pixels(picture: bytes) -> Picture:
    """A JPEG decoded (blue, green, red)."""
    return np.asarray(cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def photographed(picture: Picture, path: Path, *, upper_half: bool = False) -> Path:
    """The picture seen askew at 110 dpi, in gray, as JPEG of quality 50."""
    high, wide = picture.shape[:2]
    here = np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32)
    there = np.array([[52, 61], [930, 40], [961, 1305], [30, 1290]], np.float32)
    matrix = cv2.getPerspectiveTransform(here, there)
    soft = cv2.GaussianBlur(picture, (0, 0), 0.6)
    seen = cv2.warpPerspective(soft, matrix, (990, 1340), borderValue=(60, 70, 80))
    seen = cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY)
    if upper_half:
        seen = seen[:660]
    path.write_bytes(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, 50])[1].tobytes())
    return path


def painted_over(picture: Picture) -> Picture:
    """Without what stands in the corners."""
    painted = picture.copy()
    high, wide = picture.shape[:2]
    for rows in (slice(0, 190), slice(high - 190, high)):
        for columns in (slice(0, 190), slice(wide - 190, wide)):
            painted[rows, columns] = 250
    return painted
