"""The server decides while it answers; then the list does; then the server hears all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from app.kernel.errors import Broken, Refused, Transient
from app.services.fallback_desk import FallbackDesk
from app.services.locker_views import CODE, CellRow, HandOffRow, Visitor
from app.services.offline_desk import OfflineDesk
from tests.locker_offline.cut_off_cabinet import (
    CABINET,
    CODES,
    KEY,
    HandClock,
    Scene,
    entry,
    listed,
)


@attrs.define
class Server:
    """A server that can be out of reach. It knows every code and lists handoff-1 in cell 3."""

    clock: HandClock
    offline: OfflineDesk
    fault: Exception | None = None
    absorbed: list[str] = attrs.field(factory=list)
    carried: int = 0
    asked: int = 0
    collected: bool = False
    dies_after_collecting: bool = False
    cabinet: str = CABINET

    def _answer(self) -> None:
        self.asked += 1
        if self.fault is not None:
            raise self.fault

    def fetch(self) -> bytes:
        self._answer()
        entries = () if self.collected else (entry("handoff-1", "collect", 3),)
        return listed(self.clock, *entries, absorbed=len(self.absorbed))

    def absorb(self, data: bytes) -> None:
        self._answer()
        events = self.offline.queue.events()
        assert self.offline.queue.data() == data
        self.absorbed = [event.kind for event in events]
        self.carried += 1

    def desk(self) -> Server:
        return self

    def identify(self, proof: str, value: str, *, name: str = "") -> Visitor:
        self._answer()
        if value == "wrong":
            raise Refused("HND-104", tries=4)
        return Visitor(token="server-1", name="沈若溪", role="clerk", proof=proof, cabinet=CABINET)

    def refresh(self, token: str) -> Visitor:
        self._answer()
        return self.identify(CODE, "x")

    def people(self) -> list[str]:
        self._answer()
        return ["沈若溪"]

    def cells(self) -> list[CellRow]:
        raise Transient("LCK-101", cabinet=CABINET)

    def _row(self, handoff: str, state: str) -> HandOffRow:
        self._answer()
        names: dict[str, Any] = dict.fromkeys(("case_no", "giver", "receiver", "offered_at"), "")
        return HandOffRow(
            id=handoff, state=state, cabinet=CABINET, cell=3, volumes=2, pages=180, **names
        )

    def deposit(self, token: str, handoff: str) -> HandOffRow:
        return self._row(handoff, "deposited")

    def collect(self, token: str, handoff: str) -> HandOffRow:
        row = self._row(handoff, "collected")
        self.collected = True
        if self.dies_after_collecting:
            self.fault = Transient("DB-101")
        return row

    def confirm(self, token: str, handoff: str, *, volumes: int, pages: int | None) -> HandOffRow:
        return self._row(handoff, "confirmed")

    def offer(self, token: str, **named: Any) -> HandOffRow:
        return self._row("handoff-9", "reserved")

    def leave(self, token: str) -> None:
        self._answer()


@pytest.fixture
def server(scene: Scene) -> Server:
    return Server(clock=scene.clock, offline=scene.desk)


@pytest.fixture
def desk(scene: Scene, server: Server) -> FallbackDesk:
    scene.clock.move(minutes=1)
    return FallbackDesk(
        server.desk,
        scene.desk,
        folder=Path(scene.folder) / "offline",
        key=KEY,
        clock=scene.clock,
        fetch=server.fetch,
        absorb=server.absorb,
    )


GONE = [Transient("DB-101"), Broken("DB-105", reason="x"), Transient("SYS-301"), OSError(5, "x")]


def test_the_server_decides_while_it_answers(desk: FallbackDesk, server: Server) -> None:
    assert not desk.identify(CODE, "anything").offline
    assert desk.people() == ["沈若溪"]
    with pytest.raises(Refused) as caught:
        desk.identify(CODE, "wrong")
    assert caught.value.code == "HND-104"
    assert desk.collect("server-1", "handoff-1").state == "collected"
    assert desk.offer("server-1", code="c", receiver="r", volumes=1, pages=None).id == "handoff-9"


@pytest.mark.parametrize("fault", GONE, ids=str)
def test_the_list_decides_when_the_server_is_gone(
    desk: FallbackDesk, server: Server, fault: Exception
) -> None:
    desk.tend()
    server.fault = fault
    visitor = desk.identify(CODE, CODES["handoff-1"])
    assert visitor.offline
    assert desk.collect(visitor.token, "handoff-1").state == "collected"
    assert server.absorbed == []


def test_the_server_hears_of_it_before_it_decides_again(
    desk: FallbackDesk, server: Server, scene: Scene
) -> None:
    desk.tend()
    server.fault = Transient("DB-101")
    visitor = desk.identify(CODE, CODES["handoff-1"])
    desk.collect(visitor.token, "handoff-1")
    desk.leave(visitor.token)
    server.fault = None
    # It is left in peace for some seconds, and the list does not know this code.
    with pytest.raises(Refused):
        desk.identify(CODE, "anything")
    scene.clock.move(seconds=11)
    assert not desk.identify(CODE, "anything").offline
    assert server.absorbed[:3] == ["identified", "collecting", "collected"]


def test_who_was_known_offline_stays_offline(
    desk: FallbackDesk, server: Server, scene: Scene
) -> None:
    desk.tend()
    server.fault = Transient("DB-101")
    visitor = desk.identify(CODE, CODES["handoff-1"])
    server.fault = None
    scene.clock.move(seconds=30)
    assert not desk.tend()
    assert desk.refresh(visitor.token).offline
    assert desk.collect(visitor.token, "handoff-1").state == "collected"
    assert desk.confirm(visitor.token, "handoff-1", volumes=2, pages=180)
    desk.leave(visitor.token)
    assert desk.tend()
    assert server.absorbed == ["identified", "collecting", "collected", "confirmed"]


@pytest.mark.parametrize(("dies", "code"), [(False, "LCK-306"), (True, "LCK-311")])
def test_what_the_server_did_is_not_done_again_by_a_list(
    desk: FallbackDesk, server: Server, scene: Scene, *, dies: bool, code: str
) -> None:
    """The list was made anew, or, when the server died at once, is known to be too old."""
    desk.tend()
    server.dies_after_collecting = dies
    assert desk.collect("server-1", "handoff-1").state == "collected"
    server.fault = Transient("DB-101")
    scene.clock.move(minutes=1)
    with pytest.raises(Refused) as caught:
        desk.identify(CODE, CODES["handoff-1"])
    assert caught.value.code == code


def test_the_server_is_not_told_what_it_did_itself(
    desk: FallbackDesk, server: Server, scene: Scene
) -> None:
    """The queue is for what happened without it; else it would be sent whole at every step."""
    assert desk.tend()
    desk.deposit("server-1", "handoff-2")
    desk.collect("server-1", "handoff-1")
    desk.confirm("server-1", "handoff-1", volumes=2, pages=180)
    assert desk.tend()
    assert (scene.kinds(), server.carried) == ([], 0)
    server.fault = Transient("DB-101")
    with pytest.raises(Refused):
        desk.identify(CODE, "wrong")
    server.fault = None
    scene.clock.move(seconds=11)
    for _ in range(3):
        assert desk.tend()
    assert (server.absorbed, server.carried) == (["code_unknown"], 1)


def test_a_fault_of_the_cabinet_is_no_fault_of_the_server(desk: FallbackDesk) -> None:
    with pytest.raises(Transient) as caught:
        desk.cells()
    assert caught.value.code == "LCK-101"


def test_a_server_that_is_gone_is_not_asked_at_every_touch(
    desk: FallbackDesk, server: Server, scene: Scene
) -> None:
    server.fault = Transient("DB-101")
    desk.people()
    asked = server.asked
    desk.people()
    assert server.asked == asked
    scene.clock.move(seconds=11)
    desk.people()
    assert server.asked > asked


def test_a_fresh_list_comes_every_few_minutes(
    desk: FallbackDesk, server: Server, scene: Scene
) -> None:
    assert desk.tend()
    asked = server.asked
    assert desk.tend()
    assert server.asked == asked
    scene.clock.move(minutes=6)
    assert desk.tend()
    assert server.asked == asked + 1
