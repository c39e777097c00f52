"""Words for what is found on a page."""

from __future__ import annotations

from app.kernel.translation import translate as _


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
