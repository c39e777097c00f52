"""The way of a side into the store: in order, durable before it is told, nothing lost on it."""

from __future__ import annotations

import os
import resource
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.access import Actor
from app.kernel.errors import Broken
from app.kernel.progress import CancelToken
from app.services import intake
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from scanner.api import ScanEvent, ScannedSide, ScanRequest
from scanner.spool import note_side
from tests.e2e.conftest import descendants_of
from tests.replay import Dossier, page_bytes
from tests.services.scripted_scanner import ScriptedScanner, connect


class NotingScanner(ScriptedScanner):
    """Writes what the driver host writes beside every image; `dual` adds a second stream."""

    dual = False

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        for event in super().scan(request, cancel):
            assert isinstance(event, ScannedSide)
            note_side(event)
            yield event
            if self.dual:
                path = event.path.with_suffix(".tif")
                path.write_bytes(b"II*\0" + event.source_name.encode())
                yield ScannedSide(
                    path=path,
                    frame=0,
                    sheet=event.sheet,
                    face=event.face,
                    media_type="image/tiff",
                    source_name=path.name,
                    stream="bitonal",
                )


def stack(sheets: int) -> list[tuple[bytes, bytes]]:
    return [(page_bytes(f"{n} front"), page_bytes(f"{n} back")) for n in range(1, sheets + 1)]


def places(workstation: Workstation, case_no: str) -> list[tuple[int, int, str]]:
    return [(side.position, side.sheet, side.face) for side in workstation.sides(case_no)]


def in_order(sheets: int) -> list[tuple[int, int, str]]:
    faces = [(sheet, face) for sheet in range(1, sheets + 1) for face in ("front", "back")]
    return [(position, *face) for position, face in enumerate(faces, start=1)]


@pytest.fixture
def case_no(workstation: Workstation, actor: Actor, dossier: Dossier) -> str:
    workstation.register_case(actor, {"case_no": dossier.case_no})
    return dossier.case_no


def test_sides_that_pile_up_are_written_together_and_told_in_order(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "LAG_SECONDS", 0.0)
    connect(monkeypatch, a=NotingScanner(stack(12)))
    events: list[ScanEventView] = []
    result = workstation.scan(actor, case_no, "sane:a", on_event=events.append)
    told = [event for event in events if event.kind == "side"]
    assert [event.sides for event in told] == list(range(1, 25))
    assert [event.side.position for event in told if event.side] == list(range(1, 25))
    assert places(workstation, case_no) == in_order(12)
    assert (result.sheets, result.sides) == (12, 24)
    assert workstation.audit_verify().ok


