"""Use cases around who somebody at a cabinet is."""

from __future__ import annotations

from pathlib import Path

import attrs

from app.domain.access import Actor
from app.domain.custody import HandOff
from app.domain.hand_off_guards import same_person
from app.kernel.errors import BadInput, Refused
from app.services.cabinet_desk import HandOffServices, ServiceCabinetDesk
from app.services.context import Service
from app.services.credentials import (
    BEFORE_DEPOSIT,
    LIVE_STATES,
    new_nonce,
    qr_text,
    with_new_deposit_code,
)
from app.services.identities import Identities
from app.services.locker_views import CabinetDesk
from app.services.ports import Transaction


class Identification(Service):
    """Use cases: the desk of a cabinet, the pass of a hand-off, a deposit code at the counter."""

    def cabinet_desk(self, cabinet: str) -> CabinetDesk:
        """All that the screen at a cabinet may do. Raises BadInput HND-108."""
        if cabinet not in self._context.cabinets:
            known = ", ".join(self._context.cabinets)
            raise BadInput("HND-108", cabinet=cabinet, known=known)
        services: HandOffServices = self  # type: ignore[assignment]
        return ServiceCabinetDesk(
            services,
            Identities(self._context, cabinet),
            cabinet=cabinet,
            clock=self._context.clock,
            record=self._record_visitor,
        )

    def handoff_pass(self, actor: Actor, handoff_id: str) -> str:
        """The text of the QR code that lets its bearer collect, to be printed or sent; it holds
        until the code is renewed, its time is over or the paper was collected.

        For the giver and staff that handles paper. Raises BadInput HND-107, Refused ACC-101,
        IDN-104 (nothing to collect any more), Broken IDN-113.
        """
        with self._context.storage.write() as tx:
            hand_off = self._own_hand_off(tx, actor, handoff_id)
            if hand_off.state not in LIVE_STATES:
                raise Refused("IDN-104")
            if not hand_off.nonce:
                hand_off = attrs.evolve(hand_off, nonce=new_nonce())
                tx.hand_offs.replace(hand_off)
            text = qr_text(self._context, hand_off)
            self._note_code(tx, actor, hand_off, "qr")
            tx.commit()
        return text

    def print_handoff_pass(self, actor: Actor, handoff_id: str, path: Path) -> None:
        """Write the QR code of `handoff_pass` to a PNG file. Raises as that, and OSError when the
        file cannot be written."""
        self._context.draw_qr(self.handoff_pass(actor, handoff_id), path)

    def try_identity_reader(self, actor: Actor) -> str:
        """Read the ID card on the reader, to see whether it works: the last four signs of its
        number. Raises Refused ACC-101 and as `IdentityReader.read_number`."""
        actor.require("custody")
        return self._context.identity_reader.read_number()[-4:]

    def read_visitor_card(self, actor: Actor) -> str:
        """The number of the ID card on the reader of this machine, for an application at the
        counter. Raises Refused ACC-101 and as `IdentityReader.read_number`."""
        actor.require("grant")
        return self._context.identity_reader.read_number()

    def new_deposit_code(self, actor: Actor, handoff_id: str) -> str:
        """A new code for the giver, told at a counter when no message reaches her.

        Raises BadInput HND-107, Refused ACC-101, IDN-104 (the paper is in, or called off).
        """
        with self._context.storage.write() as tx:
            hand_off = self._own_hand_off(tx, actor, handoff_id)
            if hand_off.state not in BEFORE_DEPOSIT:
                raise Refused("IDN-104")
            hand_off, code = with_new_deposit_code(tx, hand_off)
            tx.hand_offs.replace(hand_off)
            self._note_code(tx, actor, hand_off, "deposit_code")
            tx.commit()
        return code

    def _own_hand_off(self, tx: Transaction, actor: Actor, handoff_id: str) -> HandOff:
        hand_off = tx.hand_offs.first(id=handoff_id)
        if hand_off is None:
            raise BadInput("HND-107", handoff=handoff_id)
        if not same_person(actor.name, hand_off.giver):
            actor.require("custody")
        return hand_off

    def _note_code(self, tx: Transaction, actor: Actor, hand_off: HandOff, kind: str) -> None:
        case_no = tx.dossiers.get(hand_off.dossier_id).case_no
        tx.audit.record(actor.name, "code_issued", case_no, handoff=hand_off.id, kind=kind)

    def _record_visitor(self, person: str, cabinet: str, proof: str) -> None:
        with self._context.storage.write() as tx:
            tx.audit.record(person, "visitor_identified", person, cabinet=cabinet, proof=proof)
            tx.commit()
