"""The commands by which a cabinet that never reaches the server is served by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli.entry import Faces, run

CASE = "（2019）辽0882民初4866号"


def nobody(*_: object, **__: object) -> int:
    raise AssertionError


FACES = Faces(desktop=nobody, kiosk=nobody, cabinet=nobody, screenshots=nobody)


@pytest.fixture
def call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> object:
    def made(*words: object) -> tuple[int, dict[str, object]]:
        arguments = ["--data", str(tmp_path / "data"), *map(str, words), "--json"]
        status = run(arguments, FACES)
        return status, json.loads(capsys.readouterr().out)

    return made


def test_a_list_goes_to_the_cabinet_and_events_come_back(call: object, tmp_path: Path) -> None:
    assert callable(call)
    facts = tmp_path / "cases.json"
    facts.write_text(json.dumps([{"case_no": CASE, "clerk": "沈若溪"}]), encoding="utf-8")
    assert call("case", "import", facts)[0] == 0
    status, row = call("handoff", "offer", CASE, "--to", "何知远", "--volumes", 1, "--pages", 36)
    assert status == 0
    assert call("handoff", "deposit", row["id"])[0] == 0
    listed, events = tmp_path / "list.json", tmp_path / "events.jsonl"
    assert call("locker", "list", "--out", listed)[0] == 0
    status, kept = call("locker", "take-list", listed)
    assert (status, kept["entries"]) == (0, 1)
    listed.write_bytes(listed.read_bytes().replace(row["id"][-4:].encode(), b"0000"))
    assert call("locker", "take-list", listed)[0] == 1
    assert call("locker", "events", "--out", events)[0] == 0
    status, done = call("locker", "absorb", events)
    assert (status, done["taken"], done["whole"]) == (0, 0, True)
    assert call("locker", "absorb", tmp_path / "nowhere")[0] == 2
