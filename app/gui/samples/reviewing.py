"""The review in memory: a round of a few sides, a note, a chain of three signatures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import ADMINISTRATOR, Actor
from app.gui.samples.rows import CASE_NO
from app.services.review_screen import ReviewView
from app.services.review_settings import defect_rows, plan_rows
from app.services.review_views import (
    ChainRow,
    CorrectionRow,
    NoteRow,
    OperatorStanding,
    ReviewSettings,
    RoundView,
    SampleRow,
    SealObstacle,
)
from app.services.views import SideRow
from archive_rules.review_rules import load_review_rules

AT = "2026-11-20T08:30:00+00:00"
PLACES = (4, 7, 12, 15, 18)


class SampleReviewing:
    """Answers like a real workstation; a verdict changes the round in memory."""

    side_rows: list[SideRow]

    def _begin_review(self) -> None:
        rules = load_review_rules()
        self.review_settings_view = ReviewSettings(
            rules=rules.id,
            plan="none",
            chain=(),
            plans=plan_rows(rules),
            defects=defect_rows(rules),
        )
        self.round: RoundView | None = None
        self.note_rows: list[NoteRow] = []
        self.request_rows: list[CorrectionRow] = []
        self.chain: list[ChainRow] = []
        self.obstacle_rows: list[SealObstacle] = []
        self.may_sign = False

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def begin_round(self) -> None:
        """A round under way with a note, a request and a chain: what the screenshots show."""
        self.review_settings_view = evolve(
            self.review_settings_view, plan="rate20", chain=("operator", "clerk", "archivist")
        )
        self.round = self._round(judged=2)
        side = self._side(PLACES[1])
        self.note_rows = [
            NoteRow(
                id="note-1",
                side_id=side.id,
                position=side.position,
                page_number=side.page_number,
                box=(0.55, 0.72, 0.9, 0.9),
                text="印章是否完整？请与纸质核对",
                by="顾明远",
                at=AT,
                answer="",
                answered_by="",
                answered_at="",
            )
        ]
        self.request_rows = [
            CorrectionRow(
                id="request-1",
                side_id=side.id,
                position=side.position,
                page_number=side.page_number,
                wanted="rescan",
                reason="图像不完整、边缘被裁：右侧缺一列字",
                by="沈若溪",
                at=AT,
                state="open",
                settled_by="",
                settled_at="",
                remark="",
            )
        ]
        self.chain = [
            ChainRow(step="operator", state="signed", by="顾明远", role="operator", at=AT),
            ChainRow(step="clerk", state="next"),
            ChainRow(step="archivist", state="later"),
        ]
        self.obstacle_rows = [
            SealObstacle(
                code="REV-116",
                message="第 1 次抽检还没有判定（由“沈若溪”开始）。",
                remedy="请核对完样本并判定。",
                step="reconcile",
            )
        ]

    def _side(self, position: int) -> SideRow:
        found = {side.position: side for side in self.side_rows}
        return found.get(position, self.side_rows[0])

    def _round(self, *, judged: int) -> RoundView:
        rows = []
        for place, position in enumerate(PLACES):
            side = self._side(position)
            row = SampleRow(
                side_id=side.id,
                position=side.position,
                page_number=side.page_number,
                part=side.part,
                place=place,
            )
            if place < judged:
                row = evolve(row, verdict="same", by="沈若溪", at=AT)
            rows.append(row)
        return RoundView(
            id="round-1",
            case_no=CASE_NO,
            number=1,
            plan="rate20",
            plan_title="抽检 20 %，合格率 100 %",
            severity="normal",
            seed="3f9a1c70b2d4e586",
            lot=len(self.side_rows),
            state="open",
            rows=tuple(rows),
            waiting=len(rows) - judged,
            limits={
                kind: {"size": len(rows), "accept": 0, "found": 0}
                for kind in ("critical", "major", "minor")
            },
            operators=("顾明远",),
            opened_by="沈若溪",
            opened_at=AT,
        )

    def review(self, actor: Actor, case_no: str) -> ReviewView:
        """What is demanded and said."""
        due = next((row.step for row in self.chain if row.state == "next"), "")
        return ReviewView(
            settings=self.review_settings_view,
            last_round=self.round,
            notes=tuple(self.note_rows),
            correction_requests=tuple(self.request_rows),
            chain=tuple(self.chain),
            obstacles=tuple(self.obstacle_rows),
            scanned=False,
            due=due,
            may_sign=bool(due) and (self.may_sign or actor.role == ADMINISTRATOR),
        )

    def set_review(
        self, actor: Actor, *, plan: str, chain: tuple[str, ...], flip: bool
    ) -> ReviewSettings:
        """Remember it."""
        self._note("set_review", plan, chain, flip)
        self.review_settings_view = evolve(
            self.review_settings_view, plan=plan, chain=chain, flip=flip
        )
        return self.review_settings_view

    def operator_standings(self) -> tuple[OperatorStanding, ...]:
        """Three operators."""
        return (
            OperatorStanding(
                operator="顾明远",
                severity="normal",
                score=30,
                may_reduce=True,
                reduced_allowed=False,
                stopped=False,
                rounds=15,
                rejected=0,
            ),
            OperatorStanding(
                operator="欧阳明月",
                severity="tightened",
                score=0,
                may_reduce=False,
                reduced_allowed=False,
                stopped=False,
                rounds=4,
                rejected=2,
            ),
            OperatorStanding(
                operator="欧阳完颜若溪·买买提江",
                severity="tightened",
                score=0,
                may_reduce=False,
                reduced_allowed=False,
                stopped=True,
                rounds=11,
                rejected=7,
            ),
        )

    def allow_reduced_inspection(self, actor: Actor, operator: str, *, allowed: bool) -> None:
        """Remember it."""
        self._note("allow_reduced_inspection", operator, allowed)

    def resume_sampling(self, actor: Actor, operator: str, reason: str) -> None:
        """Remember it."""
        self._note("resume_sampling", operator, reason)

    def draw_sample(self, actor: Actor, case_no: str) -> RoundView:
        """Five sides."""
        self._note("draw_sample", case_no)
        self.obstacle_rows = []
        self.round = self._round(judged=0)
        return self.round

    def review_side(
        self,
        actor: Actor,
        case_no: str,
        side_id: str,
        verdict: str,
        *,
        defect: str = "",
        remark: str = "",
    ) -> None:
        """Write the verdict into the round."""
        self._note("review_side", side_id, verdict, defect, remark)
        assert self.round is not None
        rows = tuple(
            evolve(row, verdict=verdict, defect=defect, remark=remark, by=actor.name, at=AT)
            if row.side_id == side_id
            else row
            for row in self.round.rows
        )
        waiting = sum(row.verdict in ("", "ask") for row in rows)
        kinds = {row.code: row for row in self.review_settings_view.defects}
        found = [kinds[row.defect] for row in rows if row.verdict == "differs"]
        limits = {
            kind: {**limit, "found": sum(row.defect_class == kind for row in found)}
            for kind, limit in self.round.limits.items()
        }
        self.round = evolve(
            self.round,
            rows=rows,
            waiting=waiting,
            limits=limits,
            passes=not found,
            back=found[0].back if found else "",
        )

    def close_round(
        self, actor: Actor, case_no: str, *, back: str = "", reason: str = ""
    ) -> RoundView:
        """Accept it, or send it back."""
        self._note("close_round", case_no, back, reason)
        assert self.round is not None
        self.round = evolve(
            self.round,
            state="accepted" if self.round.passes else "rejected",
            closed_by=actor.name,
            closed_at=AT,
            sent_back_to=back,
            reason=reason,
        )
        return self.round

    def add_note(
        self, actor: Actor, case_no: str, side_id: str, text: str, box: tuple[float, ...]
    ) -> None:
        """Remember it."""
        self._note("add_note", side_id, text, box)

    def answer_note(self, actor: Actor, note_id: str, answer: str) -> None:
        """Answer it."""
        self._note("answer_note", note_id, answer)
        self.note_rows = [
            evolve(row, answer=answer, answered_by=actor.name) for row in self.note_rows
        ]

    def request_correction(
        self, actor: Actor, case_no: str, wanted: str, reason: str, *, side_id: str
    ) -> None:
        """Remember it."""
        self._note("request_correction", wanted, reason, side_id)

    def settle_correction(
        self, actor: Actor, request_id: str, *, done: bool, remark: str = ""
    ) -> None:
        """Settle it."""
        self._note("settle_correction", request_id, done, remark)
        state = "done" if done else "declined"
        self.request_rows = [
            evolve(row, state=state, settled_by=actor.name, remark=remark)
            for row in self.request_rows
        ]

    def sign_off(self, actor: Actor, case_no: str) -> None:
        """Sign the step that is due."""
        self._note("sign_off", case_no)
        self.chain = [
            evolve(row, state="signed", by=actor.name, at=AT) if row.state == "next" else row
            for row in self.chain
        ]

    def write_review_report(self, actor: Actor, case_no: str, path: Path) -> Path:
        """Write nothing."""
        self._note("write_review_report", path)
        return path
