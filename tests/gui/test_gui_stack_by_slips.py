"""A stack of several dossiers on the scan page, over the real store and the simulated scanner."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pypdfium2
import pytest
from attrs import evolve
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog
from pytestqt.qtbot import QtBot

from app.adapters.printing.slips import work_slip
from app.bootstrap import open_workstation
from app.domain.access import ADMINISTRATOR, Actor
from app.gui.main_window import MainWindow
from app.gui.present import ErrorDialog
from app.gui.samples.rows import sample_side
from app.gui.samples.station_rows import sample_resumption
from app.gui.scan.page import ScanPage
from app.gui.scan.stack_panel import StackPanel
from app.gui.scan.stack_run import StackRun, StackStop
from app.gui.scan.stack_words import stack_sentence, stop_heading, stop_message, way_on
from app.gui.shortcuts import keys_of, shortcut
from app.kernel.errors import Transient
from app.kernel.translation import set_language
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import page_bytes

FIRST, SECOND = "（2021）辽0882民初105号", "（2021）辽0882民初106号"
DPI = 130
KEY, SHIFT, CTRL = Qt.Key, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
ACTOR = Actor(name="沈若溪", role=ADMINISTRATOR)


@pytest.fixture(scope="module")
def workstation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workstation]:
    """One workstation for all tests, for its reading processes take a while to start."""
    opened = open_workstation(tmp_path_factory.mktemp("stack") / "data")
    yield opened
    opened.close()


@dataclass(frozen=True, kw_only=True)
class Cases:
    """Two registered cases and one that is not."""

    first: str
    second: str
    unknown: str


@pytest.fixture
def cases(workstation: Workstation, tmp_path: Path) -> Cases:
    """Cases that no other test knows."""
    start = 100 + 3 * len(workstation.cases())
    numbers = [f"（2021）辽0882民初{start + step}号" for step in range(3)]
    for case_no in numbers[:2]:
        workstation.register_case(ACTOR, {"case_no": case_no})
    return Cases(first=numbers[0], second=numbers[1], unknown=numbers[2])


@pytest.fixture
def slips(cases: Cases, tmp_path: Path) -> dict[str, Image.Image]:
    """Printed work slips by case, as a scanner sees them."""
    pictures: dict[str, Image.Image] = {}
    for number, case_no in enumerate((cases.first, cases.second, cases.unknown)):
        path = tmp_path / f"{number}.pdf"
        work_slip({"case_no": case_no}, path)
        document = pypdfium2.PdfDocument(path)
        pictures[case_no] = document[0].render(scale=DPI / 72).to_pil().convert("RGB")
        document.close()
    return pictures


class Feeder:
    """The paper in the simulated scanner; every load is other paper, to the byte."""

    def __init__(self, folder: Path, slips: dict[str, Image.Image]) -> None:
        self._slips = slips
        self._loads = 0
        self._sides = folder / "small" / "sides"
        self._sides.mkdir(parents=True)
        (folder / "small" / "truth.json").write_text("{}", encoding="utf-8")

    def load(self, *sheets: str) -> None:
        """Put sheets in: a case number is its slip, anything else a page; backs are pages too."""
        self._loads += 1
        for old in self._sides.iterdir():
            old.unlink()
        for place, sheet in enumerate(sheets):
            front = self._sides / f"{self._loads}-{2 * place + 1:03d}.jpg"
            if sheet in self._slips:
                quality = 90 - self._loads
                self._slips[sheet].save(front, quality=quality, dpi=(DPI, DPI))
            else:
                front.write_bytes(page_bytes(f"{self._loads} {sheet}"))
            back = self._sides / f"{self._loads}-{2 * place + 2:03d}.jpg"
            back.write_bytes(page_bytes(f"{self._loads} {sheet} back"))


@pytest.fixture
def feeder(
    tmp_path: Path, slips: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> Feeder:
    monkeypatch.setenv("JUANZONG_BUNDLED", str(tmp_path / "paper"))
    return Feeder(tmp_path / "paper", slips)


@pytest.fixture
def page(
    qtbot: QtBot, workstation: Workstation, feeder: Feeder, cases: Cases
) -> Iterator[ScanPage]:
    window = MainWindow(workstation)
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(ACTOR)
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, cases.first, page="scan")
    scan = cast(ScanPage, window.pages["scan"])
    until(qtbot, lambda: scan.state.case_no == cases.first)
    yield scan
    assert window.findChildren(ErrorDialog) == []


@pytest.fixture
def processed(page: ScanPage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The cases whose pages were examined: recognition takes its time and has its own tests."""
    seen: list[str] = []
    workstation = page.desk.workstation
    monkeypatch.setattr(
        workstation, "process", lambda _actor, case_no, **_rest: seen.append(case_no)
    )
    return seen


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=60000)


