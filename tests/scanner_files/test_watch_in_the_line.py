"""A watched drop folder through the real workstation: what is stored, resumed, and moved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.kernel.progress import Cancelled, CancelToken
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool

QUICK = {
    "idle_seconds": 0.6,
    "first_seconds": 1.0,
    "settle_seconds": 0.04,
    "patience_seconds": 0.2,
    "poll_seconds": 0.02,
}
NAMES = [f"扫描 {number}.jpg" for number in (9, 10, 11, 12)]


@pytest.fixture
def actor() -> Actor:
    return Actor(name="管理员", role="administrator")


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    return Dossier(tmp_path / "卷").fill()


@pytest.fixture
def workstation(tmp_path: Path, dossier: Dossier, actor: Actor) -> Iterator[Workstation]:
    opened = open_workstation(tmp_path / "数据", pool=ReplayPool(dossier))
    for number in range(2):
        facts = json.loads(dossier.facts.read_text(encoding="utf-8"))
        facts["case_no"] = dossier.case_no.replace("979", f"{979 + number}")
        opened.register_case(actor, facts)
    yield opened
    opened.close()


@pytest.fixture
def scan(workstation: Workstation, actor: Actor, dossier: Dossier) -> Callable[..., object]:
    def run(case_no: str = "", cancel: CancelToken | None = None, **facts: object) -> object:
        listen = facts.pop("listen", lambda _event: None)
        return workstation.scan(
            actor,
            case_no or dossier.case_no,
            f"watch:{dossier.folder}",
            options=QUICK | facts,
            on_event=listen,  # type: ignore[arg-type]
            cancel=cancel,
        )

    return run


def stored(workstation: Workstation, case_no: str) -> list[tuple[str, int]]:
    return [(side.file, side.sheet) for side in workstation.sides(case_no)]


def test_a_batch_is_stored_and_the_next_dossier_gets_only_what_is_new(
    workstation: Workstation, dossier: Dossier, scan: Callable[..., object]
) -> None:
    scan()
    assert stored(workstation, dossier.case_no) == list(zip(NAMES, (1, 2, 3, 4), strict=True))
    new = dossier.add("新.jpg", ("判决书", 1))
    other = dossier.case_no.replace("979", "980")
    result = scan(other)
    assert stored(workstation, other) == [("新.jpg", 1)]
    assert [warning["code"] for warning in result.warnings] == ["SCN-230"]  # type: ignore[attr-defined]
    assert new.exists()


def test_an_interrupted_batch_goes_on_without_a_gap_and_without_a_double(
    workstation: Workstation, dossier: Dossier, scan: Callable[..., object]
) -> None:
    def listen(event: ScanEventView) -> None:
        if event.sides == 2:
            raise Cancelled  # the program stops in the middle

    with pytest.raises(Cancelled):
        scan(listen=listen)
    dossier.add("扫描 13.jpg", ("判决书", 4))
    scan()
    names = [*NAMES, "扫描 13.jpg"]
    assert stored(workstation, dossier.case_no) == list(zip(names, range(1, 6), strict=True))


def test_ending_the_batch_finishes_it(
    workstation: Workstation, dossier: Dossier, scan: Callable[..., object]
) -> None:
    token = CancelToken()

    def listen(event: ScanEventView) -> None:
        if event.sides == 4:
            token.cancel()

    result = scan(cancel=token, listen=listen, idle_seconds=60.0)
    assert result.sides == 4  # type: ignore[attr-defined]


def test_what_is_stored_is_moved_and_never_comes_again(
    workstation: Workstation, dossier: Dossier, scan: Callable[..., object]
) -> None:
    before = {name: (dossier.folder / name).read_bytes() for name in NAMES}
    scan(after="move")
    dossier.add("新.jpg", ("判决书", 1))
    other = dossier.case_no.replace("979", "980")
    scan(other, after="move")
    assert stored(workstation, other) == [("新.jpg", 1)]
    received = {path.name: path.read_bytes() for path in dossier.folder.glob("已接收/*/*.jpg")}
    assert {name: received.get(name) for name in NAMES} == before
    assert not [path for path in dossier.folder.glob("*.jpg") if path.name in NAMES]
