"""What a page is beside text: photographs, copies of identity cards, receipts, folded sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np

from ocr.shrinking import shrunk
from ocr.small_page import SmallPage
from ocr.tree import Box, TextTree

_WORK_DPI = 40
_TONED = 0.86
"""Share of the paper's light below which a place is toned."""

_TONES = 25
_PHOTOGRAPH_CM2 = 12.0
_PHOTOGRAPH_SIDE_MM = 22.0

_A3_MM = (380.0, 440.0)
_GUTTER = 0.06
"""Width of the stripe in the middle of a folded sheet that no line crosses."""

_CARD = re.compile(r"公民身份号码|居民身份证|签发机关|有效期限")
_CARD_PLACES = (
    re.compile(r"^姓名"),
    re.compile(r"^性别"),
    re.compile(r"^住址"),
    re.compile(r"^出生"),
)
_RECEIPT = re.compile(r"收据|发票|小票|交易凭证|回单|缴款书|收银")
_RECEIPT_TITLE = re.compile(
    r".{0,16}(?:收款收据|收据|发票|电子发票[(（].{2,8}[)）]|小票|交易凭证|电子回单|业务回单|缴款书)"
)
_HEADING_LINES = 3
_SMALL_SHEET_MM = 130.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PageKind:
    """A trait of a page: `name` is "photograph", "identity_card", "receipt" or "folded_sheet"."""

    name: str
    box: Box


def photographs(small: SmallPage) -> list[Box]:
    """Boxes of continuous tone, in pixels of the page: neither paper nor strokes.

    A photograph is dark even where it is lightest within a few millimetres, where text and the
    strokes of a seal always leave paper; and unlike a lid or a tint it has many tones.
    """
    shrink = _WORK_DPI / 25.4 / small.per_mm
    height, width = small.pixels.shape[:2]
    pixels = shrunk(small.pixels, max(1, round(width * shrink)), max(1, round(height * shrink)))
    per_mm = small.per_mm * shrink
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    paper = float(np.percentile(grey, 90))
    size = round(4 * per_mm) | 1
    lightest = cv2.dilate(grey, np.ones((size, size), np.uint8))
    toned = np.where(lightest < _TONED * paper, 255, 0).astype(np.uint8)
    toned = np.asarray(cv2.dilate(toned, np.ones((size, size), np.uint8)), dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(toned, connectivity=8)
    found = []
    for index in range(1, count):
        x, y, across, down, area = (int(value) for value in stats[index])
        if min(across, down) / per_mm < _PHOTOGRAPH_SIDE_MM:
            continue
        if area / per_mm**2 < 100 * _PHOTOGRAPH_CM2 or area < 0.55 * across * down:
            continue
        values = grey[y : y + down, x : x + across][labels[y : y + down, x : x + across] == index]
        if float(np.percentile(values, 85)) - float(np.percentile(values, 15)) < _TONES:
            continue
        found.append(
            small.on_page(x / shrink, y / shrink, (x + across) / shrink, (y + down) / shrink)
        )
    return found


def page_kinds(dpi: int, tree: TextTree, pictures: list[Box]) -> list[PageKind]:
    """What the page is, by its pictures, its words and its size (`dpi` 0 unknown)."""
    whole = (0.0, 0.0, float(tree.width), float(tree.height))
    found = []
    card = _card_box(tree)
    if card is not None:
        found.append(PageKind(name="identity_card", box=card))
    covered = [card] if card is not None else []
    found += [
        PageKind(name="photograph", box=box) for box in pictures if not _inside_any(box, covered)
    ]
    receipt = _receipt_box(tree, dpi, whole)
    if receipt is not None:
        found.append(PageKind(name="receipt", box=receipt))
    if is_folded_sheet(tree, dpi):
        found.append(PageKind(name="folded_sheet", box=whole))
    return found


def is_folded_sheet(tree: TextTree, dpi: int) -> bool:
    """Whether two upright pages lie side by side: A3 across, and no line over the middle."""
    if tree.height == 0 or not 1.25 <= tree.width / tree.height <= 1.6:
        return False
    if dpi > 0 and not _A3_MM[0] <= tree.width / dpi * 25.4 <= _A3_MM[1]:
        return False
    left = right = 0
    for line in tree.lines:
        x0, _, x1, _ = (value / tree.width for value in line.box)
        if x0 < 0.5 - _GUTTER / 2 and x1 > 0.5 + _GUTTER / 2:
            return False
        left += x1 <= 0.5
        right += x0 >= 0.5
    return left >= 4 and right >= 4


def _card_box(tree: TextTree) -> Box | None:
    """The place of an identity card: its printed labels close together."""
    lines = [line for line in tree.lines if line.text]
    labels = [line for line in lines if _CARD.search(line.text)]
    places = [line for line in lines if any(p.match(line.text.strip()) for p in _CARD_PLACES)]
    if not labels or len(labels) + len(places) < 2:
        return None
    titles = [line for line in labels if "居民身份证" in line.text or "签发机关" in line.text]
    if len(places) < 2 and not titles:
        return None
    chosen = [line.box for line in (*labels, *places)]
    # In running text the words follow one another in long lines; on a card lines are short.
    if any(box[2] - box[0] > 0.62 * tree.width for box in chosen):
        return None
    return (
        min(box[0] for box in chosen),
        min(box[1] for box in chosen),
        max(box[2] for box in chosen),
        max(box[3] for box in chosen),
    )


def _receipt_box(tree: TextTree, dpi: int, whole: Box) -> Box | None:
    """A receipt names itself in a heading of its own, or is a narrow slip of paper."""
    for line in [line for line in tree.lines if line.text.strip()][:_HEADING_LINES]:
        if _RECEIPT_TITLE.fullmatch("".join(line.text.split())):
            return whole
    narrow = dpi > 0 and min(tree.width, tree.height) / dpi * 25.4 < _SMALL_SHEET_MM
    if narrow and any(_RECEIPT.search(line.text) for line in tree.lines):
        return whole
    return None


def _inside_any(box: Box, others: list[Box]) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    reach = 0.6 * max(box[2] - box[0], box[3] - box[1])
    return any(
        other[0] - reach <= x <= other[2] + reach and other[1] - reach <= y <= other[3] + reach
        for other in others
    )
