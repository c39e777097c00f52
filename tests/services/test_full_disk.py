"""A full disk is told as a full disk, and loses nothing that was kept."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.adapters.logs import start_logging
from app.bootstrap import open_workstation
from app.kernel.errors import Broken
from app.services.workstation import Workstation
from tests.full_disk import full_disk
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.services.reviewed_desk import JUDGE, scanned_and_reconciled


def test_a_note_that_finds_no_room_is_refused_as_such_and_the_next_one_is_kept(
    workstation: Workstation, dossier: Dossier, pool: ReplayPool, tmp_path: Path
) -> None:
    scanned_and_reconciled(workstation, dossier)
    side = workstation.sides(CASE_NO)[0].id
    workstation.add_note(JUDGE, CASE_NO, side, "之前")
    workstation.close()
    again = open_workstation(tmp_path / "数据", pool=pool)
    try:
        with pytest.raises(Broken) as broken, full_disk():
            again.add_note(JUDGE, CASE_NO, side, "磁盘满时")
        assert broken.value.code == "DB-104"
        again.add_note(JUDGE, CASE_NO, side, "之后")
        assert [note.text for note in again.side_notes(CASE_NO)] == ["之前", "之后"]
        assert again.audit_verify().ok
    finally:
        again.close()


def test_a_log_that_finds_no_room_stops_nothing(tmp_path: Path) -> None:
    stop = start_logging(tmp_path)
    with full_disk():
        logging.getLogger("app.test").warning("x" * 5000)
        stop()
    stop = start_logging(tmp_path)
    logging.getLogger("app.test").warning("room again")
    stop()
    written = [file.read_text(encoding="utf-8") for file in tmp_path.rglob("*") if file.is_file()]
    assert any("room again" in text for text in written)
