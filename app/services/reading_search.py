"""The text of the granted pages: searched, marked on the page, and offered to the keyboard.

Only granted sides are ever looked at, and what is covered on the page is absent from its text.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from attrs import frozen

from app.domain.dossier import Dossier, Side
from app.domain.reading import ReadingGrant
from app.kernel.errors import Refused
from app.services.context import Context
from app.services.pinyin_candidates import candidates
from app.services.ports import Transaction
from app.services.reading_masks import page_lines
from app.services.reading_pages import granted_sides, is_cleared
from app.services.reading_sessions import VisitService
from app.services.reading_settings import reading_settings
from app.services.reading_views import Box, PageHit, ReadLine

MOST_HITS = 200
LONGEST_WORDS = 100
MOST_TYPED = 1000
_AROUND = 12  # characters of the snippet at either side of a hit
_COVERED = "×"
# Stands in the text for what is covered: it cannot be typed, so it is never found.
_NOTHING = "\0"


# Where a character stands: number of the line, and its place in the text of the line.
_Spot = tuple[int, int]


@frozen(kw_only=True)
class _PageText:
    """A page as it is searched: `plain` without spaces and differences of width or case, a spot
    for each of its characters."""

    lines: tuple[ReadLine, ...]
    plain: str
    spots: tuple[_Spot, ...]


class PageText(VisitService):
    """Use cases of a reader who searches or marks text."""

    def __init__(self, context: Context, visit_id: str) -> None:
        super().__init__(context, visit_id)
        # What was read of each side in this visit; it goes with the desk when the visit ends.
        self._texts: dict[tuple[str, str, bool], _PageText] = {}

    def search(self, grant: str, text: str) -> tuple[PageHit, ...]:
        """See `SessionDesk.search`. Spaces, width and case do not matter, and a phrase may go on in
        the next line; at most 200 hits."""
        words = _plain(text[:MOST_TYPED])
        hits: list[PageHit] = []
        with self._context.storage.read() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            if not words or len(words) > LONGEST_WORDS:
                return ()
            for number, page in self._pages(tx, found, dossier, words):
                hits += _hits(number, page, words, MOST_HITS - len(hits))
                if len(hits) >= MOST_HITS:
                    break
        with self._context.storage.write() as tx:
            tx.audit.record(
                "terminal",
                "reader_searched",
                dossier.case_no,
                reader=found.reader,
                grant=found.id,
                visit=visit.id,
                words=text.strip()[:LONGEST_WORDS],
                hits=len(hits),
                pages=sorted({hit.page_number for hit in hits}),
            )
            tx.commit()
        return tuple(hits)

    def suggest(self, grant: str, letters: str) -> tuple[str, ...]:
        """See `SessionDesk.suggest`."""
        with self._context.storage.read() as tx:
            _visit, found, dossier = self._open_grant(tx, grant)
            words = tuple(
                line.text
                for _number, page in self._pages(tx, found, dossier)
                for line in page.lines
            )
        return candidates(letters, words)

    def lines(self, grant: str, page_number: int) -> tuple[ReadLine, ...]:
        """See `SessionDesk.lines`."""
        with self._context.storage.write() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            side = self._granted_side(tx, found, dossier, page_number)
            if not reading_settings(tx).text_selection:
                raise Refused("RDR-114")
            lines = _text_of(tx, found, side)
            tx.audit.record(
                "terminal",
                "page_text_read",
                dossier.case_no,
                reader=found.reader,
                grant=found.id,
                visit=visit.id,
                page=page_number,
            )
            tx.commit()
        return lines

    def _pages(
        self, tx: Transaction, grant: ReadingGrant, dossier: Dossier, words: str = ""
    ) -> Iterator[tuple[int, _PageText]]:
        """The granted pages with their text; with `words` only those that may hold them."""
        raw = {}
        if words:
            raw = dict(tx.recognised.pick(("side_id", "text"), dossier_id=dossier.id))
        for number, side in sorted(granted_sides(tx, grant, dossier).items()):
            # What is covered is in the raw text, too: whether it is found is settled below.
            if words and words not in _plain(raw.get(side.id, "")):
                continue
            key = (side.id, side.picture, grant.masked)
            page = self._texts.get(key)
            if page is None:
                lines = _text_of(tx, grant, side)
                page = self._texts[key] = _searchable(lines, masked=grant.masked)
            yield number, page


def _text_of(tx: Transaction, grant: ReadingGrant, side: Side) -> tuple[ReadLine, ...]:
    """The text of a side as the grant shows it; none of a page that is covered as a whole."""
    return page_lines(tx, side, masked=grant.masked, cleared=is_cleared(grant, side))


def _searchable(lines: tuple[ReadLine, ...], *, masked: bool) -> _PageText:
    plain: list[str] = []
    spots: list[_Spot] = []
    for number, line in enumerate(lines):
        for place, sign in enumerate(line.text):
            letters = _NOTHING if masked and sign == _COVERED else _plain_sign(sign)
            plain.append(letters)
            spots += [(number, place)] * len(letters)
    return _PageText(lines=lines, plain="".join(plain), spots=tuple(spots))


def _hits(number: int, page: _PageText, words: str, most: int) -> Iterator[PageHit]:
    start = page.plain.find(words)
    while start >= 0 and most > 0:
        spots = page.spots[start : start + len(words)]
        yield PageHit(page_number=number, snippet=_snippet(page, spots), boxes=_boxes(page, spots))
        most -= 1
        start = page.plain.find(words, start + len(words))


def _snippet(page: _PageText, spots: Sequence[_Spot]) -> str:
    """The hit with what stands around it, as it is written on the page."""
    (first, begin), (last, end) = spots[0], spots[-1]
    text = "".join(line.text for line in page.lines[first : last + 1])
    ahead = sum(len(line.text) for line in page.lines[first:last])
    return text[max(0, begin - _AROUND) : ahead + end + 1 + _AROUND].strip()


def _boxes(page: _PageText, spots: Sequence[_Spot]) -> tuple[Box, ...]:
    """One box for each line that the hit touches, along the line by the widths of its signs."""
    boxes = []
    for number in sorted({line for line, _place in spots}):
        places = [place for line, place in spots if line == number]
        text, (x0, y0, x1, y1) = page.lines[number].text, page.lines[number].box
        whole = _width(text) or 1.0
        start = _width(text[: min(places)]) / whole
        end = _width(text[: max(places) + 1]) / whole
        if x1 - x0 >= y1 - y0:
            boxes.append((x0 + start * (x1 - x0), y0, x0 + end * (x1 - x0), y1))
        else:
            boxes.append((x0, y0 + start * (y1 - y0), x1, y0 + end * (y1 - y0)))
    return tuple(boxes)


def _plain(text: str) -> str:
    """Without spaces, and without differences of width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and sign.isprintable())


@lru_cache(maxsize=8192)
def _plain_sign(sign: str) -> str:
    return _plain(sign)


def _width(text: str) -> float:
    """How much of a line the text takes, in widths of a Chinese character."""
    return sum(1.0 if unicodedata.east_asian_width(sign) in "WF" else 0.55 for sign in text)
