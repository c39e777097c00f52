"""Later material of an archived dossier (归档后补充材料): asked for, approved by two, added as a
new version (STANDARDS 1.28 and 2.20)."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from app.domain.access import ADMINISTRATOR, ARCHIVIST, JUDGE, Actor, is_among
from app.domain.archiving_records import Addition
from app.domain.dossier import MAIN, RESTRICTED, Dossier
from app.domain.lifecycle import advance
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.archive_views import AdditionRow
from app.services.archived_sides import OPENED
from app.services.context import Service
from app.services.ports import Transaction
from app.services.track_freezes import case_numbers, refuse_frozen

DEPARTMENT, ARCHIVE = "department", "archive"
# Who has the word in which state: the role of the approval, its trigger, the roles of people.
_APPROVALS = {
    "asked": (DEPARTMENT, "approve_department", (JUDGE,)),
    "department_approved": (ARCHIVE, "approve_archive", (ARCHIVIST, ADMINISTRATOR)),
}
LONGEST_SHOWN = 80
OVER = ("refused", "closed")


class Additions(Service):
    """Use cases of whoever brings later material, and of those who let it in."""

    def additions(self, case_no: str = "", *, open_only: bool = False) -> list[AdditionRow]:
        """Additions of one case or of all, oldest first: the rows of the 补充材料登记表."""
        with self._context.storage.read() as tx:
            where = {"dossier_id": self._dossier(tx, case_no).id} if case_no else {}
            found = tx.additions.find(**where)
            if open_only:
                found = [addition for addition in found if addition.state not in OVER]
            numbers = case_numbers(tx, found)
            return [addition_row(addition, numbers[addition.dossier_id]) for addition in found]

    def ask_addition(
        self,
        actor: Actor,
        case_no: str,
        *,
        content: str,
        part: str,
        pages: int,
        department: str,
        judge: str,
        submitter: str,
        submitted_on: str,
        reason: str,
    ) -> AdditionRow:
        """Ask that material be added to an archived dossier. `part` is "main" or "restricted",
        `submitted_on` an ISO day.

        Raises Refused ACC-101, ADD-101 (not archived), BadInput ADD-102 (a field is missing or
        no such value).
        """
        actor.require("hand_over")
        texts: dict[str, Any] = {
            "content": content,
            "department": department,
            "judge": judge,
            "submitter": submitter,
            "submitted_on": submitted_on,
            "reason": reason,
        }
        texts = {name: text.strip() for name, text in texts.items()}
        _check(texts, part, pages)
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            if dossier.state != "accessioned":
                raise Refused("ADD-101", case_no=dossier.case_no, state=dossier.state)
            addition = Addition(
                id=new_id("addition"),
                dossier_id=dossier.id,
                state="asked",
                asked_at=self._now(),
                asked_by=actor.name,
                part=part,
                pages=pages,
                **texts,
            )
            tx.additions.add(addition)
            tx.audit.record(
                actor.name,
                "addition_asked",
                dossier.case_no,
                addition=addition.id,
                part=part,
                pages=pages,
                **texts,
            )
            tx.commit()
            return addition_row(addition, dossier.case_no)

    def approve_addition(self, actor: Actor, addition_id: str, remark: str = "") -> AdditionRow:
        """Give the approval that is due: first the head of the department (role judge), then the
        head of the archive (archivist or administrator).

        Raises Refused ADD-103 (not this person's part), ADD-104 (whoever asked, or approved
        before), DOS-101 (nothing to approve), BadInput ADD-105 (no such addition).
        """
        with self._context.storage.write() as tx:
            addition, dossier = self._addition(tx, addition_id)
            role, trigger = _entitled(actor, addition, dossier)
            approval = {
                "role": role,
                "person": actor.name,
                "at": self._now(),
                "remark": remark.strip(),
            }
            changed = attrs.evolve(
                addition,
                state=advance("addition", addition.state, trigger),
                approvals=(*addition.approvals, approval),
            )
            return self._kept_addition(
                tx, actor, changed, dossier, "addition_approved", role=role, remark=remark.strip()
            )

    def refuse_addition(self, actor: Actor, addition_id: str, reason: str) -> AdditionRow:
        """Refuse it, by whoever has the word. Raises as `approve_addition`, and BadInput ADD-106
        without a reason."""
        if not reason.strip():
            raise BadInput("ADD-106")
        with self._context.storage.write() as tx:
            addition, dossier = self._addition(tx, addition_id)
            role, _trigger = _entitled(actor, addition, dossier)
            changed = attrs.evolve(
                addition,
                state=advance("addition", addition.state, "refuse"),
                refused_by=actor.name,
                refusal=reason.strip(),
            )
            return self._kept_addition(
                tx, actor, changed, dossier, "addition_refused", role=role, reason=reason.strip()
            )

    def open_addition(self, actor: Actor, addition_id: str) -> AdditionRow:
        """Open the dossier for the approved material: a new version begins. What was there stays
        as it is until the new version is in the archive.

        Raises Refused ACC-101, FRZ-101, ADD-101 (not archived, or open for another addition),
        DOS-101 (not approved), BadInput ADD-105.
        """
        actor.require("submit")
        with self._context.storage.write() as tx:
            addition, dossier = self._addition(tx, addition_id)
            state = advance("addition", addition.state, "open")
            refuse_frozen(tx, dossier)
            if dossier.state != "accessioned":
                raise Refused("ADD-101", case_no=dossier.case_no, state=dossier.state)
            version = _next_version(tx, dossier)
            changed = attrs.evolve(addition, state=state, version=version)
            tx.dossiers.replace(
                attrs.evolve(dossier, state=advance("dossier", dossier.state, "supplement"))
            )
            sides = tx.sides.pick(("id",), dossier_id=dossier.id, superseded=False)
            return self._kept_addition(
                tx,
                actor,
                changed,
                dossier,
                OPENED,
                version=version,
                sides=[side for (side,) in sides],
            )

    def _addition(self, tx: Transaction, addition_id: str) -> tuple[Addition, Dossier]:
        addition = tx.additions.first(id=addition_id)
        if addition is None:
            raise BadInput("ADD-105", id=addition_id[:LONGEST_SHOWN])
        return addition, tx.dossiers.get(addition.dossier_id)

    def _kept_addition(
        self,
        tx: Transaction,
        actor: Actor,
        addition: Addition,
        dossier: Dossier,
        action: str,
        **details: Any,
    ) -> AdditionRow:
        tx.additions.replace(addition)
        tx.audit.record(actor.name, action, dossier.case_no, addition=addition.id, **details)
        tx.commit()
        return addition_row(addition, dossier.case_no)


def close_additions(
    tx: Transaction, actor: Actor, dossier: Dossier, version: int, now: str
) -> None:
    """Close what is open once the archive has its version; part of the caller's transaction."""
    for addition in tx.additions.find(dossier_id=dossier.id, state="open"):
        if 0 < addition.version <= version:
            tx.additions.replace(
                attrs.evolve(
                    addition, state=advance("addition", addition.state, "close"), closed_at=now
                )
            )
            tx.audit.record(
                actor.name,
                "addition_closed",
                dossier.case_no,
                addition=addition.id,
                version=version,
            )


