"""Words for codes in the answers for people; JSON keeps the codes. An unknown code stays."""

from __future__ import annotations

from app.kernel.translation import translate as _


def state_word(state: str) -> str:
    """The state of a dossier."""
    return {
        "registered": _("Registered"),
        "scanned": _("Scanned"),
        "catalogued": _("Catalogued"),
        "reconciled": _("Reconciled"),
        "sealed": _("Sealed"),
        "packaged": _("Packaged"),
        "submitted": _("Submitted"),
        "accessioned": _("Accessioned"),
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
        "receive": _("Taking in sides of another court"),
        "fixity": _("Reading masters again"),
        "condition": _("Conditioning pictures"),
        "derive": _("Writing pictures"),
        "bind": _("Writing the papers of the volumes"),
        "register": _("Writing the register"),
        "flip_prepare": _("Preparing sides for the camera"),
        "flip": _("Sides seen under the camera"),
        "flip_compare": _("Looking closer at sides that differ"),
    }.get(step, step)


def yes_no(value: bool | None) -> str:
    """A sensor or a property that is true, false or unknown."""
    if value is None:
        return "?"
    return _("yes") if value else _("no")


def mark(value: bool) -> str:
    """A mark for the tables: good or not."""
    return "✓" if value else "✗"
