"""Frozen rows about the review of a dossier, for windows and command line."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


@frozen(kw_only=True)
class PlanRow:
    """A plan to choose."""

    name: str
    title: str
    source: str


@frozen(kw_only=True)
class DefectRow:
    """A kind of fault: its class ("critical", "major", "minor") and the step that mends it."""

    code: str
    title: str
    defect_class: str
    back: str


@frozen(kw_only=True)
class ReviewSettings:
    """What the court demands before a dossier is sealed. `chain` are the signatures in their
    order; with `flip` every side is seen while the paper is leafed through."""

    rules: str
    plan: str
    chain: tuple[str, ...]
    plans: tuple[PlanRow, ...]
    defects: tuple[DefectRow, ...]
    flip: bool = False


@frozen(kw_only=True)
class OperatorStanding:
    """How the work of one operator is sampled next; see `archive_rules.switching.Standing`."""

    operator: str
    severity: str
    score: int
    may_reduce: bool
    reduced_allowed: bool
    stopped: bool
    rounds: int
    rejected: int


@frozen(kw_only=True)
class SampleRow:
    """One side of a round. `place` is that in the draw, None for those looked at beside it.
    `verdict` is empty while nobody judged the image that is there now; `seen_before` tells that
    somebody judged another image of it."""

    side_id: str
    position: int
    page_number: int | None
    part: str
    place: int | None
    verdict: str = ""
    defect: str = ""
    defect_title: str = ""
    remark: str = ""
    box: tuple[float, ...] | None = None
    by: str = ""
    at: str = ""
    seen_before: bool = False


@frozen(kw_only=True)
class RoundView:
    """A round with its rows in the order of the dossier. `waiting` have no verdict or "ask".

    `limits` are by class of fault: size of the sample, how many are tolerated, how many found.
    `passes` tells whether it would be accepted with the faults found so far, `back` is the first
    step that one of them belongs to, empty without faults.
    """

    id: str
    case_no: str
    number: int
    plan: str
    plan_title: str
    severity: str
    seed: str
    lot: int
    state: str
    rows: tuple[SampleRow, ...]
    waiting: int
    limits: dict[str, dict[str, int]]
    operators: tuple[str, ...]
    opened_by: str
    opened_at: str
    passes: bool = True
    back: str = ""
    closed_by: str = ""
    closed_at: str = ""
    sent_back_to: str = ""
    reason: str = ""


@frozen(kw_only=True)
class NoteRow:
    """A note on a place of a side."""

    id: str
    side_id: str
    position: int
    page_number: int | None
    box: tuple[float, ...] | None
    text: str
    by: str
    at: str
    answer: str
    answered_by: str
    answered_at: str


@frozen(kw_only=True)
class CorrectionRow:
    """A correction request. `position` is 0 where the page is missing."""

    id: str
    side_id: str
    position: int
    page_number: int | None
    wanted: str
    reason: str
    by: str
    at: str
    state: str
    settled_by: str
    settled_at: str
    remark: str


@frozen(kw_only=True)
class ChainRow:
    """A step of the chain of signatures; states see `app.domain.review.StepStanding`."""

    step: str
    state: str
    by: str = ""
    role: str = ""
    at: str = ""
    remark: str = ""


@frozen(kw_only=True)
class SealObstacle:
    """Something that keeps a dossier from being sealed, and on which page of the desk it is
    settled."""

    code: str
    message: str
    remedy: str
    step: str
    parameters: dict[str, Any] = field(factory=dict)
