"""The text of a page for its reader, and what of the page is covered (遮蔽).

What is covered in the picture is absent from the text. What the machine could not read cannot be
searched for numbers: such places are covered, and a page with little else is covered as a whole
unless the approver let it pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from app.domain.dossier import Side
from app.domain.masking import hidden_characters, masked
from app.domain.recipe import shown_box, shown_size, turned_box
from app.services.ports import Transaction
from app.services.reading_views import Box, ReadLine

WHOLE: Box = (0.0, 0.0, 1.0, 1.0)
# Of the height of the characters: recognition cuts ascenders off, and it tells where in a line a
# character stands by half its height.
_MARGIN, _ALONG, _AT_END = 0.12, 0.4, 0.75
# Figures of whole numbers: telephones, identities, cards. One with fewer lost some.
_WHOLE_NUMBERS = (11, 18, 19)
_LEAST_FIGURES = 4
# What may be wanting to a part of an address of mail.
_MAIL_PART = 7
# Width of a figure by its height.
_FIGURE = 0.6
# More of what is written on a page is unread than this: the page as a whole counts as unread.
_UNREAD_MOST = 0.35
_LEAST_BOX = 0.0005
# Places without a line of text where there is some (ocr.needs_person).
_LOST = ("truncated", "vertical_unsure")


@frozen(kw_only=True)
class _Read:
    """A line as it lies on the picture. `places` are the boxes of the characters of `text`, None
    for one whose place is not known; `on_page` is the box on the page as it was read."""

    text: str
    box: Box
    places: tuple[Box | None, ...]
    known: bool
    on_page: Sequence[float]
    # Height of the picture by its width.
    shape: float


def page_lines(
    tx: Transaction, side: Side, *, masked: bool, cleared: bool = True
) -> tuple[ReadLine, ...]:
    """The text lines of a side as it is shown, boxes in fractions of its picture; with `masked`
    what is covered is × in them, and unless it is `cleared` there are none of an `unread` side."""
    # What was read of a page is large: it is fetched once for both questions.
    found = list(_lines(tx, side))
    if masked and not cleared and _is_unread(side, found):
        return ()
    lines = [line for line in found if line.known]
    texts = _covered(lines) if masked else [line.text for line in lines]
    return tuple(
        ReadLine(text=text, box=line.box) for text, line in zip(texts, lines, strict=True) if text
    )


def page_boxes(tx: Transaction, side: Side, *, cleared: bool = False) -> tuple[Box, ...]:
    """What to cover on the picture of a side, in fractions of it; the whole page when there is no
    text to go by. `cleared`: the approver let pass what the machine could not read, so that only
    what it found is covered."""
    lines = list(_lines(tx, side, placed=True))
    if not cleared and (_is_unread(side, lines) or not lines):
        return () if side.blank else (WHOLE,)
    known = [line for line in lines if line.known]
    boxes = [] if cleared else [line.box for line in lines if not line.known]
    for line, hidden in zip(known, _hidden(known), strict=True):
        boxes += _covers(line, hidden)
    return tuple(boxes)


def unread(tx: Transaction, side: Side) -> bool:
    """Whether masking has nothing to go by on this side: not recognised, or mostly handwriting or
    unreadable. Such a page is not shown under masking unless the approver lets it pass."""
    return _is_unread(side, _lines(tx, side))


def _is_unread(side: Side, found: Iterable[_Read]) -> bool:
    if side.blank:
        return False
    if side.fault or side.recognised != "done":
        return True
    lines = list(found)
    total = sum(_area(line.box) for line in lines)
    lost = sum(_area(line.box) for line in lines if not line.known)
    return not lines or lost > _UNREAD_MOST * total


def _covered(lines: Sequence[_Read]) -> list[str]:
    return [masked(line.text, hidden) for line, hidden in zip(lines, _hidden(lines), strict=True)]


def _hidden(lines: Sequence[_Read]) -> tuple[frozenset[int], ...]:
    return hidden_characters([line.text for line in lines], [line.on_page for line in lines])


def _lines(tx: Transaction, side: Side, *, placed: bool = False) -> Iterator[_Read]:
    """The lines of a side; the places of their characters only when `placed`, for they take most
    of the time."""
    recognised = tx.recognised.first(side_id=side.id)
    if recognised is None:
        return
    place = _Placement(side, recognised.tree)
    for line in recognised.tree["lines"]:
        box = place.of(line["box"])
        if box is not None:
            text = str(line["text"])
            yield _Read(
                text=text,
                box=box,
                places=_aligned(text, line.get("characters", ()), place) if placed else (),
                known=bool(text) and line.get("kind", "print") in ("print", "stamp"),
                on_page=line["box"],
                shape=place.shape,
            )
    for need in recognised.fields.get("needs_person", ()):
        box = place.of(need["box"]) if need["reason"] in _LOST else None
        if box is not None:
            yield _Read(
                text="", box=box, places=(), known=False, on_page=need["box"], shape=place.shape
            )


class _Placement:
    """From pixels of the page as it was read to fractions of its picture as it is shown."""

    def __init__(self, side: Side, tree: Mapping[str, Any]) -> None:
        self._turn = (side.turn - int(tree.get("orientation", side.turn))) % 360
        self._read = (float(max(1, tree["width"])), float(max(1, tree["height"])))
        sideways = self._turn in (90, 270)
        self._upright = self._read[::-1] if sideways else self._read
        self._recipe = side.recipe
        self._shown = shown_size(side.recipe, *self._upright)

    @property
    def shape(self) -> float:
        return max(1, self._shown[1]) / max(1, self._shown[0])

    def of(self, box: Sequence[float]) -> Box | None:
        """None when nothing of the box is left on the picture."""
        turned = turned_box(box, self._turn, *self._read)
        x0, y0, x1, y1 = shown_box(self._recipe, *self._upright, turned)
        wide, high = max(1, self._shown[0]), max(1, self._shown[1])
        shown = (
            min(max(x0 / wide, 0.0), 1.0),
            min(max(y0 / high, 0.0), 1.0),
            min(max(x1 / wide, 0.0), 1.0),
            min(max(y1 / high, 0.0), 1.0),
        )
        whole = shown[2] - shown[0] > _LEAST_BOX and shown[3] - shown[1] > _LEAST_BOX
        return shown if whole else None


def _aligned(
    text: str, characters: Sequence[Sequence[Any]], place: _Placement
) -> tuple[Box | None, ...]:
    """The boxes of the characters of `text`. Gaps are characters of the text and of no box; where
    text and characters part, no place is known."""
    boxes: list[Box | None] = []
    following = iter(characters)
    for sign in text:
        if sign.isspace():
            boxes.append(None)
            continue
        character = next(following, None)
        if character is None or character[0] != sign:
            return (None,) * len(text)
        boxes.append(place.of(character[2]))
    return tuple(boxes)


def _covers(line: _Read, hidden: frozenset[int]) -> Iterator[Box]:
    """One box for each run of hidden characters, as high as the line; the whole line when their
    places are not known."""
    for run in _runs(hidden):
        boxes = [line.places[index] for index in run]
        found = [box for box in boxes if box is not None]
        letters = [index for index in run if not line.text[index].isspace()]
        if not letters:
            continue
        if len(found) < len(letters):
            yield line.box
            continue
        begin = next((place for place in line.places[run[0] - 1 :: -1] if place), None)
        beside = (
            begin if run[0] else None,
            next((place for place in line.places[run[-1] + 1 :] if place), None),
        )
        yield _around(found, line, beside, _AT_END + _FIGURE * _wanting(line.text, run))


def _wanting(text: str, run: Sequence[int]) -> int:
    """How many characters are wanting to a whole number or address of mail: a seal may have kept
    them from being read."""
    figures = sum(text[index].isdigit() for index in run)
    if figures >= _LEAST_FIGURES and 2 * figures >= len(run):
        return next((whole for whole in _WHOLE_NUMBERS if whole >= figures), figures) - figures
    mail = all(text[index].isascii() for index in run) and not any(text[i] == "@" for i in run)
    return _MAIL_PART if mail else 0


def _around(
    boxes: Sequence[Box], line: _Read, beside: tuple[Box | None, Box | None], reach: float
) -> Box:
    """The box of characters, as high as their line, and longer by `reach` of their height at both
    ends but not over the characters `beside` (before, after), save for `_ALONG`."""
    # From here on both axes have the unit of the upper edge, and x runs along the line.
    along = line.box[2] - line.box[0] >= (line.box[3] - line.box[1]) * line.shape
    _left, top, _right, bottom = _turned(line.box, line.shape, along)
    found = [_turned(box, line.shape, along) for box in boxes]
    before, after = (_turned(box, line.shape, along) if box else None for box in beside)
    # Where the page is shown turned, the first character may be the last one to the eye.
    if found[0][0] > found[-1][0]:
        before, after = after, before
    high = min(box[3] - box[1] for box in found)
    x0, y0 = min(box[0] for box in found), min(box[1] for box in found)
    x1, y1 = max(box[2] for box in found), max(box[3] for box in found)
    least, most = x0 - _ALONG * high, x1 + _ALONG * high
    x0, x1 = x0 - reach * high, x1 + reach * high
    if before is not None:
        x0 = min(least, max(x0, before[2]))
    if after is not None:
        x1 = max(most, min(x1, after[0]))
    y0, y1 = min(y0, top) - _MARGIN * high, max(y1, bottom) + _MARGIN * high
    if not along:
        x0, y0, x1, y1 = y0, x0, y1, x1
    return max(0.0, x0), max(0.0, y0 / line.shape), min(1.0, x1), min(1.0, y1 / line.shape)


def _turned(box: Box, shape: float, along: bool) -> Box:
    x0, y0, x1, y1 = box[0], box[1] * shape, box[2], box[3] * shape
    return (x0, y0, x1, y1) if along else (y0, x0, y1, x1)


def _runs(places: frozenset[int]) -> Iterator[list[int]]:
    run: list[int] = []
    for place in sorted(places):
        if run and place != run[-1] + 1:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
