"""Words for reading by lawyers and parties: applications, grants, visits, prints."""

from __future__ import annotations

from app.kernel.translation import translate as _

APPLICATION_STATES = ("entered", "returned", "checked", "approved", "rejected", "withdrawn")


def application_state_word(state: str) -> str:
    """Where an application stands."""
    return {
        "entered": _("papers to be checked"),
        "returned": _("returned to the applicant"),
        "checked": _("to be decided"),
        "approved": _("reading granted"),
        "rejected": _("application refused"),
        "withdrawn": _("application withdrawn"),
    }.get(state, state)


def application_turn_word(turn: str) -> str:
    """Who is waited for."""
    return {
        "check": _("counter"),
        "decide": _("judge or archive"),
        "applicant": _("applicant"),
    }.get(turn, turn)


def grant_state_word(state: str) -> str:
    """Whether a grant can be used now."""
    return {
        "live": _("may read now"),
        "future": _("not yet begun"),
        "ended": _("time is over"),
        "revoked": _("grant revoked"),
        "locked": _("locked after wrong codes"),
        "used": _("all visits used"),
        "closed": _("dossier not sealed"),
    }.get(state, state)


def print_state_word(state: str) -> str:
    """Where a print job stands."""
    return {
        "asked": _("waits for approval"),
        "refused": _("print refused"),
        "approved": _("print approved"),
        "spooled": _("at the printer"),
        "printed": _("printed out"),
        "aborted": _("not printed"),
        "cancelled": _("print cancelled"),
        "doubtful": _("nobody knows what came out"),
    }.get(state, state)


def visit_end_word(ended_by: str) -> str:
    """Why a visit ended."""
    return {
        "": _("still reading"),
        "reader": _("left by herself"),
        "idle": _("nobody at the terminal"),
        "cap": _("longest visit was over"),
        "grant": _("grant was over"),
        "staff": _("ended by staff"),
        "lost": _("program ended"),
    }.get(ended_by, ended_by)


def proof_word(proof: str) -> str:
    """How a reader showed who she is."""
    return {
        "code": _("grant code"),
        "qr": _("QR code"),
        "id_card": _("ID card"),
    }.get(proof, proof)


def notice_kind_word(kind: str) -> str:
    """What is on the wall of the hall."""
    return {"notice": _("Notice of the court"), "guide": _("Guide for visitors")}.get(kind, kind)


def query_state_word(state: str) -> str:
    """Whether a code for asking how far a case is can be used."""
    return {
        "live": _("can be used"),
        "ended": _("time is over"),
        "revoked": _("query code revoked"),
        "locked": _("locked after wrong codes"),
    }.get(state, state)


def withheld_reason_word(why: str) -> str:
    """Why a page would not be shown."""
    return {
        "not_granted": _("not among the pages granted"),
        "withheld": _("page withheld"),
        "withheld_item": _("document withheld"),
        "unread": _("cannot be masked: the machine could not read it"),
    }.get(why, why)
