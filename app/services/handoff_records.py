"""What every step of a hand-off writes: state, audit, custody, incident, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from app.domain.access import ADMINISTRATOR
from app.domain.custody import CustodyEvent, HandOff
from app.domain.dossier import Dossier
from app.domain.hand_off_guards import MATERIAL_TASKS
from app.domain.lifecycle import advance
from app.domain.locker import Incident
from app.domain.notices import SCREEN, Notice
from app.kernel.ids import new_id
from app.services.ports import Transaction

# Actions after which the receiver of the event answers for the paper. "returned" was the word of
# earlier programs for a confirmed hand-over.
HANDED_OVER = ("confirmed", "given_back", "returned")


def move_hand_off(
    tx: Transaction, actor: str, hand_off: HandOff, *triggers: str, action: str = "", **changes: Any
) -> HandOff:
    """Lead a hand-off through `triggers`, change fields with it, and record it as `action` (the
    new state without one). Raises Refused DOS-101 for a step that its state does not have."""
    current = tx.hand_offs.get(hand_off.id)
    state = current.state
    for trigger in triggers:
        state = advance("hand_off", state, trigger)
    moved = attrs.evolve(current, state=state, **changes)
    tx.hand_offs.replace(moved)
    record_step(tx, actor, moved, action or state)
    return moved


def record_step(
    tx: Transaction, actor: str, hand_off: HandOff, action: str, **details: Any
) -> None:
    """The audit record of one step."""
    tx.audit.record(
        actor,
        f"handoff_{action}",
        tx.dossiers.get(hand_off.dossier_id).case_no,
        handoff=hand_off.id,
        cabinet=hand_off.cabinet,
        cell=hand_off.cell,
        **details,
    )


def record_custody(
    tx: Transaction,
    now: str,
    hand_off: HandOff,
    action: str,
    place: str,
    *,
    counts: Iterable[Mapping[str, Any]] = (),
    remark: str = "",
) -> CustodyEvent:
    """The custody event of one step. Whoever gives answers for the paper until "confirmed".
    `counts` are the volumes as they were counted now, where they were counted one by one."""
    given_back = action == "given_back"
    counted = hand_off.counted_volumes
    event = CustodyEvent(
        id=new_id("custody"),
        dossier_id=hand_off.dossier_id,
        happened_at=now,
        action=action,
        giver=hand_off.giver,
        receiver=hand_off.giver if given_back else hand_off.receiver,
        place=place,
        volumes=hand_off.volumes if counted is None else counted,
        pages=hand_off.pages if hand_off.counted_pages is None else hand_off.counted_pages,
        remark=remark,
        details={
            "handoff": hand_off.id,
            "cabinet": hand_off.cabinet,
            "cell": hand_off.cell,
            "task": hand_off.task,
            "part": hand_off.part,
            "volumes": [dict(row) for row in (tuple(counts) or hand_off.counts)],
        },
    )
    tx.custody.add(event)
    return event


def paper_holder(tx: Transaction, dossier: Dossier) -> str:
    """Who answers for the paper of the dossier, or the shelf it stands on.

    While paper is on its way that is whoever gives it: custody moves with the receiver's count
    alone. Materials that parties bring and fetch are no part of it.
    """
    return holder_after(tx.custody.find(dossier_id=dossier.id), dossier.clerk)


def holder_after(events: Iterable[CustodyEvent], clerk: str) -> str:
    """Who answers for the paper after these events of one dossier; see `paper_holder`."""
    own = [event for event in events if event.details.get("task") not in MATERIAL_TASKS]
    if not own:
        return clerk
    last = own[-1]
    if last.action == "shelved":
        return last.place
    return last.receiver if last.action in HANDED_OVER else last.giver


def open_incident(
    tx: Transaction,
    now: str,
    kind: str,
    cabinet: str,
    cell: int,
    *,
    actor: str,
    hand_off: HandOff | None = None,
    **details: Any,
) -> Incident:
    """Have people look at something: an incident, its audit record, and a message to the screens
    of the administrators. One of the same kind that is still open for this cell and hand-off
    stands for the new one, too."""
    handoff_id = hand_off.id if hand_off is not None else ""
    same: dict[str, Any] = {
        "cabinet": cabinet,
        "cell": cell,
        "kind": kind,
        "handoff_id": handoff_id,
    }
    found = tx.incidents.first(state=("open", "seen"), **same)
    if found is not None:
        return found
    made = Incident(
        id=new_id("incident"),
        state="open",
        opened_at=now,
        dossier_id=hand_off.dossier_id if hand_off is not None else "",
        details=details,
        **same,
    )
    tx.incidents.add(made)
    record_incident(tx, actor, made, "incident", kind=kind)
    tell_administrators(tx, now, "incident", handoff_id, incident=made.id, incident_kind=kind)
    return made


def record_incident(
    tx: Transaction, actor: str, incident: Incident, action: str, **details: Any
) -> None:
    """The audit record of one step of an incident, with its case or its cabinet."""
    of_case = incident.dossier_id and tx.dossiers.get(incident.dossier_id).case_no
    tx.audit.record(
        actor,
        f"handoff_{action}",
        of_case or incident.cabinet,
        incident=incident.id,
        cabinet=incident.cabinet,
        cell=incident.cell,
        handoff=incident.handoff_id,
        **details,
    )


def end_incidents(
    tx: Transaction,
    now: str,
    actor: str,
    resolution: str,
    *,
    kinds: tuple[str, ...] = (),
    reason: str = "",
    **equals: Any,
) -> None:
    """Close the open incidents with these fields, of these kinds (all without any)."""
    for incident in tx.incidents.find(state=("open", "seen"), **equals):
        if kinds and incident.kind not in kinds:
            continue
        tx.incidents.replace(
            attrs.evolve(
                incident,
                state=advance("incident", incident.state, "close"),
                closed_by=actor,
                closed_at=now,
                resolution=resolution,
                reason=reason,
            )
        )
        record_incident(tx, actor, incident, "incident_closed", resolution=resolution)


def tell_administrators(
    tx: Transaction, now: str, kind: str, handoff_id: str, **parameters: Any
) -> None:
    """Queue a message of NOTICE_KINDS for the screen of every administrator."""
    for person in tx.people.find(role=ADMINISTRATOR):
        tx.notices.add(
            Notice(
                id=new_id("notice"),
                handoff_id=handoff_id,
                kind=kind,
                channel=SCREEN,
                address=person.name,
                person=person.name,
                made_at=now,
                not_before=now,
                parameters=dict(parameters),
            )
        )
