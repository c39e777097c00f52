"""Whether two sides that look alike are one sheet scanned twice, or one form filled in twice.

Pictures alone cannot tell two service receipts (送达回证) apart that differ in a short name; the
stamped numbers and the text can.
"""

from __future__ import annotations

from difflib import SequenceMatcher

from app.domain.dossier import Recognised

CLEAR_NUMBER = 0.9
CLEAR_LINE = 0.95
ALIKE = 0.6
LEAST_DIFFERENT = 2
# A second reading of the same text differs in at most this share of its clear characters.
READING_NOISE = 0.01


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


def _clear_lines(recognised: Recognised) -> list[str]:
    lines = []
    for line in recognised.tree["lines"]:
        text = "".join(c for c in line["text"] if c.isalnum())
        if line["confidence"] >= CLEAR_LINE and len(text) >= 2:
            lines.append(text)
    return lines


def _different_characters(first: list[str], second: list[str]) -> tuple[int, int]:
    """(characters compared, characters that differ) over lines that stand for each other."""
    compared = different = 0
    left = list(second)
    for line in first:
        compared += len(line)
        if line in left:
            left.remove(line)
            continue
        ratios = [(SequenceMatcher(None, line, other).ratio(), other) for other in left]
        ratio, closest = max(ratios, default=(0.0, ""))
        # A line without counterpart says nothing: the other reading may have cut it elsewhere.
        if ratio >= ALIKE:
            left.remove(closest)
            same = sum(
                block.size for block in SequenceMatcher(None, line, closest).get_matching_blocks()
            )
            different += max(len(line), len(closest)) - same
    return compared, different
