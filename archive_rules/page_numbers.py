"""Page numbers of a whole dossier settled from the readings of its single sides.

The stamped numbers run upwards by one; blank backs, cover, catalogue and remarks do not count.
The most likely run through all readings is searched. A clear reading is never overruled: when it
contradicts its neighbours it stays as read, so that reconciliation can report the missing, doubled,
exchanged or foreign page.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_rules.api import NumberCandidate, Reason, SideEvidence
from archive_rules.number_run import (
    LEAST_SEEN,
    MOST_UNNUMBERED,
    OWN_PAGES,
    Choice,
    best_run,
    partly_alike,
)
from archive_rules.roles import CLEAR

_HABIT_SHARE = 0.8
_HABIT_READINGS = 4
_KEEP_READING = 0.5
# Weaker readings may be figures that only happen to fit: a person looks at them.
_BORNE_OUT = 0.3
# A clear reading that one look-alike figure parts from the only number missing here is shown as
# read, but never as sure.
_CONTRADICTED = 0.85
# Where a number was struck out a person decides, however well the other one fits.
_REWRITTEN = 0.85
_READ = ("number_read", "number_unsure", "number_look_alike", "number_sequence")


@dataclass(frozen=True, kw_only=True, slots=True)
class SettledNumber:
    """The page number of one side, how sure (0 to 1), and why. `in_sequence` is false for a
    number that stands out of the run of its neighbours (exchanged, foreign or misread).

    Reasons: "number_read"; "number_rewritten" where another number was struck out beside it;
    "number_unsure" for a weak reading no neighbour bears out, or one too weak to be trusted
    for fitting its neighbours;
    "number_repeated" and "number_restarted" for a number read clearly that
    stands once more or begins anew; "number_out_of_sequence" (with "expected" where the run knows
    it); "number_look_alike", "number_sequence" and "number_elsewhere" for proposals of the run;
    "number_unread" (with "expected" where the neighbours leave one number only), "number_absent"
    and "number_unreadable" where there is no value.
    """

    value: int | None
    confidence: float
    reason: Reason
    in_sequence: bool = True


def settle_numbers(sides: Sequence[SideEvidence]) -> tuple[SettledNumber, ...]:
    """The page numbers of the given sides, which must be those that may carry one (role page),
    in scanning order."""
    if not sides:
        return ()
    habit = _stamping_corners(sides)
    usable = [_usable(side, habit) for side in sides]
    steps = best_run(list(zip(sides, usable, strict=True)))
    return tuple(
        _told_of_rewriting(_settled(index, steps, numbers), numbers)
        for index, numbers in enumerate(usable)
    )


def _told_of_rewriting(
    settled: SettledNumber, numbers: tuple[NumberCandidate, ...]
) -> SettledNumber:
    """The number as settled; a person looks at it where another one beside it was struck out."""
    alike = [number for number in numbers if number.value == settled.value] or list(numbers)
    if settled.value is None or not any(number.rewritten for number in alike):
        return settled
    code = "number_rewritten" if settled.reason.code in _READ else settled.reason.code
    parameters = {**settled.reason.parameters, "value": settled.value}
    return replace(
        settled,
        confidence=min(settled.confidence, _REWRITTEN),
        reason=Reason(code=code, parameters=parameters),
    )


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


def _settled(
    index: int,
    steps: Sequence[tuple[Choice, bool]],
    numbers: tuple[NumberCandidate, ...],
) -> SettledNumber:
    choice, in_sequence = steps[index]
    agrees = in_sequence and _neighbours_agree(index, steps)
    if choice.value is None:
        if numbers and numbers[0].confidence >= _KEEP_READING:
            return _out_of_sequence(numbers[0])
        return _unread(index, steps, seen=bool(numbers) and numbers[0].confidence >= LEAST_SEEN)
    if choice.kind == "read":
        if choice.support >= CLEAR:
            return _clear(index, steps)
        if agrees:
            found = _read(choice, in_sequence, _agreed(choice.support))
            if choice.support >= _BORNE_OUT:
                return found
            return replace(found, reason=replace(found.reason, code="number_unsure"))
        if choice.support >= _KEEP_READING or _connected(index, steps):
            return _unsure(choice, in_sequence=in_sequence)
        return SettledNumber(value=None, confidence=0.0, reason=Reason(code="number_unread"))
    if choice.kind == "elsewhere":
        if not agrees and choice.value is not None and choice.value > OWN_PAGES:
            agrees = _connected(index, steps)
        return _from_elsewhere(choice, agrees=agrees, seen=bool(numbers))
    if agrees and numbers:
        share = 0.75 if choice.kind == "look_alike" else 0.55
        return SettledNumber(
            value=choice.value,
            confidence=round(share + 0.1 * choice.support, 4),
            reason=Reason(
                code=f"number_{choice.kind}",
                parameters={"value": choice.value, "read": numbers[0].value},
            ),
        )
    if numbers and numbers[0].confidence >= _KEEP_READING:
        return _out_of_sequence(numbers[0])
    return SettledNumber(value=None, confidence=0.0, reason=Reason(code="number_unread"))


def _unread(index: int, steps: Sequence[tuple[Choice, bool]], *, seen: bool) -> SettledNumber:
    """No value, but where something was `seen` the number that its neighbours leave to it: for a
    person to compare with what stands there."""
    kind = steps[index][0].kind
    code = "number_absent" if kind == "unread" and not seen else f"number_{kind}"
    expected = _only_missing(index, steps) if code == "number_unread" else None
    parameters: dict[str, str | int | float] = {} if expected is None else {"expected": expected}
    return SettledNumber(
        value=None, confidence=0.0, reason=Reason(code=code, parameters=parameters)
    )


def _agreed(support: float) -> float:
    """Confidence of a reading that is the very number between those of its neighbours: a wrong one
    would have to be so by chance."""
    if support >= _KEEP_READING:
        return max(support, 1.0 - 0.2 * (1.0 - support))
    return 0.6 + 0.35 * support


def _clear(index: int, steps: Sequence[tuple[Choice, bool]]) -> SettledNumber:
    """A clear reading as it is, with what is odd about it."""
    choice, in_sequence = steps[index]
    expected = _only_missing(index, steps)
    if choice.value is not None and expected is not None and expected != choice.value:
        alike = partly_alike(choice.value, expected)
        told: dict[str, str | int | float] = {"value": choice.value, "expected": expected}
        if alike or not in_sequence:
            return SettledNumber(
                value=choice.value,
                confidence=round(min(choice.support, _CONTRADICTED if alike else 1.0), 4),
                reason=Reason(code="number_out_of_sequence", parameters=told),
                in_sequence=in_sequence,
            )
    found = _read(choice, in_sequence, choice.support)
    before = _neighbour(index, steps, -1)
    if not in_sequence or before is None or choice.value is None or choice.value > before[0]:
        return found
    code = "number_repeated" if choice.value == before[0] else "number_restarted"
    return replace(
        found, reason=Reason(code=code, parameters={"value": choice.value, "before": before[0]})
    )


def _only_missing(index: int, steps: Sequence[tuple[Choice, bool]]) -> int | None:
    """The number that alone would close the run at this side: between its neighbours, or at an
    end of the stack next to its only one."""
    before, behind = (_neighbour(index, steps, direction) for direction in (-1, 1))
    if before is not None and behind is not None:
        return before[0] + 1 if behind[0] - before[0] == 2 else None
    if before is not None and index == len(steps) - 1:
        return before[0] + 1
    return behind[0] - 1 if behind is not None and index == 0 and behind[0] > 1 else None


def _from_elsewhere(choice: Choice, *, agrees: bool, seen: bool) -> SettledNumber:
    """The number expected here, found at the edge where the others do not stand."""
    if choice.value is None or not agrees:
        code = "number_unread" if seen else "number_absent"
        return SettledNumber(value=None, confidence=0.0, reason=Reason(code=code))
    return SettledNumber(
        value=choice.value,
        confidence=round(0.6 + 0.2 * min(1.0, choice.support), 4),
        reason=Reason(code="number_elsewhere", parameters={"value": choice.value}),
    )


def _out_of_sequence(number: NumberCandidate) -> SettledNumber:
    """A fair reading that the run has no place for: kept, for reconciliation to report."""
    return SettledNumber(
        value=number.value,
        confidence=number.confidence,
        reason=Reason(code="number_out_of_sequence", parameters={"value": number.value}),
        in_sequence=False,
    )


def _unsure(choice: Choice, *, in_sequence: bool) -> SettledNumber:
    """A reading that is neither clear nor borne out by both neighbours."""
    found = _read(choice, in_sequence, choice.support)
    code = "number_unsure" if in_sequence else found.reason.code
    return replace(found, reason=replace(found.reason, code=code))


def _read(choice: Choice, in_sequence: bool, confidence: float) -> SettledNumber:
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
    index: int, steps: Sequence[tuple[Choice, bool]], direction: int
) -> tuple[int, int] | None:
    """The nearest read number of the run before or after, with the sides between."""
    places = range(index - 1, -1, -1) if direction < 0 else range(index + 1, len(steps))
    for place in itertools.islice(places, MOST_UNNUMBERED):
        choice, in_sequence = steps[place]
        if in_sequence and choice.value is not None:
            return choice.value, abs(place - index)
    return None


def _neighbours_agree(index: int, steps: Sequence[tuple[Choice, bool]]) -> bool:
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


def _connected(index: int, steps: Sequence[tuple[Choice, bool]]) -> bool:
    """Whether the run goes on from this side in one direction at least."""
    value = steps[index][0].value
    if value is None or not steps[index][1]:
        return False
    for direction in (-1, 1):
        neighbour = _neighbour(index, steps, direction)
        if neighbour is not None and (value - neighbour[0]) * -direction == 1:
            return True
    return False
