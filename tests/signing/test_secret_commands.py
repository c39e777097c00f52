"""`secret` on the command line: the value comes by standard input and is never shown."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from app.cli.entry import Faces, run

FACES = Faces(
    desktop=lambda *_: 0, kiosk=lambda *_: 0, cabinet=lambda *_, **__: 0, screenshots=lambda _: 1
)


def test_secrets_are_set_listed_and_removed(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def call(*arguments: str) -> str:
        assert run([*arguments, "--json"], FACES) in (0, 1, 2)
        out, err = capsys.readouterr()
        assert "s3 cret" not in out + err
        return out

    assert json.loads(call("secret", "list")) == {"secrets": []}
    monkeypatch.setattr("sys.stdin", io.StringIO("s3 cret \n\n"))
    kept = json.loads(call("secret", "set", "seal-key"))
    assert kept == {"secrets": [{"name": "seal-key", "place": "file"}]}
    assert (data_folder / "secrets" / "seal-key").read_text(encoding="utf-8") == "s3 cret "
    assert json.loads(call("secret", "set", "seal-key"))["error"]["code"] == "SEC-104"
    assert json.loads(call("secret", "remove", "seal-key")) == {"secrets": []}
    assert json.loads(call("secret", "remove", "seal-key"))["error"]["code"] == "SEC-101"
    database = (data_folder / "dossiers.db").read_bytes()
    assert b"secret_kept" in database
    assert b"s3 cret" not in database
