"""The command line in the process of the test: real storage and packaging, replayed recognition."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

import app.bootstrap
from app.cli.entry import Faces, run
from tests.replay import Dossier, ReplayPool

FACES = Faces(
    desktop=lambda *_: 0, kiosk=lambda *_: 0, cabinet=lambda *_, **__: 0, screenshots=lambda _: 1
)


@frozen(kw_only=True)
class Said:
    """How a command ended: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def record(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)

    @property
    def code(self) -> str:
        """The code of the error document."""
        assert set(self.record) == {"error"}
        assert set(self.record["error"]) == {"code", "message", "remedy"}
        assert all(self.record["error"].values())
        return str(self.record["error"]["code"])


Program = Callable[..., Said]


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    """Four sides: two pages of a complaint with a blank back, one page of a judgment."""
    return Dossier(tmp_path / "卷").fill()


@pytest.fixture
def pool(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> ReplayPool:
    """Every pool that the program makes."""
    pool = ReplayPool(dossier)
    monkeypatch.setattr(app.bootstrap, "PebbleWorkerPool", lambda *_, **_named: pool)
    return pool


@pytest.fixture
def program(data_folder: Path, pool: ReplayPool, capsys: pytest.CaptureFixture[str]) -> Program:
    """Runs one command on the data folder of the test."""

    def call(*arguments: object) -> Said:
        capsys.readouterr()
        status = run([str(argument) for argument in arguments], FACES)
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(status=status, out=out, err=err)

    return call


@pytest.fixture
def digitize(program: Program, dossier: Dossier, tmp_path: Path) -> Callable[..., Said]:
    """Runs `digitize` on the dossier; further options may follow."""

    def call(*more: object) -> Said:
        return program(
            "digitize", dossier.folder, "--facts", dossier.facts, "--out", tmp_path / "结果", *more
        )

    return call
