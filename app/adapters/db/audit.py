"""The hash-chained audit log: digest = SHA-256(previous digest + canonical row)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.adapters.db import orm
from app.kernel.clock import Clock, timestamp
from app.services.ports import AuditRow

GENESIS = "0" * 64


def chain_digest(previous: str, values: dict[str, Any]) -> str:
    """The digest of a row that follows `previous`. `values` holds every column but the digests."""
    canonical = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((previous + canonical).encode()).hexdigest()


class SqlAuditLog:
    """`AuditLog` over the table `audit`. `recorded` tells whether this transaction wrote a row."""

    def __init__(self, session: Session, clock: Clock, station: str) -> None:
        self._session = session
        self._clock = clock
        self._station = station
        self.recorded = False

    def record(self, actor: str, action: str, subject: str, **details: Any) -> AuditRow:
        """See `AuditLog.record`."""
        last = self._session.execute(
            select(orm.AuditRow.number, orm.AuditRow.digest)
            .order_by(orm.AuditRow.number.desc())
            .limit(1)
        ).first()
        number, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
        values: dict[str, Any] = {
            "number": number,
            "at": timestamp(self._clock.now()),
            "station": self._station,
            "actor": actor,
            "action": action,
            "subject": subject,
            "details": json.dumps(details, ensure_ascii=False, sort_keys=True),
        }
        digest = chain_digest(previous, values)
        self._session.execute(
            insert(orm.AuditRow).values(**values, previous=previous, digest=digest)
        )
        self.recorded = True
        return AuditRow(**(values | {"details": details}), previous=previous, digest=digest)

    def rows(self, subject: str | None = None) -> Iterator[AuditRow]:
        """See `AuditLog.rows`."""
        statement = select(orm.AuditRow).order_by(orm.AuditRow.number)
        if subject is not None:
            statement = statement.where(orm.AuditRow.subject == subject)
        for row in self._session.execute(statement).scalars():
            yield AuditRow(
                number=row.number,
                at=row.at,
                station=row.station,
                actor=row.actor,
                action=row.action,
                subject=row.subject,
                details=json.loads(row.details),
                previous=row.previous,
                digest=row.digest,
            )

    def verify(self) -> tuple[bool, int, str, int | None]:
        """(intact, rows, digest of the last row, number of the first row that does not fit)."""
        previous, expected, rows = GENESIS, 1, 0
        statement = select(orm.AuditRow).order_by(orm.AuditRow.number)
        result = self._session.execute(statement.execution_options(yield_per=1000))
        # Closed on every way out: a cursor on the server outlives an early return otherwise.
        with closing(result):
            for row in result.scalars():
                values = {
                    "number": row.number,
                    "at": row.at,
                    "station": row.station,
                    "actor": row.actor,
                    "action": row.action,
                    "subject": row.subject,
                    "details": row.details,
                }
                fits = (
                    row.number == expected
                    and row.previous == previous
                    and row.digest == chain_digest(previous, values)
                )
                if not fits:
                    return False, rows, previous, row.number
                previous, expected, rows = row.digest, expected + 1, rows + 1
        return True, rows, previous, None
