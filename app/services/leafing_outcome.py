"""What a leafing through changes: the ledger brought up to what all leafings have shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from app.domain.dossier import Dossier, Side
from app.domain.leafing import SEEN, FlipThrough
from app.domain.leafing_answer import ALTERED
from app.domain.leafing_order import PaperOrder
from app.domain.leafing_standing import SideStanding, standing_of
from app.domain.ledger import LedgerEntry
from app.kernel.errors import Fault
from app.services.leafing_alterations import ClosePicture, drop_seen, enter_altered
from app.services.leafing_ledger import Shown, enter_leafing, of_leafing
from app.services.leafing_record import Session
from app.services.leafing_sides import images_of, kept_flip_throughs, leaf_sides
from app.services.ports import Transaction


@frozen(kw_only=True)
class Before:
    """What the dossier has when a leafing through is kept: its present sides by id, and the
    leafings through before."""

    sides: dict[str, Side]
    kept: tuple[FlipThrough, ...]

    def standing(self, *more: FlipThrough) -> dict[str, SideStanding]:
        """What they, and `more`, have found of the sides."""
        return standing_of([*self.kept, *more], images_of(self.sides))


def before(tx: Transaction, dossier: Dossier) -> Before:
    """What the dossier has now."""
    return Before(sides=leaf_sides(tx, dossier), kept=tuple(kept_flip_throughs(tx, dossier)))


def earlier_states(standing: Mapping[str, SideStanding], session: Session) -> dict[int, str]:
    """What leafings through have found of the sides, by their position in the session."""
    return {s.position: standing[s.id].state for s in session.sides if s.id in standing}


def unseen_after(standing: Mapping[str, SideStanding], session: Session) -> int:
    """How many sides that bear something no leafing through has seen by now."""
    written = set(session.written)
    return sum(
        side.position in written and standing[side.id].state != SEEN
        for side in session.sides
        if side.id in standing
    )


def bring_up(
    tx: Transaction,
    dossier: Dossier,
    session: Session,
    record: FlipThrough,
    found: Sequence[LedgerEntry],
    pictures: Sequence[ClosePicture],
    present: Mapping[str, Side],
    standing: Mapping[str, SideStanding],
) -> tuple[list[LedgerEntry], list[dict[str, Any]]]:
    """Bring the ledger up to date with the `standing` of the `present` sides; gives what leafing
    through leaves in it by now with the altered pages this time proved, and, for the log, what went
    because its leaf was shown."""
    written = set(session.written)
    shown = Shown(
        saw=session.saw,
        written=[side.id for side in session.sides if side.position in written],
        standing=standing,
        complete=record.complete,
    )
    gone = enter_leafing(tx, dossier, [e for e in found if e.kind != ALTERED], shown)
    states = session.leafing.states
    seen = {side.id for side in session.sides if states[side.position].state == SEEN}
    gone += drop_seen(tx, dossier, seen)
    altered = enter_altered(tx, dossier, present, pictures, leafing=record.id)
    left = [
        entry
        for entry in tx.ledger.find(dossier_id=dossier.id)
        if of_leafing(entry) or entry.id in altered
    ]
    left.sort(key=lambda entry: entry.positions[:1])
    return left, [{"kind": e.kind, "positions": list(e.positions)} for e in gone]


def warnings_of(
    session: Session, order: PaperOrder, dossier: Dossier, *, closed: bool
) -> list[dict[str, Any]]:
    """Fault records of what whoever leafed must know beside the ledger."""
    told: list[dict[str, Any]] = []
    if isinstance(session.fault, Fault):
        told.append({"code": session.fault.code, "parameters": session.fault.parameters})
        told.append({"code": "FLP-210", "parameters": {"seen": session.seen}})
    elif session.result.get("cut_off"):
        parameters = {"file": session.name, "seconds": session.seconds}
        told.append({"code": "FLP-207", "parameters": parameters})
    if order.backwards:
        told.append({"code": "FLP-211", "parameters": {}})
    if closed:
        told.append({"code": "FLP-212", "parameters": {"case_no": dossier.case_no}})
    return told
