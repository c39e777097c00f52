"""What the end of a door cycle means for the hand-off, for its cell and for people.

Tables of facts (INTEGRATION section 2, failures): each code a door cycle ends with leads to a step
of the hand-off, a step of the cell and, where a person must look, an incident.
"""

from __future__ import annotations

from attrs import frozen

from app.domain.hand_off_guards import FROZEN_CELLS

DEPOSIT, COLLECT, RETRIEVE, LOOK, OPEN_ALL = "deposit", "collect", "retrieve", "look", "open_all"
DONE = "done"


@frozen(kw_only=True)
class Meaning:
    """Triggers of the machines "hand_off" and "cell", "" for none, and the kind of incident.

    `another_cell`: the hand-off gets another cell, if there is one. `others`: the cells that the
    fault names are frozen too.
    """

    hand_off: str = ""
    cell: str = ""
    incident: str = ""
    another_cell: bool = False
    others: bool = False


# The door was not touched, or nothing was laid in or taken.
_NOTHING = {
    DEPOSIT: Meaning(hand_off="abandon", cell="close_empty"),
    COLLECT: Meaning(hand_off="abandon", cell="close_full"),
}
# Nobody knows yet: the cycle can be gone on with, and no second pulse is needed for it.
_UNDER_WAY = Meaning(incident="board_silent")

_MEANINGS: dict[str, dict[str, Meaning]] = {
    DEPOSIT: {
        DONE: Meaning(hand_off="deposit", cell="close_full"),
        "LCK-102": Meaning(
            hand_off="abandon", cell="retire", incident="door_not_opened", another_cell=True
        ),
        "LCK-103": Meaning(incident="door_not_closed"),
        "LCK-105": Meaning(
            hand_off="abandon", cell="lose", incident="item_left", another_cell=True
        ),
        "LCK-107": Meaning(hand_off="lose", cell="lose", incident="wrong_cell", others=True),
        "LCK-108": Meaning(
            hand_off="abandon", cell="retire", incident="door_not_opened", another_cell=True
        ),
        "LCK-109": Meaning(hand_off="abandon", cell="close_empty", incident="closed_empty"),
        "LCK-111": Meaning(
            hand_off="abandon", cell="force", incident="forced_open", another_cell=True
        ),
        "LCK-112": Meaning(hand_off="lose", cell="lose", incident="outcome_unknown"),
        "LCK-120": Meaning(hand_off="abandon", cell="close_empty", incident="door_not_opened"),
    },
    COLLECT: {
        DONE: Meaning(hand_off="collect", cell="close_empty"),
        "LCK-102": Meaning(hand_off="abandon", cell="retire", incident="door_not_opened"),
        "LCK-103": Meaning(incident="door_not_closed"),
        "LCK-106": Meaning(hand_off="lose", cell="lose", incident="closed_empty"),
        "LCK-107": Meaning(hand_off="lose", cell="lose", incident="wrong_cell", others=True),
        "LCK-108": Meaning(hand_off="abandon", cell="retire", incident="door_not_opened"),
        "LCK-110": Meaning(hand_off="abandon", cell="close_full", incident="item_left"),
        "LCK-111": Meaning(hand_off="abandon", cell="force", incident="forced_open"),
        "LCK-112": Meaning(hand_off="lose", cell="lose", incident="outcome_unknown"),
        "LCK-120": Meaning(hand_off="abandon", cell="close_full", incident="door_not_opened"),
    },
}
_SILENT = ("LCK-101", "LCK-116")


def meaning_of(purpose: str, outcome: str, *, interrupted: bool) -> Meaning:
    """What follows from an outcome ("done" or the code of a fault) of a deposit or a collection.

    `interrupted`: the journal of the cabinet says that the door was, or may have been, opened and
    that the cycle is not over. Then it waits to be gone on with, whatever the fault was.
    """
    known = _MEANINGS[purpose].get(outcome)
    if known is not None:
        return known
    if interrupted:
        return _UNDER_WAY
    nothing = _NOTHING[purpose]
    if outcome in _SILENT:
        return Meaning(hand_off=nothing.hand_off, cell=nothing.cell, incident="board_silent")
    return nothing


def meaning_of_facts(purpose: str, *, occupied: bool | None) -> Meaning:
    """What a closed door tells of a cycle whose end nobody wrote down: the item sensor decides,
    and without one a person does."""
    if occupied is None:
        return _MEANINGS[purpose]["LCK-112"]
    if occupied is (purpose == DEPOSIT):
        return _MEANINGS[purpose][DONE]
    return _NOTHING[purpose]


