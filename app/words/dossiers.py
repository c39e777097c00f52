"""Words for the state of a dossier: discrepancies, next actions, results of checks."""

from __future__ import annotations

from app.kernel.translation import translate as _


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
        "not_seen": _("Not seen under the camera"),
        "not_told_apart": _("Alike, not told apart"),
    }.get(kind, kind)


def next_action_word(code: str) -> str:
    """The next action of a case."""
    return {
        "scan": _("Scan"),
        "process": _("Process"),
        "inspect": _("Inspect"),
        "catalogue": _("Catalogue"),
        "reconcile": _("Reconcile"),
        "resolve": _("Resolve differences"),
        "review": _("Review against the paper"),
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
