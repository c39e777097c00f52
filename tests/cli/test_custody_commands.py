"""`custody`, `label`, `stock` and `code` on the command line."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from app.domain.locker_codes import shelf_ticket
from app.domain.slips import ticket_of, volume_ticket
from tests.cli.conftest import Program
from tests.replay import CASE_NO, Dossier

SHELF = "A库-03列-02节-4层-07盒-01"


@pytest.fixture
def shelved(program: Program, dossier: Dossier, tmp_path: Path) -> Program:
    """The program with one case of two volumes on the shelf."""
    dossier.write_facts(case_no=CASE_NO, clerk="吴书记")
    assert program("case", "import", dossier.facts).status == 0
    program("shelve", CASE_NO, "--location", "A库/3/2/4/7/1", "--volumes", 2, "--pages", 90)
    return program


def test_the_ledger_names_holder_and_place(shelved: Program) -> None:
    said = shelved("custody", "ledger", CASE_NO, "--json", "--as", "档案员")
    assert said.status == 0
    assert [(row["volume"], row["place"]) for row in said.record["volumes"]] == [
        (1, SHELF),
        (2, SHELF),
    ]
    shown = shelved("custody", "ledger", CASE_NO).out
    assert SHELF in shown
    assert "正卷" in shown
    assert "保管人" in shown


def test_the_timeline_is_told_in_words(shelved: Program) -> None:
    said = shelved("custody", "timeline", CASE_NO, "--json")
    assert [row["action"] for row in said.record["timeline"]] == ["shelved"]
    assert "架位" in shelved("custody", "timeline", CASE_NO).out
    assert shelved("custody", "timeline", "（2021）京0105民初1号").status == 2


def test_labels_are_printed_and_read_from_a_picture(shelved: Program, tmp_path: Path) -> None:
    out = tmp_path / "标签.pdf"
    assert shelved("label", "volumes", CASE_NO, "--volume", 2, "--out", out).status == 0
    document = pypdfium2.PdfDocument(out)
    try:
        document[0].render(scale=300 / 72).to_pil().save(tmp_path / "照片.png")
    finally:
        document.close()
    said = shelved("code", "--picture", tmp_path / "照片.png", "--json")
    (code,) = said.record["codes"]
    assert (code["kind"], code["volume"], code["place"]) == ("volume", 2, SHELF)
    single = shelved("label", "shelves", "A库/3/1-2", "--single", "--out", tmp_path / "架.pdf")
    assert single.status == 0
    assert shelved("label", "cells", "--cells", "1-2", "--out", tmp_path / "柜.pdf").status == 0
    wrong = shelved("label", "cells", "--cells", "甲", "--out", tmp_path / "x.pdf", "--json")
    assert (wrong.status, wrong.code) == (2, "LBL-107")


def test_a_code_tells_what_it_stands_for(shelved: Program) -> None:
    said = shelved("code", ticket_of(CASE_NO), "--json")
    assert said.record["codes"][0]["case_no"] == CASE_NO
    assert SHELF in shelved("code", shelf_ticket(SHELF)).out
    assert shelved("code", CASE_NO).out.count(SHELF) == 2
    unknown = shelved("code", "EMS123", "--json")
    assert (unknown.status, unknown.code) == (2, "CST-101")


def test_a_stock_take_from_begin_to_close(shelved: Program) -> None:
    take = shelved("stock", "begin", "shelf", "A库/3", "--json").record["id"]
    assert shelved("stock", "count", take, shelf_ticket(SHELF)).status == 0
    assert shelved("stock", "count", take, volume_ticket(CASE_NO, "main", 1)).status == 0
    torn = ("stock", "count", take, "封面撕破", "--unreadable", "--place", "A库-03列")
    assert shelved(*torn).status == 0
    opened = shelved("stock", "list", "--open", "--json").record["stock_takes"]
    assert [row["id"] for row in opened] == [take]
    # Something for a person to settle: 1, as with a comparison.
    closed = shelved("stock", "close", take, "--remark", "少一册")
    assert closed.status == 1
    assert "未找到" in closed.out or "缺" in closed.out
    shown = shelved("stock", "show", take, "--json")
    kinds = [row["kind"] for row in shown.record["discrepancies"]]
    assert kinds == ["missing", "unreadable"]
    assert shelved("stock", "list", "--open", "--json").record["stock_takes"] == []
    again = shelved("stock", "close", take, "--json")
    assert (again.status, again.code) == (1, "STK-104")
