"""`sheets`, `miss`, `insert`, `rescan`, `held`, `arrange`, `select`, `versions`, `resumption`."""

from __future__ import annotations

from typing import Any

from app.cli import records
from app.cli.output import Answer, table
from app.cli.running import Call, warning_lines, with_message
from app.cli.words import mark
from app.domain.page_lists import page_ranges
from app.kernel.errors import BadInput, Refused
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.kernel.translation import translate as _
from app.services.station_views import HeldBatch, HeldPair, Resumption, SheetSum
from app.services.views import ScanResult, SideRow
from app.services.workstation import Workstation


def run_sheets(call: Call, workstation: Workstation) -> Answer:
    """`sheets CASE_NO [--declare N | --undeclare] [--part PART]`; status 1 while it differs."""
    arguments = call.arguments
    if arguments.declare is not None or arguments.undeclare:
        workstation.declare_sheets(call.actor, arguments.case_no, arguments.declare, arguments.part)
    sums = workstation.sheet_sum(arguments.case_no)
    rows = [
        (
            part_word(found.part),
            "" if found.declared_sheets is None else found.declared_sheets,
            found.sheets,
            found.captured,
            found.blank,
            found.inserted,
            found.missed,
            found.single_backs,
            "" if found.difference is None else found.difference,
            mark(found.balanced),
        )
        for found in sums
    ]
    heads = (
        _("Part"),
        _("Declared sheets"),
        _("Sheets"),
        _("Captured sides"),
        _("Blank sides"),
        _("Inserted sides"),
        _("Missed sides"),
        _("Single backs"),
        _("Difference"),
        "",
    )
    lines = [*table(rows, heads), *(line for found in sums for line in reason_lines(found))]
    status = 0 if all(found.balanced for found in sums) else 1
    return Answer(record={"sums": records.plain(sums)}, lines=lines, status=status)


def part_word(part: str) -> str:
    """The name of a part of a dossier."""
    return {"main": _("Main part"), "restricted": _("Restricted part")}.get(part, part)


def reason_lines(found: SheetSum) -> list[str]:
    """What keeps a sum from balancing, for people."""
    texts = {
        "sides_missing": _("{count} sides are missing"),
        "sides_too_many": _("{count} sides too many"),
        "sheet_without_back": _("the sheet of side {position} came with one side only"),
        "batch_paused": _("{count} interrupted batches are not finished"),
        "batch_held": _("{count} insertions or rescans wait for a decision"),
        "rescan_asked": _("{count} sides are to be scanned again"),
    }
    name = part_word(found.part)
    return [
        f"- {name}: " + texts.get(reason["code"], reason["code"]).format(**reason)
        for reason in found.reasons
    ]


def run_miss(call: Call, workstation: Workstation) -> Answer:
    """`miss CASE_NO [--sheets N --after P --reason TEXT | --withdraw ID]`; else shows them."""
    arguments = call.arguments
    record: dict[str, Any] = {}
    if arguments.withdraw:
        workstation.withdraw_miss(call.actor, arguments.case_no, arguments.withdraw)
    elif arguments.sheets is not None or arguments.after is not None:
        if arguments.sheets is None or arguments.after is None:
            raise BadInput("SYS-203", reason=_("name both --sheets and --after"))
        record["recorded"] = workstation.record_miss(
            call.actor,
            arguments.case_no,
            arguments.sheets,
            arguments.after,
            arguments.reason,
            arguments.part,
        )
    misses = workstation.misses(arguments.case_no)
    rows = [
        (row.id, part_word(row.part), row.sheets, row.after_position, row.reason, row.recorded_by)
        for row in misses
    ]
    heads = (_("ID"), _("Part"), _("Sheets"), _("After side"), _("Reason"), _("Who"))
    lines = table(rows, heads) if rows else [_("No sheets are recorded as missed")]
    return Answer(record=record | {"misses": records.plain(misses)}, lines=lines)


