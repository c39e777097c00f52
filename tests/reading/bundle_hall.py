"""A reading bundle, the terminal it is for, and what is done there, for the tests of bundles."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs

from app.adapters.bundle_terminal import BundleTerminal
from app.adapters.reading_bundle import (
    LOG,
    OpenedBundle,
    Terminal,
    open_reading_bundle,
    read_terminal,
    sealed,
    unsealed,
)
from app.adapters.reading_bundle_files import pack_log
from app.bootstrap import open_reading_room
from app.domain.access import ADMINISTRATOR, ARCHIVIST, CLERK, Actor
from app.domain.dossier import Recognised
from app.kernel.clock import timestamp
from app.services.bundle_desk import BundleDesk
from app.services.reading_bundle_rooms import BundleRoom
from app.services.reading_desk_views import ApplicationForm, GrantTerms
from app.services.workstation import Workstation
from tests.reading.hall import CASE_NO, CardReader, Hall, open_hall, picture

COUNTER = Actor(name="林书记员", role=CLERK)
ARCHIVE = Actor(name="陈档案员", role=ARCHIVIST)
CHIEF = Actor(name="管理员", role=ADMINISTRATOR)
NAME = "分院1号终端"
SECRET_TEXT = "不得外传的第五页内容"
PHONE = "13912345678"
READER_CARD = "11010519491231002X"


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


@contextmanager
def bundle_hall(folder: Path) -> Iterator[Made]:
    """A hall with a grant of pages 1 and 2 under masking, and its bundle."""
    with open_hall(folder / "station") as hall:
        write_texts(hall)
        hall.work.enrol_reading_terminal(CHIEF, NAME, folder / "terminal.json")
        code = hall.work.grant(
            ARCHIVE,
            CASE_NO,
            reader="欧阳若溪",
            certificate="3408021X",
            form=ApplicationForm(
                reader_kind="lawyer", reader="", certificate="", identity=READER_CARD
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


def write_texts(hall: Hall) -> None:
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


class terminal_room:  # noqa: N801 - a context manager
    """The reading room of a terminal over an opened bundle."""

    def __init__(self, made: Made, into: Path) -> None:
        self._made, self._into = made, into

    def __enter__(self) -> tuple[BundleRoom, Path]:
        opened = self._made.open(self._into)
        real, self._owner = open_reading_room(opened.folder)
        hall = self._made.hall
        context = attrs.evolve(real._context, clock=hall.clock, pool=hall.pool)
        assert context.station == NAME
        return BundleRoom(context), opened.folder

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


def edited(made: Made, log: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The log with a change, encrypted anew by somebody who knows the secret."""
    data = log.read_bytes()
    content = json.loads(unsealed(LOG, made.terminal.secret, data))
    change(content)
    head = {"bundle": made.bundle, "terminal": NAME}
    path = log.with_name("edited.jzl")
    path.write_bytes(sealed(LOG, head, made.terminal.secret, json.dumps(content).encode()))
    return path


def terminal_text(made: Made) -> str:
    return json.dumps(
        {
            "format": "juanzong-reading-terminal",
            "terminal": NAME,
            "secret": made.terminal.secret.hex(),
            "station_key": made.terminal.station_key.hex(),
        }
    )


def another(made: Made, path: Path, *, closing_code: str = "") -> Made:
    make = made.hall.work.make_reading_bundle
    row = make(COUNTER, "1001", path, terminal=NAME, closing_code=closing_code)
    assert row.pages == 2
    return attrs.evolve(made, bundle=row.id, path=path)


@contextmanager
def terminal(folder: Path, *bundles: Made, cards: CardReader | None = None) -> Iterator[BundleDesk]:
    """The desk of a terminal over a folder with these bundles in it."""
    hall = bundles[0].hall
    folder.mkdir(exist_ok=True)
    (folder / "terminal.json").write_text(terminal_text(bundles[0]), encoding="utf-8")
    for old in folder.glob("*.jzb"):
        old.unlink()
    for made in bundles:
        shutil.copy(made.path, folder / f"{made.bundle}.jzb")

    def open_room(data: Path) -> tuple[BundleRoom, Callable[[], None]]:
        real, owner = open_reading_room(data)
        context = attrs.evolve(
            real._context, clock=hall.clock, pool=hall.pool, identity_reader=cards or CardReader()
        )
        return BundleRoom(context), owner.close

    opened = BundleTerminal(folder, open_room=open_room, now=bundles[0].now())
    try:
        yield opened.desk
    finally:
        opened.close()
