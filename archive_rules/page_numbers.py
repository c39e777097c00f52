"""Page numbers of a whole dossier settled from the readings of its single sides.

The stamped numbers run upwards by one; blank backs, cover, catalogue and remarks do not count.
The most likely run through all readings is searched (a beam over the sides, as in Viterbi's
algorithm). A clear reading is never overruled: when it contradicts its neighbours it stays as
read, so that reconciliation can report the missing, doubled, exchanged or foreign page.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.api import NumberCandidate, Reason, SideEvidence
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
_MOST_UNNUMBERED = 6
_KEEP_READING = 0.5
_HABIT_SHARE = 0.8
_HABIT_READINGS = 4

_ALIKE = (
    frozenset("17"), frozenset("38"), frozenset("68"), frozenset("69"), frozenset("56"),
    frozenset("08"), frozenset("06"), frozenset("49"), frozenset("35"), frozenset("27"),
    frozenset("14"), frozenset("12"), frozenset("09"), frozenset("89"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledNumber:
    """The page number of one side, how sure (0 to 1), and why. `in_sequence` is false for a
    number that stands out of the run of its neighbours (exchanged, foreign or misread)."""

    value: int | None
    confidence: float
    reason: Reason
    in_sequence: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class _Choice:
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
    choice: _Choice | None
    in_sequence: bool


def settle_numbers(sides: Sequence[SideEvidence]) -> tuple[SettledNumber, ...]:
    """The page numbers of the given sides, which must be those that may carry one (role page),
    in scanning order."""
    if not sides:
        return ()
    habit = _stamping_corners(sides)
    usable = [_usable(side, habit) for side in sides]
    steps = _best_run([(side, numbers) for side, numbers in zip(sides, usable, strict=True)])
    return tuple(_settled(index, steps, numbers) for index, numbers in enumerate(usable))


def _stamping_corners(sides: Sequence[SideEvidence]) -> frozenset[str] | None:
    """Top or bottom, where the clear numbers of this dossier stand; None when they vary.

    A printed page number at the foot is no dossier number where all others are stamped on top.
    """
    corners = Counter(
        number.corner.split("_")[0]
        for side in sides
        for number in side.numbers
        if number.confidence >= CLEAR
    )
    total = corners.total()
    if total < _HABIT_READINGS:
        return None
    edge, count = corners.most_common(1)[0]
    return frozenset({edge}) if count >= _HABIT_SHARE * total else None


def _usable(side: SideEvidence, habit: frozenset[str] | None) -> tuple[NumberCandidate, ...]:
    numbers = tuple(number for number in side.numbers if number.value > 0)
    if habit is None:
        return numbers
    return tuple(number for number in numbers if number.corner.split("_")[0] in habit)


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


def _choices(
    numbers: tuple[NumberCandidate, ...], expected: Sequence[int], *, readable: bool
) -> list[_Choice]:
    """What the number of a side may be, each with its cost."""
    if not readable or not numbers:
        return [_Choice(value=None, kind="absent" if readable else "unreadable", cost=0.0)]
    clear = {n.value: n.confidence for n in reversed(numbers) if n.confidence >= CLEAR}
    if clear:
        return [
            _Choice(value=value, kind="read", cost=1.0 - confidence, support=confidence)
            for value, confidence in clear.items()
        ]
    found: dict[int, _Choice] = {}
    for number in numbers:
        cost = -math.log(max(0.05, min(number.confidence, 0.99)))
        known = found.get(number.value)
        if known is None or cost < known.cost:
            found[number.value] = _Choice(
                value=number.value, kind="read", cost=cost, support=number.confidence
            )
    best = max(number.confidence for number in numbers)
    for value in expected:
        if value in found or value <= 0:
            continue
        alike = any(look_alike(number.value, value) for number in numbers)
        cost = (_LOOK_ALIKE if alike else _UNLIKE) + best
        found[value] = _Choice(
            value=value, kind="look_alike" if alike else "sequence", cost=cost, support=best
        )
    return [*found.values(), _Choice(value=None, kind="unread", cost=_UNREAD + _GIVEN_UP * best)]


def _best_run(
    sides: Sequence[tuple[SideEvidence, tuple[NumberCandidate, ...]]],
) -> list[tuple[_Choice, bool]]:
    beam = [_Path(0.0, None, 0, None, None, True)]
    for side, numbers in sides:
        reached: dict[tuple[int | None, int], _Path] = {}
        for path in beam:
            expected = () if path.last is None else (path.last + 1, path.last + 1 + path.skipped)
            for choice in _choices(numbers, expected, readable=side.readable):
                for following in _follow(path, choice):
                    key = (following.last, following.skipped)
                    if key not in reached or following.cost < reached[key].cost:
                        reached[key] = following
        beam = sorted(reached.values(), key=lambda path: path.cost)[:_BEAM]
    steps: list[tuple[_Choice, bool]] = []
    node: _Path | None = beam[0]
    while node is not None and node.choice is not None:
        steps.append((node.choice, node.in_sequence))
        node = node.before
    return steps[::-1]


def _follow(path: _Path, choice: _Choice) -> list[_Path]:
    """The ways to go on from `path`: within the run, or as a stray that leaves the run alone."""
    if choice.value is None:
        skipped = min(path.skipped + 1, _MOST_UNNUMBERED)
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


def _settled(
    index: int,
    steps: Sequence[tuple[_Choice, bool]],
    numbers: tuple[NumberCandidate, ...],
) -> SettledNumber:
    choice, in_sequence = steps[index]
    agrees = in_sequence and _neighbours_agree(index, steps)
    if choice.value is None:
        if numbers and numbers[0].confidence >= _KEEP_READING:
            return _out_of_sequence(numbers[0])
        return SettledNumber(
            value=None, confidence=0.0, reason=Reason(code=f"number_{choice.kind}")
        )
    if choice.kind == "read":
        if choice.support >= CLEAR:
            return _read(choice, in_sequence, choice.support)
        if agrees:
            return _read(choice, in_sequence, max(choice.support, 0.6 + 0.35 * choice.support))
        if choice.support >= _KEEP_READING or _connected(index, steps):
            return _read(choice, in_sequence, choice.support)
        return SettledNumber(value=None, confidence=0.0, reason=Reason(code="number_unread"))
    if agrees:
        share = 0.75 if choice.kind == "look_alike" else 0.55
        return SettledNumber(
            value=choice.value,
            confidence=round(share + 0.1 * choice.support, 4),
            reason=Reason(
                code=f"number_{choice.kind}",
                parameters={"value": choice.value, "read": numbers[0].value},
            ),
        )
    if numbers[0].confidence >= _KEEP_READING:
        return _out_of_sequence(numbers[0])
    return SettledNumber(value=None, confidence=0.0, reason=Reason(code="number_unread"))


def _out_of_sequence(number: NumberCandidate) -> SettledNumber:
    """A fair reading that the run has no place for: kept, for reconciliation to report."""
    return SettledNumber(
        value=number.value,
        confidence=number.confidence,
        reason=Reason(code="number_out_of_sequence", parameters={"value": number.value}),
        in_sequence=False,
    )


def _read(choice: _Choice, in_sequence: bool, confidence: float) -> SettledNumber:
    value = choice.value if choice.value is not None else 0
    return SettledNumber(
        value=value,
        confidence=round(min(confidence, 1.0), 4),
        reason=Reason(
            code="number_read" if in_sequence else "number_out_of_sequence",
            parameters={"value": value},
        ),
        in_sequence=in_sequence,
    )


def _neighbour(
    index: int, steps: Sequence[tuple[_Choice, bool]], direction: int
) -> tuple[int, int] | None:
    """The nearest read number of the run before or after, with the sides between."""
    places = range(index - 1, -1, -1) if direction < 0 else range(index + 1, len(steps))
    for place in itertools.islice(places, _MOST_UNNUMBERED):
        choice, in_sequence = steps[place]
        if in_sequence and choice.value is not None:
            return choice.value, abs(place - index)
    return None


def _neighbours_agree(index: int, steps: Sequence[tuple[_Choice, bool]]) -> bool:
    """Whether the run goes through this side without a gap, on both sides where it has both."""
    value = steps[index][0].value
    if value is None:
        return False
    agreed = 0
    for direction in (-1, 1):
        neighbour = _neighbour(index, steps, direction)
        if neighbour is None:
            continue
        expected, apart = neighbour
        step = (value - expected) * -direction
        if step not in (1, apart):
            return False
        agreed += 1
    return agreed == 2 or (agreed == 1 and index in (0, len(steps) - 1))


def _connected(index: int, steps: Sequence[tuple[_Choice, bool]]) -> bool:
    """Whether the run goes on from this side in one direction at least."""
    value = steps[index][0].value
    if value is None or not steps[index][1]:
        return False
    for direction in (-1, 1):
        neighbour = _neighbour(index, steps, direction)
        if neighbour is not None and (value - neighbour[0]) * -direction == 1:
            return True
    return False
