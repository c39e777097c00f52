"""Terms of archiving (归档期限): what is due, what is overdue, and extensions with their reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier
from app.kernel.errors import BadInput, Refused
from app.services.context import Service
from app.services.court_settings import TERMS, keep_court_setting, term_rules
from app.services.register_views import TermRow, TermSettings
from archive_rules.terms import Term, TermRules, load_terms, term_names, term_of, with_months

REMIND, OVERDUE, UNCLOSED, DONE = "remind", "overdue", "unclosed", "done"
# What somebody has to look at, the most urgent first.
WAITING = (OVERDUE, REMIND, UNCLOSED)
LONGEST_SHOWN = 40


class Terms(Service):
    """Use cases about the terms of archiving."""

    def terms(self, states: Sequence[str] = WAITING) -> tuple[TermRow, ...]:
        """The cases whose term is in one of `states`: overdue ones first, then those to be
        reminded of, then those without a closing date; in each the least days left first."""
        today = self._today()
        rows = []
        with self._context.storage.read() as tx:
            rules = term_rules(tx)
            for dossier in tx.dossiers.find():
                row = term_row(dossier, rules, today)
                if row.state in states:
                    rows.append(row)
        order = {state: place for place, state in enumerate(WAITING)}
        return tuple(
            sorted(
                rows,
                key=lambda row: (
                    order.get(row.state, len(order)),
                    row.days_left if row.days_left is not None else 0,
                    row.case_no,
                ),
            )
        )

    def term(self, case_no: str) -> TermRow:
        """The term of one case, whatever its state. Raises BadInput CASE-101."""
        with self._context.storage.read() as tx:
            return term_row(self._dossier(tx, case_no), term_rules(tx), self._today())

    def extend_term(
        self, actor: Actor, case_no: str, until: str, reason: str, approver: str
    ) -> TermRow:
        """Let a case have until the day `until` (ISO), for a reason, approved by `approver`.

        Raises BadInput TRM-101 (no day), TRM-102 (no reason or approver), Refused TRM-103 (no
        closing date yet), TRM-104 (not later than the last day now), TRM-105 (archived already).
        """
        actor.require("catalogue")
        day = _day(until)
        reason, approver = reason.strip(), approver.strip()
        if not reason or not approver:
            raise BadInput("TRM-102")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            rules = term_rules(tx)
            now = term(dossier, rules, self._today())
            if now.state == DONE:
                raise Refused("TRM-105", case_no=dossier.case_no)
            if now.due_on is None:
                raise Refused("TRM-103", case_no=dossier.case_no)
            if day <= now.due_on:
                raise Refused("TRM-104", until=day.isoformat(), due=now.due_on.isoformat())
            decided: dict[str, Any] = {
                "extended_to": day.isoformat(),
                "reason": reason,
                "approver": approver,
                "by": actor.name,
                "at": self._now(),
            }
            extended = attrs.evolve(dossier, term=decided)
            tx.dossiers.replace(extended)
            tx.audit.record(
                actor.name,
                "term_extended",
                dossier.case_no,
                until=day.isoformat(),
                before=now.due_on.isoformat(),
                reason=reason,
                approver=approver,
            )
            tx.commit()
            return term_row(extended, rules, self._today())

    def term_settings(self) -> TermSettings:
        """The terms in force in this court."""
        with self._context.storage.read() as tx:
            rules = term_rules(tx)
        return TermSettings(
            id=rules.id,
            title=rules.title,
            source=rules.source,
            remind_months=rules.remind_months,
            overdue_months=rules.overdue_months,
            known=term_names(),
        )

    def save_term_settings(
        self,
        actor: Actor,
        *,
        name: str | None = None,
        remind_months: int | None = None,
        overdue_months: int | None = None,
    ) -> TermSettings:
        """Choose a packaged set of terms, or months of the court's own. Administrators only.

        Raises BadInput ARC-206 (months that make no sense), ARC-207 (no such set).
        """
        actor.require("administer")
        with self._context.storage.write() as tx:
            rules = load_terms(name) if name is not None else term_rules(tx)
            rules = with_months(
                rules,
                remind=rules.remind_months if remind_months is None else remind_months,
                overdue=rules.overdue_months if overdue_months is None else overdue_months,
            )
            value = {
                "set": rules.id,
                "remind_months": rules.remind_months,
                "overdue_months": rules.overdue_months,
            }
            keep_court_setting(tx, actor, TERMS, value, action="term_settings_changed")
            tx.commit()
        return self.term_settings()


def term(dossier: Dossier, rules: TermRules, today: date) -> Term:
    """The term of a dossier on a day."""
    return term_of(
        rules,
        state=dossier.state,
        closed_on=dossier.closed_on,
        today=today,
        extended_to=str(dossier.term.get("extended_to", "")),
    )


def term_row(dossier: Dossier, rules: TermRules, today: date) -> TermRow:
    """The read model of the term of a dossier."""
    found = term(dossier, rules, today)
    return TermRow(
        case_no=dossier.case_no,
        case_state=dossier.state,
        cause=dossier.cause,
        judge=dossier.judge,
        clerk=dossier.clerk,
        closed_on=dossier.closed_on,
        state=found.state,
        remind_on=found.remind_on.isoformat() if found.remind_on else "",
        due_on=found.due_on.isoformat() if found.due_on else "",
        days_left=found.days_left,
        extended_to=str(dossier.term.get("extended_to", "")),
        reason=str(dossier.term.get("reason", "")),
        approver=str(dossier.term.get("approver", "")),
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput("TRM-101", value=text.strip()[:LONGEST_SHOWN]) from None
