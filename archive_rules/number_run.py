"""The most likely run of page numbers through the readings of all sides: a beam over the sides, as
in Viterbi's algorithm. Clear readings are never given up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_rules.api import NumberCandidate, SideEvidence
from archive_rules.roles import CLEAR
from archive_rules.text import distance

# Costs are negative logarithms of rough probabilities: what happens once in fifty pages costs 4.
_GAP = 3.0
_REPEAT = 3.0
_STRAY = 4.5
_UNREAD = 2.2
# The surer a reading, the less may it be given up for the sake of the run.
_GIVEN_UP = 3.0
_BACK = 4.5
_LOOK_ALIKE = 1.4
_UNLIKE = 3.4
_START = 0.4
_BEAM = 80
MOST_UNNUMBERED = 6
_ELSEWHERE = 1.0
_NOT_ELSEWHERE = 2.0
_LEAST_ELSEWHERE = 0.15
# From this confidence a reading is not given up for an expected number that looks nothing like it.
_FAIR = 0.5
# A weak reading of the very number that the run expects: chance seldom hits that.
_FITTING = 1.2
# Weaker readings are what a figure in running text looks like; nothing is proposed from them.
LEAST_SEEN = 0.03
# A lone figure is easily seen where nothing is: the edge of a sheet is a 1.
LEAST_PART = 0.1
# So far no document counts its own pages: such a number at the other edge is the dossier's.
OWN_PAGES = 30

_ALIKE = (
    frozenset("17"), frozenset("38"), frozenset("68"), frozenset("69"), frozenset("56"),
    frozenset("08"), frozenset("06"), frozenset("49"), frozenset("35"), frozenset("27"),
    frozenset("14"), frozenset("12"), frozenset("09"), frozenset("89"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What the number of one side may be. `kind` is "read", "look_alike", "sequence", "elsewhere",
    "unread", "absent" or "unreadable"; `support` is the confidence of the reading behind it."""

    value: int | None
    kind: str
    cost: float
    support: float = 0.0


@dataclass(frozen=True, slots=True)
class _Path:
    cost: float
    last: int | None
    skipped: int
    before: _Path | None
    choice: Choice | None
    in_sequence: bool


def _elsewhere(
    side: SideEvidence, numbers: tuple[NumberCandidate, ...]
) -> dict[int, NumberCandidate]:
    """The best reading per value at the edge where this dossier is not stamped. Such a number
    counts only where it is the very one that the run expects."""
    return {
        number.value: number
        for number in reversed(side.numbers)
        if number.value > 0 and number not in numbers
    }


def look_alike(first: int, second: int) -> bool:
    """Whether one number may be a misreading of the other: look-alike figures (1 and 7, 36 and
    86), or one figure lost or added."""
    left, right = str(first), str(second)
    if left == right:
        return True
    if len(left) == len(right):
        differing = [frozenset(pair) for pair in zip(left, right, strict=True) if len({*pair}) > 1]
        return len(differing) == 1 and differing[0] in _ALIKE
    return abs(len(left) - len(right)) == 1 and distance(left, right, 1) == 1


def _least_part(read: int, other: int) -> float:
    """The confidence from which a reading may be a part or a misreading of another number."""
    return LEAST_PART if read < 10 <= other else LEAST_SEEN


def partly_alike(read: int, other: int) -> bool:
    """Whether one number may be what could be seen of the other: they look alike, one is the other
    cut off or run together with figures beside it (10 of 1000, 2919 for 19), or one of three or
    more figures differs."""
    if look_alike(read, other):
        return True
    short, long = sorted((str(read), str(other)), key=len)
    if len(short) == len(long):
        return len(short) >= 3 and sum(a != b for a, b in zip(short, long, strict=True)) == 1
    return len(short) >= 2 and (long.startswith(short) or long.endswith(short))


