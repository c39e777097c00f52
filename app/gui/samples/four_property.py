"""The four-property check of the workstation in memory."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from app.domain.access import Actor
from app.gui.samples.archiving import SampleArchiving
from app.gui.samples.rows import CASE_NO, sample_checks
from app.kernel.progress import CancelToken, Report
from app.services.archive_views import CheckLine, PackageCheckView
from archive_rules.four_property import Stage, load_check_list

MADE_AT = "2026-11-23T01:40:00.000Z"


def sample_check(number: int = 1, stage: Stage = "archiving") -> PackageCheckView:
    """A check of all items of a stage: nothing failed, those of a person wait."""
    check_list = load_check_list()
    prefix = check_list.prefixes[stage]
    return PackageCheckView(
        id=f"check-{number}",
        case_no=CASE_NO,
        package="（2019）辽0882民初4866号-v1",
        stage=stage,
        standard=check_list.id,
        version=check_list.version,
        made_at=MADE_AT,
        made_by="沈若溪",
        sha256=sample_checks().sha256,
        outcome="awaiting_review",
        lines=tuple(
            CheckLine(
                code=f"{prefix}-{item.code}",
                name=item.name,
                property=item.property,
                result="pass" if item.automatic else "manual",
                remark=item.hint,
                blocking=item.blocking,
            )
            for item in check_list.of_stage(stage)
        ),
    )


class SampleFourProperty(SampleArchiving):
    """Part of `SampleWorkstation`."""

    check_rows: list[PackageCheckView]

    def package_checks(self, case_no: str) -> list[PackageCheckView]:
        """The checks of the case."""
        return list(self.check_rows)

    def check_at_stage(
        self, actor: Actor, what: str, stage: Stage, *, report: Report, cancel: CancelToken
    ) -> PackageCheckView:
        """Check."""
        self._note("check_at_stage", what, stage)
        self.check_rows.append(sample_check(len(self.check_rows) + 1, stage))
        return self.check_rows[-1]

    def _changed(self, view: PackageCheckView) -> PackageCheckView:
        self.check_rows = [view if row.id == view.id else row for row in self.check_rows]
        return view

    def decide_check(
        self, actor: Actor, check_id: str, code: str, decision: str, remark: str = ""
    ) -> PackageCheckView:
        """Decide an item."""
        self._note("decide_check", check_id, code, decision, remark)
        (view,) = (row for row in self.check_rows if row.id == check_id)
        lines = tuple(
            evolve(
                line,
                decision=decision,
                decided_by=actor.name,
                decided_at=MADE_AT,
                decision_remark=remark,
            )
            if line.code == code
            else line
            for line in view.lines
        )
        return self._changed(evolve(view, lines=lines))

    def conclude_check(
        self, actor: Actor, check_id: str, decision: str, remark: str = ""
    ) -> PackageCheckView:
        """End the check."""
        self._note("conclude_check", check_id, decision, remark)
        (view,) = (row for row in self.check_rows if row.id == check_id)
        return self._changed(evolve(view, outcome=decision, decided_by=actor.name, remark=remark))

    def check_report(self, check_id: str, out: Path) -> Path:
        """Report."""
        self._note("check_report", check_id, out)
        return out
