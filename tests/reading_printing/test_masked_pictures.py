"""From a drawn picture through recognition to what a reader under masking gets of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.adapters.reading.issued_page import PRINT, issued_page
from app.domain.dossier import Side
from app.services.reading_masks import WHOLE, page_boxes, page_lines
from ocr.recognition import recognise
from scanner.paper.fonts import load_font
from scanner.paper.stamps import round_seal

WIDE, HIGH, EM = 1240, 760, 34
# (x, y, text before the value, the value): the last telephone has lost its middle to a blot.
VALUES = (
    (80, 60, "公民身份号码", "32149819660620854X"),
    (80, 130, "转入账号", "6222 0812 0000 1234 567"),
    (80, 200, "联系电话：", "13912345678"),
    (80, 270, "", "321498197711302213"),
    (760, 560, "", "13687654321"),
)
KEPT = ((80, 340, "案件受理费15800元，由被告负担，于2023年5月6日缴纳。"), (760, 480, "手机号码"))


class Masked:
    """The drawn page, where the ink of its values is, and what a reader gets of it."""

    def __init__(self, folder: Path) -> None:
        self.page = Image.new("L", (WIDE, HIGH), 250)
        self.inks = [self._drawn(x, y, label, value) for x, y, label, value in VALUES]
        for x, y, text in KEPT:
            self._drawn(x, y, text, "")
        blot = (845, 550, 925, 610)
        ImageDraw.Draw(self.page).ellipse(blot, fill=60)
        picture = self._sealed()
        path = folder / "page.jpg"
        picture.save(path, quality=70, dpi=(200, 200))
        read = recognise(str(path), 0, 0)
        row = SimpleNamespace(tree=read["tree"], fields=read["fields"])
        tx: Any = SimpleNamespace(recognised=SimpleNamespace(first=lambda **_: row))
        self.plain = self._text(tx, masked=False)
        self.text = self._text(tx, masked=True)
        self.boxes = page_boxes(tx, _side())
        self.covered = self._covered(folder)

    def _drawn(self, x: int, y: int, label: str, value: str) -> Any:
        font = load_font("song", EM)
        draw = ImageDraw.Draw(self.page)
        draw.text((x, y), label, font=font, fill=25)
        alone = Image.new("L", self.page.size, 250)
        place = (x + font.getlength(label), y)
        ImageDraw.Draw(alone).text(place, value, font=font, fill=25)
        draw.text(place, value, font=font, fill=25)
        return np.asarray(alone) < 128

    def _sealed(self) -> Image.Image:
        """A red seal over the second and third value."""
        page = np.repeat(np.asarray(self.page, np.float32)[:, :, None], 3, axis=2)
        seal = round_seal("某某市第一人民法院", "", 300).astype(np.float32)[:, :, None] / 255
        area = page[60:360, 330:630]
        area *= 1 - 0.8 * seal * np.array((0.2, 0.85, 0.85), np.float32)
        return Image.fromarray(page.astype(np.uint8))

    def _text(self, tx: Any, *, masked: bool) -> str:
        lines = page_lines(tx, _side(), masked=masked)
        return "".join(line.text for line in lines).replace(" ", "")

    def _covered(self, folder: Path) -> Any:
        """Where the picture for the reader is black, told on a white page."""
        path = folder / "white.png"
        Image.new("RGB", self.page.size, "white").save(path)
        stamp = {"lines": (" ",), "boxes": [list(box) for box in self.boxes], "size": PRINT}
        return np.asarray(Image.open(io.BytesIO(issued_page(str(path), stamp))).convert("L")) < 64


def _side() -> Side:
    return Side(
        id="side_1",
        dossier_id="dossier_1",
        batch_id="batch_1",
        master="m",
        frame=0,
        position=1,
        sheet=1,
        face="front",
        recognised="done",
        picture="p",
    )


@pytest.fixture(scope="module")
def masked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Masked]:
    yield Masked(tmp_path_factory.mktemp("masked"))


def test_the_page_was_read(masked: Masked) -> None:
    assert "32149819660620854X" in masked.plain
    assert WHOLE not in masked.boxes


@pytest.mark.parametrize("index", range(len(VALUES)), ids=[value for *_, value in VALUES])
def test_no_ink_of_a_private_value_is_left(masked: Masked, index: int) -> None:
    ink = masked.inks[index]
    assert np.count_nonzero(ink & ~masked.covered) <= 0.005 * np.count_nonzero(ink)


@pytest.mark.parametrize("value", [value.replace(" ", "") for *_, value in VALUES])
def test_no_part_of_a_private_value_is_left_in_the_text(masked: Masked, value: str) -> None:
    parts = [value[at : at + 4] for at in range(len(value) - 3)]
    assert [part for part in parts if part in masked.text] == []


def test_what_is_not_private_stays(masked: Masked) -> None:
    assert "案件受理费15800元" in masked.text
    assert "公民身份号码" in masked.text
    assert np.count_nonzero(masked.covered[335:380]) == 0
