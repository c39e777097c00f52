"""The reading desk of a terminal that holds bundles instead of the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from attrs import frozen

from app.kernel.errors import Broken, Refused
from app.services.credentials import code_digits
from app.services.reading_bundle_rooms import BundleRoom
from app.services.reading_passes import PASS_PREFIX
from app.services.reading_sign_in import CARD
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
    """The reading room over one opened bundle. `number` and `grant` are those of its grant;
    `made_at` is the timestamp of the bundle, "" for one of an older program."""

    bundle: str
    grant: str
    number: str
    room: BundleRoom
    made_at: str = ""


class BundleDesk(ReadingDesk):
    """What the shell of such a terminal may call. A code or a pass finds the bundle of its grant;
    what finds none goes to the first one, which counts it as a wrong guess.

    `ended` is told which bundle a visit that ended was of. There are no notices and no progress of
    cases here. Of the staff nobody is known but whoever has the closing code, which came with the
    newest bundle that has one; where there is none, the operating system closes the terminal.
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
        if proof == CARD and isinstance(value, str) and self._rooms:
            bundled, visit = self._by_card(value.strip())
        else:
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
        """See `ReadingDesk.staff_names`: the name under which the closing code is kept."""
        closing = self._closing()
        return closing.room.staff_names() if closing is not None else ()

    def confirm_staff(self, name: str, pin: str) -> None:
        """See `ReadingDesk.confirm_staff`. Raises Refused RDR-118 where no bundle brought a
        closing code."""
        closing = self._closing()
        if closing is None:
            raise Refused("RDR-118")
        closing.room.confirm_staff(name, pin)
        # It is on record; a full disk must not keep the terminal open.
        with suppress(Broken):
            self._ended(closing.bundle)

    def _closing(self) -> BundledRoom | None:
        """The bundle whose closing code holds: an older code ends with a newer one."""
        having = [each for each in self._rooms if each.room.staff_names()]
        return max(having, key=lambda each: each.made_at, default=None)

    def _by_card(self, value: str) -> tuple[BundledRoom, ReaderVisit]:
        """The card is read once, then every bundle is asked whether it is its reader's. Where
        none of hers can be opened the last one says why; a strange card is refused, and a typed
        number counted, by the first bundle."""
        first = self._rooms[0].room
        if value and not first.card_reader.typed_numbers:
            raise Refused("IDN-116")
        first.require_cards_taken()
        number = value or first.card_reader.read_number()
        known = [each for each in self._rooms if each.room.knows_card(number)] or [self._rooms[0]]
        for bundled in known[:-1]:
            try:
                return bundled, self._entered(bundled, number, typed=bool(value))
            except Refused:
                continue
        return known[-1], self._entered(known[-1], number, typed=bool(value))

    def _entered(self, bundled: BundledRoom, number: str, *, typed: bool) -> ReaderVisit:
        if typed:
            return bundled.room.sign_in(CARD, number)
        return bundled.room.sign_in_with_card(number)

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
