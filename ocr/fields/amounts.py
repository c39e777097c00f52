"""Sums of money in the text, figures and 大写 held against each other."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from ocr.fields.chinese_amounts import COUNTING_CHARACTERS, chinese_amount
from ocr.fields.running_text import RunningText, running_text
from ocr.tree import TextTree

_FIGURES = re.compile(
    r"(?P<sign>[¥￥]|人民币|RMB)?\s*(?<![0-9.,])"
    r"(?P<number>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+(?:\.[0-9]{1,6})?)"
    r"\s*(?P<unit>亿元|万元|千元|元|圆)?"
)
_CHARACTERS = re.compile(
    rf"[{COUNTING_CHARACTERS}]+[元圆](?:[{COUNTING_CHARACTERS}角分]*[角分])?[整正]?"
)
_UNITS = {"亿元": 100_000_000, "万元": 10_000, "千元": 1000, "元": 1, "圆": 1}
_NEAR = 16
"""Characters between the two writings of one sum: "（大写：人民币" and the like."""

_BETWEEN = re.compile(r"大写|小写|[¥￥]|人民币|^[\s(:)]*$")
_CONTRADICTED = 0.4


def amounts(tree: TextTree) -> list[dict[str, Any]]:
    """All sums of the page as {"value" (yuan, two decimals), "text", "confidence", "box", "line",
    "written" ("figures" or "characters"), "check"}, in reading order.

    "check" is "agrees" where both writings of one sum say the same (which raises the confidence
    of both), "contradicts" where they do not (which lowers both), else "".
    """
    page = running_text(tree)
    figures = _in_figures(page)
    characters = _in_characters(page)
    for written in characters:
        partner = min(
            (other for other in figures if _are_one_sum(page.text, other, written)),
            key=lambda other: _distance(other, written),
            default=None,
        )
        if partner is None:
            continue
        one, two = partner[2], written[2]
        if one["value"] == two["value"]:
            both = round(1 - (1 - one["confidence"]) * (1 - two["confidence"]), 4)
            one.update(confidence=both, check="agrees")
            two.update(confidence=both, check="agrees")
        else:
            for entry in (one, two):
                lowered = round(entry["confidence"] * _CONTRADICTED, 4)
                entry.update(confidence=lowered, check="contradicts")
    found = sorted([*figures, *characters], key=lambda item: item[0])
    return [entry for _, _, entry in found]


_Found = tuple[int, int, dict[str, Any]]


def _in_figures(page: RunningText) -> list[_Found]:
    found = []
    for match in _FIGURES.finditer(page.text):
        if not match["unit"] and match["sign"] not in ("¥", "￥"):
            continue
        value = Decimal(match["number"].replace(",", "")) * _UNITS[match["unit"] or "元"]
        if value > 0:
            entry = page.entry(*match.span(), _yuan(value), written="figures", check="")
            found.append((match.start(), match.end(), entry))
    return found


def _in_characters(page: RunningText) -> list[_Found]:
    found = []
    for match in _CHARACTERS.finditer(page.text):
        value = chinese_amount(match[0])
        if value is not None:
            entry = page.entry(*match.span(), _yuan(value), written="characters", check="")
            found.append((match.start(), match.end(), entry))
    return found


def _are_one_sum(text: str, one: _Found, two: _Found) -> bool:
    first, second = sorted((one, two), key=lambda item: item[0])
    between = text[first[1] : second[0]]
    return len(between) <= _NEAR and _BETWEEN.search(between) is not None


def _distance(one: _Found, two: _Found) -> int:
    return max(one[0], two[0]) - min(one[1], two[1])


def _yuan(value: Decimal) -> str:
    return f"{value:.2f}"
