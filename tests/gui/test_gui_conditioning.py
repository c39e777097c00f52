"""Conditioning from the inspect page: keys, menus, the crop frame, before and after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from attrs import evolve
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.domain.recipe import shown_box
from app.gui.inspect.page import InspectPage
from app.gui.inspect.recipe_words import recipe_text
from app.gui.inspect.saving import new_folder
from app.gui.main_window import MainWindow
from app.gui.samples.rows import CASE_NO, sample_finding
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.widgets.crop_frame import CropFrame
from app.gui.widgets.viewer_panel import shown_dimensions
from app.services.conditioning import Change

KEY = Qt.Key
RECIPE = {"deskew": 2.0, "crop": [100.0, 150.0, 2300.0, 3300.0], "flatten": {"white": 0.93}}


@pytest.fixture
def sample(qtbot: QtBot, drawn: Path) -> SampleWorkstation:
    made = SampleWorkstation(drawn)
    rows = list(made.side_rows)
    rows[0] = evolve(rows[0], recipe=RECIPE, plain=rows[1].picture, findings=())
    rows[2] = evolve(rows[2], findings=(sample_finding(3, "black_border"),))
    made.side_rows = rows
    return made


@pytest.fixture
def page(qtbot: QtBot, sample: SampleWorkstation) -> Iterator[InspectPage]:
    window = MainWindow(cast(Any, sample))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="inspect")
    found = cast(InspectPage, window.pages["inspect"])
    until(qtbot, lambda: found.isVisible() and len(found.strip.sides) == 22)
    window.activateWindow()
    found.strip.go_to_row(0)
    shown(qtbot, found)
    yield found


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=10000)


def shown(qtbot: QtBot, page: InspectPage) -> None:
    until(qtbot, lambda: not page.viewer.viewer.loading)


def asked(sample: SampleWorkstation) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == "condition_sides"]


def settled(qtbot: QtBot, page: InspectPage, sample: SampleWorkstation, count: int) -> Change:
    until(qtbot, lambda: len(asked(sample)) == count and not page.busy)
    return cast(Change, asked(sample)[-1][1])


def test_keys_toggle_the_steps_of_the_side_shown(
    qtbot: QtBot, page: InspectPage, sample: SampleWorkstation
) -> None:
    steps = page.conditioner.buttons
    assert steps["deskew"].isChecked() and steps["crop_page"].isChecked()
    assert not steps["border"].isChecked() and steps["reset"].isEnabled()
    assert "拉直 2.0°" in page.conditioner.text.text()
    page.strip.setFocus()
    qtbot.keyClick(page.strip, KEY.Key_J)
    assert settled(qtbot, page, sample, 1) == Change(off=("deskew",))
    qtbot.keyClick(page.strip, KEY.Key_E)
    assert settled(qtbot, page, sample, 2) == Change(auto=("border",))
    qtbot.keyClick(page.strip, KEY.Key_U)
    assert settled(qtbot, page, sample, 3) == Change(off=("all",))
    assert [ids for ids, _change in asked(sample)] == [["side-1"]] * 3
    page.strip.go_to_row(1)
    assert page.conditioner.text.text() == "扫描原样"
    assert not steps["reset"].isEnabled() and not steps["compare"].isEnabled()


def test_a_selection_is_conditioned_together(
    qtbot: QtBot, page: InspectPage, sample: SampleWorkstation
) -> None:
    page.strip.select_ids(["side-1", "side-4", "side-5"])
    page.conditioner.toggle("crop")
    assert settled(qtbot, page, sample, 1) == Change(auto=("crop",))
    assert asked(sample)[0][0] == ["side-1", "side-4", "side-5"]
    menu = page.conditioner.like_menu()
    texts = {action.text(): action for action in menu.actions()}
    assert "选中的 3 面" in texts and "全部 22 面" in texts
    border = next(text for text in texts if text.endswith("：1 面") and "边" in text)
    texts[border].trigger()
    change = settled(qtbot, page, sample, 2)
    assert asked(sample)[-1][0] == ["side-3"]
    proposed = texts["全部页面按建议处理"]
    proposed.trigger()
    until(qtbot, lambda: any(name == "condition_proposed" for name, _ in sample.calls))
    assert isinstance(change, Change)


def test_a_held_key_shows_the_scan_and_letting_go_the_picture(
    qtbot: QtBot, page: InspectPage
) -> None:
    viewer, side = page.viewer.viewer, page.strip.current_side
    assert side is not None and viewer.path == side.picture
    page.strip.setFocus()
    until(qtbot, page.strip.hasFocus)

    def send(kind: QEvent.Type, repeated: bool = False) -> None:
        event = QKeyEvent(kind, KEY.Key_V, Qt.KeyboardModifier.NoModifier, "v", repeated)
        QApplication.sendEvent(page.strip, event)

    send(QEvent.Type.KeyPress)
    send(QEvent.Type.KeyPress, repeated=True)
    assert viewer.path == side.plain and page.conditioner.buttons["compare"].isChecked()
    assert "扫描原样" in page.viewer.title.text()
    send(QEvent.Type.KeyRelease, repeated=True)
    assert viewer.path == side.plain
    send(QEvent.Type.KeyRelease)
    shown(qtbot, page)
    assert viewer.path == side.picture
    page.conditioner.buttons["compare"].click()
    assert viewer.path == side.plain
    page.strip.go_to_row(1)
    assert viewer.path == page.strip.sides[1].picture
    page.strip.go_to_row(0)
    assert viewer.path == side.plain
    page.conditioner.buttons["compare"].click()
    shown(qtbot, page)
    assert viewer.path == side.picture


def test_boxes_lie_where_the_recipe_puts_them(
    qtbot: QtBot, page: InspectPage, sample: SampleWorkstation
) -> None:
    finding = sample_finding(1, "streak")
    side = evolve(sample.side_rows[0], findings=(finding,))
    page.viewer.show_side(side)
    shown(qtbot, page)
    assert finding.box is not None
    wanted = shown_box(RECIPE, side.width, side.height, finding.box)
    (overlay,) = page.viewer.viewer._overlays
    assert overlay.box == pytest.approx(wanted) and overlay.box != finding.box
    size = page.viewer.viewer.sceneRect().size()
    assert (size.width(), size.height()) == shown_dimensions(side) == (2200, 3150)
    page.viewer.show_before(True)
    shown(qtbot, page)
    assert page.viewer.viewer._overlays[0].box == finding.box


def test_the_frame_is_nudged_by_keys_and_taken_with_enter(
    qtbot: QtBot, page: InspectPage, sample: SampleWorkstation
) -> None:
    qtbot.keyClick(page.strip, KEY.Key_C)
    viewer = page.viewer.viewer
    until(qtbot, lambda: viewer.crop is not None)
    frame = viewer.crop
    assert frame is not None and page.conditioner.cropping
    assert frame.box == tuple(RECIPE["crop"])  # type: ignore[arg-type]
    # The page is shown straight and whole: it has grown by its tilt.
    assert viewer.sceneRect().width() > 2480 and viewer.sceneRect().height() > 3508
    step = 300 / 50.8
    qtbot.keyClick(viewer, KEY.Key_Right)
    assert frame.box[0] == pytest.approx(100 + step) and frame.box[2] == pytest.approx(2300 + step)
    qtbot.keyClick(viewer, KEY.Key_Tab)
    assert frame.edge == "left"
    qtbot.keyClick(viewer, KEY.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert frame.box[0] == pytest.approx(100 - 9 * step)
    qtbot.keyClick(viewer, KEY.Key_Return)
    change = settled(qtbot, page, sample, 1)
    assert change.crop == pytest.approx((100 - 9 * step, 150.0, 2300 + step, 3300.0))
    assert not page.conditioner.cropping and viewer.crop is None


def test_escape_leaves_the_frame_and_changes_nothing(
    qtbot: QtBot, page: InspectPage, sample: SampleWorkstation
) -> None:
    page.conditioner.begin_crop()
    shown(qtbot, page)
    assert page.viewer.viewer.crop is not None
    assert page.step_back()
    shown(qtbot, page)
    assert page.viewer.viewer.crop is None and page.viewer.viewer.path is not None
    assert not page.step_back() and asked(sample) == []


def test_a_handle_is_dragged_and_stays_on_the_page(qtbot: QtBot, page: InspectPage) -> None:
    page.conditioner.begin_crop()
    shown(qtbot, page)
    viewer = page.viewer.viewer
    frame = viewer.crop
    assert frame is not None
    start = viewer.mapFromScene(QPointF(frame.box[2], frame.box[3]))
    target = viewer.mapFromScene(QPointF(1500, 2500))
    button = Qt.MouseButton.LeftButton
    qtbot.mousePress(viewer.viewport(), button, pos=start)
    qtbot.mouseMove(viewer.viewport(), target)
    qtbot.mouseRelease(viewer.viewport(), button, pos=target)
    pixel = 1 / viewer.zoom
    assert frame.box[2] == pytest.approx(1500, abs=2 * pixel)
    assert frame.box[3] == pytest.approx(2500, abs=2 * pixel)
    lone = CropFrame(QRectF(0, 0, 100, 100), QRectF(10, 10, 60, 60), 1.0)
    lone.move_edge("all", -50, 80)
    assert lone.box == (0, 40, 60, 100)
    lone.move_edge("right", -500, 0)
    assert lone.box[2] - lone.box[0] == 32
    lone.move_edge("bottom", 0, 70)
    assert lone.box[3] == 100


def test_pictures_are_saved_in_a_folder_of_their_own(
    qtbot: QtBot, page: InspectPage, sample: SampleWorkstation, tmp_path: Path
) -> None:
    (tmp_path / CASE_NO).mkdir()
    assert new_folder(tmp_path, CASE_NO).name == f"{CASE_NO} 2"
    assert new_folder(tmp_path, "a/b:c").name == "a_b_c"
    assert page.conditioner.buttons["save"].isEnabled()
    page.strip.select_ids(["side-1", "side-4"])
    texts = [action.text() for action in page.conditioner.saver.menu().actions() if action.text()]
    assert texts[0] == "选中的 2 面" and texts[4].startswith("全部 ") and len(texts) == 8
    with qtbot.waitSignal(page.desk.said, timeout=20000) as told:
        page.conditioner.saver.save(tmp_path / "out", "tiff", page.strip.selected_sides())
    assert told.args == [f"已保存 2 幅图像：{tmp_path / 'out'}"]
    until(qtbot, lambda: not page.busy)
    page.conditioner.saver.save(tmp_path / "all", "jpeg", None)
    until(qtbot, lambda: not page.busy)
    written = [arguments for called, arguments in sample.calls if called == "write_derivatives"]
    assert written == [
        (tmp_path / "out", "tiff", ["side-1", "side-4"]),
        (tmp_path / "all", "jpeg", None),
    ]


def test_recipes_are_told_in_words() -> None:
    assert recipe_text({}) == ""
    assert recipe_text(RECIPE) == "拉直 2.0° · 已裁切 · 阅读清理"
    told = recipe_text({"specks": {}, "border": {}, "holes": [], "colour": {"mode": "bitonal"}})
    assert told == "已去黑边 · 已填孔 · 归档清理 · 黑白二值"


def test_a_frame_stays_when_the_case_is_read_again(qtbot: QtBot, page: InspectPage) -> None:
    qtbot.keyClick(page.strip, KEY.Key_C)
    viewer = page.viewer.viewer
    until(qtbot, lambda: viewer.crop is not None)
    frame = viewer.crop
    with qtbot.waitSignal(page.desk.case_changed, timeout=20000):
        page.desk.reread(page)
    page.refresh()
    page._show_sides(list(page.strip.sides))
    assert viewer.crop is frame and page.conditioner.cropping
    assert page.step_back()
    assert not page.conditioner.cropping
