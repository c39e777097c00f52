"""What a court demands of the review: plan of sampling, chain of signatures, severities."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from app.domain.access import Actor
from app.domain.review import CHAIN_STEPS, OPEN, REJECTED
from app.kernel.errors import BadInput, Refused
from app.services.context import Service
from app.services.court_settings import court_setting, keep_court_setting
from app.services.ports import Transaction
from app.services.review_views import DefectRow, OperatorStanding, PlanRow, ReviewSettings
from archive_rules.review_rules import (
    DEFAULT,
    NONE,
    LotResult,
    ReviewRules,
    Standing,
    load_review_rules,
    standing_after,
)

REVIEW = "review"


class ReviewSetting(Service):
    """Use cases of whoever sets how dossiers are reviewed."""

    def review_settings(self) -> ReviewSettings:
        """What is demanded here, and what could be."""
        with self._context.storage.read() as tx:
            return settings_view(tx)

    def set_review(
        self,
        actor: Actor,
        *,
        plan: str | None = None,
        chain: Sequence[str] | None = None,
        flip: bool | None = None,
    ) -> ReviewSettings:
        """Choose the plan of sampling, the chain of signatures, or whether the paper is leafed
        through before sealing (`flip`); None leaves it as it is.

        Raises BadInput ARC-211 (no such plan), SGN-107 (no step of a chain, or twice).
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            now = settings_view(tx)
            rules = load_review_rules(now.rules)
            steps = now.chain if chain is None else tuple(chain)
            for step in steps:
                if step not in CHAIN_STEPS or steps.count(step) > 1:
                    raise BadInput("SGN-107", step=step, known=", ".join(CHAIN_STEPS))
            chosen = attrs.evolve(
                now,
                plan=rules.plan(plan if plan is not None else now.plan).name,
                chain=tuple(sorted(steps, key=CHAIN_STEPS.index)),
                flip=now.flip if flip is None else flip,
            )
            _keep_review(tx, actor, chosen)
            tx.commit()
            return settings_view(tx)

    def allow_reduced_inspection(self, actor: Actor, operator: str, *, allowed: bool) -> None:
        """Let an operator's work be sampled less, or no more so (ISO 2859-1, 9.3.3.1: reduced
        inspection needs the word of the responsible authority).

        Raises Refused REV-112 while the switching score does not suffice.
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            now = settings_view(tx)
            if allowed and not standing_of(tx, operator).may_reduce:
                raise Refused("REV-112", operator=operator)
            others = [name for name in now.reduced if name != operator]
            names = sorted([*others, operator]) if allowed else others
            _keep_review(tx, actor, attrs.evolve(now, reduced=tuple(names)))
            tx.commit()

    def operator_standings(self) -> tuple[OperatorStanding, ...]:
        """How the work of each operator that was reviewed is sampled next."""
        with self._context.storage.read() as tx:
            reduced = settings_view(tx).reduced
            results = _first_results(tx)
            rows = []
            for operator in sorted(results):
                found = results[operator]
                standing = standing_after(found, reduce_allowed=operator in reduced)
                rows.append(
                    OperatorStanding(
                        operator=operator,
                        severity=standing.severity,
                        score=standing.score,
                        may_reduce=standing.may_reduce,
                        reduced_allowed=operator in reduced,
                        stopped=standing.stopped,
                        rounds=len(found),
                        rejected=sum(not result.accepted for result in found),
                    )
                )
            return tuple(rows)


def _keep_review(tx: Transaction, actor: Actor, chosen: ReviewSettings) -> None:
    value = {
        "rules": DEFAULT,
        "plan": chosen.plan,
        "chain": list(chosen.chain),
        "reduced": list(chosen.reduced),
        "flip": chosen.flip,
    }
    keep_court_setting(tx, actor, REVIEW, value, action="review_set")


def settings_view(tx: Transaction) -> ReviewSettings:
    """The setting in force; a court that set nothing demands nothing."""
    kept = court_setting(tx, REVIEW)
    rules = load_review_rules(str(kept.get("rules", DEFAULT)))
    return ReviewSettings(
        rules=rules.id,
        plan=str(kept.get("plan", NONE)),
        chain=tuple(kept.get("chain", ())),
        reduced=tuple(kept.get("reduced", ())),
        plans=plan_rows(rules),
        defects=defect_rows(rules),
        flip=bool(kept.get("flip", False)),
    )


def plan_rows(rules: ReviewRules) -> tuple[PlanRow, ...]:
    """The plans to choose from."""
    return tuple(
        PlanRow(name=plan.name, title=plan.title, source=plan.source) for plan in rules.plans
    )


def defect_rows(rules: ReviewRules) -> tuple[DefectRow, ...]:
    """The kinds of faults to choose from."""
    return tuple(
        DefectRow(code=kind.code, title=kind.title, defect_class=kind.defect_class, back=kind.back)
        for kind in rules.defects
    )


def review_rules(tx: Transaction) -> ReviewRules:
    """The rules of the review in force."""
    return load_review_rules(settings_view(tx).rules)


def standing_of(tx: Transaction, operator: str) -> Standing:
    """How the work of one operator is sampled next."""
    reduced = settings_view(tx).reduced
    results = _first_results(tx).get(operator, [])
    return standing_after(results, reduce_allowed=operator in reduced)


def _first_results(tx: Transaction) -> dict[str, list[LotResult]]:
    """The results of first inspections by operator, in the order they were closed."""
    fields = ("closed_at", "operators", "state", "passes_stricter")
    rounds = sorted(
        (row for row in tx.review_rounds.pick(fields, number=1) if row[2] != OPEN),
        key=lambda row: str(row[0]),
    )
    results: dict[str, list[LotResult]] = {}
    for _closed, operators, state, stricter in rounds:
        for operator in operators:
            results.setdefault(operator, []).append(
                LotResult(accepted=state != REJECTED, passes_stricter=stricter)
            )
    return results
