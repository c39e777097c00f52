"""Fingerprints: the same sheet again is known again, its near likeness is told apart."""

from __future__ import annotations

import ast
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import ocr.similarity
from ocr.inspection import examine
from ocr.similarity import find_duplicates, similarity

Save = Callable[..., str]


def _fingerprint(page: np.ndarray, saved: Save, dpi: int = 300) -> str:
    return str(examine(saved(page, dpi=dpi), 0)["fingerprint"])


def test_rescans_are_twins_and_other_pages_are_not(pages: Any, saved: Save) -> None:
    first = pages.text(31)
    coarse = cv2.resize(first, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    dim = (np.roll(first, (30, -25), (0, 1)) * 0.88).astype(np.uint8)
    prints = [
        _fingerprint(pages.spoiled(pages.text(30)), saved),
        _fingerprint(pages.spoiled(first), saved),
        _fingerprint(pages.spoiled(pages.text(32)), saved),
        _fingerprint(pages.spoiled(dim, seed=8, skew=1.6, quality=60), saved),
        "",
        _fingerprint(pages.spoiled(coarse, seed=9, skew=-1.2), saved, dpi=200),
        "",
    ]
    found = find_duplicates(prints)
    assert [(later, twin) for later, twin, _ in found] == [(3, 1), (5, 1)]
    assert all(value > 0.75 for _, _, value in found)
    assert similarity(prints[0], prints[2]) < 0.5


def test_the_same_form_with_other_fill_ins_is_another_page(pages: Any, saved: Save) -> None:
    prints = [
        _fingerprint(pages.spoiled(pages.form(name), seed=seed), saved)
        for seed, name in enumerate(["赵示例有限公司", "孙某", "孙某"])
    ]
    assert [(later, twin) for later, twin, _ in find_duplicates(prints)] == [(2, 1)]


def test_a_turned_rescan_is_known(pages: Any, saved: Save) -> None:
    page = pages.text(33)
    upright = _fingerprint(pages.spoiled(page), saved)
    turned = _fingerprint(np.rot90(pages.spoiled(page, seed=2), 1), saved)
    assert similarity(upright, turned) > 0.75


@pytest.mark.parametrize("colour", [(60, 60, 60), (150, 70, 50)])
def test_a_sheet_that_was_punched_or_blotted_since_is_known(
    pages: Any, saved: Save, colour: tuple[int, int, int]
) -> None:
    page = pages.text(36)
    later = page.copy()
    for place in ((110, 980), (110, 1750), (110, 2520), (1400, 1500)):
        cv2.circle(later, place, 30 if place[0] == 110 else 60, colour, -1, cv2.LINE_AA)
    assert (
        similarity(
            _fingerprint(pages.spoiled(page), saved),
            _fingerprint(pages.spoiled(later, seed=3, skew=0.5), saved),
        )
        > 0.75
    )


def test_lone_numbers_are_not_twins(pages: Any, saved: Save) -> None:
    prints = [_fingerprint(pages.spoiled(pages.lone_number(text)), saved) for text in ("16", "18")]
    assert find_duplicates(prints) == []


@pytest.mark.parametrize("text", ["", "1:", "9:AAAA", "1:not base64!", "1:AAAA", "x"])
def test_a_foreign_fingerprint_is_like_nothing(text: str) -> None:
    assert similarity(text, text) == 0.0
    assert find_duplicates([text, text]) == []


def test_of_many_sides_few_are_compared_closely(
    pages: Any, saved: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    prints = [_fingerprint(pages.spoiled(pages.text(seed)), saved) for seed in range(40, 42)]
    chance = random.Random(5)
    many = [_scattered(chance.choice(prints), chance) for _ in range(600)]
    closely: list[object] = []
    compare = ocr.similarity._fine
    monkeypatch.setattr(
        ocr.similarity, "_fine", lambda *planes: closely.append(planes) or compare(*planes)
    )
    find_duplicates(many)
    assert len(closely) < 0.01 * len(many) ** 2 / 2


def _scattered(text: str, chance: random.Random) -> str:
    """A fingerprint of a made-up page of like density: the cells of a real one in other order."""
    import base64
    import zlib

    data = bytearray(zlib.decompress(base64.b64decode(text.partition(":")[2])))
    half = ocr.similarity.COLUMNS // ocr.similarity.COARSE // 8
    start = len(data) - 2 * half * (ocr.similarity.ROWS // ocr.similarity.COARSE)
    tail = data[start:]
    chance.shuffle(tail)
    data[start:] = tail
    return "1:" + base64.b64encode(zlib.compress(bytes(data), 1)).decode("ascii")


def test_only_the_standard_library_is_used() -> None:
    source = Path(str(ocr.similarity.__file__)).read_text(encoding="utf-8")
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(str(node.module).partition(".")[0])
    assert names <= set(sys.stdlib_module_names) | {"__future__"}
