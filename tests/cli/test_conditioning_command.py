"""Conditioning by command: steps by hand, the same elsewhere, shown, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import Program
from tests.replay import Dossier


@pytest.fixture
def case_no(program: Program, dossier: Dossier, tmp_path: Path) -> str:
    """A case of four sides by folder."""
    listed = tmp_path / "清单.json"
    listed.write_text(f'[{{"case_no": "{dossier.case_no}"}}]', encoding="utf-8")
    assert program("case", "import", listed).status == 0
    source = f"folder:{dossier.folder}"
    assert program("scan", dossier.case_no, "--source", source).status == 0
    return dossier.case_no


def test_recipes_by_command(program: Program, case_no: str) -> None:
    shown = program("condition", case_no, "--json").record
    assert [row["recipe"] for row in shown["sides"]] == [{}] * 4
    by_hand = program(
        *("condition", case_no, "--sides", "1,3", "--deskew", "1.5"),
        *("--crop", "10,20,150,200", "--colour", "gray", "--json"),
    ).record
    recipe = {"deskew": 1.5, "crop": [10.0, 20.0, 150.0, 200.0], "colour": {"mode": "gray"}}
    assert (by_hand["changed"], by_hand["found"]) == (2, {"colour": 2})
    assert [row["recipe"] for row in by_hand["sides"]] == [recipe, recipe]
    out = program("condition", case_no, "--select", "all").out
    assert "拉直 1.5°" in out and "灰度" in out
    like = program("condition", case_no, "--sides", "2", "--like", "1", "--json").record
    assert like["sides"][0]["recipe"] == {"colour": {"mode": "gray"}}
    assert program("arrange", case_no, "--undo").status == 0
    off = program("condition", case_no, "--sides", "1", "--crop", "off", "--json").record
    assert set(off["sides"][0]["recipe"]) == {"deskew", "colour"}
    assert program("condition", case_no, "--select", "all", "--clear", "--json").status == 0
    left = program("condition", case_no, "--json").record
    assert [row["recipe"] for row in left["sides"]] == [{}] * 4


def test_what_the_command_does_not_take(program: Program, case_no: str) -> None:
    def code(*arguments: object) -> str:
        return program("condition", case_no, *arguments, "--json").code

    assert code("--deskew", "auto") == "SYS-203"
    assert code("--sides", "1", "--crop", "1,2,3") == "SYS-203"
    assert code("--sides", "1", "--deskew", "steep") == "SYS-203"
    assert code("--sides", "9", "--deskew", "auto") == "INS-105"
    assert code("--sides", "1", "--like", "9") == "INS-105"
    assert code("--sides", "1", "--deskew", "60") == "IMG-121"
    assert program("condition", case_no, "--proposed", "--json").record["changed"] == 0


def test_derivatives_in_full(program: Program, case_no: str, tmp_path: Path) -> None:
    assert program("condition", case_no, "--sides", "1", "--colour", "bitonal").status == 0
    assert program("condition", case_no, "--sides", "2", "--colour", "gray").status == 0
    assert program("condition", case_no, "--sides", "3", "--crop", "10,20,150,200").status == 0
    out = tmp_path / "派生"
    command = ("derivatives", case_no, "--out", out, "--format", "tiff", "--json")
    files = [Path(name) for name in program(*command).record["files"]]
    assert [path.name for path in files] == ["0001.tif", "0002.tif", "0003.tif", "0004.tif"]
    seen = []
    for path in files:
        with Image.open(path) as picture:
            picture.load()
            seen.append((picture.mode, picture.size, picture.info.get("compression")))
    whole = seen[3][1]
    assert seen[0] == ("1", whole, "group4")
    assert seen[1][:2] == ("L", whole)
    assert seen[2][:2] == ("RGB", (140, 180))
    assert program(*command).code == "INS-112"
    one = tmp_path / "一面"
    shown = program("derivatives", case_no, "--out", one, "--sides", "4").out
    assert str(one) in shown
    with Image.open(one / "0004.jpg") as picture:
        assert picture.size == whole
