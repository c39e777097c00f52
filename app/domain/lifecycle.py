"""State machines as data: `{(state, trigger): next}`, walked by one small function.

The diagrams in README are generated from these tables (`diagram`), so they cannot drift.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.kernel.errors import Refused

Transitions = Mapping[tuple[str, str], str]

# The states of a dossier from its sealing on.
SEALED = ("sealed", "packaged", "submitted", "accessioned")

DOSSIER: Transitions = {
    ("registered", "scan"): "scanned",
    ("scanned", "scan"): "scanned",
    ("catalogued", "scan"): "scanned",
    ("reconciled", "scan"): "scanned",
    ("scanned", "edit"): "scanned",
    ("catalogued", "edit"): "catalogued",
    ("reconciled", "edit"): "catalogued",
    ("scanned", "catalogue"): "catalogued",
    ("catalogued", "catalogue"): "catalogued",
    ("reconciled", "catalogue"): "catalogued",
    ("catalogued", "reconcile"): "reconciled",
    ("reconciled", "reconcile"): "reconciled",
    ("reconciled", "resolve"): "reconciled",
    ("reconciled", "seal"): "sealed",
    ("sealed", "return"): "reconciled",
    ("sealed", "package"): "packaged",
    ("packaged", "package"): "packaged",
    ("packaged", "return"): "reconciled",
    ("packaged", "submit"): "submitted",
    ("submitted", "submit"): "submitted",
    ("submitted", "accession"): "accessioned",
    ("accessioned", "submit"): "accessioned",
    ("accessioned", "accession"): "accessioned",
}

BATCH: Transitions = {
    ("open", "start"): "capturing",
    ("capturing", "pause"): "paused",
    ("capturing", "finish"): "closed",
    ("paused", "start"): "capturing",
    ("paused", "finish"): "closed",
    ("paused", "discard"): "discarded",
    ("open", "discard"): "discarded",
}

HAND_OFF: Transitions = {
    ("offered", "deposit"): "deposited",
    ("offered", "cancel"): "cancelled",
    ("deposited", "collect"): "collected",
    ("deposited", "expire"): "expired",
    ("expired", "collect"): "collected",
    ("collected", "acknowledge"): "acknowledged",
    ("collected", "dispute"): "disputed",
    ("disputed", "acknowledge"): "acknowledged",
}

MACHINES: Mapping[str, Transitions] = {
    "dossier": DOSSIER,
    "batch": BATCH,
    "hand_off": HAND_OFF,
}


def advance(machine: str, state: str, trigger: str) -> str:
    """The state after `trigger`. Raises Refused DOS-101 when the machine has no such step."""
    following = MACHINES[machine].get((state, trigger))
    if following is None:
        raise Refused("DOS-101", machine=machine, state=state, trigger=trigger)
    return following


def may(machine: str, state: str, trigger: str) -> bool:
    """Whether `trigger` is a step of the machine in `state`."""
    return (state, trigger) in MACHINES[machine]


def diagram(machine: str) -> str:
    """The machine as a Mermaid state diagram."""
    rows = [
        f"    {state} --> {following}: {trigger}"
        for (state, trigger), following in MACHINES[machine].items()
    ]
    return "\n".join(["stateDiagram-v2", *rows])
