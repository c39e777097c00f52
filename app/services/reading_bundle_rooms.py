"""The reading room over one opened bundle: what a terminal without the database adds to it."""

from __future__ import annotations

import attrs

from app.services.credentials import identity_digest
from app.services.ports import IdentityReader
from app.services.reading_room import ReadingRoom
from app.services.reading_sign_in import CARD, LONGEST_CODE, ReaderSignIn
from app.services.reading_views import ReaderVisit


class ReadCard:
    """A card that was read already; an `IdentityReader`."""

    def __init__(self, number: str) -> None:
        self.typed_numbers = False
        self._number = number

    def read_number(self) -> str:
        """The number that was read."""
        return self._number


class BundleRoom(ReadingRoom):
    """One bundle's reading room. The terminal asks several of them whose card it is."""

    @property
    def card_reader(self) -> IdentityReader:
        """The reader of this terminal."""
        return self._context.identity_reader

    def require_cards_taken(self) -> None:
        """Raises Refused RDR-111 while no numbers of cards are taken."""
        ReaderSignIn(self._context).require_cards_taken()

    def knows_card(self, number: str) -> bool:
        """Whether the reader of this bundle has the card with this number. Raises BadInput
        IDN-115, Broken RDR-170."""
        digest = identity_digest(self._context, number[:LONGEST_CODE])
        with self._context.storage.read() as tx:
            return tx.grants.first(identity_hash=digest) is not None

    def sign_in_with_card(self, number: str) -> ReaderVisit:
        """As `sign_in` with the card on the reader, which was read before. Raises the same."""
        context = attrs.evolve(self._context, identity_reader=ReadCard(number))
        return ReaderSignIn(context).sign_in(CARD, "")
