"""What of a page's text is covered for a reader (遮蔽): which characters of which line.

The patterns are those of STANDARDS 9.4: numbers of identity cards, telephones, bank accounts, mail
addresses, number plates and where a natural person lives. The text comes from recognition, so that
figures may be letters that look like them, and a number may be parted by spaces or go on in the
next line. In doubt a character is covered. Dates of birth, case numbers, amounts and the codes of
legal persons stay (STANDARDS 9.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.domain.masked_addresses import addresses
from app.domain.masked_columns import Box, figures_of, numbers_in_cells
from app.domain.masked_numbers import numbers

COVER = "×"
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def hidden_characters(
    lines: Sequence[str], boxes: Sequence[Box] | None = None
) -> tuple[frozenset[int], ...]:
    """For every line of a page, in reading order, the places of the characters to cover. With the
    boxes of the lines on the upright page also what only its cell tells of."""
    # Every character keeps its place, so that what is found here is found there.
    text = "\n".join(line.replace("\n", " ").translate(_FULL_WIDTH) for line in lines)
    covered = {place for begin, end in _spans(text) for place in range(begin, end)}
    cells = frozenset(numbers_in_cells(text.split("\n"), boxes) if boxes is not None else ())
    hidden, start = [], 0
    for index, line in enumerate(lines):
        inside = range(start, start + len(line))
        found = frozenset(place - start for place in inside if place in covered)
        hidden.append(found | frozenset(figures_of(line) if index in cells else ()))
        start += len(line) + 1
    return tuple(hidden)


def masked(line: str, hidden: frozenset[int]) -> str:
    """The line with what is hidden as ×, as long as before."""
    return "".join(COVER if place in hidden else sign for place, sign in enumerate(line))


def _spans(text: str) -> Iterator[tuple[int, int]]:
    yield from numbers(text)
    yield from addresses(text)
