"""Whether a side scanned again is the same page as the one it is meant for.

Four witnesses are heard: the stamped page number, the fingerprint of the upright picture, the
text, and whether the side is blank. None of them is asked about more than it knows, and where
they disagree the answer is "unsure". It does not matter how the sheet lay in the feeder: number,
fingerprint and text are all those of the upright page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from attrs import frozen

from app.domain.dossier import Recognised, Side
from app.services.twins import same_sheet
from archive_rules.text import plain
from ocr.similarity import DUPLICATE_LIMIT, similarity

SAME, DIFFERENT, UNSURE, WAITING = "same", "different", "unsure", "waiting"
# The worst first: what a batch of pairs comes to.
WORST_FIRST = (DIFFERENT, WAITING, UNSURE, SAME)
CLEAR_NUMBER = 0.9
FEWEST_CHARACTERS = 20
SAME_TEXT = 0.85
OTHER_TEXT = 0.5
# Below this two fingerprints show different pages, whatever the light.
OTHER_PICTURE = 0.3
# Each comparison takes some milliseconds: in long stacks a side is compared with those at its own
# place from either end and their neighbours.
NEIGHBOURS = 3


@frozen(kw_only=True)
class Witnessed:
    """A side with its text, None while it is not read."""

    side: Side
    text: Recognised | None = None


@frozen(kw_only=True)
class Comparison:
    """What the witnesses say of two sides; `weight` orders possible pairs, more is likelier."""

    verdict: str
    likeness: float
    reasons: tuple[dict[str, Any], ...]
    weight: float


def compare(old: Witnessed, new: Witnessed) -> Comparison:
    """Whether `new` shows the page that `old` shows."""
    if not _ready(old.side) or not _ready(new.side):
        return Comparison(verdict=WAITING, likeness=0.0, reasons=(), weight=0.0)
    if old.side.blank or new.side.blank:
        both = old.side.blank and new.side.blank
        code = "both_blank" if both else "one_blank"
        # A side that could not be seen before may well have something on it.
        seen = not old.side.fault and not new.side.fault
        verdict = SAME if both else (DIFFERENT if seen else UNSURE)
        return Comparison(
            verdict=verdict,
            likeness=1.0 if both else 0.0,
            reasons=({"code": code},),
            weight=1.0 if both else -1.0,
        )
    number, number_reason = _numbers(old, new)
    picture, likeness = _picture(old.side, new.side)
    # Reading is the slowest witness; it is not asked where number and picture speak against it.
    text = 0 if number < 0 and picture <= 0 else _text(old.text, new.text)
    reasons = [number_reason] if number_reason else []
    if picture:
        reasons.append({"code": "picture_alike" if picture > 0 else "picture_differs"})
    if text:
        reasons.append({"code": "text_alike" if text > 0 else "text_differs"})
    return Comparison(
        verdict=_verdict(number, picture, text),
        likeness=round(likeness, 4),
        reasons=tuple(reasons),
        weight=2.0 * number + picture + text + likeness,
    )


def _verdict(number: int, picture: int, text: int) -> str:
    """Each witness says 1 (the same), -1 (another) or 0 (nothing)."""
    said = [witness for witness in (number, picture, text) if witness]
    if not said:
        return UNSURE
    if all(witness > 0 for witness in said):
        # An equal number alone is not enough: every dossier has a page 12.
        return SAME if picture > 0 or text > 0 else UNSURE
    if all(witness < 0 for witness in said):
        # Another light or a fold changes a picture; it needs a second witness against it.
        return DIFFERENT if number < 0 or text < 0 else UNSURE
    if number < 0 and not (picture > 0 and text > 0):
        return DIFFERENT
    return UNSURE


def _ready(side: Side) -> bool:
    return bool(side.examined) and bool(side.recognised)


def _numbers(old: Witnessed, new: Witnessed) -> tuple[int, dict[str, Any] | None]:
    first, second = _clear_number(old), _clear_number(new)
    if first is None or second is None:
        return 0, None
    if first == second:
        return 1, {"code": "number_equal", "old": first, "new": second}
    return -1, {"code": "number_differs", "old": first, "new": second}


def _clear_number(witnessed: Witnessed) -> int | None:
    side = witnessed.side
    settled = side.number_by or side.page_number_confidence >= CLEAR_NUMBER
    if side.page_number is not None and settled:
        return side.page_number
    for number in witnessed.text.numbers[:1] if witnessed.text is not None else ():
        if number["confidence"] >= CLEAR_NUMBER:
            return int(number["value"])
    return None


def _picture(old: Side, new: Side) -> tuple[int, float]:
    if not old.fingerprint or not new.fingerprint:
        return 0, 0.0
    likeness = similarity(old.fingerprint, new.fingerprint)
    if likeness >= DUPLICATE_LIMIT:
        return 1, likeness
    return (-1 if likeness < OTHER_PICTURE else 0), likeness


def _text(old: Recognised | None, new: Recognised | None) -> int:
    if old is None or new is None:
        return 0
    first, second = plain(old.text), plain(new.text)
    if min(len(first), len(second)) < FEWEST_CHARACTERS:
        return 0
    share = SequenceMatcher(None, first, second, autojunk=False).ratio()
    if share < OTHER_TEXT or not same_sheet(old, new):
        return -1
    return 1 if share >= SAME_TEXT else 0


def pair_up(
    old: Sequence[Witnessed], new: Sequence[Witnessed]
) -> list[tuple[Witnessed | None, Witnessed | None, Comparison | None]]:
    """The old sides in their order, each with the new side that shows it, then what is left over.

    A stack fed from behind, or a sheet fed with its back first, is paired by content; sides that
    content says nothing of are paired in the order of feeding.
    """
    compared: dict[tuple[int, int], Comparison] = {}

    def look(i: int, j: int) -> Comparison:
        if (i, j) not in compared:
            compared[i, j] = compare(old[i], new[j])
        return compared[i, j]

    shortest = min(len(old), len(new))
    straight = [(i, i) for i in range(shortest)]
    if len(old) != len(new) or any(look(i, j).verdict != SAME for i, j in straight):
        last = max(len(old), len(new)) - 1
        near = NEIGHBOURS + abs(len(old) - len(new))
        candidates = [
            (i, j)
            for i in range(len(old))
            for j in range(len(new))
            if min(abs(i - j), abs(i + j - last)) <= near
        ]
        candidates.sort(key=lambda pair: (-look(*pair).weight, abs(pair[0] - pair[1]), pair))
        straight = _greedy(candidates)
    chosen = dict(straight)
    taken = set(chosen.values())
    rows: list[tuple[Witnessed | None, Witnessed | None, Comparison | None]] = []
    for i, side in enumerate(old):
        j = chosen.get(i)
        rows.append((side, None, None) if j is None else (side, new[j], look(i, j)))
    rows += [(None, side, None) for j, side in enumerate(new) if j not in taken]
    return rows


def _greedy(candidates: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    old: set[int] = set()
    new: set[int] = set()
    chosen = []
    for i, j in candidates:
        if i not in old and j not in new:
            chosen.append((i, j))
            old.add(i)
            new.add(j)
    return chosen


def worst(verdicts: Sequence[str]) -> str:
    """The worst of several verdicts; "same" when there is none."""
    return min(verdicts, key=WORST_FIRST.index, default=SAME)


def witnesses(sides: Sequence[Side], texts: Mapping[str, Recognised]) -> list[Witnessed]:
    """Sides with their texts."""
    return [Witnessed(side=side, text=texts.get(side.id)) for side in sides]
