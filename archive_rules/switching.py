"""Switching between normal, tightened and reduced inspection of an operator's work.

ISO 2859-1:1999 (GB/T 2828.1-2012), 9.3 and 9.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive_rules.attribute_sampling import NORMAL, REDUCED, TIGHTENED, Severity

REJECTED_TO_TIGHTEN, LOOKED_BACK = 2, 5
ACCEPTED_TO_LOOSEN = 5
SCORE_TO_REDUCE = 30
REJECTED_TO_STOP = 5
# Decisions of the responsible authority (9.3.3.1 and 9.4).
ALLOW, ALLOW_NO_MORE, RESUME = "reduce", "reduce_no_more", "resume"


@dataclass(frozen=True, kw_only=True, slots=True)
class LotResult:
    """The result of a lot on its first inspection. `passes_stricter` see `ReviewPlan`."""

    accepted: bool
    passes_stricter: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How an operator's work is sampled next. `score` is the switching score; `may_reduce` tells
    that it suffices for reduced inspection, which a person must allow, `reduce_allowed` that she
    did; `stopped` that sampling ends until the cause is mended, and everything is looked at."""

    severity: Severity
    score: int = 0
    may_reduce: bool = False
    reduce_allowed: bool = False
    stopped: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """What the responsible authority decided of an operator's work: ALLOW (it may be sampled
    less), ALLOW_NO_MORE, or RESUME (the cause for which sampling ended is mended)."""

    kind: str


def standing_after(events: Sequence[LotResult | Decision]) -> Standing:
    """The standing after lots and decisions in the order they came (ISO 2859-1, 9.3 and 9.4).

    Lots that came back after a rejection are not among them: only first inspections count. What
    is looked at while sampling is stopped does not count either.
    """
    course = _Course()
    for event in events:
        if isinstance(event, Decision):
            course.decide(event.kind)
        else:
            course.inspect(event)
    return Standing(
        severity=course.severity,
        score=course.score,
        may_reduce=course.score >= SCORE_TO_REDUCE,
        reduce_allowed=course.reduce_allowed,
        stopped=course.stopped,
    )


class _Course:
    """The severity of an operator's inspection on its way from lot to lot."""

    def __init__(self) -> None:
        self.stopped = False
        self.reduce_allowed = False
        self._turn_to(NORMAL)

    def _turn_to(self, severity: Severity) -> None:
        self.severity: Severity = severity
        self.score = 0
        self._rejected = 0
        self._recent: list[bool] = []

    def decide(self, kind: str) -> None:
        """Take a decision of the responsible authority into account."""
        if kind == RESUME:
            if self.stopped:
                self.stopped = False
                self._turn_to(TIGHTENED)
            return
        self.reduce_allowed = kind == ALLOW
        if self.reduce_allowed:
            self._reduce()
        elif self.severity == REDUCED:
            self._turn_to(NORMAL)

    def inspect(self, result: LotResult) -> None:
        """Take the result of a lot into account."""
        if self.stopped:
            return
        self._recent = [*self._recent, result.accepted][-LOOKED_BACK:]
        if self.severity == TIGHTENED:
            self._tightened(result)
        elif self.severity == REDUCED:
            if not result.accepted:
                # What spoke for the permission holds no more; it has to be given anew.
                self.reduce_allowed = False
                self._turn_to(NORMAL)
        elif self._recent.count(False) >= REJECTED_TO_TIGHTEN:
            self._turn_to(TIGHTENED)
        else:
            self.score = _score(self.score, result)
            self._reduce()

    def _tightened(self, result: LotResult) -> None:
        self._rejected += not result.accepted
        if self._rejected >= REJECTED_TO_STOP:
            self.stopped = True
        elif len(self._recent) == ACCEPTED_TO_LOOSEN and all(self._recent):
            self._turn_to(NORMAL)

    def _reduce(self) -> None:
        if self.reduce_allowed and self.severity == NORMAL and self.score >= SCORE_TO_REDUCE:
            self.severity = REDUCED


def _score(score: int, result: LotResult) -> int:
    """The switching score after a lot under normal inspection (ISO 2859-1, 9.3.3.2)."""
    if not result.accepted or result.passes_stricter is False:
        return 0
    return score + (2 if result.passes_stricter is None else 3)
