"""Codes by which a party asks for the progress of one case without signing in (查询码)."""

from __future__ import annotations

from datetime import timedelta

import attrs

from app.domain.access import Actor
from app.domain.reading import QueryCode
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_applications import LONGEST_NAME, require_reason, text_of_form
from app.services.reading_desk_views import QueryCodeRow
from app.services.reading_settings import reading_settings
from app.services.secrets import hash_secret, new_code

FIRST_NUMBER = 5001


class QueryCodes(Service):
    """Use cases of the counter, which gives query codes to parties."""

    def issue_query_code(self, actor: Actor, case_no: str, holder: str) -> str:
        """A new code ("5001-123456") for one case, shown once; codes given before stay. Raises
        BadInput RDR-121 without a holder."""
        actor.require("grant")
        name = text_of_form(holder, "holder", LONGEST_NAME)
        if not name:
            raise BadInput("RDR-121", field="holder")
        secret = new_code()
        code_hash, salt = hash_secret(secret)
        now = self._context.clock.now()
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            number = str(FIRST_NUMBER + tx.query_codes.count())
            days = reading_settings(tx).query_days
            tx.query_codes.add(
                QueryCode(
                    id=new_id("query"),
                    number=number,
                    dossier_id=dossier.id,
                    holder=name,
                    code_hash=code_hash,
                    code_salt=salt,
                    made_at=timestamp(now),
                    made_by=actor.name,
                    valid_until=timestamp(now + timedelta(days=days)),
                )
            )
            tx.audit.record(
                actor.name, "query_code_issued", dossier.case_no, number=number, holder=name
            )
            tx.commit()
        return f"{number}-{secret}"

    def query_codes(self, case_no: str = "") -> tuple[QueryCodeRow, ...]:
        """The codes that were given, the newest first; of one case where asked."""
        with self._context.storage.read() as tx:
            wanted = {"dossier_id": self._dossier(tx, case_no).id} if case_no else {}
            rows = [_query_row(tx, code, self._now()) for code in tx.query_codes.find(**wanted)]
        return tuple(reversed(rows))

    def revoke_query_code(self, actor: Actor, code_id: str, reason: str) -> QueryCodeRow:
        """End a code (its id or number) at once. Raises Refused RDR-137 (ended before), BadInput
        RDR-134 (no reason), RDR-136."""
        actor.require("grant")
        said = require_reason(reason)
        with self._context.storage.write() as tx:
            found = tx.query_codes.first(id=code_id) or tx.query_codes.first(number=code_id)
            if found is None:
                raise BadInput("RDR-136", what=code_id[:LONGEST_NAME])
            if found.revoked:
                raise Refused("RDR-137", number=found.number)
            revoked = attrs.evolve(found, revoked=True)
            tx.query_codes.replace(revoked)
            row = _query_row(tx, revoked, self._now())
            tx.audit.record(
                actor.name, "query_code_revoked", row.case_no, number=row.number, reason=said
            )
            tx.commit()
        return row


def _query_row(tx: Transaction, code: QueryCode, now: str) -> QueryCodeRow:
    state = "live"
    if code.revoked:
        state = "revoked"
    elif code.valid_until < now:
        state = "ended"
    elif code.tries_left <= 0:
        state = "locked"
    return QueryCodeRow(
        id=code.id,
        number=code.number,
        case_no=tx.dossiers.get(code.dossier_id).case_no,
        holder=code.holder,
        state=state,
        made_at=code.made_at,
        made_by=code.made_by,
        valid_until=code.valid_until,
    )
