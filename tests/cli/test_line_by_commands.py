"""The line command by command: from a list of cases to two receipts and a reader."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from app.kernel.fault_texts import fault_tables
from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO, Dossier, ReplayPool


def test_the_line(program: Program, dossier: Dossier, tmp_path: Path) -> None:
    def done(*arguments: object) -> dict:
        said = program(*arguments, "--json")
        assert said.status == 0, (arguments, said.out, said.err)
        return said.record

    sheet = tmp_path / "案件.csv"
    sheet.write_bytes(f"案号,案由,原告,页数\r\n{CASE_NO},民间借贷,甲,3\r\n".encode("gbk"))
    assert done("case", "import", sheet) == {"imported": 1, "rejected": []}
    assert done("scan", CASE_NO, "--source", f"folder:{dossier.folder}")["sides"] == 4
    assert done("work", "--until-idle")["queued"] == 0
    files = done("inspect", "--case", CASE_NO)["files"]
    assert [[f["code"] for f in entry["findings"]] for entry in files] == [[], ["blank"], [], []]
    assert len(done("catalogue", CASE_NO)["items"]) == 2
    bound = done("bind", CASE_NO, "--record", "--papers", tmp_path / "装订", "--copies")
    assert [volume["pages"] for volume in bound["parts"][0]["volumes"]] == [3]
    assert all(Path(file).stat().st_size for file in bound["files"])
    assert len(bound["files"]) == 3
    assert done("reconcile", CASE_NO, "--paper", dossier.facts)["verdict"] == "consistent"
    assert done("seal", CASE_NO)["state"] == "sealed"
    package = done("package", CASE_NO, "--out", tmp_path / "包")
    assert done("package", "check", package["package"])["sha256"] == package["sha256"]
    assert done("submit", CASE_NO)["electronic"]["state"] == "receipted"
    offered = done("handoff", "offer", CASE_NO, "--to", "档案员", "--pages", 3)
    done("handoff", "deposit", offered["id"])
    cells = done("locker", "cells")["cells"]
    assert [c["number"] for c in cells if c["handoff"] == offered["id"]] == [offered["cell"]]
    done("handoff", "collect", offered["id"], "--code", offered["code"])
    done("handoff", "acknowledge", offered["id"], "--volumes", 1, "--pages", 3)
    assert done("handoff", "list", CASE_NO)["handoffs"][0]["state"] == "confirmed"
    tracks = done("shelve", CASE_NO, "--location", "A库/3/2/4/7/1", "--pages", 3)
    assert tracks["accessioned"]
    assert done("tracks", CASE_NO)["verdict"] == "closed"
    grant = ("grant", CASE_NO, "--reader", "李律师", "--certificate", "1310", "--pages")
    code = done(*grant, "1,3")["code"]
    page = tmp_path / "页.jpg"
    seen = done("reader", code, "--page", 3, "--out", page)
    assert seen["pages"] == [1, 3]
    assert page.read_bytes()[:2] == b"\xff\xd8"
    assert program("reader", code, "--page", 2, "--json").code == "RDR-106"
    log = done("reading", "log", "--case", CASE_NO)["log"]
    assert [row["page_number"] for row in log if row["action"] == "page_read"] == [3]
    visits = done("reading", "visits", "--case", CASE_NO)["visits"]
    assert [visit["pages"] for visit in visits] == [0, 1]
    assert done("search", "事实与理由")["hits"][0]["page_number"] == 2
    assert done("case", "show", CASE_NO)["state"] == "accessioned"
    assert done("case", "history", CASE_NO)["history"][-1]["action"]
    assert done("audit", "verify")["ok"]


@pytest.mark.parametrize("pages", ["5-1", "0", "a", "1-", ",", "-", "1-999999999"])
def test_a_wrong_range_of_pages_never_opens_the_whole_dossier(
    program: Program, digitize: Callable[..., Said], pages: str
) -> None:
    said = program(
        "grant", CASE_NO, "--reader", "李", "--certificate", "1", f"--pages={pages}", "--json"
    )
    assert (said.status, said.code) == (2, "RDR-107")


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["case", "show", CASE_NO], 2, "CASE-101"),
        (["seal", CASE_NO], 2, "CASE-101"),
        (["seal", "某案"], 2, "ARC-101"),
        (["package", CASE_NO], 2, "CASE-101"),
        (["package", "check", "没有"], 2, "SYS-201"),
        (["submit", CASE_NO, "--target", "x"], 2, "DOS-109"),
        (["scan", CASE_NO, "--source", "x"], 2, "SCN-203"),
        (["scan", CASE_NO, "--source", "fax:x"], 2, "SCN-201"),
        (["handoff", "deposit", "x"], 2, "HND-107"),
        (["locker", "cells", "--cabinet", "x"], 2, "HND-108"),
        (["reader", "1-2"], 1, "RDR-103"),
        (["flip", CASE_NO, "--video", "x"], 2, "CASE-101"),
        (["case", "import", "没有.csv"], 2, "CASE-103"),
    ],
)
def test_what_cannot_be_done_has_a_code(
    program: Program, arguments: list[str], status: int, code: str
) -> None:
    said = program(*arguments, "--json")
    assert (said.status, said.code) == (status, code)
    assert code in fault_tables()
    said = program(*arguments)
    assert said.status == status
    assert f"[{code}]" in said.err


def test_a_flipped_byte_is_found_and_named(
    program: Program, digitize: Callable[..., Said], data_folder: Path
) -> None:
    digitize()
    assert program("fixity", "--json").record["damaged"] == []
    with sqlite3.connect(data_folder / "dossiers.db") as database:
        ((sha256,),) = database.execute("SELECT master FROM side WHERE position = 3")
    database.close()
    master = data_folder / "objects" / sha256[:2] / sha256[2:4] / sha256
    data = bytearray(master.read_bytes())
    data[len(data) // 2] ^= 1
    master.chmod(0o644)
    master.write_bytes(data)
    said = program("fixity", "--json")
    assert (said.status, said.record["damaged"]) == (1, [sha256])
    assert [(row["case_no"], row["position"]) for row in said.record["sides"]] == [(CASE_NO, 3)]
    assert sha256 in program("fixity").out


def test_a_broken_audit_chain_is_found(
    program: Program, digitize: Callable[..., Said], data_folder: Path
) -> None:
    digitize()
    database = sqlite3.connect(data_folder / "dossiers.db")
    for (name,) in database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'"
    ).fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute("UPDATE audit SET actor = 'x' WHERE number = 2")
    database.commit()
    database.close()
    said = program("audit", "verify", "--json")
    assert (said.status, said.record["ok"], said.record["broken_at"]) == (1, False, 2)


@pytest.mark.parametrize(
    ("revision", "status", "code"), [("9999_later", 4, "DB-201"), ("0001", 1, "DB-202")]
)
def test_a_database_of_another_version(
    program: Program,
    data_folder: Path,
    revision: str,
    status: int,
    code: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program("case", "list")
    if code == "DB-201":
        database = sqlite3.connect(data_folder / "dossiers.db")
        database.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        database.commit()
        database.close()
    else:
        monkeypatch.setattr("app.bootstrap.needs_upgrade", lambda _engine: True)
    said = program("case", "list", "--json")
    assert (said.status, said.code) == (status, code)
    said = program("db", "upgrade", "--json")
    if code == "DB-201":
        assert (said.status, said.code) == (4, "DB-201")
    else:
        assert Path(said.record["copy"]).is_file()


def test_a_file_that_is_no_database(program: Program, data_folder: Path) -> None:
    data_folder.mkdir()
    (data_folder / "dossiers.db").write_bytes(b"not a database at all" * 100)
    said = program("case", "list", "--json")
    assert (said.status, said.code) == (4, "DB-102")
    said = program("doctor", "--json")
    assert said.status == 4
    assert [row["name"] for row in said.record["checks"] if not row["ok"]] == ["database"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x", "SET-101"),
        ("langage = 'en'", "SET-102"),
        ("engine = 'x'", "SET-103"),
        ("cabinets = 'x'", "SET-103"),
        ("targets = 3", "SET-103"),
        ("workers = true", "SET-103"),
        ("[targets.archive]\nkind = 'x'", "SET-104"),
    ],
)
def test_settings_that_make_no_sense(
    program: Program, data_folder: Path, text: str, code: str
) -> None:
    data_folder.mkdir()
    (data_folder / "settings.toml").write_text(text, encoding="utf-8")
    said = program("case", "list", "--json")
    assert (said.status, said.code) == (2, code)


def test_a_failed_side_is_tried_again_when_asked(
    program: Program, digitize: Callable[..., Said], pool: ReplayPool, dossier: Dossier
) -> None:
    from app.kernel.errors import Broken

    def before(function: str, _path: Path) -> None:
        if function == "ocr.recognition:recognise":
            raise Broken("JOB-102", function=function)

    pool.before = before
    assert digitize().status == 1
    pool.before = lambda _function, _path: None
    assert program("inspect", "--case", CASE_NO, "--again").status == 0
    assert program("work", "--until-idle", "--json").record["failed"] == 0