def choose(page: ScanPage, source: str) -> None:
    page.controls.source.addItem(source, source)
    page.controls.source.setCurrentIndex(page.controls.source.count() - 1)


def press(qtbot: QtBot, page: ScanPage, key: Qt.Key, modifier: Any = None) -> None:
    target = page.stacks.panel.table if page.stacks.in_sight else page.strip
    page.window().activateWindow()
    if not target.isVisible():
        target = page
    target.setFocus()
    until(qtbot, target.hasFocus)
    qtbot.keyClick(target, key, modifier or Qt.KeyboardModifier.NoModifier)


def settle(qtbot: QtBot, page: ScanPage, act: Callable[[], object]) -> StackPanel:
    """Do something and wait until the panel shows how the run ended."""
    with qtbot.waitSignal(page.stacks.settled, timeout=60000):
        act()
    # The big button rests until the case has been read again, which is a moment after the run.
    until(qtbot, lambda: not page.busy and page.next_action.button.isEnabled())
    return page.stacks.panel


def rows(panel: StackPanel) -> list[tuple[str, int, int, str]]:
    return [(row.case_no, row.sheets, row.sides, row.state) for row in panel.model.rows]


def test_a_stack_goes_to_its_cases_by_one_key(
    qtbot: QtBot, page: ScanPage, feeder: Feeder, cases: Cases, processed: list[str]
) -> None:
    feeder.load(cases.first, "a1", "a2", cases.second, "b1")
    choose(page, "simulated:small")
    until(qtbot, page.controls.by_slips.isEnabled)
    panel = settle(qtbot, page, lambda: press(qtbot, page, KEY.Key_F8))
    assert panel.isVisible()
    assert rows(panel) == [(cases.first, 3, 6, "stored"), (cases.second, 2, 4, "stored")]
    assert panel.sentence.text() == "2 卷 · 5 张 · 10 面"
    assert not panel.trouble.isVisible()
    assert not page.sum_panel.isVisible()
    assert not page.controls.start.isEnabled(), "no stack slips into the open case by habit"
    until(qtbot, lambda: page.next_action.button.accessibleName() == "扫描下一叠")
    assert processed == [cases.first, cases.second]
    press(qtbot, page, KEY.Key_Escape)
    assert not page.stacks.in_sight
    assert page.sum_panel.isVisible()
    until(qtbot, lambda: len(page.strip.sides) == 6)
    assert page.controls.start.isEnabled()


def test_a_stack_fed_twice_adds_nothing_and_says_so(
    qtbot: QtBot, page: ScanPage, feeder: Feeder, cases: Cases, processed: list[str]
) -> None:
    feeder.load(cases.first, "a1", cases.second, "b1")
    choose(page, "simulated:small")
    settle(qtbot, page, page.controls.by_slips.click)
    panel = settle(qtbot, page, page.press_next)
    assert [row.skipped for row in panel.model.rows] == [4, 4]
    note = panel.model.index(0, panel.model.column_of("note")).data()
    assert note == "其中 4 面此前已有。"
    assert processed == [cases.first, cases.second]


