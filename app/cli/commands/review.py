"""`review`: sampling against the paper, notes, correction requests, signatures, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.review_views import ChainRow, RoundView
from app.services.views import DiscrepancyRow
from app.services.workstation import Workstation
from app.words.review import (
    back_word,
    chain_state_word,
    defect_class_word,
    request_state_word,
    review_verdict_word,
    round_state_word,
    severity_word,
    signer_word,
    wanted_word,
)

Run = Callable[[Call, Workstation], Answer]


def run_review(call: Call, workstation: Workstation) -> Answer:
    """`review settings|standings|reduced|resume|draw|show|judge|close|difference|note|answer|
    request|settle|sign|open|report`."""
    return _ACTIONS[call.arguments.what](call, workstation)


def changes_review(arguments: Any) -> bool:
    """Whether these arguments change anything in the data folder."""
    if arguments.what == "settings":
        return _sets(arguments)
    if arguments.what == "report":
        return arguments.out is not None
    return arguments.what not in ("standings", "show", "open")


def _sets(arguments: Any) -> bool:
    return any(value is not None for value in (arguments.plan, arguments.chain, arguments.flip))


def _settings(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    if _sets(arguments):
        view = workstation.set_review(
            call.actor,
            plan=arguments.plan,
            chain=arguments.chain,
            flip=None if arguments.flip is None else arguments.flip == "demanded",
        )
    else:
        view = workstation.review_settings()
    chain = " → ".join(signer_word(step) for step in view.chain) or _("none")
    lines = [
        *table(
            [
                (_("Plan"), view.plan),
                (_("Signatures"), chain),
                (_("Leafing through"), _("demanded") if view.flip else _("free")),
            ]
        ),
        "",
        *table([(plan.name, plan.title) for plan in view.plans], (_("Plan"), _("Title"))),
        "",
        *table(
            [
                (row.code, row.title, defect_class_word(row.defect_class), back_word(row.back))
                for row in view.defects
            ],
            (_("Fault"), _("Title"), _("Class"), _("Goes back to")),
        ),
    ]
    return Answer(record=records.plain(view), lines=lines)


def _standings(_call: Call, workstation: Workstation) -> Answer:
    rows = workstation.operator_standings()
    heads = (_("Operator"), _("Severity"), _("Rounds"), _("Rejected"), _("Switching score"))
    lines = [
        (
            row.operator,
            _("sampling stopped: everything is looked at")
            if row.stopped
            else severity_word(row.severity),
            str(row.rounds),
            str(row.rejected),
            str(row.score),
        )
        for row in rows
    ]
    return Answer(
        record={"standings": records.plain(rows)},
        lines=table(lines, heads) if rows else [_("Nothing was reviewed yet")],
    )


def _reduced(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    workstation.allow_reduced_inspection(call.actor, arguments.operator, allowed=not arguments.end)
    return _standings(call, workstation)


def _resume(call: Call, workstation: Workstation) -> Answer:
    workstation.resume_sampling(call.actor, call.arguments.operator, call.arguments.reason)
    return _standings(call, workstation)


def _draw(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    view = workstation.draw_sample(
        call.actor, arguments.case_no, plan=arguments.plan, seed=arguments.seed
    )
    return Answer(record=records.plain(view), lines=_round_lines(view))


def _show(call: Call, workstation: Workstation) -> Answer:
    number = call.arguments.case_no
    rounds = workstation.review_rounds(number)
    notes = workstation.side_notes(number)
    requests = workstation.correction_requests(number)
    chain = workstation.sign_offs(number)
    lines = [line for view in rounds for line in (*_round_lines(view), "")]
    lines = lines or [_("No sample was drawn")]
    lines += [
        f"[{row.id}] {row.position}: {row.by}: {row.text}"
        + (f" — {row.answered_by}: {row.answer}" if row.answered_by else "")
        for row in notes
    ]
    lines += [
        f"[{row.id}] {row.page_number or row.position}: {wanted_word(row.wanted)}, {row.reason}"
        f" ({row.by}) — {request_state_word(row.state)} {row.remark}".rstrip()
        for row in requests
    ]
    lines += _chain_lines(chain)
    record = {
        "rounds": records.plain(rounds),
        "notes": records.plain(notes),
        "correction_requests": records.plain(requests),
        "sign_offs": records.plain(chain),
    }
    return Answer(record=record, lines=lines)


def _judge(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    workstation.review_side(
        call.actor,
        arguments.case_no,
        _side_id(workstation, arguments.case_no, arguments.position),
        arguments.verdict,
        defect=arguments.defect,
        remark=arguments.remark,
        box=arguments.box,
    )
    view = workstation.review_rounds(arguments.case_no)[-1]
    told = _("{count} sides still to judge").format(count=view.waiting)
    return Answer(record=records.plain(view), lines=[told])


def _close(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    view = workstation.close_round(
        call.actor, arguments.case_no, back=arguments.back, reason=arguments.reason
    )
    status = 0 if view.state == "accepted" else 1
    return Answer(record=records.plain(view), lines=_round_lines(view), status=status)


def _difference(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    rows = _ledger(workstation, arguments.case_no)
    if not 0 < arguments.number <= len(rows):
        raise BadInput("REV-128", number=arguments.number, known=len(rows))
    row = rows[arguments.number - 1]
    workstation.resolve(call.actor, row.id, arguments.verdict, arguments.remark)
    settled = _ledger(workstation, arguments.case_no)
    lines = [
        f"{number}. {entry.explanation} — {review_verdict_word(entry.verdict)} {entry.remark}"
        for number, entry in enumerate(settled, start=1)
    ]
    return Answer(record={"discrepancies": records.plain(settled)}, lines=lines)


def _ledger(workstation: Workstation, case_no: str) -> Sequence[DiscrepancyRow]:
    view = workstation.reconciliation(case_no)
    return view.discrepancies if view is not None else ()


def _note(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    side_id = _side_id(workstation, arguments.case_no, arguments.position)
    row = workstation.add_note(
        call.actor, arguments.case_no, side_id, arguments.text, arguments.box
    )
    return Answer(record=records.plain(row), lines=[row.id])


def _answer(call: Call, workstation: Workstation) -> Answer:
    workstation.answer_note(call.actor, call.arguments.note, call.arguments.text)
    return Answer(record={"note": call.arguments.note}, lines=[_("Answered")])


def _request(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    side_id = ""
    if arguments.position is not None:
        side_id = _side_id(workstation, arguments.case_no, arguments.position)
    row = workstation.request_correction(
        call.actor,
        arguments.case_no,
        arguments.wanted,
        arguments.reason,
        side_id=side_id,
        page_number=arguments.page,
    )
    return Answer(record=records.plain(row), lines=[row.id])


def _settle(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    workstation.settle_correction(
        call.actor, arguments.request, done=arguments.done, remark=arguments.remark
    )
    state = "done" if arguments.done else "declined"
    record = {"request": arguments.request, "state": state}
    return Answer(record=record, lines=[request_state_word(state)])


def _sign(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    chain = workstation.sign_off(call.actor, arguments.case_no, arguments.step, arguments.remark)
    return Answer(record={"sign_offs": records.plain(chain)}, lines=_chain_lines(chain))


def _chain_lines(chain: Sequence[ChainRow]) -> list[str]:
    rows = [
        (signer_word(row.step), chain_state_word(row.state), row.by, row.at[:16]) for row in chain
    ]
    return table(rows) if rows else []


def _open(call: Call, workstation: Workstation) -> Answer:
    found = workstation.seal_obstacles(call.arguments.case_no)
    lines = [f"{row.message} {row.remedy}" for row in found] or [_("Nothing is open")]
    return Answer(record={"open": records.plain(found)}, lines=lines, status=1 if found else 0)


def _report(call: Call, workstation: Workstation) -> Answer:
    arguments = call.arguments
    report = workstation.review_report(arguments.case_no)
    lines = [
        _("{rounds} rounds, {verdicts} verdicts, {open} matters open").format(
            rounds=len(report["rounds"]),
            verdicts=len(report["verdicts"]),
            open=len(report["open"]),
        ),
        *report["open"],
    ]
    if arguments.out is not None:
        workstation.write_review_report(call.actor, arguments.case_no, arguments.out)
        lines.append(_("Written: {path}").format(path=arguments.out))
    return Answer(record=records.plain(report), lines=lines)


def _round_lines(view: RoundView) -> list[str]:
    head = _("Round {number}: {plan}, {severity}, {state}; seed {seed}").format(
        number=view.number,
        plan=view.plan_title,
        severity=severity_word(view.severity),
        state=round_state_word(view.state),
        seed=view.seed,
    )
    limits = "; ".join(
        _("{kind}: sample {size}, tolerated {accept}, found {found}").format(
            kind=defect_class_word(kind), **limit
        )
        for kind, limit in view.limits.items()
    )
    rows = [
        (
            str(row.position),
            str(row.page_number or ""),
            review_verdict_word(row.verdict),
            row.defect_title,
            row.remark,
            row.by,
        )
        for row in view.rows
    ]
    heads = (_("Side"), _("Page"), _("Verdict"), _("Fault"), _("Remark"), _("By"))
    back = (
        [
            _("Goes back to {step}: {reason}").format(
                step=back_word(view.sent_back_to), reason=view.reason
            )
        ]
        if view.sent_back_to
        else []
    )
    return [head, limits, *back, *table(rows, heads)]


def _side_id(workstation: Workstation, case_no: str, position: int) -> str:
    for side in workstation.sides(case_no):
        if side.position == position:
            return side.id
    raise BadInput("REV-111", side=str(position))


_ACTIONS: dict[str, Run] = {
    "settings": _settings,
    "standings": _standings,
    "reduced": _reduced,
    "resume": _resume,
    "draw": _draw,
    "show": _show,
    "judge": _judge,
    "close": _close,
    "difference": _difference,
    "note": _note,
    "answer": _answer,
    "request": _request,
    "settle": _settle,
    "sign": _sign,
    "open": _open,
    "report": _report,
}
