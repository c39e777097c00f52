"""Cards that stand for members of staff at a cabinet. Only a keyed digest of a number is kept."""

from __future__ import annotations

import attrs
from attrs import frozen

from app.domain.access import STAFF_ROLES, Actor
from app.domain.custody import StaffCard
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.credentials import card_digest


@frozen(kw_only=True)
class StaffCardView:
    """A card as administrators see it: never its number."""

    id: str
    person: str
    added_at: str
    added_by: str
    revoked: bool


class StaffCards(Service):
    """Use cases about staff cards."""

    def cards(self, person: str = "") -> list[StaffCardView]:
        """The cards of one person or of all, oldest first."""
        with self._context.storage.read() as tx:
            found = tx.staff_cards.find(**({"person": person.strip()} if person.strip() else {}))
        return [_view(card) for card in found]

    def add_card(self, actor: Actor, person: str, number: str) -> StaffCardView:
        """Let a card stand for a member of staff; `number` is what a reader gives.

        Raises BadInput ACC-108 (nobody of that name), IDN-115 (no card number), Refused IDN-114
        (the card stands for somebody already).
        """
        actor.require("administer")
        digest = card_digest(self._context, number)
        with self._context.storage.write() as tx:
            known = tx.people.first(name=person.strip())
            if known is None or known.role not in STAFF_ROLES:
                raise BadInput("ACC-108", name=person.strip())
            taken = tx.staff_cards.first(card_hash=digest, revoked=False)
            if taken is not None:
                raise Refused("IDN-114", person=taken.person)
            card = StaffCard(
                id=new_id("card"),
                person=known.name,
                card_hash=digest,
                added_at=self._now(),
                added_by=actor.name,
            )
            tx.staff_cards.add(card)
            tx.audit.record(actor.name, "card_added", known.name, card=card.id)
            tx.commit()
        return _view(card)

    def revoke_card(self, actor: Actor, card_id: str) -> StaffCardView:
        """Take a card out of use, for instance a lost one; said twice it changes nothing. Raises
        BadInput IDN-120 when there is no such card."""
        actor.require("administer")
        with self._context.storage.write() as tx:
            card = tx.staff_cards.first(id=card_id)
            if card is None:
                raise BadInput("IDN-120", card=card_id)
            if card.revoked:
                return _view(card)
            revoked = attrs.evolve(card, revoked=True)
            tx.staff_cards.replace(revoked)
            tx.audit.record(actor.name, "card_revoked", card.person, card=card.id)
            tx.commit()
        return _view(revoked)


def _view(card: StaffCard) -> StaffCardView:
    return StaffCardView(
        id=card.id,
        person=card.person,
        added_at=card.added_at,
        added_by=card.added_by,
        revoked=card.revoked,
    )