def addition_row(addition: Addition, case_no: str) -> AdditionRow:
    """The read model of an addition."""
    return AdditionRow(
        id=addition.id,
        case_no=case_no,
        state=addition.state,
        content=addition.content,
        part=addition.part,
        pages=addition.pages,
        asked_at=addition.asked_at,
        asked_by=addition.asked_by,
        department=addition.department,
        judge=addition.judge,
        submitter=addition.submitter,
        submitted_on=addition.submitted_on,
        reason=addition.reason,
        approvals=addition.approvals,
        refused_by=addition.refused_by,
        refusal=addition.refusal,
        version=addition.version,
    )


def _entitled(actor: Actor, addition: Addition, dossier: Dossier) -> tuple[str, str]:
    """The role of the approval that is due and its trigger. Raises Refused ADD-103, ADD-104,
    DOS-101."""
    due = _APPROVALS.get(addition.state)
    if due is None:
        raise Refused("DOS-101", state=addition.state, trigger="approve")
    role, trigger, roles = due
    if actor.role not in roles:
        raise Refused("ADD-103", actor=actor.name, role=actor.role, needed=roles[0])
    involved = [addition.asked_by, *(row["person"] for row in addition.approvals)]
    if is_among(actor.name, involved):
        raise Refused("ADD-104", case_no=dossier.case_no, actor=actor.name)
    return role, trigger


def _next_version(tx: Transaction, dossier: Dossier) -> int:
    made = [package.version for package in tx.packages.find(dossier_id=dossier.id)]
    return max(made, default=0) + 1


def _check(texts: dict[str, str], part: str, pages: int) -> None:
    """Raises BadInput ADD-102 with the field that is missing or wrong."""
    for name, text in texts.items():
        if not text:
            raise BadInput("ADD-102", field=name, value="")
    if part not in (MAIN, RESTRICTED):
        raise BadInput("ADD-102", field="part", value=part)
    if pages < 1:
        raise BadInput("ADD-102", field="pages", value=pages)
    try:
        date.fromisoformat(texts["submitted_on"])
    except ValueError:
        raise BadInput(
            "ADD-102", field="submitted_on", value=texts["submitted_on"][:LONGEST_SHOWN]
        ) from None
