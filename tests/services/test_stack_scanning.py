"""Stacks with printed slips and separators, read by the real readers in real workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.kernel.errors import Refused, Transient
from app.services.live import LiveInspection
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.services.scripted_scanner import ScriptedScanner, connect

OTHER = "（2019）辽0882民初4867号"
DPI = 150


@pytest.fixture
def workstation(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Workstation]:
    """A workstation with real worker processes, or with the pool that a test asks for."""
    pool = request.param() if hasattr(request, "param") else None
    opened = open_workstation(tmp_path / "数据", pool=pool)
    yield opened
    opened.close()


def scan_of(pdf: Path, path: Path) -> Path:
    """A printed sheet as a scanner sees it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=DPI / 72).to_pil().convert("RGB")
        image.save(path, quality=85, dpi=(DPI, DPI))
    finally:
        document.close()
    return path


@pytest.fixture
def stack(workstation: Workstation, actor: Actor, dossier: Dossier, tmp_path: Path) -> Path:
    """Slip, two pages, slip of another case, separator, two pages."""
    workstation.register_case(actor, {"case_no": CASE_NO})
    workstation.register_case(actor, {"case_no": OTHER})
    pages = sorted(path for path in dossier.folder.iterdir() if path.suffix == ".jpg")
    folder = tmp_path / "一叠"
    folder.mkdir()
    first = workstation.print_work_slip(actor, CASE_NO, tmp_path / "a.pdf")
    second = workstation.print_work_slip(actor, OTHER, tmp_path / "b.pdf")
    cut = workstation.print_separator("item", tmp_path / "c.pdf")
    scan_of(first, folder / "01.jpg")
    (folder / "02.jpg").write_bytes(pages[0].read_bytes())
    (folder / "03.jpg").write_bytes(pages[2].read_bytes())
    scan_of(second, folder / "04.jpg")
    (folder / "05.jpg").write_bytes(pages[3].read_bytes())
    scan_of(cut, folder / "06.jpg")
    (folder / "07.jpg").write_bytes(pages[0].read_bytes())
    return folder


def test_every_sheet_goes_to_the_case_of_its_slip(
    workstation: Workstation, actor: Actor, stack: Path
) -> None:
    results = workstation.scan_by_slips(actor, f"folder:{stack}")
    assert [(case_no, result.sides) for case_no, result in results] == [(CASE_NO, 3), (OTHER, 4)]
    first, second = workstation.sides(CASE_NO), workstation.sides(OTHER)
    assert [row.file for row in first] == ["01.jpg", "02.jpg", "03.jpg"]
    assert [row.file for row in second] == ["04.jpg", "05.jpg", "06.jpg", "07.jpg"]
    assert [row.marker.get("kind", "") for row in first] == ["slip", "", ""]
    assert [row.marker.get("kind", "") for row in second] == ["slip", "", "separator", ""]
    again = workstation.scan_by_slips(actor, f"folder:{stack}")
    assert [result.skipped for _case_no, result in again] == [3, 4]
    assert len(workstation.sides(OTHER)) == 4
    assert workstation.audit_verify().ok


def test_a_stack_without_a_slip_on_top_stores_nothing(
    workstation: Workstation, actor: Actor, stack: Path
) -> None:
    (stack / "01.jpg").unlink()
    with pytest.raises(Refused) as refused:
        workstation.scan_by_slips(actor, f"folder:{stack}")
    assert refused.value.code == "SLP-105"
    assert workstation.sides(CASE_NO) == workstation.sides(OTHER) == []


def test_the_slip_of_another_case_in_a_batch_is_told(
    workstation: Workstation, actor: Actor, stack: Path
) -> None:
    workstation.save_profile(actor, "分件", {"separators": "any", "duplex": False})
    heard: list[ScanEventView] = []
    result = workstation.scan(
        actor, CASE_NO, f"folder:{stack}", profile="分件", on_event=heard.append
    )
    assert [warning["code"] for warning in result.warnings] == ["SLP-104"]
    assert [event.parameters["case_no"] for event in heard if event.kind == "warning"] == [OTHER]
    kinds = [row.marker.get("kind", "") for row in workstation.sides(CASE_NO)]
    assert kinds == ["slip", "", "", "slip", "", "separator", ""]


def test_after_a_jam_the_half_fed_sheet_of_a_stack_is_fed_again(
    workstation: Workstation,
    actor: Actor,
    stack: Path,
    dossier: Dossier,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slip = (stack / "01.jpg").read_bytes()
    first, back, second, again = (
        path.read_bytes() for path in sorted(dossier.folder.glob("*.jpg"))[:4]
    )
    jam = Transient("SCN-104", sheet=3)
    rest = [(slip, back), (again, back), (first, back)]
    scanner = ScriptedScanner([(slip, back), (first, back), (second, jam)], rest)
    connect(monkeypatch, feeder=scanner)
    with pytest.raises(Transient):
        workstation.scan_by_slips(actor, "sane:feeder")
    resumption = workstation.resumption(CASE_NO)
    assert resumption is not None
    assert resumption.sheet == 3
    results = workstation.scan_by_slips(actor, "sane:feeder")
    assert [case_no for case_no, _result in results] == [CASE_NO]
    # The slip on top said only where it goes on; the front stored before the jam gave way.
    rows = workstation.sides(CASE_NO)
    assert [(row.sheet, row.face) for row in rows] == [
        (sheet, face) for sheet in (1, 2, 3, 4) for face in ("front", "back")
    ]
    assert [row.marker.get("kind", "") for row in rows if row.face == "front"] == [
        "slip",
        "",
        "",
        "",
    ]
    assert "side_put_aside" in [row.action for row in workstation.history(CASE_NO)]
    assert [part.sheets for part in workstation.sheet_sum(CASE_NO)] == [3]
    assert workstation.audit_verify().ok


# The examination is the real one, in this process; only the text is not read.
@pytest.mark.parametrize("workstation", [ReplayPool], indirect=True)
def test_codes_that_no_first_look_read_are_read_by_the_examination(
    workstation: Workstation, actor: Actor, stack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("02.jpg", "03.jpg", "04.jpg", "05.jpg"):
        (stack / name).unlink()
    workstation.save_profile(actor, "分件", {"separators": "any", "duplex": False})
    monkeypatch.setattr(LiveInspection, "submit", lambda *_: None)
    workstation.scan(actor, CASE_NO, f"folder:{stack}", profile="分件")
    assert [row.marker for row in workstation.sides(CASE_NO)] == [{}, {}, {}]
    workstation.process(actor, CASE_NO)
    kinds = [row.marker.get("kind", "") for row in workstation.sides(CASE_NO)]
    assert kinds == ["slip", "separator", ""]


def test_a_profile_may_leave_blank_sides_to_people(
    tmp_path: Path, actor: Actor, dossier: Dossier
) -> None:
    opened = open_workstation(tmp_path / "空白", pool=ReplayPool(dossier))
    try:
        opened.register_case(actor, {"case_no": CASE_NO})
        opened.save_profile(actor, "不标空白", {"mark_blank": False})
        opened.scan(actor, CASE_NO, f"folder:{dossier.folder}", profile="不标空白")
        opened.process(actor, CASE_NO)
        rows = opened.sides(CASE_NO)
    finally:
        opened.close()
    assert [row.blank for row in rows] == [False] * 4
    assert [[finding.code for finding in row.findings] for row in rows][1] == ["blank"]
