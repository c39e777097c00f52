"""`number` and `keying` as somebody without a window types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO, Dossier


@pytest.fixture
def catalogued(program: Program, dossier: Dossier, tmp_path: Path) -> Callable[..., Said]:
    """The program on a case that has its catalogue."""
    facts = json.loads(dossier.facts.read_text(encoding="utf-8"))
    (tmp_path / "案件.json").write_text(json.dumps([facts]), encoding="utf-8")
    assert program("case", "import", tmp_path / "案件.json").status == 0
    assert program("scan", CASE_NO, "--source", f"folder:{dossier.folder}").status == 0
    assert program("catalogue", CASE_NO).status == 0
    return program


def test_a_page_number_is_said_and_taken_away(catalogued: Program) -> None:
    said = catalogued("number", CASE_NO, 1, "7")
    assert said.out.strip() == "第 1 面：页号 7"
    sides = catalogued("catalogue", CASE_NO, "--json").record["sides"]
    assert sides[0]["page_number"] == 7
    assert catalogued("number", CASE_NO, 1, "-", "--json").record["page_number"] is None
    assert catalogued("number", CASE_NO, 99, "1", "--json").code == "CAT-112"
    assert catalogued("number", CASE_NO, 1, "七", "--json").code == "CAT-106"


def test_fields_are_typed_twice_from_the_command_line(catalogued: Program) -> None:
    assert catalogued("keying").out.strip() == "双录字段：无"
    assert catalogued("keying", "--fields", "title,date").out.strip() == "双录字段：题名、日期"
    assert catalogued("keying", "--fields", "pages", "--json").code == "KEY-104"
    typed = catalogued("keying", CASE_NO, "--item", 1, "--title", "起诉状", "--json").record
    first = typed["rows"][0]["fields"][0]
    assert (first["state"], first["mine"]) == ("once", "起诉状")
    settle = ("keying", CASE_NO, "--item", 1, "--title", "起诉状", "--settle", "--json")
    assert catalogued(*settle).code == "KEY-102"
    assert catalogued("keying", CASE_NO, "--item", 9, "--title", "无", "--json").code == "CAT-108"
    shown = catalogued("keying", CASE_NO).out
    assert "已录一遍" in shown
    assert catalogued("keying", "--fields", "off", "--json").record["fields"] == []
