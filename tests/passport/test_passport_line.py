"""Passports along the line: issued, printed, and judged by the script that lies in the package."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from app.adapters.packaging.container import write_container
from tests.cli import conftest as cli
from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO

dossier, pool, program, digitize = cli.dossier, cli.pool, cli.program, cli.digitize

Done = Callable[..., dict[str, Any]]


@pytest.fixture
def done(program: Program) -> Done:
    def run(*arguments: object) -> dict[str, Any]:
        said = program(*arguments, "--json")
        assert said.status == 0, (arguments, said.out, said.err)
        return said.record

    return run


@pytest.fixture
def package(digitize: Callable[..., Said], done: Done, tmp_path: Path) -> Path:
    """A sealed package, copied to where no program of ours is."""
    assert digitize("--json").status == 0
    built = done("package", CASE_NO, "--out", tmp_path / "结果" / "packages")
    carried = tmp_path / "U盘" / "卷宗"
    shutil.copytree(built["package"], carried)
    return carried


def judged(package: Path, *arguments: object) -> tuple[int, dict[str, Any], str]:
    """What the script in the package says, run by a Python that knows nothing of the program."""
    script = package / "verify.py" if package.is_dir() else package.parent / "verify.py"
    command = [sys.executable, "-I", "-S", str(script), str(package), *map(str, arguments)]
    ran = subprocess.run(
        [*command, "--json"], capture_output=True, text=True, encoding="utf-8", check=False
    )
    record = json.loads(ran.stdout) if ran.stdout else {}
    return ran.returncode, record, ran.stderr


def results(record: dict[str, Any]) -> dict[str, str]:
    return {row["code"]: row["result"] for row in record["checks"]}


def test_a_package_proves_itself_as_folder_and_as_container(package: Path, tmp_path: Path) -> None:
    status, record, said = judged(package)
    assert (status, said) == (0, "")
    assert record["holds"]
    assert set(results(record).values()) == {"pass"}
    container = tmp_path / "U盘" / "卷宗.zip"
    write_container(package, container)
    shutil.copy(package / "verify.py", container.parent)
    status, packed, _said = judged(container)
    assert status == 0
    assert packed == record


def spoil_and_judge(package: Path, spoil: str) -> tuple[int, dict[str, Any]]:
    picture = next(package.rglob("00001.jpg"))
    if spoil == "picture":
        data = bytearray(picture.read_bytes())
        data[len(data) // 2] ^= 1
        picture.write_bytes(data)
    elif spoil == "stray":
        (package / "data" / "其他" / "多余.txt").write_text("x", encoding="utf-8")
    elif spoil == "missing":
        picture.unlink()
    elif spoil == "link":
        picture.unlink()
        picture.symlink_to(package / "manifest.json")
    else:
        (package / "bag-info.txt").write_text("Payload-Oxum: 1.1\n", encoding="utf-8")
    status, record, _said = judged(package)
    return status, record


def test_what_was_changed_is_named(package: Path, tmp_path: Path) -> None:
    named = {"picture": "V-4", "stray": "V-3", "missing": "V-2", "link": "V-1", "bag": "V-5"}
    for spoil, code in named.items():
        spoiled = tmp_path / spoil
        shutil.copytree(package, spoiled)
        status, record = spoil_and_judge(spoiled, spoil)
        assert status == 1
        assert results(record)[code] == "fail", spoil


def test_what_is_no_package_is_said(package: Path, tmp_path: Path) -> None:
    empty = tmp_path / "空"
    empty.mkdir()
    shutil.copy(package / "verify.py", empty)
    status, record, said = judged(empty)
    assert (status, record) == (2, {})
    assert "manifest.json" in said


def test_a_passport_proves_pages_custody_and_tracks(
    package: Path, done: Done, program: Program, tmp_path: Path
) -> None:
    file = tmp_path / "护照.json"
    issued = done("passport", "issue", CASE_NO, "--out", file)
    assert issued["number"].startswith("HZ-")
    passport = json.loads(file.read_bytes())
    assert passport["custody"]["rows"], "the scanning of the paper stands in it"
    status, record, _said = judged(package, "--passport", file)
    assert status == 0
    assert results(record)["P-2"] == results(record)["P-3"] == "pass"
    assert results(record)["P-1"] == "manual", "whom to trust is for a person to say"
    fingerprint = record["signers"][0]["sha256"]
    _status, record, _said = judged(package, "--passport", file, "--trust", fingerprint)
    assert results(record)["P-1"] == "pass"
    _status, record, _said = judged(package, "--passport", file, "--trust", "0" * 64)
    assert results(record)["P-1"] == "fail"
    said = program("verify", package, "--passport", file, "--trust", fingerprint, "--json")
    assert (said.status, said.record["holds"]) == (0, True)
    history = done("case", "history", CASE_NO)["history"]
    assert [row["details"]["number"] for row in history if row["action"] == "passport_issued"] == [
        issued["number"]
    ]
    assert [row["number"] for row in done("passport", "list", CASE_NO)["passports"]] == [
        issued["number"]
    ]


def test_a_passport_that_was_changed_is_refused(package: Path, done: Done, tmp_path: Path) -> None:
    file = tmp_path / "护照.json"
    done("passport", "issue", CASE_NO, "--out", file)
    plain = json.loads(file.read_bytes())

    def told(**changes: Any) -> dict[str, str]:
        file.write_text(json.dumps({**plain, **changes}, ensure_ascii=False), encoding="utf-8")
        status, record, _said = judged(package, "--passport", file)
        assert status == 1
        return results(record)

    rows = [dict(row) for row in plain["custody"]["rows"]]
    rows[0]["giver"] = "别人"
    found = told(custody={**plain["custody"], "rows": rows})
    assert (found["P-1"], found["P-3"]) == ("fail", "fail")
    assert told(custody={**plain["custody"], "rows": rows[1:]})["P-3"] == "fail"
    pages = [list(row) for row in plain["pages"]["rows"]]
    pages[0][2] = "0" * 64
    assert told(pages={**plain["pages"], "rows": pages})["P-2"] == "fail"
    assert told(package={**plain["package"], "sha256": "0" * 64})["P-2"] == "fail"
    open_one = [{"kind": "missing_page", "verdict": "", "verdict_by": ""}]
    assert told(verdicts=open_one)["P-4"] == "fail"
    electronic = {"sha256": "0" * 64, "accepted": True, "pages": 3, "volumes": 1}
    tracks = {**plain["tracks"], "electronic": electronic}
    assert told(tracks=tracks)["P-5"] == "fail"


def test_the_printed_code_is_read_and_judged(
    package: Path, done: Done, program: Program, tmp_path: Path
) -> None:
    file, page = tmp_path / "护照.json", tmp_path / "护照.pdf"
    assert program("passport", "print", CASE_NO, "--out", page, "--json").code == "PSP-104"
    done("passport", "issue", CASE_NO, "--out", file)
    done("passport", "print", CASE_NO, "--out", page)
    with pypdfium2.PdfDocument(page) as document:
        assert len(document) == 1
        picture = document[0].render(scale=300 / 72).to_pil()
        text = document[0].get_textpage().get_text_bounded()
    assert "卷宗护照" in text
    (code,) = [found.text for found in zxingcpp.read_barcodes(picture)]
    passport = json.loads(file.read_bytes())
    assert code == passport["code"]
    certificate = tmp_path / "法院.der"
    certificate.write_bytes(base64.b64decode(passport["signature"]["certificate"]))
    # The page alone is enough: no file of the passport is at hand.
    status, record, _said = judged(package, "--code", code, "--trust", certificate)
    assert (status, results(record)["Q-1"]) == (0, "pass")
    _status, record, _said = judged(package, "--code", code)
    assert results(record)["Q-1"] == "manual"
    head, tail = code[:60], code[60:]
    other = head + ("A" if tail[0] != "A" else "B") + tail[1:]
    status, record, _said = judged(package, "--code", other, "--trust", certificate)
    assert (status, results(record)["Q-1"]) == (1, "fail")


def test_a_package_that_was_changed_gets_no_passport(
    package: Path, done: Done, program: Program
) -> None:
    built = Path(done("package", CASE_NO)["package"])
    manifest = built / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b"juanzong", b"Juanzong", 1))
    said = program("passport", "issue", CASE_NO, "--json")
    assert said.code in ("PSP-102", "DOS-107")
    assert not list(built.parent.parent.rglob("passports/*.json"))
