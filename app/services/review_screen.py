"""Everything the review screen shows of a case beside its ledger, in one answer."""

from __future__ import annotations

from attrs import frozen

from app.domain.access import Actor, is_among
from app.domain.review import due_step, may_not_sign
from app.services.review_notes import correction_rows, note_rows
from app.services.review_report import ReviewReports
from app.services.review_views import (
    ChainRow,
    CorrectionRow,
    NoteRow,
    ReviewSettings,
    RoundView,
    SealObstacle,
)
from app.services.reviewed import Reviewed
from app.services.round_views import round_view
from app.services.seal_obstacles import obstacle_rows, obstacles_of
from app.services.sign_offs import chain_rows, may_sign_step


@frozen(kw_only=True)
class ReviewView:
    """What is demanded, what was said, what is open. `last_round` is None before the first one.

    `scanned` tells that the person asking scanned sides of the dossier herself; `due` is the step
    of the chain that is due, empty when none is, and `may_sign` whether she may sign it.
    """

    settings: ReviewSettings
    last_round: RoundView | None
    notes: tuple[NoteRow, ...]
    correction_requests: tuple[CorrectionRow, ...]
    chain: tuple[ChainRow, ...]
    obstacles: tuple[SealObstacle, ...]
    scanned: bool
    due: str
    may_sign: bool


class ReviewScreen(ReviewReports):
    """What the review screen asks."""

    def review(self, actor: Actor, case_no: str) -> ReviewView:
        """The review of a case as `actor` sees it."""
        with self._context.storage.read() as tx:
            now = Reviewed(tx, self._dossier(tx, case_no))
            due = due_step(now.chain)
            return ReviewView(
                settings=now.setting,
                last_round=round_view(now, now.rounds[-1]) if now.rounds else None,
                notes=note_rows(now),
                correction_requests=correction_rows(now),
                chain=chain_rows(now),
                obstacles=obstacle_rows(obstacles_of(now), self._context.language),
                scanned=is_among(actor.name, now.operators),
                due=due,
                may_sign=bool(due)
                and may_sign_step(actor, due)
                and not may_not_sign(actor.name, due, now.chain, now.operators),
            )
