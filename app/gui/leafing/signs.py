"""How a side, a look or an event is shown: always a sign and a word, with its colour."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.leafing import (
    BLANK,
    DIFFERS,
    LEFT_OPEN,
    NOT_SEEN,
    OTHER_DOSSIER,
    SEEN,
    SIDE,
    SIDE_MISSED,
    TWO_AT_ONCE,
    UNKNOWN,
    UNKNOWN_LEAF,
    WENT_BACK,
)
from app.gui.i18n import _

# A leaf of which nothing can be said yet.
LOOKED_AT = "looked_at"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sign:
    """`icon` is the name of an icon, `tone` one of good, warn, bad, note."""

    icon: str
    tone: str
    word: str


def sign_of(kind: str) -> Sign:
    """The sign of a kind of look, a state of a side or a kind of event."""
    kind = {SIDE: SEEN}.get(kind, kind)
    icon, tone = _LOOKS.get(kind, ("page", "note"))
    return Sign(icon=icon, tone=tone, word=_word(kind))


_LOOKS = {
    SEEN: ("good", "good"),
    LEFT_OPEN: ("question", "warn"),
    DIFFERS: ("differs", "bad"),
    SIDE_MISSED: ("warn", "warn"),
    TWO_AT_ONCE: ("warn", "bad"),
    UNKNOWN: ("question", "bad"),
    UNKNOWN_LEAF: ("bad", "bad"),
    OTHER_DOSSIER: ("bad", "bad"),
    WENT_BACK: ("undo", "note"),
    BLANK: ("blank", "note"),
}


def _word(kind: str) -> str:
    return {
        SEEN: _("Seen"),
        LEFT_OPEN: _("Alike, not told apart"),
        DIFFERS: _("Differs from its image"),
        NOT_SEEN: _("Not seen"),
        SIDE_MISSED: _("Passed over"),
        TWO_AT_ONCE: _("Two leaves at once"),
        UNKNOWN: _("Not found in the file"),
        UNKNOWN_LEAF: _("A leaf that is not in the file"),
        OTHER_DOSSIER: _("Another dossier, it seems"),
        WENT_BACK: _("Leafed back"),
        BLANK: _("A blank side"),
        LOOKED_AT: _("Being looked at…"),
    }.get(kind, _("Waiting for a leaf"))


def face_word(face: str) -> str:
    """Front or back of a leaf."""
    return {"front": _("front"), "back": _("back")}.get(face, "")
