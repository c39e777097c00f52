"""Everything the review screen shows of a case beside its ledger, in one answer."""

from __future__ import annotations

from attrs import frozen

from app.domain.access import Actor
from app.domain.review import due_step, may_not_sign
from app.services.review_report import ReviewReports
from app.services.review_rounds import operators_of
from app.services.review_views import (
    ChainRow,
    CorrectionRow,
    NoteRow,
    ReviewSettings,
    RoundView,
    SealObstacle,
)
from app.services.round_views import present_sides
from app.services.sign_offs import chain_of, may_sign_step


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
        rounds = self.review_rounds(case_no)
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            operators = operators_of(tx, dossier, present_sides(tx, dossier))
            standings = chain_of(tx, dossier)
        due = due_step(standings)
        return ReviewView(
            settings=self.review_settings(),
            last_round=rounds[-1] if rounds else None,
            notes=self.side_notes(case_no),
            correction_requests=self.correction_requests(case_no),
            chain=self.sign_offs(case_no),
            obstacles=self.seal_obstacles(case_no),
            scanned=actor.name in operators,
            due=due,
            may_sign=bool(due)
            and may_sign_step(actor, due)
            and not may_not_sign(actor.name, due, standings, operators),
        )
