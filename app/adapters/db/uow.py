"""Short transactions over the database: records, audit chain and job queue committed together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, TypeVar, cast, get_args, get_origin, get_type_hints

from sqlalchemy import Engine, bindparam, delete, func, insert, select, text, update
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from app.adapters.db import orm
from app.adapters.db.audit import SqlAuditLog
from app.adapters.db.engine import begin_writing
from app.adapters.db.jobs import SqlJobQueue
from app.adapters.db.mapping import TABLES, plain, to_record, to_values
from app.domain.dossier import (
    Dossier,
    Finding,
    Item,
    Master,
    Recognised,
    Side,
)
from app.domain.reconciliation import LedgerEntry
from app.kernel.clock import Clock
from app.kernel.errors import Broken, Fault, Transient
from app.services.ports import AuditLog, JobQueue, Records, Transaction

Record = TypeVar("Record")

MACHINE_MADE = (Finding, Recognised, Item, LedgerEntry)


class SqlRecords(Generic[Record]):
    """`Records` of one domain class over its table."""

    def __init__(self, kind: type[Record], session: Session, touched: set[str]) -> None:
        self._kind = kind
        self._row = TABLES[kind]
        self._session = session
        self._touched = touched
        self._key = "sha256" if kind is Master else "id"

    def get(self, record_id: str) -> Record:
        """See `Records.get`."""
        found = self.first(**{self._key: record_id})
        if found is None:
            raise KeyError(record_id)
        return found

    def find(self, **equals: Any) -> list[Record]:
        """See `Records.find`."""
        statement = select(self._row).where(*self._conditions(equals)).order_by(*self._order())
        rows = self._session.execute(statement).scalars()
        return [to_record(self._kind, row) for row in rows]

    def first(self, **equals: Any) -> Record | None:
        """See `Records.first`."""
        statement = select(self._row).where(*self._conditions(equals)).order_by(*self._order())
        row = self._session.execute(statement.limit(1)).scalars().first()
        return None if row is None else to_record(self._kind, row)

    def count(self, **equals: Any) -> int:
        """See `Records.count`."""
        statement = select(func.count()).select_from(self._row).where(*self._conditions(equals))
        return int(self._session.execute(statement).scalar_one())

    def tally(self, field: str, **equals: Any) -> dict[Any, int]:
        """See `Records.tally`."""
        column = self._column(field)
        statement = select(column, func.count()).where(*self._conditions(equals)).group_by(column)
        return {value: int(count) for value, count in self._session.execute(statement)}

    def pick(self, fields: Sequence[str], **equals: Any) -> list[tuple[Any, ...]]:
        """See `Records.pick`."""
        columns = [self._column(name) for name in fields]
        statement = select(*columns).where(*self._conditions(equals)).order_by(*self._order())
        return [tuple(row) for row in self._session.execute(statement)]

    def amend(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """See `Records.amend`."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for record_id, values in changes.items():
            bound = {f"to_{name}": plain(value) for name, value in values.items()}
            alike.setdefault(tuple(sorted(values)), []).append({"of_row": record_id, **bound})
        for names, rows in alike.items():
            statement = (
                update(self._row)
                .where(self._column(self._key) == bindparam("of_row"))
                .values({name: bindparam(f"to_{name}") for name in names})
            )
            result = self._session.connection().execute(statement, rows)
            if result.rowcount not in (len(rows), -1):
                raise Transient("DB-103")
        if changes:
            self._session.expire_all()
            self._touch()

    def add(self, record: Record) -> None:
        """See `Records.add`."""
        order = self._column("row_order")
        highest = self._session.execute(select(func.coalesce(func.max(order), 0))).scalar_one()
        values = to_values(record) | {"row_order": int(highest) + 1}
        self._session.execute(insert(self._row).values(**values))
        self._touch()

    def replace(self, record: Record) -> None:
        """See `Records.replace`."""
        values = to_values(record)
        key = self._column(self._key)
        statement = update(self._row).where(key == values.pop(self._key))
        if "version" in values and self._kind is Dossier:
            statement = statement.where(self._column("version") == values["version"])
            values["version"] += 1
        result = self._session.execute(
            statement.values(**values), execution_options={"synchronize_session": False}
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]
            raise Transient("DB-103")
        self._session.expire_all()
        self._touch()

    def remove(self, record: Record) -> None:
        """See `Records.remove`."""
        if not isinstance(record, MACHINE_MADE):
            raise TypeError(f"{type(record).__name__} rows are evidence and stay")
        self._session.execute(
            delete(self._row).where(self._column(self._key) == getattr(record, self._key)),
            execution_options={"synchronize_session": False},
        )
        self._touch()

    def _touch(self) -> None:
        self._touched.add(self._row.__tablename__)

    def _column(self, name: str) -> Any:
        return getattr(self._row, name)

    def _order(self) -> list[Any]:
        if self._kind is Side:
            return [self._column("position"), self._column("row_order")]
        return [self._column("row_order")]

    def _conditions(self, equals: dict[str, Any]) -> list[Any]:
        conditions = []
        for name, value in equals.items():
            column = self._column(name)
            if isinstance(value, list | tuple):
                conditions.append(column.in_(value))
            elif value is None:
                conditions.append(column.is_(None))
            else:
                conditions.append(column == value)
        return conditions


