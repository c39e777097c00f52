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


@frozen(kw_only=True)
class RetentionReason:
    """A rule that applies: the term it leads to, why, and the words it was found in."""

    retention: str
    reason: str
    source: str
    found: str


@frozen(kw_only=True)
class RetentionView:
    """The term of keeping of a case as it stands and as the rules propose it.

    `settled_by` is empty while nobody settled it; `years` is 0 for ever. `choices` are the terms
    with their years, the shortest first.
    """

    case_no: str
    retention: str
    settled_by: str
    settled_at: str
    remark: str
    proposal: str
    reasons: tuple[RetentionReason, ...]
    choices: tuple[tuple[str, int], ...]
    open_to_change: bool


@frozen(kw_only=True)
class ArchivalCodeView:
    """The archival code (档号) of a case. `next_code` is the one that would be given now; empty
    when none can be, then `obstacle` is the fault as a record. `differs` are the titles of the
    fields in which the code does not fit the case any more."""

    case_no: str
    code: str
    parts: dict[str, str]
    next_code: str
    obstacle: dict[str, object]
    differs: tuple[str, ...]
    pattern: str
    example: str
    open_to_change: bool


@frozen(kw_only=True)
class CodeFieldRow:
    """A field of the pattern that the court sets; `kinds` are values for kinds of cases."""

    name: str
    title: str
    value: str
    default: str
    kinds: dict[str, str]


@frozen(kw_only=True)
class CodeSettings:
    """How archival codes are made in this court."""

    pattern: str
    title: str
    example: str
    source: str
    fields: tuple[CodeFieldRow, ...]
    first: int
    known: tuple[str, ...]
