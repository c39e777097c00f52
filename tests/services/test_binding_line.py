"""Binding through the real service: volumes recorded, papers written, numbers on copies."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from app.domain.access import CLERK, Actor
from app.domain.binding import MISSING
from app.kernel.errors import Broken, Refused
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier


def text_of(path: Path) -> list[str]:
    """The text of each page of a PDF."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()


@pytest.fixture
def catalogued(workstation: Workstation, actor: Actor, dossier: Dossier) -> Workstation:
    """A case of four sides with a catalogue of two documents."""
    facts = {"case_no": CASE_NO, "court": "澄溪市河东区人民法院", "plaintiff": "甲"}
    workstation.register_case(actor, facts)
    workstation.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    workstation.process(actor, CASE_NO)
    workstation.catalogue(actor, CASE_NO)
    return workstation


def test_papers_of_a_volume_say_what_is_in_it(
    catalogued: Workstation, actor: Actor, tmp_path: Path
) -> None:
    catalogued.record_miss(actor, CASE_NO, sheets=1, after_position=4, reason="原件为光盘")
    written = catalogued.write_binding_papers(actor, CASE_NO, tmp_path / "装订 用", copies=True)
    assert [path.name for path in written] == [
        "正卷 第1册 封面 目录 备考表.pdf",
        "卷脊标签.pdf",
        "正卷 第1册 编号副本.pdf",
    ]
    cover, catalogue, end_note = text_of(written[0])
    for word in ("澄溪市河东区人民法院", "民事诉讼卷宗", "正卷", CASE_NO, "甲", "3 页"):
        assert word in cover
    for word in ("民事起诉状", "1－2", "民事判决书"):
        assert word in catalogue
    assert "本册共 3 页（4 张），页号自第 1 页至第 3 页。" in end_note
    assert "缺 1 张。原因：原件为光盘。" in end_note
    (label,) = text_of(written[1])
    assert "2020" in label and "0899" in label
    # All three numbers stand on the paper already, so none is stamped on the copy.
    assert [page.strip() for page in text_of(written[2])] == [""] * 4
    assert catalogued.history(CASE_NO)[-1].action == "binding_papers_written"


def test_a_missing_number_is_stamped_on_the_copy_and_recorded_when_it_is_on_the_paper(
    catalogued: Workstation, actor: Actor, tmp_path: Path
) -> None:
    side = next(row for row in catalogued.sides(CASE_NO) if row.page_number == 3)
    catalogued.set_page_number(actor, side.id, None)
    (plan,) = catalogued.binding(CASE_NO)
    assert [entry.number for entry in plan.sides if entry.state == MISSING] == [3]
    *_, copy = catalogued.write_binding_papers(actor, CASE_NO, tmp_path, copies=True)
    assert [page.strip() for page in text_of(copy)] == ["", "", "", "3"]
    catalogued.bind(actor, CASE_NO)
    assert catalogued.sides(CASE_NO)[3].page_number is None
    catalogued.bind(actor, CASE_NO, numbered=True)
    assert catalogued.sides(CASE_NO)[3].page_number == 3
    assert catalogued.items(CASE_NO)[-1].last_page == 3
    catalogued.undo(actor, CASE_NO)
    assert catalogued.sides(CASE_NO)[3].page_number is None


def test_volumes_are_recorded_and_taken_back(catalogued: Workstation, actor: Actor) -> None:
    (plan,) = catalogued.bind(actor, CASE_NO)
    assert [(v.number, v.pages, v.sheets) for v in plan.volumes] == [(1, 3, 4)]
    assert catalogued.history(CASE_NO)[-1].action == "bound"
    assert not plan.changed


def test_nothing_is_bound_without_a_catalogue_or_after_sealing(
    workstation: Workstation, actor: Actor, tmp_path: Path
) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO})
    assert workstation.binding(CASE_NO) == ()
    for attempt in (
        lambda: workstation.bind(actor, CASE_NO),
        lambda: workstation.write_binding_papers(actor, CASE_NO, tmp_path),
    ):
        with pytest.raises(Refused) as caught:
            attempt()
        assert caught.value.code == "BND-101"
    with pytest.raises(Refused) as caught:
        workstation.bind(Actor(name="书记员", role=CLERK), CASE_NO)
    assert caught.value.code == "ACC-101"


def test_a_folder_that_cannot_be_written(
    catalogued: Workstation, actor: Actor, tmp_path: Path
) -> None:
    taken = tmp_path / "文件"
    taken.write_text("不是文件夹", encoding="utf-8")
    with pytest.raises(Broken) as caught:
        catalogued.write_binding_papers(actor, CASE_NO, taken)
    assert caught.value.code == "BND-102"
    assert str(taken) in caught.value.parameters["path"]
