"""An interrupted batch goes on at the right sheet: nothing twice, nothing lost, also after a
restart, with sheets that look all the same, with a clock that jumps and with two at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import app.bootstrap
from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.kernel import ids
from app.kernel.errors import Refused, Transient
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool, page_bytes
from tests.services.scripted_scanner import ScriptedScanner, connect

SAME = page_bytes("all sheets look the same")
JAM = Transient("SCN-104", sheet=2)


@pytest.fixture
def case_no(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    workstation.register_case(actor, {"case_no": dossier.case_no})
    return dossier.case_no


@pytest.fixture
def bundled(bundled_small: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The simulated scanner, with the paper drawn beforehand."""
    monkeypatch.setenv("JUANZONG_BUNDLED", str(bundled_small.parent))
    return "simulated:small"


class Killed(BaseException):
    """The program ends here; nothing is tidied up."""


def fed(text: str) -> bytes:
    return page_bytes(text)


def places(workstation: Workstation, case_no: str) -> list[tuple[int, int, str]]:
    return [(side.position, side.sheet, side.face) for side in workstation.sides(case_no)]


def in_order(sheets: int) -> list[tuple[int, int, str]]:
    faces = [(sheet, face) for sheet in range(1, sheets + 1) for face in ("front", "back")]
    return [(position, *face) for position, face in enumerate(faces, start=1)]


def test_after_a_jam_the_screen_says_which_sheet_goes_back_also_after_a_restart(
    workstation: Workstation,
    actor: Actor,
    case_no: str,
    bundled: str,
    tmp_path: Path,
    pool: ReplayPool,
) -> None:
    source = f"{bundled}?jam_at=3"
    with pytest.raises(Transient) as caught:
        workstation.scan(actor, case_no, source)
    assert caught.value.code == "SCN-104"
    workstation.close()
    opened = open_workstation(tmp_path / "数据", pool=pool)
    try:
        stopped = opened.resumption(case_no)
        assert stopped is not None
        assert (stopped.sheet, stopped.certain, stopped.code) == (3, True, "SCN-104")
        assert (stopped.drawing, stopped.profile, stopped.source) == ("jam", "standard", source)
        assert stopped.last is not None
        assert (stopped.last.sheet, stopped.last.face) == (2, "back")
        result = opened.scan(actor, case_no, source)
        assert result.batch == stopped.batch
        assert places(opened, case_no) == in_order(7)
        assert opened.resumption(case_no) is None
    finally:
        opened.close()