# Two administrators open a cell whatever is in it; a cell that is not shut again is frozen.
_VISITS = {
    "LCK-102": Meaning(cell="retire", incident="door_not_opened"),
    "LCK-103": Meaning(cell="force", incident="door_not_closed"),
    "LCK-107": Meaning(cell="lose", incident="wrong_cell", others=True),
    "LCK-108": Meaning(cell="retire", incident="door_not_opened"),
    "LCK-112": Meaning(cell="lose", incident="outcome_unknown"),
    "LCK-120": Meaning(cell="retire", incident="door_not_opened"),
}


def visit_meaning(outcome: str, *, interrupted: bool) -> Meaning:
    """What follows from the fault of a retrieval or a look; no cell trigger: it is shut again."""
    if outcome in _VISITS:
        return _VISITS[outcome]
    if interrupted:
        return Meaning(cell="lose", incident="board_silent")
    return Meaning(incident="board_silent" if outcome in _SILENT else "")


# How a finished cycle answers the incidents that an earlier one of the same hand-off left.
ANSWERS = {DEPOSIT: "in_cell", COLLECT: "taken"}
ANSWERED_KINDS = ("closed_empty", "item_left", "door_not_closed", "board_silent", "door_not_opened")

# Who found what: resolutions that say where the paper is, and those about the cell alone.
PAPER_RESOLUTIONS = ("in_cell", "taken", "with_giver")
CELL_RESOLUTIONS = ("cell_free", "cell_occupied", "out_of_service")
WORKING = ("repaired", "mistaken")


def resolutions(kind: str, hand_off_state: str, cell_state: str) -> tuple[str, ...]:
    """The answers with which a person may close an incident.

    `hand_off_state` is "" when no hand-off is concerned with the cell, `cell_state` is "" when the
    incident is about the whole cabinet.
    """
    if kind == "count_differs":
        # The two who counted settle it, or the paper goes back.
        return () if hand_off_state == "disputed" else ("mistaken",)
    if cell_state == "":
        return WORKING
    if hand_off_state == "fault":
        return PAPER_RESOLUTIONS
    if hand_off_state == "depositing":
        return ("in_cell", "with_giver")
    if hand_off_state == "collecting":
        return PAPER_RESOLUTIONS
    if hand_off_state in ("deposited", "notified", "overdue"):
        return (*PAPER_RESOLUTIONS, *WORKING)
    if hand_off_state == "reserved":
        return (*WORKING, "out_of_service")
    return (*CELL_RESOLUTIONS, *WORKING)


_MAYBE_IN_CELL = ("deposited", "notified", "overdue", "collecting")

# The steps of the hand-off that a resolution stands for, by its state.
_SETTLING: dict[str, dict[str, tuple[str, ...]]] = {
    "in_cell": {
        "fault": ("settle_in_cell",),
        "depositing": ("lose", "settle_in_cell"),
        "collecting": ("abandon",),
    },
    "taken": {
        "fault": ("settle_taken",),
        **dict.fromkeys(_MAYBE_IN_CELL, ("lose", "settle_taken")),
    },
    "with_giver": {
        "fault": ("settle_with_giver",),
        "depositing": ("lose", "settle_with_giver"),
        **dict.fromkeys(_MAYBE_IN_CELL, ("lose", "settle_with_giver")),
    },
    "out_of_service": {"reserved": ("expire",)},
}


def settling_steps(resolution: str, hand_off_state: str) -> tuple[str, ...]:
    """The triggers by which a resolution moves the hand-off; none when it stays as it is."""
    return _SETTLING.get(resolution, {}).get(hand_off_state, ())


def cell_after(resolution: str, hand_off_state: str) -> str:
    """The state of the cell once an incident is settled; `hand_off_state` is that afterwards, ""
    when no hand-off is concerned with the cell."""
    if resolution == "out_of_service":
        return "out_of_service"
    if resolution == "cell_occupied":
        return "occupied"
    if hand_off_state == "reserved":
        return "reserved"
    if hand_off_state in ("deposited", "notified", "overdue"):
        return "occupied"
    return "free"


def steps_to(state: str, found: str) -> tuple[str, ...]:
    """The triggers of the machine "cell" that lead from `state` to `found`."""
    if state == found:
        return ()
    if found == "out_of_service":
        return ("retire",)
    settle = f"settle_{found}"
    return (settle,) if state in FROZEN_CELLS else ("lose", settle)
