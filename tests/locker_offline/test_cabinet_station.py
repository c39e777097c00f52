"""The program at a cabinet when the database is damaged and mended again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.adapters.cabinet_station import CabinetStation
from app.bootstrap import DATABASE, open_cabinet_station, open_workstation
from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused
from app.services.locker_views import CODE

CASE = "（2019）辽0882民初4866号"
CLERK = Actor(name="沈若溪", role="clerk")


@pytest.fixture
def waiting(tmp_path: Path) -> tuple[Path, str, str]:
    """A data folder with paper in its cabinet; the hand-off, and its code."""
    work = open_workstation(tmp_path)
    try:
        facts = tmp_path / "cases.json"
        facts.write_text(json.dumps([{"case_no": CASE, "clerk": CLERK.name}]), encoding="utf-8")
        work.import_cases(CLERK, facts)
        row, code = work.offer(CLERK, CASE, "何知远", "simulated:hall", volumes=1, pages=36)
        work.deposit(CLERK, row.id)
    finally:
        work.close()
    return tmp_path, row.id, code


@contextmanager
def station_of(data: Path) -> Iterator[CabinetStation]:
    station = open_cabinet_station(data, "")
    try:
        yield station
    finally:
        station.close()


def test_the_line_goes_on_while_the_database_is_damaged(waiting: tuple[Path, str, str]) -> None:
    data, handoff, code = waiting
    with station_of(data) as station:
        station.tend()
        assert not station.desk.identify(CODE, code).offline
    database, kept = data / DATABASE, data / "kept.db"
    database.rename(kept)
    database.write_bytes(b"no database" * 1000)
    for name in (f"{DATABASE}-wal", f"{DATABASE}-shm"):
        (data / name).unlink(missing_ok=True)
    with station_of(data) as station:
        station.tend()
        visitor = station.desk.identify(CODE, code)
        assert visitor.offline
        assert [row.case_no for row in visitor.to_collect] == [CASE]
        station.desk.collect(visitor.token, handoff)
        station.desk.confirm(visitor.token, handoff, volumes=1, pages=36)
        station.desk.leave(visitor.token)
    kept.replace(database)
    with station_of(data) as station:
        station.tend()
        with pytest.raises(Refused):
            station.desk.identify(CODE, code)
    work = open_workstation(data)
    try:
        assert work.handoff(handoff).state == "confirmed"
        assert work.custody_ledger(CASE)[0].holder == "何知远"
        assert work.audit_verify().ok
    finally:
        work.close()


def test_it_tends_in_the_background_and_ends(waiting: tuple[Path, str, str]) -> None:
    data, _, code = waiting
    with station_of(data) as station:
        station.start()
        assert station.desk.identify(CODE, code).name == "何知远"


def test_a_cabinet_that_is_not_in_the_settings_is_bad_input(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        open_cabinet_station(tmp_path, "wkly:nowhere")
    assert caught.value.code == "HND-108"
