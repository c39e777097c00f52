"""Reading bundles: what is in them, who can open them, and the log that comes back."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from PIL import Image

from app.adapters.bundle_terminal import BundleTerminal
from app.adapters.reading_bundle import (
    BUNDLE,
    LOG,
    OpenedBundle,
    Terminal,
    open_reading_bundle,
    read_terminal,
    sealed,
    unsealed,
    write_terminal,
)
from app.adapters.reading_bundle_files import pack_log
from app.bootstrap import open_reading_room
from app.domain.access import ADMINISTRATOR, ARCHIVIST, CLERK, Actor
from app.domain.dossier import Recognised
from app.kernel.clock import timestamp
from app.services.reading_desk_views import ApplicationForm, GrantTerms
from app.services.reading_room import ReadingRoom
from app.services.workstation import Workstation
from tests.reading.hall import CASE_NO, Hall, open_hall, picture, refused

COUNTER = Actor(name="林书记员", role=CLERK)
ARCHIVE = Actor(name="陈档案员", role=ARCHIVIST)
CHIEF = Actor(name="管理员", role=ADMINISTRATOR)
NAME = "分院1号终端"
SECRET_TEXT = "不得外传的第五页内容"
PHONE = "13912345678"
_SIGNATURE = 64


@attrs.frozen
class Made:
    """What the tests of this file share."""

    hall: Hall
    code: str
    bundle: str
    terminal: Terminal

    path: Path

    def now(self) -> str:
        return timestamp(self.hall.clock.now())

    def open(self, into: Path, **changes: Any) -> OpenedBundle:
        terminal = attrs.evolve(self.terminal, **changes)
        return open_reading_bundle(self.path, into, terminal, now=self.now())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A hall with a grant of pages 1 and 2 under masking, and its bundle."""
    folder = tmp_path_factory.mktemp("bundle")
    with open_hall(folder / "station") as hall:
        _write_texts(hall)
        hall.work.enrol_reading_terminal(CHIEF, NAME, folder / "terminal.json")
        code = hall.work.grant(
            ARCHIVE,
            CASE_NO,
            reader="欧阳若溪",
            certificate="3408021X",
            form=ApplicationForm(
                reader_kind="lawyer", reader="", certificate="", identity="11010519491231002X"
            ),
            pages=(1, 2),
            valid_days=3,
            prints=4,
            terms=GrantTerms(masked=True, views_limit=9),
        )
        # By a worker process, as it is in earnest: records must survive the way there.
        station = Workstation(attrs.evolve(hall.context, pool=hall.workers), lambda: None)
        row = station.make_reading_bundle(COUNTER, "1001", folder / "b.jzb", terminal=NAME)
        terminal = read_terminal(folder / "terminal.json")
        yield Made(hall, code, row.id, terminal, folder / "b.jzb")


def _write_texts(hall: Hall) -> None:
    """Page 1 bears a telephone number, page 5 what nobody may see."""
    lines = {"side_2": f"联系电话{PHONE}，其余照录", "side_8": SECRET_TEXT}
    with hall.context.storage.write() as tx:
        for side, text in lines.items():
            for old in tx.recognised.find(side_id=side):
                tx.recognised.remove(old)
            characters = [
                [sign, 0.99, [20 * place, 20, 20 * place + 20, 50]]
                for place, sign in enumerate(text)
            ]
            line = {"text": text, "box": [0, 20, 580, 50], "confidence": 0.99, "kind": "print"}
            tx.recognised.add(
                Recognised(
                    id=f"text_{side}",
                    dossier_id="dossier_1",
                    side_id=side,
                    engine="test",
                    text=text,
                    tree={
                        "width": 600,
                        "height": 848,
                        "orientation": 0,
                        "lines": [{**line, "characters": characters}],
                    },
                )
            )
            tx.sides.replace(attrs.evolve(tx.sides.get(side), recognised="done"))
        # A page of its own, so that its digest tells whether it travels.
        other = hall.context.blobs.put_bytes(picture("main", (610, 848)))
        first = tx.masters.find()[0]
        tx.masters.add(attrs.evolve(first, sha256=other.sha256, sm3=other.sm3, size=other.size))
        side = tx.sides.get("side_8")
        tx.sides.replace(attrs.evolve(side, picture=other.sha256))
        tx.audit.record("tester", "change", CASE_NO)
        tx.commit()