# What a transaction holds, as its port declares it: the name of each kind of records.
KINDS: dict[str, type[Any]] = {
    name: get_args(hint)[0]
    for name, hint in get_type_hints(Transaction).items()
    if get_origin(hint) is Records
}


class SqlTransaction:
    """`Transaction` over one SQLAlchemy session."""

    def __init__(self, session: Session, clock: Clock, station: str) -> None:
        self._session = session
        self._touched: set[str] = set()
        for name, kind in KINDS.items():
            setattr(self, name, SqlRecords(kind, session, self._touched))
        self._log = SqlAuditLog(session, clock, station)
        self.audit: AuditLog = self._log
        self.jobs: JobQueue = SqlJobQueue(session, clock)

    def commit(self) -> None:
        """See `Transaction.commit`."""
        if self._touched and not self._log.recorded:
            raise RuntimeError(f"changed without an audit record: {sorted(self._touched)}")
        self._session.commit()
        self._touched.clear()
        self._log.recorded = False


class SqlStorage:
    """`Storage` over SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, clock: Clock, station: str) -> None:
        self._engine = engine
        self._clock = clock
        self._station = station

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """See `Storage.write`."""
        with (
            database_faults(),
            self._engine.connect().execution_options(writing=True) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            begin_writing(session.connection())
            yield self._transaction(session)
            session.rollback()

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """See `Storage.read`."""
        with (
            database_faults(),
            self._engine.connect() as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            yield self._transaction(session)
            session.rollback()

    def _transaction(self, session: Session) -> Transaction:
        """Its kinds of records are those that the port declares, which no checker can see."""
        return cast(Transaction, SqlTransaction(session, self._clock, self._station))

    def data_version(self) -> int:
        """See `Storage.data_version`: the audit chain and the jobs move with every change."""
        with database_faults(), self._engine.connect() as connection:
            audit = connection.execute(select(func.max(orm.AuditRow.number))).scalar() or 0
            jobs = (
                connection.execute(
                    text("SELECT count(*) FROM job WHERE state IN ('done', 'failed')")
                ).scalar()
                or 0
            )
            return int(audit) * 1_000_000 + int(jobs)

    def search(self, text: str, limit: int) -> list[tuple[str, str, str]]:
        """See `Storage.search`."""
        row = orm.RecognisedRow
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        statement = (
            select(row.dossier_id, row.side_id, row.text)
            .where(row.text.like(f"%{escaped}%", escape="\\"))
            .order_by(row.row_order)
            .limit(limit)
        )
        with database_faults(), self._engine.connect() as connection:
            return [(a, b, c) for a, b, c in connection.execute(statement)]

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()


@contextmanager
def database_faults() -> Iterator[None]:
    """What the database itself refuses becomes a fault; mistakes in our statements stay bugs."""
    try:
        yield
    except (DataError, IntegrityError, ProgrammingError):
        raise
    except DatabaseError as error:
        raise _fault(str(error.orig), getattr(error.orig, "sqlite_errorname", "")) from error


# The disk has no room for the file by which SQLite's connections share their index: it calls that
# an input/output error.
_NO_ROOM = ("SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMMAP")


def _fault(message: str, name: str = "") -> Fault:
    lowered = message.lower()
    if name in _NO_ROOM:
        return Broken("DB-104")
    if "locked" in lowered or "busy" in lowered:
        return Transient("DB-101")
    if "full" in lowered or "no space" in lowered:
        return Broken("DB-104")
    if "readonly" in lowered or "unable to open" in lowered:
        return Broken("DB-105", reason=message)
    return Broken("DB-102", reason=message)
