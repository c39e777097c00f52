"""Review of a finished dossier against its paper (一致性审查): rounds, verdicts, notes, signatures.

What people said is never changed: a verdict or signature is followed by another one, and counts as
long as what it was given for is still the same (`image_of`, `images_digest`, `dossier_digest`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from attrs import field, frozen

from app.domain.access import is_among
from app.domain.dossier import Item, Side
from app.kernel.errors import BadInput

SAME, DIFFERS, ASK = "same", "differs", "ask"
VERDICTS = (SAME, DIFFERS, ASK)
OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"
DONE, DECLINED = "done", "declined"

# Steps of the chain of signatures, in their order (STANDARDS 6.7).
SCANNED_STEP, INSPECTED_STEP = "operator", "inspector"
CHAIN_STEPS = (SCANNED_STEP, INSPECTED_STEP, "clerk", "judge", "archivist")
# These vouch for the images; the later ones for catalogue and page numbers, too.
IMAGE_STEPS = (SCANNED_STEP, INSPECTED_STEP)

WANTED = ("rescan", "insert", "remove", "reorder", "renumber", "catalogue")


@frozen(kw_only=True)
class ReviewRound:
    """One sample of a dossier (抽检). `sample` are ids of sides in the order of the draw by `seed`;
    `again` those looked at beside it, because they came back or were faulty in an earlier round.

    `limits` are by class of fault: `{"size", "accept"}`. `operators` scanned what is judged.
    `severity` is "normal", "tightened" or "reduced". `passes_stricter` see
    `archive_rules.review_rules.ReviewPlan.would_pass_stricter`. `digest` names the images that were
    accepted (`images_digest`).
    """

    id: str
    dossier_id: str
    number: int
    rules: str
    plan: str
    severity: str
    seed: str
    lot: int
    sample: tuple[str, ...]
    opened_by: str
    opened_at: str
    again: tuple[str, ...] = ()
    limits: dict[str, Any] = field(factory=dict)
    operators: tuple[str, ...] = ()
    state: str = OPEN
    closed_by: str = ""
    closed_at: str = ""
    sent_back_to: str = ""
    reason: str = ""
    digest: str = ""
    passes_stricter: bool | None = None

    @property
    def to_see(self) -> tuple[str, ...]:
        """Every side that needs a verdict, each once."""
        return tuple(dict.fromkeys([*self.sample, *self.again]))


@frozen(kw_only=True)
class ReviewVerdict:
    """What one person said of one side held against its paper. `image` is what she saw
    (`image_of`), `box` the place in parts of the page (x0, y0, x1, y1), if she marked one."""

    id: str
    dossier_id: str
    round_id: str
    side_id: str
    image: str
    verdict: str
    by: str
    at: str
    defect: str = ""
    remark: str = ""
    box: tuple[float, ...] | None = None


@frozen(kw_only=True)
class SideNote:
    """A question or remark about a place of a side; open until somebody answers it."""

    id: str
    dossier_id: str
    side_id: str
    box: tuple[float, ...] | None
    text: str
    by: str
    at: str
    answer: str = ""
    answered_by: str = ""
    answered_at: str = ""


@frozen(kw_only=True)
class SignOff:
    """A signature below a step of the chain, for what `digest` names."""

    id: str
    dossier_id: str
    step: str
    by: str
    role: str
    at: str
    digest: str
    remark: str = ""


@frozen(kw_only=True)
class CorrectionRequest:
    """A wish to have something mended (更正申请): nothing is replaced in silence. `side_id` is
    empty where a page is missing altogether; `image` is the one complained of (`image_of`)."""

    id: str
    dossier_id: str
    side_id: str
    wanted: str
    reason: str
    by: str
    at: str
    image: str = ""
    page_number: int | None = None
    state: str = OPEN
    settled_by: str = ""
    settled_at: str = ""
    remark: str = ""


@frozen(kw_only=True)
class StepStanding:
    """A step of the chain: "signed", "void" (signed, but changed since), "next" or "later"."""

    step: str
    state: str
    sign_off: SignOff | None = None


def image_of(side: Side) -> str:
    """What a person sees of a side: its master, the frame in it, turn and recipe."""
    return _digest([side.master, side.frame, side.turn, side.recipe])


def images_digest(sides: Iterable[Side]) -> str:
    """All images of a dossier in their order."""
    return _digest([[side.position, side.part, image_of(side)] for side in _ordered(sides)])


def dossier_digest(sides: Iterable[Side], items: Iterable[Item]) -> str:
    """Images, page numbers, roles and catalogue of a dossier."""
    pages = [
        [side.position, side.part, image_of(side), side.role, side.page_number]
        for side in _ordered(sides)
    ]
    rows = sorted(
        [
            item.part,
            item.first_position,
            item.last_position,
            item.number,
            item.title,
            item.date,
            item.author,
            item.first_page,
            item.last_page,
        ]
        for item in items
    )
    return _digest([pages, rows])


def page_box(box: Sequence[float] | None) -> tuple[float, ...] | None:
    """A place on a page in parts of it. Raises BadInput REV-114 when it is none."""
    if box is None:
        return None
    values = tuple(float(value) for value in box)
    if len(values) != 4 or not (
        0 <= values[0] < values[2] <= 1 and 0 <= values[1] < values[3] <= 1
    ):
        raise BadInput("REV-114", box=", ".join(str(value) for value in values))
    return values


def latest_verdicts(verdicts: Iterable[ReviewVerdict]) -> dict[str, ReviewVerdict]:
    """The last word on each side; `verdicts` in the order they were given."""
    return {verdict.side_id: verdict for verdict in verdicts}


def standings(
    chain: Sequence[str], signed: Iterable[SignOff], digests: dict[str, str]
) -> tuple[StepStanding, ...]:
    """How far the chain of signatures is. `digests` are those of now, by step.

    A signature over something else than what is there now is void, and so are all after it.
    """
    last = {sign_off.step: sign_off for sign_off in signed}
    found: list[StepStanding] = []
    unbroken = True
    for step in chain:
        sign_off = last.get(step)
        holds = sign_off is not None and sign_off.digest == digests[step]
        if unbroken and holds:
            state = "signed"
        elif unbroken:
            state = "next" if sign_off is None else "void"
        else:
            state = "later" if sign_off is None else "void"
        unbroken = unbroken and holds
        found.append(StepStanding(step=step, state=state, sign_off=sign_off))
    return tuple(found)


def due_step(chain: Sequence[StepStanding]) -> str:
    """The step that is to be signed now, empty when all are."""
    return next((entry.step for entry in chain if entry.state != "signed"), "")


def may_not_sign(
    person: str, step: str, chain: Sequence[StepStanding], operators: Collection[str]
) -> str:
    """Why this person may not sign this step: "scanned" (whoever scanned vouches for the scan
    alone), "not_scanned" (and nobody else does), "signed" (one person, one step). Empty if she may.
    """
    scanned = is_among(person, operators)
    if step == SCANNED_STEP:
        return "" if scanned else "not_scanned"
    if scanned:
        return "scanned"
    signers = [
        entry.sign_off.by
        for entry in chain
        if entry.state == "signed" and entry.sign_off is not None
    ]
    return "signed" if is_among(person, signers) else ""


def _ordered(sides: Iterable[Side]) -> list[Side]:
    return sorted((side for side in sides if not side.superseded), key=lambda side: side.position)


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
