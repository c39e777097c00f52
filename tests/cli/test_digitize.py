"""`digitize`: bulk conversion, run again, run on something else, run on nonsense."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.adapters.ownership import claim
from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO, PAGES, Dossier, ReplayPool

Digitize = Callable[..., Said]


def test_a_clean_folder_becomes_a_sealed_package(digitize: Digitize) -> None:
    said = digitize("--json")
    assert said.status == 0, said.err
    record = said.record
    assert (record["case_no"], record["sides"], record["needs_person"]) == (CASE_NO, 4, [])
    assert [item["title"] for item in record["catalogue"]["items"]] == ["民事起诉状", "民事判决书"]
    assert [side["page_number"] for side in record["catalogue"]["sides"]] == [1, None, 2, 3]
    assert record["reconciliation"]["verdict"] == "consistent"
    assert record["state"] == "packaged"
    assert Path(record["package"]["package"]).is_dir()
    assert record["package"]["checks"]


def test_again_is_the_same_package_and_no_work(
    digitize: Digitize, pool: ReplayPool, program: Program, data_folder: Path
) -> None:
    first = digitize("--json").record
    read = pool.count("ocr.recognition:recognise")
    second = digitize("--json").record
    assert second["package"]["sha256"] == first["package"]["sha256"]
    assert pool.count("ocr.recognition:recognise") == read == 3
    assert second["sides"] == 4
    assert program("audit", "verify", "--json").record["ok"]


def test_the_answer_for_people_is_chinese(digitize: Digitize) -> None:
    said = digitize()
    assert "结论：一致" in said.out
    assert "待人工处理：0 项" in said.out
    assert "consistent" not in said.out


def test_a_missing_page_is_told_and_nothing_is_sealed(
    digitize: Digitize, dossier: Dossier, program: Program
) -> None:
    (dossier.folder / "扫描 11.jpg").unlink()
    said = digitize("--json")
    assert said.status == 1
    found = said.record["reconciliation"]["discrepancies"]
    assert [(row["kind"], row["page_numbers"]) for row in found] == [("missing_page", [2])]
    assert said.record["package"]["provisional"]
    assert said.record["needs_person"][0]["what"] == "discrepancy"
    refused = program("seal", CASE_NO, "--json")
    assert (refused.status, refused.code) == (1, "DOS-103")
    dossier.add("扫描 11.jpg", PAGES[2])
    mended = digitize("--json")
    assert mended.status == 0
    assert [side["page_number"] for side in mended.record["catalogue"]["sides"]] == [1, None, 2, 3]


def test_one_damaged_image_among_many_is_one_finding(
    digitize: Digitize, dossier: Dossier, pool: ReplayPool
) -> None:
    pages = [("正文", number) for number in range(4, 12)]
    for index, page in enumerate(pages, start=20):
        dossier.add(f"扫描 {index}.jpg", page)
    (dossier.folder / "扫描 23.jpg").write_bytes(b"\xff\xd8\xff\xe0 broken")
    said = digitize("--json")
    record = said.record
    unreadable = [row for row in record["findings"] if row["code"] == "unreadable"]
    assert [row["position"] for row in unreadable] == [8]
    assert record["sides"] == 12
    assert pool.count("ocr.recognition:recognise") == 10
    assert Path(record["package"]["package"]).is_dir()
    assert said.status == 1
    assert "finding" in {need["what"] for need in record["needs_person"]}


def test_a_sealed_dossier_does_not_take_other_scans(
    digitize: Digitize, dossier: Dossier, program: Program
) -> None:
    assert digitize().status == 0
    dossier.add("扫描 30.jpg", ("补页", 4))
    said = digitize("--json")
    assert (said.status, said.code) == (1, "DOS-102")
    assert program("return", CASE_NO, "--reason", "补扫").status == 0
    assert digitize("--json").record["sides"] == 5


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "SYS-204"),
        (b"", "SYS-204"),
        (b"\xff\xfe\x00", "SYS-204"),
        (b"[]", "SYS-206"),
        (b"{}", "CASE-102"),
        ('{"case_no": "某案"}'.encode(), "ARC-101"),
        (json.dumps({"case_no": CASE_NO, "catalogue": 5}).encode(), "CASE-102"),
        (json.dumps({"case_no": CASE_NO, "paper_pages": "x"}).encode(), "CASE-102"),
    ],
)
def test_facts_that_make_no_sense(
    digitize: Digitize, dossier: Dossier, data: bytes, code: str
) -> None:
    dossier.facts.write_bytes(data)
    said = digitize("--json")
    assert (said.status, said.code) == (2, code)


def test_facts_in_the_encoding_of_a_chinese_windows(digitize: Digitize, dossier: Dossier) -> None:
    text = dossier.facts.read_text(encoding="utf-8")
    dossier.facts.write_bytes(text.encode("gbk"))
    assert digitize().status == 0


def test_an_empty_a_missing_and_a_wrong_folder(
    program: Program, dossier: Dossier, tmp_path: Path
) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    for folder, code in ((empty, "SCN-205"), (tmp_path / "无", "SCN-204")):
        said = program(
            "digitize", folder, "--facts", dossier.facts, "--out", tmp_path / "o", "--json"
        )
        assert (said.status, said.code) == (2, code)
    inside = dossier.folder / "结果"
    said = program("digitize", dossier.folder, "--facts", dossier.facts, "--out", inside, "--json")
    assert (said.status, said.code) == (2, "SYS-205")
    assert not inside.exists()


def test_a_second_program_is_told_who_holds_the_folder(
    digitize: Digitize, data_folder: Path, program: Program
) -> None:
    data_folder.mkdir()
    with claim(data_folder, "desktop"):
        said = digitize("--json")
        assert (said.status, said.code) == (3, "SYS-301")
        assert "desktop" in said.record["error"]["message"]
        assert program("case", "list").status == 0
        assert program("db", "upgrade", "--json").code == "SYS-301"
    assert digitize().status == 0


def test_the_data_folder_that_cannot_be_made(
    program: Program, tmp_path: Path, dossier: Dossier
) -> None:
    (tmp_path / "file").write_bytes(b"")
    said = program("case", "list", "--data", tmp_path / "file" / "data", "--json")
    assert (said.status, said.code) == (4, "SYS-401")