def everything_in(made: Made) -> bytes:
    """All bytes that the terminal gets, decrypted and unpacked."""
    body = made.path.read_bytes()[_SIGNATURE:]
    content = unsealed(BUNDLE, made.terminal.secret, body)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(name.encode() + b"\n" + archive.read(name) for name in archive.namelist())


def test_nothing_that_was_not_granted_is_in_the_bundle(made: Made) -> None:
    inside = everything_in(made)
    with made.hall.context.storage.read() as tx:
        sides = tx.sides.find(dossier_id="dossier_1")
        grant = tx.grants.find()[0]
    granted = {side.id for side in sides if side.part == "main" and side.page_number in (1, 2)}
    assert len(granted) == 2
    for side in sides:
        if side.id in granted:
            assert side.id.encode() in inside
        else:
            assert f"{side.id}\x00".encode() not in inside
            assert f'"{side.id}"'.encode() not in inside
    hidden = next(side.picture for side in sides if side.id == "side_8")
    restricted = next(side.picture for side in sides if side.part == "restricted")
    for digest in (hidden, restricted):
        assert digest.encode() not in inside
        assert made.hall.context.blobs.path_of(digest).read_bytes() not in inside
    for text in (SECRET_TEXT, "合议庭", "民事判决书", PHONE, grant.identity_hash, "陈档案员"):
        assert text.encode() not in inside, text
    assert "民事起诉状".encode() in inside


def test_what_is_covered_is_gone_from_picture_and_text(made: Made, tmp_path: Path) -> None:
    with terminal_room(made, tmp_path) as (room, _folder):
        visit = room.sign_in("code", made.code)
        desk = room.session_desk(visit.id)
        session = desk.open_case(visit.cases[0].grant)
        assert session.pages == (1, 2)
        assert not desk.search(session.grant, PHONE)
        assert desk.search(session.grant, "联系电话")
        with room._context.storage.read() as tx:
            side = tx.sides.first(page_number=1)
            assert side is not None
            plain = Image.open(room._context.blobs.path_of(side.picture)).convert("L")
    assert plain.getpixel((20 * 8, 35)) < 20  # type: ignore[operator]
    assert plain.getpixel((20 * 2, 35)) > 200  # type: ignore[operator]


@pytest.mark.parametrize("place", [0, 40, 64 + 20, 64 + 200, -1])
def test_a_changed_bundle_is_not_opened(made: Made, tmp_path: Path, place: int) -> None:
    data = bytearray(made.path.read_bytes())
    data[place] ^= 1
    changed = tmp_path / "changed.jzb"
    changed.write_bytes(data)
    fault = refused(lambda: open_reading_bundle(changed, tmp_path, made.terminal, now=made.now()))
    assert fault.code in ("RDR-141", "RDR-140")
    assert not (tmp_path / made.bundle).exists()


def test_only_its_terminal_opens_a_bundle_and_only_in_time(made: Made, tmp_path: Path) -> None:
    assert refused(lambda: made.open(tmp_path, name="2号终端")).code == "RDR-143"
    assert refused(lambda: made.open(tmp_path, secret=b"x" * 32)).code == "RDR-144"
    other = tmp_path / "elsewhere"
    write_terminal(str(other), NAME, made.terminal.secret.hex(), str(other / "terminal.json"))
    foreign = read_terminal(other / "terminal.json").station_key
    assert refused(lambda: made.open(tmp_path, station_key=foreign)).code == "RDR-141"
    late = timestamp(made.hall.clock.now() + timedelta(days=3, seconds=1))
    fault = refused(lambda: open_reading_bundle(made.path, tmp_path, made.terminal, now=late))
    assert fault.code == "RDR-142"
    made.path.with_name("no.jzb").write_bytes(b"PK" * 200)
    no = made.path.with_name("no.jzb")
    fault = refused(lambda: open_reading_bundle(no, tmp_path, made.terminal, now=late))
    assert fault.code == "RDR-140"
    assert refused(read_terminal, no).code == "RDR-147"


