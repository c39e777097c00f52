"""Insertions, rescans and sheet arithmetic by command alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Program, Said
from tests.replay import Dossier, ReplayPool

BATCH_COMMANDS = (
    *("sheets", "miss", "insert", "rescan", "held", "arrange", "select", "versions", "resumption"),
)


@pytest.fixture
def case_no(program: Program, dossier: Dossier, tmp_path: Path) -> str:
    """A case of four sides by folder, with two sheets declared in the list of cases."""
    listed = tmp_path / "清单.json"
    listed.write_text(f'[{{"case_no": "{dossier.case_no}", "sheets": 2}}]', encoding="utf-8")
    assert program("case", "import", listed).status == 0
    source = f"folder:{dossier.folder}"
    assert program("scan", dossier.case_no, "--source", source).status == 0
    assert program("catalogue", dossier.case_no).status == 0
    return dossier.case_no


def again(tmp_path: Path, pool: ReplayPool, name: str, page: tuple[str, int] | None) -> str:
    stack = Dossier(tmp_path / name)
    stack.add("1.jpg", page)
    pool.dossiers.append(stack)
    return f"folder:{stack.folder}"


def test_sheets_and_misses(program: Program, case_no: str) -> None:
    def told(said: Said) -> tuple[int, int, list[str]]:
        (found,) = said.record["sums"]
        return said.status, found["difference"], [r["code"] for r in found["reasons"]]

    assert told(program("sheets", case_no, "--json")) == (0, 0, [])
    assert told(program("sheets", case_no, "--declare", 3, "--json")) == (1, 2, ["sides_missing"])
    assert "还差 2 面" in program("sheets", case_no).out
    assert program("miss", case_no, "--sheets", 1, "--json").code == "SYS-203"
    assert program("miss", case_no, "--sheets", 1, "--after", 2, "--json").code == "SUM-202"
    recorded = program(
        "miss", case_no, "--sheets", 1, "--after", 2, "--reason", "超大图纸", "--json"
    ).record
    assert [row["after_position"] for row in recorded["misses"]] == [2]
    assert told(program("sheets", case_no, "--json")) == (0, 0, [])
    assert (
        program("miss", case_no, "--withdraw", recorded["recorded"]).out.strip() == "没有缺扫登记"
    )
    undeclared = program("sheets", case_no, "--undeclare", "--json")
    assert (undeclared.status, undeclared.record["sums"][0]["expected"]) == (0, None)


def test_a_page_scanned_again_and_one_inserted(
    program: Program, case_no: str, tmp_path: Path, pool: ReplayPool
) -> None:
    source = again(tmp_path, pool, "重扫", ("事实与理由", 2))
    fed = program("rescan", case_no, "--position", 3, "--page-only", "--source", source, "--json")
    (batch,) = fed.record["held"]
    assert (batch["purpose"], batch["verdict"], len(batch["pairs"])) == ("replace", "unsure", 1)
    assert program("held", case_no, "--accept", batch["batch"], "--json").code == "CAP-110"
    accepted = program(
        "held", case_no, "--accept", batch["batch"], "--although", "原图模糊", "--json"
    )
    assert accepted.record == {"held": []}
    versions = program("versions", case_no, "--position", 3, "--json").record["versions"]
    assert [row["file"] for row in versions] == ["扫描 11.jpg"]
    source = again(tmp_path, pool, "插页", ("补充材料", 9))
    fed = program("insert", case_no, "--after", 1, "--source", source)
    assert "插入第 1 面之后" in fed.out
    (batch,) = program("held", case_no, "--json").record["held"]
    rejected = program("held", case_no, "--reject", batch["batch"], "--reason", "别的卷", "--json")
    assert rejected.record == {"held": []}
    assert "退回插页或重扫" in program("case", "history", case_no).out


def test_sides_in_order(program: Program, case_no: str) -> None:
    def positions(*arguments: object) -> list[int]:
        said = program(*arguments, "--json")
        return [side["position"] for side in said.record["sides"]]

    assert positions("select", case_no, "blank") == [2]
    assert positions("select", case_no, "not:blank") == [1, 3, 4]
    assert positions("arrange", case_no, "--select", "odd", "--turn", 180) == [1, 3]
    assert positions("arrange", case_no, "--sides", "4", "--move", 0) == [1]
    assert positions("arrange", case_no, "--sides", "1-2", "--blank", "yes") == [1, 2]
    assert positions("arrange", case_no, "--sides", "4", "--separator", "yes") == [4]
    assert program("arrange", case_no, "--undo", "--json").record == {"done": True}
    assert program("arrange", case_no, "--redo", "--json").record == {"done": True}
    assert program("arrange", case_no, "--redo").status == 1
    assert positions("arrange", case_no, "--sides", "1", "--to-item", 2) == [4]
    assert program("arrange", case_no, "--sides", "9", "--turn", 90, "--json").code == "INS-105"
    assert program("arrange", case_no, "--turn", 90, "--json").code == "SYS-203"
    assert program("select", case_no, "pretty", "--json").code == "INS-106"


def test_nothing_is_interrupted(program: Program, case_no: str) -> None:
    assert program("resumption", case_no, "--json").record == {"resumption": None}
    said = program("resumption", case_no, "--end", "batch_x", "--reason", "其余不扫", "--json")
    assert said.code == "CAP-106"


@pytest.mark.parametrize("command", BATCH_COMMANDS)
def test_help_is_chinese(program: Program, command: str) -> None:
    said = program(command, "--help")
    assert (said.status, said.out.startswith("用法：")) == (0, True)
    assert "options" not in said.out
