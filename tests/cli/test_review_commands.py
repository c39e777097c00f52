"""`review` as two people without a window type it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO, Dossier


@pytest.fixture
def reconciled(program: Program, dossier: Dossier, tmp_path: Path) -> Callable[..., Said]:
    """The program on a case that 甲 scanned and reconciled."""
    facts = json.loads(dossier.facts.read_text(encoding="utf-8"))
    (tmp_path / "案件.json").write_text(json.dumps([facts]), encoding="utf-8")
    assert program("case", "import", tmp_path / "案件.json").status == 0
    source = f"folder:{dossier.folder}"
    assert program("--as", "甲", "scan", CASE_NO, "--source", source).status == 0
    program("--as", "甲", "reconcile", CASE_NO)
    return program


def test_a_sample_is_drawn_judged_and_decided_by_a_second_person(
    reconciled: Program, tmp_path: Path
) -> None:
    settings = reconciled("review", "settings", "--plan", "all", "--json").record
    assert settings["plan"] == "all"
    assert "逐页核对 100 %" in reconciled("review", "settings").out
    assert reconciled("--as", "甲", "review", "draw", CASE_NO, "--json").code == "REV-101"
    drawn = reconciled("--as", "乙", "review", "draw", CASE_NO, "--seed", "7", "--json").record
    assert (drawn["seed"], drawn["waiting"]) == ("7", drawn["lot"])
    for row in drawn["rows"]:
        place = ("--position", row["position"])
        assert reconciled("--as", "乙", "review", "judge", CASE_NO, "same", *place).status == 0
    differs = ("review", "judge", CASE_NO, "differs", "--position", 1)
    assert reconciled("--as", "乙", *differs, "--json").code == "REV-107"
    marked = ("--defect", "border", "--remark", "黑边", "--box", "0,0,0.1,1")
    assert reconciled("--as", "乙", *differs, *marked).out.strip() == "还有 0 面待核对"
    closed = reconciled("--as", "乙", "review", "close", CASE_NO)
    assert closed.status == 1
    assert "退回图像检查：黑边、污点等图像处理不当" in closed.out
    shown = reconciled("review", "show", CASE_NO, "--json").record
    request = shown["correction_requests"][0]
    assert request["reason"] == "黑边、污点等图像处理不当：黑边"
    assert "重扫" in reconciled("review", "show", CASE_NO).out
    settled = ("review", "settle", request["id"])
    assert reconciled("--as", "乙", *settled, "--done", "--json").code == "COR-105"
    assert reconciled("--as", "丙", *settled, "--decline", "--remark", "原件如此").status == 0
    told = reconciled("review", "open", CASE_NO)
    assert told.status == 1
    assert "第 1 次抽检不合格" in told.out
    standings = reconciled("review", "standings", "--json").record["standings"]
    assert [(row["operator"], row["rejected"]) for row in standings] == [("甲", 1)]
    report = reconciled("review", "report", CASE_NO, "--out", tmp_path / "报告.pdf")
    assert "抽检 1 次" in report.out
    assert (tmp_path / "报告.pdf").read_bytes().startswith(b"%PDF")


def test_a_difference_is_settled_by_its_number(reconciled: Program, dossier: Dossier) -> None:
    dossier.write_facts(case_no=CASE_NO, paper_pages=4)
    ledger = reconciled("reconcile", CASE_NO, "--paper", dossier.facts, "--json").record
    assert ledger["discrepancies"]
    said = ("review", "difference", CASE_NO, "differs", "--remark", "原件缺失")
    assert reconciled(*said, "--number", 99, "--json").code == "REV-128"
    assert reconciled("seal", CASE_NO, "--json").code == "DOS-103"
    for number in range(1, len(ledger["discrepancies"]) + 1):
        told = reconciled(*said, "--number", number)
        assert told.status == 0
    assert "不一致 原件缺失" in told.out
    assert reconciled("seal", CASE_NO).status == 0


def test_signatures_notes_and_requests(reconciled: Program) -> None:
    assert "无" in reconciled("review", "settings").out
    chain = ("review", "settings", "--chain", "operator,archivist", "--json")
    assert reconciled(*chain).record["chain"] == ["operator", "archivist"]
    assert reconciled("review", "sign", CASE_NO, "--json").code == "SGN-106"
    assert "已签" in reconciled("--as", "甲", "review", "sign", CASE_NO).out
    assert reconciled("--as", "甲", "review", "sign", CASE_NO, "--json").code == "SGN-105"
    note = reconciled("review", "note", CASE_NO, "--position", 1, "--text", "印章不清")
    assert reconciled("review", "answer", note.out.strip(), "--text", "原件如此").status == 0
    ask = ("review", "request", CASE_NO, "insert", "--reason", "缺页")
    assert reconciled(*ask, "--json").code == "COR-107"
    assert reconciled(*ask, "--page", 9, "--json").record["page_number"] == 9
    assert reconciled(
        "review", "note", CASE_NO, "--position", 99, "--text", "无", "--json"
    ).code == ("REV-111")
    reduced = ("review", "reduced", "甲", "--json")
    assert reconciled(*reduced).code == "REV-112"
    assert reconciled("review", "standings").out.strip() == "还没有抽检记录"