def test_a_bundle_is_made_of_a_usable_grant_for_a_known_terminal(
    made: Made, tmp_path: Path
) -> None:
    make = made.hall.work.make_reading_bundle
    out = tmp_path / "x.jzb"
    assert refused(lambda: make(COUNTER, "1001", out, terminal="无")).code == "RDR-148"
    made.hall.work.grant(ARCHIVE, CASE_NO, reader="乙", certificate="1")
    made.hall.work.revoke_grant(COUNTER, "1002", "x")
    assert refused(lambda: make(COUNTER, "1002", out, terminal=NAME)).code == "RDR-149"
    assert not out.exists()


class terminal_room:  # noqa: N801 - a context manager
    """The reading room of a terminal over an opened bundle."""

    def __init__(self, made: Made, into: Path) -> None:
        self._made, self._into = made, into

    def __enter__(self) -> tuple[ReadingRoom, Path]:
        opened = self._made.open(self._into)
        real, self._owner = open_reading_room(opened.folder)
        hall = self._made.hall
        context = attrs.evolve(real._context, clock=hall.clock, pool=hall.pool)
        assert context.station == NAME
        return ReadingRoom(context), opened.folder

    def __exit__(self, *_: object) -> None:
        self._owner.close()


def read_at_terminal(made: Made, into: Path, pages: tuple[int, ...]) -> Path:
    """Somebody reads these pages; gives the log."""
    with terminal_room(made, into) as (room, folder):
        visit = room.sign_in("code", made.code)
        desk = room.session_desk(visit.id)
        session = desk.open_case(visit.cases[0].grant)
        for page in pages:
            issue = desk.page(session.grant, page)
            desk.shown(issue.issue)
            desk.left_page(issue.issue, 4.0)
        desk.add_mark(session.grant, 1, "bookmark")
        room.sign_out(visit.id, "reader")
    pack_log(folder, into / "log.jzl", made.terminal)
    return into / "log.jzl"


def test_a_log_is_taken_over_once(made: Made, tmp_path: Path) -> None:
    log = read_at_terminal(made, tmp_path, (1, 2))
    carried = made.hall.work.carry_reading_log(COUNTER, log)
    assert (carried.visits, carried.issues, carried.marks) == (1, 2, 1)
    assert carried.audit_rows >= 5
    again = made.hall.work.carry_reading_log(COUNTER, log)
    assert (again.visits, again.issues, again.marks, again.audit_rows) == (0, 0, 0, 0)
    more = made.hall.work.carry_reading_log(COUNTER, read_at_terminal(made, tmp_path, (1,)))
    assert (more.visits, more.issues) == (1, 1)
    with made.hall.context.storage.read() as tx:
        issues = tx.page_issues.find(grant_id=tx.grants.find()[0].id)
        pictures = {issue.picture for issue in issues}
        assert pictures <= {side.picture for side in tx.sides.find(dossier_id="dossier_1")}
        assert tx.audit.verify()[0]
        read = [row for row in tx.audit.rows() if row.action == "page_issued"]
        assert len(read) == len(issues) == 3
        assert {row.actor for row in read} == {f"terminal {NAME}"}
        assert tx.grants.find()[0].views == 2
    bundle = made.hall.work.reading_bundles()[0]
    assert (bundle.id, bundle.carried_by) == (made.bundle, COUNTER.name)


