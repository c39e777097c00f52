"""Odd sizes in a case: found once, judged once; deviation gives an order."""

from __future__ import annotations

from app.domain.access import Actor
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier


def _scanned(workstation: Workstation, actor: Actor, dossier: Dossier) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO})
    workstation.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    workstation.process(actor, CASE_NO)
    assert workstation.find_size_outliers(actor, CASE_NO) == 0


def _shorten(workstation: Workstation) -> None:
    """The third side as the feeder gives it when it lets go of the paper too early."""
    third = workstation.sides(CASE_NO)[2]
    with workstation._context.storage.write() as tx:
        tx.sides.amend({third.id: {"height": round(third.height * 0.7)}})
        tx.audit.record("test", "side_examined", CASE_NO, side=third.id)
        tx.commit()


def test_a_short_page_is_told_until_somebody_judged_it(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    _scanned(workstation, actor, dossier)
    _shorten(workstation)
    assert workstation.find_size_outliers(actor, CASE_NO) == 1
    workstation.find_size_outliers(actor, CASE_NO)
    (found,) = [row for row in workstation.findings(CASE_NO) if row.code == "size_outlier"]
    assert (found.position, found.severity) == (3, "warn")
    workstation.judge_finding(actor, found.id, "accepted")
    workstation.find_size_outliers(actor, CASE_NO)
    rows = [row for row in workstation.findings(CASE_NO) if row.code == "size_outlier"]
    assert [row.verdict for row in rows] == ["accepted"]


def test_the_odd_side_has_the_largest_deviation(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    _scanned(workstation, actor, dossier)
    _shorten(workstation)
    sides = workstation.sides(CASE_NO)
    assert max(sides, key=lambda side: side.deviation).position == 3
    assert all(0 <= side.deviation <= 1 for side in sides)
