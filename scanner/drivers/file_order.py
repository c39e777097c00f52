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
_VOLUMES = re.compile("[上中下](?=[册卷])")
_VOLUME_RANKS = {"上": "1", "中": "2", "下": "3"}

# Typed here: natsort's own signature is wider than what is used.
_key: Callable[[str], Any] = natsort_keygen(alg=ns.PATH | ns.IGNORECASE)


def natural_key(path: PurePath) -> tuple[Any, str]:
    """Sort key of a path relative to the folder of scans; equal only for equal paths.

    2.jpg before 10.jpg, in every folder level, in any digits (also ２ and 第二页), whatever the
    case of the letters.
    """
    text = "/".join(_plain(part) for part in path.parts)
    return _key(text), str(path)


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


def _plain(part: str) -> str:
    text = unicodedata.normalize("NFKC", part)
    text = _VOLUMES.sub(lambda match: _VOLUME_RANKS[match.group()], text)
    return _PLACES.sub(lambda match: str(numeral_value(match.group())), text)
