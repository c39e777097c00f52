"""The registers of the archive: what stands in them, as PDF and as spreadsheet."""

from __future__ import annotations

import subprocess
from pathlib import Path

import openpyxl
import pytest

from app.adapters.printing.registers import draw_register
from app.kernel.digest import digest_bytes
from app.kernel.errors import BadInput, Refused
from app.services.handover_sheets import HANDOVER_COLUMNS
from app.services.sheets import Sheet
from app.services.workstation import Workstation
from main import main
from tests.replay import CASE_NO
from tests.tracks.archive_desk import ADMINISTRATOR, ARCHIVIST, CLERK, PAGES, SHELF, queued


def texts(path: Path) -> str:
    """All words of a PDF, as poppler reads them, without blanks."""
    said = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True
    ).stdout.decode()
    return "".join(said.split())


def rows_of(path: Path) -> list[list[object]]:
    """The rows of the first sheet."""
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


def test_the_hand_over_register_tells_package_and_receipt(
    desk: Workstation, tmp_path: Path
) -> None:
    queued(desk)
    desk.run_transfers(ARCHIVIST)
    out = tmp_path / "移交清册.xlsx"
    assert desk.handover_register(ARCHIVIST, out) == 1
    rows = rows_of(out)
    heads = next(row for row in rows if row[0] == "序号")
    assert heads == [column.title for column in HANDOVER_COLUMNS]
    line = dict(zip(heads, rows[rows.index(heads) + 1], strict=True))
    package = desk.package(CASE_NO)
    assert package is not None
    assert line["案号"] == CASE_NO
    assert line["页数"] == PAGES
    assert line["归档包 SM3"] == package.sm3
    assert line["电子回执"] == desk.attempts(CASE_NO)[-1].receipt_no
    assert line["备注"] == "已提交"
    assert float(str(line["数据量（MB）"])) > 0


def test_the_form_names_checks_and_the_digest_of_its_list(
    desk: Workstation, tmp_path: Path
) -> None:
    out = tmp_path / "登记表.pdf"
    assert desk.handover_form(ARCHIVIST, out, name="2026 年第一批移交") == 1
    said = texts(out)
    for word in (
        "2026年第一批移交",
        "1件1卷",
        "在线",
        "准确性检验",
        "可用性检验",
        "审核人",
        "印章",
    ):
        assert word in said, word
    package = desk.package(CASE_NO)
    assert package is not None
    size = sum(file.stat().st_size for file in Path(package.package).rglob("*") if file.is_file())
    listed = "\t".join((CASE_NO, "1", str(size), package.sm3, package.sha256)) + "\n"
    assert digest_bytes(listed.encode()).sm3 in said
    # Nothing is filled in for the archive before it answered.
    assert "接收检验合格" not in said


def test_later_material_has_its_register(desk: Workstation, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        desk.additions_register(ARCHIVIST, tmp_path / "补充.pdf")
    assert refused.value.code == "REG-101"
    desk.submit(ARCHIVIST, CASE_NO, "archive")
    desk.shelve(ARCHIVIST, CASE_NO, SHELF, 1, PAGES)
    desk.ask_addition(
        CLERK,
        CASE_NO,
        content="二审裁判文书",
        part="main",
        pages=6,
        department="民一庭",
        judge="周静",
        submitter="顾明远",
        submitted_on="2026-11-20",
        reason="二审生效",
    )
    for suffix in (".pdf", ".xlsx"):
        out = tmp_path / f"补充{suffix}"
        assert desk.additions_register(ARCHIVIST, out, case_nos=[CASE_NO]) == 1
        said = texts(out) if suffix == ".pdf" else str(rows_of(out))
        for word in ("二审裁判文书", "民一庭", "正卷", "待部门审批"):
            assert word in said, word


def test_what_cannot_be_written_is_refused_and_leaves_nothing(
    desk: Workstation, tmp_path: Path
) -> None:
    with pytest.raises(BadInput) as bad:
        desk.handover_register(ARCHIVIST, tmp_path / "清册.doc")
    assert bad.value.code == "REG-102"
    with pytest.raises(Refused) as refused:
        desk.handover_register(ADMINISTRATOR, tmp_path / "清册.pdf", since="2999-01-01")
    assert refused.value.code == "REG-101"
    assert list(tmp_path.glob("清册*")) == []


def test_many_rows_stand_on_numbered_sheets_under_their_heads(tmp_path: Path) -> None:
    row = [
        "" if column.kind == "number" else "（2026）苏0281民初318号" for column in HANDOVER_COLUMNS
    ]
    sheet = Sheet(
        name="清册",
        title="移交清册",
        notes=("移交单位：澄溪市河东区人民法院",),
        columns=HANDOVER_COLUMNS,
        rows=[[number, *row[1:]] for number in range(1, 61)],
        landscape=True,
    )
    out = tmp_path / "清册.pdf"
    draw_register(sheet, out)
    said = texts(out)
    sheets = said.count("保管期限")
    assert sheets > 1
    assert f"第{sheets}页，共{sheets}页" in said


def test_the_command_writes_by_the_ending_of_the_name(
    desk: Workstation, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.close()
    out = tmp_path / "清册.pdf"
    data = tmp_path / "数据"
    status = main(
        ["--data", str(data), "--lang", "zh_CN", "register", "handover", "--out", str(out)]
    )
    assert status == 0, capsys.readouterr()
    assert CASE_NO in texts(out)
