"""Small drawn pages whose text, boxes and stamps are known."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from scanner.paper.fonts import load_font

DPI = 200
PER_MM = DPI / 25.4
LINES = (
    "辽宁省某某市人民法院",
    "民事判决书",
    "（2023）辽0882民初1234号",
    "原告张某与被告李某买卖合同纠纷一案，本院于2023年5月6日立案，",
    "依法适用简易程序公开开庭进行了审理。原告到庭参加诉讼。",
    "本院认为，双方当事人应当按照约定全面履行自己的义务。",
    "被告于本判决生效之日起十日内支付货款52500元。",
    "二〇二三年七月十八日",
)


@dataclass
class DrawnPage:
    """An A4 page at 200 dpi; `boxes` are the printed lines as (text, box)."""

    image: Image.Image
    boxes: list[tuple[str, tuple[int, int, int, int]]] = field(default_factory=list)

    def print_lines(self, lines: tuple[str, ...] = LINES, top_mm: float = 45.0) -> DrawnPage:
        for index, line in enumerate(lines):
            self.print_at(line, 28.0, top_mm + 11 * index)
        return self

    def print_at(
        self, text: str, x_mm: float, y_mm: float, ink: tuple[int, int, int] = (25, 25, 28)
    ) -> DrawnPage:
        draw = ImageDraw.Draw(self.image)
        font = load_font("serif", round(5.3 * PER_MM))
        place = (round(x_mm * PER_MM), round(y_mm * PER_MM))
        draw.text(place, text, font=font, fill=ink)
        x0, y0, x1, y1 = draw.textbbox(place, text, font=font)
        self.boxes.append((text, (int(x0), int(y0), int(x1), int(y1))))
        return self

    def stamp(
        self,
        text: str,
        x_mm: float,
        y_mm: float,
        ink: tuple[int, int, int] = (34, 34, 38),
        tilt: float = 0.0,
    ) -> DrawnPage:
        """Digits about 4.5 mm high, centred at the place, tilted clockwise by degrees."""
        font = load_font("mono-bold", round(6.2 * PER_MM))
        mask = Image.new("L", (200, 100), 0)
        ImageDraw.Draw(mask).text((100, 50), text, font=font, fill=215, anchor="mm")
        mask = mask.rotate(-tilt, Image.Resampling.BICUBIC, expand=True)
        colour = Image.new("RGB", mask.size, ink)
        left = round(x_mm * PER_MM - mask.width / 2)
        self.image.paste(colour, (left, round(y_mm * PER_MM - mask.height / 2)), mask)
        return self

    def seal(self, x_mm: float, y_mm: float) -> DrawnPage:
        """A red ring of 42 mm with a filled middle; call it before printing, ink adds up."""
        draw = ImageDraw.Draw(self.image)
        x, y, r = x_mm * PER_MM, y_mm * PER_MM, 21 * PER_MM
        draw.ellipse((x - r, y - r, x + r, y + r), outline=(214, 70, 76), width=8)
        draw.ellipse((x - 40, y - 40, x + 40, y + 40), fill=(214, 70, 76))
        return self

    def save(self, path: Path, turn: int = 0) -> str:
        """The file, turned counter-clockwise by `turn`: reading with `turn` sets it upright."""
        self.image.rotate(turn, expand=True).save(path, dpi=(DPI, DPI))
        return str(path)


@pytest.fixture
def blank_page() -> Callable[[], DrawnPage]:
    """Makes an empty, slightly tinted page."""
    return lambda: DrawnPage(Image.new("RGB", (1654, 2339), (250, 249, 245)))
