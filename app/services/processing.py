"""Working through the background jobs of a case: examination and recognition of its sides."""

from __future__ import annotations

from app.domain.access import Actor
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.context import Service
from app.services.tasks import WARM
from app.services.views import JobCounts


class Processing(Service):
    """Use cases around background work."""

    def process(
        self,
        actor: Actor,
        case_no: str,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> JobCounts:
        """Examine and recognise what is new, to the end. Cancelling keeps what is done."""
        actor.require("process")
        with self._context.storage.read() as tx:
            dossier_id = self._dossier(tx, case_no).id

        def tick() -> None:
            with self._context.storage.read() as tx:
                total = tx.sides.count(dossier_id=dossier_id, superseded=False)
                examined = total - tx.sides.count(
                    dossier_id=dossier_id, superseded=False, examined=""
                )
                recognised = total - tx.sides.count(
                    dossier_id=dossier_id, superseded=False, recognised=""
                )
            report(Progress(step="process", done=examined + recognised, total=2 * total))

        self._context.dispatcher.run_until_idle(dossier_id, tick, cancel or CancelToken())
        return self.job_counts(case_no)

    def make_ready(self) -> None:
        """Let idle workers load the recognition engine of this station in the background, so that
        the first page does not wait for it. Returns at once; a second call does nothing."""
        self._context.pool.warm(WARM, (self._context.engine,))

    def retry_failed(self, actor: Actor, case_no: str) -> int:
        """Queue the failed jobs of a case again."""
        actor.require("process")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            count = tx.jobs.retry_failed(dossier.id)
            tx.audit.record(actor.name, "jobs_retried", dossier.case_no, jobs=count)
            tx.commit()
        return count

    def job_counts(self, case_no: str | None = None) -> JobCounts:
        """Background work of one case or of all."""
        with self._context.storage.read() as tx:
            dossier_id = None if case_no is None else self._dossier(tx, case_no).id
            return JobCounts(**tx.jobs.counts(dossier_id))

    def work(self, cancel: CancelToken) -> None:
        """Dispatch background work until told to stop (`worker`)."""
        self._context.dispatcher.run_forever(cancel, lambda: None)

    def work_until_idle(self, cancel: CancelToken) -> None:
        """Work through all jobs of all cases, then stop (`worker --until-idle`)."""
        self._context.dispatcher.run_until_idle(None, lambda: None, cancel)
