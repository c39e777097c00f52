"""Terms, retention and archival codes in memory, and a work slip drawn by the window itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.gui.samples.binding import sample_paper
from app.kernel.errors import Refused
from app.kernel.progress import CancelToken, Report
from app.services.register_views import (
    ArchivalCodeView,
    CodeFieldRow,
    CodeSettings,
    RetentionReason,
    RetentionView,
    TermRow,
)
from app.services.sheet_views import CatalogueSheet, SheetChange, SheetProblem

TITLE = "全宗号-门类代码·年度-保管期限-机构代码-件号"


class SampleTerms:
    """The part of the sample workstation that the archive asks for."""

    retention_view = RetentionView(
        case_no="",
        retention="长期",
        settled_by="",
        settled_at="",
        remark="",
        proposal="短期",
        reasons=(
            RetentionReason(
                retention="短期", reason="以调解结案的案件", source="", found="民事调解书"
            ),
        ),
        choices=(("短期", 30), ("长期", 60), ("永久", 0)),
        open_to_change=True,
    )
    code_view = ArchivalCodeView(
        case_no="",
        code="",
        parts={},
        next_code="J380-ZY·2019-D60-FGC-0042",
        obstacle={},
        differs=(),
        pattern=TITLE,
        example="J380-ZY·2021-Y-FGC-0001",
        open_to_change=True,
    )
    term_view = TermRow(
        case_no="",
        case_state="catalogued",
        cause="买卖合同纠纷",
        judge="顾明远",
        clerk="沈若溪",
        closed_on="2026-08-20",
        state="overdue",
        remind_on="2026-09-20",
        due_on="2026-11-20",
        days_left=-12,
        extended_to="",
        reason="",
        approver="",
    )
    code_settings = CodeSettings(
        pattern="piece",
        title=TITLE,
        example="J380-ZY·2021-Y-FGC-0001",
        source="",
        fields=(
            CodeFieldRow(name="fonds", title="全宗号", value="J380", default="", kinds={}),
            CodeFieldRow(name="series", title="门类代码", value="", default="ZY", kinds={}),
            CodeFieldRow(name="unit", title="机构（类别）代码", value="", default="FGC", kinds={}),
        ),
        first=1,
        known=("piece", "volume"),
    )

    sheet_view = CatalogueSheet(
        case_no="",
        changes=(
            SheetChange(
                part="main",
                row=6,
                kind="changed",
                number=2,
                title="受理案件通知书",
                field="title",
                before="受理案件通知书",
                after="受理案件通知书、应诉通知书及送达回证",
            ),
            SheetChange(
                part="main", row=7, kind="added", number=0, title="举证通知书", after="5-6"
            ),
        ),
        problems=(),
        unchanged=5,
    )

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def retention(self, case_no: str) -> RetentionView:
        """As it stands."""
        return evolve(self.retention_view, case_no=case_no)

    def set_retention(
        self, actor: Actor, case_no: str, retention: str, remark: str = ""
    ) -> RetentionView:
        """Settle it."""
        self._note("set_retention", case_no, retention, remark)
        self.retention_view = evolve(
            self.retention_view, retention=retention, settled_by=actor.name, remark=remark
        )
        return self.retention(case_no)

    def archival_code(self, case_no: str) -> ArchivalCodeView:
        """As it stands."""
        return evolve(self.code_view, case_no=case_no)

    def assign_archival_code(
        self, actor: Actor, case_no: str, code: str | None = None
    ) -> ArchivalCodeView:
        """Give the next one, or the one typed in; "0001" belongs to another case."""
        self._note("assign_archival_code", case_no, code)
        if code is not None and code.endswith("0001"):
            raise Refused("ACD-108", code_text=code, case_no="（2018）辽0882民初2201号")
        self.code_view = evolve(self.code_view, code=code or self.code_view.next_code)
        return self.archival_code(case_no)

    def archival_settings(self) -> CodeSettings:
        """How codes are made."""
        return self.code_settings

    def save_archival_settings(
        self,
        actor: Actor,
        *,
        pattern: str | None = None,
        file: Path | None = None,
        values: Mapping[str, str] | None = None,
        first: int | None = None,
    ) -> CodeSettings:
        """Keep it."""
        self._note("save_archival_settings", pattern, dict(values or {}), first)
        return self.code_settings

    def term(self, case_no: str) -> TermRow:
        """As it stands."""
        return evolve(self.term_view, case_no=case_no)

    def extend_term(
        self, actor: Actor, case_no: str, until: str, reason: str, approver: str
    ) -> TermRow:
        """Extend it."""
        self._note("extend_term", case_no, until, reason, approver)
        self.term_view = evolve(
            self.term_view,
            state="remind",
            due_on=until,
            days_left=30,
            extended_to=until,
            reason=reason,
            approver=approver,
        )
        return self.term(case_no)

    def write_register(
        self, actor: Actor, path: Path, *, report: Report, cancel: CancelToken | None = None
    ) -> int:
        """Write nothing."""
        self._note("write_register", path)
        return 6

    def write_catalogue_sheet(self, actor: Actor, case_no: str, path: Path) -> Path:
        """Write nothing."""
        self._note("write_catalogue_sheet", case_no, path)
        return path

    def read_catalogue_sheet(self, case_no: str, path: Path) -> CatalogueSheet:
        """Two differences; with a name that says so a row that cannot be taken over, too."""
        self._note("read_catalogue_sheet", case_no, path)
        wrong = SheetProblem(part="main", row=9, code="pages", value="三到五")
        problems = (wrong,) if "bad" in path.name else ()
        return evolve(self.sheet_view, case_no=case_no, problems=problems)

    def apply_catalogue_sheet(self, actor: Actor, case_no: str, path: Path) -> CatalogueSheet:
        """Taken over."""
        self._note("apply_catalogue_sheet", case_no, path)
        return self.sheet_view

    def work_slip_pictures(self, case_no: str, folder: Path, *, dpi: int) -> tuple[Path, ...]:
        """One paper with its name on it."""
        self._note("work_slip_pictures", case_no, dpi)
        return (sample_paper(folder, "诉讼卷宗扫描工作单", case_no, dpi),)

    def record_slip_printed(self, actor: Actor, case_no: str) -> None:
        """On record."""
        self._note("record_slip_printed", case_no)
