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
    # What the archive rejected, or counted otherwise than it is, comes back as a new version.
    ("submitted", "correct"): "reconciled",
    ("submitted", "accession"): "accessioned",
    ("accessioned", "submit"): "accessioned",
    ("accessioned", "accession"): "accessioned",
    # Approved later material: a new version is scanned, reviewed, sealed and handed over.
    ("accessioned", "supplement"): "catalogued",
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

# Custody moves with "confirm" alone (INTEGRATION section 2). "abandon" ends a door cycle in which
# nothing was laid in or taken; "lose" one of which nobody knows what came; the settle steps are
# what a person found who looked.
HAND_OFF: Transitions = {
    ("draft", "reserve"): "reserved",
    ("draft", "cancel"): "cancelled",
    ("reserved", "begin_deposit"): "depositing",
    ("reserved", "expire"): "draft",
    ("reserved", "cancel"): "cancelled",
    ("depositing", "deposit"): "deposited",
    ("depositing", "abandon"): "reserved",
    ("depositing", "lose"): "fault",
    ("deposited", "notify"): "notified",
    ("deposited", "begin_collect"): "collecting",
    ("deposited", "run_over"): "overdue",
    ("deposited", "retrieve"): "retrieved",
    ("deposited", "lose"): "fault",
    ("notified", "notify"): "notified",
    ("notified", "begin_collect"): "collecting",
    ("notified", "run_over"): "overdue",
    ("notified", "retrieve"): "retrieved",
    ("notified", "lose"): "fault",
    ("overdue", "remind"): "overdue",
    ("overdue", "begin_collect"): "collecting",
    ("overdue", "retrieve"): "retrieved",
    ("overdue", "lose"): "fault",
    ("collecting", "collect"): "collected",
    ("collecting", "abandon"): "notified",
    ("collecting", "lose"): "fault",
    ("collected", "confirm"): "confirmed",
    ("collected", "dispute"): "disputed",
    ("disputed", "confirm"): "confirmed",
    ("disputed", "give_back"): "returned",
    ("retrieved", "give_back"): "returned",
    ("retrieved", "dispute"): "disputed",
    ("fault", "settle_in_cell"): "deposited",
    ("fault", "settle_taken"): "collected",
    ("fault", "settle_with_giver"): "draft",
    ("fault", "retrieve"): "retrieved",
}

# Cells as people see them. "force", "lose" and "retire" come from every state, the settle steps
# lead back to what a person found.
CELL: Transitions = {
    ("free", "reserve"): "reserved",
    ("reserved", "release"): "free",
    ("reserved", "open"): "open_for_deposit",
    ("open_for_deposit", "close_full"): "occupied",
    ("open_for_deposit", "close_empty"): "reserved",
    ("occupied", "open"): "open_for_pickup",
    ("open_for_pickup", "close_empty"): "free",
    ("open_for_pickup", "close_full"): "occupied",
    **{
        (state, trigger): following
        for state in (
            "free",
            "reserved",
            "open_for_deposit",
            "occupied",
            "open_for_pickup",
            "open_unexpected",
            "unknown",
        )
        for trigger, following in (
            ("force", "open_unexpected"),
            ("lose", "unknown"),
            ("retire", "out_of_service"),
        )
    },
    **{
        (state, f"settle_{found}"): found
        for state in ("open_unexpected", "unknown", "out_of_service")
        for found in ("free", "reserved", "occupied")
    },
}

INCIDENT: Transitions = {
    ("open", "see"): "seen",
    ("open", "close"): "closed",
    ("seen", "close"): "closed",
}

# A package on its way to an archive target. "fail" leads back to waiting for the next try, which
# has a time; "give_up" to a person.
TRANSFER: Transitions = {
    ("waiting", "claim"): "sending",
    ("sending", "receipt"): "receipted",
    ("sending", "reject"): "rejected",
    ("sending", "fail"): "waiting",
    ("sending", "interrupt"): "waiting",
    ("sending", "give_up"): "failed",
    ("waiting", "pause"): "paused",
    ("sending", "pause"): "paused",
    ("paused", "resume"): "waiting",
    ("failed", "retry"): "waiting",
    ("rejected", "retry"): "waiting",
    ("waiting", "retry"): "waiting",
    ("waiting", "withdraw"): "withdrawn",
    ("paused", "withdraw"): "withdrawn",
    ("failed", "withdraw"): "withdrawn",
    ("rejected", "withdraw"): "withdrawn",
    ("waiting", "supersede"): "superseded",
    ("paused", "supersede"): "superseded",
    ("failed", "supersede"): "superseded",
    ("rejected", "supersede"): "superseded",
}

# Material that comes after archiving needs the word of two (STANDARDS 1.28).
ADDITION: Transitions = {
    ("asked", "approve_department"): "department_approved",
    ("department_approved", "approve_archive"): "approved",
    ("asked", "refuse"): "refused",
    ("department_approved", "refuse"): "refused",
    ("approved", "open"): "open",
    ("open", "close"): "closed",
}

# Papers are checked at the counter, the judge or the archive decides (STANDARDS 8.14).
APPLICATION: Transitions = {
    ("entered", "check"): "checked",
    ("entered", "return"): "returned",
    ("returned", "check"): "checked",
    ("checked", "return"): "returned",
    ("checked", "approve"): "approved",
    ("checked", "reject"): "rejected",
    ("entered", "withdraw"): "withdrawn",
    ("returned", "withdraw"): "withdrawn",
    ("checked", "withdraw"): "withdrawn",
}

# Pages that a reader wants on paper. "doubt" is a power cut or a spooler that forgot: nobody knows
# what came out, and a person settles it.
PRINT_JOB: Transitions = {
    ("asked", "approve"): "approved",
    ("asked", "refuse"): "refused",
    ("asked", "cancel"): "cancelled",
    ("approved", "cancel"): "cancelled",
    ("approved", "spool"): "spooled",
    ("approved", "abort"): "aborted",
    ("spooled", "print"): "printed",
    ("spooled", "abort"): "aborted",
    ("spooled", "cancel"): "cancelled",
    ("spooled", "doubt"): "doubtful",
    ("doubtful", "settle_printed"): "printed",
    ("doubtful", "settle_aborted"): "aborted",
}

MACHINES: Mapping[str, Transitions] = {
    "dossier": DOSSIER,
    "batch": BATCH,
    "hand_off": HAND_OFF,
    "cell": CELL,
    "incident": INCIDENT,
    "transfer": TRANSFER,
    "addition": ADDITION,
    "application": APPLICATION,
    "print_job": PRINT_JOB,
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
