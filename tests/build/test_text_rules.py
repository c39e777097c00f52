"""The text rules find what they are for, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

import text_rules

TEXTS = """\
["{code}"]
zh_CN = {{ message = "第 {{sheet}} 张", remedy = "取出。" }}
en = {{ message = "Sheet {{sheet}}", remedy = "Take it out." }}
"""


def checkout(root: Path, files: dict[str, str]) -> list[str]:
    """The problems of a checkout with these files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [str(problem) for problem in text_rules.all_problems(root)]


def test_a_clean_checkout_has_no_problem(tmp_path: Path) -> None:
    files = {
        "scanner/feeder.py": 'raise Refused("SCN-104", sheet=3)\n',
        "resources/faults/scanner.toml": TEXTS.format(code="SCN-104"),
    }
    assert checkout(tmp_path, files) == []


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('raise Refused("SCN-105", sheet=3)', "SCN-105 has no texts"),
        ('raise errors.Broken("SCN-105")', "SCN-105 has no texts"),
        ('CODES = {5: "SCN-105"}', "SCN-105 has no texts"),
        ('raise Refused("SCN-104", page=3)', "the texts of SCN-104 need sheet, not given here"),
        ("pass", "SCN-104 is raised nowhere"),
    ],
)
def test_fault_codes_and_texts_belong_together(tmp_path: Path, source: str, problem: str) -> None:
    files = {
        "scanner/feeder.py": source + "\n",
        "resources/faults/scanner.toml": TEXTS.format(code="SCN-104"),
    }
    assert any(problem in found for found in checkout(tmp_path, files))


@pytest.mark.parametrize(
    "source",
    [
        'CODES = {5: "SCN-104"}',
        'NAMES = ("SCN-104", "SHA-256")',
        'raise Refused("SCN-104", **row)',
        'w(code="SCN-104")',
    ],
)
def test_parameters_that_cannot_be_seen_are_not_doubted(tmp_path: Path, source: str) -> None:
    files = {
        "scanner/feeder.py": source + "\n",
        "resources/faults/scanner.toml": TEXTS.format(code="SCN-104"),
    }
    assert checkout(tmp_path, files) == []


def test_texts_need_both_languages_and_both_parts(tmp_path: Path) -> None:
    files = {
        "scanner/feeder.py": 'raise Refused("SCN-104")\n',
        "resources/faults/scanner.toml": '["SCN-104"]\nzh_CN = { message = "卡纸" }\n',
    }
    found = checkout(tmp_path, files)
    assert [line.partition(": ")[2] for line in found] == [
        "SCN-104 has no remedy in zh_CN",
        "SCN-104 has no message in en",
        "SCN-104 has no remedy in en",
    ]


def test_a_code_in_two_files_is_reported(tmp_path: Path) -> None:
    files = {
        "scanner/feeder.py": 'raise Refused("SCN-104", sheet=3)\n',
        "resources/faults/a.toml": TEXTS.format(code="SCN-104"),
        "resources/faults/b.toml": TEXTS.format(code="SCN-104"),
    }
    assert [line for line in checkout(tmp_path, files) if "a.toml too" in line]


@pytest.mark.parametrize("word", ["TO" + "DO", "FIX" + "ME", "NotImplemented" + "Error"])
def test_unfinished_places_and_prints_are_found(tmp_path: Path, word: str) -> None:
    found = checkout(tmp_path, {"ocr/page.py": f"# {word}\nprint(1)\nlog.print(2)\n"})
    assert found == [f"ocr/page.py:1: unfinished: {word}", "ocr/page.py:2: print in a package"]


@pytest.mark.parametrize(
    ("line", "is_machine_path"),
    [
        ("see /" + "root/x", True),
        ("folder = '/" + "tmp/spool'", True),
        ("cd /home/" + "clerk/dossiers", True),
        ("C:\\" + "Users\\clerk", True),
        ("/usr/share/fonts", False),
        ("{folder}/" + "tmp/x", False),
        ("http://127.0.0.1/" + "work/x", False),
        ("docs/" + "work/x", False),
    ],
)
def test_paths_of_a_machine(tmp_path: Path, line: str, is_machine_path: bool) -> None:
    found = checkout(tmp_path, {"notes.md": line + "\n", ".venv/x.md": "/" + "root/y\n"})
    assert [line.split(":")[0] for line in found] == ["notes.md"] * is_machine_path


CATALOGUE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Scan"
msgstr "扫描"

msgid "Sheet {number}"
msgstr "第 {nummer} 张"

#, fuzzy
msgid "Seal"
msgstr "封卷"

msgid "Pages"
msgstr ""
"""


def test_every_text_of_the_program_is_translated(tmp_path: Path) -> None:
    lines = ['_("Scan")', 'N_("Seal")', '_("Pages")', '_("Gone")', '_("Sheet {number}")']
    files = {"app/gui/desk.py": "\n".join(lines) + "\n"}
    assert checkout(tmp_path, files) == []
    assert checkout(tmp_path, {"resources/locale/zh_CN.po": CATALOGUE}) == [
        "app/gui/desk.py:2: no zh_CN translation: 'Seal'",
        "app/gui/desk.py:3: no zh_CN translation: 'Pages'",
        "app/gui/desk.py:4: no zh_CN translation: 'Gone'",
        "app/gui/desk.py:5: zh_CN shows others: 'Sheet {number}'",
    ]
    second = 'msgid "Gone"\nmsgstr "已取走"\n'
    found = checkout(tmp_path, {"resources/locale/zh_CN.kiosk.po": second})
    assert not [line for line in found if "Gone" in line]


def test_migrations_need_a_test_of_drift(tmp_path: Path) -> None:
    files = {"app/adapters/db/migrations/env.py": "", "tests/test_x.py": ""}
    assert [line for line in checkout(tmp_path, files) if "compares the migrations" in line]
    assert checkout(tmp_path, {"tests/test_x.py": "compare_metadata(context, metadata)"}) == []
