"""What the locker page reads beside the live map, in one go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from app.services.locker_views import HandOffRow, IncidentRow, NoticeView

if TYPE_CHECKING:
    from app.services.workstation import Workstation


@frozen(kw_only=True)
class Lists:
    """Cabinets, hand-offs, open incidents, and the messages that did not arrive."""

    cabinets: list[str]
    hand_offs: list[HandOffRow]
    incidents: list[IncidentRow]
    failed: list[NoticeView]


def read_lists(workstation: Workstation, *, over: bool) -> Lists:
    """Read them now; `over`: the hand-offs that are over, too."""
    return Lists(
        cabinets=workstation.cabinets(),
        hand_offs=workstation.handoffs(open_only=not over),
        incidents=workstation.incidents(),
        failed=workstation.notices(state="failed"),
    )
