"""Case numbers (案号) in the text: found tolerantly, returned in one form.

Structure since 法〔2015〕137号 and 法〔2018〕335号: （year）court code, an optional special trial
character, type code, running number, 号, and 之一 … for further rulings. Older numbers such as
（2014）民一终字第174号 are still found in old dossiers.
"""

from __future__ import annotations

import re
from typing import Any

from ocr.fields.plain_text import searchable, stretch_box, stretch_confidence
from ocr.tree import Line, TextTree

_COURTS = "最高法|[京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵军]"
_TYPE_ENDINGS = (
    "初终监申抗再撤特催督破算他辖没核医解止更审赔提罚惩保认台港澳执恢异复协清调移赃管引送备访"
)
_DIGIT = "[0-9OoQIl]"
_OPEN, _CLOSE = "[(〔\\[【{〈]", "[)〕\\]】}〉]"

_PATTERN = re.compile(
    rf"{_OPEN}\s*(?P<year>(?:19|20|2[Oo]|2[Oo0][0-9OoIl]){_DIGIT}{{1,2}})\s*{_CLOSE}\s*"
    rf"(?P<court>{_COURTS})?(?P<place>[0-9OoIlQ\s]{{0,8}}?)"
    rf"(?P<kind>[\u4e00-\u9fff](?:\s?[\u4e00-\u9fff]){{0,9}}?)\s*"
    rf"(?P<number>{_DIGIT}(?:\s?{_DIGIT}){{0,7}})\s*号"
    r"(?P<further>\s*之\s*[一二三四五六七八九十]+)?"
)

_SLIPS = str.maketrans({"O": "0", "o": "0", "Q": "0", "I": "1", "l": "1"})


def case_numbers(tree: TextTree) -> list[dict[str, Any]]:
    """All case numbers of the page as {"value", "text", "confidence", "box", "line"}, in reading
    order; value and text are the number in its one form.

    Letters read for digits (O for 0, l for 1) are mended only where a digit must stand, and cost
    confidence. A number broken over two lines is joined; its box is that of the first part.
    """
    found: list[dict[str, Any]] = []
    for index, line in enumerate(tree.lines):
        hits = list(_PATTERN.finditer(searchable(line.text)))
        found += [_entry(match, line, index) for match in hits if _plausible(match)]
        following = tree.lines[index + 1] if index + 1 < len(tree.lines) else None
        if following is None or (hits and hits[-1].end() >= len(line.text) - 1):
            continue
        joined = _over_two_lines(line, following, index)
        if joined is not None:
            found.append(joined)
    return found


def _over_two_lines(line: Line, following: Line, index: int) -> dict[str, Any] | None:
    first, second = searchable(line.text), searchable(following.text)
    for match in _PATTERN.finditer(first + second):
        # Part of it on each line, and not already whole on either.
        if match.start() < len(first) < match.end() and _plausible(match):
            weakest = min(
                stretch_confidence(line, match.start(), len(first)),
                stretch_confidence(following, 0, match.end() - len(first)),
            )
            return {
                "value": _normal(match),
                "text": _normal(match),
                "confidence": round(weakest * _mended(match), 4),
                "box": _rounded(stretch_box(line, match.start(), len(first))),
                "line": index,
            }
    return None


def _entry(match: re.Match[str], line: Line, index: int) -> dict[str, Any]:
    start, end = match.span()
    confidence = stretch_confidence(line, start, end) * _mended(match)
    return {
        "value": _normal(match),
        "text": _normal(match),
        "confidence": round(confidence, 4),
        "box": _rounded(stretch_box(line, start, end)),
        "line": index,
    }


def _normal(match: re.Match[str]) -> str:
    year = _digits(match["year"])
    place = _digits(match["place"])
    kind = re.sub(r"\s", "", match["kind"])
    further = re.sub(r"\s", "", match["further"] or "")
    return f"（{year}）{match['court'] or ''}{place}{kind}{_digits(match['number'])}号{further}"


def _digits(text: str) -> str:
    return re.sub(r"\s", "", text).translate(_SLIPS)


def _plausible(match: re.Match[str]) -> bool:
    """A year of the court records and a kind that is one: the pattern alone also fits the
    numbers of official letters such as （2019）财会5号, which must not become cases."""
    if not 1949 <= int(_digits(match["year"])) <= 2100:
        return False
    kind = re.sub(r"\s", "", match["kind"])
    old_style = kind.endswith(("字第", "字"))
    if old_style:
        kind = kind.removesuffix("第").removesuffix("字")
    if match["court"] is None and not old_style:
        return False
    return kind.startswith("司救") or (bool(kind) and kind[-1] in _TYPE_ENDINGS)


def _mended(match: re.Match[str]) -> float:
    slips = sum(1 for name in ("year", "place", "number") for c in match[name] if c in "OoQIl")
    return float(0.85**slips)


def _rounded(box: tuple[float, float, float, float]) -> list[float]:
    return [round(value, 1) for value in box]
