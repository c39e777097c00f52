"""Four-property checks by people: stages, decisions, the end, reports, and a virus scanner."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from app.adapters.packaging.check_virus import virus_results
from app.adapters.virus_scan import scan_folder
from tests.cli import conftest as cli
from tests.cli.conftest import Program, Said
from tests.replay import CASE_NO

dossier, pool, program, digitize = cli.dossier, cli.pool, cli.program, cli.digitize

MARK = "JUANZONG-TEST-VIRUS".encode("utf-16-le")


class Clamd(socketserver.ThreadingTCPServer):
    """Speaks the wire of clamd: VERSION and INSTREAM, and takes no file above `limit`."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, limit: int = 1 << 24) -> None:
        self.limit = limit
        self.scanned = 0
        super().__init__(("127.0.0.1", 0), ClamdHandler)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server_address[1]}"


class ClamdHandler(socketserver.StreamRequestHandler):
    server: Clamd

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.0.7/27400/Mon Nov 2 2026\0")
            return
        assert command == b"zINSTREAM\0"
        content = bytearray()
        while size := int.from_bytes(self.rfile.read(4), "big"):
            content += self.rfile.read(size)
            if len(content) > self.server.limit:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.scanned += 1
        found = b"Test.Signature FOUND" if MARK in content else b"OK"
        self.wfile.write(b"stream: " + found + b"\0")


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def package(digitize: Callable[..., Said], program: Program) -> Path:
    assert digitize("--json").status == 0
    return Path(program("package", CASE_NO, "--json").record["package"])


def results(record: dict[str, Any]) -> dict[str, str]:
    return {line["code"]: line["result"] for line in record["lines"]}


def test_a_person_decides_what_no_machine_may(
    package: Path, program: Program, tmp_path: Path
) -> None:
    made = program("check", "run", CASE_NO, "--json")
    assert made.status == 0
    check = made.record
    assert check["outcome"] == "awaiting_review"
    waiting = [code for code, result in results(check).items() if result == "manual"]
    assert {"GD-4-2", "GD-3-5"} <= set(waiting)
    early = program("check", "conclude", check["id"], "accepted", "--json")
    assert (early.status, early.code) == (1, "FPC-104")
    proved = program("check", "decide", check["id"], "GD-1-1", "fail", "--remark", "x", "--json")
    assert proved.code == "FPC-103", "what the machine proved is not for people"
    assert program("check", "decide", check["id"], "GD-4-2", "fail", "--json").code == "FPC-106"
    assert program("check", "decide", check["id"], "GD-9-9", "pass", "--json").code == "FPC-102"
    assert program("check", "decide", "check_0", "GD-4-2", "pass", "--json").code == "FPC-102"
    said = program(
        "check", "decide", check["id"], waiting[0], "fail", "--remark", "看不清", "--json"
    )
    assert said.status == 0
    for code in waiting[1:]:
        assert program("check", "decide", check["id"], code, "pass", "--json").status == 0
    still = program("check", "conclude", check["id"], "accepted", "--json")
    assert still.code == "FPC-104", "one that failed keeps the package out"
    program("check", "decide", check["id"], waiting[0], "pass", "--remark", "重看清楚", "--json")
    done = program("check", "conclude", check["id"], "accepted", "--json")
    assert (done.status, done.record["outcome"]) == (0, "accepted")
    after = program("check", "decide", check["id"], waiting[0], "pass", "--json")
    assert after.code == "FPC-105"
    again = program("check", "conclude", check["id"], "returned", "--remark", "x", "--json")
    assert again.code == "FPC-105"
    (kept,) = program("check", "list", CASE_NO, "--json").record["checks"]
    line = next(row for row in kept["lines"] if row["code"] == waiting[0])
    assert (line["result"], line["decision"], line["decision_remark"]) == (
        "manual",
        "pass",
        "重看清楚",
    )
    assert program("check", "show", check["id"], "--json").record == kept
    report = tmp_path / "报告.json"
    program("check", "report", check["id"], "--out", report, "--json")
    facts = json.loads(report.read_text("utf-8"))
    assert (facts["outcome"], len(facts["items"])) == ("accepted", len(check["lines"]))
    paper = tmp_path / "报告.pdf"
    program("check", "report", check["id"], "--out", paper, "--json")
    with pypdfium2.PdfDocument(paper) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    for words in ("四性检测报告", "GD-4-2", "合格，予以接收", "重看清楚"):
        assert words in text
    assert program("check", "report", check["id"], "--out", tmp_path / "x.doc", "--json").code == (
        "FPC-107"
    )


def test_what_a_machine_finds_wrong_is_returned_and_never_accepted(
    package: Path, program: Program
) -> None:
    picture = next(package.rglob("00001.jpg"))
    picture.chmod(0o644)
    picture.write_bytes(picture.read_bytes() + b"\0")
    made = program("check", "run", package, "--stage", "transfer", "--json")
    assert (made.status, made.record["outcome"]) == (1, "failed")
    assert results(made.record)["YJ-1-1"] == "fail"
    check = made.record["id"]
    assert program("check", "conclude", check, "accepted", "--json").code == "FPC-104"
    assert program("check", "conclude", check, "returned", "--json").code == "FPC-106"
    ended = program("check", "conclude", check, "returned", "--remark", "图像被改动", "--json")
    assert ended.record["outcome"] == "returned"


def test_a_scanner_for_viruses_is_asked_and_a_person_has_the_last_word(
    package: Path, program: Program, data_folder: Path, clamd: Clamd
) -> None:
    settings = data_folder / "settings.toml"
    settings.write_text(f'[virus]\nclamd = "{clamd.address}"\n', encoding="utf-8")
    found = {row["code"]: row for row in program("check", "run", package, "--json").record["lines"]}
    files = sum(path.is_file() for path in package.rglob("*"))
    assert clamd.scanned == files
    assert found["GD-4-2"]["result"] == "manual", "no machine says that nothing is there"
    assert f"检测 {files} 个文件，未发现病毒" in found["GD-4-2"]["remark"]
    assert "27400" in found["GD-4-1"]["remark"]
    (package / "passport.json").write_bytes(MARK)
    ill = program("check", "run", package, "--json")
    rows = {row["code"]: row for row in ill.record["lines"]}
    assert (rows["GD-4-2"]["result"], ill.record["outcome"]) == ("fail", "failed")
    assert "passport.json：Test.Signature" in rows["GD-4-2"]["remark"]
    settings.write_text('[virus]\nclamd = "/run/clamd"\n', encoding="utf-8")
    assert program("check", "run", package, "--json").code == "SET-103"


def test_a_scanner_that_is_away_or_gives_up_is_told(tmp_path: Path) -> None:
    (tmp_path / "小").write_bytes(b"x")
    (tmp_path / "大").write_bytes(bytes(3 << 20))
    away = scan_folder(tmp_path, f"unix:{tmp_path / 'nobody'}")
    assert away.engine == ""
    assert {row.result for row in virus_results(away)} == {"manual"}
    with Clamd(limit=1 << 20) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        report = scan_folder(tmp_path, server.address)
        server.shutdown()
        thread.join()
    assert (report.scanned, list(report.unscanned)) == (1, ["大"])
    _engine, virus = virus_results(report)
    assert virus.result == "manual"
    assert "大" in virus.remark
