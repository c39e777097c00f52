"""The ledger of the volumes and the timeline of the paper through the real service."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.access import Actor
from app.domain.locker import DoorCycleRecord, Incident
from app.domain.notices import Notice
from app.domain.slips import parse_code, ticket_of
from app.kernel.errors import BadInput
from app.services.workstation import Workstation
from tests.custody.conftest import ARCHIVIST, CABINET, Paper
from tests.replay import CASE_NO, Dossier

ADMINISTRATOR = Actor(name="管理员", role="administrator")
AT = "2030-01-01T0{}:00:00.000Z"


def test_the_ledger_of_a_scanned_case_knows_pages_and_batches(
    workstation: Workstation, tmp_path: Path
) -> None:
    dossier = Dossier(tmp_path / "又").fill()
    workstation._context.pool.dossiers.append(dossier)  # type: ignore[attr-defined]
    workstation.scan(ADMINISTRATOR, CASE_NO, f"folder:{dossier.folder}")
    workstation.process(ADMINISTRATOR, CASE_NO)
    workstation.catalogue(ADMINISTRATOR, CASE_NO)
    (row,) = workstation.custody_ledger(CASE_NO)
    assert (row.first_page, row.last_page, len(row.batches)) == (1, 3, 1)
    # Whoever scanned it has it, at her station.
    assert (row.holder, row.action, row.ambiguous) == ("管理员", "scanned", False)
    said = parse_code(row.code)
    assert said is not None
    assert said.ticket == ticket_of(CASE_NO)
    actions = [(step.kind, step.action) for step in workstation.dossier_timeline(CASE_NO)]
    assert sorted(actions) == [("batch", "closed"), ("batch", "opened"), ("custody", "scanned")]


def test_scanning_one_part_says_nothing_of_the_other(
    workstation: Workstation, paper: Paper, tmp_path: Path
) -> None:
    def scan(name: str, part: str, actor: Actor) -> None:
        dossier = Dossier(tmp_path / name).fill([(name, 1)])
        workstation._context.pool.dossiers.append(dossier)  # type: ignore[attr-defined]
        workstation.scan(actor, CASE_NO, f"folder:{dossier.folder}", part=part)

    scan("正卷", "main", ADMINISTRATOR)
    paper.moved("confirmed", receiver="法官", place="法官")
    scan("副卷", "restricted", Actor(name="操作员", role="operator"))
    rows = workstation.custody_ledger(CASE_NO)
    assert [(row.part, row.holder) for row in rows] == [
        ("main", "管理员"),
        ("restricted", "操作员"),
    ]
    # Of the two, one went to the judge, and nobody said which.
    assert [(row.part, row.unnamed) for row in rows] == [("main", True), ("restricted", False)]
    paper.moved(
        "confirmed",
        receiver="法官",
        place="法官",
        details={"volumes": [{"part": "main", "volume": 1, "pages": 1}]},
    )
    rows = workstation.custody_ledger(CASE_NO)
    assert [(row.holder, row.unnamed) for row in rows] == [("法官", False), ("操作员", False)]


def test_two_hand_offs_of_one_volume_would_be_seen(workstation: Workstation, paper: Paper) -> None:
    paper.hand_off("notified")
    assert not workstation.custody_ledger(CASE_NO)[0].ambiguous
    paper.hand_off("confirmed")
    paper.hand_off("deposited", task="party_to_judge")
    paper.hand_off("deposited", counts=({"part": "restricted", "volume": 1, "pages": 3},))
    assert not workstation.custody_ledger(CASE_NO)[0].ambiguous
    paper.hand_off("deposited")
    assert workstation.custody_ledger(CASE_NO)[0].ambiguous


def test_the_timeline_tells_everything_in_order(
    workstation: Workstation, paper: Paper, tmp_path: Path
) -> None:
    workstation.print_volume_labels(ARCHIVIST, CASE_NO, tmp_path / "标签.pdf")
    hand_off = paper.hand_off("collected", cell=3)
    paper.moved("deposited", at=AT.format(2), place=f"{CABINET}#3", pages=44)
    paper.moved("collected", at=AT.format(5), place="档案员")
    paper.moved("shelved", at=AT.format(7), place="A库-03列")
    with workstation._context.storage.write() as tx:
        tx.door_cycles.add(
            DoorCycleRecord(
                id="cycle_1",
                cabinet=CABINET,
                cell=3,
                purpose="deposit",
                handoff_id=hand_off.id,
                actor="吴书记",
                identified_by="pin",
                began_at=AT.format(1),
                ended_at=AT.format(1),
                pulses=1,
                occupied=True,
                outcome="done",
            )
        )
        tx.notices.add(
            Notice(
                id="notice_1",
                handoff_id=hand_off.id,
                kind="code",
                channel="sms",
                address="13900000000",
                person="档案员",
                state="sent",
                made_at=AT.format(2),
                sent_at=AT.format(3),
            )
        )
        tx.incidents.add(
            Incident(
                id="incident_1",
                cabinet=CABINET,
                cell=3,
                kind="count_differs",
                state="closed",
                opened_at=AT.format(4),
                closed_at=AT.format(6),
                closed_by="管理员",
                resolution="taken",
                handoff_id=hand_off.id,
                dossier_id=hand_off.dossier_id,
            )
        )
        tx.audit.record("检验", "handoff_offered", CASE_NO)
        tx.commit()
    rows = workstation.dossier_timeline(CASE_NO)
    assert [(row.kind, row.action) for row in rows] == [
        ("slip", "labelled"),
        ("door", "deposit"),
        ("custody", "deposited"),
        ("notice", "code"),
        ("incident", "count_differs"),
        ("custody", "collected"),
        ("incident", "count_differs"),
        ("shelf", "shelved"),
    ]
    assert [row.at for row in rows] == sorted(row.at for row in rows)
    assert (rows[2].actor, rows[2].pages) == ("吴书记", 44)
    assert (rows[6].actor, rows[6].details["resolution"]) == ("管理员", "taken")
    # A telephone number has no place on a timeline.
    assert "13900000000" not in repr(rows)


def test_the_timeline_tells_of_stock_takes(workstation: Workstation) -> None:
    workstation.shelve(ARCHIVIST, CASE_NO, "A库/3/2/4/7/1", volumes=2, pages=90)
    take = workstation.begin_stock_take(ARCHIVIST, "shelf", "A库")
    workstation.count_stock(ARCHIVIST, take.id, workstation.custody_ledger(CASE_NO)[0].code)
    workstation.close_stock_take(ARCHIVIST, take.id)
    rows = workstation.dossier_timeline(CASE_NO)
    assert [(row.kind, row.action) for row in rows] == [
        ("shelf", "shelved"),
        ("stock", "counted"),
        ("stock", "missing"),
    ]
    assert rows[-1].place == "A库-03列-02节-4层-07盒-01"


def test_an_unknown_case_has_no_ledger(workstation: Workstation) -> None:
    for asked in (workstation.custody_ledger, workstation.dossier_timeline):
        with pytest.raises(BadInput) as refused:
            asked("（2021）京0105民初1号")
        assert refused.value.code == "CASE-101"
