"""The first case of a visit, as the reader's page in the window of the terminal asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.reading_room import ReadingRoom
    from app.services.reading_views import ReaderSession


class SingleCaseRoom:
    """A reading room whose visitors sign in by code and open the one case of that code."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._issues: dict[tuple[str, int], str] = {}

    def prepare(self) -> None:
        """See `ReadingDesk.prepare`."""
        self._room.prepare()

    def sign_in(self, code: str) -> ReaderSession:
        """Raises as `ReadingDesk.sign_in` and `SessionDesk.open_case`."""
        visit = self._room.sign_in("code", code)
        return self._room.session_desk(visit.id).open_case(visit.cases[0].grant)

    def page(self, session: ReaderSession, page_number: int, *, ahead: bool = False) -> bytes:
        """Raises as `SessionDesk.page`. A page made `ahead` is shown by `opened`."""
        page = self._room.session_desk(session.visit).page(session.grant, page_number)
        self._issues[session.visit, page_number] = page.issue
        if not ahead:
            self.opened(session, page_number)
        return page.picture

    def opened(self, session: ReaderSession, page_number: int) -> None:
        """Raises as `SessionDesk.shown`."""
        desk = self._room.session_desk(session.visit)
        desk.shown(self._issues[session.visit, page_number])

    def sign_out(self, session: ReaderSession) -> None:
        """The reader leaves."""
        self._issues.clear()
        self._room.sign_out(session.visit, "reader")

    def staff_names(self) -> tuple[str, ...]:
        """See `ReadingDesk.staff_names`."""
        return self._room.staff_names()

    def confirm_staff(self, name: str, pin: str) -> None:
        """See `ReadingDesk.confirm_staff`."""
        self._room.confirm_staff(name, pin)
