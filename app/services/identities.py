"""Who somebody at a cabinet is, by code, QR code, staff card, ID card or PIN."""

from __future__ import annotations

from attrs import frozen

from app.domain.access import STAFF_ROLES, Actor
from app.domain.custody import STAFF, HandOff
from app.domain.hand_off_guards import OPEN_STATES, same_person
from app.kernel.clock import timestamp
from app.kernel.errors import Refused
from app.services.code_guesses import CARDS, count_guess, require_not_paused
from app.services.context import Context
from app.services.credentials import (
    COLLECT,
    DEPOSIT,
    Found,
    card_digest,
    find_by_code,
    find_by_qr,
    identity_digest,
)
from app.services.people import People
from app.services.ports import Transaction


@frozen(kw_only=True)
class Identity:
    """Somebody who was known. `collects` and `deposits` are the hand-offs she was known for by a
    code or a document; `personal` is somebody of the staff, whose own ones are found by name."""

    actor: Actor
    personal: bool = False
    collects: tuple[str, ...] = ()
    deposits: tuple[str, ...] = ()


class Identities:
    """Knows people at one cabinet; every attempt is on record."""

    def __init__(self, context: Context, cabinet: str) -> None:
        self._context = context
        self._cabinet = cabinet

    def by_code(self, value: str) -> Identity:
        """Raises as `find_by_code`."""
        return self._holder(find_by_code(self._context, self._cabinet, value))

    def by_qr(self, value: str) -> Identity:
        """Raises as `find_by_qr`."""
        return self._holder(find_by_qr(self._context, self._cabinet, value))

    def by_pin(self, value: str, name: str) -> Identity:
        """Raises Refused ACC-106 (wrong), ACC-107 (locked)."""
        return Identity(actor=People(self._context).sign_in(name, value), personal=True)

    def by_card(self, value: str) -> Identity:
        """Raises Refused IDN-107 (not registered or revoked), IDN-102 (too many wrong cards),
        BadInput IDN-115 (no card number), Broken IDN-113."""
        digest = card_digest(self._context, value)
        now = timestamp(self._context.clock.now())
        with self._context.storage.write() as tx:
            require_not_paused(tx, self._cabinet, now, CARDS)
            card = tx.staff_cards.first(card_hash=digest, revoked=False)
            person = tx.people.first(name=card.person) if card is not None else None
            if person is None or person.role not in STAFF_ROLES:
                tx.audit.record(self._cabinet, "card_unknown", self._cabinet)
                count_guess(tx, self._context, self._cabinet, CARDS)
                tx.commit()
                raise Refused("IDN-107")
        return Identity(actor=Actor(name=person.name, role=person.role), personal=True)

    def by_identity_card(self, value: str) -> Identity:
        """An empty `value` asks the reader for the card that lies on it.

        Raises Refused IDN-116 (typed numbers are not accepted), IDN-109 (nothing here for this
        card), BadInput IDN-115, and what the reader raises.
        """
        reader = self._context.identity_reader
        if value.strip() and not reader.typed_numbers:
            raise Refused("IDN-116")
        number = value.strip() or reader.read_number()
        digest = identity_digest(self._context, number)
        with self._context.storage.write() as tx:
            here = tx.hand_offs.find(cabinet=self._cabinet, state=OPEN_STATES)
            collects = [each for each in here if each.identity_hash == digest]
            deposits = [each for each in here if each.giver_identity_hash == digest]
            if not collects and not deposits:
                tx.audit.record(self._cabinet, "identity_card_unknown", self._cabinet)
                tx.commit()
                raise Refused("IDN-109", cabinet=self._cabinet)
            known = collects[-1] if collects else deposits[-1]
            actor = _party(tx, known, COLLECT if collects else DEPOSIT)
        return Identity(
            actor=actor,
            collects=tuple(each.id for each in collects),
            deposits=tuple(each.id for each in deposits),
        )

    def own(self, identity: Identity) -> tuple[frozenset[str], frozenset[str]]:
        """The ids of the open hand-offs at this cabinet that are hers to receive, and hers to
        give. A member of staff has those of her name; not those of a party who is called alike."""
        if not identity.personal:
            return frozenset(identity.collects), frozenset(identity.deposits)
        name = identity.actor.name
        with self._context.storage.read() as tx:
            here = tx.hand_offs.find(cabinet=self._cabinet, state=OPEN_STATES)
        return (
            frozenset(
                each.id
                for each in here
                if each.receiver_kind == STAFF and same_person(each.receiver, name)
            ),
            frozenset(
                each.id
                for each in here
                if each.giver_kind == STAFF and same_person(each.giver, name)
            ),
        )

    def _holder(self, found: Found) -> Identity:
        """Whoever has a code of a hand-off, with no more than that hand-off."""
        with self._context.storage.read() as tx:
            actor = _party(tx, found.hand_off, found.purpose)
        own = (found.hand_off.id,)
        return Identity(
            actor=actor,
            collects=own if found.purpose == COLLECT else (),
            deposits=own if found.purpose == DEPOSIT else (),
        )


def _party(tx: Transaction, hand_off: HandOff, purpose: str) -> Actor:
    """Giver or receiver of a hand-off, with the role of staff where she is one of them."""
    collects = purpose == COLLECT
    name = hand_off.receiver if collects else hand_off.giver
    kind = hand_off.receiver_kind if collects else hand_off.giver_kind
    person = tx.people.first(name=name) if kind == STAFF else None
    return Actor(name=name, role=person.role if person is not None else kind)
