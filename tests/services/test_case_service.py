"""Facts of a case and lists of cases, right and wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from app.domain.access import Actor
from app.kernel.errors import BadInput
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier

ROWS = [
    ["案号", "案由", "结案日期", "页数"],
    [CASE_NO, "民间借贷纠纷", "2020/3/5", 36],
    ["不是案号", "", "", ""],
    ["（2020）辽0899民初980号", "离婚纠纷", "2020年13月5日", ""],
]


def write_list(folder: Path, kind: str) -> Path:
    path = folder / f"案件 清单.{kind}"
    if kind == "xlsx":
        book = Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(path)
    elif kind == "json":
        heads = ["case_no", "cause", "closed_on", "paper_pages"]
        records = [dict(zip(heads, row, strict=True)) for row in ROWS[1:]]
        path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    else:
        text = "\r\n".join(",".join(str(cell) for cell in row) for row in ROWS)
        path.write_bytes(text.encode("gbk"))
    return path


@pytest.mark.parametrize(("kind", "bad"), [("xlsx", [3, 4]), ("csv", [3, 4]), ("json", [2, 3])])
def test_good_rows_go_in_and_bad_ones_are_named(
    workstation: Workstation, actor: Actor, tmp_path: Path, kind: str, bad: list[int]
) -> None:
    result = workstation.import_cases(actor, write_list(tmp_path, kind))
    assert result["imported"] == 1
    assert [row["row"] for row in result["rejected"]] == bad
    assert [row["fault"]["code"] for row in result["rejected"]] == ["ARC-101", "CASE-102"]
    view = workstation.case(CASE_NO)
    assert (view.cause, view.closed_on, view.paper_pages) == ("民间借贷纠纷", "2020-03-05", 36)
    assert workstation.cases()[0].due == "2020-06-05"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"no zip"),
        ("a.csv", "姓名\r\n张三".encode()),
        ("a.csv", b""),
        ("a.json", b"[1, 2]"),
        ("a.json", b"{"),
        ("a.doc", b""),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(
    workstation: Workstation, actor: Actor, tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(BadInput) as caught:
        workstation.import_cases(actor, tmp_path / name)
    assert caught.value.code == "CASE-103"
    assert workstation.cases() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"paper_pages": "三十"},
        {"paper_pages": -1},
        {"paper_pages": True},
        {"paper_pages": 10**30},
        {"paper_pages": float("inf")},
        {"court": ["x"]},
        {"closed_on": "2020-02-30"},
        {"catalogue": 5},
        {"catalogue": ["x"]},
        {"catalogue": [{"title": "x", "pages": "1-2"}]},
        {"catalogue": [{"title": "x", "pages": [1, 2, 3]}]},
    ],
)
def test_facts_of_the_wrong_kind_are_named(
    workstation: Workstation, actor: Actor, wrong: dict[str, Any]
) -> None:
    with pytest.raises(BadInput) as caught:
        workstation.register_case(actor, {"case_no": CASE_NO} | wrong)
    assert caught.value.code == "CASE-102"
    assert caught.value.parameters["field"] == next(iter(wrong))


def test_registering_again_fills_in_and_takes_nothing_away(
    workstation: Workstation, actor: Actor
) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO, "court": "甲法院", "paper_pages": 5})
    view = workstation.register_case(actor, {"case_no": "(2020)辽0899民初979号", "judge": "乙"})
    assert (view.court, view.judge, view.paper_pages) == ("甲法院", "乙", 5)
    assert len(workstation.cases()) == 1


def test_a_side_put_aside_waits_for_nobody(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    case_no = workstation.register_case(actor, {"case_no": dossier.case_no}).case_no
    damaged = dossier.folder / "99.jpg"
    damaged.write_bytes(b"\xff\xd8\xff\xe0 no picture")
    source = f"folder:{dossier.folder}"
    workstation.scan(actor, case_no, source)
    workstation.process(actor, case_no)
    before = workstation.case(case_no)
    assert (before.next_action, before.blockers, before.open_findings) == ("inspect", 1, 1)

    damaged.unlink()
    workstation.scan_whole(actor, case_no, source)
    after = workstation.case(case_no)
    assert after.sides == before.sides - 1
    assert (after.next_action, after.open_findings) == ("catalogue", 0)
