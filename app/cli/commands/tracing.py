"""`trace`: whose copy of an issued page a photograph, a scan or a copy shows."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.reading_desk_views import TraceAnswer
from app.services.workstation import Workstation
from app.words.tracing import trace_evidence_word, trace_remark_word, trace_verdict_word


def run_trace(call: Call, workstation: Workstation) -> Answer:
    """`trace FILE [--case CASE_NO]`; status 1 unless somebody is named."""
    answer = workstation.trace(call.actor, call.arguments.file, call.arguments.case)
    status = 0 if answer.verdict == "found" else 1
    return Answer(record=records.plain(answer), lines=_lines(answer), status=status)


def _lines(answer: TraceAnswer) -> list[str]:
    lines = [trace_verdict_word(answer.verdict)]
    if answer.verdict == "found":
        lines += [
            _("Reader: {reader} (certificate ending in {tail}), grant {grant}").format(
                reader=answer.reader, tail=answer.certificate_tail, grant=answer.grant
            ),
            _("Page {page} of {case_no}").format(page=answer.page_number, case_no=answer.case_no),
            _("Issued at {time} on {terminal}, number {issue}").format(
                time=answer.made_at, terminal=answer.terminal, issue=answer.issue
            ),
            _("Rests on: {evidence}; confidence {confidence}").format(
                evidence=", ".join(trace_evidence_word(kind) for kind in answer.evidence),
                # Rounded down: no number of nines is certainty.
                confidence=f"{min(answer.confidence, 0.999999):.6f}",
            ),
        ]
    return lines + ([trace_remark_word(answer.remark)] if answer.remark else [])
