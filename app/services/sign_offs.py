"""The chain of signatures below a dossier (签字链): who vouches for what, in the court's order."""

from __future__ import annotations

from app.domain.access import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    INSPECTOR,
    JUDGE,
    OPERATOR,
    Actor,
)
from app.domain.dossier import Dossier
from app.domain.lifecycle import SEALED
from app.domain.review import (
    IMAGE_STEPS,
    SignOff,
    StepStanding,
    dossier_digest,
    due_step,
    images_digest,
    may_not_sign,
    standings,
)
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.review_rounds import operators_of, round_obstacle
from app.services.review_settings import settings_view
from app.services.review_views import ChainRow
from app.services.round_views import present_sides

# The roles of those who may sign a step; administrators may sign each, never two.
_ROLES = {
    "operator": (OPERATOR, CLERK),
    "inspector": (INSPECTOR, ARCHIVIST),
    "clerk": (CLERK,),
    "judge": (JUDGE,),
    "archivist": (ARCHIVIST,),
}
_REFUSALS = {"scanned": "SGN-105", "not_scanned": "SGN-106", "signed": "SGN-104"}


class Signing(Service):
    """Use cases of those who sign."""

    def sign_off(
        self, actor: Actor, case_no: str, step: str = "", remark: str = ""
    ) -> tuple[ChainRow, ...]:
        """Sign a step of the chain; without a name the one that is due.

        The first steps vouch for the images, the later ones for the whole dossier after its
        review. Raises Refused SGN-101 (the court asks for no signatures), SGN-102 (not her role),
        SGN-103 (another step is due), SGN-104 (she signed another step), SGN-105 (she scanned it
        herself), SGN-106 (she did not scan it), SGN-108 (nothing scanned, not reconciled yet, or
        sealed already), REV-116 to REV-119 (the review is not done).
        """
        actor.require("sign")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            chain = chain_of(tx, dossier)
            if not chain:
                raise Refused("SGN-101")
            due = due_step(chain)
            wanted = step or due
            if not due or wanted != due:
                raise Refused("SGN-103", step=wanted, due=due)
            if not may_sign_step(actor, due):
                raise Refused("SGN-102", step=due, role=actor.role)
            self._require_ready(tx, dossier, due)
            operators = operators_of(tx, dossier, present_sides(tx, dossier))
            why = may_not_sign(actor.name, due, chain, operators)
            if why:
                raise Refused(_REFUSALS[why], step=due, actor=actor.name)
            signed = SignOff(
                id=new_id("sign_off"),
                dossier_id=dossier.id,
                step=due,
                by=actor.name,
                role=actor.role,
                at=self._now(),
                digest=_digests(tx, dossier)[due],
                remark=remark.strip(),
            )
            tx.sign_offs.add(signed)
            tx.audit.record(
                actor.name,
                "signed_off",
                dossier.case_no,
                step=due,
                digest=signed.digest,
                remark=signed.remark,
            )
            tx.commit()
            return tuple(_row(entry) for entry in chain_of(tx, dossier))

    def sign_offs(self, case_no: str) -> tuple[ChainRow, ...]:
        """How far the chain of a case is; empty where the court asks for no signatures."""
        with self._context.storage.read() as tx:
            return tuple(_row(entry) for entry in chain_of(tx, self._dossier(tx, case_no)))

    @staticmethod
    def _require_ready(tx: Transaction, dossier: Dossier, step: str) -> None:
        if dossier.state in ("registered", *SEALED):
            raise Refused("SGN-108", step=step, state=dossier.state)
        if step in IMAGE_STEPS:
            return
        if dossier.state != "reconciled":
            raise Refused("SGN-108", step=step, state=dossier.state)
        obstacle = round_obstacle(tx, dossier)
        if obstacle is not None:
            raise obstacle


def may_sign_step(actor: Actor, step: str) -> bool:
    """Whether the role of `actor` is one that signs this step."""
    return actor.role in (*_ROLES[step], ADMINISTRATOR)


def chain_of(tx: Transaction, dossier: Dossier) -> tuple[StepStanding, ...]:
    """The steps the court demands and how far they are."""
    chain = settings_view(tx).chain
    if not chain:
        return ()
    signed = tx.sign_offs.find(dossier_id=dossier.id)
    return standings(chain, signed, _digests(tx, dossier))


def signature_obstacle(tx: Transaction, dossier: Dossier) -> Refused | None:
    """The signature that is missing before the dossier may be sealed."""
    for entry in chain_of(tx, dossier):
        if entry.state == "void" and entry.sign_off is not None:
            return Refused("SGN-110", step=entry.step, by=entry.sign_off.by)
        if entry.state != "signed":
            return Refused("SGN-109", step=entry.step)
    return None


def _digests(tx: Transaction, dossier: Dossier) -> dict[str, str]:
    sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
    images = images_digest(sides)
    whole = dossier_digest(sides, tx.items.find(dossier_id=dossier.id))
    return {step: images if step in IMAGE_STEPS else whole for step in _ROLES}


def _row(entry: StepStanding) -> ChainRow:
    signed = entry.sign_off
    if signed is None:
        return ChainRow(step=entry.step, state=entry.state)
    return ChainRow(
        step=entry.step,
        state=entry.state,
        by=signed.by,
        role=signed.role,
        at=signed.at,
        remark=signed.remark,
    )
