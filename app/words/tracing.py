"""Words for what the tracing of a page found."""

from __future__ import annotations

from app.kernel.translation import translate as _


def trace_verdict_word(verdict: str) -> str:
    """The answer of a trace."""
    return {
        "found": _("The issue of this page was found."),
        "not_found": _("Not found: nobody is named."),
        "forged": _("The trace code is forged or changed; nobody is named."),
    }.get(verdict, verdict)


def trace_evidence_word(evidence: str) -> str:
    """What an answer rests on."""
    return {"code": _("signed trace code"), "mark": _("hidden mark of the page")}.get(
        evidence, evidence
    )


def trace_remark_word(remark: str) -> str:
    """What has to be known about an answer."""
    return {
        "code_alone": _(
            "Only the trace code was found, not the mark: a code can be cut out of another page."
        ),
        "code_of_another": _("The trace code on it is that of another issue; the mark decides."),
        "code_forged": _("The trace code on it was not made by this court."),
    }.get(remark, remark)
