"""Spreadsheets through the real service: written for the printer, corrected, read back, undone."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.domain.access import CLERK, Actor
from app.kernel.errors import Fault, Refused
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier

HEAD = 4
Change = Callable[[Any], None]


@pytest.fixture
def catalogued(workstation: Workstation, actor: Actor, dossier: Dossier) -> Workstation:
    """Complaint on pages 1 and 2, judgment on page 3."""
    workstation.register_case(actor, {"case_no": CASE_NO, "cause": "买卖合同纠纷"})
    workstation.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    workstation.process(actor, CASE_NO)
    workstation.catalogue(actor, CASE_NO)
    return workstation


@pytest.fixture
def sheet(catalogued: Workstation, actor: Actor, tmp_path: Path) -> Path:
    return catalogued.write_catalogue_sheet(actor, CASE_NO, tmp_path / "目录 表.xlsx")


def changed(path: Path, change: Change) -> Path:
    book = load_workbook(path)
    change(book.worksheets[0])
    book.save(path)
    return path


def put(place: str, value: Any) -> Change:
    def change(made: Any) -> None:
        made[place].value = value

    return change


def rows(workstation: Workstation) -> list[tuple[str, int | None, int | None]]:
    return [(row.title, row.first_page, row.last_page) for row in workstation.items(CASE_NO)]


def test_the_catalogue_is_ready_for_the_printer(sheet: Path) -> None:
    made = load_workbook(sheet).worksheets[0]
    assert made.title == "正卷目录"
    assert CASE_NO in made["A2"].value
    heads = [cell.value for cell in made[HEAD]]
    assert heads == ["序号", "文书名称", "责任者", "日期", "页次", "类别", "备注"]
    first = made[HEAD + 1]
    assert (first[0].value, first[1].value, first[4].value) == (1, "民事起诉状", "1-2")
    assert first[4].number_format == "@"
    assert made.print_title_rows == f"${HEAD}:${HEAD}"
    assert made.freeze_panes == f"A{HEAD + 1}"
    assert (made.page_setup.paperSize, made.page_setup.orientation) == (9, "portrait")
    assert made.page_setup.fitToHeight == 0 and made.sheet_properties.pageSetUpPr.fitToPage
    assert first[1].border.left.style == "thin"
    assert made.column_dimensions["B"].width == 40
    assert not made.merged_cells.ranges


def test_what_was_written_changes_nothing(
    catalogued: Workstation, actor: Actor, sheet: Path
) -> None:
    view = catalogued.read_catalogue_sheet(CASE_NO, sheet)
    assert (view.changes, view.problems, view.unchanged) == ((), (), 2)
    before = len(catalogued.history(CASE_NO))
    catalogued.apply_catalogue_sheet(actor, CASE_NO, sheet)
    assert len(catalogued.history(CASE_NO)) == before


def test_words_that_look_like_formulas_stay_words(
    catalogued: Workstation, actor: Actor, sheet: Path, tmp_path: Path
) -> None:
    evil = '=HYPERLINK("http://x","起诉状")'
    item = catalogued.items(CASE_NO)[0]
    catalogued.edit_item(actor, item.id, title=evil)
    path = catalogued.write_catalogue_sheet(actor, CASE_NO, tmp_path / "又.xlsx")
    cell = load_workbook(path).worksheets[0].cell(HEAD + 1, 2)
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", evil, True)
    with zipfile.ZipFile(path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    view = catalogued.read_catalogue_sheet(CASE_NO, path)
    assert (view.changes, view.problems) == ((), ())


def test_corrections_are_shown_first_then_one_edit(
    catalogued: Workstation, actor: Actor, sheet: Path
) -> None:
    def correct(made: Any) -> None:
        made.cell(HEAD + 1, 2).value = "民事起诉状副本"
        made.cell(HEAD + 1, 3).value = "北岭公司"
        made.cell(HEAD + 1, 4).value = datetime(2020, 3, 5)  # noqa: DTZ001
        made.cell(HEAD + 1, 5).value = 1
        made.cell(HEAD + 2, 4).value = 43895
        made.cell(HEAD + 2, 5).value = "第2至3页"

    view = catalogued.read_catalogue_sheet(CASE_NO, changed(sheet, correct))
    assert view.problems == ()
    told = {(change.number, change.field): change.after for change in view.changes}
    assert told[1, "title"] == "民事起诉状副本" and told[1, "pages"] == "1"
    assert told[2, "date"] == "2020-03-05" and told[2, "pages"] == "2-3"
    before = rows(catalogued)
    catalogued.apply_catalogue_sheet(actor, CASE_NO, sheet)
    assert rows(catalogued) == [("民事起诉状副本", 1, 1), ("民事判决书", 2, 3)]
    first = catalogued.items(CASE_NO)[0]
    assert (first.author, first.date, first.confirmed_by) == ("北岭公司", "2020-03-05", actor.name)
    assert first.fields["author"] == {"by": actor.name}
    last = catalogued.history(CASE_NO)[-1]
    assert (last.action, last.details["changes"]) == ("catalogue_sheet_applied", len(view.changes))
    catalogued.undo(actor, CASE_NO)
    assert rows(catalogued) == before
    catalogued.redo(actor, CASE_NO)
    assert rows(catalogued)[0][0] == "民事起诉状副本"


def test_a_new_row_cuts_a_document_and_a_missing_one_joins(
    catalogued: Workstation, actor: Actor, sheet: Path
) -> None:
    def cut(made: Any) -> None:
        made.cell(HEAD + 1, 5).value = "1"
        made.insert_rows(HEAD + 2)
        made.cell(HEAD + 2, 1).value = 2
        made.cell(HEAD + 2, 2).value = "证据清单"
        made.cell(HEAD + 2, 5).value = "２"
        made.cell(HEAD + 3, 1).value = 3

    view = catalogued.read_catalogue_sheet(CASE_NO, changed(sheet, cut))
    assert [(c.kind, c.title) for c in view.changes] == [
        ("changed", "民事起诉状"),
        ("added", "证据清单"),
    ]
    catalogued.apply_catalogue_sheet(actor, CASE_NO, sheet)
    assert rows(catalogued) == [("民事起诉状", 1, 1), ("证据清单", 2, 2), ("民事判决书", 3, 3)]
    assert [row.number for row in catalogued.items(CASE_NO)] == [1, 2, 3]

    def join(made: Any) -> None:
        made.cell(HEAD + 1, 5).value = "1-2"
        made.delete_rows(HEAD + 2)

    view = catalogued.read_catalogue_sheet(CASE_NO, changed(sheet, join))
    assert [(c.kind, c.number) for c in view.changes] == [("changed", 1), ("removed", 2)]
    catalogued.apply_catalogue_sheet(actor, CASE_NO, sheet)
    assert rows(catalogued) == [("民事起诉状", 1, 2), ("民事判决书", 3, 3)]


@pytest.mark.parametrize(
    ("change", "row", "code"),
    [
        (put("B5", None), 5, "no_title"),
        (put("B5", "=1+1"), 5, "formula"),
        (put("A5", "甲"), 5, "number"),
        (put("D5", "2020-13-01"), 5, "day"),
        (put("E5", "二到三"), 5, "pages"),
        (put("E5", "5-3"), 5, "pages"),
        (put("E5", datetime(2026, 1, 9)), 5, "pages_became_day"),  # noqa: DTZ001
        (put("E5", "1-9"), 5, "no_such_page"),
        (put("E5", "1-3"), 6, "overlap"),
        (put("E5", "1"), 5, "gap"),
        (put("F5", "没有这一类"), 5, "category"),
        (lambda made: made.append([None, "无页次"]), 7, "no_place"),
        (lambda made: made.delete_rows(6), 5, "gap"),
        (lambda made: made.merge_cells("B5:B6"), 5, "merged"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_changed(
    catalogued: Workstation, actor: Actor, sheet: Path, change: Change, row: int, code: str
) -> None:
    before = rows(catalogued)
    view = catalogued.read_catalogue_sheet(CASE_NO, changed(sheet, change))
    assert (view.problems[0].row, view.problems[0].code) == (row, code)
    with pytest.raises(Refused) as caught:
        catalogued.apply_catalogue_sheet(actor, CASE_NO, sheet)
    assert (caught.value.code, caught.value.parameters["row"]) == ("SHT-105", row)
    assert rows(catalogued) == before


def test_pages_that_became_a_day_and_mean_the_same_are_understood(
    catalogued: Workstation, sheet: Path
) -> None:
    changed(sheet, put("E5", datetime(2026, 1, 2)))  # noqa: DTZ001
    view = catalogued.read_catalogue_sheet(CASE_NO, sheet)
    assert (view.changes, view.problems) == ((), ())


def test_missing_columns_and_merged_categories(
    catalogued: Workstation, sheet: Path, tmp_path: Path
) -> None:
    book = Workbook()
    made = book.active
    assert made is not None
    for line in (["材料名称", "页码"], ["民事起诉状", "1-2"], ["判决书", "3"]):
        made.append(line)
    book.save(tmp_path / "简.xlsx")
    view = catalogued.read_catalogue_sheet(CASE_NO, tmp_path / "简.xlsx")
    assert [(c.number, c.field, c.after) for c in view.changes] == [(2, "title", "判决书")]
    changed(sheet, lambda made: made.merge_cells("C5:C6"))
    assert catalogued.read_catalogue_sheet(CASE_NO, sheet).problems == ()


def test_files_that_are_no_catalogue_of_this_case(
    catalogued: Workstation, actor: Actor, sheet: Path, tmp_path: Path
) -> None:
    other = tmp_path / "别案.xlsx"
    other.write_bytes(sheet.read_bytes())
    changed(other, put("A2", "案号：（2021）辽0899民初9号　正卷"))
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(sheet.read_bytes()[:900])
    empty = tmp_path / "空.xlsx"
    Workbook().save(empty)
    torn = tmp_path / "缺.xlsx"
    with zipfile.ZipFile(torn, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
    bomb = tmp_path / "大.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (65 * 1024 * 1024))
    for path, code in (
        (other, "SHT-104"),
        (broken, "SHT-101"),
        (torn, "SHT-101"),
        (tmp_path / "没有.xlsx", "SHT-101"),
        (empty, "SHT-103"),
        (bomb, "SHT-102"),
    ):
        with pytest.raises(Fault) as caught:
            catalogued.read_catalogue_sheet(CASE_NO, path)
        assert caught.value.code == code, path


def test_who_may_and_where(
    catalogued: Workstation, actor: Actor, sheet: Path, tmp_path: Path
) -> None:
    clerk = Actor(name="赵敏", role=CLERK)
    changed(sheet, put("B5", "起诉状"))
    with pytest.raises(Refused) as caught:
        catalogued.apply_catalogue_sheet(clerk, CASE_NO, sheet)
    assert caught.value.code == "ACC-101"
    with pytest.raises(Fault) as fault:
        catalogued.write_catalogue_sheet(clerk, CASE_NO, sheet / "x.xlsx")
    assert fault.value.code == "SHT-107"
    other = catalogued.register_case(actor, {"case_no": "（2021）辽0899民初9号"}).case_no
    with pytest.raises(Refused) as caught:
        catalogued.write_catalogue_sheet(clerk, other, tmp_path / "x.xlsx")
    assert caught.value.code == "SHT-106"


def test_the_register_can_be_imported_again(
    catalogued: Workstation, actor: Actor, tmp_path: Path
) -> None:
    catalogued.register_case(
        actor,
        {
            "case_no": CASE_NO,
            "court": "甲法院",
            "plaintiff": "=cmd|' /C calc'!A0",
            "closed_on": "2020-03-05",
            "paper_pages": 3,
            "sheets": 2,
        },
    )
    catalogued.save_archival_settings(actor, values={"fonds": "J380"})
    catalogued.assign_archival_code(actor, CASE_NO)
    assert catalogued.write_register(actor, tmp_path / "登记表.xlsx") == 1
    made = load_workbook(tmp_path / "登记表.xlsx").worksheets[0]
    cells = dict(zip([c.value for c in made[3]], made[4], strict=True))
    assert cells["结案日期"].value == datetime(2020, 3, 5)  # noqa: DTZ001
    assert cells["档号"].value == "J380-ZY·2020-D60-FGC-0001"
    assert (cells["编号页"].value, cells["面数"].value, cells["册数"].value) == (3, 4, 1)
    assert cells["期限状态"].value == "逾期" and cells["剩余天数"].value < 0
    assert cells["原告"].data_type == "s"
    assert made.auto_filter.ref == "A3:V4"
    assert (made.page_setup.orientation, made.print_title_rows) == ("landscape", "$3:$3")
    before = catalogued.case(CASE_NO)
    history = len(catalogued.history(CASE_NO))
    result = catalogued.import_cases(actor, tmp_path / "登记表.xlsx")
    assert result == {"imported": 1, "rejected": []}
    assert catalogued.case(CASE_NO) == before
    assert len(catalogued.history(CASE_NO)) == history
    assert catalogued.write_terms(actor, tmp_path / "期限.xlsx") == 1
    assert load_workbook(tmp_path / "期限.xlsx").worksheets[0]["H4"].value == "逾期"


def test_a_copy_beside_the_sheet_and_an_odd_date_that_stays(
    catalogued: Workstation, actor: Actor, tmp_path: Path
) -> None:
    item = catalogued.items(CASE_NO)[0]
    with catalogued._context.storage.write() as tx:
        tx.items.amend({item.id: {"date": "2019年春"}})
        tx.audit.record("tester", "item_edited", CASE_NO)
        tx.commit()
    path = catalogued.write_catalogue_sheet(actor, CASE_NO, tmp_path / "x.xlsx")
    book = load_workbook(path)
    book.copy_worksheet(book.worksheets[0]).title = "旧目录"
    book.save(path)
    view = catalogued.read_catalogue_sheet(CASE_NO, path)
    assert (view.changes, view.problems, view.unchanged) == ((), (), 2)
