"""A reading room over a real data folder with one small sealed dossier, and what tests turn."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from PIL import Image, ImageDraw

from app.adapters.jobs.calling import call_by_name
from app.bootstrap import open_reading_room
from app.domain.access import ADMINISTRATOR, Actor
from app.domain.dossier import (
    MAIN,
    RESTRICTED,
    Batch,
    Dossier,
    Item,
    Master,
    Recognised,
    Side,
)
from app.domain.reading import ReadingGrant
from app.kernel.clock import timestamp
from app.kernel.errors import Fault, Refused, fault_from_record
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.ports import WorkerPool
from app.services.reading_room import ReaderDesk, ReadingRoom
from app.services.reading_views import ReaderSession
from app.services.secrets import hash_secret, new_code
from app.services.workstation import Workstation

CASE_NO = "（2023）辽0899民初100号"
CLERK = Actor(name="林书记员", role=ADMINISTRATOR)
# The lines of the sides that have text; page 1 is side 2, page 9 of the restricted part side 10.
IDENTITY = "11010119900307123X"
TEXTS = {
    "side_2": (
        "民事起诉状",
        f"原告张三，公民身份号码{IDENTITY}。",
        "请求判令被告归还借款贰",
        "拾万元",
    ),
    "side_3": ("证据目录", "一、借款合同一份", "二、ＣＯＰＹ银行转账凭证"),
    "side_4": ("空白面上的字迹借款合同",),
    "side_5": ("民事判决书", "借款合同有效，借款合同应当履行。"),
    "side_6": ("没有页号的借款合同",),
    "side_7": ("标为空白的借款合同",),
    "side_8": ("本判决为终审判决。",),
    "side_9": ("合议庭评议笔录", "亓官瑀蓁谈借款合同的秘密意见"),
    "side_10": ("合议庭评议笔录续页", "借款合同的秘密意见"),
}
INK = {MAIN: (30, 60, 120), RESTRICTED: (200, 30, 30)}


class SameProcess:
    """The worker pool without its processes."""

    workers = 1

    def __init__(self) -> None:
        self.calls: list[tuple[str, list[Any]]] = []

    def call(self, function: str, arguments: Sequence[Any], *, seconds: float, **_: Any) -> Any:
        self.calls.append((function, list(arguments)))
        answer = call_by_name(function, arguments)
        if "fault" in answer:
            raise fault_from_record(answer["fault"])
        return answer["result"]


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 1, 15, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


class CardReader:
    """A reader with a card on it, or none."""

    def __init__(self) -> None:
        self.typed_numbers = False
        self.card = ""

    def read_number(self) -> str:
        if not self.card:
            raise Refused("IDN-122", seconds=5)
        return self.card


@attrs.define
class Hall:
    """A data folder with one dossier, and what the tests turn."""

    room: ReadingRoom
    work: Workstation
    context: Context
    clock: Clock
    pool: SameProcess
    cards: CardReader
    workers: WorkerPool

    def grant(self, *, valid_days: float = 1, prints: int = 0, **facts: Any) -> str:
        """Write a grant as it is asked for, whatever the rules of granting say; gives its code."""
        secret = new_code()
        code_hash, salt = hash_secret(secret)
        now = self.clock.moment
        with self.context.storage.write() as tx:
            grant = ReadingGrant(
                **{
                    "id": new_id("grant"),
                    "dossier_id": "dossier_1",
                    "reader": "欧阳若溪",
                    "certificate": "3408021X",
                    "code_hash": code_hash,
                    "code_salt": salt,
                    "valid_from": timestamp(now),
                    "valid_until": timestamp(now + timedelta(days=valid_days)),
                    "prints_left": prints,
                    "prints_granted": prints,
                    "number": str(1001 + tx.grants.count()),
                    "nonce": f"{tx.grants.count():016x}",
                    **facts,
                }
            )
            tx.grants.add(grant)
            tx.audit.record("tester", "grant", CASE_NO)
            tx.commit()
        return f"{grant.number}-{secret}"

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

    def row(self, place: int = 0) -> ReadingGrant:
        """A grant as it stands."""
        with self.context.storage.read() as tx:
            return tx.grants.find()[place]

    def elsewhere(self, station: str) -> ReadingRoom:
        """The reading room of another terminal over the same data."""
        return ReadingRoom(attrs.evolve(self.context, station=station))

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
                    recognised="done",
                )
            )
        for side, lines in TEXTS.items():
            tx.recognised.add(_recognised(side, lines))
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


def _recognised(side: str, lines: Sequence[str]) -> Recognised:
    """The text of a side: lines one below the other over the whole width."""
    rows = [
        {"text": text, "box": [60, 60 + 80 * row, 540, 100 + 80 * row], "kind": "print"}
        for row, text in enumerate(lines)
    ]
    tree = {"width": 600, "height": 848, "orientation": 0, "lines": rows}
    return Recognised(
        id=f"text_{side}",
        dossier_id="dossier_1",
        side_id=side,
        engine="rapidocr",
        text="\n".join(lines),
        tree=tree,
    )


@contextmanager
def open_hall(data_folder: Path, *, station: str = "阅卷室1号终端") -> Iterator[Hall]:
    """The hall over a new data folder."""
    real, owner = open_reading_room(data_folder)
    clock, pool, cards = Clock(), SameProcess(), CardReader()
    context = attrs.evolve(
        real._context, clock=clock, pool=pool, station=station, identity_reader=cards
    )
    fill(context)
    try:
        yield Hall(
            room=ReadingRoom(context),
            work=Workstation(context, lambda: None),
            context=context,
            clock=clock,
            pool=pool,
            cards=cards,
            workers=real._context.pool,
        )
    finally:
        owner.close()


def refused(call: Callable[..., Any], *arguments: Any) -> Fault:
    """The fault that a call ends in."""
    with pytest.raises(Fault) as caught:
        call(*arguments)
    return caught.value
