"""The way into the archive on the command line: queue, worker, tracks, freezes, additions."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

import app.bootstrap
from app.cli.entry import Faces, run
from app.cli.sending import sending
from app.domain.locker_codes import shelf_text
from app.domain.slips import volume_text
from app.kernel.progress import CancelToken
from app.services import transfers
from app.services.workstation import Workstation
from tests.cli.conftest import Said
from tests.replay import CASE_NO, ReplayPool
from tests.tracks.archive_desk import ADMINISTRATOR, ARCHIVIST, CLERK, JUDGE, PAGES, SECOND

FACES = Faces(
    desktop=lambda *_: 0, kiosk=lambda *_: 0, cabinet=lambda *_, **__: 0, screenshots=lambda _: 1
)
VOLUME, SHELF = volume_text(CASE_NO, "main", 1), shelf_text("A库-03列-02节-4层-07盒-01")
Program = Callable[..., Said]


@pytest.fixture
def program(
    packaged_data: Path,
    data_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Program:
    """Runs one command over the packaged dossier."""
    shutil.copytree(packaged_data, data_folder)
    monkeypatch.setattr(app.bootstrap, "PebbleWorkerPool", lambda *_, **_named: ReplayPool())

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments], FACES)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(status=status, out=out, err=err)

    return call


def people(program: Program) -> None:
    """Those whose roles the commands go by."""
    room = app.bootstrap.open_workstation(app.bootstrap.default_data_folder(), pool=ReplayPool())
    for person in (ADMINISTRATOR, ARCHIVIST, SECOND, CLERK, JUDGE):
        room.add_person(ADMINISTRATOR, person.name, person.role, "482613")
    room.close()


def test_the_queue_by_commands(program: Program) -> None:
    queued = program("transfer", "queue", CASE_NO, "--priority", 3, "--json")
    (row,) = queued.record["transfers"]
    transfer = row["id"]
    assert (row["state"], row["priority"]) == ("waiting", 3)
    assert "暂停" in program("transfer", "pause").out
    said = program("transfer", "run", "--json")
    assert (said.status, said.record["transfers"]) == (0, [])
    assert program("transfer", "list", "--json").record["queue"]["paused"] is True
    program("transfer", "resume")
    assert program("transfer", "pause", transfer, "--reason", "夜间").status == 0
    assert "传输已暂停" in program("transfer", "list", "--open").out
    program("transfer", "resume", transfer)
    program("transfer", "priority", transfer, "--priority", -1)
    assert program("transfer", "retry", transfer).status == 0
    hours = program("transfer", "hours", "20:00", "06:00")
    assert "20:00" in hours.out
    assert "全天" in program("transfer", "hours").out
    assert program("transfer", "hours", "25:00", "6").status == 2
    windows = program("transfer", "windows", "archive", "20:00-06:00=500", "06:00-08:00")
    assert "不超过 500 KB/s" in windows.out
    kept = program("transfer", "windows", "archive", "--json").record["queue"]["windows"]
    assert kept["archive"][0] == {"begin": "06:00", "end": "08:00", "rate": 0}
    assert "20:00–06:00" in program("transfer", "list").out
    assert program("transfer", "windows", "archive", "20:00", "--json").code == "SYS-203"
    queue = program("transfer", "windows", "archive", "--always", "--json").record["queue"]
    assert queue["windows"] == {}
    assert "四性检测已接收" in program("archive", "rules", "--accepted-check", "on").out
    assert program("archive", "rules", "--json").record["accepted_check"] is True
    assert program("transfer", "run", "--transfer", transfer, "--json").code == "FPC-108"
    program("archive", "rules", "--accepted-check", "off")
    ran = program("transfer", "run", "--transfer", transfer, "--json")
    assert ran.record["transfers"][0]["state"] == "receipted"
    assert program("transfer", "withdraw", transfer, "--reason", "x").status != 0
    assert program("transfer", "run").status == 0


def test_a_target_out_of_reach_is_told_and_kept(program: Program, data_folder: Path) -> None:
    settings = '[targets.archive]\nkind = "folder"\npath = "不在"\n'
    (data_folder / "settings.toml").write_text(settings, encoding="utf-8")
    said = program("submit", CASE_NO, "--json")
    assert (said.status, said.code) == (3, "TGT-301")
    (row,) = program("transfer", "list", "--json").record["transfers"]
    assert (row["state"], row["error"]["code"]) == ("waiting", "TGT-301")
    queue = program("archive", "queue", "--json").record["dossiers"]
    assert (queue[0]["blocker"]["code"], queue[0]["turn"]) == ("waiting", "system")
    assert "等待传输到" in program("archive", "queue").out


def test_both_tracks_by_commands(program: Program) -> None:
    assert program("submit", CASE_NO).status == 0
    said = program("shelve", CASE_NO, "--volume", VOLUME, "--pages", PAGES)
    assert (said.status, "--shelf" in said.out + said.err) == (2, True)
    scans = ("--volume", VOLUME, "--shelf", SHELF)
    done = program("shelve", CASE_NO, *scans, "--pages", PAGES, "--json")
    assert done.record["accessioned"] is True
    shown = program("tracks", CASE_NO, "--attempts", "--originals", "--json").record
    assert [row["track"] for row in shown["attempts"]] == ["electronic", "paper"]
    assert [row["volume"] for row in shown["originals"]] == [1]
    assert "双轨均已完成" in program("tracks", CASE_NO, "--attempts", "--originals").out
    assert program("archive", "queue", "--json").record == {"dossiers": []}
    (row,) = program("archive", "queue", "--all", "--json").record["dossiers"]
    assert (row["electronic"], row["paper"]) == ("receipted", "shelved")


def test_a_freeze_is_settled_by_somebody_else(program: Program) -> None:
    people(program)
    program("submit", CASE_NO)
    by, other = ("--as", ARCHIVIST.name), ("--as", SECOND.name)
    said = program("shelve", CASE_NO, "--location", "A库/3/2/4/7/1", "--pages", PAGES + 2, *by)
    assert "冻结" in said.out
    listed = program("freeze", "list", "--json")
    assert listed.status == 1
    (freeze,) = listed.record["freezes"]
    settle = ("freeze", "settle", freeze["id"], "--resolution", "electronic", "--reason", "重数")
    said = program(*settle, "--json", *by)
    assert (said.status, said.code) == (1, "FRZ-103")
    assert "以电子数量为准" in program(*settle, *other).out
    assert program("freeze", "list", "--json").status == 0
    assert program("tracks", CASE_NO, "--json").record["accessioned"] is True
    assert len(program("freeze", "list", "--all", "--json").record["freezes"]) == 1


def test_later_material_by_commands(program: Program) -> None:
    people(program)
    program("submit", CASE_NO)
    program("shelve", CASE_NO, "--location", "A库/3/2/4/7/1", "--pages", PAGES)
    facts = ("--content", "送达回证", "--department", "民一庭", "--judge", "丁")
    facts += ("--submitter", "丙", "--submitted-on", "2026-11-20", "--reason", "后到")
    ask = ("addition", "ask", CASE_NO, *facts, "--pages", 1, "--json", "--as", CLERK.name)
    first, second = (program(*ask).record["id"] for _ in range(2))
    for person in (JUDGE, ARCHIVIST):
        assert program("addition", "approve", first, "--as", person.name).status == 0
    refused = program("addition", "refuse", second, "--reason", "重复", "--as", JUDGE.name)
    assert "未获同意" in refused.out
    opened = program("addition", "open", first, "--as", ARCHIVIST.name, "--json")
    assert (opened.record["state"], opened.record["version"]) == ("open", 2)
    assert [row["id"] for row in program("addition", "list", "--json").record["additions"]] == [
        first,
        second,
    ]
    assert "送达回证" in program("addition", "list", CASE_NO, "--open").out
    assert program("case", "show", CASE_NO, "--json").record["state"] == "catalogued"


def test_the_rules_of_the_court_by_commands(program: Program) -> None:
    assert "双套制" in program("archive", "rules").out
    said = program("archive", "rules", "--mode", "single", "--paper-days", 14, "--json")
    assert said.record == {"mode": "single", "paper_days": 14, "accepted_check": False}
    said = program("archive", "mode", CASE_NO, "single", "--json")
    assert said.code == "TRF-106"
    program("return", CASE_NO, "--reason", "改单套制")
    assert "单套制" in program("archive", "mode", CASE_NO, "single").out


def test_archives_are_asked_again_by_commands(program: Program) -> None:
    assert "可以连接和写入" in program("archive", "probe").out
    assert program("archive", "recheck").status == 0
    program("submit", CASE_NO)
    (row,) = program("archive", "recheck", CASE_NO, "--json").record["rechecked"]
    assert row["sound"] is True
    assert "✓" in program("archive", "recheck").out


def signing_key(folder: Path) -> Path:
    """A key of an archive and its certificate, beside each other."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "档案馆")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (folder / "档案馆.pem").write_bytes(certificate.public_bytes(encoding))
    (folder / "key.pem").write_bytes(
        key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    )
    return folder / "key.pem"


