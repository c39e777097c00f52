"""Terms of keeping (保管期限): proposed by rules, settled by a person, until sealing."""

from __future__ import annotations

from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier
from app.domain.lifecycle import SEALED
from app.kernel.errors import Refused
from app.services.context import Service
from app.services.ports import Transaction
from app.services.register_views import RetentionReason, RetentionView
from archive_rules.case_number import kind_of, parse
from archive_rules.retention import (
    RetentionFacts,
    RetentionProposal,
    load_retention,
    propose_retention,
)

# The documents that close a case, by the end of their titles.
CLOSING = ("判决书", "裁定书", "调解书", "决定书")


class Retaining(Service):
    """Use cases about the term of keeping."""

    def retention(self, case_no: str) -> RetentionView:
        """The term of keeping as it stands and as the rules propose it, with their reasons."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            proposal = retention_proposal(tx, dossier)
        rules, basis = load_retention(), dossier.retention_basis
        return RetentionView(
            case_no=dossier.case_no,
            retention=dossier.retention,
            settled_by=str(basis.get("by", "")),
            settled_at=str(basis.get("at", "")),
            remark=str(basis.get("remark", "")),
            proposal=proposal.retention,
            reasons=tuple(
                RetentionReason(
                    retention=applied.retention,
                    reason=applied.reason,
                    source=applied.source,
                    found=applied.found,
                )
                for applied in proposal.applied
            ),
            choices=tuple((entry.name, entry.years) for entry in rules.retentions),
            open_to_change=dossier.state not in SEALED,
        )

    def set_retention(
        self, actor: Actor, case_no: str, retention: str, remark: str = ""
    ) -> RetentionView:
        """Settle the term of keeping of a case.

        Raises BadInput RET-101 for a word that is no term, Refused RET-102 once it is sealed.
        """
        actor.require("catalogue")
        name = load_retention().name_of(retention)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state in SEALED:
                raise Refused("RET-102", case_no=dossier.case_no)
            proposal = retention_proposal(tx, dossier)
            code = "as_proposed" if proposal.retention == name else "person"
            reasons = [applied.id for applied in proposal.applied]
            tx.dossiers.replace(
                attrs.evolve(
                    dossier,
                    retention=name,
                    retention_basis=basis(actor, self._now(), code, remark.strip()),
                )
            )
            tx.audit.record(
                actor.name,
                "retention_set",
                dossier.case_no,
                retention=name,
                before=dossier.retention,
                proposal=proposal.retention,
                reasons=reasons,
                remark=remark.strip(),
            )
            tx.commit()
        return self.retention(case_no)


def basis(actor: Actor, now: str, code: str, remark: str = "") -> dict[str, Any]:
    """Who settled the term of keeping; `code` is "as_proposed", "person" or "imported"."""
    return {"code": code, "by": actor.name, "at": now, "remark": remark}


def retention_proposal(tx: Transaction, dossier: Dossier) -> RetentionProposal:
    """What the rules propose for a dossier by its facts, its catalogue and its judgments."""
    items = tx.items.find(dossier_id=dossier.id, part=MAIN)
    closing = [
        (item.first_position, item.last_position) for item in items if item.title.endswith(CLOSING)
    ]
    texts: tuple[str, ...] = ()
    if closing:
        wanted = [
            side_id
            for side_id, position in tx.sides.pick(
                ("id", "position"), dossier_id=dossier.id, superseded=False
            )
            if any(first <= position <= last for first, last in closing)
        ]
        texts = tuple(text for (text,) in tx.recognised.pick(("text",), side_id=wanted))
    return propose_retention(
        load_retention(),
        RetentionFacts(
            kind=kind_of(parse(dossier.case_no)).value,
            cause=dossier.cause,
            titles=tuple(item.title for item in items),
            texts=texts,
        ),
    )
