"""Confidence of lines made honest: what it is worth for the figures in a line.

An engine reports the mean over the characters of a line. In a line of thirty characters one
doubtful digit hardly moves it, and a digit is what a court's line is about. So the confidence of
a line with figures is no higher than its weakest figure allows, and what contradicts itself
(the check digit of an identity number, a day that no calendar has, a letter among digits, ink
that was passed over between two figures) is not believed at all.
"""

from __future__ import annotations

import datetime
import itertools
import re
import unicodedata
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.identity_numbers import credit_code_holds, identity_number_holds
from ocr.tree import ACROSS, Box, Character, Line, TextTree

Pixels = NDArray[np.uint8]

CONTRADICTED = 0.5
"""Highest confidence of a line whose figures contradict themselves."""

_PASSED_OVER = 0.6
_LOOK_ALIKE = 0.7
_ODD_LENGTH = 0.8
_BROKEN_OFF = 0.8

_DOUBT = 2.0
"""So many times the doubt of a figure counts; see `_weakest_figure`."""

_FIGURE = re.compile(r"[0-9]")
_IDENTITY = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_LONG_RUN = re.compile(r"(?<![0-9])[0-9]{16,20}[Xx]?(?![0-9])")
_NAMED_IDENTITY = re.compile(r"身份(?:证)?(?:号码|号|证)")
_NAMED_CREDIT_CODE = re.compile(r"信用代码[^0-9A-Za-z]{0,4}([0-9A-Za-z]{8,22})")
_SOME_RUN = re.compile(r"[0-9]{4}")
_NAMED_PHONE = re.compile(r"(?:电话|手机|联系方式)[^0-9]{0,4}([0-9]{5,14})(?![0-9-])")
_DAY = re.compile(r"(?<![0-9])([0-9]{1,4})\s*年\s*([0-9]{1,2})\s*月\s*([0-9]{1,2})\s*[日号]")
_POINTED = re.compile(r"(?<![0-9.])((?:19|20)[0-9]{2})([-./])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_HALF_DAY = re.compile(r"(?<![0-9./-])(?:19|20)[0-9]{2}-[0-9]{1,2}(?![0-9年-])[^0-9]")
_AMONG = re.compile(r"(?<=[0-9])[OoQlI|SBZ](?=[0-9])|(?<=[0-9])[OoQlI|](?![A-Za-z])")
_BROKEN_RUN = re.compile(r"[0-9][A-WYZa-wyz±+*=~^!?](?=[0-9\u4e00-\u9fff])")
_STRAY = re.compile(r"[↑↓←→±∂丨丿亅]")
"""Signs that stand for a worn digit and hardly ever for themselves."""

_CASE_NUMBER = re.compile(r"[民刑行执赔知商破]{1,2}(?:初|终|再|申|监|执)\W{0,2}[0-9]+\s*号")
_GOOD_HEAD = re.compile(
    r"[(〔\[（]\s*(?:19|20)[0-9]{2}\s*[)〕\]）]\s*[\u4e00-\u9fff]{1,3}\s*[0-9]{0,4}\s*"
)
_GROUPED = re.compile(r"(?<![0-9,.])[0-9]{1,3}(?:,[0-9]+)+(?:\.[0-9]+)?(?![0-9,])")
_WELL_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")

_NUMBER_TAIL = re.compile(
    r"(?:(?:信用代码|身份(?:证)?(?:号码|号|证))[^0-9A-Za-z]{0,4})?[0-9][0-9A-Za-z,.]*$"
)
_NUMBER_HEAD = re.compile(r"[0-9A-Za-z][0-9A-Za-z,.]*(?:[年月日][0-9年月日]*)?")
_ROAD_MARKER = re.compile(r"K[0-9]{1,4}\+[0-9]{1,3}")
"""Kilometre and metre of a road: the plus sign is right."""

_INK = 0.72
"""Share of the paper's grey below which a pixel is ink."""


def calibrated(tree: TextTree, page: Pixels) -> TextTree:
    """The tree with the confidence of its lines as above; `page` is the upright BGR page."""
    red = np.asarray(cv2.extractChannel(page, 2), dtype=np.uint8)
    around = zip((None, *tree.lines), tree.lines, (*tree.lines[1:], None), strict=False)
    lines = tuple(
        replace(
            line,
            confidence=round(min(line.confidence, line_confidence(line, red, before, after)), 4),
        )
        for before, line, after in around
    )
    return replace(tree, lines=lines)


def line_confidence(
    line: Line,
    grey: Pixels | None = None,
    before: Line | None = None,
    after: Line | None = None,
) -> float:
    """How likely the figures of a line are right (1.0 without figures); `grey` is the page,
    `before` and `after` are the lines next to it, over which a figure may be broken."""
    text = half_width(line.text)
    if not _FIGURE.search(text):
        return 1.0
    found = min(_weakest_figure(line), _grammar_in_place(line, before, after))
    if grey is not None and line.direction == ACROSS:
        found = min(found, _nothing_passed_over(line, grey))
    return found


def _grammar_in_place(line: Line, before: Line | None, after: Line | None) -> float:
    """What `grammar_of_figures` says of a line, or of the line with the rest of a figure that the
    lines next to it hold, whichever is more: only a whole number can be checked."""
    text = half_width(line.text)
    highest = grammar_of_figures(text)
    if highest == 1.0:
        return highest
    head = tail = ""
    if before is not None and _goes_on(before, line) and _NUMBER_HEAD.match(text):
        found = _NUMBER_TAIL.search(half_width(before.text))
        head = found[0] if found else ""
    if after is not None and _goes_on(line, after) and _NUMBER_TAIL.search(text):
        found = _NUMBER_HEAD.match(half_width(after.text))
        tail = found[0] if found else ""
    return max(grammar_of_figures(one + text + other) for one in {"", head} for other in {"", tail})


def _goes_on(line: Line, following: Line) -> bool:
    """Whether running text goes on from one line to the next: below, as high, and not after a
    line that ends early."""
    x0, y0, x1, y1 = line.box
    left, top, right, bottom = following.box
    height = max(1.0, y1 - y0)
    return (
        line.direction == following.direction == ACROSS
        and (y0 + y1) / 2 < top + 0.3 * height < y1 + 2.5 * height
        and 0.6 * height < bottom - top < 1.6 * height
        and left < x0 + 0.7 * height
        and right < x1 + height
    )


def half_width(text: str) -> str:
    """The text with full-width forms made half-width, length unchanged."""
    plain = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(plain, text, strict=True))


