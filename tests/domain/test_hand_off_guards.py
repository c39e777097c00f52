"""Guards of hand-offs, what door cycles mean, and the terms of a court."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.access import Actor
from app.domain.cell_facts import (
    COLLECT,
    DEPOSIT,
    DONE,
    cell_after,
    meaning_of,
    meaning_of_facts,
    resolutions,
    settling_steps,
    steps_to,
)
from app.domain.custody import HandOff
from app.domain.hand_off_guards import (
    CELL_STATES,
    FINAL,
    FROZEN_CELLS,
    OPEN_STATES,
    agrees,
    may_receive,
    overlap,
    require_two,
    turn_of,
)
from app.domain.handoff_terms import terms_from
from app.domain.lifecycle import MACHINES, advance
from app.kernel.errors import Fault

HAND_OFF_STATES = {state for state, _ in MACHINES["hand_off"]} | set(MACHINES["hand_off"].values())
CELL_MACHINE_STATES = {state for state, _ in MACHINES["cell"]}
CODES = (DONE, *(f"LCK-{number}" for number in range(101, 125)))


def hand_off(**facts: Any) -> HandOff:
    """A hand-off of two volumes from 赵敏 to 陈静."""
    plain: dict[str, Any] = {
        "id": "handoff_1",
        "dossier_id": "dossier_1",
        "state": "notified",
        "giver": "赵敏",
        "receiver": "陈静",
        "cabinet": "simulated:hall",
        "cell": 3,
        "volumes": 2,
        "pages": 120,
    }
    return HandOff(**plain | facts)


def test_every_state_is_somebodys_turn_or_over() -> None:
    assert set(OPEN_STATES) | set(FINAL) == HAND_OFF_STATES
    for state in OPEN_STATES:
        assert turn_of(hand_off(state=state), "occupied") != ""
    for state in FINAL:
        assert turn_of(hand_off(state=state), "unknown") == ""
    for state in CELL_STATES:
        for frozen in FROZEN_CELLS:
            assert turn_of(hand_off(state=state), frozen) == "administrator"


@pytest.mark.parametrize("interrupted", [True, False])
@pytest.mark.parametrize("purpose", [DEPOSIT, COLLECT])
@pytest.mark.parametrize("outcome", CODES)
def test_every_end_of_a_cycle_is_a_step_of_both_machines(
    purpose: str, outcome: str, interrupted: bool
) -> None:
    meaning = meaning_of(purpose, outcome, interrupted=interrupted)
    begun = {DEPOSIT: "depositing", COLLECT: "collecting"}[purpose]
    cell = {DEPOSIT: "open_for_deposit", COLLECT: "open_for_pickup"}[purpose]
    assert bool(meaning.hand_off) == bool(meaning.cell)
    if meaning.hand_off:
        advance("hand_off", begun, meaning.hand_off)
        advance("cell", cell, meaning.cell)
    else:
        # It waits to be gone on with, and somebody hears of it.
        assert meaning.incident
    if meaning.hand_off == "lose":
        assert meaning.incident


@pytest.mark.parametrize(
    ("purpose", "occupied", "step"),
    [
        (DEPOSIT, True, "deposit"),
        (DEPOSIT, False, "abandon"),
        (DEPOSIT, None, "lose"),
        (COLLECT, False, "collect"),
        (COLLECT, True, "abandon"),
        (COLLECT, None, "lose"),
    ],
)
def test_a_shut_door_tells_what_came_of_it(purpose: str, occupied: bool | None, step: str) -> None:
    assert meaning_of_facts(purpose, occupied=occupied).hand_off == step


@pytest.mark.parametrize("state", ["", *CELL_STATES])
def test_every_resolution_leads_on(state: str) -> None:
    offered = resolutions("wrong_cell", state, "unknown")
    assert offered
    for resolution in offered:
        following = state
        for step in settling_steps(resolution, state):
            following = advance("hand_off", following, step)
        after = following if following in CELL_STATES else ""
        assert after not in ("fault", "depositing", "collecting")
        found = cell_after(resolution, after)
        for cell in CELL_MACHINE_STATES:
            reached = cell
            for step in steps_to(cell, found):
                reached = advance("cell", reached, step)
            assert reached == found


def test_a_disputed_count_is_no_incident_to_close() -> None:
    assert resolutions("count_differs", "disputed", "occupied") == ()
    assert resolutions("count_differs", "confirmed", "occupied") == ("mistaken",)
    assert resolutions("board_silent", "", "") == ("repaired", "mistaken")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({}, {}, True),
        ({"part": "main"}, {"part": "restricted"}, False),
        ({"part": "main"}, {"part": "main"}, True),
        ({"task": "party_to_judge"}, {}, False),
        (
            {"counts": ({"part": "main", "volume": 1},)},
            {"counts": ({"part": "main", "volume": 2},)},
            False,
        ),
        (
            {"counts": ({"part": "main", "volume": 1},)},
            {"counts": ({"part": "main", "volume": 1},), "task": "judge_to_party"},
            True,
        ),
    ],
)
def test_the_same_paper(one: dict[str, Any], other: dict[str, Any], same: bool) -> None:
    assert overlap(hand_off(**one), hand_off(**other)) is same
    assert overlap(hand_off(**other), hand_off(**one)) is same


def test_a_count_agrees_with_what_was_stated() -> None:
    stated = hand_off(counts=({"part": "main", "volume": 1, "pages": 60},))
    assert agrees(stated, 2, 120, ())
    assert agrees(stated, 2, None, ())
    assert not agrees(stated, 1, 120, ())
    assert not agrees(stated, 2, 119, ())
    assert not agrees(stated, 2, 120, ({"part": "main", "volume": 1, "pages": 59},))
    assert not agrees(stated, 2, 120, ({"part": "main", "volume": 2, "pages": 60},))


def test_names_are_people_however_typed() -> None:
    may_receive(Actor(name=" 陈 静", role="judge"), hand_off())
    with pytest.raises(Fault):
        may_receive(Actor(name="甲", role="clerk"), hand_off())
    outsider = hand_off(receiver_kind="party")
    may_receive(Actor(name="甲", role="clerk"), outsider)
    with pytest.raises(Fault) as refused:
        may_receive(Actor(name="甲", role="judge"), outsider)
    assert refused.value.code == "ACC-101"
    with pytest.raises(Fault) as refused:
        require_two(
            Actor(name="ＡＢ", role="administrator"),
            Actor(name="ab ", role="administrator"),
            administrators=True,
        )
    assert refused.value.code == "HND-116"


@pytest.mark.parametrize(
    ("table", "code"),
    [({"x": 1}, "SET-102"), ({"remind_hours": 0}, "SET-103"), ({"remind_hours": True}, "SET-103")],
)
def test_terms_that_make_no_sense(table: dict[str, Any], code: str) -> None:
    with pytest.raises(Fault) as raised:
        terms_from(table)
    assert raised.value.code == code


def test_terms_of_a_court() -> None:
    assert terms_from({"remind_hours": 12}).remind_hours == 12
    assert terms_from({}).escalate_hours == 72
