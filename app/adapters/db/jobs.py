"""The job table: enqueue in the caller's transaction, claim without double work."""

from __future__ import annotations

from typing import Any

import attrs
from sqlalchemy import and_, func, insert, select, update
from sqlalchemy.orm import Session, aliased

from app.adapters.db import orm
from app.kernel.clock import Clock, timestamp
from app.kernel.ids import new_id
from app.services.ports import Job

_NO_SYNC = {"synchronize_session": False}


class SqlJobQueue:
    """`JobQueue` over the table `job`."""

    def __init__(self, session: Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock

    def enqueue(
        self,
        task: str,
        arguments: dict[str, Any],
        *,
        dossier_id: str = "",
        lane: str = "",
        dedupe_key: str = "",
        priority: int = 0,
    ) -> bool:
        """See `JobQueue.enqueue`."""
        if dedupe_key:
            waiting = self._session.execute(
                select(orm.JobRow.id, orm.JobRow.priority).where(
                    orm.JobRow.dedupe_key == dedupe_key,
                    orm.JobRow.state.in_(("queued", "running")),
                )
            ).first()
            if waiting is not None:
                if waiting.priority < priority:
                    self._set(waiting.id, priority=priority)
                return False
        highest = self._session.execute(
            select(func.coalesce(func.max(orm.JobRow.row_order), 0))
        ).scalar_one()
        self._session.execute(
            insert(orm.JobRow).values(
                id=new_id("job"),
                row_order=int(highest) + 1,
                task=task,
                arguments=arguments,
                dossier_id=dossier_id,
                lane=lane,
                dedupe_key=dedupe_key,
                priority=priority,
                state="queued",
                attempts=0,
                not_before="",
                error={},
            )
        )
        return True

    def claim(self, dossier_id: str | None = None) -> Job | None:
        """See `JobQueue.claim`."""
        other = aliased(orm.JobRow)
        lane_busy = (
            select(other.id)
            .where(and_(other.lane == orm.JobRow.lane, other.state == "running"))
            .exists()
        )
        row = (
            self._session.execute(
                select(orm.JobRow)
                .where(
                    orm.JobRow.state == "queued",
                    orm.JobRow.not_before <= timestamp(self._clock.now()),
                    (orm.JobRow.lane == "") | ~lane_busy,
                    *(() if dossier_id is None else (orm.JobRow.dossier_id == dossier_id,)),
                )
                .order_by(orm.JobRow.priority.desc(), orm.JobRow.row_order)
                .limit(1)
            )
            .scalars()
            .first()
        )
        if row is None:
            return None
        job = attrs.evolve(_job(row), state="running", attempts=row.attempts + 1)
        self._set(job.id, state="running", attempts=job.attempts)
        return job

    def finish(self, job: Job) -> None:
        """See `JobQueue.finish`."""
        self._set(job.id, state="done", error={})

    def fail(
        self, job: Job, error: dict[str, Any], *, retry: bool, blameless: bool = False
    ) -> None:
        """See `JobQueue.fail`."""
        attempts = max(0, job.attempts - 1) if blameless else job.attempts
        self._set(job.id, state="queued" if retry else "failed", error=error, attempts=attempts)

    def release_running(self) -> int:
        """See `JobQueue.release_running`."""
        result = self._session.execute(
            update(orm.JobRow).where(orm.JobRow.state == "running").values(state="queued"),
            execution_options=_NO_SYNC,
        )
        return int(result.rowcount)  # type: ignore[attr-defined]

    def retry_failed(self, dossier_id: str) -> int:
        """See `JobQueue.retry_failed`."""
        result = self._session.execute(
            update(orm.JobRow)
            .where(orm.JobRow.state == "failed", orm.JobRow.dossier_id == dossier_id)
            .values(state="queued", attempts=0),
            execution_options=_NO_SYNC,
        )
        return int(result.rowcount)  # type: ignore[attr-defined]

    def counts(self, dossier_id: str | None = None) -> dict[str, int]:
        """See `JobQueue.counts`."""
        statement = select(orm.JobRow.state, func.count()).group_by(orm.JobRow.state)
        if dossier_id is not None:
            statement = statement.where(orm.JobRow.dossier_id == dossier_id)
        found = {state: int(count) for state, count in self._session.execute(statement)}
        return {state: found.get(state, 0) for state in ("queued", "running", "done", "failed")}

    def failed(self, dossier_id: str | None = None) -> list[Job]:
        """See `JobQueue.failed`."""
        statement = select(orm.JobRow).where(orm.JobRow.state == "failed")
        if dossier_id is not None:
            statement = statement.where(orm.JobRow.dossier_id == dossier_id)
        rows = self._session.execute(statement.order_by(orm.JobRow.row_order)).scalars()
        return [_job(row) for row in rows]

    def _set(self, job_id: str, **values: Any) -> None:
        self._session.execute(
            update(orm.JobRow).where(orm.JobRow.id == job_id).values(**values),
            execution_options=_NO_SYNC,
        )
        self._session.expire_all()


def _job(row: orm.JobRow) -> Job:
    return Job(
        id=row.id,
        task=row.task,
        arguments=row.arguments,
        dossier_id=row.dossier_id,
        lane=row.lane,
        dedupe_key=row.dedupe_key,
        priority=row.priority,
        state=row.state,
        attempts=row.attempts,
        not_before=row.not_before,
        error=row.error,
    )
