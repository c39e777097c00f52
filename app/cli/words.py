"""Words for codes in the answers for people; JSON keeps the codes. An unknown code stays."""

from __future__ import annotations

from app.kernel.translation import translate as _


def state_word(state: str) -> str:
    """The state of a dossier or a hand-off."""
    return {
        "registered": _("Registered"),
        "scanned": _("Scanned"),
        "catalogued": _("Catalogued"),
        "reconciled": _("Reconciled"),
        "sealed": _("Sealed"),
        "packaged": _("Packaged"),
        "submitted": _("Submitted"),
        "accessioned": _("Accessioned"),
        "offered": _("Offered"),
        "deposited": _("Deposited"),
        "collected": _("Collected"),
        "acknowledged": _("Acknowledged"),
        "disputed": _("Disputed"),
        "expired": _("Expired"),
        "cancelled": _("Cancelled"),
    }.get(state, state)


def track_word(state: str) -> str:
    """The state of one track into the archive."""
    return {
        "receipted": _("receipt is there"),
        "shelved": _("on the shelf"),
        "open": _("still open"),
    }.get(state, state)


def verdict_word(verdict: str) -> str:
    """The answer of a comparison."""
    return {
        "consistent": _("consistent"),
        "discrepant": _("discrepant"),
        "closed": _("both tracks closed"),
        "open": _("still open"),
        "frozen": _("frozen: the two receipts differ"),
    }.get(verdict, verdict)


def finding_word(code: str) -> str:
    """The short name of a finding."""
    return {
        "orientation": _("Turned"),
        "skew": _("Skewed"),
        "blank": _("Blank"),
        "black_border": _("Black border"),
        "blur": _("Blurred"),
        "too_dark": _("Too dark"),
        "too_light": _("Too light"),
        "low_contrast": _("Low contrast"),
        "folded_corner": _("Folded corner"),
        "cut_off": _("Cut off"),
        "streak": _("Streak"),
        "foreign_object": _("Foreign object"),
        "bleed_through": _("Bleed-through"),
        "low_resolution": _("Low resolution"),
        "size_outlier": _("Odd size"),
        "duplicate": _("Duplicate"),
        "unreadable": _("Unreadable"),
    }.get(code, code)


def reading_word(reason: str) -> str:
    """What recognition leaves to a person."""
    return {
        "truncated": _("The file is cut off; the rest of the page is missing"),
        "unreadable_area": _("A place could not be read"),
        "vertical_unsure": _("Text that runs down the page could not be read"),
        "handwriting": _("Handwriting, not read"),
        "photograph": _("A picture"),
        "identity_card": _("Copy of an identity card"),
        "receipt": _("A receipt"),
        "folded_sheet": _("Two pages on one sheet"),
    }.get(reason, reason)


def severity_word(severity: str) -> str:
    """How bad a finding is."""
    return {"fail": _("Must fix"), "warn": _("Look"), "note": _("Note")}.get(severity, severity)


def finding_value(code: str, value: float) -> str:
    """What was measured, in the unit of the finding."""
    if code in ("orientation", "skew"):
        return f"{value:g}°"
    if code == "duplicate":
        return _("side {position}").format(position=int(value))
    if code == "low_resolution":
        return f"{value:g} dpi"
    if code == "unreadable":
        # The share of the page that came; whole numbers say why nothing did.
        return f"{value:.0%}" if 0 < value < 1 else ""
    return "" if code == "blank" else f"{value:.3g}"


def discrepancy_word(kind: str) -> str:
    """The short name of a discrepancy between paper and image."""
    return {
        "missing_page": _("Missing page"),
        "duplicate_page": _("Duplicate page"),
        "wrong_order": _("Wrong order"),
        "foreign_case": _("Another case"),
        "extra_page": _("Extra page"),
        "unnumbered_page": _("Unnumbered page"),
        "count_mismatch": _("Count differs"),
        "catalogue_mismatch": _("Catalogue differs"),
        "altered_page": _("Altered page"),
        "unmatched_paper": _("Paper without image"),
    }.get(kind, kind)


def action_word(code: str) -> str:
    """The next action of a case."""
    return {
        "scan": _("Scan"),
        "process": _("Process"),
        "inspect": _("Inspect"),
        "catalogue": _("Catalogue"),
        "reconcile": _("Reconcile"),
        "resolve": _("Resolve differences"),
        "seal": _("Seal"),
        "package": _("Build package"),
        "check": _("Check package"),
        "submit": _("Submit"),
        "return_paper": _("Return paper"),
        "shelve": _("Shelve paper"),
        "none": _("Nothing to do"),
    }.get(code, code)


