"""A workstation with a case and hand-offs in any state, and a clock that tests turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.domain.custody import HandOff
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool

CASE_NO = "（2019）辽0882民初4866号"
HALL = "simulated:hall"


class TurnedClock:
    """Stands still until a test turns it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it was turned to."""
        return self.moment

    def turn(self, **by: float) -> None:
        """Go on by so many minutes, hours …"""
        self.moment += timedelta(**by)


@pytest.fixture
def actor() -> Actor:
    """Somebody who may do everything."""
    return Actor(name="管理员", role="administrator")


@pytest.fixture
def clock() -> TurnedClock:
    """The clock of the workstation."""
    return TurnedClock()


@pytest.fixture
def workstation(tmp_path: Path, clock: TurnedClock, actor: Actor) -> Iterator[Workstation]:
    """A workstation with one registered case."""
    pool = ReplayPool(Dossier(tmp_path / "卷").fill())
    opened = open_workstation(tmp_path / "数据", pool=pool)
    opened._context = attrs.evolve(opened._context, clock=clock)
    opened.register_case(actor, {"case_no": CASE_NO})
    yield opened
    opened.close()


@pytest.fixture
def context(workstation: Workstation) -> Context:
    """What its services hold."""
    return workstation._context


@pytest.fixture
def hand_off(context: Context) -> Callable[..., HandOff]:
    """Writes a hand-off as it would stand after an offer, with these fields changed."""

    def write(**changes: Any) -> HandOff:
        facts: dict[str, Any] = {
            "id": new_id("handoff"),
            "state": "notified",
            "giver": "书记员甲",
            "receiver": "档案员乙",
            "cabinet": HALL,
            "cell": 1,
            "volumes": 2,
            "pages": 120,
            "code_expires_at": "2026-11-26T08:00:00.000Z",
            "nonce": "00112233",
        }
        with context.storage.write() as tx:
            dossier = tx.dossiers.first(case_no=CASE_NO)
            assert dossier is not None
            made = HandOff(**(facts | {"dossier_id": dossier.id} | changes))
            tx.hand_offs.add(made)
            tx.audit.record("管理员", "handoff_offered", CASE_NO, handoff=made.id)
            tx.commit()
        return made

    return write


@pytest.fixture
def stored(context: Context) -> Callable[[HandOff], HandOff]:
    """The hand-off as it stands in the database now."""

    def read(hand_off: HandOff) -> HandOff:
        with context.storage.read() as tx:
            return tx.hand_offs.get(hand_off.id)

    return read
