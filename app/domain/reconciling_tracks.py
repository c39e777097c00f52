"""The verdict over both tracks (INTEGRATION 3.3), read from a table.

Each track has one standing, the counts have one, and the first row of the table that fits gives
the verdict and what is open. Receipts of an older version never close a newer one: an electronic
receipt of one is none, and paper that was shelved before the newest version is looked through
again, because pages may have come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import field, frozen

DUAL, SINGLE = "dual", "single"
MODES = (DUAL, SINGLE)

RECEIPTED, REJECTED, MISSING = "receipted", "rejected", "missing"
SHELVED, BEFORE, OVERDUE, AWAY = "shelved", "before", "overdue", "away"
AGREE, DIFFER, TO_CORRECT = "agree", "differ", "to_correct"

OPEN, CLOSED, FROZEN, RESCAN_CHECK = "open", "closed", "frozen", "rescan_check"

# What a person may decide about counts that differ: which side is right.
RESOLUTIONS = (ELECTRONIC_RIGHT, PAPER_RIGHT, BOTH_WRONG) = ("electronic", "paper", "both_wrong")
COUNTED = ("pages", "volumes")


@frozen(kw_only=True)
class TrackState:
    """Where both tracks stand and what is open. `open` holds codes with parameters."""

    electronic: str
    paper: str
    verdict: str
    open: tuple[dict[str, Any], ...]


@frozen(kw_only=True)
class TrackFacts:
    """What is known of both tracks of one dossier.

    `electronic_receipt` is that of the newest version, None while there is none; `rejected` that
    the archive refused that version. `version` is the newest one and `shelved_version` the one
    that the paper receipt belongs to. `paper_days` is how long paper has been waited for since
    the electronic receipt, None while it is not, and `most_paper_days` after how many days it is
    overdue. `record` are the counts of the 备考表 or as declared, as far as they are known.
    `settled` maps differences that a person signed (`difference_key`) to her resolution.
    """

    mode: str
    electronic_receipt: Mapping[str, Any] | None
    paper_receipt: Mapping[str, Any] | None
    paper_with: str
    rejected: bool = False
    version: int = 1
    shelved_version: int = 1
    paper_days: int | None = None
    most_paper_days: int = 7
    record: Mapping[str, int | None] = field(factory=dict)
    settled: Mapping[tuple[Any, ...], str] = field(factory=dict)


@frozen(kw_only=True)
class _Row:
    """One row of the table; an empty tuple stands for any standing. `open` are codes."""

    verdict: str
    counts: tuple[str, ...] = (AGREE,)
    electronic: tuple[str, ...] = ()
    paper: tuple[str, ...] = ()
    modes: tuple[str, ...] = MODES
    open: tuple[str, ...] = ()

    def fits(self, mode: str, electronic: str, paper: str, counts: str) -> bool:
        asked = (
            (self.modes, mode),
            (self.electronic, electronic),
            (self.paper, paper),
            (self.counts, counts),
        )
        return all(not known or value in known for known, value in asked)


# The first row that fits counts.
TABLE = (
    _Row(verdict=FROZEN, counts=(DIFFER,), open=("counts_differ",)),
    _Row(verdict=OPEN, counts=(TO_CORRECT,), open=("counts_to_correct",)),
    _Row(verdict=CLOSED, electronic=(RECEIPTED,), paper=(SHELVED,)),
    _Row(verdict=CLOSED, electronic=(RECEIPTED,), modes=(SINGLE,)),
    _Row(
        verdict=RESCAN_CHECK,
        electronic=(RECEIPTED,),
        paper=(BEFORE,),
        open=("rescan_check",),
    ),
    _Row(verdict=OPEN, electronic=(RECEIPTED,), paper=(OVERDUE,), open=("paper_overdue",)),
    _Row(verdict=OPEN, electronic=(RECEIPTED,), paper=(AWAY,), open=("paper_not_shelved",)),
    _Row(verdict=OPEN, electronic=(REJECTED,), modes=(SINGLE,), open=("electronic_rejected",)),
    _Row(
        verdict=OPEN, electronic=(MISSING,), modes=(SINGLE,), open=("electronic_receipt_missing",)
    ),
    _Row(verdict=OPEN, electronic=(REJECTED,), paper=(SHELVED,), open=("electronic_rejected",)),
    _Row(
        verdict=OPEN,
        electronic=(MISSING,),
        paper=(SHELVED,),
        open=("electronic_receipt_missing",),
    ),
    _Row(
        verdict=OPEN,
        electronic=(REJECTED,),
        paper=(BEFORE,),
        open=("electronic_rejected", "rescan_check"),
    ),
    _Row(
        verdict=OPEN,
        electronic=(MISSING,),
        paper=(BEFORE,),
        open=("electronic_receipt_missing", "rescan_check"),
    ),
    _Row(
        verdict=OPEN,
        electronic=(REJECTED,),
        open=("electronic_rejected", "paper_not_shelved"),
    ),
    _Row(verdict=OPEN, open=("electronic_receipt_missing", "paper_not_shelved")),
)


def weigh_tracks(facts: TrackFacts) -> TrackState:
    """The verdict over both tracks.

    `mode` is "dual" (双套制: both receipts) or "single" (单套制: the electronic one). Counts that
    differ freeze both tracks until a person signs; what she signed stays signed for these counts.
    """
    electronic = RECEIPTED if facts.electronic_receipt is not None else MISSING
    if electronic == MISSING and facts.rejected:
        electronic = REJECTED
    paper = _paper_standing(facts)
    differing = count_differences(facts)
    counts = _counts_standing(facts, differing)
    row = next(row for row in TABLE if row.fits(facts.mode, electronic, paper, counts))
    said = [entry for code in row.open for entry in _SAYS[code](facts, differing)]
    return TrackState(
        electronic="receipted" if electronic == RECEIPTED else "open",
        paper="shelved" if paper == SHELVED else "open",
        verdict=row.verdict,
        open=tuple(said),
    )


def count_differences(facts: TrackFacts) -> tuple[dict[str, Any], ...]:
    """The counts that differ: {"what", "electronic", "paper", "record"}, None where nobody
    counted. Paper that was shelved with an older version is not held against a newer one."""
    electronic = facts.electronic_receipt or {}
    paper: Mapping[str, Any] = {}
    if facts.paper_receipt is not None and _paper_standing(facts) == SHELVED:
        paper = facts.paper_receipt
    found = []
    for what in COUNTED:
        counts = {
            "electronic": electronic.get(what),
            "paper": paper.get(what),
            "record": facts.record.get(what),
        }
        # Until one of the tracks has its receipt, there is nothing to hold the record against.
        said = {count for count in counts.values() if count is not None}
        receipted = counts["electronic"] is not None or counts["paper"] is not None
        if receipted and len(said) > 1:
            found.append({"what": what, **counts})
    return tuple(found)


def difference_key(difference: Mapping[str, Any]) -> tuple[Any, ...]:
    """What tells a difference from another one: other counts are another difference."""
    return tuple(difference.get(name) for name in ("what", "electronic", "paper", "record"))


def open_differences(facts: TrackFacts) -> tuple[dict[str, Any], ...]:
    """The counts that differ and that nobody has signed."""
    return tuple(
        difference
        for difference in count_differences(facts)
        if difference_key(difference) not in facts.settled
    )


def _paper_standing(facts: TrackFacts) -> str:
    if facts.paper_receipt is not None:
        return SHELVED if facts.shelved_version >= facts.version else BEFORE
    if facts.paper_days is not None and facts.paper_days > facts.most_paper_days:
        return OVERDUE
    return AWAY


def _counts_standing(facts: TrackFacts, differing: Iterable[Mapping[str, Any]]) -> str:
    resolved = [facts.settled.get(difference_key(difference), "") for difference in differing]
    if "" in resolved:
        return DIFFER
    # Where the electronic count was found right, the other one was a mistake in counting; any
    # other answer means that a new version has to be made.
    wrong = any(resolution != ELECTRONIC_RIGHT for resolution in resolved)
    return TO_CORRECT if wrong else AGREE


Says = Callable[[TrackFacts, Iterable[Mapping[str, Any]]], list[dict[str, Any]]]


def _plain(code: str) -> Says:
    return lambda _facts, _differing: [{"code": code}]


_SAYS: Mapping[str, Says] = {
    "electronic_receipt_missing": _plain("electronic_receipt_missing"),
    "electronic_rejected": _plain("electronic_rejected"),
    "paper_not_shelved": lambda facts, _: [{"code": "paper_not_shelved", "with": facts.paper_with}],
    "paper_overdue": lambda facts, _: [
        {"code": "paper_overdue", "with": facts.paper_with, "days": facts.paper_days}
    ],
    "rescan_check": lambda facts, _: [
        {"code": "rescan_check", "shelved": facts.shelved_version, "version": facts.version}
    ],
    "counts_differ": lambda _, differing: [{"code": "counts_differ", **one} for one in differing],
    "counts_to_correct": lambda facts, differing: [
        {
            "code": "counts_to_correct",
            **one,
            "resolution": facts.settled.get(difference_key(one), ""),
        }
        for one in differing
    ],
}
