"""Whether two sides that look alike are one sheet scanned twice, or one form filled in twice.

Pictures alone cannot tell two service receipts (送达回证) apart that differ in a short name; the
stamped numbers and the text can.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from attrs import frozen

from app.domain.dossier import Recognised

CLEAR_NUMBER = 0.9
CLEAR_LINE = 0.95
# How far a line may wander between two scans of one sheet, in fractions of the page.
WANDER = 0.02
LEAST_DIFFERENT = 2
# A second reading of the same text differs in at most this share of its clear characters.
READING_NOISE = 0.01


@frozen(kw_only=True)
class _Line:
    """A clearly read line: its letters and where it begins, in fractions of the page."""

    text: str
    left: float
    middle: float

    def stands_at(self, other: _Line) -> bool:
        """Whether the two lines begin at one place."""
        near = abs(self.middle - other.middle) <= WANDER / 2
        return near and abs(self.left - other.left) <= WANDER


def same_sheet(first: Recognised | None, second: Recognised | None) -> bool:
    """False when clear numbers or clearly read words of the two sides differ."""
    if first is None or second is None:
        return True
    numbers = _clear_number(first), _clear_number(second)
    if None not in numbers and numbers[0] != numbers[1]:
        return False
    compared, different = _different_characters(_clear_lines(first), _clear_lines(second))
    return different < max(LEAST_DIFFERENT, compared * READING_NOISE)


def _clear_number(recognised: Recognised) -> int | None:
    for number in recognised.numbers[:1]:
        if number["confidence"] >= CLEAR_NUMBER:
            return int(number["value"])
    return None


def _clear_lines(recognised: Recognised) -> list[_Line]:
    width = max(1, recognised.tree["width"])
    height = max(1, recognised.tree["height"])
    lines = []
    for line in recognised.tree["lines"]:
        text = "".join(character for character in line["text"] if character.isalnum())
        if line["confidence"] >= CLEAR_LINE and len(text) >= 2:
            x0, y0, _x1, y1 = line["box"]
            lines.append(_Line(text=text, left=x0 / width, middle=(y0 + y1) / 2 / height))
    return lines


def _different_characters(first: list[_Line], second: list[_Line]) -> tuple[int, int]:
    """(characters compared, characters that differ) over lines that stand in one place."""
    compared = different = 0
    for line in first:
        places = [other for other in second if line.stands_at(other)]
        if not places:
            # The other reading may have cut the line elsewhere, or not read it clearly.
            continue
        same = max(_common(line.text, other.text) for other in places)
        compared += len(line.text)
        different += len(line.text) - same
    return compared, different


def _common(first: str, second: str) -> int:
    blocks = SequenceMatcher(None, first, second, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks)
