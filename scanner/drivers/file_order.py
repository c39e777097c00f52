"""The order in which a person would put a folder of scans: by the numbers in the names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

from natsort import natsort_keygen, ns

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMERAL = "[零〇一二两三四五六七八九十百千]+"
# Numerals count where they number something (第三页, 卷二, （四）, 五、起诉状), not in 三方协议.
_PLACES = re.compile(
    rf"(?<=第){_NUMERAL}"
    rf"|(?<=[卷册]){_NUMERAL}(?![^\W\d_])"
    rf"|(?<=\(){_NUMERAL}(?=\))"
    rf"|^{_NUMERAL}(?=[、.\-_ ])"
)
# Words that rank instead of numbers: 上册 中册 下册, 正卷 副卷, 12正 12反.
_WORDS = re.compile(r"[上中下](?=[册卷])|[正副](?=卷)|(?<=[\d_\- ])[正反背](?=面?$)")
_WORD_RANKS = {"上": "1", "中": "2", "下": "3", "正": "-1", "副": "-2", "反": "-2", "背": "-2"}
# Sides that are named instead of numbered have a fixed place in a dossier (cover, contents, …,
# remarks, back cover), whatever their characters sort like.
_NAMED = (
    re.compile(r"(卷宗|案卷|卷)?(封面|封皮|卷皮)"),
    re.compile(r"(卷内|卷宗|案卷)?目录"),
    None,
    re.compile(r"(卷内|卷宗)?备考表?"),
    re.compile(r"(卷宗|案卷|卷)?封底"),
)
_NUMBERED = _NAMED.index(None)
_TRAILING_NUMBER = re.compile(r"[\s_\-(]*\d*\)?$")

# Typed here: natsort's own signature is wider than what is used.
_key: Callable[[str], Any] = natsort_keygen(alg=ns.IGNORECASE)


def natural_key(path: PurePath) -> tuple[Any, str]:
    """Sort key of a path relative to the folder of scans; equal only for equal paths.

    2.jpg before 10.jpg, in every folder level, in any digits (also ２ and 第二页), whatever the
    case of the letters; a cover and its contents first, remarks and back cover last.
    """
    folders = [_part_key(part, "") for part in path.parts[:-1]]
    return (*folders, _part_key(path.stem, path.suffix)), str(path)


def numeral_value(numeral: str) -> int:
    """The number that a Chinese numeral below ten thousand stands for (二十三, 一〇二)."""
    if not any(character in _UNITS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total, digit = 0, 0
    for character in numeral:
        if character in _UNITS:
            total += (digit or 1) * _UNITS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit


def _part_key(name: str, suffix: str) -> tuple[int, Any, str]:
    text = unicodedata.normalize("NFKC", name)
    word = _TRAILING_NUMBER.sub("", text)
    rank = next(
        (
            place
            for place, named in enumerate(_NAMED)
            if named is not None and named.fullmatch(word)
        ),
        _NUMBERED,
    )
    text = _WORDS.sub(lambda match: _WORD_RANKS[match.group()], text)
    text = _PLACES.sub(lambda match: str(numeral_value(match.group())), text)
    return rank, _key(text), suffix.lower()
