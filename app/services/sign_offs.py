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
from app.domain.lifecycle import SEALED
from app.domain.review import (
    IMAGE_STEPS,
    SignOff,
    StepStanding,
    due_step,
    may_not_sign,
)
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.review_rounds import round_obstacle
from app.services.review_views import ChainRow
from app.services.reviewed import Reviewed

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
            now = Reviewed(tx, dossier)
            chain = now.chain
            if not chain:
                raise Refused("SGN-101")
            due = due_step(chain)
            wanted = step or due
            if not due or wanted != due:
                raise Refused("SGN-103", step=wanted, due=due)
            if not may_sign_step(actor, due):
                raise Refused("SGN-102", step=due, role=actor.role)
            _require_ready(now, due)
            why = may_not_sign(actor.name, due, chain, now.operators)
            if why:
                raise Refused(_REFUSALS[why], step=due, actor=actor.name)
            signed = SignOff(
                id=new_id("sign_off"),
                dossier_id=dossier.id,
                step=due,
                by=actor.name,
                role=actor.role,
                at=self._now(),
                digest=now.digests[due],
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
            return chain_rows(Reviewed(tx, dossier))

    def sign_offs(self, case_no: str) -> tuple[ChainRow, ...]:
        """How far the chain of a case is; empty where the court asks for no signatures."""
        with self._context.storage.read() as tx:
            return chain_rows(Reviewed(tx, self._dossier(tx, case_no)))


def _require_ready(now: Reviewed, step: str) -> None:
    state = now.dossier.state
    if state in ("registered", *SEALED):
        raise Refused("SGN-108", step=step, state=state)
    if step in IMAGE_STEPS:
        return
    if state != "reconciled":
        raise Refused("SGN-108", step=step, state=state)
    obstacle = round_obstacle(now)
    if obstacle is not None:
        raise obstacle


def may_sign_step(actor: Actor, step: str) -> bool:
    """Whether the role of `actor` is one that signs this step."""
    return actor.role in (*_ROLES[step], ADMINISTRATOR)


def signature_obstacle(now: Reviewed) -> Refused | None:
    """The signature that is missing before the dossier may be sealed."""
    for entry in now.chain:
        if entry.state == "void" and entry.sign_off is not None:
            return Refused("SGN-110", step=entry.step, by=entry.sign_off.by)
        if entry.state != "signed":
            return Refused("SGN-109", step=entry.step)
    return None


def chain_rows(now: Reviewed) -> tuple[ChainRow, ...]:
    """The steps the court demands and how far they are."""
    return tuple(_row(entry) for entry in now.chain)


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
