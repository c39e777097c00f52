"""Labels through the real service: printed whole or not at all, and put on record."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from app.domain.access import Actor
from app.domain.custody import shelf_location
from app.kernel.errors import BadInput, Broken, Refused
from app.services.locker_labels import MOST_LABELS, shelves_of
from app.services.workstation import Workstation
from tests.custody.conftest import ARCHIVIST, CABINET, Paper
from tests.replay import CASE_NO


def words_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    finally:
        document.close()


def test_every_volume_of_a_case_gets_its_label(
    workstation: Workstation, paper: Paper, tmp_path: Path
) -> None:
    paper.moved("deposited", volumes=2, place=f"{CABINET}#3")
    path = workstation.print_volume_labels(ARCHIVIST, CASE_NO, tmp_path / "新 夹" / "分册.pdf")
    words = words_of(path)
    for told in ("正卷第1册共2册", "正卷第2册共2册", "李𠮷", CASE_NO):
        assert told in words
    last = workstation.history(CASE_NO)[-1]
    assert last.action == "volume_labels_printed"
    one = workstation.print_volume_labels(ARCHIVIST, CASE_NO, tmp_path / "一.pdf", volume=2)
    assert "第1册" not in words_of(one)
    with pytest.raises(BadInput) as refused:
        workstation.print_volume_labels(ARCHIVIST, CASE_NO, tmp_path / "x.pdf", volume=3)
    assert refused.value.code == "LBL-106"
    with pytest.raises(BadInput):
        workstation.print_volume_labels(ARCHIVIST, CASE_NO, tmp_path / "x.pdf", part="restricted")
    assert not (tmp_path / "x.pdf").exists()


def test_cells_are_those_of_the_cabinet(workstation: Workstation, tmp_path: Path) -> None:
    words = words_of(workstation.print_cell_labels(ARCHIVIST, CABINET, tmp_path / "柜.pdf"))
    count = len(workstation.cells(CABINET))
    assert all(f"{cell}号柜格" in words for cell in range(1, count + 1))
    chosen = workstation.print_cell_labels(ARCHIVIST, CABINET, tmp_path / "二.pdf", cells=[2])
    assert words_of(chosen).count("号柜格") == 1
    for cabinet, cells in (("wkly:nowhere", []), (CABINET, [count + 1])):
        with pytest.raises(BadInput) as refused:
            workstation.print_cell_labels(ARCHIVIST, cabinet, tmp_path / "x.pdf", cells=cells)
        assert refused.value.code == "LBL-105"


def test_shelves_are_named_by_ranges() -> None:
    place = "A库/3/2/4/7/1"
    assert shelves_of(place) == [shelf_location(place).label()]
    assert shelves_of("A库/3/2/1-3") == [f"A库-03列-02节-{level}层" for level in (1, 2, 3)]
    assert shelves_of("A库") == ["A库"]
    assert len(shelves_of("A库/1-4/1-5/1-6")) == 120
    for wrong in ("", "/3", "A库/x", "A库/3/", "A库/5-3", "A库/1/2/3/4/5/6", "A库/-3"):
        with pytest.raises(BadInput) as refused:
            shelves_of(wrong)
        assert refused.value.code == "LBL-103"
    with pytest.raises(BadInput) as many:
        shelves_of("A库/1-99/1-99")
    assert many.value.code == "LBL-102"
    assert int(str(many.value.parameters["count"])) > MOST_LABELS


def test_shelf_labels_are_printed_once_each(workstation: Workstation, tmp_path: Path) -> None:
    path = workstation.print_shelf_labels(
        ARCHIVIST, ["A库/3/1-3", "A库/3/2"], tmp_path / "架.pdf", single=True
    )
    document = pypdfium2.PdfDocument(path)
    try:
        assert len(document) == 3
    finally:
        document.close()
    with pytest.raises(BadInput) as none:
        workstation.print_shelf_labels(ARCHIVIST, [], tmp_path / "x.pdf")
    assert none.value.code == "LBL-102"


def test_labels_that_cannot_be_written_are_told(workstation: Workstation, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Broken) as broken:
        workstation.print_shelf_labels(ARCHIVIST, ["A库/3"], tmp_path / "file" / "x.pdf")
    assert broken.value.code == "LBL-104"
    for print_labels in (
        lambda actor: workstation.print_volume_labels(actor, CASE_NO, tmp_path / "x.pdf"),
        lambda actor: workstation.print_cell_labels(actor, CABINET, tmp_path / "x.pdf"),
        lambda actor: workstation.print_shelf_labels(actor, ["A库"], tmp_path / "x.pdf"),
    ):
        with pytest.raises(Refused) as refused:
            print_labels(Actor(name="法官", role="judge"))
        assert refused.value.code == "ACC-101"
    assert not (tmp_path / "x.pdf").exists()