def test_after_a_jam_the_stack_goes_on_under_the_slip_of_its_dossier(
    qtbot: QtBot, page: ScanPage, feeder: Feeder, cases: Cases, processed: list[str]
) -> None:
    feeder.load(cases.first, "a1", cases.second, "b1", "b2")
    choose(page, "simulated:small?jam_at=5")
    panel = settle(qtbot, page, page.stacks.start)
    assert rows(panel) == [(cases.first, 2, 4, "stored"), (cases.second, 2, 4, "stopped")]
    assert panel.drawing.name == "jam"
    assert panel.sheet.text() == "从整叠的第 5 张起放回"
    assert "卡纸" in panel.happened.text()
    assert cases.second in panel.way_on.text()
    assert panel.safe.text() == "此前已扫描的 8 面均已保存。"
    assert not panel.last.thumbnail.pixmap().isNull()
    until(qtbot, lambda: page.next_action.button.accessibleName() == "继续按工单扫描")
    assert processed == [], "nothing is examined before the stack is through"
    feeder.load(cases.second, "b2")
    settle(qtbot, page, lambda: press(qtbot, page, KEY.Key_F5))
    assert rows(panel) == [(cases.first, 2, 4, "stored"), (cases.second, 4, 8, "stored")]
    assert not panel.trouble.isVisible()
    assert processed == [cases.first, cases.second]
    workstation = page.desk.workstation
    assert workstation.resumption(cases.second) is None
    assert len({side.batch for side in workstation.sides(cases.second)}) == 1, (
        "one batch, gone on with"
    )
    assert workstation.audit_verify().ok


def test_an_unknown_slip_stops_the_stack_and_the_dossier_before_it_is_completed(
    qtbot: QtBot, page: ScanPage, feeder: Feeder, cases: Cases, processed: list[str]
) -> None:
    feeder.load(cases.first, "a1", cases.unknown, "x1")
    choose(page, "simulated:small")
    panel = settle(qtbot, page, page.stacks.start)
    assert rows(panel) == [(cases.first, 2, 4, "stopped")]
    assert cases.unknown in panel.happened.text()
    assert panel.sheet.text() == "从整叠的第 3 张起放回"
    assert cases.first in panel.way_on.text()
    press(qtbot, page, KEY.Key_F5, CTRL)
    dialog = page.findChild(QInputDialog)
    assert dialog is not None
    assert dialog.textValue()
    settle(qtbot, page, dialog.accept)
    assert rows(panel) == [(cases.first, 2, 4, "stored")]
    assert cases.first not in panel.way_on.text()
    assert not panel.complete.isVisible()
    page.desk.workstation.register_case(ACTOR, {"case_no": cases.unknown})
    feeder.load(cases.unknown, "x1")
    settle(qtbot, page, panel.go_on.click)
    assert rows(panel)[-1] == (cases.unknown, 2, 4, "stored")
    assert processed == [cases.first, cases.unknown]


def test_a_stack_without_a_slip_on_top_stores_nothing_and_the_page_stays_usable(
    qtbot: QtBot, page: ScanPage, feeder: Feeder, cases: Cases, processed: list[str]
) -> None:
    feeder.load("a1", cases.first)
    choose(page, "simulated:small")
    panel = settle(qtbot, page, page.stacks.start)
    assert rows(panel) == []
    assert panel.sentence.text() == "没有保存图像。"
    assert "第一张不是工单" in panel.happened.text()
    assert not panel.sheet.isVisible()
    assert page.controls.by_slips.isEnabled()
    feeder.load(cases.first, "a1")
    settle(qtbot, page, lambda: press(qtbot, page, KEY.Key_F5))
    assert rows(panel) == [(cases.first, 2, 4, "stored")]


