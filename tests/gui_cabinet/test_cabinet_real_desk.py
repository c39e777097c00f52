"""The screen over the real desk: workstation, database, unlock rules, simulated cabinet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.adapters.cabinet_station import CabinetServices, CabinetStation
from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.gui.cabinet.door import OPEN
from app.gui.cabinet.window import CabinetWindow
from app.services.workstation import Workstation
from cloud_locker.drivers.simulated import SimulatedCabinet
from tests.replay import Dossier, ReplayPool

from .conftest import Finger, MakeWindow
from .test_cabinet_touches import MOST_TOUCHES, wait_for

CASE_NO = "（2019）辽0882民初4866号"
HALL = "simulated:hall"
HEAD = Actor(name="管理员", role="administrator")
CLERK, ARCHIVIST = Actor(name="书记员甲", role="clerk"), Actor(name="档案员乙", role="archivist")
CLERK_CARD, ARCHIVIST_CARD = "04A2B3C4D5", "04A2B3C4D6"
SETTINGS = f"""cabinets = ["{HALL}"]
[lockers."{HALL}"]
obliging = false
"""
LONG = 30_000


@pytest.fixture
def workstation(tmp_path: Path) -> Iterator[Workstation]:
    """A case, a clerk and an archivist with cards, and a cabinet whose doors a person shuts."""
    data = tmp_path / "数据"
    data.mkdir()
    (data / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    opened = open_workstation(data, pool=ReplayPool(Dossier(tmp_path / "卷").fill()))
    opened.register_case(HEAD, {"case_no": CASE_NO})
    for person, pin, card in ((CLERK, "2468", CLERK_CARD), (ARCHIVIST, "1357", ARCHIVIST_CARD)):
        opened.add_person(HEAD, person.name, person.role, pin)
        opened.add_card(HEAD, person.name, card)
    yield opened
    opened.close()


@pytest.fixture
def station(workstation: Workstation, tmp_path: Path) -> Iterator[CabinetStation]:
    """The program at the cabinet; the test closes the workstation itself."""

    class Kept:
        def __getattr__(self, name: str) -> object:
            return getattr(workstation, name)

        def close(self) -> None:
            pass

    made = CabinetStation(tmp_path / "数据", HALL, open_services=Kept)  # type: ignore[arg-type]
    yield made
    made.close()


@pytest.fixture
def person(tmp_path: Path) -> SimulatedCabinet:
    """Whoever stands at the doors."""
    return SimulatedCabinet("hall", tmp_path / "数据" / "cabinets")


@pytest.fixture
def screen(make_window: MakeWindow, station: CabinetStation) -> CabinetWindow:
    return make_window(station.desk)


def move_paper(
    qtbot: QtBot, window: CabinetWindow, person: SimulatedCabinet, *, put_in: bool
) -> None:
    """Wait for the door to be told open, do what is said and shut it."""
    qtbot.waitUntil(lambda: window.door.said == OPEN, timeout=LONG)
    cell = next(cell.number for cell in person.cells() if cell.door_open)
    assert f"{cell} 号柜门" in window.spoken.text.text()
    if put_in:
        person.put_in(cell)
    else:
        person.take_out(cell)
    person.close_door(cell)


def test_from_hand_to_hand_in_at_most_four_touches_each(
    screen: CabinetWindow,
    workstation: Workstation,
    person: SimulatedCabinet,
    finger: Finger,
    qtbot: QtBot,
) -> None:
    row, _code = workstation.offer(CLERK, CASE_NO, ARCHIVIST.name, HALL, volumes=2, pages=120)
    finger.watch(screen)
    screen.reader.scanned.emit(CLERK_CARD)
    wait_for(qtbot, screen, screen.matters)
    finger.touch(screen.matters.cards[0])
    move_paper(qtbot, screen, person, put_in=True)
    wait_for(qtbot, screen, screen.done)
    assert finger.touches == finger.seen == 1
    assert workstation.handoff(row.id).state in ("deposited", "notified")
    screen.leave()
    screen.reader.scanned.emit(ARCHIVIST_CARD)
    wait_for(qtbot, screen, screen.matters)
    finger.touch(screen.matters.cards[0])
    move_paper(qtbot, screen, person, put_in=False)
    wait_for(qtbot, screen, screen.count)
    finger.touch(screen.count.agrees)
    wait_for(qtbot, screen, screen.done)
    assert finger.touches == finger.seen == 3
    assert finger.touches <= MOST_TOUCHES
    confirmed = workstation.handoff(row.id)
    assert (confirmed.state, confirmed.counted_volumes) == ("confirmed", 2)
    assert person.pulses(row.cell) == 2, "one pulse for each opening"


def test_a_code_and_one_volume_less(
    screen: CabinetWindow,
    workstation: Workstation,
    person: SimulatedCabinet,
    finger: Finger,
    qtbot: QtBot,
) -> None:
    row, code = workstation.offer(CLERK, CASE_NO, ARCHIVIST.name, HALL, volumes=2, pages=120)
    screen.reader.scanned.emit(CLERK_CARD)
    wait_for(qtbot, screen, screen.matters)
    finger.touch(screen.matters.cards[0])
    move_paper(qtbot, screen, person, put_in=True)
    wait_for(qtbot, screen, screen.done)
    screen.leave()
    screen.begin()
    finger.type_code(screen.identify.pad.keys, code)
    wait_for(qtbot, screen, screen.matters)
    finger.touch(screen.matters.cards[0])
    move_paper(qtbot, screen, person, put_in=False)
    wait_for(qtbot, screen, screen.count)
    finger.touch(screen.count.differs)
    finger.touch(screen.count.volumes.less)
    finger.touch(screen.count.send)
    wait_for(qtbot, screen, screen.trouble)
    assert screen.trouble.told.message.text()
    assert workstation.handoff(row.id).state == "disputed"


def test_a_wrong_code_opens_nothing(
    screen: CabinetWindow, person: SimulatedCabinet, finger: Finger, qtbot: QtBot
) -> None:
    screen.begin()
    finger.type_code(screen.identify.pad.keys, "12345678")
    qtbot.waitUntil(screen.identify.told.isVisible, timeout=LONG)
    assert HALL in screen.identify.told.message.text()
    assert not any(cell.door_open for cell in person.cells())


def test_new_paper_by_the_slip(
    screen: CabinetWindow,
    workstation: Workstation,
    person: SimulatedCabinet,
    finger: Finger,
    qtbot: QtBot,
) -> None:
    screen.reader.scanned.emit(CLERK_CARD)
    wait_for(qtbot, screen, screen.matters)
    finger.touch(screen.matters.hand_in)
    screen.offer.take_code(CASE_NO)
    qtbot.waitUntil(lambda: bool(screen.offer.people.shown), timeout=LONG)
    name = next(b for b in screen.offer.people.shown if b.accessibleName() == ARCHIVIST.name)
    finger.touch(name)
    finger.touch(screen.offer.open)
    move_paper(qtbot, screen, person, put_in=True)
    wait_for(qtbot, screen, screen.done)
    (row,) = workstation.handoffs(open_only=True)
    assert (row.case_no, row.receiver, row.volumes) == (CASE_NO, ARCHIVIST.name, 1)
    assert row.state in ("deposited", "notified")


def test_a_cabinet_without_its_server_answers_in_words(
    make_window: MakeWindow, workstation: Workstation, tmp_path: Path, finger: Finger, qtbot: QtBot
) -> None:
    def gone() -> CabinetServices:
        raise OSError("no route to the server")

    station = CabinetStation(tmp_path / "数据", HALL, open_services=gone)
    window = make_window(station.desk)
    window.begin()
    finger.type_code(window.identify.pad.keys, "12345678")
    qtbot.waitUntil(window.identify.told.isVisible, timeout=LONG)
    assert window.identify.told.message.text()
    assert window.identify.told.remedy.text()
    window.ask_pin()
    qtbot.waitUntil(window.pin.told_names.isVisible, timeout=LONG)
    station.close()
