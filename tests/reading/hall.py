"""A reading room over a real data folder with one small sealed dossier, and what tests turn."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from PIL import Image, ImageDraw

from app.adapters.jobs.calling import call_by_name
from app.bootstrap import open_reading_room
from app.domain.access import ADMINISTRATOR, Actor
from app.domain.dossier import MAIN, RESTRICTED, Batch, Dossier, Item, Master, Side
from app.kernel.errors import Fault
from app.services.context import Context
from app.services.reading_room import ReaderDesk, ReadingRoom
from app.services.reading_views import ReaderSession
from app.services.workstation import Workstation

CASE_NO = "（2023）辽0899民初100号"
CLERK = Actor(name="林书记员", role=ADMINISTRATOR)
INK = {MAIN: (30, 60, 120), RESTRICTED: (200, 30, 30)}


class SameProcess:
    """The worker pool without its processes."""

    workers = 1

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Any]]] = []

    def call(self, function: str, arguments: Sequence[Any], *, seconds: float, **_: Any) -> Any:
        self.calls.append((function, list(arguments)))
        return call_by_name(function, arguments)["result"]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def now(self) -> datetime:
        return self.moment


@attrs.define
class Hall:
    """A data folder with one dossier, and what the tests turn."""

    room: ReadingRoom
    work: Workstation
    context: Context
    clock: Clock
    pool: SameProcess

    def grant(self, **wishes: Any) -> str:
        wishes.setdefault("reader", "欧阳若溪")
        wishes.setdefault("certificate", "3408021X")
        return self.work.grant(CLERK, CASE_NO, **wishes)

    def enter(self, code: str) -> tuple[ReaderDesk, ReaderSession]:
        """Sign in and open the case."""
        visit = self.room.sign_in("code", code)
        desk = self.room.session_desk(visit.id)
        return desk, desk.open_case(visit.cases[0].grant)

    def view(self, desk: ReaderDesk, session: ReaderSession, page: int) -> bytes:
        """Have a page made and shown."""
        made = desk.page(session.grant, page)
        desk.shown(made.issue)
        return made.picture

    def change(self, **facts: Any) -> None:
        with self.context.storage.write() as tx:
            dossier = tx.dossiers.get("dossier_1")
            tx.dossiers.replace(attrs.evolve(dossier, **facts))
            tx.audit.record("tester", "change", CASE_NO)
            tx.commit()

    def change_grant(self, place: int = 0, **facts: Any) -> None:
        with self.context.storage.write() as tx:
            tx.grants.replace(attrs.evolve(tx.grants.find()[place], **facts))
            tx.audit.record("tester", "change", CASE_NO)
            tx.commit()

    def change_side(self, side: str, **facts: Any) -> None:
        with self.context.storage.write() as tx:
            tx.sides.replace(attrs.evolve(tx.sides.get(side), **facts))
            tx.audit.record("tester", "change", CASE_NO)
            tx.commit()

    def audit(self, action: str) -> list[dict[str, Any]]:
        with self.context.storage.read() as tx:
            return [row.details for row in tx.audit.rows() if row.action == action]


def picture(part: str, size: tuple[int, int] = (600, 848)) -> bytes:
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((100, 100, 500, 300), fill=INK[part])
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90)
    return out.getvalue()


def fill(context: Context) -> None:
    """Four numbered pages (1, 2, 3 and 5), a cover, a blank side, a blank side that bears a
    number, and the restricted part with a page 1 and a page 9 of its own."""
    blobs = {part: context.blobs.put_bytes(picture(part)) for part in INK}
    rows = [
        (MAIN, "cover", None, False),
        (MAIN, "page", 1, False),
        (MAIN, "page", 2, False),
        (MAIN, "blank", None, True),
        (MAIN, "page", 3, False),
        (MAIN, "page", None, False),
        (MAIN, "page", 4, True),
        (MAIN, "page", 5, False),
        (RESTRICTED, "page", 1, False),
        (RESTRICTED, "page", 9, False),
    ]
    with context.storage.write() as tx:
        tx.dossiers.add(Dossier(id="dossier_1", case_no=CASE_NO, state="sealed"))
        tx.batches.add(Batch(id="batch_1", dossier_id="dossier_1", source="folder:x"))
        for blob in blobs.values():
            tx.masters.add(
                Master(
                    sha256=blob.sha256,
                    sm3=blob.sm3,
                    size=blob.size,
                    media_type="image/jpeg",
                    stored_at="",
                )
            )
        for position, (part, role, number, blank) in enumerate(rows, start=1):
            tx.sides.add(
                Side(
                    id=f"side_{position}",
                    dossier_id="dossier_1",
                    batch_id="batch_1",
                    master=blobs[part].sha256,
                    frame=0,
                    position=position,
                    sheet=position,
                    face="front",
                    part=part,
                    role=role,
                    page_number=number,
                    blank=blank,
                    picture=blobs[part].sha256,
                )
            )
        for number, (part, title, first, last) in enumerate(
            (
                (MAIN, "民事起诉状", 1, 2),
                (MAIN, "民事判决书", 3, 5),
                (RESTRICTED, "合议庭评议笔录", 1, 9),
            ),
            start=1,
        ):
            tx.items.add(
                Item(
                    id=f"item_{number}",
                    dossier_id="dossier_1",
                    part=part,
                    number=number,
                    title=title,
                    first_page=first,
                    last_page=last,
                    reason={"evidence": "words of another page"},
                )
            )
        tx.audit.record("tester", "fill", CASE_NO)
        tx.commit()


@contextmanager
def open_hall(data_folder: Path, *, station: str = "阅卷室1号终端") -> Iterator[Hall]:
    """The hall over a new data folder."""
    real, owner = open_reading_room(data_folder)
    clock, pool = Clock(), SameProcess()
    context = attrs.evolve(real._context, clock=clock, pool=pool, station=station)
    fill(context)
    try:
        yield Hall(
            room=ReadingRoom(context),
            work=Workstation(context, lambda: None),
            context=context,
            clock=clock,
            pool=pool,
        )
    finally:
        owner.close()


def refused(call: Callable[..., Any], *arguments: Any) -> Fault:
    """The fault that a call ends in."""
    with pytest.raises(Fault) as caught:
        call(*arguments)
    return caught.value
