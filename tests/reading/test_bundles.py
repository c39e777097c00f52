"""Reading bundles: what is in them, who can open them, and the log that comes back."""

from __future__ import annotations

import io
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
    open_reading_bundle,
    read_terminal,
    sealed,
    unsealed,
    write_terminal,
)
from app.bootstrap import open_reading_room
from app.kernel.clock import timestamp
from app.services.reading_bundle_rooms import BundleRoom
from tests.reading.bundle_hall import (
    ARCHIVE,
    COUNTER,
    NAME,
    PHONE,
    SECRET_TEXT,
    Made,
    bundle_hall,
    edited,
    read_at_terminal,
    terminal_room,
    terminal_text,
)
from tests.reading.hall import CASE_NO, refused

_SIGNATURE = 64


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A hall with a grant of pages 1 and 2 under masking, and its bundle."""
    with bundle_hall(tmp_path_factory.mktemp("bundle")) as opened:
        yield opened


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

    def open_room(folder: Path) -> tuple[BundleRoom, Callable[[], None]]:
        real, owner = open_reading_room(folder)
        context = attrs.evolve(real._context, clock=hall.clock, pool=hall.pool)
        return BundleRoom(context), owner.close

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
