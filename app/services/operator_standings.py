"""How the work of each operator is sampled next: normal, tightened or reduced, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.access import Actor, is_among
from app.domain.review import OPEN, REJECTED
from app.kernel.errors import BadInput, Refused
from app.services.context import Service
from app.services.court_settings import court_setting, keep_court_setting
from app.services.ports import Transaction
from app.services.review_settings import REVIEW
from app.services.review_views import OperatorStanding
from archive_rules.switching import (
    ALLOW,
    ALLOW_NO_MORE,
    RESUME,
    Decision,
    LotResult,
    Standing,
    standing_after,
)

DECISIONS = "operator_decisions"
_Events = dict[str, list[tuple[str, LotResult | Decision]]]


class OperatorStandings(Service):
    """Use cases of whoever answers for the work of the operators."""

    def operator_standings(self) -> tuple[OperatorStanding, ...]:
        """How the work of each operator that was reviewed is sampled next."""
        with self._context.storage.read() as tx:
            rows = []
            for operator, events in sorted(_events(tx).items()):
                results = [event for _at, event in events if isinstance(event, LotResult)]
                if results:
                    rows.append(_row(operator, _standing(events), results))
            return tuple(rows)

    def allow_reduced_inspection(self, actor: Actor, operator: str, *, allowed: bool) -> None:
        """Let an operator's work be sampled less, or no more so (ISO 2859-1, 9.3.3.1: reduced
        inspection needs the word of the responsible authority). A rejection ends it, too.

        Raises Refused REV-112 while the switching score does not suffice, REV-127 (her own work).
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            if allowed and not standing_of(tx, operator).may_reduce:
                raise Refused("REV-112", operator=operator)
            self._decide(tx, actor, operator, ALLOW if allowed else ALLOW_NO_MORE)
            tx.commit()

    def resume_sampling(self, actor: Actor, operator: str, reason: str) -> None:
        """Sample an operator's work again, tightened, after five rejections under tightened
        inspection had ended sampling (ISO 2859-1, 9.4); `reason` says what was mended.

        Raises Refused REV-125 (sampling was not ended), REV-127 (her own work), BadInput REV-126
        (no reason).
        """
        actor.require("administer")
        reason = reason.strip()
        if not reason:
            raise BadInput("REV-126")
        with self._context.storage.write() as tx:
            if not standing_of(tx, operator).stopped:
                raise Refused("REV-125", operator=operator)
            self._decide(tx, actor, operator, RESUME, reason)
            tx.commit()

    def _decide(
        self, tx: Transaction, actor: Actor, operator: str, kind: str, reason: str = ""
    ) -> None:
        if is_among(actor.name, (operator,)):
            raise Refused("REV-127", actor=actor.name)
        taken = {
            "operator": operator,
            "kind": kind,
            "by": actor.name,
            "at": self._now(),
            "reason": reason,
        }
        kept = [*court_setting(tx, DECISIONS).get("decisions", ()), taken]
        keep_court_setting(tx, actor, DECISIONS, {"decisions": kept}, action="sampling_decided")


def standing_of(tx: Transaction, operator: str) -> Standing:
    """How the work of one operator is sampled next."""
    return _standing(_events(tx).get(operator, []))


def _standing(events: Sequence[tuple[str, LotResult | Decision]]) -> Standing:
    return standing_after([event for _at, event in events])


def _events(tx: Transaction) -> _Events:
    """Results of first inspections and decisions by operator, in the order they came."""
    found: _Events = {}
    # Before decisions had a moment a permission was the name of an operator among the demands.
    for operator in court_setting(tx, REVIEW).get("reduced", ()):
        found.setdefault(operator, []).append(("", Decision(kind=ALLOW)))
    fields = ("closed_at", "operators", "state", "passes_stricter")
    for closed, operators, state, stricter in tx.review_rounds.pick(fields, number=1):
        if state == OPEN:
            continue
        result = LotResult(accepted=state != REJECTED, passes_stricter=stricter)
        for operator in operators:
            found.setdefault(operator, []).append((str(closed), result))
    for taken in court_setting(tx, DECISIONS).get("decisions", ()):
        decision = Decision(kind=taken["kind"])
        found.setdefault(taken["operator"], []).append((taken["at"], decision))
    for events in found.values():
        events.sort(key=lambda entry: entry[0])
    return found


def _row(operator: str, standing: Standing, results: Sequence[LotResult]) -> OperatorStanding:
    return OperatorStanding(
        operator=operator,
        severity=standing.severity,
        score=standing.score,
        may_reduce=standing.may_reduce,
        reduced_allowed=standing.reduce_allowed,
        stopped=standing.stopped,
        rounds=len(results),
        rejected=sum(not result.accepted for result in results),
    )
