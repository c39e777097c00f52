"""The page on which the paper is bound: volumes, numbers, preview, printer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pypdfium2
import pytest
from attrs import evolve
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.domain.binding import BindingRules
from app.gui.bind.page import BindPage
from app.gui.main_window import MainWindow
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import PERSON, SampleWorkstation

KEY = Qt.Key


@pytest.fixture
def sample(qtbot: QtBot, drawn: Path) -> SampleWorkstation:
    made = SampleWorkstation(drawn)
    # Room for six sheets, and nobody has recorded the volumes yet.
    made.rules = BindingRules(most_millimetres=1.6)
    made.recorded = False
    return made


@pytest.fixture
def page(qtbot: QtBot, sample: SampleWorkstation) -> Iterator[BindPage]:
    window = MainWindow(cast(Any, sample))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="bind")
    found = cast(BindPage, window.pages["bind"])
    qtbot.waitUntil(lambda: found.preview.papers == 2, timeout=20000)
    window.activateWindow()
    yield found
    window.close()


def calls(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def test_volumes_are_proposed_and_recorded_by_the_big_button(
    qtbot: QtBot, page: BindPage, sample: SampleWorkstation
) -> None:
    rows = page.model.rows
    assert [row.volume.number for row in rows] == [1, 2]
    assert all(row.volume.sheets <= 6 for row in rows)
    with qtbot.waitSignal(page.desk.case_changed, timeout=20000):
        page.press_next()
    assert calls(sample, "bind") == [(CASE_NO, False, False)]


def test_keys_cut_anew_and_say_that_numbers_are_stamped(
    qtbot: QtBot, page: BindPage, sample: SampleWorkstation
) -> None:
    assert not page.stamped.isVisible()
    page.numbers_stamped()
    sample.side_rows[2] = evolve(sample.side_rows[2], page_number=None)
    page.refresh()
    qtbot.waitUntil(page.stamped.isVisible, timeout=20000)
    with qtbot.waitSignal(page.desk.case_changed, timeout=20000):
        qtbot.keyClick(page.table, KEY.Key_M)
    with qtbot.waitSignal(page.desk.case_changed, timeout=20000):
        qtbot.keyClick(page.table, KEY.Key_V)
    assert calls(sample, "bind") == [(CASE_NO, False, True), (CASE_NO, True, False)]


def test_another_volume_shows_its_papers(
    qtbot: QtBot, page: BindPage, sample: SampleWorkstation
) -> None:
    page.table.go_to(1)
    qtbot.waitUntil(lambda: len(calls(sample, "binding_pictures")) >= 2, timeout=20000)
    assert calls(sample, "binding_pictures")[-1] == ("main", 2, 110)
    first = page.preview.widget().layout().itemAt(0).widget()
    assert first.heightForWidth(210) == 297


def test_papers_are_printed_at_their_own_size(
    qtbot: QtBot, page: BindPage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFileName(str(tmp_path / "打印.pdf"))
    with qtbot.waitSignal(page.desk.said, timeout=20000):
        page.print_volume(printer)
    document = pypdfium2.PdfDocument(tmp_path / "打印.pdf")
    try:
        assert len(document) == 2
        assert document[0].get_size() == pytest.approx((595, 842), abs=2)
        picture = document[0].render(scale=4, grayscale=True).to_pil()
    finally:
        document.close()
    # The first line stands at 100 mm from the upper edge, from 30 to 195 mm.
    column = [picture.getpixel((picture.width // 2, y)) for y in range(picture.height)]
    first = next(y for y, level in enumerate(column) if y > picture.height * 0.32 and level < 200)
    assert first * 297 / picture.height == pytest.approx(100, abs=0.5)
    assert calls(sample, "binding_pictures")[-1] == ("main", 1, 300)


def test_papers_are_saved(
    qtbot: QtBot,
    page: BindPage,
    sample: SampleWorkstation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(
        "app.gui.bind.page.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    with qtbot.waitSignal(page.desk.said, timeout=20000) as said:
        page.save_papers(tmp_path / "出")
    assert calls(sample, "write_binding_papers") == [(tmp_path / "出", True)]
    assert opened == [str(tmp_path / "出")]
    assert "1" in said.args[0]


def test_without_a_catalogue_the_page_leads_there(
    qtbot: QtBot, page: BindPage, sample: SampleWorkstation
) -> None:
    sample.item_rows = []
    page.refresh()
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 0, timeout=20000)
    assert not page.print_button.isVisible()
    with qtbot.waitSignal(page.desk.page_requested, timeout=20000) as asked:
        page.press_next()
    assert asked.args == ["catalogue"]
