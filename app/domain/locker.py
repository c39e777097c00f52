"""Cells of cloud lockers (柜格), door cycles, incidents and the commissioning record."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

SMALL, MEDIUM, LARGE = "small", "medium", "large"
SIZES = (SMALL, MEDIUM, LARGE)

# What goes wrong at a cabinet (INTEGRATION section 2, table of failures).
INCIDENT_KINDS = (
    "door_not_opened",
    "door_not_closed",
    "closed_empty",
    "item_left",
    "forced_open",
    "wrong_cell",
    "board_silent",
    "outcome_unknown",
    "clock_wrong",
    "codes_guessed",
    "offline_conflict",
    "count_differs",
)


@frozen(kw_only=True)
class LockerCell:
    """One cell of a cabinet. `state` is of the machine "cell"; `reason` says why it is out of
    service or unknown; `handoff_id` is the hand-off it is reserved for or holds, or ""."""

    id: str
    cabinet: str
    number: int
    size: str = MEDIUM
    state: str = "free"
    handoff_id: str = ""
    reason: str = ""
    changed_at: str = ""


@frozen(kw_only=True)
class DoorCycleRecord:
    """One door cycle: who opened which cell, how she was known, what came of it. Rows are only
    ever added. `outcome` is "done" or the code of the fault it ended with."""

    id: str
    cabinet: str
    cell: int
    purpose: str
    handoff_id: str
    actor: str
    identified_by: str
    began_at: str
    ended_at: str
    pulses: int
    occupied: bool | None
    outcome: str
    details: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Incident:
    """Something a person must look at. `state` is of the machine "incident"; `kind` of
    `INCIDENT_KINDS`; `resolution` is what she found or did, with `reason` in her words."""

    id: str
    cabinet: str
    cell: int
    kind: str
    state: str
    opened_at: str
    handoff_id: str = ""
    dossier_id: str = ""
    seen_by: str = ""
    seen_at: str = ""
    closed_by: str = ""
    closed_at: str = ""
    resolution: str = ""
    reason: str = ""
    details: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Commissioning:
    """The proof that a cabinet was tried cell by cell. Rows are only ever added.

    `cells`: one record per cell with what was tried and seen; `settings`: polarity, sensor and
    address as proven; `passed`: every cell opened, reported both ways, and (with a sensor) saw
    an item come and go.
    """

    id: str
    cabinet: str
    made_at: str
    made_by: str
    passed: bool
    cells: tuple[dict[str, Any], ...] = ()
    settings: dict[str, Any] = field(factory=dict)
    remark: str = ""


@frozen(kw_only=True)
class QueuedEvent:
    """An event that a cabinet kept while it was cut off, taken over in its order.

    The id is made of cabinet, list and sequence number, so that a queue that comes twice adds
    nothing. `outcome` is "done", or the code of the fault for which a person is asked.
    """

    id: str
    cabinet: str
    list_id: str
    sequence: int
    happened_at: str
    kind: str
    handoff_id: str
    outcome: str
    absorbed_at: str
    details: dict[str, Any] = field(factory=dict)
