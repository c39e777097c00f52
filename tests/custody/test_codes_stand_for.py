"""What any code stands for, and where that is now."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from app.domain.locker_codes import cell_text, cell_ticket, shelf_text, shelf_ticket
from app.domain.slips import slip_text, ticket_of, volume_text, volume_ticket
from app.kernel.errors import BadInput, Fault, Refused
from app.services.workstation import Workstation
from tests.custody.conftest import ARCHIVIST, CABINET, Paper
from tests.replay import CASE_NO

SHELF = "A库-03列-02节-4层-07盒-01"


def code_of_fault(workstation: Workstation, text: str) -> str:
    with pytest.raises(Fault) as raised:
        workstation.read_any_code(text)
    return raised.value.code


def test_slip_label_and_number_lead_to_the_same_volume(
    workstation: Workstation, paper: Paper
) -> None:
    paper.moved("confirmed", receiver="法官", place="法官", pages=44)
    for text in (slip_text(CASE_NO), ticket_of(CASE_NO), "(2020) 辽0899民初979号"):
        view = workstation.read_any_code(text)
        assert (view.kind, view.case_no, view.holder) == ("dossier", CASE_NO, "法官")
        assert [row.pages for row in view.volumes] == [44]
    for text in (
        volume_text(CASE_NO, "main", 1),
        volume_ticket(CASE_NO, "main", 1),
        slip_text(CASE_NO, part="main", volume=1),
    ):
        view = workstation.read_any_code(text)
        assert (view.kind, view.part, view.volume, view.place) == ("volume", "main", 1, "法官")


def test_a_dossier_in_several_places_has_no_single_one(
    workstation: Workstation, paper: Paper
) -> None:
    paper.moved("deposited", volumes=2, place=f"{CABINET}#3")
    paper.moved("confirmed", place="法官", details={"volumes": [{"part": "main", "volume": 2}]})
    view = workstation.read_any_code(ticket_of(CASE_NO))
    assert (view.place, view.holder) == ("", "")
    assert [row.place for row in view.volumes] == [f"{CABINET}#3", "法官"]


@pytest.mark.parametrize("text", [cell_text(CABINET, 3), cell_ticket(CABINET, 3)])
def test_a_cell_tells_what_lies_in_it(workstation: Workstation, paper: Paper, text: str) -> None:
    assert workstation.read_any_code(text).volumes == ()
    paper.moved("deposited", place=f"{CABINET}#3")
    view = workstation.read_any_code(text)
    assert (view.kind, view.cabinet, view.cell) == ("cell", CABINET, 3)
    assert [(row.case_no, row.holder) for row in view.volumes] == [(CASE_NO, "吴书记")]
    assert workstation.read_any_code(cell_ticket(CABINET, 30)).volumes == ()


def test_a_shelf_tells_what_stands_on_it_and_above_it(workstation: Workstation) -> None:
    workstation.shelve(ARCHIVIST, CASE_NO, "A库/3/2/4/7/1", volumes=2, pages=90)
    for shelf in (SHELF, "A库-03列", "A库"):
        for text in (shelf_text(shelf), shelf_ticket(shelf)):
            view = workstation.read_any_code(text)
            assert (view.kind, view.place) == ("shelf", shelf)
            assert [row.volume for row in view.volumes] == [1, 2]
    assert workstation.read_any_code(shelf_text("A库-04列")).volumes == ()


def test_a_shelf_without_paper_is_known_once_its_label_was_printed(
    workstation: Workstation, tmp_path: Path
) -> None:
    assert code_of_fault(workstation, shelf_ticket("B库-01列")) == "CST-104"
    assert workstation.read_any_code(shelf_text("B库-01列")).place == "B库-01列"
    workstation.print_shelf_labels(ARCHIVIST, ["B库/1-2"], tmp_path / "架位.pdf")
    assert workstation.read_any_code(shelf_ticket("B库-01列")).place == "B库-01列"


def test_a_hand_off_is_told_by_its_code_without_opening_anything(
    workstation: Workstation, paper: Paper
) -> None:
    hand_off = paper.hand_off("notified", cell=5)
    for text in (f"JZ2:{hand_off.id}:NONCE:MAC", hand_off.id):
        view = workstation.read_any_code(text)
        assert (view.kind, view.handoff, view.case_no) == ("handoff", hand_off.id, CASE_NO)
        assert (view.cabinet, view.cell, view.state) == (CABINET, 5, "notified")


def test_what_cannot_be_understood_is_told(workstation: Workstation) -> None:
    spoilt = volume_text(CASE_NO, "main", 1)[:-1] + "!"
    for text in ("", "EMS123", spoilt, "JZ1:L:nowhere:3:AAAAA"):
        assert code_of_fault(workstation, text) == "CST-101"
    assert code_of_fault(workstation, ticket_of("（2021）京0105民初1号")) == "CST-102"
    assert code_of_fault(workstation, cell_ticket("wkly:other", 3)) == "CST-103"
    assert code_of_fault(workstation, cell_text("wkly:other", 3)) == "CST-103"
    assert code_of_fault(workstation, "handoff_none") == "CST-105"
    assert code_of_fault(workstation, "JZ2:none:1:2") == "CST-105"


def picture(pdf: Path, folder: Path) -> Path:
    document = pypdfium2.PdfDocument(pdf)
    try:
        document[0].render(scale=300 / 72).to_pil().save(folder / "照片.png")
    finally:
        document.close()
    return folder / "照片.png"


def test_a_picture_of_labels_tells_each_thing_once(
    workstation: Workstation, paper: Paper, tmp_path: Path
) -> None:
    paper.moved("deposited", volumes=2, place=f"{CABINET}#3")
    pdf = workstation.print_volume_labels(ARCHIVIST, CASE_NO, tmp_path / "分册.pdf")
    views = workstation.read_code_picture(picture(pdf, tmp_path))
    assert [(view.kind, view.case_no) for view in views] == [("volume", CASE_NO)] * 2
    assert sorted(view.volume for view in views) == [1, 2]


def test_a_picture_without_our_codes_is_told(workstation: Workstation, tmp_path: Path) -> None:
    Image.new("L", (600, 400), 200).save(tmp_path / "空.png")
    with pytest.raises(BadInput) as none:
        workstation.read_code_picture(tmp_path / "空.png")
    assert none.value.code == "CST-106"
    with pytest.raises(BadInput) as missing:
        workstation.read_code_picture(tmp_path / "没有.png")
    assert missing.value.code == "IMG-105"


def test_a_code_of_a_case_that_is_not_here_refuses(workstation: Workstation) -> None:
    with pytest.raises(Refused) as refused:
        workstation.read_any_code("（2021）京0105民初1号")
    assert refused.value.code == "CST-102"
