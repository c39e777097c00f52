"""`template` and `order` as an administrator types them, and cases of a type of no table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO, Dossier


def test_a_template_is_exported_changed_published_used_and_withdrawn(
    program: Program, dossier: Dossier, tmp_path: Path
) -> None:
    file = tmp_path / "目录 模板.toml"
    assert program("template", "export", "civil_first", "--out", file).status == 0
    text = file.read_text(encoding="utf-8")
    assert program("template", "check", file).status == 1  # the name is a packaged one's
    file.write_text(text.replace('"civil_first"', '"本院民事"'), encoding="utf-8")
    assert program("template", "check", file, "--json").record == {"faults": []}
    published = program("template", "publish", file, "--json")
    assert published.record["template"]["name"] == "本院民事"
    again = program("template", "publish", file, "--json")
    assert (again.status, again.record["faults"][0]["code"]) == (1, "version_used")
    listed = program("template", "list", "--json").record["templates"]
    assert (listed[0]["name"], listed[0]["state"], len(listed)) == ("本院民事", "published", 10)
    shown = program("template", "show", "本院民事@2026.1")
    assert "起诉状及相关材料" in shown.out
    facts = json.loads(dossier.facts.read_text(encoding="utf-8"))
    (tmp_path / "案件.json").write_text(json.dumps([facts]), encoding="utf-8")
    assert program("case", "import", tmp_path / "案件.json").status == 0
    assert program("case", "show", CASE_NO, "--json").record["template"] == "本院民事@2026.1"
    used = program("template", "use", CASE_NO, "main_unified", "--json")
    assert used.record["template"]["name"] == "main_unified"
    half_width = CASE_NO.replace("（", "(").replace("）", ")")
    assert program("template", "use", half_width, "本院民事").out.startswith(CASE_NO)
    withdrawn = program("template", "withdraw", "本院民事", "2026.1", "--json").record
    assert withdrawn["templates"][0]["state"] == "withdrawn"
    assert program("template", "use", CASE_NO, "本院民事", "--json").code == "TPL-104"


def test_faults_of_a_template_are_listed_with_their_places(
    program: Program, tmp_path: Path
) -> None:
    file = tmp_path / "坏.toml"
    file.write_text(
        'id = "a b"\ncolour = 1\nrows = [{ number = 2, title = "", classes = ["complain"] }]',
        encoding="utf-8",
    )
    said = program("template", "check", file)
    assert said.status == 1
    assert "没有“colour”这一栏" in said.out
    assert "第 1 项 文书类别: 没有文书类别“complain”。相近的有“complaint”。" in said.out
    file.write_text("id = = 1", encoding="utf-8")
    assert program("template", "check", file, "--json").code == "TPL-105"
    assert program("template", "check", tmp_path / "无.toml", "--json").code == "SYS-201"
    assert program("template", "show", "civil_frist", "--json").code == "TPL-101"


def test_a_document_is_put_in_order(
    program: Program, dossier: Dossier, digitize: Callable[..., Said]
) -> None:
    data = ("--data", dossier.folder.parent / "数据")
    assert digitize(*data).status in (0, 1)
    moves = program("order", CASE_NO, "--json", *data).record
    assert moves == {"case_no": CASE_NO, "moves": []}
    assert program("order", CASE_NO, "--accept", 2, "--json", *data).code in ("DOS-101", "ORD-104")
    wrong = program("order", CASE_NO, "--accept", 2, "--after", 0, "--json", *data)
    assert wrong.code in ("DOS-101", "ORD-101")


def test_a_case_of_an_unknown_type_is_digitized_and_told(
    program: Program, dossier: Dossier, digitize: Callable[..., Said]
) -> None:
    case_no = "（2026）辽0882民快31号"
    dossier.write_facts(case_no="(2026) 辽0882民快31号", paper_pages=3)
    said = digitize("--json")
    assert said.record["case_no"] == case_no
    needs = [need for need in said.record["needs_person"] if need["what"] == "case"]
    assert needs == [{"what": "case", "code": "case_type_unknown", "case_no": case_no}]
    assert said.record["package"]["provisional"]
