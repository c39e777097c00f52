"""Bundles by commands: enrolled, made, read at the terminal, and the logs carried home."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import app.bootstrap
from app.cli.entry import Faces, run
from app.kernel.errors import Refused
from tests.reading.hall import SameProcess, open_hall

TERMINAL, CODE = "分院1号终端", "428-闭馆-7"


class Pool(SameProcess):
    """The pool of the program, in the process of the test."""

    def close(self) -> None:
        """Nothing is left."""


def commands(capsys: pytest.CaptureFixture[str], *arguments: object, **faces: Any) -> Any:
    """The record of a command, which must end well."""
    capsys.readouterr()
    none = {"desktop": lambda *_: 0, "cabinet": lambda *_, **__: 0, "screenshots": lambda _: 1}
    made = Faces(**{**none, "kiosk": lambda *_: 0, **faces})
    status = run([str(argument) for argument in arguments], made)
    out, err = capsys.readouterr()
    assert status == 0, err
    return json.loads(out) if "--json" in arguments else out


def test_a_bundle_is_made_read_at_and_its_logs_carried(
    data_folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open_hall(data_folder) as hall:
        hall.clock.moment = datetime.now(UTC)
        code = hall.grant(pages=(1, 2))
    monkeypatch.setattr(app.bootstrap, "PebbleWorkerPool", lambda *_, **_named: Pool())
    there = tmp_path / "终端"
    commands(capsys, "reading", "terminal", TERMINAL, there / "terminal.json")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CODE}\n"))
    path = there / "1.jzb"
    out = commands(
        capsys, "reading", "bundle", "1001", path, "--terminal", TERMINAL, "--closing-code"
    )
    assert "2 页" in out and CODE not in out

    def kiosk(desk: Any, _arguments: list[str]) -> int:
        visit = desk.sign_in("code", code)
        session = desk.session_desk(visit.id)
        case = session.open_case(visit.cases[0].grant)
        assert session.page(case.grant, 2).picture
        desk.sign_out(visit.id, "reader")
        # The reader of cards is that of the settings beside the bundles.
        with pytest.raises(Refused) as caught:
            desk.sign_in("id_card", "11010519491231002X")
        assert caught.value.code == "RDR-116"
        desk.confirm_staff(TERMINAL, CODE)
        return 0

    (there / "settings.toml").write_text("[identity]\ntyped_numbers = true\n", encoding="utf-8")
    commands(capsys, "kiosk", "--bundles", there, kiosk=kiosk)
    record = commands(capsys, "reading", "carry", there, "--json")
    (log,) = record["carried"]
    assert (log["visits"], log["issues"], log["segment"]) == (1, 1, 1)
    assert record["refused"] == []
    (file,) = (there / "logs").iterdir()
    assert commands(capsys, "reading", "carry", file, "--json")["audit_rows"] == 0
    assert "没有阅卷记录" in commands(capsys, "reading", "carry", tmp_path)
