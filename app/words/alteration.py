"""Words for what differs between a paper leaf and its side."""

from __future__ import annotations

from collections.abc import Sequence

from app.kernel.translation import translate as _


def comparison_word(verdict: str) -> str:
    """The answer of a comparison."""
    return {
        "same": _("paper and image agree"),
        "differs": _("paper and image differ"),
        "not_comparable": _("cannot be compared"),
    }.get(verdict, verdict)


def alteration_word(kind: str, ink: str, figures: Sequence[Sequence[str]] = ()) -> str:
    """What happened to a place of the paper, and in which ink; of figures (pairs of side and paper)
    how they read."""
    if figures:
        changes = "、".join(f"{side} → {paper}" for side, paper in figures)
        return _("Figures changed: {changes}").format(changes=changes)
    return {
        ("added", "dark"): _("Writing added on paper"),
        ("missing", "dark"): _("Writing gone from the paper"),
        ("changed", "dark"): _("Writing changed"),
        ("added", "unknown"): _("Writing or seal added on paper"),
        ("missing", "unknown"): _("Writing or seal gone from the paper"),
        ("changed", "unknown"): _("Writing or seal changed"),
        ("added", "red"): _("Seal or red mark added on paper"),
        ("missing", "red"): _("Seal or red mark gone from the paper"),
        ("changed", "red"): _("Seal or red mark changed"),
    }.get((kind, ink), kind)
