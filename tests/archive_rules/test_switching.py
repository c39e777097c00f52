"""Switching between normal, tightened and reduced inspection (ISO 2859-1, 9.3 and 9.4)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from archive_rules.attribute_sampling import NORMAL, REDUCED, TIGHTENED
from archive_rules.switching import (
    ALLOW,
    ALLOW_NO_MORE,
    RESUME,
    Decision,
    LotResult,
    Standing,
    standing_after,
)

GOOD, BAD = LotResult(accepted=True), LotResult(accepted=False)
VERY_GOOD = LotResult(accepted=True, passes_stricter=True)
HARDLY = LotResult(accepted=True, passes_stricter=False)
ALLOWED = Decision(kind=ALLOW)
NO_MORE = Decision(kind=ALLOW_NO_MORE)
RESUMED = Decision(kind=RESUME)
TEN = [VERY_GOOD] * 10
TWO_BAD = [GOOD, BAD, GOOD, GOOD, BAD]


def test_two_rejected_of_five_tighten() -> None:
    assert standing_after([]) == Standing(severity=NORMAL)
    assert standing_after([BAD, GOOD, GOOD, GOOD, GOOD, BAD]).severity == NORMAL
    assert standing_after([BAD, BAD]).severity == TIGHTENED
    assert standing_after(TWO_BAD).severity == TIGHTENED


def test_five_accepted_in_a_row_loosen_and_what_was_before_is_forgotten() -> None:
    assert standing_after([*TWO_BAD, *[GOOD] * 4]).severity == TIGHTENED
    assert standing_after([*TWO_BAD, *[GOOD] * 4, BAD, *[GOOD] * 4]).severity == TIGHTENED
    assert standing_after([*TWO_BAD, *[GOOD] * 5]) == Standing(severity=NORMAL)
    # One rejection afterwards is the first of the new course, not the third.
    assert standing_after([*TWO_BAD, *[GOOD] * 5, BAD]).severity == NORMAL


def test_five_rejected_under_tightened_inspection_stop_sampling_until_somebody_resumes() -> None:
    # Those that led to tightened inspection do not count, those between accepted ones do.
    four = [BAD, BAD, BAD, GOOD, BAD, BAD, BAD]
    assert not standing_after(four).stopped
    stopped = standing_after([*four, BAD])
    assert (stopped.severity, stopped.stopped) == (TIGHTENED, True)
    # What is looked at whole meanwhile does not end it.
    assert standing_after([*four, BAD, *[GOOD] * 20]).stopped
    resumed = [*four, BAD, GOOD, GOOD, RESUMED]
    assert standing_after(resumed) == Standing(severity=TIGHTENED)
    assert standing_after([*resumed, *[GOOD] * 4]).severity == TIGHTENED
    assert standing_after([*resumed, *[GOOD] * 5]).severity == NORMAL
    assert standing_after([*resumed, *[BAD] * 4]).stopped is False
    assert standing_after([*resumed, *[BAD] * 5]).stopped


def test_a_word_to_resume_means_nothing_where_nothing_is_stopped() -> None:
    assert standing_after([*TWO_BAD, RESUMED, *[GOOD] * 4]).severity == TIGHTENED
    assert standing_after([*TEN[:9], RESUMED, VERY_GOOD]).may_reduce


def test_reduced_inspection_needs_a_score_of_30_and_a_person() -> None:
    assert standing_after(TEN).severity == NORMAL
    assert standing_after(TEN).may_reduce
    assert standing_after([*TEN, ALLOWED]).severity == REDUCED
    assert standing_after([ALLOWED, *TEN]).severity == REDUCED
    assert standing_after([ALLOWED, *TEN[:9]]).severity == NORMAL
    assert standing_after([ALLOWED, *[GOOD] * 14]).severity == NORMAL
    assert standing_after([ALLOWED, *[GOOD] * 15]).severity == REDUCED
    assert standing_after([*TEN[:9], HARDLY]).score == 0
    assert standing_after([*TEN[:9], BAD]).score == 0


def test_reduced_inspection_ends_with_a_rejection_or_by_a_person() -> None:
    reduced = [*TEN, ALLOWED]
    rejected = standing_after([*reduced, BAD])
    assert rejected == Standing(severity=NORMAL)
    # It has to be allowed anew.
    assert standing_after([*reduced, BAD, *TEN]).severity == NORMAL
    assert standing_after([*reduced, BAD, *TEN, ALLOWED]).severity == REDUCED
    assert standing_after([*reduced, NO_MORE]) == Standing(severity=NORMAL)
    # Rejected under reduced inspection is not rejected under normal inspection.
    assert standing_after([*reduced, BAD, BAD]).severity == NORMAL
    assert standing_after([*reduced, BAD, BAD, BAD]).severity == TIGHTENED


def test_a_permission_changes_nothing_that_lies_before_it() -> None:
    # Both were rejected under normal inspection: the permission came too late to hide the first.
    assert standing_after([*TEN, BAD, ALLOWED, GOOD, BAD]).severity == TIGHTENED


@given(st.lists(st.sampled_from((GOOD, BAD, VERY_GOOD, HARDLY, ALLOWED, NO_MORE, RESUMED))))
def test_whatever_comes_the_standing_is_one_of_the_standard(
    events: list[LotResult | Decision],
) -> None:
    standing = standing_after(events)
    if standing.severity == REDUCED:
        assert standing.reduce_allowed
        assert standing.may_reduce
    if standing.severity == TIGHTENED:
        assert standing.score == 0
    assert not standing.stopped or standing.severity == TIGHTENED
    # A rejected lot never loosens anything.
    order = (REDUCED, NORMAL, TIGHTENED)
    worse = standing_after([*events, BAD])
    assert order.index(worse.severity) >= order.index(standing.severity)
