"""Sealing a finished dossier, and sending a sealed one back to the desk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED, advance, may
from app.kernel.errors import Refused
from app.services.archived_sides import lost_archived
from app.services.context import Service
from app.services.ports import Transaction
from app.services.seal_obstacles import obstacles
from app.services.track_freezes import refuse_frozen
from app.services.track_standing import is_settled_by_archive, records_of


class Sealing(Service):
    """Use cases of the archivist who closes a dossier."""

    def seal(self, actor: Actor, case_no: str) -> None:
        """Freeze the dossier (封卷).

        Raises Refused by what is open (`app.services.seal_obstacles`): SUM-101 to SUM-106 (sheet
        arithmetic), DOS-103 (discrepancies), DOS-104 (serious findings), KEY-106 (double keying),
        REV-116 to REV-123 (review), SGN-109 and SGN-110 (signatures), DOS-101 (not reconciled, or
        sealed already); DOS-113 names all of them where there are several.
        """
        actor.require("seal")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state in SEALED:
                raise Refused("DOS-101", state=dossier.state, trigger="seal")
            found = tuple(_in_the_way(tx, dossier))
            if found:
                raise refusal_of(found)
            state = advance("dossier", dossier.state, "seal")
            tx.dossiers.replace(attrs.evolve(dossier, state=state))
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
            tx.audit.record(
                actor.name,
                "sealed",
                dossier.case_no,
                sides=len(sides),
                pages=sum(side.role == "page" for side in sides),
                items=tx.items.count(dossier_id=dossier.id),
            )
            tx.commit()

    def return_dossier(self, actor: Actor, case_no: str, reason: str) -> None:
        """Send a sealed dossier back to the desk. One that was submitted comes back when the
        archive has not receipted it, or when a person signed that its count is wrong.

        Raises Refused DOS-105 without a reason, DOS-101, FRZ-101 (its counts differ), TRF-109 (the
        archive has it).
        """
        actor.require("seal")
        if not reason.strip():
            raise Refused("DOS-105")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            submitted = dossier.state == "submitted"
            state = advance("dossier", dossier.state, "correct" if submitted else "return")
            if submitted:
                refuse_frozen(tx, dossier)
                if is_settled_by_archive(records_of(tx, dossier)):
                    raise Refused("TRF-109", case_no=dossier.case_no)
            tx.dossiers.replace(attrs.evolve(dossier, state=state))
            tx.audit.record(actor.name, "returned", dossier.case_no, reason=reason.strip())
            tx.commit()


def _in_the_way(tx: Transaction, dossier: Dossier) -> Iterator[Refused]:
    if not may("dossier", dossier.state, "seal"):
        yield Refused("DOS-101", state=dossier.state, trigger="seal")
    yield from lost_archived(tx, dossier)
    yield from obstacles(tx, dossier)


def refusal_of(found: Sequence[Refused]) -> Refused:
    """One refusal that names everything that is open."""
    if len(found) == 1:
        return found[0]
    records = [refusal.as_record() for refusal in found]
    return Refused("DOS-113", count=len(records), open=records)
