"""The custody ledger: every volume has one holder and one place, whatever happened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.custody import CustodyEvent
from app.domain.custody_ledger import TAKEN_ON, VolumeCustody, volume_custody, volumes_of

CLERK = "吴书记"


def event(action: str, number: int = 1, **told: Any) -> CustodyEvent:
    details = {name: told.pop(name) for name in ("handoff", "part", "task") if name in told}
    if "counts" in told:
        details["volumes"] = [
            {"part": part, "volume": volume, "pages": pages}
            for part, volume, pages in told.pop("counts")
        ]
    values: dict[str, Any] = {"giver": CLERK, "receiver": "档案员", "place": "", "volumes": 1}
    return CustodyEvent(
        id=f"custody_{number}",
        dossier_id="dossier_1",
        happened_at=f"2026-11-23T08:00:{number:02d}.000Z",
        action=action,
        details=details,
        **(values | told),
    )


def ledger(
    events: Sequence[CustodyEvent], scanned: Sequence[tuple[str, int]] = (), until: str = ""
) -> dict[tuple[str, int], VolumeCustody]:
    volumes = volumes_of(scanned, events)
    rows = volume_custody(volumes, events, holder=CLERK, until=until)
    return {(row.part, row.volume): row for row in rows}


def test_custody_moves_with_the_receivers_count_alone() -> None:
    steps = [
        event("deposited", 1, place="hall#3", handoff="h"),
        event("collected", 2, place="档案员", handoff="h"),
        event("disputed", 3, place="档案员", handoff="h"),
    ]
    places = [ledger(steps[:count])["main", 1].place for count in range(1, 4)]
    assert places == ["hall#3", "档案员", "档案员"]
    assert {ledger(steps[:count])["main", 1].holder for count in range(4)} == {CLERK}
    confirmed = ledger([*steps, event("confirmed", 4, place="档案员", handoff="h", pages=80)])
    row = confirmed["main", 1]
    assert (row.holder, row.pages, row.action) == ("档案员", 80, "confirmed")
    assert [step.action for step in row.steps] == [
        "deposited",
        "collected",
        "disputed",
        "confirmed",
    ]


def test_paper_that_is_given_back_is_its_givers_again() -> None:
    steps = [
        event("deposited", 1, place="hall#3"),
        event("retrieved", 2, place="管理员"),
        event("given_back", 3, receiver=CLERK, place=CLERK),
    ]
    row = ledger(steps)["main", 1]
    assert (row.holder, row.place) == (CLERK, CLERK)


def test_a_hand_over_of_named_volumes_moves_those_alone() -> None:
    scanned = [("main", 1), ("main", 2), ("restricted", 1)]
    rows = ledger([event("confirmed", counts=[("main", 2, 77)], place="法官")], scanned)
    assert {volume: row.holder for volume, row in rows.items()} == {
        ("main", 1): CLERK,
        ("main", 2): "档案员",
        ("restricted", 1): CLERK,
    }
    assert rows["main", 2].pages == 77
    assert rows["main", 1].steps == ()


def test_a_hand_over_of_one_part_leaves_the_other() -> None:
    scanned = [("main", 1), ("restricted", 1)]
    rows = ledger([event("confirmed", part="main", pages=60)], scanned)
    assert (rows["main", 1].holder, rows["main", 1].pages) == ("档案员", 60)
    assert rows["restricted", 1].holder == CLERK


def test_what_parties_bring_is_no_volume_of_the_dossier() -> None:
    rows = ledger([event("confirmed", task="party_to_judge", volumes=4, receiver="法官")])
    assert list(rows) == [("main", 1)]
    assert rows["main", 1].holder == CLERK


def test_fewer_volumes_that_nobody_named_change_no_hands() -> None:
    scanned = [("main", 1), ("main", 2)]
    rows = ledger([event("confirmed", volumes=1, place="档案员")], scanned)
    assert {row.holder for row in rows.values()} == {CLERK}
    assert all(row.unnamed for row in rows.values())
    both = [event("confirmed", volumes=1), event("confirmed", 2, volumes=2)]
    assert not any(row.unnamed for row in ledger(both, scanned).values())
    # Of two that were named, one was counted: nobody said which.
    named = event("confirmed", volumes=1, counts=[("main", 1, 5), ("main", 2, 5)])
    assert all(row.unnamed and row.holder == CLERK for row in ledger([named], scanned).values())


def test_volumes_that_were_counted_are_known_before_they_are_scanned() -> None:
    assert volumes_of([], []) == (("main", 1),)
    assert volumes_of([], [event("deposited", volumes=2)]) == (("main", 1), ("main", 2))
    assert volumes_of([("main", 1)], [event("deposited", volumes=2, part="restricted")]) == (
        ("main", 1),
        ("restricted", 1),
        ("restricted", 2),
    )
    assert volumes_of([("main", 2)], [event("shelved", volumes=2)]) == (("main", 1), ("main", 2))


def test_a_count_that_was_settled_goes_before_the_stated_one() -> None:
    stated = [
        event("deposited", 1, volumes=3, handoff="h"),
        event("confirmed", 2, volumes=2, handoff="h"),
    ]
    assert volumes_of([], stated) == (("main", 1), ("main", 2))


def test_pages_of_single_volumes_are_not_guessed_from_a_sum_that_differs() -> None:
    counts = [("main", 1, 50), ("main", 2, 60)]
    rows = ledger([event("confirmed", volumes=2, pages=110, counts=counts)])
    assert [row.pages for row in rows.values()] == [50, 60]
    rows = ledger([event("confirmed", volumes=2, pages=108, counts=counts)])
    assert [row.pages for row in rows.values()] == [None, None]
    assert [row.steps[-1].all_pages for row in rows.values()] == [108, 108]


def test_the_ledger_tells_how_it_stood_at_a_moment() -> None:
    steps = [
        event("confirmed", 1, place="法官", receiver="法官"),
        event("shelved", 5, place="A库-1"),
    ]
    assert ledger(steps, until="2026-11-23T08:00:03.000Z")["main", 1].place == "法官"
    assert ledger(steps)["main", 1].place == "A库-1"


volumes = st.tuples(st.sampled_from(["main", "restricted"]), st.integers(1, 3))
events = st.builds(
    lambda action, giver, receiver, place, number, counted, part: (
        action,
        {
            "giver": giver,
            "receiver": receiver,
            "place": place,
            "volumes": len(counted) or number,
            **({"counts": [(*volume, None) for volume in sorted(counted)]} if counted else {}),
            **({"part": part} if part and not counted else {}),
        },
    ),
    st.sampled_from(
        ["deposited", "collected", "confirmed", "disputed", "retrieved", "given_back", "shelved"]
    ),
    st.sampled_from(["甲", "乙"]),
    st.sampled_from(["丙", "丁"]),
    st.sampled_from(["", "hall#3", "A库-01列"]),
    st.integers(1, 3),
    st.sets(volumes, max_size=3),
    st.sampled_from(["", "main", "restricted"]),
)


@settings(deadline=None)
@given(st.sets(volumes, max_size=4), st.lists(events, max_size=8))
def test_every_volume_has_one_holder_and_one_place_whatever_happened(
    scanned: set[tuple[str, int]], told: list[tuple[str, dict[str, Any]]]
) -> None:
    steps = [event(action, number, **values) for number, (action, values) in enumerate(told, 1)]
    known = volumes_of(scanned, steps)
    rows = volume_custody(known, steps, holder=CLERK)
    assert [(row.part, row.volume) for row in rows] == list(known)
    assert len(set(known)) == len(known)
    assert scanned <= set(known)
    for row in rows:
        moves = [step for step in row.steps if step.action in TAKEN_ON]
        assert row.place
        # Nobody answers for paper that she never took on.
        assert row.holder in {CLERK, *(step.receiver for step in moves)}
        if moves and not row.unnamed and row.steps[-1].action in TAKEN_ON:
            assert row.holder == row.steps[-1].receiver
