"""The reading room (阅卷): all that the review terminal may do, and nothing else.

A reader sees granted, numbered pages of the sealed main part, each with her watermark burned in.
The restricted part (副卷) is out of reach here, whatever a grant says.
"""

from __future__ import annotations

from app.domain.access import Actor
from app.kernel.errors import Refused
from app.services.administration import Administration
from app.services.context import Context
from app.services.public_query import PublicQuery
from app.services.reading_endings import end_lost_visits, end_visit
from app.services.reading_marks import ReaderMarks
from app.services.reading_printing import ReaderPrints
from app.services.reading_search import PageText
from app.services.reading_sessions import PageReading
from app.services.reading_sign_in import ReaderSignIn
from app.services.reading_slips import ReaderSlips
from app.services.reading_spooling import follow_prints
from app.services.reading_views import ReaderVisit

READY = "app.adapters.reading.issued_page:ready"


class ReaderDesk(PageReading, PageText, ReaderMarks, ReaderPrints, ReaderSlips):
    """What the process of one reader may call: a `SessionDesk`, bound to one visit."""


class ReadingRoom(PublicQuery):
    """What the review terminal may call: a `ReadingDesk` (see app.services.reading_views)."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        # One desk for each visit that was opened here: it knows what is in sight.
        self._desks: dict[str, ReaderDesk] = {}

    def prepare(self) -> None:
        """See `ReadingDesk.prepare`. What a terminal of this name left open is ended."""
        end_lost_visits(self._context)
        self._context.pool.call(READY, (), seconds=60)

    def sign_in(self, proof: str, value: str) -> ReaderVisit:
        """See `ReadingDesk.sign_in`."""
        return ReaderSignIn(self._context).sign_in(proof, value)

    def session_desk(self, visit: str) -> ReaderDesk:
        """See `ReadingDesk.session_desk`."""
        desk = self._desks.get(visit) or ReaderDesk(self._context, visit)
        desk.require_open()
        return self._desks.setdefault(visit, desk)

    def sign_out(self, visit: str, why: str) -> None:
        """See `ReadingDesk.sign_out`."""
        desk = self._desks.pop(visit, None)
        if desk is not None:
            desk.leave_all_pages()
        end_visit(self._context, visit, why)

    def follow_prints(self) -> None:
        """See `ReadingDesk.follow_prints`."""
        follow_prints(self._context)

    def staff_names(self) -> tuple[str, ...]:
        """See `ReadingDesk.staff_names`."""
        return tuple(name for name, _role in Administration(self._context).people())

    def confirm_staff(self, name: str, pin: str) -> None:
        """See `ReadingDesk.confirm_staff`."""
        administration = Administration(self._context)
        if administration.needs_first_person():
            raise Refused("RDR-118")
        closer = administration.sign_in(name, pin).name
        with self._context.storage.write() as tx:
            tx.audit.record(closer, "terminal_closed", self._context.station)
            tx.commit()


def system_actor(name: str) -> Actor:
    """The actor of the command line: whoever holds the data folder holds its rights."""
    return Actor(name=name, role="administrator")
