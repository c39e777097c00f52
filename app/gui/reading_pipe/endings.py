"""Why a visit ends: the only words for it that go over the pipe.

A word and never a sentence: what the reader's process says is shown on the welcome, where no name
and no case may stand.
"""

from __future__ import annotations

from collections.abc import Mapping

# She left, the longest time of a visit is over, her grant has ended, the dossier may not be read
# now, the visit is over in the reading room, the clock cannot be trusted, or something failed.
BY_READER, BY_CAP, BY_GRANT, BY_DOSSIER, BY_ROOM, BY_CLOCK, BY_FAULT = REASONS = (
    "reader",
    "cap",
    "grant",
    "dossier",
    "room",
    "clock",
    "fault",
)
_OF_CODES: Mapping[str, str] = {
    "RDR-105": BY_GRANT,
    "RDR-108": BY_DOSSIER,
    "RDR-109": BY_DOSSIER,
    "RDR-112": BY_ROOM,
    "RDR-113": BY_DOSSIER,
    "RDR-117": BY_CLOCK,
}


def reason_of(code: str) -> str:
    """Why a visit ends that meets a fault of this code."""
    return _OF_CODES.get(code, BY_FAULT)
