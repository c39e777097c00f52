"""The command line speaks Chinese unless told otherwise, and never a traceback."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.cli import argument_words, trouble
from app.kernel.translation import load
from tests.cli.conftest import Program
from tests.replay import ReplayPool

CHINESE = re.compile("[\u4e00-\u9fff]")
COMMANDS = (
    *("kiosk", "cabinet", "worker", "demo", "case", "scan", "inspect", "ocr", "digitize"),
    *("catalogue", "reconcile", "flip", "seal", "return", "package", "submit", "tracks"),
    *("shelve", "locker", "handoff", "custody", "label", "stock", "code", "card", "pass"),
    *("notice", "grant", "reader", "audit", "db", "fixity", "doctor", "search"),
    *("secret", "sign", "signature", "copy", "court"),
    *("transfer", "addition", "freeze", "archive"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_chinese_and_english(program: Program, command: str) -> None:
    said = program(command, "--help")
    assert said.status == 0
    assert said.out.startswith("用法：")
    for word in ("usage", "options", "positional", "show this help"):
        assert word not in said.out
    said = program("--lang", "en", command, "--help")
    assert said.out.startswith("usage: ")
    assert not CHINESE.search(said.out.replace("A库/3/2/4/7/1", ""))


def test_every_message_of_the_parser_and_the_system_is_translated() -> None:
    for text in (*argument_words.MESSAGES, *trouble.REASONS):
        assert CHINESE.search(load("zh_CN").gettext(text)), text


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["scan", "--volume", "x"],
        ["scan", "--part", "x"],
        ["digitize"],
        ["case"],
        ["seal", "a", "b"],
        ["ocr", "--engine"],
        ["scan"],
        ["scan", "（2020）辽0899民初979号"],
        ["inspect"],
        ["inspect", "x.jpg", "--case", "y"],
        ["package", "check"],
    ],
)
def test_wrong_usage_is_told_in_both_forms(program: Program, arguments: list[str]) -> None:
    said = program(*arguments, "--json")
    assert (said.status, said.code) == (2, "SYS-203")
    said = program(*arguments)
    assert said.status == 2
    assert said.out == ""
    for word in ("error", "usage", "required", "invalid", "argument"):
        assert word not in said.err


def test_the_language_of_the_settings_counts_when_none_is_given(
    program: Program, data_folder: Path
) -> None:
    data_folder.mkdir()
    (data_folder / "settings.toml").write_text('language = "en"\n', encoding="utf-8")
    assert program("case", "list").out.startswith("Case")
    assert program("case", "list", "--lang", "zh_CN").out.startswith("案号")
    assert not CHINESE.search(program("seal", "5").err.replace("年份", "").partition("Write")[0])


def test_reasons_of_the_system_are_translated(program: Program, tmp_path: Path) -> None:
    said = program("digitize", tmp_path, "--facts", tmp_path / "没有.json", "--out", tmp_path / "o")
    assert "没有这个文件或文件夹" in said.err
    assert "No such file" not in said.err


def test_a_bug_gives_a_sentence_and_a_log_without_names(
    program: Program,
    data_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    pool: ReplayPool,
) -> None:
    def cases(_self: object) -> None:
        raise ValueError("张三 broke it")

    monkeypatch.setattr("app.services.workstation.Workstation.cases", cases)
    said = program("case", "list", "--json")
    assert (said.status, said.code) == (70, "SYS-700")
    assert "张三" not in said.out
    (log,) = (data_folder / "logs").glob("*.jsonl")
    last = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    assert (last["level"], last["message"]) == ("ERROR", "bug in command case")
    assert "ValueError" in last["trace"]
    assert not CHINESE.search(log.read_text(encoding="utf-8"))


@pytest.mark.parametrize("command", [["doctor"], ["inspect", "."], ["ocr", "x"], ["--help"]])
def test_commands_without_a_case_make_no_data_folder(
    program: Program,
    data_folder: Path,
    command: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    empty = tmp_path / "leer"
    empty.mkdir()
    monkeypatch.chdir(empty)
    said = program(*command, *([] if command == ["--help"] else ["--json"]))
    assert not (data_folder / "dossiers.db").exists()
    if command[0] in ("inspect", "ocr"):
        assert (said.status, said.code) == (2, "SCN-205" if command[0] == "inspect" else "SCN-204")