def result_word(result: str) -> str:
    """The result of one check of a package."""
    return {"pass": _("Passed"), "fail": _("Failed"), "manual": _("Awaiting review")}.get(
        result, result
    )


def step_word(step: str) -> str:
    """The name of a step of long work."""
    return {
        "scan": _("Sides stored"),
        "process": _("Examining and recognising"),
        "inspect": _("Inspecting"),
        "ocr": _("Recognising"),
        "catalogue": _("Cataloguing"),
        "package": _("Building the package"),
        "check": _("Checking the package"),
        "submit": _("Submitting"),
        "fixity": _("Reading masters again"),
        "condition": _("Conditioning pictures"),
        "derive": _("Writing pictures"),
    }.get(step, step)


def yes_no(value: bool | None) -> str:
    """A sensor or a property that is true, false or unknown."""
    if value is None:
        return "?"
    return _("yes") if value else _("no")


def happened_word(action: str) -> str:
    """What the record of a dossier says happened."""
    return {
        "case_registered": _("Case registered"),
        "case_completed": _("Facts of the case completed"),
        "batch_opened": _("Batch begun"),
        "batch_resumed": _("Batch resumed"),
        "batch_paused": _("Batch interrupted"),
        "batch_closed": _("Batch finished"),
        "batch_discarded": _("Empty batch discarded"),
        "batch_warned": _("Warning added to a batch"),
        "side_stored": _("Side stored"),
        "sides_glanced": _("Sides looked at while scanning"),
        "companion_stored": _("Bitonal image of a side stored"),
        "side_examined": _("Side examined"),
        "side_recognised": _("Side recognised"),
        "side_failed": _("Side failed"),
        "recognition_failed": _("Recognition failed"),
        "sides_aligned": _("Sides put in the order of the folder"),
        "jobs_retried": _("Failed jobs queued again"),
        "duplicates_compared": _("Sides compared for duplicates"),
        "sizes_compared": _("Sides compared by size"),
        "finding_judged": _("Finding judged"),
        "side_turned": _("Side turned"),
        "blank_marked": _("Blank mark changed"),
        "catalogue_proposed": _("Catalogue proposed"),
        "item_edited": _("Item corrected"),
        "item_confirmed": _("Item confirmed"),
        "items_confirmed": _("Items confirmed"),
        "item_split": _("Item split"),
        "items_merged": _("Items joined"),
        "boundary_moved": _("Boundary moved"),
        "page_number_set": _("Page number set"),
        "role_set": _("Kind of side set"),
        "sheets_declared": _("Number of sheets declared"),
        "miss_recorded": _("Sheets recorded as missed"),
        "miss_withdrawn": _("Recorded miss taken back"),
        "batch_stopped": _("Batch stopped by the device or the operator"),
        "batch_declared_complete": _("Batch declared complete"),
        "side_put_aside": _("Side put aside: its sheet was fed again"),
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
        "reconciled": _("Reconciled"),
        "discrepancy_resolved": _("Discrepancy settled"),
        "sealed": _("Sealed"),
        "returned": _("Returned to the desk"),
        "package_built": _("Package built"),
        "packaged": _("Packaged"),
        "submission_begun": _("Submission begun"),
        "submission_receipted": _("Receipt came back"),
        "submission_rejected": _("Archive rejected it"),
        "submission_failed": _("Submission failed"),
        "submission_interrupted": _("Submission interrupted"),
        "paper_shelved": _("Paper shelved"),
        "accessioned": _("Accessioned"),
        "handoff_offered": _("Hand-off offered"),
        "handoff_deposited": _("Paper put into the cell"),
        "handoff_collected": _("Paper taken out of the cell"),
        "handoff_acknowledged": _("Receipt of the paper confirmed"),
        "handoff_disputed": _("Count of the paper disputed"),
        "handoff_code_wrong": _("Wrong code at the cell"),
        "reading_granted": _("Reading granted"),
        "reader_signed_in": _("Reader signed in"),
        "reader_signed_out": _("Reader signed out"),
        "reader_refused": _("Reader refused"),
        "page_read": _("Page read"),
    }.get(action, action)


def mark(value: bool) -> str:
    """A mark for the tables: good or not."""
    return "✓" if value else "✗"
