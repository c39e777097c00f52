"""What the scan page shows of a case, read in one go off the main thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from app.services.station_views import HeldBatch, MissRow, Resumption, SheetSum
from app.services.views import SideRow

if TYPE_CHECKING:
    from app.services.workstation import Workstation


@frozen(kw_only=True)
class ScanState:
    """Sides, sums, and what waits for the operator."""

    case_no: str = ""
    sides: list[SideRow] = field(factory=list)
    sums: tuple[SheetSum, ...] = ()
    misses: tuple[MissRow, ...] = ()
    held: tuple[HeldBatch, ...] = ()
    resumption: Resumption | None = None

    def sum_of(self, part: str) -> SheetSum | None:
        """The sum of one part."""
        return next((one for one in self.sums if one.part == part), None)


def read_state(workstation: Workstation, case_no: str) -> ScanState:
    """Read it; called on a reading thread."""
    return ScanState(
        case_no=case_no,
        sides=list(workstation.sides(case_no)),
        sums=tuple(workstation.sheet_sum(case_no)),
        misses=tuple(workstation.misses(case_no)),
        held=tuple(workstation.held(case_no)),
        resumption=workstation.resumption(case_no),
    )
