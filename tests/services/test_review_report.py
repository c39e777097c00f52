"""The report of the review: its form, every verdict, and what happens when it cannot be written."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from app.adapters.printing.review_report import review_report
from app.kernel.errors import Broken
from app.kernel.fault_texts import describe
from app.services.paper_files import write_whole
from app.services.workstation import Workstation
from tests.full_disk import full_disk
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.services.reviewed_desk import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    INSPECTOR,
    JUDGE,
    OPERATOR,
    judge_all,
    scanned_again,
    scanned_and_reconciled,
)

SCHEMA = json.loads(
    (resources.files("resources") / "review_report.schema.json").read_text(encoding="utf-8")
)
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], place: str = "$") -> Iterator[str]:
    """Where a value is not of its schema; a key that the schema does not know is a fault, too."""
    if "const" in schema and value != schema["const"]:
        yield f"{place}: {value!r}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{place}: {value!r}"
    wanted = schema.get("type", [])
    kinds = [wanted] if isinstance(wanted, str) else wanted
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        yield f"{place}: {type(value).__name__}"
    if isinstance(value, dict):
        known = schema.get("properties", {})
        for key in schema.get("required", ()):
            if key not in value:
                yield f"{place}.{key} is missing"
        for key, part in value.items():
            below = known.get(key, schema.get("additionalProperties"))
            if below is None:
                yield f"{place}.{key} is not described"
            else:
                yield from faults(part, below, f"{place}.{key}")
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from faults(part, schema["items"], f"{place}[{number}]")


@pytest.fixture
def desk(workstation: Workstation, dossier: Dossier) -> Workstation:
    """A dossier with something of everything that a report holds."""
    scanned_and_reconciled(workstation, dossier)
    workstation.set_review(ADMINISTRATOR, plan="all", chain=("operator", "archivist"))
    workstation.draw_sample(INSPECTOR, CASE_NO)
    judge_all(workstation)
    side = workstation.sides(CASE_NO)[0].id
    workstation.review_side(
        INSPECTOR, CASE_NO, side, "differs", defect="border", remark="左侧黑边", box=(0, 0, 0.1, 1)
    )
    note = workstation.add_note(JUDGE, CASE_NO, side, "请核对", (0.1, 0.1, 0.2, 0.2))
    workstation.answer_note(CLERK, note.id, "原件如此")
    asked = workstation.request_correction(JUDGE, CASE_NO, "insert", "缺页", page_number=9)
    workstation.settle_correction(CLERK, asked.id, done=False, remark="纸质无此页")
    workstation.sign_off(OPERATOR, CASE_NO)
    return workstation


def test_the_report_is_of_the_form_that_is_described(desk: Workstation, tmp_path: Path) -> None:
    path = desk.write_review_report(ARCHIVIST, CASE_NO, tmp_path / "报告.json")
    report = json.loads(path.read_text(encoding="utf-8"))
    assert list(faults(report, SCHEMA)) == []
    assert sorted(report) == SCHEMA["required"]
    assert all(report[key] for key in ("rounds", "verdicts", "notes", "correction_requests"))
    # The check would see a key that goes, comes or changes.
    assert list(faults({**report, "new": 1}, SCHEMA)) == ["$.new is not described"]
    assert list(faults({**report, "sides": "4"}, SCHEMA)) == ["$.sides: str"]
    assert "$.open is missing" in list(
        faults({key: part for key, part in report.items() if key != "open"}, SCHEMA)
    )


def test_verdicts_on_differences_that_were_revised_are_told(
    workstation: Workstation, dossier: Dossier, tmp_path: Path
) -> None:
    dossier.add("扫描 15.jpg", ("补充证据", 7))
    scanned_and_reconciled(workstation, dossier, sheets=None)
    row = workstation.reconciliation(CASE_NO).discrepancies[0]  # type: ignore[union-attr]
    workstation.resolve(ARCHIVIST, row.id, "ask", "请原审查看")
    workstation.resolve(ADMINISTRATOR, row.id, "differs", "原件缺失")
    told = workstation.review_report(CASE_NO)["ledger_verdicts"]
    of_row = [entry for entry in told if entry["page_numbers"] == list(row.page_numbers)]
    assert [(entry["verdict"], entry["stands"]) for entry in of_row][-3:] == [
        ("same", False),
        ("ask", False),
        ("differs", True),
    ]
    assert all(entry["by"] and entry["at"] for entry in told)
    path = workstation.write_review_report(ARCHIVIST, CASE_NO, tmp_path / "报告.pdf")
    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    assert "以前的结论" in text
    assert "请原审查看" in text


def test_what_was_replaced_is_told_by_the_place_where_it_stood(
    desk: Workstation, pool: ReplayPool, tmp_path: Path
) -> None:
    faulty = desk.sides(CASE_NO)[0].id
    desk.request_correction(JUDGE, CASE_NO, "rescan", "左侧黑边", side_id=faulty)
    scanned_again(desk, OPERATOR, 1, tmp_path, pool)
    report = desk.review_report(CASE_NO)
    told = [entry for entry in report["verdicts"] if entry["side"] == faulty]
    assert [(entry["position"], entry["superseded"]) for entry in told] == [(1, True)] * 2
    assert {entry["position"] for entry in report["verdicts"]} == {1, 2, 3, 4}
    assert [entry["position"] for entry in report["correction_requests"]] == [0, 1]
    assert [entry["position"] for entry in report["notes"]] == [1]
    path = desk.write_review_report(ARCHIVIST, CASE_NO, tmp_path / "报告.pdf")
    text = "".join(page.extract_text() for page in PdfReader(path).pages)
    assert "1（原）" in text


def test_hundreds_of_rows_break_over_sheets_with_their_heads(
    desk: Workstation, tmp_path: Path
) -> None:
    facts = desk.review_report(CASE_NO)
    given = facts["verdicts"][0]
    long = "右下角印章处看不清，" * 400
    facts["verdicts"] = [
        {**given, "position": number, "remark": f"第{number}处" if number != 40 else long}
        for number in range(1, 301)
    ]
    path = tmp_path / "报告.pdf"
    review_report(facts, path)
    sheets = [page.extract_text() for page in PdfReader(path).pages]
    text = "".join(sheets).replace("\n", "")
    # Nothing is cut, not even what is longer than a sheet.
    assert text.count("章") == 400
    assert all(f"第{number}处" in text for number in range(1, 301) if number != 40)
    assert "…" not in text
    assert all("缺陷与说明" in sheet for sheet in sheets[1:-2])
    assert [f"第 {number} 页" in sheet for number, sheet in enumerate(sheets, 1)] == (
        [True] * len(sheets)
    )


def text_file(facts: dict[str, Any], path: Path) -> None:
    """The report as JSON."""
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=2), encoding="utf-8")


@pytest.mark.parametrize("draw", [review_report, text_file])
def test_a_full_disk_leaves_the_report_that_was_there(
    desk: Workstation, tmp_path: Path, draw: Callable[[dict[str, Any], Path], None]
) -> None:
    facts = desk.review_report(CASE_NO)
    path = tmp_path / "报告" / "报告.pdf"
    path.parent.mkdir()
    path.write_text("以前的报告", encoding="utf-8")
    # The data folder is not limited: the report may lie on another disk.
    with pytest.raises(Broken) as broken, full_disk():
        write_whole(path, lambda part: draw(facts, part), code="REV-401")
    assert broken.value.code == "REV-401"
    told = describe(broken.value.as_record(), "zh_CN")
    assert str(path) in told.message
    assert "卷宗没有改动" in told.remedy
    assert path.read_text(encoding="utf-8") == "以前的报告"
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
