"""Who may close the screen of the cabinet: a member of staff, by her PIN at the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.locker_views import PIN

if TYPE_CHECKING:
    from app.services.locker_views import CabinetDesk


class DeskStaff:
    """The staff as `StaffCheck` of the closing panel asks for them."""

    def __init__(self, desk: CabinetDesk) -> None:
        self._desk = desk

    def staff_names(self) -> tuple[str, ...]:
        """Everybody who may sign in by PIN."""
        return tuple(self._desk.people())

    def confirm_staff(self, name: str, pin: str) -> None:
        """Raises Refused when this PIN is not hers; anybody may while no staff is registered."""
        if name or self._desk.people():
            self._desk.leave(self._desk.identify(PIN, pin, name=name).token)
