"""An alteration enters the ledger with its proof and survives reconciliation with its verdict."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest

import app.bootstrap
from app.bootstrap import open_workstation
from app.cli.entry import Faces, run
from app.domain.access import Actor
from app.kernel.errors import BadInput
from app.services.workstation import Workstation
from tests.replay import ReplayPool

ARCHIVIST = Actor(name="管理员", role="administrator")
CASE_NO = "（2026）辽0899民初3号"
POSITION = 2


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory, bundled_small: Path) -> Path:
    """The folders of a catalogued and reconciled case of three sides, made once."""
    made = tmp_path_factory.mktemp("reconciled")
    opened = open_workstation(made / "数据", pool=ReplayPool())
    folder = made / "扫描"
    folder.mkdir()
    for number, page in enumerate(sorted((bundled_small / "sides").iterdir())[1:4], start=1):
        shutil.copy(page, folder / f"{number}.jpg")
    opened.register_case(ARCHIVIST, {"case_no": CASE_NO})
    opened.scan(ARCHIVIST, CASE_NO, f"folder:{folder}")
    opened.process(ARCHIVIST, CASE_NO)
    opened.catalogue(ARCHIVIST, CASE_NO)
    opened.reconcile(ARCHIVIST, CASE_NO)
    opened.close()
    return made


@pytest.fixture
def station(tmp_path: Path, reconciled: Path) -> Iterator[Workstation]:
    """A copy of it for each test."""
    shutil.copytree(reconciled, tmp_path, dirs_exist_ok=True)
    opened = open_workstation(tmp_path / "数据", pool=ReplayPool())
    yield opened
    opened.close()


def marked(folder: Path, *heights: float) -> Path:
    """The leaf of the second side with writing at these shares of its height."""
    picture = cv2.imread(str(folder / "扫描" / f"{POSITION}.jpg"))
    high, wide = picture.shape[:2]
    for height in heights:
        at = (wide // 4, int(high * height))
        cv2.putText(picture, "Paid back", at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2, (70, 30, 30), 3)
    path = folder / "纸 页.png"
    cv2.imwrite(str(path), picture)
    return path


def altered(station: Workstation) -> list[tuple[str, tuple[int, ...], str, str]]:
    view = station.reconciliation(CASE_NO)
    assert view is not None
    return [
        (row.id, row.positions, row.verdict, row.explanation)
        for row in view.discrepancies
        if row.kind == "altered_page"
    ]


def test_what_agrees_is_recorded_and_enters_nothing(station: Workstation, tmp_path: Path) -> None:
    view = station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, marked(tmp_path))
    assert (view.verdict, view.discrepancy, view.proof) == ("same", "", "")
    assert altered(station) == []
    event = station.history(CASE_NO)[-1]
    assert (event.action, event.details["verdict"]) == ("leaf_compared", "same")


def test_an_alteration_stands_through_reconciliation(station: Workstation, tmp_path: Path) -> None:
    view = station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, marked(tmp_path, 0.96))
    assert view.verdict == "differs"
    blobs = station._context.blobs
    assert cv2.imread(str(blobs.path_of(view.proof))) is not None
    ((entry_id, positions, verdict, explanation),) = altered(station)
    assert (entry_id, positions, verdict) == (view.discrepancy, (POSITION,), "")
    assert explanation.startswith(f"第 {POSITION} 面")
    station.resolve(ARCHIVIST, entry_id, "differs", "当事人事后添加")
    station.reconcile(ARCHIVIST, CASE_NO)
    assert [(row[0], row[2]) for row in altered(station)] == [(entry_id, "differs")]
    assert station.history(CASE_NO)[-1].details["verdict"] == "discrepant"


def test_the_verdict_stays_until_more_is_found(station: Workstation, tmp_path: Path) -> None:
    first = station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, marked(tmp_path, 0.96))
    station.resolve(ARCHIVIST, first.discrepancy, "same")
    again = station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, marked(tmp_path, 0.96))
    assert [(row[0], row[2]) for row in altered(station)] == [(again.discrepancy, "same")]
    station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, marked(tmp_path))
    assert [row[2] for row in altered(station)] == ["same"]
    station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, marked(tmp_path, 0.03, 0.96))
    assert [row[2] for row in altered(station)] == [""]


def test_another_image_lets_the_entry_go(station: Workstation, tmp_path: Path) -> None:
    station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, marked(tmp_path, 0.96))
    with station._context.storage.write() as tx:
        dossier = station._dossier(tx, CASE_NO)
        (entry,) = tx.ledger.find(dossier_id=dossier.id, kind="altered_page")
        side = tx.sides.get(entry.reason["side"])
        tx.sides.amend({side.id: {"superseded": True, "position": 0}})
        tx.audit.record("管理员", "sides_superseded", CASE_NO)
        tx.commit()
    station.reconcile(ARCHIVIST, CASE_NO)
    assert altered(station) == []


def test_unknown_sides_are_refused(station: Workstation, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="ALT-102"):
        station.compare_leaf(ARCHIVIST, CASE_NO, 9, marked(tmp_path))
    with pytest.raises(BadInput, match="IMG-105"):
        station.compare_leaf(ARCHIVIST, CASE_NO, POSITION, tmp_path / "gone.png")
    assert station.history(CASE_NO)[-1].action == "reconciled"


@pytest.fixture
def faces(monkeypatch: pytest.MonkeyPatch) -> Faces:
    """The command line without processes of its own."""
    monkeypatch.setattr(app.bootstrap, "PebbleWorkerPool", lambda *_, **_named: ReplayPool())
    return Faces(
        desktop=lambda *_: 0,
        kiosk=lambda *_: 0,
        cabinet=lambda *_, **__: 0,
        screenshots=lambda _: 1,
    )


@pytest.mark.parametrize(("state", "told"), [("", "已列入台账"), ("sealed", "没有列入台账")])
def test_the_command_says_whether_the_ledger_has_it(
    station: Workstation,
    tmp_path: Path,
    faces: Faces,
    capsys: pytest.CaptureFixture[str],
    state: str,
    told: str,
) -> None:
    with station._context.storage.write() as tx:
        dossier = station._dossier(tx, CASE_NO)
        tx.dossiers.replace(attrs.evolve(dossier, state=state or dossier.state))
        tx.audit.record("管理员", "sealed", CASE_NO)
        tx.commit()
    station.close()
    proof = tmp_path / "差异 图.jpg"
    asked = ["compare", CASE_NO, "--position", str(POSITION), "--proof", str(proof)]
    asked += ["--image", str(marked(tmp_path, 0.96))]
    assert run(["--data", str(tmp_path / "数据"), *asked], faces) == 1
    assert told in capsys.readouterr().out
    assert cv2.imdecode(np.fromfile(proof, np.uint8), cv2.IMREAD_COLOR) is not None


def test_the_command_compares_two_files(
    bundled_small: Path, tmp_path: Path, faces: Faces, capsys: pytest.CaptureFixture[str]
) -> None:
    side = sorted((bundled_small / "sides").iterdir())[2]
    picture = cv2.imread(str(side))
    at = (picture.shape[1] // 4, int(picture.shape[0] * 0.96))
    cv2.putText(picture, "Paid back", at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 2, (70, 30, 30), 3)
    paper = tmp_path / "paper.png"
    cv2.imwrite(str(paper), picture)
    proof = tmp_path / "proof.jpg"
    begun = ["--data", str(tmp_path / "data"), "--json", "compare"]
    status = run([*begun, "--files", str(side), str(paper), "--proof", str(proof)], faces)
    answer = json.loads(capsys.readouterr().out)
    assert (status, answer["verdict"]) == (1, "differs")
    assert [place["kind"] for place in answer["differences"]] == ["added"]
    assert proof.stat().st_size > 0