def run_insert(call: Call, workstation: Workstation) -> Answer:
    """`insert CASE_NO --after P --source SOURCE [--sheets N]`: scanned and held."""
    arguments = call.arguments
    result = workstation.insert_here(
        call.actor,
        arguments.case_no,
        arguments.after,
        arguments.source,
        profile=arguments.profile,
        sheets=arguments.sheets,
        on_event=call.listen,
        cancel=call.cancel,
    )
    return _fed(call, workstation, result)


def run_rescan(call: Call, workstation: Workstation) -> Answer:
    """`rescan CASE_NO --position P… --source SOURCE [--page-only]`: scanned and held."""
    arguments = call.arguments
    result = workstation.rescan(
        call.actor,
        arguments.case_no,
        arguments.positions,
        arguments.source,
        whole_sheet=not arguments.page_only,
        profile=arguments.profile,
        on_event=call.listen,
        cancel=call.cancel,
    )
    return _fed(call, workstation, result)


def _fed(call: Call, workstation: Workstation, result: ScanResult) -> Answer:
    workstation.examine_held(call.arguments.case_no, call.cancel)
    batches = workstation.held(call.arguments.case_no)
    record = records.plain(result) | {"held": records.plain(batches)}
    record["warnings"] = [with_message(warning) for warning in record["warnings"]]
    return Answer(
        record=record, lines=[*held_lines(batches), *warning_lines(list(result.warnings))]
    )


def run_held(call: Call, workstation: Workstation) -> Answer:
    """`held CASE_NO [--accept BATCH [--although TEXT] | --reject BATCH --reason TEXT]`."""
    arguments = call.arguments
    case_no = arguments.case_no
    if arguments.accept:
        workstation.examine_held(case_no, call.cancel)
        workstation.accept_held(call.actor, case_no, arguments.accept, although=arguments.although)
    elif arguments.reject:
        workstation.reject_held(call.actor, case_no, arguments.reject, arguments.reason)
    else:
        workstation.examine_held(case_no, call.cancel)
    batches = workstation.held(case_no)
    return Answer(record={"held": records.plain(batches)}, lines=held_lines(batches))


def held_lines(batches: tuple[HeldBatch, ...]) -> list[str]:
    """What waits, with old and new sides beside each other."""
    lines = []
    for batch in batches:
        lines.append(f"{batch.batch}  {_purpose(batch)}  {same_word(batch.verdict)}")
        lines += [f"  {_pair(pair)}" for pair in batch.pairs]
    return lines or [_("Nothing waits for a decision")]


def _purpose(batch: HeldBatch) -> str:
    if batch.purpose == "insert":
        return _("insert behind side {position}").format(position=batch.after_position)
    return _("replace")


def _pair(pair: HeldPair) -> str:
    old = _("side {position}").format(position=pair.old.position) if pair.old else "—"
    new = f"{pair.new.file}" if pair.new else "—"
    return f"{old} ← {new}  {same_word(pair.verdict)}  {pair.likeness:.2f}"


def same_word(verdict: str) -> str:
    """Whether two sides are the same page."""
    return {
        "same": _("same page"),
        "different": _("another page"),
        "unsure": _("not certain"),
        "waiting": _("not examined yet"),
    }.get(verdict, verdict)


def run_arrange(call: Call, workstation: Workstation) -> Answer:
    """`arrange CASE_NO (--sides 1-5 | --select WHAT) --turn|--move|…`, or `--undo`, `--redo`."""
    arguments = call.arguments
    case_no, actor = arguments.case_no, call.actor
    if arguments.undo or arguments.redo:
        do = workstation.undo if arguments.undo else workstation.redo
        done = do(actor, case_no)
        line = _("Done") if done else _("There is nothing to take back or make again")
        return Answer(record={"done": done}, lines=[line], status=0 if done else 1)
    chosen = chosen_sides(workstation, case_no, arguments)
    if arguments.turn is not None:
        workstation.turn_sides(actor, case_no, chosen, arguments.turn, cancel=call.cancel)
    elif arguments.move is not None:
        workstation.move_sides(actor, case_no, chosen, arguments.move)
    elif arguments.to_item is not None:
        workstation.move_to_item(actor, case_no, chosen, arguments.to_item)
    elif arguments.blank:
        workstation.mark_blank_sides(actor, case_no, chosen, arguments.blank == "yes")
    else:
        workstation.mark_separator(actor, case_no, chosen, arguments.separator == "yes")
    sides = [side for side in workstation.sides(case_no) if side.id in set(chosen)]
    return Answer(record={"sides": [_brief(side) for side in sides]}, lines=side_lines(sides))


