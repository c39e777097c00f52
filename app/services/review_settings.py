"""What a court demands of the review: plan of sampling, chain of signatures, leafing through."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from app.domain.access import Actor
from app.domain.review import CHAIN_STEPS
from app.kernel.errors import BadInput
from app.services.context import Service
from app.services.court_settings import court_setting, keep_court_setting
from app.services.ports import Transaction
from app.services.review_views import DefectRow, PlanRow, ReviewSettings
from archive_rules.review_rules import (
    DEFAULT,
    NONE,
    ReviewRules,
    load_review_rules,
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


def _keep_review(tx: Transaction, actor: Actor, chosen: ReviewSettings) -> None:
    value = {
        "rules": DEFAULT,
        "plan": chosen.plan,
        "chain": list(chosen.chain),
        "reduced": court_setting(tx, REVIEW).get("reduced", []),
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
