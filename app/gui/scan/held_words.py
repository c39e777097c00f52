"""Old page against new page, in words."""

from __future__ import annotations

from typing import Any

from app.gui.i18n import _
from app.services.station_views import HeldBatch, HeldPair


def verdict_text(pair: HeldPair) -> str:
    """The verdict with a mark, so that nobody needs colours to read it."""
    return {
        "same": _("Same page ✓"),
        "different": _("Does not look like the same page ×"),
        "unsure": _("Cannot tell whether it is the same page"),
        "waiting": _("Being compared…"),
    }.get(pair.verdict, pair.verdict)


def verdict_tone(verdict: str) -> str:
    """The tone of a verdict."""
    return {"same": "good", "different": "bad", "unsure": "warn"}.get(verdict, "note")


def likeness_text(likeness: float) -> str:
    """How much two pictures are alike, in words."""
    if likeness >= 0.9:
        return _("likeness high")
    if likeness >= 0.7:
        return _("likeness fair")
    if likeness >= 0.4:
        return _("likeness low")
    return _("likeness very low")


def pair_reasons(pair: HeldPair) -> str:
    """Why the verdict is what it is, in one line."""
    words = [_reason(reason, pair) for reason in pair.reasons]
    if pair.verdict in ("same", "different", "unsure") and pair.old is not None:
        words.append(likeness_text(pair.likeness))
    return " · ".join(dict.fromkeys(word for word in words if word))


def _reason(reason: dict[str, Any], pair: HeldPair) -> str:
    code = str(reason.get("code"))
    if code == "number_equal":
        shown = pair.new.page_number if pair.new is not None else None
        shown = shown if shown is not None else reason.get("number", reason.get("new", ""))
        return _("page number {number}").format(number=shown)
    if code == "number_differs":
        return _("page number differs: old {old}, new {new}").format(
            old=reason.get("old", ""), new=reason.get("new", "")
        )
    return {
        "picture_alike": _("pictures alike"),
        "picture_differs": _("pictures differ"),
        "text_alike": _("text alike"),
        "text_differs": _("text differs"),
        "both_blank": _("both blank"),
        "one_blank": _("only one of them is blank"),
    }.get(code, code)


def held_title(batch: HeldBatch) -> str:
    """What waits for a word."""
    count = sum(pair.new is not None for pair in batch.pairs)
    if batch.purpose == "insert":
        if batch.after_position:
            return _("Insert {count} sides behind side {position}").format(
                count=count, position=batch.after_position
            )
        return _("Insert {count} sides at the start").format(count=count)
    positions = [pair.old.position for pair in batch.pairs if pair.old is not None]
    if not positions:
        return _("New pages")
    if len(positions) == 1:
        return _("Replace side {position}").format(position=positions[0])
    return _("Replace sides {first} to {last}").format(first=min(positions), last=max(positions))


def needs_reason(batch: HeldBatch) -> bool:
    """Whether a person has to say why she accepts it all the same."""
    return batch.purpose != "insert" and batch.verdict != "same"
