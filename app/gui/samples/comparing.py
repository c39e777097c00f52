"""An altered page in memory: a side, its paper with a line that was added, both over each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from attrs import evolve
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter

from app.gui.samples.pictures import PAGE
from app.services.alterations import ALTERED, why_not
from app.services.overlays import DifferencePictures, DifferentPlace, OverlayView
from app.services.views import DiscrepancyRow, ReconciliationView, SideRow

SIDE_COLOUR, PAPER_COLOUR = "#1f5fbf", "#d9480f"
_POSITION = 6
_PLACE = (170.0, 1950.0, 900.0, 2030.0)


class SampleComparing:
    """Answers for one altered page; other pairs do not match."""

    side_rows: list[SideRow]
    ledger: ReconciliationView | None

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def begin_altered(self) -> DiscrepancyRow:
        """Add the altered page to the ledger, with its pictures."""
        side = next(side for side in self.side_rows if side.position == _POSITION)
        assert side.picture is not None and self.ledger is not None
        self._altered_side = side.id
        self._altered_pictures = tuple(
            _with_line(side.picture, f"altered-{name}", colour, ground)
            for name, colour, ground in (
                ("paper", "#22262B", QImage.Format.Format_RGB32),
                ("both", PAPER_COLOUR, QImage.Format.Format_Grayscale8),
            )
        )
        row = DiscrepancyRow(
            id="discrepancy-altered",
            kind=ALTERED,
            positions=(_POSITION,),
            page_numbers=() if side.page_number is None else (side.page_number,),
            confidence=0.94,
            explanation=f"第 {_POSITION} 面：纸质比影像多出 1 处字迹或印章。",
            verdict="",
            verdict_by="",
            remark="",
        )
        self.ledger = evolve(self.ledger, discrepancies=(row, *self.ledger.discrepancies))
        return row

    def difference_pictures(self, _case_no: str, discrepancy_id: str) -> DifferencePictures:
        """See `Overlays.difference_pictures`."""
        self._note("difference_pictures", discrepancy_id)
        side = next(side for side in self.side_rows if side.id == self._altered_side)
        scale = side.width / PAGE[0]
        x0, y0, x1, y1 = (value * scale for value in _PLACE)
        return DifferencePictures(
            places=(DifferentPlace(box=(x0, y0, x1, y1), kind="added", ink="dark"),),
            paper=self._altered_pictures[0],
        )

    def overlay(self, _case_no: str, first: str, second: str) -> OverlayView:
        """See `Overlays.overlay`."""
        self._note("overlay", first, second)
        side = next(side for side in self.side_rows if side.id == first)
        if first != getattr(self, "_altered_side", ""):
            return OverlayView(warnings=(why_not("unlike"),))
        paper, both = self._altered_pictures
        return OverlayView(
            both=both,
            first=side.picture,
            second=paper,
            first_colour=SIDE_COLOUR,
            second_colour=PAPER_COLOUR,
        )


def _with_line(picture: Path, name: str, colour: str, ground: QImage.Format) -> Path:
    """The picture with a line of handwriting in a colour."""
    path = picture.with_name(f"{name}.jpg")
    image = QImage(str(picture)).convertToFormat(ground)
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    painter = QPainter(image)
    font = QFont("AR PL UKai CN")
    font.setPixelSize(46)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    left, top, right, bottom = _PLACE
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(
        QRectF(left, top, right - left, bottom - top), int(flags), "以上款项已付清，双方再无争议。"
    )
    painter.end()
    image.save(str(path), None, 85)
    return path
