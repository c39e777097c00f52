"""Pages drawn for the inspection tests: own texts, no real persons, each with a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
SONG = "/usr/share/fonts/truetype/arphic/uming.ttc"
KAI = "/usr/share/fonts/truetype/arphic/ukai.ttc"
SERIF = "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"
CHARACTERS = (
    "原告被告法院审理认为合同约定付款义务未按期履行应当承担违约责任依照中华人民共和国民法典之规定判决如下"
    "本案诉讼费由负担如不服本判决可在送达之日起十五日内向提交上诉状证据材料经质证予以采信事实清楚充分"
)


@lru_cache(maxsize=4)
def _grain(height: int, width: int, seed: int, deviation: float) -> NDArray[np.int8]:
    """Noise of a sensor, the same in all channels; one drawn tile laid side by side."""
    tile = np.random.default_rng(seed).normal(0, deviation, (577, 611, 1)).astype(np.float32)
    whole = np.tile(np.floor(tile), (height // 577 + 1, width // 611 + 1, 3))[:height, :width]
    return whole.astype(np.int8)


class PageMaker:
    """Draws A4 pages at 300 dots per inch and spoils them as scanners do."""

    width, height = 2480, 3508

    def text(self, seed: int, lines: int = 28, font: str = SONG, size: int = 62) -> Pixels:
        return self._text(seed, lines, font, size).copy()

    @lru_cache(maxsize=8)  # noqa: B019  (there is one maker in a run)
    def _text(self, seed: int, lines: int, font: str, size: int) -> Pixels:
        chance = random.Random(seed)
        image = self._paper()
        draw = ImageDraw.Draw(image)
        face = ImageFont.truetype(font, size)
        y = 430
        left = 330
        remaining = 0
        for _ in range(lines):
            if remaining == 0:
                remaining = chance.randint(2, 5)
            remaining -= 1
            full = remaining > 0
            count = (2480 - 2 * left) // size - 1
            length = count if full else chance.randint(4, count - 3)
            text = "".join(
                chance.choice("，。、；") if index % 9 == 8 else chance.choice(CHARACTERS)
                for index in range(length)
            )
            draw.text((left, y), text + ("" if full else "。"), font=face, fill=(35, 35, 38))
            y += round(size * 1.6)
            if y > 3200:
                break
        return np.asarray(image)[:, :, ::-1].copy()

    def form(self, name: str, seed: int = 1) -> Pixels:
        """A proof of service: a ruled table whose fill-ins alone differ from one to the next."""
        image = self._paper()
        draw = ImageDraw.Draw(image)
        face = ImageFont.truetype(SERIF, 56)
        title = ImageFont.truetype(SERIF, 92)
        draw.text((980, 300), "送 达 回 证", font=title, fill=(30, 30, 32))
        labels = ["案由", "受送达人", "送达地点", "送达文书", "收件人签名", "代收理由", "备注"]
        values = ["买卖合同纠纷", name, "本院第三法庭", "民事判决书一份", name, "", ""]
        top = 520
        for label, value in zip(labels, values, strict=True):
            draw.rectangle((300, top, 2180, top + 260), outline=(20, 20, 20), width=4)
            draw.line((800, top, 800, top + 260), fill=(20, 20, 20), width=4)
            draw.text((350, top + 90), label, font=face, fill=(30, 30, 32))
            draw.text((850, top + 90), value, font=face, fill=(30, 30, 32))
            top += 260
        return np.asarray(image)[:, :, ::-1].copy()

    def lone_number(self, text: str = "17") -> Pixels:
        image = self._paper()
        face = ImageFont.truetype(SERIF, 50)
        ImageDraw.Draw(image).text((2200, 150), text, font=face, fill=(60, 60, 70))
        return np.asarray(image)[:, :, ::-1].copy()

    def seal(self, strength: float = 1.0) -> Pixels:
        image = self._paper()
        red = tuple(round(250 - (250 - value) * strength) for value in (205, 40, 45))
        draw = ImageDraw.Draw(image)
        draw.ellipse((1300, 2200, 1800, 2700), outline=red, width=18)
        face = ImageFont.truetype(SERIF, 70)
        draw.text((1400, 2400), "示范法院", font=face, fill=red)
        return np.asarray(image)[:, :, ::-1].copy()

    def blank(self, paper: tuple[int, int, int] = (250, 249, 246)) -> Pixels:
        return np.full((self.height, self.width, 3), paper[::-1], np.uint8)

    def spoiled(
        self, page: Pixels, seed: int = 0, skew: float = 0.0, noise: float = 3.0, quality: int = 82
    ) -> Pixels:
        """The page as a scanner gives it: tilted clockwise by `skew`, with noise, through JPEG."""
        height, width = page.shape[:2]
        if skew:
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
            paper = tuple(int(value) for value in page[5, 5])
            page = np.asarray(
                cv2.warpAffine(
                    page,
                    matrix,
                    (width, height),
                    flags=cv2.INTER_CUBIC,
                    borderMode=cv2.BORDER_CONSTANT,
                    borderValue=paper,
                ),
                dtype=np.uint8,
            )
        height, width = page.shape[:2]
        grain = _grain(height, width, seed, noise)
        noisy = cv2.add(cv2.GaussianBlur(page, (0, 0), 0.7), grain, dtype=cv2.CV_8U)
        done, data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert done
        return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)

    def _paper(self, colour: tuple[int, int, int] = (250, 249, 246)) -> Image.Image:
        return Image.new("RGB", (self.width, self.height), colour)


@pytest.fixture(scope="session")
def pages() -> PageMaker:
    return PageMaker()


@pytest.fixture
def saved(tmp_path: object) -> Callable[..., str]:
    """Writes pixels as a JPEG of the given resolution and gives its path."""

    def save(page: Pixels, name: str = "side.jpg", dpi: int = 300) -> str:
        path = f"{tmp_path}/{name}"
        turned = cv2.cvtColor(np.ascontiguousarray(page), cv2.COLOR_BGR2RGB)
        Image.fromarray(turned).save(path, quality=85, dpi=(dpi, dpi))
        return path

    return save
