"""What the big button of the scan page does, or what stands before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.domain.sheet_sum import blocking
from app.gui.i18n import _
from app.gui.next_steps import lead_on
from app.gui.scan.held_words import held_title
from app.gui.scan.sums import part_word, reason_advice, reason_text
from app.gui.shortcuts import keys_of
from app.services.station_views import SheetSum
from app.services.views import CaseView

if TYPE_CHECKING:
    from app.gui.scan.page import ScanPage


def show_next(page: ScanPage) -> None:
    """Name the next step of the open case, or of the stack in sight, on the big button."""
    case, state = page.desk.case, page.state
    if page.stacks.in_sight:
        page.stacks.show_next()
    elif case is None:
        return
    elif state.held:
        page.next_action.show_action(
            _("Accept the new pages"),
            page.runs.accept_in_sight,
            sentence=held_title(state.held[0]),
            detail=_("Nothing changes before you accept."),
            key=keys_of("accept_held"),
        )
    elif state.resumption is not None:
        page.next_action.show_action(
            _("Go on scanning"),
            page.start,
            sentence=_("Sheet {sheet} goes back on top of the stack.").format(
                sheet=state.resumption.sheet
            ),
            key=keys_of("start_scan"),
        )
    elif not state.sides:
        page.next_action.show_action(
            _("Start scanning"),
            page.start,
            sentence=_("No side of this case is scanned yet."),
            key=keys_of("start_scan"),
        )
    else:
        _show_after_scanning(page, case)


def _show_after_scanning(page: ScanPage, case: CaseView) -> None:
    open_sums = [
        (sums, reasons[0])
        for sums in page.state.sums
        if (reasons := blocking(sums.reasons, sums.declared_sheets))
    ]
    if case.failed:
        page.next_action.show_blocker(
            _("Try the {count} failed tasks again").format(count=case.failed),
            page.retry,
            sentence=_("Some sides could not be processed; their originals are stored."),
        )
    elif case.queued:
        page.next_action.show_action(
            _("Process {count} sides").format(count=case.queued),
            page.process,
            sentence=_("All sides are stored; some wait to be examined and read."),
        )
    elif open_sums and page.may_edit:
        sums, reason = open_sums[0]
        sentence = reason_advice(reason)
        if sums.part != "main":
            sentence = f"{part_word(sums.part)}：{sentence}"
        page.next_action.show_blocker(
            reason_text(reason, sums),
            _going_there(page, sums, reason),
            sentence=sentence,
        )
    else:
        lead_on(page, case, _("All sides are stored, examined and read."))


def _going_there(page: ScanPage, sums: SheetSum, reason: dict[str, Any]) -> Callable[[], None]:
    """The place where a reason is mended."""

    def go() -> None:
        code = str(reason.get("code"))
        page.controls.choose_part(sums.part)
        if code in ("batch_held", "batch_paused"):
            page.show_what_waits()
        elif code == "sheet_without_back":
            page.strip.go_to_position(int(reason.get("position", 0)))
            page.strip.setFocus()
        elif code == "rescan_asked":
            asked = [
                side.id
                for side in page.state.sides
                if any(finding.verdict == "rescan" for finding in side.findings)
            ]
            page.strip.select_ids(asked)
            page.strip.setFocus()
        elif code == "sides_too_many":
            page.sums.declare()
        else:
            page.sums.record_miss()

    return go
