"""The state machines of dossier, batch and hand-off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.lifecycle import MACHINES, advance, diagram, may
from app.kernel.errors import Refused

STARTS = {
    "dossier": "registered",
    "batch": "open",
    "hand_off": "draft",
    "cell": "free",
    "incident": "open",
    "transfer": "waiting",
    "addition": "asked",
    "application": "entered",
    "print_job": "asked",
}
ENDS = {
    "dossier": {"accessioned"},
    "batch": {"closed", "discarded"},
    "hand_off": {"confirmed", "cancelled", "returned"},
    # A cell is used again and again.
    "cell": {"free"},
    "incident": {"closed"},
    "transfer": {"receipted", "withdrawn", "superseded"},
    "addition": {"closed", "refused"},
    "application": {"approved", "rejected", "withdrawn"},
    "print_job": {"printed", "refused", "cancelled", "aborted"},
}


def states(machine: str) -> set[str]:
    table = MACHINES[machine]
    return {state for state, _ in table} | set(table.values())


def test_the_line_from_registering_to_the_archive() -> None:
    state = "registered"
    for trigger in ("scan", "catalogue", "reconcile", "seal", "package", "submit", "accession"):
        state = advance("dossier", state, trigger)
    assert state == "accessioned"


@pytest.mark.parametrize(
    ("state", "trigger"),
    [
        ("registered", "seal"),
        ("catalogued", "seal"),
        ("sealed", "scan"),
        ("sealed", "edit"),
        ("sealed", "resolve"),
        ("packaged", "catalogue"),
        ("submitted", "return"),
        ("accessioned", "edit"),
        ("reconciled", "package"),
        ("nowhere", "scan"),
    ],
)
def test_what_may_not_be(state: str, trigger: str) -> None:
    assert not may("dossier", state, trigger)
    with pytest.raises(Refused) as refused:
        advance("dossier", state, trigger)
    assert refused.value.code == "DOS-101"
    assert refused.value.parameters == {"machine": "dossier", "state": state, "trigger": trigger}


def test_an_edit_after_reconciling_must_be_reconciled_again() -> None:
    assert advance("dossier", "reconciled", "edit") == "catalogued"
    assert advance("dossier", "reconciled", "scan") == "scanned"


@pytest.mark.parametrize("machine", list(MACHINES))
def test_every_state_is_reached_and_has_a_way_to_an_end(machine: str) -> None:
    reached = {STARTS[machine]}
    while True:
        further = {to for (state, _), to in MACHINES[machine].items() if state in reached}
        if further <= reached:
            break
        reached |= further
    assert reached == states(machine)
    leading = set(ENDS[machine])
    while True:
        further = {state for (state, _), to in MACHINES[machine].items() if to in leading}
        if further <= leading:
            break
        leading |= further
    assert leading == states(machine)


@pytest.mark.parametrize("machine", list(MACHINES))
def test_the_diagram_shows_every_step(machine: str) -> None:
    lines = diagram(machine).splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert len(lines) == len(MACHINES[machine]) + 1
    for (state, trigger), following in MACHINES[machine].items():
        assert f"    {state} --> {following}: {trigger}" in lines


@given(st.lists(st.sampled_from(sorted({t for _, t in MACHINES["dossier"]})), max_size=30))
def test_a_dossier_is_archived_only_after_sealing(triggers: list[str]) -> None:
    state, seen = "registered", []
    for trigger in triggers:
        if may("dossier", state, trigger):
            state = advance("dossier", state, trigger)
            seen.append(trigger)
    if state == "accessioned":
        wanted = iter(["scan", "catalogue", "reconcile", "seal", "package", "submit", "accession"])
        step = next(wanted)
        for trigger in seen:
            if trigger == step:
                step = next(wanted, "")
        assert step == ""
