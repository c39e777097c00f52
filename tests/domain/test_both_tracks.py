"""When both tracks together make a dossier archived."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.reconciling_tracks import TrackFacts, weigh_tracks

COUNTS = {"pages": 36, "volumes": 1}


def weigh(**changes: Any) -> Any:
    known: dict[str, Any] = {
        "mode": "dual",
        "electronic_receipt": COUNTS,
        "paper_receipt": COUNTS,
        "paper_with": "王书记员",
    }
    return weigh_tracks(TrackFacts(**(known | changes)))


def test_both_receipts_that_agree_close() -> None:
    state = weigh()
    assert (state.electronic, state.paper, state.verdict) == ("receipted", "shelved", "closed")
    assert state.open == ()


@pytest.mark.parametrize("mode", ["dual", "single"])
def test_nothing_closes_without_the_archives_receipt(mode: str) -> None:
    state = weigh(mode=mode, electronic_receipt=None)
    assert state.verdict == "open"
    assert [entry["code"] for entry in state.open] == ["electronic_receipt_missing"]


def test_paper_counts_in_both_tracks_only() -> None:
    assert weigh(paper_receipt=None).open == ({"code": "paper_not_shelved", "with": "王书记员"},)
    single = weigh(mode="single", paper_receipt=None)
    assert (single.verdict, single.paper) == ("closed", "open")


@pytest.mark.parametrize("key", ["pages", "volumes"])
@pytest.mark.parametrize("mode", ["dual", "single"])
def test_other_counts_freeze_both_tracks(key: str, mode: str) -> None:
    state = weigh(mode=mode, paper_receipt=COUNTS | {key: 35})
    assert state.verdict == "frozen"
    assert state.open == (
        {
            "code": "counts_differ",
            "what": key,
            "electronic": COUNTS[key],
            "paper": 35,
            "record": None,
        },
    )


RECEIPTS = st.none() | st.fixed_dictionaries(
    {"pages": st.integers(1, 3), "volumes": st.integers(1, 2)}
)


@given(st.sampled_from(["dual", "single"]), RECEIPTS, RECEIPTS)
def test_closed_means_that_nothing_is_open(mode: str, electronic: Any, paper: Any) -> None:
    state = weigh(mode=mode, electronic_receipt=electronic, paper_receipt=paper)
    assert (state.verdict == "closed") == (state.open == ())
    if state.verdict == "closed":
        assert electronic is not None
        assert mode == "single" or paper is not None
        assert paper is None or paper == electronic
