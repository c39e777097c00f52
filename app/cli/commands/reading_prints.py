"""`reading prints`, `approve-print`, `refuse-print`, `settle-print`, `slips`, `receive-slip`."""

from __future__ import annotations

from collections.abc import Sequence

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.reading_desk_views import PrintJobRow
from app.services.reading_views import SlipRow
from app.services.workstation import Workstation
from app.words.prints import print_reason_word
from app.words.reading import print_state_word


def run_prints(call: Call, workstation: Workstation) -> Answer:
    """`reading prints [--state STATE]`."""
    return _prints(workstation.print_requests(state=call.arguments.state))


def run_approve_print(call: Call, workstation: Workstation) -> Answer:
    """`reading approve-print JOB`."""
    return _prints([workstation.approve_print(call.actor, call.arguments.job)])


def run_refuse_print(call: Call, workstation: Workstation) -> Answer:
    """`reading refuse-print JOB REASON`."""
    asked = call.arguments
    return _prints([workstation.refuse_print(call.actor, asked.job, asked.reason)])


def run_settle_print(call: Call, workstation: Workstation) -> Answer:
    """`reading settle-print JOB printed|lost [--sheets N]`."""
    asked = call.arguments
    printed = asked.outcome == "printed"
    return _prints([workstation.settle_print(call.actor, asked.job, printed, asked.sheets)])


def run_slips(call: Call, workstation: Workstation) -> Answer:
    """`reading slips [CASE_NO] [--open]`, or one of them as PDF by `--slip` and `--pdf`."""
    asked = call.arguments
    if asked.slip and asked.pdf:
        written = workstation.reading_slip_pdf(asked.slip, asked.pdf)
        return Answer(record={"slip": asked.slip, "file": str(written)}, lines=[str(written)])
    rows = workstation.reading_slips(case_no=asked.case, open_only=asked.open)
    return _slips([row for row in rows if asked.slip in ("", row.number, row.id)])


def run_receive_slip(call: Call, workstation: Workstation) -> Answer:
    """`reading receive-slip SLIP [--remark TEXT]`."""
    asked = call.arguments
    return _slips([workstation.receive_slip(call.actor, asked.slip, asked.remark)])


def _prints(jobs: Sequence[PrintJobRow]) -> Answer:
    rows = [
        (
            job.number,
            job.case_no,
            job.reader,
            _("reading slip") if job.slip else str(len(job.pages) * job.copies),
            print_state_word(job.state),
            print_reason_word(job.reason),
        )
        for job in jobs
    ]
    heads = (_("Number"), _("Case number"), _("Reader"), _("Pages"), _("State"), _("Reason"))
    return Answer(record={"prints": [records.plain(job) for job in jobs]}, lines=table(rows, heads))


def _slips(slips: Sequence[SlipRow]) -> Answer:
    rows = [
        (
            slip.number,
            slip.case_no,
            slip.reader,
            str(len(slip.pages_read)),
            str(len(slip.pages_printed)),
            _("signed") if slip.signed else _("not signed"),
            slip.received_by,
        )
        for slip in slips
    ]
    heads = (
        _("Number"),
        _("Case number"),
        _("Reader"),
        _("Pages read"),
        _("Pages printed"),
        _("Signature"),
        _("Received by"),
    )
    return Answer(
        record={"slips": [records.plain(slip) for slip in slips]}, lines=table(rows, heads)
    )
