"""Scanning: nothing is lost, nothing is stored twice, the folder rules in bulk conversion."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Broken, Refused
from app.kernel.progress import Cancelled
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool, page_bytes


@pytest.fixture(autouse=True)
def registered(workstation: Workstation, actor: Actor, dossier: Dossier) -> None:
    workstation.register_case(actor, json.loads(dossier.facts.read_text(encoding="utf-8")))


def files(workstation: Workstation, dossier: Dossier) -> list[str]:
    return [side.file for side in workstation.sides(dossier.case_no)]


def test_files_come_in_natural_order_with_positions_from_one(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    result = workstation.scan(actor, dossier.case_no, f"folder:{dossier.folder}")
    assert (result.sides, result.skipped) == (4, 0)
    assert files(workstation, dossier) == [f"扫描 {number}.jpg" for number in (9, 10, 11, 12)]
    assert [s.position for s in workstation.sides(dossier.case_no)] == [1, 2, 3, 4]


def test_a_second_run_stores_nothing_also_by_a_relative_path(
    workstation: Workstation, actor: Actor, dossier: Dossier, monkeypatch: pytest.MonkeyPatch
) -> None:
    workstation.scan(actor, dossier.case_no, f"folder:{dossier.folder}")
    monkeypatch.chdir(dossier.folder.parent)
    result = workstation.scan(actor, dossier.case_no, f"folder:{dossier.folder.name}")
    assert (result.sides, result.skipped) == (4, 4)
    assert [warning["code"] for warning in result.warnings] == ["CAP-103"]
    assert len(files(workstation, dossier)) == 4


def test_a_stopped_scan_goes_on_where_it_stopped(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    def listen(event: ScanEventView) -> None:
        if event.sides == 2:
            raise Cancelled

    source = f"folder:{dossier.folder}"
    with pytest.raises(Cancelled):
        workstation.scan(actor, dossier.case_no, source, on_event=listen)
    stored = files(workstation, dossier)
    # Sides that pile up are written together, so more than those told may be stored.
    assert len(stored) >= 2
    result = workstation.scan(actor, dossier.case_no, source)
    assert result.skipped == len(stored)
    assert files(workstation, dossier) == [f"扫描 {number}.jpg" for number in (9, 10, 11, 12)]


def test_a_full_disk_keeps_what_was_stored_and_the_next_run_goes_on(
    workstation: Workstation,
    actor: Actor,
    dossier: Dossier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blobs = workstation._context.blobs
    original, stored = blobs.put_file, []

    def put_file(path: Path) -> object:
        if len(stored) == 2:
            raise Broken("BLB-401", needed=1, free=0)
        stored.append(path)
        return original(path)

    source = f"folder:{dossier.folder}"
    with monkeypatch.context() as patch:
        patch.setattr(blobs, "put_file", put_file)
        with pytest.raises(Broken) as caught:
            workstation.scan(actor, dossier.case_no, source)
    assert caught.value.code == "BLB-401"
    assert len(files(workstation, dossier)) == 2
    assert workstation.scan(actor, dossier.case_no, source).skipped == 2
    assert len(files(workstation, dossier)) == 4


def test_in_bulk_the_folder_rules_order_and_content(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    source = f"folder:{dossier.folder}"
    workstation.scan_whole(actor, dossier.case_no, source)
    first = dossier.folder / "扫描 10.jpg"
    kept = first.read_bytes()
    first.unlink()
    dossier.add("扫描 9a.jpg", ("补扫", 9))
    result = workstation.scan_whole(actor, dossier.case_no, source)
    assert (result.sides, result.skipped) == (4, 3)
    assert files(workstation, dossier) == [f"扫描 {n}.jpg" for n in ("9", "9a", "11", "12")]
    first.write_bytes(kept)
    workstation.scan_whole(actor, dossier.case_no, source)
    assert files(workstation, dossier) == [f"扫描 {n}.jpg" for n in ("9", "9a", "10", "11", "12")]
    assert workstation.audit_verify().ok


def test_a_file_that_cannot_be_had_counts_as_a_side(
    workstation: Workstation, actor: Actor, dossier: Dossier, pool: ReplayPool
) -> None:
    (dossier.folder / "扫描 13.jpg").symlink_to("gone.jpg")
    (dossier.folder / "扫描 14.jpg").write_bytes(b"")
    workstation.scan(actor, dossier.case_no, f"folder:{dossier.folder}")
    workstation.process(actor, dossier.case_no)
    found = {(row.code, row.position) for row in workstation.findings(dossier.case_no)}
    assert {("unreadable", 5), ("unreadable", 6)} <= found
    workstation.catalogue(actor, dossier.case_no)
    assert [item.title for item in workstation.items(dossier.case_no)] == [
        "民事起诉状",
        "民事判决书",
    ]


def test_a_sealed_dossier_says_whether_a_folder_still_holds_the_same(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    source = f"folder:{dossier.folder}"
    workstation.scan_whole(actor, dossier.case_no, source)
    workstation.check_same_pages(dossier.case_no, source)
    (dossier.folder / "扫描 12.jpg").write_bytes(page_bytes("another"))
    with pytest.raises(Refused) as caught:
        workstation.check_same_pages(dossier.case_no, source)
    assert caught.value.code == "DOS-102"


@pytest.mark.parametrize(
    ("options", "code"),
    [({"profile": "x"}, "CAP-101"), ({"part": "x"}, "CAP-102"), ({"volume": 0}, "CAP-104")],
)
def test_wrong_orders_are_told_before_anything_is_opened(
    workstation: Workstation, actor: Actor, dossier: Dossier, options: dict, code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        workstation.scan(actor, dossier.case_no, f"folder:{dossier.folder}", **options)
    assert caught.value.code == code
    assert files(workstation, dossier) == []