def test_sheets_that_look_the_same_are_all_kept(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = ScriptedScanner([(SAME, SAME), (SAME, JAM)], [(SAME, SAME), (SAME, SAME)])
    connect(monkeypatch, a=scanner)
    with pytest.raises(Transient):
        workstation.scan(actor, case_no, "sane:a")
    stopped = workstation.resumption(case_no)
    assert stopped is not None
    assert (stopped.sheet, stopped.certain) == (2, True)
    workstation.scan(actor, case_no, "sane:a")
    assert places(workstation, case_no) == in_order(3)


def test_the_front_of_a_jammed_sheet_gives_way_to_the_one_fed_again(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = ScriptedScanner(
        [(fed("1"), fed("1b")), (fed("2 torn"), JAM)],
        [(JAM,)],
        [(fed("2"), fed("2b")), (fed("3"), fed("3b"))],
    )
    connect(monkeypatch, a=scanner)
    for _ in range(2):
        with pytest.raises(Transient):
            workstation.scan(actor, case_no, "sane:a")
        assert places(workstation, case_no) == in_order(2)[:3]
    workstation.scan(actor, case_no, "sane:a")
    assert places(workstation, case_no) == in_order(3)
    (found,) = workstation.sheet_sum(case_no)
    assert (found.sheets, found.balanced, found.reasons) == (3, True, ())
    assert "side_put_aside" in [row.action for row in workstation.history(case_no)]
    assert workstation.fixity(actor)["masters"] == 7


def test_after_a_kill_somebody_has_to_look(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = ScriptedScanner([(fed("1"), fed("1b")), (Killed(),)])
    stored = threading.Event()

    def listen(event: ScanEventView) -> None:
        if event.sides == 2:
            stored.set()

    scanner.before = lambda sheet, _face: sheet == 1 or stored.wait(timeout=20)
    connect(monkeypatch, a=scanner)
    with pytest.raises(Killed):
        workstation.scan(actor, case_no, "sane:a", on_event=listen)
    stopped = workstation.resumption(case_no)
    assert stopped is not None
    assert (stopped.sheet, stopped.certain, stopped.code, stopped.drawing) == (2, False, "", "")


def test_a_held_batch_goes_on_too_and_feeds_no_more_than_asked(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pile = [(fed(f"{n}"), fed(f"{n}b")) for n in range(1, 5)]
    scanner = ScriptedScanner(pile, [(fed("2"), JAM)], [(fed("2"), fed("2b")), *pile[2:]])
    connect(monkeypatch, a=scanner)
    workstation.scan(actor, case_no, "sane:a")
    with pytest.raises(Transient):
        workstation.rescan(actor, case_no, [3], "sane:a")
    stopped = workstation.resumption(case_no)
    assert stopped is not None
    assert (stopped.purpose, stopped.sheet) == ("replace", 1)
    assert workstation.held(case_no) == ()
    assert [r["code"] for s in workstation.sheet_sum(case_no) for r in s.reasons] == [
        "batch_paused",
        "batch_held",
    ]
    result = workstation.resume(actor, case_no, stopped.batch)
    assert [request.sheets for request in scanner.requests] == [0, 1, 1]
    assert "CAP-108" in [warning["code"] for warning in result.warnings]
    (batch,) = workstation.held(case_no)
    assert [(pair.old is None, pair.new is None) for pair in batch.pairs] == [(False, False)] * 2
    assert places(workstation, case_no) == in_order(4)
    with pytest.raises(Refused) as closed:
        workstation.resume(actor, case_no, stopped.batch)
    assert closed.value.code == "CAP-106"


def test_the_same_source_is_not_fed_twice_at_a_time(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = ScriptedScanner([(fed("1"), fed("1b"))])
    refused: list[str] = []

    def again(_sheet: int, face: str) -> None:
        if face == "back":
            with pytest.raises(Refused) as caught:
                workstation.scan(actor, case_no, "sane:a")
            refused.append(caught.value.code)

    scanner.before = again
    connect(monkeypatch, a=scanner)
    workstation.scan(actor, case_no, "sane:a")
    assert refused == ["CAP-105"]
    assert places(workstation, case_no) == in_order(1)


def test_two_scanners_on_one_dossier_share_no_position(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    meet = threading.Barrier(2, timeout=20)
    stacks = {
        name: ScriptedScanner([(fed(f"{name}{n}"), fed(f"{name}{n}b")) for n in range(4)])
        for name in ("a", "b")
    }
    for scanner in stacks.values():
        scanner.before = lambda _sheet, _face: meet.wait()
    connect(monkeypatch, **stacks)
    raised: list[BaseException] = []

    def run(name: str) -> None:
        try:
            workstation.scan(actor, case_no, f"sane:{name}")
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in stacks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert raised == []
    sides = workstation.sides(case_no)
    assert [side.position for side in sides] == list(range(1, 17))
    for batch in {side.batch for side in sides}:
        own = [(side.sheet, side.face) for side in sides if side.batch == batch]
        assert own == [(sheet, face) for _position, sheet, face in in_order(4)]


class JumpingClock:
    """Goes back a day at every third look."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
        self.looks = 0

    def now(self) -> datetime:
        """The moment, which is no longer later than the one before."""
        self.looks += 1
        self.moment += timedelta(days=-1) if self.looks % 3 == 0 else timedelta(seconds=1)
        return self.moment

    def time_ns(self) -> int:
        """The same moment for identifiers."""
        return int(self.now().timestamp() * 1e9)


@pytest.fixture
def jumping(
    tmp_path: Path, pool: ReplayPool, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workstation]:
    """A workstation whose clock jumps."""
    clock = JumpingClock()
    monkeypatch.setattr(app.bootstrap, "SystemClock", lambda: clock)
    monkeypatch.setattr(ids, "time", clock)
    opened = open_workstation(tmp_path / "钟", pool=pool)
    yield opened
    opened.close()


def test_a_clock_that_goes_back_disturbs_neither_order_nor_undo(
    jumping: Workstation, actor: Actor, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    pile = [(fed(f"{n}"), fed(f"{n}b")) for n in range(1, 5)]
    connect(monkeypatch, a=ScriptedScanner(pile[:2], pile[2:], [pile[1]]))
    jumping.register_case(actor, {"case_no": dossier.case_no})
    for _ in range(2):
        jumping.scan(actor, dossier.case_no, "sane:a")
    sides = jumping.sides(dossier.case_no)
    assert [side.position for side in sides] == list(range(1, 9))
    order = [side.id for side in sides]
    assert len(set(order)) == 8
    jumping.move_sides(actor, dossier.case_no, order[6:], 0)
    jumping.move_sides(actor, dossier.case_no, order[:1], 8)
    jumping.insert_here(actor, dossier.case_no, 4, "sane:a", sheets=1)
    (held,) = jumping.held(dossier.case_no)
    jumping.accept_held(actor, dossier.case_no, held.batch)
    for _ in range(3):
        assert jumping.undo(actor, dossier.case_no)
    assert [side.id for side in jumping.sides(dossier.case_no)] == order
    assert jumping.audit_verify().ok
