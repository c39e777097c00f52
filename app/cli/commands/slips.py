"""`slip work|separator|read`."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer
from app.cli.running import Call
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def run_slip(call: Call, workstation: Workstation) -> Answer:
    """Print a work slip or a separator sheet, or tell the case behind a code."""
    arguments = call.arguments
    if arguments.what == "read":
        target = workstation.slip_target(arguments.code)
        line = _("Case: {case_no}").format(case_no=target.case_no)
        return Answer(record=records.plain(target), lines=[line])
    if arguments.what == "work":
        path = workstation.print_work_slip(call.actor, arguments.case_no, arguments.out)
    else:
        path = workstation.print_separator(arguments.kind, arguments.out)
    return Answer(record={"out": str(path)}, lines=[_("Written: {path}").format(path=path)])
