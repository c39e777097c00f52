"""Dossiers between two courts, each with a data folder of its own, by the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.adapters.court_receipts import sign_receipt
from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.domain.archiving_records import TrackFreeze
from app.kernel.errors import BadInput, Refused
from tests.cli import conftest as cli
from tests.cli.conftest import Program, Said
from tests.court_transfer.comparing import content
from tests.replay import CASE_NO, ReplayPool

dossier, pool, program, digitize = cli.dossier, cli.pool, cli.program, cli.digitize

Done = Callable[..., dict[str, Any]]
ARCHIVIST = Actor(name="档案员", role="archivist")
OPERATOR = Actor(name="扫描员", role="operator")
ELSEWHERE = "晴川市中级人民法院"
RETURNED = "澄溪市河东区人民法院"


@pytest.fixture
def done(program: Program) -> Done:
    def run(*arguments: object) -> dict[str, Any]:
        said = program(*arguments, "--json")
        assert said.status == 0, (arguments, said.out, said.err)
        return dict(said.record)

    return run


@pytest.fixture
def other(tmp_path: Path) -> tuple[str, str]:
    """The options of a command in the other court."""
    return ("--data", str(tmp_path / "另一法院"))


@pytest.fixture
def sealed(digitize: Callable[..., Said], done: Done, tmp_path: Path) -> Path:
    """The package of the first court."""
    assert digitize("--json").status == 0
    return Path(done("package", CASE_NO, "--out", tmp_path / "结果" / "packages")["package"])


@pytest.fixture
def sent(sealed: Path, done: Done, tmp_path: Path) -> dict[str, Any]:
    """What the first court says of the dossier it sent, in `移送.zip`."""
    file = tmp_path / "光盘" / "移送.zip"
    done("passport", "issue", CASE_NO, "--out", sealed / "passport.json")
    return done("court", "send", CASE_NO, "--to", ELSEWHERE, "--purpose", "appeal", "--out", file)


def test_nothing_is_lost_from_court_to_court(
    sealed: Path,
    sent: dict[str, Any],
    done: Done,
    other: tuple[str, str],
    tmp_path: Path,
) -> None:
    file = Path(sent["path"])
    letter = json.loads(file.with_name("移送_移送函.json").read_text("utf-8"))
    assert letter["package"]["sha256"] == sent["package_sha256"]
    assert letter["container"]["passport"]
    assert (sent["state"], sent["details"]["paper"]) == ("made", "court_to_court")
    taken = done(*other, "court", "receive", file, "--sha256", letter["package"]["sha256"])
    assert (taken["state"], taken["purpose"], taken["court"]) == ("accepted", "appeal", RETURNED)
    assert taken["details"]["version"] == 1
    kept = tmp_path / "另一法院"
    blobs = {path.name: path for path in kept.rglob("*") if path.is_file()}
    manifest = (sealed / "manifest.json").read_bytes()
    assert blobs[taken["details"]["kept"]["manifest.json"]].read_bytes() == manifest
    assert blobs[taken["details"]["original"]].read_bytes() == file.read_bytes()
    events = (sealed / "data/其他/事件.json").read_bytes()
    assert blobs[taken["details"]["kept"]["data/其他/事件.json"]].read_bytes() == events
    built = done(*other, "package", CASE_NO, "--provisional", "--out", tmp_path / "二审")
    assert content(Path(built["package"])) == content(sealed)
    history = done(*other, "case", "history", CASE_NO)["history"]
    assert "court_received" in [row["action"] for row in history]
    # The same package again is the same transfer, and no second case.
    again = done(*other, "court", "receive", file)
    assert again["id"] == taken["id"]
    assert len(done(*other, "court", "list")["transfers"]) == 1


def test_the_receipt_of_the_other_court_is_noted(
    sent: dict[str, Any], done: Done, program: Program, other: tuple[str, str], tmp_path: Path
) -> None:
    receipt = tmp_path / "回执.json"
    done(*other, "court", "receive", sent["path"], "--receipt", receipt)
    answer = json.loads(receipt.read_text("utf-8"))
    assert answer["transfer"] == sent["id"]
    foreign = tmp_path / "别的.json"
    package = {**answer["package"], "sha256": "0" * 64}
    foreign.write_text(json.dumps({**answer, "package": package}), "utf-8")
    assert program("court", "receipt", sent["id"], foreign, "--json").code == "CTR-111"
    foreign.write_text("{}", "utf-8")
    assert program("court", "receipt", sent["id"], foreign, "--json").code == "CTR-111"
    assert program("court", "receipt", "none", receipt, "--json").code == "CTR-110"
    # Only a word was changed, or the signature is gone: it is not what the court signed.
    for changed in (
        {**answer, "person": "别人"},
        {name: value for name, value in answer.items() if name != "signature"},
        {**answer, "signature": {**answer["signature"], "value": "AAAA"}},
    ):
        foreign.write_text(json.dumps(changed), "utf-8")
        said = program("court", "receipt", sent["id"], foreign, "--json")
        assert (said.status, said.code) == (2, "CTR-113")
    noted = done("court", "receipt", sent["id"], receipt)
    assert noted["details"]["receipt_trusted"] is False, "a key of a station, unknown here"
    assert len(noted["details"]["receipt_fingerprint"]) == 64
    assert (noted["state"], noted["receipt"]) == ("accepted", answer)
    assert done("court", "receipt", sent["id"], receipt)["state"] == "accepted"
    foreign.write_text(json.dumps({**answer, "result": "rejected"}), "utf-8")
    assert program("court", "receipt", sent["id"], foreign, "--json").code == "CTR-112"
    listed = done("court", "list", "--case", CASE_NO, "--direction", "out")["transfers"]
    assert [(row["id"], row["state"]) for row in listed] == [(sent["id"], "accepted")]
    actions = [row["action"] for row in done("case", "history", CASE_NO)["history"]]
    assert actions.count("court_receipt_noted") == 1


def test_a_court_that_signs_with_another_key_is_pointed_out(
    sent: dict[str, Any], done: Done, program: Program, other: tuple[str, str], tmp_path: Path
) -> None:
    """Told in the answer and in the list, and noted all the same: keys are changed lawfully."""
    receipt = tmp_path / "回执.json"
    done(*other, "court", "receive", sent["path"], "--receipt", receipt)
    first = json.loads(receipt.read_text("utf-8"))
    file = tmp_path / "光盘" / "再次.zip"
    again = done("court", "send", CASE_NO, "--to", ELSEWHERE, "--purpose", "appeal", "--out", file)
    noted = done("court", "receipt", sent["id"], receipt)
    assert noted["signer_before"] == ""
    # The second answer is of a later day, and of a station with a key of its own.
    answer = {**first, "transfer": again["id"], "at": "2999-01-02T03:04:05.000Z"}
    receipt.write_text(json.dumps(sign_receipt(str(tmp_path / "新密钥"), answer)), "utf-8")
    noted = done("court", "receipt", again["id"], receipt)
    rows = {row["id"]: row for row in done("court", "list")["transfers"]}
    before = rows[sent["id"]]["details"]["receipt_fingerprint"]
    assert noted["state"] == "accepted"
    assert before[:16] in noted["signer_before"]
    assert before != noted["details"]["receipt_fingerprint"]
    assert rows[again["id"]]["signer_before"] == noted["signer_before"]
    assert rows[sent["id"]]["signer_before"] == ""
    said = program("court", "list").out
    assert f"{again['id']}: 签名证书与该院此前的回执不同" in said
    assert noted["details"]["receipt_fingerprint"][:16] in said
    assert f"{sent['id']}: " not in said


def spoil(file: Path, folder: Path, part: str) -> Path:
    """A copy of the package in `file` that does not hold, for one reason."""
    if part == "container":
        broken = folder / "坏.zip"
        broken.write_bytes(file.read_bytes()[:-200])
        return broken
    shutil.unpack_archive(file, folder / part)
    (broken,) = (folder / part).iterdir()
    name = "passport.json" if part == "passport" else next(broken.rglob("00001.jpg"))
    data = bytearray((broken / name).read_bytes())
    data[len(data) // 2] ^= 1
    (broken / name).write_bytes(data)
    return broken


def test_what_does_not_hold_is_rejected_and_enters_no_dossier(
    sent: dict[str, Any], program: Program, done: Done, other: tuple[str, str], tmp_path: Path
) -> None:
    file, answer = Path(sent["path"]), tmp_path / "回执.json"
    for part in ("picture", "passport", "container"):
        broken = spoil(file, tmp_path, part)
        said = program(*other, "court", "receive", broken, "--receipt", answer, "--json")
        assert (said.status, said.record["state"]) == (1, "rejected"), part
        assert said.record["case_no"] == ""
        assert said.record["receipt"]["reasons"]
        assert done(*other, "case", "list")["cases"] == []
        noted = done("court", "receipt", sent["id"], answer)
        assert (noted["state"], noted["receipt"]) == ("rejected", said.record["receipt"])
    # A whole copy is taken in, and the sending court may note that.
    assert done(*other, "court", "receive", file)["state"] == "accepted"
    accepted = file.with_name("移送_回执.json")
    assert done("court", "receipt", sent["id"], accepted)["state"] == "accepted"


def test_what_may_not_go_or_come_is_refused(
    sent: dict[str, Any], program: Program, other: tuple[str, str], tmp_path: Path
) -> None:
    file, free = Path(sent["path"]), tmp_path / "再送.zip"

    def code(*arguments: object) -> str:
        return program(*arguments, "--json").code

    assert code("court", "send", CASE_NO, "--to", ELSEWHERE, "--out", file) == "CTR-103"
    assert code("court", "send", CASE_NO, "--to", " ", "--out", free) == "CTR-102"
    assert code("court", "receive", file) == "CTR-109"
    assert code(*other, "court", "receive", file, "--sha256", "0" * 64) == "CTR-107"
    assert code(*other, "court", "receive", tmp_path / "无.zip") == "SYS-201"
    assert program("return", CASE_NO, "--reason", "补正").status == 0
    assert code("court", "send", CASE_NO, "--to", ELSEWHERE, "--out", free) == "CTR-104"
    assert not free.exists()


def test_what_stands_still_or_is_nobodys_to_send_stays_here(
    sealed: Path, data_folder: Path, pool: ReplayPool, tmp_path: Path
) -> None:
    assert sealed.is_dir()
    out = tmp_path / "送.zip"
    workstation = open_workstation(data_folder, pool=pool)
    try:
        with pytest.raises(BadInput) as unclear:
            workstation.export_for_court(ARCHIVIST, CASE_NO, ELSEWHERE, "sale", out)
        with pytest.raises(Refused) as forbidden:
            workstation.export_for_court(OPERATOR, CASE_NO, ELSEWHERE, "appeal", out)
        with workstation._context.storage.write() as tx:
            dossier = tx.dossiers.first(case_no=CASE_NO)
            assert dossier is not None
            freeze = TrackFreeze(id="f1", dossier_id=dossier.id, state="open", opened_at="2026")
            tx.track_freezes.add(freeze)
            tx.audit.record("测试", "tracks_frozen", CASE_NO)
            tx.commit()
        with pytest.raises(Refused) as frozen:
            workstation.export_for_court(ARCHIVIST, CASE_NO, ELSEWHERE, "appeal", out)
        assert workstation.court_transfers() == []
    finally:
        workstation.close()
    codes = [caught.value.code for caught in (unclear, forbidden, frozen)]
    assert codes == ["CTR-101", "ACC-101", "FRZ-101"]
    assert not out.exists()
