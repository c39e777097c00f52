"""`reading rules|apply|check|return|withdraw|reject|applications`: applications to read."""

from __future__ import annotations

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.domain.page_lists import listed_ranges, page_ranges
from app.kernel.translation import translate as _
from app.services.reading_desk_views import ApplicationForm, ApplicationRow
from app.services.workstation import Workstation
from app.words.reading import application_state_word, application_turn_word


def run_rules(_call: Call, workstation: Workstation) -> Answer:
    """`reading rules`: kinds of readers, and their papers with codes."""
    rules = workstation.reading_rules()
    rows = [
        (
            kind.code,
            kind.name,
            " ".join(paper.code for paper in kind.papers if paper.needed),
            " ".join(paper.code for paper in kind.papers if paper.choice),
            " ".join(paper.code for paper in kind.papers if not paper.needed and not paper.choice),
        )
        for kind in rules.kinds
    ]
    heads = (
        _("Kind"),
        _("Kind of reader"),
        _("Papers needed"),
        _("One of these"),
        _("Other papers"),
    )
    return Answer(record=records.plain(rules), lines=table(rows, heads))


def run_apply(call: Call, workstation: Workstation) -> Answer:
    """`reading apply CASE_NO --reader NAME …`."""
    arguments = call.arguments
    form = ApplicationForm(
        reader_kind=arguments.kind,
        reader=arguments.reader,
        certificate=arguments.certificate,
        identity=arguments.id_number,
        represents=arguments.represents,
        papers=tuple(_paper(text) for text in arguments.paper),
        reason=arguments.reason,
        part=arguments.part,
        wanted_pages=page_ranges(arguments.pages),
        wanted_items=page_ranges(arguments.items),
        wants_copies=arguments.copies,
    )
    return _answer(workstation.apply_for_reading(call.actor, arguments.case_no, form))


def run_check(call: Call, workstation: Workstation) -> Answer:
    """`reading check NUMBER PAPER…`."""
    arguments = call.arguments
    row = workstation.check_application(
        call.actor, arguments.application, tuple(arguments.papers), arguments.remark
    )
    return _answer(row)


def run_ending(call: Call, workstation: Workstation) -> Answer:
    """`reading return|withdraw|reject NUMBER --reason TEXT`."""
    end = {
        "return": workstation.return_application,
        "withdraw": workstation.withdraw_application,
        "reject": workstation.reject_application,
    }[call.arguments.what]
    return _answer(end(call.actor, call.arguments.application, call.arguments.reason))


def run_applications(call: Call, workstation: Workstation) -> Answer:
    """`reading applications [--state STATE] [--case CASE_NO]`."""
    rows = workstation.reading_applications(
        state=call.arguments.state, case_no=call.arguments.case_no
    )
    heads = (_("Number"), _("Case"), _("Reader"), _("State"), _("Turn"), _("To be decided by"))
    lines = table([_cells(row) for row in rows], heads) if rows else [_("No applications")]
    return Answer(record={"applications": records.plain(rows)}, lines=lines)


def _paper(text: str) -> tuple[str, str]:
    code, _equals, number = text.partition("=")
    return code, number


def _cells(row: ApplicationRow) -> tuple[str, ...]:
    return (
        row.number,
        row.case_no,
        f"{row.reader} ({row.kind_name})",
        application_state_word(row.state),
        application_turn_word(row.turn),
        row.due_on if row.turn else "",
    )


def _answer(row: ApplicationRow) -> Answer:
    state = application_state_word(row.state)
    lines = [f"{row.number}  {row.case_no}  {row.reader}: {state}"]
    if row.wanted_pages:
        lines.append(_("Pages wanted: {pages}").format(pages=listed_ranges(row.wanted_pages)))
    return Answer(record=records.plain(row), lines=lines)
