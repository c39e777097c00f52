"""Logs of terminals without the database as segments, each one chain that only grows.

Every opening of a bundle begins a log of its own, whose second record names it, the installation
of the terminal, and how the log before it stood there. So a terminal that was wiped or set up anew
goes on with another segment, while a log that was shortened or written anew under the same
installation is told from it. What is known of the segments stands in the audit records of carrying.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from app.domain.reading import ReadingBundle
from app.kernel.errors import BadInput, Refused
from app.services.ports import Transaction

# The second record of a log.
LOG_BEGUN = "terminal_log_begun"
CARRIED = "reading_log_carried"
LONGEST_ID = 64


@frozen(kw_only=True)
class Segment:
    """One log of one bundle: its random `id`, the `installation` of the terminal, how many rows it
    has and the digest of the last. Both names are "" for a terminal of an older program."""

    id: str
    installation: str
    rows: int
    head: str


def segment_of(bundle: ReadingBundle, audit: Sequence[Mapping[str, Any]]) -> Segment:
    """What a log is, by its own records (at least one). Raises BadInput RDR-145 when it begins in
    the middle, or with what no terminal writes."""
    begun = [number for number, row in enumerate(audit) if row["action"] == LOG_BEGUN]
    rows, head = len(audit), str(audit[-1]["digest"])
    if not begun:
        return Segment(id="", installation="", rows=rows, head=head)
    details = audit[1]["details"]
    names = [details.get(key) for key in ("segment", "installation")]
    fits = all(isinstance(name, str) and 0 < len(name) <= LONGEST_ID for name in names)
    if begun != [1] or details.get("bundle") != bundle.id or not fits:
        raise BadInput("RDR-145", row=begun[-1] + 1)
    return Segment(id=names[0], installation=names[1], rows=rows, head=head)


def known_segments(tx: Transaction, bundle: ReadingBundle, case_no: str) -> dict[str, Segment]:
    """The segments of a bundle that came home before, by id, the oldest first."""
    known: dict[str, Segment] = {}
    for row in tx.audit.rows(case_no):
        facts = row.details
        if row.action != CARRIED or facts.get("bundle") != bundle.id:
            continue
        # Of what an older program carried only the bundle knows how far it came.
        number, head = facts.get("known", bundle.log_rows), facts.get("head", bundle.log_head)
        segment = str(facts.get("segment", ""))
        known[segment] = Segment(
            id=segment,
            installation=str(facts.get("installation", "")),
            rows=int(number),
            head=str(head),
        )
    return known


def require_grown(
    segment: Segment, audit: Sequence[Mapping[str, Any]], known: Mapping[str, Segment]
) -> int:
    """How many rows of this log came home before: they are still the same.

    Raises BadInput RDR-145 (shorter than before, changed, or another log of the same installation
    that does not go on after the one before), Refused RDR-180 (the one before has to come first).
    """
    before = known.get(segment.id)
    if before is None:
        _require_next(segment, audit, known)
        return 0
    grown = segment.rows >= before.rows and audit[before.rows - 1]["digest"] == before.head
    if not grown or before.installation != segment.installation:
        raise BadInput("RDR-145", row=before.rows)
    return before.rows


def _require_next(
    segment: Segment, audit: Sequence[Mapping[str, Any]], known: Mapping[str, Segment]
) -> None:
    """A first log of an installation stands for itself; every other one names the one before."""
    after = audit[1]["details"].get("after") if segment.id else None
    same = [each for each in known.values() if each.installation == segment.installation]
    if not after:
        if same:
            raise BadInput("RDR-145", row=min(len(audit), 2))
        return
    try:
        named = (str(after["segment"]), int(after["rows"]), str(after["head"]))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput("RDR-145", row=2) from error
    if not same or same[-1].id != named[0] or same[-1].rows < named[1]:
        if same and same[-1].id != named[0] and named[0] in known:
            raise BadInput("RDR-145", row=2)
        raise Refused("RDR-180", segment=named[0] or "-")
    if (same[-1].rows, same[-1].head) != named[1:]:
        raise BadInput("RDR-145", row=2)
