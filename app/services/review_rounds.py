"""Rounds of the review: a random sample of a dossier held against its paper by a second person."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import attrs

from app.domain.access import Actor, is_among
from app.domain.dossier import Dossier, Side
from app.domain.lifecycle import advance, may
from app.domain.review import (
    ACCEPTED,
    ASK,
    DIFFERS,
    OPEN,
    REJECTED,
    SAME,
    VERDICTS,
    ReviewRound,
    ReviewVerdict,
    image_of,
    latest_verdicts,
    page_box,
)
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.operator_standings import OperatorStandings, standing_of
from app.services.ports import Transaction
from app.services.review_notes import ask_correction
from app.services.review_settings import ReviewSetting, review_rules
from app.services.review_views import RoundView, SampleRow
from app.services.reviewed import Reviewed
from app.services.round_views import fault_places, round_view
from archive_rules.attribute_sampling import NORMAL, REDUCED, TIGHTENED, Severity
from archive_rules.review_rules import (
    NONE,
    STEPS,
    ReviewRules,
    drawn,
    load_review_rules,
)

# What is wished for where a fault goes back to a step.
_WANTED = {"scan": "rescan", "inspect": "rescan", "catalogue": "catalogue"}
# How a dossier goes back to a step: the trigger of its state machine.
_BACK = {"scan": "scan", "inspect": "scan", "catalogue": "edit"}
_STRICTEST: tuple[Severity, ...] = (TIGHTENED, NORMAL, REDUCED)
ALL = "all"


class Reviewing(ReviewSetting, OperatorStandings):
    """Use cases of the second person, who holds images against paper."""

    def draw_sample(
        self, actor: Actor, case_no: str, *, plan: str = "", seed: str = ""
    ) -> RoundView:
        """Draw the sides to be held against the paper and open a round.

        The plan is that of the court unless one is named; the severity follows from the earlier
        work of whoever scanned. What came back since the last round is looked at whole. A seed of
        one's own is for administrators, who repeat a draw.

        Raises Refused REV-101 (she scanned it herself), REV-102 (not reconciled), REV-103 (a round
        is open), REV-104 (the court samples nothing and no plan is named), REV-105 (accepted, and
        unchanged since), REV-113 (no side), REV-124 (the plan named is laxer than the court's),
        BadInput ARC-211.
        """
        actor.require("review")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state != "reconciled":
                raise Refused("REV-102", case_no=dossier.case_no)
            now = Reviewed(tx, dossier)
            sides, operators = now.sides, now.operators
            if not sides:
                raise Refused("REV-113", case_no=dossier.case_no)
            _require_second_person(actor, now)
            last = now.rounds[-1] if now.rounds else None
            if last is not None and last.state == OPEN:
                raise Refused("REV-103", number=last.number, by=last.opened_by)
            if last is not None and last.state == ACCEPTED and last.digest == now.images:
                raise Refused("REV-105", number=last.number, by=last.closed_by)
            rules = load_review_rules(now.setting.rules)
            chosen = rules.plan(plan or now.setting.plan)
            if chosen.kind == NONE:
                raise Refused("REV-104")
            severity, stopped = _severity(tx, operators, last)
            if stopped:
                chosen = rules.plan(ALL)
            draw = chosen.draw(len(sides), severity)
            demanded = rules.plan(now.setting.plan)
            if not draw.as_strict_as(demanded.draw(len(sides), severity)):
                raise Refused("REV-124", plan=chosen.title, demanded=demanded.title)
            if seed:
                # Whoever may choose the seed may choose the sample.
                actor.require("administer")
            opened = ReviewRound(
                id=new_id("review_round"),
                dossier_id=dossier.id,
                number=(last.number + 1) if last is not None else 1,
                rules=f"{rules.id}@{rules.version}",
                plan=chosen.name,
                severity=severity,
                seed=seed or secrets.token_hex(8),
                lot=len(sides),
                sample=(),
                again=_again(now, last),
                limits={
                    kind: {"size": limit.size, "accept": limit.accept}
                    for kind, limit in draw.limits.items()
                },
                operators=operators,
                opened_by=actor.name,
                opened_at=self._now(),
            )
            units = [side.id for side in sides]
            opened = attrs.evolve(opened, sample=drawn(units, draw.size, opened.seed))
            tx.review_rounds.add(opened)
            tx.audit.record(
                actor.name,
                "sample_drawn",
                dossier.case_no,
                number=opened.number,
                plan=opened.plan,
                severity=opened.severity,
                seed=opened.seed,
                seed_given=bool(seed),
                lot=opened.lot,
                sides=len(opened.to_see),
            )
            tx.commit()
            return round_view(now, opened)

    def review_rounds(self, case_no: str) -> tuple[RoundView, ...]:
        """The rounds of a case, the first one first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            now = Reviewed(tx, dossier)
            return tuple(round_view(now, entry) for entry in now.rounds)

    def review_side(
        self,
        actor: Actor,
        case_no: str,
        side_id: str,
        verdict: str,
        *,
        defect: str = "",
        remark: str = "",
        box: Sequence[float] | None = None,
    ) -> None:
        """Say whether a side is the same as its paper ("same", "differs", "ask"); any side of the
        dossier may be judged, those of the sample must be. A later verdict takes the place of an
        earlier one, which stays on record.

        Raises Refused REV-101 (she scanned it herself), REV-106 (no round is open), BadInput
        REC-102 (no verdict), REV-107 (differs without the kind of fault), REV-108 (a question
        without its text), REV-111 (no such side), ARC-212 (no such fault), REV-114 (box).
        """
        actor.require("review")
        remark = remark.strip()
        if verdict not in VERDICTS:
            raise BadInput("REC-102", verdict=verdict)
        if verdict == ASK and not remark:
            raise BadInput("REV-108")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            current = _open_round(tx, dossier)
            _require_second_person(actor, Reviewed(tx, dossier), current)
            side = tx.sides.first(id=side_id, dossier_id=dossier.id, superseded=False)
            if side is None:
                raise BadInput("REV-111", side=side_id)
            if verdict == DIFFERS:
                if not defect:
                    raise BadInput("REV-107")
                review_rules(tx).defect(defect)
            given = ReviewVerdict(
                id=new_id("review_verdict"),
                dossier_id=dossier.id,
                round_id=current.id,
                side_id=side.id,
                image=image_of(side),
                verdict=verdict,
                defect=defect if verdict == DIFFERS else "",
                remark=remark,
                box=page_box(box),
                by=actor.name,
                at=self._now(),
            )
            tx.review_verdicts.add(given)
            tx.audit.record(
                actor.name,
                "side_reviewed",
                dossier.case_no,
                position=side.position,
                page_number=side.page_number,
                verdict=verdict,
                defect=given.defect,
                remark=remark,
            )
            tx.commit()

    def close_round(
        self, actor: Actor, case_no: str, *, back: str = "", reason: str = ""
    ) -> RoundView:
        """Decide the open round by its plan. Each fault becomes a correction request; a rejected
        dossier goes back to a step: the named one, or the first that one of its faults belongs to.

        Raises Refused REV-101, REV-106, REV-109 (sides without a verdict), REV-110 (questions
        open), BadInput REV-115 (no such step).
        """
        actor.require("review")
        if back and back not in STEPS:
            raise BadInput("REV-115", value=back, known=", ".join(STEPS))
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            current = _open_round(tx, dossier)
            now = Reviewed(tx, dossier)
            _require_second_person(actor, now, current)
            rules = load_review_rules(now.setting.rules)
            view = round_view(now, current)
            _require_complete(view)
            passed = view.passes
            faults = [row for row in view.rows if row.verdict == DIFFERS]
            for row in faults:
                self._ask_to_mend(now, actor, row, rules)
            closed = attrs.evolve(
                current,
                state=ACCEPTED if passed else REJECTED,
                closed_by=actor.name,
                closed_at=self._now(),
                digest=now.images if passed else "",
                passes_stricter=_passes_stricter(view, current, rules) if passed else None,
                sent_back_to="" if passed else back or view.back,
                reason="" if passed else reason.strip() or _titles(faults),
            )
            tx.review_rounds.replace(closed)
            if closed.sent_back_to:
                trigger = _BACK[closed.sent_back_to]
                if may("dossier", dossier.state, trigger):
                    state = advance("dossier", dossier.state, trigger)
                    tx.dossiers.replace(attrs.evolve(dossier, state=state))
            tx.audit.record(
                actor.name,
                "round_closed",
                dossier.case_no,
                number=closed.number,
                result=closed.state,
                faults=len(faults),
                sent_back_to=closed.sent_back_to,
                reason=closed.reason,
            )
            tx.commit()
            return round_view(now, closed)

    def _ask_to_mend(self, now: Reviewed, actor: Actor, row: SampleRow, rules: ReviewRules) -> None:
        """Each fault becomes a correction request, unless one waits on that side already."""
        kind = rules.defect(row.defect)
        waiting = {"dossier_id": now.dossier.id, "side_id": row.side_id, "state": OPEN}
        if not now.tx.correction_requests.count(**waiting):
            ask_correction(
                now.tx,
                actor,
                now.dossier,
                side=now.everything[row.side_id],
                wanted=_WANTED[kind.back],
                reason=f"{kind.title}：{row.remark}" if row.remark else kind.title,
                by=row.by,
                at=self._now(),
            )


def _require_second_person(actor: Actor, now: Reviewed, current: ReviewRound | None = None) -> None:
    """Neither who had scanned when the sample was drawn nor who scanned anything since."""
    operators = (*now.operators, *(current.operators if current is not None else ()))
    if is_among(actor.name, operators):
        raise Refused("REV-101", actor=actor.name)


def _open_round(tx: Transaction, dossier: Dossier) -> ReviewRound:
    current = tx.review_rounds.first(dossier_id=dossier.id, state=OPEN)
    if current is None:
        raise Refused("REV-106", case_no=dossier.case_no)
    return current


def _severity(
    tx: Transaction, operators: Sequence[str], last: ReviewRound | None
) -> tuple[Severity, bool]:
    """The strictest standing of those who scanned; what was rejected comes back to tightened
    inspection. Whether sampling is stopped for one of them."""
    standings = [standing_of(tx, operator) for operator in operators]
    severities: list[Severity] = [standing.severity for standing in standings] or [NORMAL]
    if last is not None and last.state == REJECTED:
        severities.append(TIGHTENED)
    strictest = min(severities, key=_STRICTEST.index)
    return strictest, any(standing.stopped for standing in standings)


def _again(now: Reviewed, last: ReviewRound | None) -> tuple[str, ...]:
    """Sides that came since the last round, and those whose last verdict is not "same" or was
    given for another image."""
    if last is None:
        return ()
    verdicts = latest_verdicts(now.verdicts)

    def comes_again(side: Side) -> bool:
        said = verdicts.get(side.id)
        if said is None:
            return side.captured_at > last.opened_at
        return said.verdict != SAME or said.image != image_of(side)

    return tuple(side.id for side in now.sides if comes_again(side))


def _require_complete(view: RoundView) -> None:
    unseen = [row for row in view.rows if not row.verdict]
    if unseen:
        raise Refused("REV-109", open=len(unseen), position=unseen[0].position)
    asked = [row for row in view.rows if row.verdict == ASK]
    if asked:
        raise Refused("REV-110", open=len(asked), position=asked[0].position)


def _passes_stricter(view: RoundView, entry: ReviewRound, rules: ReviewRules) -> bool | None:
    return rules.plan(entry.plan).would_pass_stricter(entry.lot, fault_places(view.rows, rules))


def _titles(faults: Sequence[SampleRow]) -> str:
    return "；".join(dict.fromkeys(row.defect_title for row in faults))


def round_obstacle(now: Reviewed) -> Refused | None:
    """What is open of sampling before the dossier may be sealed: a round under way or rejected,
    whoever asked for it, and what the court demands."""
    last = now.rounds[-1] if now.rounds else None
    if last is not None and last.state == OPEN:
        return Refused("REV-116", number=last.number, by=last.opened_by)
    if last is not None and last.state == REJECTED:
        return Refused("REV-118", number=last.number, reason=last.reason)
    if now.setting.plan == NONE:
        return None
    if last is None:
        return Refused("REV-117")
    if last.digest != now.images:
        return Refused("REV-119", number=last.number)
    return None
