"""`flip` and what a court demands of it, as typed; the camera shows what the test says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import app.bootstrap
from tests.cli.conftest import Program
from tests.replay import CASE_NO, Dossier
from tests.services.leafing_desk import LeafingPool, stranger


@pytest.fixture
def pool(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> LeafingPool:
    """Every pool that the program makes has a camera."""
    pool = LeafingPool(dossier)
    monkeypatch.setattr(app.bootstrap, "PebbleWorkerPool", lambda *_, **_named: pool)
    return pool


@pytest.fixture
def scanned(program: Program, dossier: Dossier, tmp_path: Path) -> Program:
    """The program on a case of four sides."""
    facts = json.loads(dossier.facts.read_text(encoding="utf-8"))
    (tmp_path / "案件.json").write_text(json.dumps([facts]), encoding="utf-8")
    assert program("case", "import", tmp_path / "案件.json").status == 0
    assert program("scan", CASE_NO, "--source", f"folder:{dossier.folder}").status == 0
    return program


def test_flip_tells_what_it_leaves_and_where_it_stands(scanned: Program, pool: LeafingPool) -> None:
    pool.shown = (1, stranger(), 3)
    said = scanned("flip", CASE_NO, "--video", "camera:0", "--json")
    assert said.status == 1
    record = said.record
    found = [(row["kind"], row["positions"]) for row in record["discrepancies"]]
    assert found == [("unmatched_paper", [1]), ("not_seen", [2]), ("not_seen", [4])]
    assert record["not_seen"] == [2, 4]
    state = scanned("flip", CASE_NO, "--state", "--json").record
    assert (state["seen"], state["total"], state["demanded"]) == (2, 4, False)
    assert [tile["state"] for tile in state["tiles"]] == ["seen", "not_seen"] * 2
    assert state["last"]["source"] == "camera:0"
    told = scanned("flip", CASE_NO, "--state").out
    assert "共 4 面，已见 2 面" in told
    assert "镜头下未见" in told
    picture = scanned("flip", CASE_NO, "--picture", state["unknown"][0]["picture"]).out.strip()
    assert Path(picture).read_text(encoding="utf-8") == "unknown 1"
    assert scanned("flip", CASE_NO, "--picture", "0" * 64, "--json").code == "FLP-108"
    pool.shown = (2, 4)
    assert scanned("flip", CASE_NO, "--video", "camera:0").status == 1
    pool.shown = (1, 2, 3, 4)
    said = scanned("flip", CASE_NO, "--video", "camera:0")
    assert (said.status, "一致" in said.out) == (0, True)


def test_cameras_and_what_is_left_out(program: Program, pool: LeafingPool) -> None:
    assert program("flip", "--cameras", "--json").record == {"cameras": ["camera:0"]}
    pool.cameras = []
    assert program("flip", "--cameras").out.strip() == "没有摄像头"
    assert program("flip", "--state", "--json").code == "SYS-203"
    assert program("flip", CASE_NO, "--json").status == 2


def test_a_court_demands_leafing_through(scanned: Program, pool: LeafingPool) -> None:
    assert scanned("reconcile", CASE_NO).status in (0, 1)
    assert "REV-123" not in _open(scanned)
    demanded = scanned("review", "settings", "--flip", "demanded", "--json").record
    assert demanded["flip"] is True
    assert "必须完成" in scanned("review", "settings", "--plan", "none").out
    assert "REV-123" in _open(scanned)
    assert "尚有" in scanned("review", "open", CASE_NO).out
    pool.shown = (1, 2, 3, 4)
    scanned("flip", CASE_NO, "--video", "camera:0")
    assert "REV-123" not in _open(scanned)
    assert scanned("review", "settings", "--flip", "free", "--json").record["flip"] is False


def _open(program: Program) -> list[str]:
    rows = program("review", "open", CASE_NO, "--json").record["open"]
    return [row["code"] for row in rows]
