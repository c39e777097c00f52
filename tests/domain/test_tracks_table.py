"""The table of verdicts over both tracks (INTEGRATION 3.3), row by row and as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reconciling_tracks import (
    MODES,
    RESOLUTIONS,
    TrackFacts,
    count_differences,
    difference_key,
    open_differences,
    weigh_tracks,
)

COUNTS = {"pages": 36, "volumes": 2}


def facts(**changes: Any) -> TrackFacts:
    known: dict[str, Any] = {
        "mode": "dual",
        "electronic_receipt": COUNTS,
        "paper_receipt": COUNTS,
        "paper_with": "王书记员",
    }
    return TrackFacts(**(known | changes))


def said(**changes: Any) -> tuple[str, list[str]]:
    state = weigh_tracks(facts(**changes))
    return state.verdict, [entry["code"] for entry in state.open]


@pytest.mark.parametrize(
    ("changes", "verdict", "codes"),
    [
        ({}, "closed", []),
        ({"record": {"pages": 36}}, "closed", []),
        ({"record": {"pages": 35}}, "frozen", ["counts_differ"]),
        ({"paper_receipt": None, "record": {"pages": 35}}, "frozen", ["counts_differ"]),
        (
            {"electronic_receipt": None, "paper_receipt": None, "record": {"pages": 35}},
            "open",
            ["electronic_receipt_missing", "paper_not_shelved"],
        ),
        ({"paper_receipt": None, "paper_days": 7}, "open", ["paper_not_shelved"]),
        ({"paper_receipt": None, "paper_days": 8}, "open", ["paper_overdue"]),
        ({"paper_receipt": None, "paper_days": 8, "mode": "single"}, "closed", []),
        ({"electronic_receipt": None}, "open", ["electronic_receipt_missing"]),
        ({"electronic_receipt": None, "rejected": True}, "open", ["electronic_rejected"]),
        (
            {"electronic_receipt": None, "paper_receipt": None, "rejected": True},
            "open",
            ["electronic_rejected", "paper_not_shelved"],
        ),
        ({"electronic_receipt": None, "mode": "single"}, "open", ["electronic_receipt_missing"]),
        ({"version": 2}, "rescan_check", ["rescan_check"]),
        # Paper that was shelved with the first version had other pages: nothing is wrong with it.
        (
            {"version": 2, "paper_receipt": {"pages": 30, "volumes": 2}},
            "rescan_check",
            ["rescan_check"],
        ),
        (
            {"version": 2, "electronic_receipt": None},
            "open",
            ["electronic_receipt_missing", "rescan_check"],
        ),
        ({"version": 2, "shelved_version": 2}, "closed", []),
    ],
)
def test_every_row(changes: dict[str, Any], verdict: str, codes: list[str]) -> None:
    assert said(**changes) == (verdict, codes)


def test_what_a_person_signed_holds_for_these_counts_alone() -> None:
    counted = facts(paper_receipt=COUNTS | {"pages": 35})
    (difference,) = open_differences(counted)
    assert difference == {"what": "pages", "electronic": 36, "paper": 35, "record": None}
    for resolution, verdict in (
        ("electronic", "closed"),
        ("paper", "open"),
        ("both_wrong", "open"),
    ):
        settled = {difference_key(difference): resolution}
        signed = facts(paper_receipt=COUNTS | {"pages": 35}, settled=settled)
        assert open_differences(signed) == ()
        state = weigh_tracks(signed)
        assert state.verdict == verdict
        assert [entry["code"] for entry in state.open] == (
            [] if verdict == "closed" else ["counts_to_correct"]
        )
        again = facts(paper_receipt=COUNTS | {"pages": 34}, settled=settled)
        assert weigh_tracks(again).verdict == "frozen"


RECEIPTS = st.none() | st.fixed_dictionaries(
    {"pages": st.integers(1, 2), "volumes": st.integers(1, 2)}
)
FACTS = st.builds(
    TrackFacts,
    mode=st.sampled_from(MODES),
    electronic_receipt=RECEIPTS,
    paper_receipt=RECEIPTS,
    paper_with=st.just("王"),
    rejected=st.booleans(),
    version=st.integers(1, 2),
    shelved_version=st.integers(1, 2),
    paper_days=st.none() | st.integers(0, 20),
    record=st.just({}) | st.fixed_dictionaries({"pages": st.integers(1, 2)}),
)


@given(FACTS, st.sampled_from(RESOLUTIONS))
def test_the_table_answers_everything_and_closes_only_what_agrees(
    found: TrackFacts, resolution: str
) -> None:
    state = weigh_tracks(found)
    assert (state.verdict == "closed") == (state.open == ())
    assert (state.verdict == "frozen") == bool(count_differences(found))
    if state.verdict == "closed":
        assert found.electronic_receipt is not None
        if found.mode == "dual":
            assert found.paper_receipt == found.electronic_receipt
            assert found.shelved_version >= found.version
    if state.verdict == "rescan_check":
        assert found.shelved_version < found.version
