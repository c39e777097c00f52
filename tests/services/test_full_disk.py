"""A full disk is told as a full disk, and loses nothing that was kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from app.adapters.logs import start_logging
from app.bootstrap import open_workstation
from app.kernel.errors import Broken
from app.services.workstation import Workstation
from tests.full_disk import full_disk
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.services.reviewed_desk import JUDGE, scanned_and_reconciled


@pytest.fixture
def pages() -> Iterator[dict[str, int]]:
    """`most`: how many pages a database may have from its next use on (never fewer than it has).
    SQLite says of one page more what it says when the disk has no room for it."""
    pages = {"most": 2**30}

    def limit(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages['most']}")

    event.listen(Pool, "checkout", limit)
    yield pages
    event.remove(Pool, "checkout", limit)


def test_a_note_that_finds_no_room_is_refused_as_such_and_the_next_one_is_kept(
    pages: dict[str, int], workstation: Workstation, dossier: Dossier
) -> None:
    scanned_and_reconciled(workstation, dossier)
    side = workstation.sides(CASE_NO)[0].id
    workstation.add_note(JUDGE, CASE_NO, side, "之前")
    pages["most"] = 1
    with pytest.raises(Broken) as broken:
        workstation.add_note(JUDGE, CASE_NO, side, "磁盘满时" * 50_000)
    assert broken.value.code == "DB-104"
    pages["most"] = 2**30
    workstation.add_note(JUDGE, CASE_NO, side, "之后")
    assert [note.text for note in workstation.side_notes(CASE_NO)] == ["之前", "之后"]
    assert workstation.audit_verify().ok


def test_a_station_opened_without_room_says_so_and_the_next_note_is_kept(
    workstation: Workstation, dossier: Dossier, pool: ReplayPool, tmp_path: Path
) -> None:
    scanned_and_reconciled(workstation, dossier)
    side = workstation.sides(CASE_NO)[0].id
    workstation.add_note(JUDGE, CASE_NO, side, "之前")
    workstation.close()
    with pytest.raises(Broken) as broken, full_disk():
        open_workstation(tmp_path / "数据", pool=pool)
    assert broken.value.code == "DB-104"
    again = open_workstation(tmp_path / "数据", pool=pool)
    try:
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
