"""Odd sizes in a case: found once, judged once; deviation gives an order."""

from __future__ import annotations

from app.domain.access import Actor
from app.services.comparison import CompareSides
from app.services.workstation import Workstation
from ocr.twins import compare_sides
from tests.replay import CASE_NO, Dossier


def _scanned(workstation: Workstation, actor: Actor, dossier: Dossier) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO})
    workstation.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    workstation.process(actor, CASE_NO)
    assert workstation.find_size_outliers(actor, CASE_NO) == 0


def test_sides_are_compared_as_soon_as_they_are_read(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    _scanned(workstation, actor, dossier)
    _shorten(workstation)
    third, fourth = (side.id for side in workstation.sides(CASE_NO)[2:4])
    assert "size_outlier" not in {row.code for row in workstation.findings(CASE_NO)}
    # Reading one side again is what asks for a comparison here.
    workstation.turn_side(actor, fourth, 180)
    workstation.process(actor, CASE_NO)
    (found,) = [row for row in workstation.findings(CASE_NO) if row.code == "size_outlier"]
    assert found.side_id == third
    again = workstation.findings(CASE_NO)
    workstation.find_size_outliers(actor, CASE_NO)
    assert workstation.findings(CASE_NO) == again


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


def test_a_dark_side_deviates_by_what_was_measured_on_it(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    _scanned(workstation, actor, dossier)
    sides = workstation.sides(CASE_NO)
    with workstation._context.storage.write() as tx:
        assert tx.sides.get(sides[0].id).measures == {"skew_deg": 0.0}
        for place, side in enumerate(sides):
            brightness = 0.55 if place == 1 else 0.92 + 0.004 * (place % 3)
            tx.sides.amend({side.id: {"measures": {"brightness": brightness}}})
        tx.audit.record("test", "side_examined", CASE_NO)
        tx.commit()
    odd = {side.position: side.deviation for side in workstation.sides(CASE_NO)}
    assert odd[2] > 0.8
    assert all(odd[side.position] < odd[2] / 2 for side in sides if side.position != 2)


def test_a_comparison_that_sides_overtook_asks_for_another(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    _scanned(workstation, actor, dossier)
    context = workstation._context
    task = CompareSides(context)
    with context.storage.read() as tx:
        (found,) = tx.dossiers.find()
        dossier_id = found.id
        arguments = {"dossier": dossier_id, "turn": 0}
        call = task.prepare(tx, arguments)
    assert call is not None
    result = compare_sides(*call.arguments)
    task.apply(arguments, result)
    assert workstation.job_counts(CASE_NO).queued == 0
    with context.storage.write() as tx:
        side = tx.sides.find(dossier_id=dossier_id, superseded=False)[0]
        tx.sides.amend({side.id: {"fingerprint": "of another version"}})
        tx.audit.record("test", "side_examined", CASE_NO, side=side.id)
        tx.commit()
    task.apply(arguments, result)
    assert workstation.job_counts(CASE_NO).queued == 1
    workstation.process(actor, CASE_NO)
    assert workstation.job_counts(CASE_NO).queued == 0