def _choices(
    side: SideEvidence, numbers: tuple[NumberCandidate, ...], expected: Sequence[int]
) -> list[Choice]:
    """What the number of a side may be, each with its cost."""
    if not side.readable:
        return [Choice(value=None, kind="unreadable", cost=0.0)]
    other_edge = [
        Choice(value=value, kind="elsewhere", cost=_ELSEWHERE, support=number.confidence)
        for value, number in _elsewhere(side, numbers).items()
        # Before the first number read the run expects nothing yet: what follows decides.
        if number.confidence >= _LEAST_ELSEWHERE
        and (value in expected or not expected or value > OWN_PAGES)
    ]
    if not numbers:
        cost = _NOT_ELSEWHERE if other_edge else 0.0
        return [*other_edge, Choice(value=None, kind="absent", cost=cost)]
    clear = {n.value: n.confidence for n in reversed(numbers) if n.confidence >= CLEAR}
    if clear:
        return [
            Choice(value=value, kind="read", cost=1.0 - confidence, support=confidence)
            for value, confidence in clear.items()
        ]
    found: dict[int, Choice] = {}
    for number in numbers:
        cost = -math.log(max(0.05, min(number.confidence, 0.99)))
        if number.value in expected:
            cost = min(cost, _FITTING)
        known = found.get(number.value)
        if known is None or cost < known.cost:
            found[number.value] = Choice(
                value=number.value, kind="read", cost=cost, support=number.confidence
            )
    best = max(number.confidence for number in numbers)
    for value in expected:
        if value in found or value <= 0:
            continue
        alike = any(
            partly_alike(number.value, value)
            for number in numbers
            if number.confidence >= _least_part(number.value, value)
        )
        if not alike and best >= _FAIR:
            continue
        # What is given up for it would have to be wrong.
        cost = (_LOOK_ALIKE if alike else _UNLIKE) - math.log(1.0 - min(best, 0.99))
        found[value] = Choice(
            value=value, kind="look_alike" if alike else "sequence", cost=cost, support=best
        )
    # Whatever is seen at the usual edge speaks against a number at the other one.
    other_edge = [
        replace(choice, cost=choice.cost + _GIVEN_UP * best)
        for choice in other_edge
        if choice.value not in found or found[choice.value].kind == "sequence"
    ]
    unread = Choice(value=None, kind="unread", cost=_UNREAD + _GIVEN_UP * best)
    return [*found.values(), *other_edge, unread]


def best_run(
    sides: Sequence[tuple[SideEvidence, tuple[NumberCandidate, ...]]],
) -> list[tuple[Choice, bool]]:
    """For every side its choice, and whether that is part of the run. With each side come its
    readings at the usual edge."""
    beam = [_Path(0.0, None, 0, None, None, True)]
    for side, numbers in sides:
        reached: dict[tuple[int | None, int], _Path] = {}
        for path in beam:
            expected = () if path.last is None else (path.last + 1, path.last + 1 + path.skipped)
            for choice in _choices(side, numbers, expected):
                for following in _follow(path, choice):
                    key = (following.last, following.skipped)
                    if key not in reached or following.cost < reached[key].cost:
                        reached[key] = following
        beam = sorted(reached.values(), key=lambda path: path.cost)[:_BEAM]
    steps: list[tuple[Choice, bool]] = []
    node: _Path | None = beam[0]
    while node is not None and node.choice is not None:
        steps.append((node.choice, node.in_sequence))
        node = node.before
    return steps[::-1]


def _follow(path: _Path, choice: Choice) -> list[_Path]:
    """The ways to go on from `path`: within the run, or as a stray that leaves the run alone."""
    if choice.value is None:
        skipped = min(path.skipped + 1, MOST_UNNUMBERED)
        return [_Path(path.cost + choice.cost, path.last, skipped, path, choice, True)]
    within = path.cost + choice.cost + _step_cost(path, choice.value)
    found = [_Path(within, choice.value, 0, path, choice, True)]
    if path.last is not None and choice.kind == "read":
        stray = path.cost + choice.cost + _STRAY
        found.append(_Path(stray, path.last, path.skipped, path, choice, False))
    return found


def _step_cost(path: _Path, value: int) -> float:
    if path.last is None:
        return 0.0 if value == 1 + path.skipped else _START
    step = value - path.last
    if step == 1 or step == path.skipped + 1:
        return 0.0
    if step == 0:
        return _REPEAT
    if step > 1:
        return _GAP + min(2.5, math.log(step))
    return _BACK