def test_the_operator_stops_a_stack_and_opens_the_interrupted_case(
    qtbot: QtBot, page: ScanPage, feeder: Feeder, cases: Cases, processed: list[str]
) -> None:
    feeder.load(cases.second, *(f"b{n}" for n in range(40)))
    choose(page, "simulated:small?sides_per_second=8")
    page.stacks.start()
    panel = page.stacks.panel
    until(qtbot, lambda: panel.model.rowCount() == 1)
    assert not panel.leave.isEnabled()
    assert page.progress.isVisible()
    settle(qtbot, page, lambda: press(qtbot, page, KEY.Key_F5, SHIFT))
    assert [row[3] for row in rows(panel)] == ["stopped"]
    assert panel.happened.text() == "扫描已按您的操作停止。"
    with qtbot.waitSignal(page.desk.case_changed, timeout=20000):
        panel.open.click()
    until(qtbot, page.fault_panel.isVisible)
    assert page.desk.case_no == cases.second
    assert not page.stacks.in_sight


def test_keys_of_the_strip_rest_while_the_stack_is_in_sight(
    qtbot: QtBot, page: ScanPage, feeder: Feeder, cases: Cases, processed: list[str]
) -> None:
    feeder.load(cases.first, "a1")
    choose(page, "simulated:small")
    settle(qtbot, page, page.stacks.start)
    keys = page.stacks.keys
    assert not keys["mark_blank"].isEnabled()
    assert not keys["cut"].isEnabled()
    assert keys["start_scan"].isEnabled()
    assert keys["scan_by_slips"].isEnabled()
    page.stacks.leave()
    assert keys["mark_blank"].isEnabled()


def test_the_key_stands_in_the_table_and_on_the_button(qtbot: QtBot, page: ScanPage) -> None:
    assert shortcut("scan_by_slips").scope == "scan"
    assert keys_of("scan_by_slips") == "F8"
    assert page.controls.by_slips.text().split() == ["按工单扫描", "F8"]
    window = cast(MainWindow, page.window())
    overlay = window.show_keys()
    overlay.edit.setChecked(True)
    assert "F8" in overlay.buttons["scan_by_slips"].text()
    overlay.accept()


def test_a_foreign_slip_is_told_with_both_cases(qtbot: QtBot) -> None:
    run = StackRun()
    parameters = {"sheet": 3, "case_no": SECOND, "own": FIRST}
    warning = ScanEventView(
        kind="warning", case_no=FIRST, code="SLP-104", parameters=parameters, sheets=4, sides=8
    )
    run.take([warning, evolve(warning, kind="closed", code="", parameters={})])
    panel = StackPanel()
    qtbot.addWidget(panel)
    panel.show_run(run, busy=False)
    assert FIRST in panel.warnings.text()
    assert SECOND in panel.warnings.text()
    assert rows(panel) == [(FIRST, 4, 8, "stored")]


def test_a_half_stored_sheet_goes_back_itself() -> None:
    run = StackRun()
    side = sample_side(5, id="front", sheet=3)
    run.take([ScanEventView(kind="side", case_no=FIRST, side=side, sheets=3, sides=5)])
    run.end_early({})
    assert run.stop is not None
    assert run.stop.sheet == 4
    stopped = sample_resumption(Transient("SCN-110", sheet=3), [side], "sane:test:0", "standard")
    waiting = evolve(stopped, sheet=3, certain=True, last=side)
    run.settle({FIRST: waiting})
    assert run.stop.sheet == 3
    run.settle({FIRST: waiting})
    assert run.stop.sheet == 3


def test_the_words_are_there_in_english() -> None:
    set_language("en")
    stop = StackStop(record=Transient("SCN-104", sheet=5).as_record(), case_no=FIRST, sheet=5)
    assert stop_heading(stop) == "Put back sheet 5 of the stack"
    assert stop_message(stop)[0].startswith("Paper jam at sheet 5")
    assert FIRST in way_on(stop)
    assert stack_sentence(StackRun()) == "Waiting for the first work slip…"