def test_an_archive_takes_over_and_its_signed_receipt_counts(
    program: Program, data_folder: Path
) -> None:
    key = signing_key(data_folder)
    (data_folder / "馆").mkdir()
    settings = (
        '[targets.archive]\nkind = "folder"\npath = "馆"\nreceipt = "signed"\n'
        'archive_certificate = "档案馆.pem"\nreceipt_seconds = 0\n'
    )
    (data_folder / "settings.toml").write_text(settings, encoding="utf-8")
    assert program("submit", CASE_NO, "--json").code == "TGT-310"
    (row,) = program("archive", "queue", "--json").record["dossiers"]
    assert (row["blocker"]["code"], row["turn"]) == ("receipt_awaited", "archive")
    receive = ("archive", "receive", "--folder", data_folder / "馆", "--key", key)
    assert "已接收" in program(*receive).out
    assert program(*receive, "--json").record == {"receipts": []}
    done = program("submit", CASE_NO, "--json")
    assert done.record["electronic"]["state"] == "receipted"
    (attempt,) = program("tracks", CASE_NO, "--attempts", "--json").record["attempts"]
    assert attempt["state"] == "receipted"


def test_the_worker_sends_what_waits(program: Program) -> None:
    program("transfer", "queue", CASE_NO)
    assert program("worker", "--until-idle").status == 0
    (row,) = program("transfer", "list", "--json").record["transfers"]
    assert row["state"] == "receipted"


def test_a_worker_sends_beside_its_other_work(
    desk: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "IDLE_SECONDS", 0.1)
    over, sent = threading.Event(), threading.Event()

    class Watched(Workstation):
        def _settle_tracks(self, *arguments: Any) -> None:
            super()._settle_tracks(*arguments)
            sent.set()

    desk.__class__ = Watched  # type: ignore[assignment]
    with sending(desk, ARCHIVIST, CancelToken()):
        desk.queue_transfer(ARCHIVIST, CASE_NO, "archive")
        assert sent.wait(60)
    assert not over.is_set()
    assert [thread.name for thread in threading.enumerate()].count("transfers") == 0
    assert [row.state for row in desk.transfers()] == ["receipted"]
