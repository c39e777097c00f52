"""Hand-offs as faces see them."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.custody import HandOff
from app.domain.hand_off_guards import turn_of
from app.services.locker_views import HandOffRow
from app.services.ports import Transaction

# A question that names more rows than this is asked for all of them at once.
MOST_NAMED = 1000
_SHOWN_HEAD, _SHOWN_TAIL = 3, 4
# The worst of several messages is what somebody must see.
_NOTICE_ORDER = ("failed", "queued", "sent")


def hand_off_rows(tx: Transaction, hand_offs: Iterable[HandOff], now: str) -> list[HandOffRow]:
    """Rows of many hand-offs in their order, with three questions to the database."""
    wanted = list(hand_offs)
    if not wanted:
        return []
    dossiers = sorted({hand_off.dossier_id for hand_off in wanted})
    few = len(wanted) <= MOST_NAMED
    case_numbers = dict(tx.dossiers.pick(("id", "case_no"), **({"id": dossiers} if few else {})))
    cells = {
        (str(cabinet), int(number)): str(state)
        for cabinet, number, state in tx.locker_cells.pick(("cabinet", "number", "state"))
    }
    fared: dict[str, set[str]] = {}
    ids = {"handoff_id": [hand_off.id for hand_off in wanted]} if few else {}
    for handoff_id, state in tx.notices.pick(("handoff_id", "state"), **ids):
        fared.setdefault(str(handoff_id), set()).add(str(state))
    return [
        _row(
            hand_off,
            str(case_numbers[hand_off.dossier_id]),
            cells.get((hand_off.cabinet, hand_off.cell), ""),
            fared.get(hand_off.id, set()),
            now,
        )
        for hand_off in wanted
    ]


def hand_off_row(tx: Transaction, hand_off: HandOff, now: str) -> HandOffRow:
    """The row of one hand-off."""
    return hand_off_rows(tx, (hand_off,), now)[0]


def masked(phone: str) -> str:
    """A telephone number of which only the ends are shown."""
    if len(phone) <= _SHOWN_HEAD + _SHOWN_TAIL:
        return "*" * len(phone)
    hidden = "*" * (len(phone) - _SHOWN_HEAD - _SHOWN_TAIL)
    return phone[:_SHOWN_HEAD] + hidden + phone[-_SHOWN_TAIL:]


def is_overdue(hand_off: HandOff, now: str) -> bool:
    """Whether paper that waits in a cell should have been taken out by now."""
    waits = hand_off.state in ("deposited", "notified", "overdue")
    return waits and (hand_off.state == "overdue" or "" < hand_off.due_at <= now)


def _row(
    hand_off: HandOff, case_no: str, cell_state: str, notices: set[str], now: str
) -> HandOffRow:
    return HandOffRow(
        id=hand_off.id,
        case_no=case_no,
        state=hand_off.state,
        giver=hand_off.giver,
        receiver=hand_off.receiver,
        cabinet=hand_off.cabinet,
        cell=hand_off.cell,
        volumes=hand_off.volumes,
        pages=hand_off.pages,
        offered_at=hand_off.offered_at,
        task=hand_off.task,
        part=hand_off.part,
        reason=hand_off.reason,
        counts=hand_off.counts,
        receiver_kind=hand_off.receiver_kind,
        phone=masked(hand_off.phone),
        deposited_at=hand_off.deposited_at,
        collected_at=hand_off.collected_at,
        confirmed_at=hand_off.acknowledged_at,
        counted_volumes=hand_off.counted_volumes,
        counted_pages=hand_off.counted_pages,
        due_at=hand_off.due_at,
        overdue=is_overdue(hand_off, now),
        reminders=hand_off.reminders,
        escalated=bool(hand_off.escalated_at),
        turn=turn_of(hand_off, cell_state),
        notice=next((state for state in _NOTICE_ORDER if state in notices), ""),
        tries_left=hand_off.tries_left,
        held_by=hand_off.held_by,
    )
