"""Ways round the second person, tried one after the other: the service closes each."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.kernel.errors import Refused
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.services.reviewed_desk import (
    ADMINISTRATOR,
    ARCHIVIST,
    CHAIN,
    CLERK,
    INSPECTOR,
    JUDGE,
    OPERATOR,
    accepted,
    judge_all,
    open_codes,
    reconciled_anew,
    refused,
    scanned_again,
    scanned_and_reconciled,
)


@pytest.fixture
def desk(workstation: Workstation, dossier: Dossier) -> Workstation:
    """The dossier scanned by the operator and reconciled; everything may be demanded of it."""
    scanned_and_reconciled(workstation, dossier)
    workstation.set_review(ADMINISTRATOR, plan="all", chain=CHAIN)
    return workstation


def test_another_role_or_spelling_makes_nobody_a_second_person(desk: Workstation) -> None:
    scanners = [
        Actor(name=typed, role=role)
        for typed in ("扫描员甲", " 扫描员甲 ", "扫描员 甲", "扫描员\u3000甲")
        for role in ("inspector", "archivist", "administrator")
    ]
    for scanner in scanners:
        assert refused(desk.draw_sample, scanner, CASE_NO) == "REV-101"
    side = desk.draw_sample(INSPECTOR, CASE_NO).rows[0].side_id
    for scanner in scanners:
        assert refused(desk.review_side, scanner, CASE_NO, side, "same") == "REV-101"
    judge_all(desk)
    for scanner in scanners:
        assert refused(desk.close_round, scanner, CASE_NO) == "REV-101"
        assert desk.review(scanner, CASE_NO).scanned
    desk.close_round(INSPECTOR, CASE_NO)
    desk.sign_off(OPERATOR, CASE_NO)
    for scanner in (one for one in scanners if one.role != "administrator"):
        assert refused(desk.sign_off, scanner, CASE_NO) in ("SGN-105", "SGN-102")
    assert refused(desk.sign_off, scanners[-1], CASE_NO) == "SGN-105"


def test_upper_and_full_width_letters_are_the_same_person(desk: Workstation) -> None:
    desk.add_person(ADMINISTRATOR, "Wang Fang", "operator", "246810")
    for name in ("wang fang", "ＷＡＮＧ　Ｆａｎｇ", "WangFang"):
        assert refused(desk.add_person, ADMINISTRATOR, name, "inspector", "135791") == "ACC-105"


def test_whoever_scans_while_a_sample_is_judged_judges_no_more(
    desk: Workstation, pool: ReplayPool, tmp_path: Path
) -> None:
    side = desk.draw_sample(INSPECTOR, CASE_NO).rows[0].side_id
    rescanner = Actor(name=INSPECTOR.name, role="administrator")
    scanned_again(desk, rescanner, 1, tmp_path, pool)
    assert refused(desk.review_side, INSPECTOR, CASE_NO, side, "same") == "REV-101"
    assert refused(desk.close_round, INSPECTOR, CASE_NO) == "REV-101"
    # Nor does whoever scanned when it was drawn, though nothing of hers were left.
    assert refused(desk.close_round, Actor(name=OPERATOR.name, role="inspector"), CASE_NO) == (
        "REV-101"
    )
    third = Actor(name="质检员辛", role="inspector")
    row = desk.review_rounds(CASE_NO)[-1].rows[0]
    desk.review_side(third, CASE_NO, row.side_id, "same")


def test_the_sample_is_nobodys_choice(desk: Workstation) -> None:
    desk.set_review(ADMINISTRATOR, plan="rate20")
    # A seed that is tried out draws the sides one likes.
    assert refused(desk.draw_sample, INSPECTOR, CASE_NO, seed="7") == "ACC-101"
    assert refused(desk.draw_sample, INSPECTOR, CASE_NO, plan="none") == "REV-104"
    desk.draw_sample(INSPECTOR, CASE_NO, plan="all")
    drawn = [row.details for row in desk.history(CASE_NO) if row.action == "sample_drawn"]
    assert len(str(drawn[0]["seed"])) == 16
    assert drawn[0]["seed_given"] is False


def test_a_laxer_plan_than_the_courts_is_not_drawn(
    workstation: Workstation, tmp_path: Path, pool: ReplayPool
) -> None:
    large = Dossier(tmp_path / "大卷")
    for number in range(1, 31):
        large.add(f"{number}.jpg", (f"第{number}页正文", number))
    pool.dossiers.append(large)
    scanned_and_reconciled(workstation, large, sheets=None)
    workstation.set_review(ADMINISTRATOR, plan="rate20")
    assert refused(workstation.draw_sample, INSPECTOR, CASE_NO, plan="rate5") == "REV-124"
    assert refused(workstation.draw_sample, INSPECTOR, CASE_NO, plan="gbt2828") == "REV-124"
    assert workstation.draw_sample(INSPECTOR, CASE_NO, plan="all").plan == "all"


def test_one_person_signs_one_step_in_whatever_role_and_in_order(desk: Workstation) -> None:
    accepted(desk)
    assert refused(desk.sign_off, INSPECTOR, CASE_NO, "inspector") == "SGN-103"
    desk.sign_off(OPERATOR, CASE_NO)
    assert refused(desk.sign_off, OPERATOR, CASE_NO, "operator") == "SGN-103"
    desk.sign_off(INSPECTOR, CASE_NO)
    for role in ("clerk", "administrator"):
        twice = Actor(name=INSPECTOR.name + " ", role=role)
        assert refused(desk.sign_off, twice, CASE_NO) == "SGN-104"
    assert refused(desk.sign_off, CLERK, CASE_NO, "archivist") == "SGN-103"
    desk.sign_off(CLERK, CASE_NO)
    desk.sign_off(JUDGE, CASE_NO)
    assert refused(desk.sign_off, JUDGE, CASE_NO) == "SGN-102"
    desk.sign_off(ARCHIVIST, CASE_NO)
    assert refused(desk.sign_off, ADMINISTRATOR, CASE_NO) == "SGN-103"
    desk.seal(ARCHIVIST, CASE_NO)


def test_a_page_scanned_after_the_signatures_voids_them_and_the_sample(
    desk: Workstation, pool: ReplayPool, tmp_path: Path
) -> None:
    accepted(desk)
    for signer in (OPERATOR, INSPECTOR, CLERK, JUDGE, ARCHIVIST):
        desk.sign_off(signer, CASE_NO)
    assert open_codes(desk) == []
    scanned_again(desk, OPERATOR, 1, tmp_path, pool)
    reconciled_anew(desk)
    assert [row.state for row in desk.sign_offs(CASE_NO)] == ["void"] * 5
    assert open_codes(desk) == ["REV-119", "SGN-110"]
    assert refused(desk.seal, ARCHIVIST, CASE_NO) == "DOS-113"
    # What came back is looked at again.
    again = desk.draw_sample(INSPECTOR, CASE_NO)
    assert [row.position for row in again.rows if not row.verdict] == [1]


def test_the_clerk_does_not_sign_before_the_sample_is_accepted(desk: Workstation) -> None:
    desk.sign_off(OPERATOR, CASE_NO)
    desk.sign_off(INSPECTOR, CASE_NO)
    assert refused(desk.sign_off, CLERK, CASE_NO) == "REV-117"
    desk.draw_sample(INSPECTOR, CASE_NO)
    assert refused(desk.sign_off, CLERK, CASE_NO) == "REV-116"


def test_nobody_decides_how_her_own_work_is_sampled(desk: Workstation) -> None:
    chief = Actor(name=OPERATOR.name, role="administrator")
    allow, resume = desk.allow_reduced_inspection, desk.resume_sampling
    assert refused(allow, chief, OPERATOR.name, allowed=False) == "REV-127"
    assert refused(allow, INSPECTOR, OPERATOR.name, allowed=True) == "ACC-101"
    assert refused(resume, ADMINISTRATOR, OPERATOR.name, "已培训") == "REV-125"
    assert refused(resume, ADMINISTRATOR, OPERATOR.name, " ") == "REV-126"
    assert refused(resume, INSPECTOR, OPERATOR.name, "已培训") == "ACC-101"


def test_of_two_stations_that_sign_at_once_one_signs(
    desk: Workstation, pool: ReplayPool, tmp_path: Path
) -> None:
    accepted(desk)
    for signer in (OPERATOR, INSPECTOR, CLERK, JUDGE):
        desk.sign_off(signer, CASE_NO)
    other = open_workstation(tmp_path / "数据", pool=pool)
    told: list[str] = []
    ready = threading.Barrier(2)

    def sign(station: Workstation, signer: Actor) -> None:
        ready.wait()
        try:
            station.sign_off(signer, CASE_NO)
            told.append("signed")
        except Refused as refusal:
            told.append(refusal.code)

    second = Actor(name="档案员壬", role="archivist")
    people = ((desk, ARCHIVIST), (other, second))
    threads = [threading.Thread(target=sign, args=(station, who)) for station, who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(told) == ["SGN-103", "signed"]
    assert sum(row.action == "signed_off" for row in desk.history(CASE_NO)) == 5