def edited(made: Made, log: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The log with a change, encrypted anew by somebody who knows the secret."""
    data = log.read_bytes()
    content = json.loads(unsealed(LOG, made.terminal.secret, data))
    change(content)
    head = {"bundle": made.bundle, "terminal": NAME}
    path = log.with_name("edited.jzl")
    path.write_bytes(sealed(LOG, head, made.terminal.secret, json.dumps(content).encode()))
    return path


def test_a_log_that_was_edited_is_not_taken_over(made: Made, tmp_path: Path) -> None:
    # A bundle of its own: the same one opened at two places gives two logs, of which one is taken.
    row = made.hall.work.make_reading_bundle(COUNTER, "1001", tmp_path / "2.jzb", terminal=NAME)
    made = attrs.evolve(made, bundle=row.id, path=tmp_path / "2.jzb")
    log = read_at_terminal(made, tmp_path, (2,))

    def another_page(content: dict[str, Any]) -> None:
        content["audit"][-2]["details"]["page"] = 9

    def without_a_row(content: dict[str, Any]) -> None:
        del content["audit"][2]

    def cut_off(content: dict[str, Any]) -> None:
        del content["audit"][1:]

    def another_grant(content: dict[str, Any]) -> None:
        content["rows"]["page_issues"][0]["grant_id"] = "grant_x"

    def another_side(content: dict[str, Any]) -> None:
        content["rows"]["page_issues"][0]["side_id"] = "side_x"

    def another_table(content: dict[str, Any]) -> None:
        content["rows"]["people"] = []

    carry = made.hall.work.carry_reading_log
    before = _counts(made)
    for change in (another_page, without_a_row, another_grant, another_side, another_table):
        assert refused(carry, COUNTER, edited(made, log, change)).code == "RDR-145", change
    assert _counts(made) == before
    broken = bytearray(log.read_bytes())
    broken[-1] ^= 1
    path = tmp_path / "broken.jzl"
    path.write_bytes(broken)
    assert refused(carry, COUNTER, path).code == "RDR-144"
    assert carry(COUNTER, log).issues == 1
    assert refused(carry, COUNTER, edited(made, log, cut_off)).code == "RDR-145"
    path.write_bytes(sealed(LOG, {"bundle": "none"}, made.terminal.secret, b"{}"))
    assert refused(carry, COUNTER, path).code == "RDR-146"


def _counts(made: Made) -> tuple[int, int]:
    with made.hall.context.storage.read() as tx:
        return tx.page_issues.count(), sum(1 for _row in tx.audit.rows())


def test_the_code_of_a_grant_is_the_one_of_its_bundle(made: Made, tmp_path: Path) -> None:
    with terminal_room(made, tmp_path) as (room, _folder):
        assert refused(room.sign_in, "code", "1001-000000").code == "RDR-103"
        assert room.sign_in("code", made.code).reader == "欧阳若溪"


def test_a_terminal_finds_the_bundle_of_a_code_and_writes_its_log(
    made: Made, tmp_path: Path
) -> None:
    hall = made.hall
    second = hall.work.grant(ARCHIVE, CASE_NO, reader="乙", certificate="1", pages=(5,))
    number = second.split("-")[0]
    hall.work.make_reading_bundle(COUNTER, number, tmp_path / "a.jzb", terminal=NAME)
    shutil.copy(made.path, tmp_path / "b.jzb")
    (tmp_path / "c.jzb").write_bytes(b"no bundle at all" * 9)
    (tmp_path / "terminal.json").write_text(terminal_text(made), encoding="utf-8")

    def open_room(folder: Path) -> tuple[ReadingRoom, Callable[[], None]]:
        real, owner = open_reading_room(folder)
        context = attrs.evolve(real._context, clock=hall.clock, pool=hall.pool)
        return ReadingRoom(context), owner.close

    terminal = BundleTerminal(tmp_path, open_room=open_room, now=made.now())
    try:
        desk = terminal.desk
        for code, pages in ((made.code, (1, 2)), (second, (5,))):
            visit = desk.sign_in("code", code)
            session = desk.session_desk(visit.id).open_case(visit.cases[0].grant)
            assert session.pages == pages
            desk.sign_out(visit.id, "reader")
            assert refused(desk.session_desk, visit.id).code == "RDR-112"
        assert refused(desk.sign_in, "code", f"{number}-00000x").code == "RDR-103"
        assert refused(desk.progress, "5001-123456").code == "RDR-160"
        assert refused(desk.confirm_staff, "管理员", "123456").code == "RDR-118"
    finally:
        terminal.close()
    logs = sorted((tmp_path / "logs").glob("*.jzl"))
    assert len(logs) == 2
    assert hall.work.carry_reading_log(COUNTER, logs[-1]).visits == 1
    (tmp_path / "a.jzb").unlink()
    (tmp_path / "b.jzb").unlink()
    BundleTerminal(tmp_path, open_room=open_room, now=made.now()).close()
    assert not list((tmp_path / "opened").iterdir())


def terminal_text(made: Made) -> str:
    return json.dumps(
        {
            "format": "juanzong-reading-terminal",
            "terminal": NAME,
            "secret": made.terminal.secret.hex(),
            "station_key": made.terminal.station_key.hex(),
        }
    )
