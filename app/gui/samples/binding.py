"""Binding in memory: a plan that the window can show, and papers drawn by the window itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from attrs import evolve
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from app.domain.access import Actor
from app.domain.binding import MISSING, BindingPlan, BindingRules, plan_binding
from app.domain.dossier import MAIN, Side
from app.kernel.errors import Refused
from app.kernel.progress import CancelToken, Report
from app.services.views import SideRow

MILLIMETRES_PER_METRE = 1000
PAPER = (210, 297)


class SampleBinding:
    """The part of the sample workstation that binds. `rules` may be changed by a test."""

    side_rows: list[SideRow]
    rules = BindingRules()
    recorded = True

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def binding(self, case_no: str, *, anew: bool = False) -> tuple[BindingPlan, ...]:
        """The plan of the sides at hand."""
        if not self.side_rows:
            return ()
        plan = plan_binding(MAIN, _sides(self.side_rows), self.rules, anew=anew)
        return (evolve(plan, changed=not self.recorded),)

    def bind(
        self, actor: Actor, case_no: str, *, anew: bool = False, numbered: bool = False
    ) -> tuple[BindingPlan, ...]:
        """Record."""
        self._note("bind", case_no, anew, numbered)
        self.recorded = True
        plans = self.binding(case_no, anew=anew)
        if numbered:
            due = {
                side.id: side.number
                for plan in plans
                for side in plan.sides
                if side.state == MISSING
            }
            self.side_rows = [
                evolve(row, page_number=due.get(row.id, row.page_number)) for row in self.side_rows
            ]
        return plans

    def binding_pictures(
        self, case_no: str, folder: Path, part: str, volume: int, *, dpi: int
    ) -> tuple[Path, ...]:
        """Two papers with their names on them."""
        self._note("binding_pictures", part, volume, dpi)
        return tuple(
            sample_paper(folder, title, case_no, dpi) for title in ("民事诉讼卷宗", "卷内目录")
        )

    def write_binding_papers(
        self,
        actor: Actor,
        case_no: str,
        folder: Path,
        *,
        copies: bool = False,
        report: Report,
        cancel: CancelToken,
    ) -> tuple[Path, ...]:
        """Write nothing."""
        self._note("write_binding_papers", folder, copies)
        if not self.side_rows:
            raise Refused("BND-101", case_no=case_no)
        return (folder / "卷脊标签.pdf",)


def _sides(rows: Sequence[SideRow]) -> list[Side]:
    return [
        Side(
            id=row.id,
            dossier_id="sample",
            batch_id=row.batch,
            master="",
            frame=0,
            position=row.position,
            sheet=row.sheet,
            face=row.face,
            volume=row.volume,
            blank=row.blank,
            role=row.role,
            page_number=row.page_number,
            item_number=row.item_number,
        )
        for row in rows
        if row.role != "separator"
    ]


def sample_paper(folder: Path, title: str, case_no: str, dpi: int) -> Path:
    """A paper with a title and a case number on it."""
    scale = dpi / 25.4
    picture = QImage(
        round(PAPER[0] * scale), round(PAPER[1] * scale), QImage.Format.Format_Grayscale8
    )
    picture.fill(Qt.GlobalColor.white)
    dots = round(dpi * MILLIMETRES_PER_METRE / 25.4)
    picture.setDotsPerMeterX(dots)
    picture.setDotsPerMeterY(dots)
    painter = QPainter(picture)
    painter.setPen(QColor("black"))
    font = QFont(painter.font())
    for text, top, size in ((title, 40.0, 11.0), (case_no, 70.0, 6.0)):
        font.setPixelSize(round(size * scale))
        painter.setFont(font)
        area = QRectF(0.0, top * scale, picture.width(), 2 * size * scale)
        painter.drawText(area, int(Qt.AlignmentFlag.AlignHCenter), text)
    for line in range(14):
        y = (100 + 12 * line) * scale
        painter.drawLine(QPointF(30 * scale, y), QPointF(195 * scale, y))
    painter.end()
    path = folder / f"{title}.png"
    picture.save(str(path))
    return path
