"""`seal` is refused while anything is open, and the refusal names it: each by itself, and all."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.ledger import LedgerEntry
from app.kernel.errors import Refused
from app.kernel.fault_texts import describe
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.services.reviewed_desk import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    INSPECTOR,
    JUDGE,
    OPERATOR,
    judge_all,
    open_codes,
    reconciled_anew,
    refused,
    scanned_again,
    scanned_and_reconciled,
)


@pytest.fixture
def desk(workstation: Workstation, dossier: Dossier) -> Workstation:
    """A dossier that could be sealed."""
    scanned_and_reconciled(workstation, dossier)
    assert open_codes(workstation) == []
    return workstation


def refusal(desk: Workstation) -> tuple[str, str, str]:
    """Code of the refusal and its message in both languages."""
    with pytest.raises(Refused) as caught:
        desk.seal(ARCHIVIST, CASE_NO)
    record = caught.value.as_record()
    return (
        caught.value.code,
        describe(record, "zh_CN").message,
        describe(record, "en").message,
    )


def altered_page(desk: Workstation) -> None:
    """An altered page as the comparison with the paper enters it."""
    side = desk.sides(CASE_NO)[0]
    with desk._context.storage.write() as tx:
        dossier = tx.dossiers.first(case_no=CASE_NO)
        assert dossier is not None
        tx.ledger.add(
            LedgerEntry(
                id="discrepancy-altered",
                dossier_id=dossier.id,
                kind="altered_page",
                positions=(1,),
                page_numbers=(1,),
                confidence=0.9,
                reason={
                    "code": "REC-220",
                    "parameters": {"positions": "1", "count": 2},
                    "side": side.id,
                    "differences": [{"box": [0, 0, 1, 1], "kind": "changed"}],
                },
            )
        )
        tx.audit.record(ARCHIVIST.name, "reconciled", CASE_NO)
        tx.commit()


def test_an_open_difference_is_named_with_what_it_is(desk: Workstation) -> None:
    altered_page(desk)
    code, chinese, english = refusal(desk)
    assert code == "DOS-103"
    assert chinese.startswith("还有 1 处差异未处理，不能封卷：")
    assert "第 1 面" in chinese
    assert "1" in english
    assert "{" not in chinese + english
    desk.resolve(ARCHIVIST, "discrepancy-altered", "ask", "请原审查看")
    assert refusal(desk)[0] == "DOS-103"
    desk.resolve(ARCHIVIST, "discrepancy-altered", "differs", "原件有涂改")
    desk.seal(ARCHIVIST, CASE_NO)


def test_an_unbalanced_sum_of_sheets_is_named(workstation: Workstation, dossier: Dossier) -> None:
    scanned_and_reconciled(workstation, dossier, sheets=3)
    code, chinese, _english = refusal(workstation)
    assert code == "SUM-101"
    assert "差 2 面" in chinese


def test_a_serious_finding_is_named_with_its_side(
    workstation: Workstation, dossier: Dossier
) -> None:
    bad = dossier.folder / "扫描 12.jpg"
    dossier.answers = {
        key: page for key, page in dossier.answers.items() if page != ("民事判决书", 3)
    }
    assert bad.exists()
    scanned_and_reconciled(workstation, dossier)
    code, chinese, _english = refusal(workstation)
    assert code == "DOS-104"
    assert "第 4 面" in chinese


def test_open_double_keying_is_named(desk: Workstation) -> None:
    desk.set_double_keying(ADMINISTRATOR, ["title"])
    assert refusal(desk)[0] == "KEY-106"


def test_requests_and_notes_are_named_by_their_words(desk: Workstation) -> None:
    side = desk.sides(CASE_NO)[0].id
    for number in range(1, 5):
        desk.add_note(JUDGE, CASE_NO, side, f"疑问{number}")
    code, chinese, _english = refusal(desk)
    assert code == "REV-121"
    assert chinese == "还有 4 条批注没有答复：疑问1；疑问2；疑问3……。"
    for note in desk.side_notes(CASE_NO):
        desk.answer_note(CLERK, note.id, "原件如此")
    asked = desk.request_correction(JUDGE, CASE_NO, "insert", "缺第 9 页", page_number=9)
    assert refusal(desk)[:2] == ("REV-120", "还有 1 份更正申请没有办结：缺第 9 页。")
    assert refused(desk.settle_correction, OPERATOR, asked.id, done=True) == "COR-109"
    desk.settle_correction(CLERK, asked.id, done=False, remark="纸质无此页")
    desk.seal(ARCHIVIST, CASE_NO)


def test_a_sample_is_named_until_it_is_accepted_for_what_is_there(
    desk: Workstation, pool: ReplayPool, tmp_path: Path
) -> None:
    desk.set_review(ADMINISTRATOR, plan="all")
    assert refusal(desk)[0] == "REV-117"
    view = desk.draw_sample(INSPECTOR, CASE_NO)
    assert refusal(desk)[0] == "REV-116"
    judge_all(desk)
    faulty = view.rows[0].side_id
    desk.review_side(INSPECTOR, CASE_NO, faulty, "ask", remark="是否缺章")
    assert refusal(desk)[0] == "REV-116"
    desk.review_side(INSPECTOR, CASE_NO, faulty, "differs", defect="unclear")
    assert not desk.review_rounds(CASE_NO)[-1].passes
    desk.close_round(INSPECTOR, CASE_NO)
    # It is at the desk again, where it could not be sealed either; what sent it there is named.
    code, chinese, _english = refusal(desk)
    assert code == "DOS-113"
    assert "第 1 次抽检不合格：模糊、无法辨认" in chinese
    assert open_codes(desk) == ["REV-120", "REV-118"]
    scanned_again(desk, OPERATOR, 1, tmp_path, pool)
    desk.settle_correction(OPERATOR, desk.correction_requests(CASE_NO)[0].id, done=True)
    reconciled_anew(desk)
    code, chinese, _english = refusal(desk)
    assert code == "REV-118"
    assert "模糊" in chinese
    desk.draw_sample(INSPECTOR, CASE_NO)
    judge_all(desk)
    desk.close_round(INSPECTOR, CASE_NO)
    desk.seal(ARCHIVIST, CASE_NO)


def test_leafing_through_and_signatures_are_named(desk: Workstation) -> None:
    desk.set_review(ADMINISTRATOR, flip=True)
    assert refusal(desk)[0] == "REV-123"
    desk.set_review(ADMINISTRATOR, flip=False, chain=("operator", "clerk"))
    code, chinese, english = refusal(desk)
    assert (code, chinese) == ("SGN-109", "还缺“扫描人员”环节的签字。")
    assert "{" not in english
    desk.sign_off(OPERATOR, CASE_NO)
    assert "书记员" in refusal(desk)[1]
    desk.sign_off(CLERK, CASE_NO)
    desk.edit_item(ARCHIVIST, desk.items(CASE_NO)[0].id, title="民事起诉状（副本）")
    desk.reconcile(ARCHIVIST, CASE_NO)
    assert open_codes(desk)[-1] == "SGN-110"


def test_everything_at_once_is_named_at_once(workstation: Workstation, dossier: Dossier) -> None:
    dossier.answers = {
        key: page for key, page in dossier.answers.items() if page != ("民事判决书", 3)
    }
    desk = scanned_and_reconciled(workstation, dossier, sheets=3)
    desk.set_double_keying(ADMINISTRATOR, ["title"])
    desk.set_review(ADMINISTRATOR, plan="all", chain=("operator", "clerk"), flip=True)
    altered_page(desk)
    side = desk.sides(CASE_NO)[0].id
    desk.add_note(JUDGE, CASE_NO, side, "印章不清")
    desk.request_correction(JUDGE, CASE_NO, "rescan", "太暗", side_id=side)
    desk.draw_sample(INSPECTOR, CASE_NO)
    every = [
        "SUM-101",
        "DOS-103",
        "DOS-104",
        "KEY-106",
        "REV-120",
        "REV-121",
        "REV-123",
        "REV-116",
        "SGN-109",
    ]
    assert open_codes(desk) == every
    code, chinese, english = refusal(desk)
    assert code == "DOS-113"
    assert chinese.startswith("这份卷宗还有 9 项未了，不能封卷：\n(1) ")
    assert "(9) " in chinese
    assert "(9) " in english
    for told in desk.seal_obstacles(CASE_NO):
        assert told.message in chinese
        assert told.remedy
    assert "{" not in chinese + english
