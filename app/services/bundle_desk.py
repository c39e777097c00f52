"""The reading desk of a terminal that holds bundles instead of the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from app.kernel.errors import Refused
from app.services.credentials import code_digits
from app.services.reading_passes import PASS_PREFIX
from app.services.reading_room import ReadingRoom
from app.services.reading_views import (
    NoticeRow,
    ProgressRow,
    ReaderVisit,
    ReadingDesk,
    SessionDesk,
)
from app.services.secrets import CODE_DIGITS


@frozen(kw_only=True)
class BundledRoom:
    """The reading room over one opened bundle. `number` and `grant` are those of its grant."""

    bundle: str
    grant: str
    number: str
    room: ReadingRoom


class BundleDesk(ReadingDesk):
    """What the shell of such a terminal may call. A code or a pass finds the bundle of its grant;
    what finds none goes to the first one, which counts it as a wrong guess.

    `ended` is told which bundle a visit that ended was of. There are no notices and no progress of
    cases here, and nobody of the staff is known: the terminal is closed by its operating system.
    """

    def __init__(self, rooms: Sequence[BundledRoom], ended: Callable[[str], None]) -> None:
        self._rooms = tuple(rooms)
        self._ended = ended
        self._of_visit: dict[str, BundledRoom] = {}

    def prepare(self) -> None:
        """See `ReadingDesk.prepare`."""
        for bundled in self._rooms:
            bundled.room.prepare()

    def notices(self) -> tuple[NoticeRow, ...]:
        """See `ReadingDesk.notices`."""
        return ()

    def progress(self, code: str) -> ProgressRow:
        """See `ReadingDesk.progress`: no code is known here."""
        raise Refused("RDR-160")

    def sign_in(self, proof: str, value: str) -> ReaderVisit:
        """See `ReadingDesk.sign_in`."""
        bundled = self._found(value)
        visit = bundled.room.sign_in(proof, value)
        self._of_visit[visit.id] = bundled
        return visit

    def session_desk(self, visit: str) -> SessionDesk:
        """See `ReadingDesk.session_desk`."""
        bundled = self._of_visit.get(visit)
        if bundled is None:
            raise Refused("RDR-112")
        return bundled.room.session_desk(visit)

    def sign_out(self, visit: str, why: str) -> None:
        """See `ReadingDesk.sign_out`."""
        bundled = self._of_visit.pop(visit, None)
        if bundled is not None:
            bundled.room.sign_out(visit, why)
            self._ended(bundled.bundle)

    def follow_prints(self) -> None:
        """See `ReadingDesk.follow_prints`."""
        for bundled in self._rooms:
            bundled.room.follow_prints()

    def staff_names(self) -> tuple[str, ...]:
        """See `ReadingDesk.staff_names`."""
        return ()

    def confirm_staff(self, name: str, pin: str) -> None:
        """See `ReadingDesk.confirm_staff`: nobody is known here."""
        raise Refused("RDR-118")

    def _found(self, value: str) -> BundledRoom:
        """Raises Refused RDR-103 while there is no bundle."""
        if not self._rooms:
            raise Refused("RDR-103")
        by_grant: Mapping[str, BundledRoom] = {each.grant: each for each in self._rooms}
        by_number = {each.number: each for each in self._rooms}
        text = value.strip()[:200]
        if text.upper().startswith(PASS_PREFIX):
            found = by_grant.get(text[len(PASS_PREFIX) :].split(":")[0].lower())
        else:
            found = by_number.get(code_digits(text)[:-CODE_DIGITS])
        return found or self._rooms[0]
