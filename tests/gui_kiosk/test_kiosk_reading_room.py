"""The reading room over a real data folder: what is refused, what is shown, what is on record."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from PIL import Image, ImageDraw
from pytestqt.qtbot import QtBot

from app.adapters.jobs.calling import call_by_name
from app.adapters.reading.watermark import watermarked_page
from app.bootstrap import open_reading_room
from app.domain.access import ADMINISTRATOR, Actor
from app.domain.dossier import MAIN, RESTRICTED, Batch, Dossier, Item, Master, Side
from app.kernel.errors import Fault, Refused
from app.services.context import Context
from app.services.reading_room import ReadingRoom
from app.services.views import ReaderSession
from app.services.workstation import Workstation

from .conftest import MakeWindow, open_reader

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
        return self.work.grant(CLERK, CASE_NO, reader="欧阳若溪", certificate="3408021X", **wishes)

    def change(self, **facts: Any) -> None:
        with self.context.storage.write() as tx:
            dossier = tx.dossiers.get("dossier_1")
            tx.dossiers.replace(attrs.evolve(dossier, **facts))
            tx.audit.record("tester", "change", CASE_NO)
            tx.commit()

    def change_grant(self, **facts: Any) -> None:
        with self.context.storage.write() as tx:
            tx.grants.replace(attrs.evolve(tx.grants.find()[0], **facts))
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
    """Four numbered pages, a cover, a blank side, a blank side that bears a number, and the
    restricted part with a page 1 and a page 9 of its own."""
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


@pytest.fixture
def hall(data_folder: Path) -> Iterator[Hall]:
    real, owner = open_reading_room(data_folder)
    clock, pool = Clock(), SameProcess()
    context = attrs.evolve(real._context, clock=clock, pool=pool, station="阅卷室1号终端")
    fill(context)
    yield Hall(
        room=ReadingRoom(context),
        work=Workstation(context, lambda: None),
        context=context,
        clock=clock,
        pool=pool,
    )
    owner.close()


def refused(call: Any, *arguments: Any) -> Fault:
    with pytest.raises(Fault) as caught:
        call(*arguments)
    return caught.value


def test_only_numbered_written_pages_of_the_main_part_are_shown(hall: Hall) -> None:
    session = hall.room.sign_in(hall.grant())
    assert session.pages == (1, 2, 3, 5)
    assert [item.title for item in session.catalogue] == ["民事起诉状", "民事判决书"]
    assert all(item.reason == {} for item in session.catalogue)


def test_the_restricted_part_stays_out_whatever_a_grant_says(hall: Hall) -> None:
    session = hall.room.sign_in(hall.grant(pages=(1, 4, 9)))
    assert session.pages == (1,)
    assert "合议庭评议笔录" not in [item.title for item in session.catalogue]
    for page in (4, 9):
        assert refused(hall.room.page, session, page).code == "RDR-106"
        assert refused(hall.room.opened, session, page).code == "RDR-106"
    with Image.open(io.BytesIO(hall.room.page(session, 1))) as shown:
        red, _green, blue = shown.convert("RGB").getpixel((102, 102))  # type: ignore[misc]
    assert blue > red, "page 1 of the main part, not of the restricted one"
    forged = attrs.evolve(session, pages=(1, 2, 3, 4, 9))
    for page in (2, 9):
        assert refused(hall.room.page, forged, page).code == "RDR-106"


def test_a_grant_that_leads_to_no_page_is_refused(hall: Hall) -> None:
    assert refused(hall.room.sign_in, hall.grant(pages=(9,))).code == "RDR-109"
    assert hall.audit("reader_signed_in") == []


@pytest.mark.parametrize("state", ["registered", "scanned", "catalogued", "reconciled"])
def test_a_dossier_that_is_not_sealed_is_refused(hall: Hall, state: str) -> None:
    code = hall.grant()
    session = hall.room.sign_in(code)
    hall.change(state=state)
    assert refused(hall.room.sign_in, code).code == "RDR-108"
    assert refused(hall.room.page, session, 1).code == "RDR-108"
    assert refused(hall.room.opened, session, 1).code == "RDR-108"
    with pytest.raises(Refused, match="RDR-101"):
        hall.grant()


def test_an_expired_or_revoked_grant_is_refused(hall: Hall) -> None:
    code = hall.grant(valid_days=1)
    session = hall.room.sign_in(code)
    hall.clock.moment += timedelta(days=1, seconds=1)
    assert refused(hall.room.sign_in, code).code == "RDR-105"
    assert refused(hall.room.page, session, 1).code == "RDR-105"
    hall.clock.moment -= timedelta(days=3)
    assert refused(hall.room.sign_in, code).code == "RDR-105", "not valid yet"
    hall.clock.moment += timedelta(days=2)
    assert hall.room.page(session, 1)
    hall.change_grant(revoked=True)
    for call in (hall.room.page, hall.room.opened):
        assert refused(call, session, 1).code == "RDR-105"
    assert refused(hall.room.sign_in, code).code == "RDR-105"


def test_tries_are_counted_and_end(hall: Hall) -> None:
    code = hall.grant()
    number = code.partition("-")[0]
    wrong = f"{number}-{'000000' if not code.endswith('000000') else '111111'}"
    for left in (4, 3):
        fault = refused(hall.room.sign_in, wrong)
        assert (fault.code, fault.parameters["left"]) == ("RDR-103", left)
    assert hall.room.sign_in(code).pages
    for left in (4, 3, 2, 1):
        assert refused(hall.room.sign_in, wrong).parameters["left"] == left
    assert refused(hall.room.sign_in, wrong).code == "RDR-104"
    assert refused(hall.room.sign_in, code).code == "RDR-104", "the right code is too late"
    assert len(hall.audit("reader_refused")) == 7


def test_an_unknown_number_is_a_wrong_code(hall: Hall) -> None:
    for code in ("9999-123456", "", "-", "1001", "no code at all"):
        fault = refused(hall.room.sign_in, code)
        assert fault.code == "RDR-103"


def test_every_view_is_on_record_and_nothing_else(hall: Hall) -> None:
    session = hall.room.sign_in(hall.grant())
    hall.room.page(session, 1)
    hall.room.page(session, 2, ahead=True)
    assert [row["page"] for row in hall.audit("page_read")] == [1]
    hall.room.opened(session, 2)
    hall.room.opened(session, 1)
    rows = hall.audit("page_read")
    assert [row["page"] for row in rows] == [1, 2, 1]
    assert {row["reader"] for row in rows} == {"欧阳若溪"}
    refused(hall.room.page, session, 4)
    assert len(hall.audit("page_read")) == 3
    hall.room.sign_out(session)
    assert len(hall.audit("reader_signed_out")) == 1
    with hall.context.storage.read() as tx:
        assert tx.audit.verify()[0]


def test_the_watermark_names_reader_certificate_case_time_and_terminal(hall: Hall) -> None:
    session = hall.room.sign_in(hall.grant())
    hall.room.page(session, 1)
    words = " ".join(hall.pool.calls[-1][1][1])
    local = f"{hall.clock.moment.astimezone():%Y-%m-%d %H:%M}"
    for part in ("欧阳若溪", "021X", CASE_NO, local, "阅卷室1号终端"):
        assert part in words
    assert "3408" not in words, "no more of the certificate than its end"


@pytest.mark.parametrize("size", [(600, 848), (1556, 2200), (2200, 1556)])
@pytest.mark.parametrize("ground", [255, 20])
def test_the_watermark_is_everywhere_and_hides_nothing(
    tmp_path: Path, size: tuple[int, int], ground: int
) -> None:
    path = tmp_path / "page.png"
    Image.new("RGB", size, (ground,) * 3).save(path)
    lines = ("仅供阅卷 欧阳若溪 证件尾号 021X", CASE_NO, "2026-03-02 09:15 阅卷室1号终端")
    with Image.open(io.BytesIO(watermarked_page(str(path), lines))) as shown:
        assert shown.format == "JPEG"
        assert shown.size == size
        green, red = shown.getchannel("G"), shown.getchannel("R")
    marked = red if ground < 128 else green
    side = min(size) // 3
    for left in range(0, size[0] - side, side):
        for top in range(0, size[1] - side, side):
            low, high = marked.crop((left, top, left + side, top + side)).getextrema()
            assert high - low >= 20, "each ninth of the width bears a mark that can be seen"
    low, high = marked.getextrema()
    assert high - low <= 60, "a stroke of the page stays far darker than the mark"


def test_staff_close_the_terminal_with_their_own_pin(hall: Hall) -> None:
    hall.room.confirm_staff("", "")
    hall.work.create_first_person("林书记员", "246800")
    assert hall.room.staff_names() == ("林书记员",)
    assert refused(hall.room.confirm_staff, "林书记员", "000000").code == "ACC-106"
    assert refused(hall.room.confirm_staff, "", "").code == "ACC-106"
    hall.room.confirm_staff("林书记员", "246800")
    assert len(hall.audit("terminal_closed")) == 2


def test_a_visit_at_the_real_terminal(hall: Hall, make_window: MakeWindow, qtbot: QtBot) -> None:
    code = hall.grant(pages=(1, 2, 3), prints=2)
    window = make_window(hall.room, now=hall.clock.now)
    open_reader(qtbot, window, code)
    reader = window.reader
    assert reader.view.page_number == 1
    assert reader.top.case.text() == CASE_NO
    assert [e.title for e in reader.catalogue.catalogue.entries] == ["民事起诉状", "民事判决书"]
    qtbot.waitUntil(lambda: 2 in reader.store.kept)
    reader.turn(1)
    qtbot.waitUntil(lambda: reader.view.page_number == 2)
    assert [row["page"] for row in hall.audit("page_read")] == [1, 2]
    with qtbot.waitSignal(window.signed_out, timeout=20000):
        reader.top.leave.click()
    assert reader.store.kept == ()
    assert reader.view.page_number is None
    assert len(hall.audit("reader_signed_out")) == 1


def test_a_page_is_marked_in_a_worker_process(data_folder: Path) -> None:
    room, owner = open_reading_room(data_folder)
    try:
        fill(room._context)
        code = owner.grant(CLERK, CASE_NO, reader="欧阳若溪", certificate="3408021X")
        room.prepare()
        session: ReaderSession = room.sign_in(code)
        data = room.page(session, 1)
        assert data[:3] == b"\xff\xd8\xff"
        assert data != picture(MAIN)
    finally:
        owner.close()
