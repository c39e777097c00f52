"""Words for codes: what a person reads for a state, a finding, a role, a step.

Codes are data and never shown; an unknown code is shown as it is rather than hidden.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.gui.i18n import _


def _word(table: Mapping[str, str], code: str) -> str:
    return table.get(code, code)


def finding_advice(code: str) -> str:
    """What a person should look at, or do, for a finding."""
    return {
        "orientation": _("Turn the page upright, or accept it if it is meant to lie so."),
        "skew": _("The page is straightened for reading; accept if nothing is cut off."),
        "blank": _("Confirm that nothing is written on this side. It is marked, never removed."),
        "black_border": _("The border is outside the paper; accept unless it covers writing."),
        "blur": _("Zoom in: if the smallest writing cannot be read, scan it again."),
        "too_dark": _("Zoom in: if writing disappears in the dark, scan it again lighter."),
        "too_light": _("Zoom in: if strokes are missing, scan it again darker."),
        "low_contrast": _("Zoom in: if the writing cannot be told from the paper, scan it again."),
        "folded_corner": _("Unfold the corner and scan again if writing lies under it."),
        "cut_off": _("Part of the page is missing; scan it again."),
        "streak": _("Clean the scanner glass; scan again if the streak crosses writing."),
        "foreign_object": _("Something lay on the page; remove it and scan again."),
        "bleed_through": _("The other side shines through; accept if the text can be read."),
        "low_resolution": _("Below the resolution asked for; scan again."),
        "size_outlier": _("The size differs from its neighbours; check for a double feed."),
        "duplicate": _("Compare it with its twin; mark which of them counts."),
        "unreadable": _(
            "Not all of this side could be decoded or read; look at it, and scan it again."
        ),
    }.get(code, "")


def severity_tone(severity: str) -> str:
    """The tone in which a severity is painted."""
    return _word({"fail": "bad", "warn": "warn", "note": "note"}, severity)


def severity_rank(severity: str) -> int:
    """0 for the worst."""
    return {"fail": 0, "warn": 1, "note": 2}.get(severity, 3)


def role_word(role: str) -> str:
    """What a side is in the dossier."""
    return _word(
        {
            "": _("Not yet known"),
            "cover": _("Cover"),
            "catalogue": _("Catalogue sheet"),
            "page": _("Text"),
            "blank": _("Blank"),
            "remarks": _("End note"),
            "separator": _("Separator"),
        },
        role,
    )


def state_word(state: str) -> str:
    """The state of a dossier."""
    return _word(
        {
            "registered": _("Registered"),
            "scanned": _("Scanned"),
            "catalogued": _("Catalogued"),
            "reconciled": _("Reconciled"),
            "sealed": _("Sealed"),
            "packaged": _("Packaged"),
            "submitted": _("Submitted"),
            "accessioned": _("Accessioned"),
        },
        state,
    )


def state_tone(state: str) -> str:
    """The tone in which a dossier's state is painted."""
    if state == "accessioned":
        return "good"
    return "note" if state == "registered" else "accent"


def next_action_page(code: str) -> str:
    """The page on which a next action is done."""
    return {
        "scan": "scan",
        "process": "scan",
        "inspect": "inspect",
        "catalogue": "catalogue",
        "reconcile": "reconcile",
        "resolve": "reconcile",
        "review": "reconcile",
    }.get(code, "archive")


def step_word(step: str) -> str:
    """The name of one step of the line."""
    return _word(
        {
            "today": _("Today"),
            "scan": _("Scan"),
            "process": _("Process"),
            "inspect": _("Inspect"),
            "catalogue": _("Catalogue"),
            "reconcile": _("Reconcile"),
            "bind": _("Bind"),
            "seal": _("Seal"),
            "package": _("Package"),
            "submit": _("Submit"),
            "archive": _("Archive"),
            "reading": _("Reading room"),
            "locker": _("Locker"),
        },
        step,
    )


def step_state_word(state: str) -> str:
    """The state of one step of the line."""
    return _word(
        {
            "done": _("Done"),
            "current": _("Now"),
            "blocked": _("Blocked"),
            "ahead": _("Ahead"),
        },
        state,
    )


def verdict_word(verdict: str) -> str:
    """A person's verdict on a finding or a discrepancy."""
    return _word(
        {
            "": _("Undecided"),
            "accepted": _("Accepted"),
            "accept": _("Accepted"),
            "rescan": _("Rescan asked"),
            "mended": _("Mended"),
            "same": _("Same"),
            "differs": _("Differs"),
            "ask": _("Ask"),
            "consistent": _("Consistent"),
            "discrepant": _("Discrepant"),
        },
        verdict,
    )


def tile_word(state: str) -> str:
    """The state of one tile of the paper track."""
    return _word(
        {
            "matched": _("Matched"),
            "missing": _("Missing"),
            "double": _("Double"),
            "stranger": _("Stranger"),
            "unnumbered": _("Unnumbered"),
        },
        state,
    )


def tile_tone(state: str) -> str:
    """The tone of one tile."""
    return {"matched": "good", "missing": "bad", "double": "warn", "stranger": "bad"}.get(
        state, "note"
    )


def confidence_word(confidence: float) -> str:
    """Confidence in words; a number alone says nothing to a person."""
    if confidence >= 0.9:
        return _("Sure")
    if confidence >= 0.7:
        return _("Likely")
    if confidence >= 0.4:
        return _("Doubtful")
    return _("Guess")


def confidence_tone(confidence: float) -> str:
    """The tone of a confidence bar."""
    if confidence >= 0.9:
        return "good"
    return "accent" if confidence >= 0.7 else "warn"


def result_tone(result: str) -> str:
    """The tone of a check result."""
    return _word({"pass": "good", "fail": "bad", "manual": "warn"}, result)


def property_word(name: str) -> str:
    """One of the four properties of an archival package."""
    return _word(
        {
            "authenticity": _("Authenticity"),
            "integrity": _("Integrity"),
            "usability": _("Usability"),
            "security": _("Security"),
        },
        name,
    )
