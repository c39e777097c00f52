"""Small figures: one that was changed is found by reading it on both, whatever its ink leaves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.alteration.comparing import compare
from ocr.alteration.figures import changed_places
from ocr.tree import Character, Line
from scanner.paper.chance import pixels
from scanner.paper.marks import PageDraft, Print, Rule
from scanner.paper.render import draw_side

POINT = 25.4 / 72
DPI = 300
_LINES = (
    "借款人于二〇二一年三月向出借人借款，约定年利率百分之六，",
    "按月付息，到期还本。担保人对上述债务承担连带清偿责任。",
    "本院认为，借款合同系双方真实意思表示，合法有效。被告未",
    "按约定还本付息，应当承担违约责任，原告请求有理，予以支持。",
)


@cache
def page(amount: str, points: float) -> np.ndarray:
    """Print of 16 point, and one amount of `points` in a cell (blue, green, red; 300 dpi)."""
    size = points * POINT
    marks: list[Print | Rule] = [
        Print(x=28, y=40 + 14 * row, text=text, face="song", size=5.2)
        for row, text in enumerate(_LINES * 3)
    ]
    marks.append(Print(x=60, y=230, text=amount, face="song", size=size))
    marks += [Rule(x0=58, y0=y, x1=110, y1=y) for y in (228.6, 230 + size * 1.1)]
    draft = PageDraft(marks=tuple(marks), text_lines=())
    return cv2.cvtColor(draw_side(draft, DPI, pixels(5, "ink")), cv2.COLOR_RGB2BGR)


def seen_again(picture: np.ndarray, seed: int) -> np.ndarray:
    """Another scanner at 200 dpi: tilted, soft, darker, with noise of its own."""
    high, wide = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((wide / 2, high / 2), -0.8, 1.0)
    turned = cv2.warpAffine(picture, matrix, (wide, high), borderValue=(240, 240, 240))
    small = cv2.resize(turned, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), 0.8) * 0.93
    noise = np.random.default_rng(seed).normal(0, 3, soft.shape[:2])
    return np.clip(soft + noise[..., None], 0, 255).astype(np.uint8)


def written(path: Path, picture: np.ndarray) -> str:
    cv2.imwrite(str(path), picture)
    return str(path)


@pytest.mark.parametrize(
    ("points", "paper", "changes"),
    [
        (12, "合计人民币 345,678.90 元", []),
        (12, "合计人民币 345,678.40 元", [["345,678.90", "345,678.40"]]),
        (9, "合计人民币 346,678.90 元", [["345,678.90", "346,678.90"]]),
    ],
)
def test_a_changed_figure_of_small_print_is_read(
    tmp_path: Path, points: float, paper: str, changes: list[list[str]]
) -> None:
    side = written(tmp_path / "side.png", page("合计人民币 345,678.90 元", points))
    other = written(tmp_path / "paper.png", seen_again(page(paper, points), 3))
    answer = compare(side, 0, 0, other)
    assert answer["verdict"] == ("differs" if changes else "same")
    assert [place["figures"] for place in answer["differences"]] == [changes][: len(changes)]
    for place in answer["differences"]:
        x0, y0, x1, y1 = (value * 25.4 / DPI for value in place["box"])
        assert 60 < x0 < x1 < 110
        assert 226 < y0 < y1 < 240


@pytest.mark.parametrize(("paper", "verdict"), [("7", "differs"), ("1", "not_comparable")])
def test_figures_of_two_tones_are_read_although_strokes_are_not_compared(
    tmp_path: Path, paper: str, verdict: str
) -> None:
    hard = np.where(page("收到本金 210,600 元", 12) > 150, 255, 0).astype(np.uint8)
    side = written(tmp_path / "side.png", hard)
    shown = seen_again(page(f"收到本金 2{paper}0,600 元", 12), 4)
    answer = compare(side, 0, 0, written(tmp_path / "paper.png", shown), "", "")
    assert answer["verdict"] == verdict
    assert answer["reason"] == ("two_tone" if verdict == "not_comparable" else "")
    assert len(answer["differences"]) == (verdict == "differs")


def row(text: str, sure: float = 1.0, figure: float = 1.0, off: float = 0.0) -> Line:
    characters = tuple(
        Character(text=sign, confidence=figure, box=(20.0 * at + off, 0, 20.0 * at + 18 + off, 40))
        for at, sign in enumerate(text)
    )
    return Line(text=text, confidence=sure, box=(0, 0, 20.0 * len(text), 40), characters=characters)


@pytest.mark.parametrize(
    ("side", "paper", "places"),
    [
        (row("共3,500元"), row("共8,500元"), [(1, 1)]),
        (row("共３，500元"), row("共3,500元"), []),
        (row("共3,500元"), row("共3500元整"), []),
        (row("共三万元整"), row("共二万元整"), [(1, 1)]),
        (row("收款10元"), row("收10元"), []),
        (row("收款人10元"), row("款人70元"), [(3, 2)]),
        (row("12345"), row("67890"), []),
        (row("共3元"), row("共8元", sure=0.9), []),
        (row("共3元"), row("共8元", figure=0.9), []),
        (row("共3元"), row("共8元", off=30), []),
        (row("甲方张三"), row("甲方李三"), []),
    ],
)
def test_only_sure_figures_in_one_place_count(
    side: Line, paper: Line, places: list[tuple[int, int]]
) -> None:
    assert changed_places(side, paper) == places