def test_the_image_is_not_copied_and_leaves_the_spool(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    inodes: dict[str, int] = {}
    scanner = NotingScanner(stack(3))
    connect(monkeypatch, a=scanner)
    blobs = workstation._context.blobs
    link_file = blobs.link_file

    def watched(path: Path) -> object:
        stored = link_file(path)
        inodes[stored.sha256] = path.stat().st_ino
        return stored

    monkeypatch.setattr(blobs, "link_file", watched)
    workstation.scan(actor, case_no, "sane:a")
    assert len(inodes) == 6
    for sha256, inode in inodes.items():
        facts = blobs.path_of(sha256).stat()
        assert (facts.st_ino, facts.st_nlink) == (inode, 1)
        assert stat.S_IMODE(facts.st_mode) == 0o444
        assert blobs.verify(sha256)
    assert list(workstation._context.folders.spool.iterdir()) == []


def test_what_was_delivered_before_a_kill_is_stored_when_the_batch_goes_on(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = NotingScanner(stack(4)[:3], stack(4)[3:])
    connect(monkeypatch, a=scanner)
    blobs = workstation._context.blobs
    link_file, stored = blobs.link_file, []
    all_delivered = threading.Event()
    scanner.before = lambda sheet, face: (sheet, face) == (3, "back") and all_delivered.set()

    def full_after_two(path: Path) -> object:
        if len(stored) == 2:
            assert all_delivered.wait(30)
            raise Broken("BLB-401", needed=1, free=0)
        stored.append(path)
        return link_file(path)

    with monkeypatch.context() as patch:
        patch.setattr(intake, "STORING_THREADS", 1)
        patch.setattr(blobs, "link_file", full_after_two)
        with pytest.raises(Broken) as caught:
            workstation.scan(actor, case_no, "sane:a")
    assert caught.value.code == "BLB-401"
    assert places(workstation, case_no) == in_order(1)
    # The paper of the others is through already: their images and notes wait in the spool.
    waiting = list(workstation._context.folders.spool.rglob("*.jpg"))
    assert len(waiting) == 4
    stopped = workstation.resumption(case_no)
    assert stopped is not None
    assert stopped.sheet == 4
    result = workstation.scan(actor, case_no, "sane:a")
    assert [warning["code"] for warning in result.warnings] == ["CAP-121"]
    assert result.warnings[0]["parameters"] == {"sides": 4}
    assert places(workstation, case_no) == in_order(4)
    assert list(workstation._context.folders.spool.iterdir()) == []
    assert workstation.audit_verify().ok


def test_a_batch_declared_complete_holds_what_was_delivered(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = Broken("SCN-104", sheet=2)
    scanner = NotingScanner([*stack(1), (jam,)])
    connect(monkeypatch, a=scanner)

    def leave_behind(sheet: int, face: str) -> None:
        if (sheet, face) == (2, "front"):
            path = scanner.requests[0].spool / "unstored.jpg"
            path.write_bytes(page_bytes("2 front"))
            note_side(
                ScannedSide(
                    path=path,
                    frame=0,
                    sheet=2,
                    face="front",
                    media_type="image/jpeg",
                    source_name="2.jpg",
                )
            )

    scanner.before = leave_behind
    with pytest.raises(Broken):
        workstation.scan(actor, case_no, "sane:a")
    stopped = workstation.resumption(case_no)
    assert stopped is not None
    assert stopped.sheet == 2
    workstation.discard_rest(actor, case_no, stopped.batch, "余下的不是本卷")
    assert places(workstation, case_no) == in_order(2)[:3]
    assert workstation.resumption(case_no) is None


def test_a_kill_between_commit_and_tidying_stores_nothing_twice(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = Broken("SCN-104", sheet=2)
    scanner = NotingScanner([*stack(1), (jam,)], stack(3)[1:])
    connect(monkeypatch, a=scanner)
    with monkeypatch.context() as patch:
        patch.setattr("app.services.capture.remove_image", lambda _path: None)
        with pytest.raises(Broken):
            workstation.scan(actor, case_no, "sane:a")
    assert len(list(workstation._context.folders.spool.rglob("*.side"))) == 2
    result = workstation.scan(actor, case_no, "sane:a")
    assert result.warnings == ()
    assert places(workstation, case_no) == in_order(3)


def test_an_image_without_a_note_is_kept_and_told(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = NotingScanner(stack(2))
    connect(monkeypatch, a=scanner)

    def leave(_sheet: int, _face: str) -> None:
        (scanner.requests[0].spool / "stray.jpg").write_bytes(b"from before a power cut")

    scanner.before = leave
    result = workstation.scan(actor, case_no, "sane:a")
    assert [warning["code"] for warning in result.warnings] == ["CAP-122"]
    (spool,) = workstation._context.folders.spool.iterdir()
    assert (spool / "stray.jpg").read_bytes() == b"from before a power cut"
    assert places(workstation, case_no) == in_order(2)


def test_a_side_that_an_orphaned_driver_wrote_late_is_kept_and_told(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = NotingScanner(stack(2))
    connect(monkeypatch, a=scanner)

    def write_late(_sheet: int, _face: str) -> None:
        late = scanner.requests[0].spool / "late.jpg"
        late.write_bytes(b"from the driver of a killed program")
        note_side(
            ScannedSide(
                path=late,
                frame=0,
                sheet=9,
                face="front",
                media_type="image/jpeg",
                source_name=late.name,
            )
        )

    scanner.before = write_late
    result = workstation.scan(actor, case_no, "sane:a")
    assert [warning["code"] for warning in result.warnings] == ["CAP-122"]
    assert result.warnings[0]["parameters"]["files"] == 1
    (spool,) = workstation._context.folders.spool.iterdir()
    assert (spool / "late.jpg").read_bytes() == b"from the driver of a killed program"
    assert places(workstation, case_no) == in_order(2)


def test_the_second_image_of_a_dual_stream_belongs_to_its_side(
    workstation: Workstation, actor: Actor, case_no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scanner = NotingScanner(stack(2))
    scanner.dual = True
    connect(monkeypatch, a=scanner)
    result = workstation.scan(actor, case_no, "sane:a")
    assert (result.sheets, result.sides) == (2, 4)
    assert places(workstation, case_no) == in_order(2)
    for side in workstation.sides(case_no):
        assert side.companion is not None
        assert side.companion.read_bytes() == b"II*\0" + side.file.encode()
    assert workstation.fixity(actor)["masters"] == 8


def test_a_full_disk_in_the_middle_stops_the_scan_and_it_goes_on_after_making_room(
    workstation: Workstation,
    actor: Actor,
    case_no: str,
    bundled_small: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUANZONG_BUNDLED", str(bundled_small.parent))
    source = "simulated:small?sides_per_second=10"
    sheets = len(list((bundled_small / "sides").iterdir())) // 2

    def no_more_room(event: ScanEventView) -> None:
        if event.kind == "side" and event.sides == 3:
            for child in descendants_of(os.getpid()):
                if b"scanner.host" in Path(f"/proc/{child}/cmdline").read_bytes():
                    resource.prlimit(child, resource.RLIMIT_FSIZE, (5_000, 5_000))

    with pytest.raises(Broken) as caught:
        workstation.scan(actor, case_no, source, on_event=no_more_room)
    assert caught.value.code == "SCN-118"
    before = places(workstation, case_no)
    assert 3 <= len(before) < 2 * sheets
    assert before == in_order(sheets)[: len(before)]
    workstation.scan(actor, case_no, source)
    assert places(workstation, case_no) == in_order(sheets)
    assert workstation.audit_verify().ok
