"""A stack cut by work slips, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.gui.i18n import _, number
from app.gui.scan.stack_run import RUNNING, STOPPED, StackRow, StackRun, StackStop
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language

UNKNOWN_SLIP, NO_SLIP = "SLP-102", "SLP-105"


def stack_sentence(run: StackRun) -> str:
    """How much came, in a line."""
    if not run.rows:
        return _("Waiting for the first work slip…")
    return _("{dossiers} dossiers · {sheets} sheets · {sides} sides").format(
        dossiers=len(run.cases), sheets=number(run.sheets), sides=number(run.sides)
    )


def state_word(row: StackRow) -> str:
    """How a dossier of the stack stands."""
    if row.state == RUNNING:
        return _("Scanning")
    return _("Interrupted") if row.state == STOPPED else _("Stored")


def state_tone(row: StackRow) -> str:
    """The tone of that word."""
    return {RUNNING: "accent", STOPPED: "warn"}.get(row.state, "good")


def row_note(row: StackRow) -> str:
    """What is to be said about a dossier of the stack."""
    if row.state == STOPPED:
        return _("Its batch is open")
    if row.skipped:
        return _("{count} sides were there already.").format(count=number(row.skipped))
    return ""


def stop_heading(stop: StackStop) -> str:
    """Which sheet goes back on top, "" when nothing was fed."""
    if not stop.sheet:
        return ""
    if stop.certain:
        return _("Put back sheet {sheet} of the stack").format(sheet=stop.sheet)
    return _("See which sheet came out last; go on about sheet {sheet}").format(sheet=stop.sheet)


def stop_message(stop: StackStop) -> tuple[str, str]:
    """What happened, and what to do about it."""
    if not stop.code:
        return _("You stopped the stack."), ""
    text = describe(dict(stop.record), current_language())
    return text.message, text.remedy


def way_on(stop: StackStop) -> str:
    """How the stack goes on, "" when the remedy says all."""
    if stop.code == NO_SLIP:
        return ""
    if stop.code == UNKNOWN_SLIP:
        said = _("Then load this slip and all sheets behind it again, and go on.")
        if stop.case_no:
            ends = _("{case_no} ends before this slip: complete it as it is.")
            said = joined(said, ends.format(case_no=stop.case_no))
        return said
    if not stop.case_no:
        return _("Every dossier goes back under its work slip.")
    return _(
        "Lay the work slip of {case_no} on top of what goes back; it lies on the sheets scanned "
        "before. It opens the case again and the batch goes on. If the sheet that goes back is "
        "itself a work slip, complete {case_no} as it is instead."
    ).format(case_no=stop.case_no)


def warning_texts(warnings: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the scanner and the slips warned of, each once."""
    said = []
    for warning in warnings:
        record = {"kind": "refused", "code": warning["code"], "parameters": warning["parameters"]}
        text = describe(record, current_language())
        said.append(joined(text.message, text.remedy))
    return list(dict.fromkeys(said))


def joined(*sentences: str) -> str:
    """Sentences one after the other; Chinese needs no blank between them."""
    return ("" if current_language().startswith("zh") else " ").join(sentences)
