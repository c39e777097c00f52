"""Read models of register, terms, retention and archival code."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class TermRow:
    """The term of archiving of one case. `state` is as in `archive_rules.terms.Term`, `case_state`
    that of the dossier; days are ISO days, empty while there is no closing date. `days_left` is
    negative when the term is over. `extended_to` and what follows are empty without an extension.
    """

    case_no: str
    case_state: str
    cause: str
    judge: str
    clerk: str
    closed_on: str
    state: str
    remind_on: str
    due_on: str
    days_left: int | None
    extended_to: str
    reason: str
    approver: str


@frozen(kw_only=True)
class TermSettings:
    """The terms in force. `source` says where they come from."""

    id: str
    title: str
    source: str
    remind_months: int
    overdue_months: int
    known: tuple[str, ...]
