"""What the reading page reads in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from app.services.reading_desk_views import ApplicationRow, GrantRow, PrintJobRow, VisitRow
from app.services.reading_views import NoticeRow, SlipRow

if TYPE_CHECKING:
    from app.services.workstation import Workstation


@frozen(kw_only=True)
class DeskRead:
    """All lists as they stand now."""

    applications: tuple[ApplicationRow, ...] = ()
    grants: tuple[GrantRow, ...] = ()
    appointments: tuple[GrantRow, ...] = ()
    prints: tuple[PrintJobRow, ...] = ()
    slips: tuple[SlipRow, ...] = ()
    visits: tuple[VisitRow, ...] = ()
    notices: tuple[NoticeRow, ...] = ()


def read_desk(workstation: Workstation) -> DeskRead:
    """Read them now; the newest visits first."""
    visits = workstation.visits()
    return DeskRead(
        applications=tuple(workstation.reading_applications()),
        grants=tuple(workstation.reading_grants()),
        appointments=tuple(workstation.appointments()),
        prints=tuple(workstation.print_requests()),
        slips=tuple(workstation.reading_slips()),
        visits=tuple(sorted(visits, key=lambda row: row.started_at, reverse=True)),
        notices=tuple(workstation.hall_notices()),
    )
