"""Audit actions in words."""

from __future__ import annotations

import re
from typing import Any

from app.gui.i18n import _
from app.gui.words import discrepancy_word, finding_word, role_word, verdict_word
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.views import HistoryRow

FAULT_CODE = re.compile(r"[A-Z]{3}-[0-9]{3}")


def action_word(action: str) -> str:
    """What was done; an unknown code is shown as it is rather than hidden."""
    return {
        "case_registered": _("Case registered"),
        "case_completed": _("Case facts completed"),
        "batch_opened": _("Batch opened"),
        "batch_resumed": _("Batch resumed"),
        "batch_closed": _("Batch closed"),
        "batch_paused": _("Batch paused"),
        "batch_discarded": _("Batch discarded"),
        "batch_warned": _("Warning added to a batch"),
        "side_stored": _("Side stored"),
        "sides_superseded": _("Sides put aside"),
        "sides_glanced": _("Sides looked at while scanning"),
        "companion_stored": _("Bitonal image of a side stored"),
        "side_examined": _("Side examined"),
        "side_recognised": _("Side read"),
        "side_failed": _("Side could not be examined"),
        "recognition_failed": _("Side could not be read"),
        "jobs_retried": _("Failed tasks tried again"),
        "duplicates_compared": _("Sides compared for duplicates"),
        "sizes_compared": _("Sides compared by size"),
        "finding_judged": _("Finding judged"),
        "side_turned": _("Side turned"),
        "blank_marked": _("Blank mark changed"),
        "catalogue_proposed": _("Catalogue proposed"),
        "item_edited": _("Row edited"),
        "item_confirmed": _("Row confirmed"),
        "items_confirmed": _("Rows confirmed"),
        "item_split": _("Item split"),
        "items_merged": _("Items joined"),
        "boundary_moved": _("Boundary moved"),
        "page_number_set": _("Page number entered"),
        "role_set": _("Role of a side set"),
        "sheets_declared": _("Number of sheets declared"),
        "miss_recorded": _("Sheets recorded as missed"),
        "miss_withdrawn": _("Recorded miss taken back"),
        "batch_stopped": _("Batch stopped by the device or the operator"),
        "batch_declared_complete": _("Batch declared complete"),
        "side_put_aside": _("Side put aside: its sheet was fed again"),
        "sides_aligned": _("Sides put in the order of the folder"),
        "sides_inserted": _("Sides inserted"),
        "sides_replaced": _("Sides replaced"),
        "held_rejected": _("Insertion or rescan rejected"),
        "sides_turned": _("Sides turned"),
        "sides_conditioned": _("Pictures conditioned"),
        "derivatives_written": _("Pictures written to files"),
        "blanks_marked": _("Blank marks changed"),
        "separators_marked": _("Separator marks changed"),
        "sides_moved": _("Sides moved"),
        "work_slip_printed": _("Work slip printed"),
        "edit_undone": _("Edit undone"),
        "edit_redone": _("Edit made again"),
        "reconciled": _("Paper and images compared"),
        "discrepancy_resolved": _("Difference settled"),
        "sealed": _("Sealed"),
        "returned": _("Sent back to the desk"),
        "package_built": _("Package built"),
        "packaged": _("Packaged"),
        "submission_begun": _("Submission begun"),
        "submission_receipted": _("Receipt of the archive"),
        "submission_failed": _("Submission failed"),
        "submission_rejected": _("Submission rejected"),
        "submission_interrupted": _("Submission interrupted"),
        "handoff_offered": _("Cell reserved"),
        "handoff_deposited": _("Paper deposited"),
        "handoff_collected": _("Paper collected"),
        "handoff_acknowledged": _("Paper received and counted"),
        "handoff_disputed": _("Count disputed"),
        "handoff_code_wrong": _("Wrong collection code"),
        "paper_shelved": _("Paper shelved"),
        "accessioned": _("Accessioned"),
        "reading_granted": _("Reading granted"),
        "page_read": _("Page read"),
    }.get(action, action)


def details_text(row: HistoryRow) -> str:
    """The details of one record that say something to a person."""
    parts = []
    for key, value in row.details.items():
        text = _detail(key, value)
        if text:
            parts.append(text)
    return " · ".join(parts)


def _detail(key: str, value: Any) -> str:
    if value in ("", None, [], {}):
        return ""
    plain = {
        "position": _("side {value}"),
        "sides": _("{value} sides"),
        "sheets": _("{value} sheets"),
        "items": _("{value} items"),
        "pages": _("{value} pages"),
        "volumes": _("{value} volumes"),
        "discrepancies": _("{value} differences"),
        "cell": _("cell {value}"),
        "number": _("page {value}"),
        "degrees": "{value}°",
        "receipt": _("receipt {value}"),
        "item": _("item {value}"),
    }
    if key in plain:
        return plain[key].format(value=value)
    words = {"code": finding_word, "verdict": verdict_word, "kind": discrepancy_word}
    if key in words:
        return words[key](str(value))
    if key == "role":
        return role_word(str(value))
    if key == "edit":
        return action_word(str(value))
    if key == "remark" and FAULT_CODE.fullmatch(str(value)):
        message = describe({"code": value}, current_language()).message
        return str(value) if "{" in message else message
    if key in ("title", "reason", "remark", "source", "target", "place", "receiver", "cabinet"):
        return str(value)
    return ""
