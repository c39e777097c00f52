"""`terms` and `archival` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from openpyxl import load_workbook

from tests.cli.conftest import Program
from tests.replay import Dossier

LATE = "（2020）辽0899民初1号"


def registered(program: Program, tmp_path: Path) -> None:
    facts = tmp_path / "案件.json"
    rows = [
        {"case_no": LATE, "closed_on": "2020-03-05"},
        {"case_no": "（2020）辽0899民初2号"},
    ]
    facts.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    assert program("case", "import", facts).status == 0


def test_what_is_overdue_is_told_with_status_one(program: Program, tmp_path: Path) -> None:
    registered(program, tmp_path)
    said = program("terms", "--json")
    assert said.status == 1
    assert [row["state"] for row in said.record["terms"]] == ["overdue", "unclosed"]
    assert said.record["overdue"] == 1
    assert "逾期" in program("terms", "--overdue").out
    extended = program(
        "archival", "extend", LATE, "--until", "2999-01-31", "--reason", "二审", "--approver", "周"
    )
    assert extended.status == 0 and "2999-01-31" in extended.out
    assert program("terms", "--overdue", "--json").record == {"terms": [], "overdue": 0}
    assert program("archival", "term", LATE, "--json").record["approver"] == "周"


def test_the_terms_of_the_court_are_set(program: Program, tmp_path: Path) -> None:
    registered(program, tmp_path)
    shown = program("archival", "term-rules", "--json").record
    assert (shown["id"], shown["overdue_months"]) == ("default", 3)
    said = program("archival", "term-rules", "--overdue", "120", "--json")
    assert said.record["overdue_months"] == 120
    said = program("archival", "term-rules", "--remind", "-1", "--json")
    assert (said.status, said.code) == (2, "ARC-206")


def test_codes_and_terms_of_keeping(program: Program, tmp_path: Path) -> None:
    registered(program, tmp_path)
    said = program("archival", "code", LATE, "--next", "--json")
    assert (said.status, said.code) == (1, "ACD-102")
    assert "全宗号" in program("archival", "code", LATE).out
    assert program("archival", "settings", "--set", "fonds=J380").status == 0
    given = program("archival", "code", LATE, "--next", "--json").record
    assert given["code"] == "J380-ZY·2020-D60-FGC-0001"
    said = program("archival", "retention", LATE, "--set", "永久", "--remark", "重大", "--json")
    assert (said.record["retention"], said.record["remark"]) == ("永久", "重大")
    shown = program("archival", "code", LATE)
    assert "与本案不再相符" in shown.out and "保管期限" in shown.out
    other = program("archival", "code", LATE, "--code", "J380-ZY·2020-Y-FGC-0009", "--json")
    assert other.record["parts"]["number"] == "0009"
    assert "FGC" in program("archival", "settings").out
    said = program("archival", "settings", "--first", "0", "--json")
    assert (said.status, said.code) == (2, "ACD-110")
    assert program("archival", "retention", LATE, "--set", "十年", "--json").code == "RET-101"


def test_catalogue_and_register_go_out_and_come_back(
    program: Program, dossier: Dossier, tmp_path: Path
) -> None:
    assert program("case", "import", dossier.facts).status == 0
    number = dossier.case_no
    assert program("scan", number, "--source", f"folder:{dossier.folder}").status == 0
    assert program("catalogue", number).status == 0
    sheet, register = tmp_path / "目录.xlsx", tmp_path / "登记.xlsx"
    said = program("spreadsheet", "catalogue", number, "--out", sheet, "--json")
    assert said.record == {"out": str(sheet)}
    assert "没有改动" in program("spreadsheet", "read", number, sheet).out
    book = load_workbook(sheet)
    book.worksheets[0]["B5"].value = "起诉状"
    book.save(sheet)
    shown = program("spreadsheet", "read", number, sheet)
    assert shown.status == 0 and "尚未改动" in shown.out
    said = program("spreadsheet", "read", number, sheet, "--apply", "--json")
    assert said.record["applied"] is True
    assert said.record["changes"][0]["after"] == "起诉状"
    book.worksheets[0]["E5"].value = "无"
    book.save(sheet)
    said = program("spreadsheet", "read", number, sheet, "--json")
    assert said.status == 1
    assert said.record["problems"][0]["reason"] == "不是页次：无"
    said = program("spreadsheet", "register", "--out", register, "--json")
    assert said.record["cases"] == 1
    said = program("terms", "--out", tmp_path / "期限.xlsx", "--json")
    assert Path(said.record["out"]).exists()
