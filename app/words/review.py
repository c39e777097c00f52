"""Words for the review of a dossier against its paper."""

from __future__ import annotations

from app.kernel.translation import translate as _


def review_verdict_word(verdict: str) -> str:
    """What a person said of a side."""
    return {
        "same": _("Same"),
        "differs": _("Differs"),
        "ask": _("Ask"),
        "": _("Not judged yet"),
    }.get(verdict, verdict)


def round_state_word(state: str) -> str:
    """How far a round is."""
    return {
        "open": _("Sample under way"),
        "accepted": _("Sample accepted"),
        "rejected": _("Sample rejected"),
    }.get(state, state)


def severity_word(severity: str) -> str:
    """How strictly is sampled."""
    return {
        "normal": _("normal inspection"),
        "tightened": _("tightened inspection"),
        "reduced": _("reduced inspection"),
    }.get(severity, severity)


def defect_class_word(name: str) -> str:
    """A class of faults."""
    return {
        "critical": _("critical"),
        "major": _("major"),
        "minor": _("minor"),
    }.get(name, name)


def signer_word(step: str) -> str:
    """A step of the chain of signatures."""
    return {
        "operator": _("Scan operator"),
        "inspector": _("Inspector"),
        "clerk": _("Court clerk"),
        "judge": _("Judge"),
        "archivist": _("Archivist"),
    }.get(step, step)


def chain_state_word(state: str) -> str:
    """How far a step of the chain is."""
    return {
        "signed": _("signed"),
        "void": _("changed since, void"),
        "next": _("due now"),
        "later": _("later"),
    }.get(state, state)


def back_word(step: str) -> str:
    """The step a dossier goes back to."""
    return {
        "scan": _("scanning"),
        "inspect": _("inspection"),
        "catalogue": _("cataloguing"),
    }.get(step, step)


def wanted_word(wanted: str) -> str:
    """What a correction request asks for."""
    return {
        "rescan": _("scan again"),
        "insert": _("scan and insert"),
        "remove": _("take out"),
        "reorder": _("put in order"),
        "renumber": _("mend the page number"),
        "catalogue": _("mend the catalogue"),
    }.get(wanted, wanted)


def request_state_word(state: str) -> str:
    """How far a correction request is."""
    return {"open": _("open"), "done": _("done"), "declined": _("declined")}.get(state, state)
