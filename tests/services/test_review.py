"""The review: samples by a second person, correction requests, signatures, and what seals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from app.domain.access import Actor
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier
from tests.services.reviewed_desk import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    INSPECTOR,
    JUDGE,
    OPERATOR,
    judge_all,
    refused,
    scanned_and_reconciled,
)


@pytest.fixture
def reconciled(workstation: Workstation, dossier: Dossier) -> Workstation:
    """The dossier scanned by the operator and reconciled."""
    return scanned_and_reconciled(workstation, dossier)


def test_without_demands_nothing_of_the_review_is_open(reconciled: Workstation) -> None:
    assert not [
        row for row in reconciled.seal_obstacles(CASE_NO) if row.code.startswith(("REV", "SGN"))
    ]
    assert refused(reconciled.draw_sample, INSPECTOR, CASE_NO) == "REV-104"
    assert refused(reconciled.sign_off, CLERK, CASE_NO) == "SGN-101"


def test_a_demanded_sample_keeps_the_dossier_from_being_sealed(reconciled: Workstation) -> None:
    reconciled.set_review(ADMINISTRATOR, plan="all")
    assert "REV-117" in [row.code for row in reconciled.seal_obstacles(CASE_NO)]
    assert refused(reconciled.seal, ARCHIVIST, CASE_NO) == "REV-117"
    assert reconciled.case(CASE_NO).next_action == "review"
    view = reconciled.draw_sample(ADMINISTRATOR, CASE_NO, seed="1")
    assert view.lot == len(view.rows) == 4
    assert view.waiting == 4
    assert refused(reconciled.seal, ARCHIVIST, CASE_NO) == "REV-116"
    assert refused(reconciled.close_round, INSPECTOR, CASE_NO) == "REV-109"
    judge_all(reconciled)
    assert reconciled.close_round(INSPECTOR, CASE_NO).state == "accepted"
    assert refused(reconciled.draw_sample, INSPECTOR, CASE_NO) == "REV-105"
    assert reconciled.case(CASE_NO).next_action == "seal"
    reconciled.seal(ARCHIVIST, CASE_NO)
    assert reconciled.case(CASE_NO).state == "sealed"


def test_whoever_scanned_reviews_nothing(reconciled: Workstation) -> None:
    reconciled.set_review(ADMINISTRATOR, plan="all")
    scanned = Actor(name=OPERATOR.name, role="administrator")
    assert refused(reconciled.draw_sample, scanned, CASE_NO) == "REV-101"
    view = reconciled.draw_sample(INSPECTOR, CASE_NO)
    side = view.rows[0].side_id
    assert refused(reconciled.review_side, scanned, CASE_NO, side, "same") == "REV-101"
    assert refused(reconciled.close_round, scanned, CASE_NO) == "REV-101"
    assert refused(reconciled.draw_sample, OPERATOR, CASE_NO) == "ACC-101"


def test_a_rejected_dossier_goes_back_and_what_comes_back_is_seen_again(
    reconciled: Workstation,
) -> None:
    reconciled.set_review(ADMINISTRATOR, plan="rate20")
    view = reconciled.draw_sample(ADMINISTRATOR, CASE_NO, seed="1")
    faulty = view.rows[0]
    judge_all(reconciled)
    reconciled.review_side(
        INSPECTOR, CASE_NO, faulty.side_id, "differs", defect="turned", remark="倒置"
    )
    closed = reconciled.close_round(INSPECTOR, CASE_NO)
    assert (closed.state, closed.sent_back_to) == ("rejected", "inspect")
    assert closed.reason == "方向错误、明显偏斜"
    assert reconciled.case(CASE_NO).state == "scanned"
    request = reconciled.correction_requests(CASE_NO)[0]
    assert (request.wanted, request.state, request.by) == ("rescan", "open", INSPECTOR.name)
    assert refused(reconciled.settle_correction, OPERATOR, request.id, done=True) == "COR-105"
    reconciled.turn_side(ARCHIVIST, faulty.side_id, 90)
    reconciled.settle_correction(OPERATOR, request.id, done=True)
    reconciled.process(ADMINISTRATOR, CASE_NO)
    reconciled.catalogue(ADMINISTRATOR, CASE_NO)
    reconciled.reconcile(ARCHIVIST, CASE_NO)
    assert "REV-118" in [row.code for row in reconciled.seal_obstacles(CASE_NO)]
    again = reconciled.draw_sample(INSPECTOR, CASE_NO)
    assert (again.number, again.severity) == (2, "tightened")
    row = next(row for row in again.rows if row.side_id == faulty.side_id)
    assert row.verdict == "" and row.seen_before
    # The others were judged, and their images are the same still.
    assert again.waiting == 1
    reconciled.review_side(INSPECTOR, CASE_NO, faulty.side_id, "same")
    assert reconciled.close_round(INSPECTOR, CASE_NO).state == "accepted"


def test_a_fault_beside_the_sample_rejects_nothing_but_is_mended_first(
    reconciled: Workstation,
) -> None:
    reconciled.set_review(ADMINISTRATOR, plan="rate5")
    view = reconciled.draw_sample(ADMINISTRATOR, CASE_NO, seed="1")
    assert len(view.rows) == 4
    judge_all(reconciled)
    side = view.rows[1].side_id
    reconciled.review_side(INSPECTOR, CASE_NO, side, "ask", remark="是否缺章")
    assert refused(reconciled.close_round, INSPECTOR, CASE_NO) == "REV-110"
    reconciled.review_side(INSPECTOR, CASE_NO, side, "differs", defect="missing")
    assert reconciled.review_rounds(CASE_NO)[-1].limits["critical"]["found"] == 1
    assert reconciled.close_round(INSPECTOR, CASE_NO, back="scan", reason="缺页").reason == "缺页"


def test_a_rejected_round_nobody_demanded_keeps_the_dossier_open(
    reconciled: Workstation,
) -> None:
    view = reconciled.draw_sample(INSPECTOR, CASE_NO, plan="all")
    judge_all(reconciled)
    reconciled.review_side(INSPECTOR, CASE_NO, view.rows[0].side_id, "differs", defect="catalogue")
    assert reconciled.close_round(INSPECTOR, CASE_NO).sent_back_to == "catalogue"
    assert reconciled.case(CASE_NO).state == "catalogued"
    request = reconciled.correction_requests(CASE_NO)[0]
    assert request.wanted == "catalogue"
    reconciled.settle_correction(OPERATOR, request.id, done=True)
    reconciled.reconcile(ARCHIVIST, CASE_NO)
    for row in reconciled.reconciliation(CASE_NO).discrepancies:  # type: ignore[union-attr]
        reconciled.resolve(ARCHIVIST, row.id, "same")
    assert refused(reconciled.seal, ARCHIVIST, CASE_NO) == "REV-118"
    # What was faulty is seen again though its image is the same.
    again = reconciled.draw_sample(INSPECTOR, CASE_NO, plan="rate5")
    row = next(row for row in again.rows if row.side_id == view.rows[0].side_id)
    assert row.verdict == ""
    assert again.waiting == 1


def test_verdicts_need_what_belongs_to_them(reconciled: Workstation) -> None:
    view = reconciled.draw_sample(INSPECTOR, CASE_NO, plan="all")
    judge, side = reconciled.review_side, view.rows[0].side_id
    assert refused(judge, INSPECTOR, CASE_NO, side, "maybe") == "REC-102"
    assert refused(judge, INSPECTOR, CASE_NO, side, "ask") == "REV-108"
    assert refused(judge, INSPECTOR, CASE_NO, side, "differs") == "REV-107"
    assert refused(judge, INSPECTOR, CASE_NO, side, "differs", defect="foul") == "ARC-212"
    assert refused(judge, INSPECTOR, CASE_NO, "side-none", "same") == "REV-111"
    assert refused(judge, INSPECTOR, CASE_NO, side, "same", box=(0.5, 0, 0.2, 1)) == "REV-114"
    assert refused(reconciled.draw_sample, INSPECTOR, CASE_NO) == "REV-103"
    assert refused(reconciled.close_round, INSPECTOR, CASE_NO, back="bind") == "REV-115"


def test_two_rejected_dossiers_of_an_operator_tighten_the_next(
    reconciled: Workstation,
) -> None:
    reconciled.set_review(ADMINISTRATOR, plan="gbt2828")
    assert reconciled.operator_standings() == ()
    reconciled.draw_sample(INSPECTOR, CASE_NO)
    judge_all(reconciled)
    reconciled.close_round(INSPECTOR, CASE_NO)
    standing = reconciled.operator_standings()[0]
    assert (standing.operator, standing.severity, standing.score) == (OPERATOR.name, "normal", 2)
    assert (
        refused(reconciled.allow_reduced_inspection, ADMINISTRATOR, OPERATOR.name, allowed=True)
        == "REV-112"
    )


def test_the_chain_is_signed_by_five_people_in_order(reconciled: Workstation) -> None:
    reconciled.set_review(
        ADMINISTRATOR, chain=("archivist", "operator", "inspector", "clerk", "judge")
    )
    assert next(row.step for row in reconciled.sign_offs(CASE_NO)) == "operator"
    assert refused(reconciled.seal, ARCHIVIST, CASE_NO) == "SGN-109"
    assert refused(reconciled.sign_off, INSPECTOR, CASE_NO) == "SGN-102"
    assert refused(reconciled.sign_off, CLERK, CASE_NO, "clerk") == "SGN-103"
    other = Actor(name="扫描员庚", role="operator")
    assert refused(reconciled.sign_off, other, CASE_NO) == "SGN-106"
    reconciled.sign_off(OPERATOR, CASE_NO)
    scanned = Actor(name=OPERATOR.name, role="inspector")
    assert refused(reconciled.sign_off, scanned, CASE_NO) == "SGN-105"
    for signer in (INSPECTOR, CLERK):
        reconciled.sign_off(signer, CASE_NO)
    twice = Actor(name=CLERK.name, role="judge")
    assert refused(reconciled.sign_off, twice, CASE_NO) == "SGN-104"
    reconciled.sign_off(JUDGE, CASE_NO)
    chain = reconciled.sign_offs(CASE_NO)
    assert [row.state for row in chain] == ["signed"] * 4 + ["next"]
    # A change of the catalogue voids what was signed for it, not what was signed for the images.
    item = reconciled.items(CASE_NO)[0]
    reconciled.edit_item(ARCHIVIST, item.id, title="民事起诉状（副本）")
    reconciled.reconcile(ARCHIVIST, CASE_NO)
    states = [row.state for row in reconciled.sign_offs(CASE_NO)]
    assert states == ["signed", "signed", "void", "void", "later"]
    assert refused(reconciled.seal, ARCHIVIST, CASE_NO) == "SGN-110"
    for signer in (CLERK, JUDGE, ARCHIVIST):
        reconciled.sign_off(signer, CASE_NO, remark="已核对")
    reconciled.seal(ARCHIVIST, CASE_NO)
    assert refused(reconciled.sign_off, ARCHIVIST, CASE_NO) == "SGN-103"


def test_later_signatures_wait_for_the_review(reconciled: Workstation) -> None:
    reconciled.set_review(ADMINISTRATOR, plan="all", chain=("clerk",))
    assert refused(reconciled.sign_off, CLERK, CASE_NO) == "REV-117"
    assert refused(reconciled.set_review, ADMINISTRATOR, chain=("clerk", "clerk")) == "SGN-107"
    assert refused(reconciled.set_review, ADMINISTRATOR, plan="some") == "ARC-211"
    assert refused(reconciled.set_review, ARCHIVIST, plan="all") == "ACC-101"


def test_notes_and_requests_keep_the_dossier_open(reconciled: Workstation) -> None:
    side = reconciled.sides(CASE_NO)[0]
    note = reconciled.add_note(JUDGE, CASE_NO, side.id, "印章不清", (0.1, 0.1, 0.4, 0.3))
    assert refused(reconciled.seal, ARCHIVIST, CASE_NO) == "REV-121"
    assert refused(reconciled.answer_note, CLERK, note.id, " ") == "NOT-101"
    reconciled.answer_note(CLERK, note.id, "原件如此")
    assert refused(reconciled.answer_note, CLERK, note.id, "再答") == "NOT-103"
    assert reconciled.side_notes(CASE_NO)[0].answered_by == CLERK.name
    ask = reconciled.request_correction
    assert refused(ask, JUDGE, CASE_NO, "burn", "x", side_id=side.id) == "COR-101"
    assert refused(ask, JUDGE, CASE_NO, "insert", " ", page_number=3) == "COR-102"
    assert refused(ask, JUDGE, CASE_NO, "insert", "缺页") == "COR-107"
    request = ask(JUDGE, CASE_NO, "insert", "缺第 3 页", page_number=3)
    assert refused(reconciled.seal, ARCHIVIST, CASE_NO) == "REV-120"
    settle = reconciled.settle_correction
    assert refused(settle, JUDGE, request.id, done=False, remark="不缺") == "COR-108"
    assert refused(settle, CLERK, request.id, done=False) == "COR-102"
    settle(CLERK, request.id, done=False, remark="纸质无此页")
    assert refused(settle, CLERK, request.id, done=True) == "COR-104"
    assert refused(settle, CLERK, "none", done=True) == "COR-103"
    reconciled.seal(ARCHIVIST, CASE_NO)


def test_the_report_names_every_verdict_person_and_time(
    reconciled: Workstation, tmp_path: Path
) -> None:
    reconciled.set_review(ADMINISTRATOR, plan="all", chain=("operator", "archivist"))
    reconciled.draw_sample(ADMINISTRATOR, CASE_NO, seed="卷")
    judge_all(reconciled)
    first = reconciled.sides(CASE_NO)[0]
    reconciled.review_side(
        INSPECTOR, CASE_NO, first.id, "differs", defect="border", remark="左侧黑边"
    )
    reconciled.add_note(JUDGE, CASE_NO, first.id, "请核对")
    reconciled.sign_off(OPERATOR, CASE_NO)
    path = reconciled.write_review_report(ARCHIVIST, CASE_NO, tmp_path / "报告.json")
    report = json.loads(path.read_text(encoding="utf-8"))
    assert len(report["verdicts"]) == 5
    assert all(entry["by"] and entry["at"] for entry in report["verdicts"])
    assert report["rounds"][0]["seed"] == "卷"
    assert report["sign_offs"][0]["by"] == OPERATOR.name
    assert any("签字" in sentence for sentence in report["open"])
    pdf = reconciled.write_review_report(ARCHIVIST, CASE_NO, tmp_path / "报告.pdf")
    text = "".join(page.extract_text() for page in PdfReader(pdf).pages).replace("\n", "")
    for word in ("一致性审查报告", INSPECTOR.name, "左侧黑边", "扫描人员", "请核对"):
        assert word in text
    assert (
        refused(reconciled.write_review_report, ARCHIVIST, CASE_NO, tmp_path / "报告.doc")
        == "REV-122"
    )