def chosen_sides(workstation: Workstation, case_no: str, arguments: Any) -> list[str]:
    """The ids of the sides that `--sides` or `--select` name."""
    if arguments.select:
        return workstation.select_sides(case_no, arguments.select)
    wanted = set(page_ranges(arguments.sides))
    if not wanted:
        raise BadInput("SYS-203", reason=_("name the sides with --sides or --select"))
    found = [side for side in workstation.sides(case_no) if side.position in wanted]
    missing = wanted - {side.position for side in found}
    if missing:
        raise BadInput("INS-105", position=min(missing))
    return [side.id for side in found]


def run_select(call: Call, workstation: Workstation) -> Answer:
    """`select CASE_NO WHAT`."""
    case_no = call.arguments.case_no
    chosen = set(workstation.select_sides(case_no, call.arguments.selection))
    sides = [side for side in workstation.sides(case_no) if side.id in chosen]
    return Answer(record={"sides": [_brief(side) for side in sides]}, lines=side_lines(sides))


def run_versions(call: Call, workstation: Workstation) -> Answer:
    """`versions CASE_NO --position P`: what was scanned there before."""
    case_no, position = call.arguments.case_no, call.arguments.position
    side = next((row for row in workstation.sides(case_no) if row.position == position), None)
    if side is None:
        raise BadInput("INS-105", position=position)
    rows = list(workstation.earlier_versions(case_no, side.id))
    lines = side_lines(rows) if rows else [_("This side was scanned once")]
    return Answer(record={"versions": [_brief(row) for row in rows]}, lines=lines)


def _brief(side: SideRow) -> dict[str, Any]:
    return {
        "side": side.id,
        "position": side.position,
        "file": side.file,
        "batch": side.batch,
        "sheet": side.sheet,
        "face": side.face,
        "page_number": side.page_number,
        "turn": side.turn,
        "blank": side.blank,
        "role": side.role,
        "item": side.item_number,
    }


def side_lines(sides: list[SideRow]) -> list[str]:
    """Sides for people."""
    rows = [(side.position, side.file, side.page_number, side.item_number) for side in sides]
    total = _("Sides: {sides}").format(sides=len(sides))
    heads = (_("Side"), _("File"), _("Page number"), _("Item"))
    return [*(table(rows, heads) if rows else []), total]


def run_resumption(call: Call, workstation: Workstation) -> Answer:
    """`resumption CASE_NO [--go-on | --end BATCH --reason TEXT]`."""
    arguments = call.arguments
    if arguments.go_on:
        stopped = workstation.resumption(arguments.case_no)
        if stopped is None:
            raise Refused("CAP-106")
        workstation.resume(
            call.actor,
            arguments.case_no,
            stopped.batch,
            on_event=call.listen,
            cancel=call.cancel,
        )
    if arguments.end:
        workstation.discard_rest(call.actor, arguments.case_no, arguments.end, arguments.reason)
    found = workstation.resumption(arguments.case_no)
    record = {"resumption": None if found is None else records.plain(found)}
    lines = [_("No batch is interrupted")] if found is None else resumption_lines(found)
    return Answer(record=record, lines=lines)


def resumption_lines(found: Resumption) -> list[str]:
    """How an interrupted batch goes on, for people."""
    lines = [f"{found.batch}  {found.source}"]
    if found.code:
        text = describe({"code": found.code, "parameters": found.parameters}, current_language())
        lines += [text.message, text.remedy]
    lines.append(_("Goes on at sheet {sheet}").format(sheet=found.sheet))
    if not found.certain:
        lines.append(_("Look at the scanner which sheet came out last"))
    return lines