def _weakest_figure(line: Line) -> float:
    """What the least sure sign in or beside a figure leaves: a digit that was read as a letter or
    as a character (14.4T %, 06-壬) stands where a digit should.

    Its doubt counts twice. Of 3,000 lines of figures, half of them worn, struck through or badly
    packed, those wrong at a doubt below a twentieth had nearly all one above a fortieth.
    """
    signs = [half_width(character.text) for character in line.characters]
    digits = [_FIGURE.fullmatch(sign) is not None for sign in signs]
    beside = zip(digits, [False, *digits], [*digits[1:], False], strict=False)
    least = min(
        (
            character.confidence
            for character, near in zip(line.characters, beside, strict=True)
            if any(near)
        ),
        default=line.confidence,
    )
    return max(0.0, 1.0 - _DOUBT * (1.0 - least))


def grammar_of_figures(text: str) -> float:
    """The highest confidence that what the figures of a half-width text say of themselves lets
    stand: 1.0 when nothing speaks against them."""
    highest = 1.0
    if any(not credit_code_holds(match[1]) for match in _NAMED_CREDIT_CODE.finditer(text)):
        highest = CONTRADICTED
    # Its letters among digits are right, so nothing more is asked of it.
    text = _ROAD_MARKER.sub("K", _NAMED_CREDIT_CODE.sub("信用代码", text))
    identities = list(_IDENTITY.finditer(text))
    named = _NAMED_IDENTITY.search(text) is not None
    if any(not identity_number_holds(match[0]) for match in identities):
        # Numbers of accounts have as many digits: only a named one is sure to be wrong.
        highest = min(highest, CONTRADICTED if named else _ODD_LENGTH)
    if named and not identities and _LONG_RUN.search(text):
        highest = min(highest, CONTRADICTED)
    elif named and not identities and _SOME_RUN.search(text):
        # Broken off by the end of the line, or by a digit that was read as something else.
        highest = min(highest, _ODD_LENGTH)
    for match in _NAMED_PHONE.finditer(text):
        if len(match[1]) not in (7, 8, 11, 12) or (len(match[1]) == 11 and match[1][0] not in "01"):
            highest = min(highest, _ODD_LENGTH)
    days = [(m[1], m[2], m[3]) for m in _DAY.finditer(text)]
    days += [(m[1], m[3], m[4]) for m in _POINTED.finditer(text)]
    if any(not _is_day(*day) for day in days):
        highest = min(highest, CONTRADICTED)
    if _HALF_DAY.search(text) or any(
        not _WELL_GROUPED.fullmatch(match[0]) for match in _GROUPED.finditer(text)
    ):
        highest = min(highest, _BROKEN_OFF)
    if _AMONG.search(text) or _BROKEN_RUN.search(text) or _STRAY.search(text):
        highest = min(highest, _LOOK_ALIKE)
    for match in _CASE_NUMBER.finditer(text):
        if not _GOOD_HEAD.search(text, max(0, match.start() - 18), match.start() + 1):
            highest = min(highest, _ODD_LENGTH)
    return highest


def _is_day(year: str, month: str, day: str) -> bool:
    if len(year) != 4 or not 1900 <= int(year) <= 2100:
        return False
    try:
        datetime.date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _nothing_passed_over(line: Line, grey: Pixels) -> float:
    """Less than 1 when ink stands in a gap beside a figure where no character was read."""
    characters = line.characters
    if len(characters) < 3:
        return 1.0
    height = line.box[3] - line.box[1]
    for before, after in itertools.pairwise(characters):
        pair = half_width(before.text + after.text)
        if not _FIGURE.search(pair):
            continue
        if _is_inked_gap(before, after, height, grey):
            return _PASSED_OVER
    return 1.0


def _is_inked_gap(before: Character, after: Character, height: float, grey: Pixels) -> bool:
    left, right = before.box[2], after.box[0]
    if right - left < 0.45 * height:
        return False
    return inked_share(grey, (left + 1, before.box[1], right - 1, before.box[3])) > 0.06


def inked_share(grey: Pixels, box: Box) -> float:
    """Share of ink in a box of a grey page, against the paper around it."""
    x0, y0, x1, y1 = (max(0, int(value)) for value in box)
    part = grey[y0:y1, x0:x1]
    if part.size == 0:
        return 0.0
    around = grey[max(0, y0 - 20) : y1 + 20, max(0, x0 - 20) : x1 + 20]
    paper = float(np.percentile(around, 90))
    smooth = cv2.blur(part, (3, 3))
    return float(np.mean(smooth < _INK * paper))
