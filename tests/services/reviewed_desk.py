"""A dossier that is scanned and reconciled, and the people who review it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool

OPERATOR = Actor(name="扫描员甲", role="operator")
INSPECTOR = Actor(name="质检员乙", role="inspector")
CLERK = Actor(name="书记员丙", role="clerk")
JUDGE = Actor(name="法官丁", role="judge")
ARCHIVIST = Actor(name="档案员戊", role="archivist")
ADMINISTRATOR = Actor(name="管理员己", role="administrator")
CHAIN = ("operator", "inspector", "clerk", "judge", "archivist")


def scanned_and_reconciled(
    workstation: Workstation, dossier: Dossier, sheets: int | None = 2
) -> Workstation:
    """The dossier scanned by the operator and reconciled, every difference settled."""
    workstation.register_case(ADMINISTRATOR, {"case_no": CASE_NO})
    if sheets is not None:
        workstation.declare_sheets(ADMINISTRATOR, CASE_NO, sheets)
    source = f"folder:{dossier.folder}"
    workstation.scan(OPERATOR, CASE_NO, source, options={"duplex_pairs": True})
    reconciled_anew(workstation)
    return workstation


def reconciled_anew(workstation: Workstation) -> None:
    """Examined, catalogued and reconciled; every difference settled."""
    workstation.process(ADMINISTRATOR, CASE_NO)
    workstation.catalogue(ADMINISTRATOR, CASE_NO)
    workstation.reconcile(ARCHIVIST, CASE_NO)
    for row in workstation.reconciliation(CASE_NO).discrepancies:  # type: ignore[union-attr]
        workstation.resolve(ARCHIVIST, row.id, "same")


def scanned_again(
    workstation: Workstation, actor: Actor, position: int, folder: Path, pool: ReplayPool
) -> None:
    """One side scanned again, with the same content, and put in the place of the old one."""
    page = ("民事起诉状", 1)
    stack = Dossier(folder / f"重扫 {position}")
    stack.add("1.jpg", page)
    pool.dossiers.append(stack)
    source = f"folder:{stack.folder}"
    workstation.rescan(actor, CASE_NO, [position], source, whole_sheet=False)
    workstation.examine_held(CASE_NO)
    (batch,) = workstation.held(CASE_NO)
    workstation.accept_held(actor, CASE_NO, batch.batch, although="原件字迹浅")


def refused(call: object, *arguments: object, **named: object) -> str:
    """The code that a call is refused with."""
    with pytest.raises((Refused, BadInput)) as caught:
        call(*arguments, **named)  # type: ignore[operator]
    return str(caught.value.code)


def judge_all(workstation: Workstation, verdict: str = "same") -> None:
    """The same verdict of the inspector on every side of the last round."""
    for row in workstation.review_rounds(CASE_NO)[-1].rows:
        workstation.review_side(INSPECTOR, CASE_NO, row.side_id, verdict)


def accepted(workstation: Workstation) -> None:
    """A round drawn, judged and accepted."""
    workstation.draw_sample(INSPECTOR, CASE_NO)
    judge_all(workstation)
    assert workstation.close_round(INSPECTOR, CASE_NO).state == "accepted"


def open_codes(workstation: Workstation) -> list[str]:
    """The codes of everything that keeps the dossier from being sealed."""
    return [row.code for row in workstation.seal_obstacles(CASE_NO)]
