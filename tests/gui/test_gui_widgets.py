"""Widgets: viewer, strip, next action, progress, notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.gui.samples.rows import sample_finding, sample_side, sample_steps
from app.gui.widgets.confidence import ConfidenceBar
from app.gui.widgets.elided import ElidedLabel
from app.gui.widgets.empty_state import EmptyState
from app.gui.widgets.facts import FactsPanel
from app.gui.widgets.film_strip import FilmStrip
from app.gui.widgets.images import PictureFault, ThumbnailLoader, read_image
from app.gui.widgets.next_action import NextActionBar
from app.gui.widgets.page_items import Overlay, halved
from app.gui.widgets.page_viewer import FIT_PAGE, FIT_WIDTH, FREE, PageViewer
from app.gui.widgets.progress_panel import ProgressPanel
from app.gui.widgets.step_header import StepHeader
from app.gui.widgets.strip_model import BAND_ROLE, THUMBNAIL_ROLE, StripModel
from app.gui.widgets.toast import Toast
from app.kernel.progress import Progress


def shown_viewer(qtbot: QtBot, path: Path) -> PageViewer:
    viewer = PageViewer()
    qtbot.addWidget(viewer)
    viewer.resize(600, 800)
    viewer.show()
    with qtbot.waitSignal(viewer.picture_shown, timeout=20000):
        viewer.show_picture(
            path,
            width=1800,
            height=2560,
            overlays=[Overlay(key="a", box=(100, 100, 400, 300), label="歪斜", tone="warn")],
        )
    return viewer


def test_viewer_fits_zooms_and_scrolls_by_keys(qtbot: QtBot, pictures: list[Path]) -> None:
    viewer = shown_viewer(qtbot, pictures[0])
    assert viewer.fit_mode == FIT_PAGE
    assert viewer.zoom == pytest.approx((800 - 24) / 2560, rel=0.02)
    qtbot.keyClick(viewer, Qt.Key.Key_W)
    assert viewer.fit_mode == FIT_WIDTH
    across = viewer.zoom
    assert across == pytest.approx((viewer.viewport().width() - 24) / 1800, rel=0.05)
    qtbot.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.fit_mode == FREE
    assert viewer.zoom == pytest.approx(across * 1.25)
    qtbot.keyClick(viewer, Qt.Key.Key_Minus)
    qtbot.keyClick(viewer, Qt.Key.Key_0)
    assert viewer.fit_mode == FIT_PAGE


def test_viewer_keeps_the_fit_when_resized(qtbot: QtBot, pictures: list[Path]) -> None:
    viewer = shown_viewer(qtbot, pictures[0])
    before = viewer.zoom
    viewer.resize(300, 400)
    assert viewer.zoom < before


def test_click_into_a_box_names_it(qtbot: QtBot, pictures: list[Path]) -> None:
    viewer = shown_viewer(qtbot, pictures[0])
    point = viewer.mapFromScene(200, 200)
    with qtbot.waitSignal(viewer.overlay_chosen, timeout=20000) as chosen:
        qtbot.mouseClick(viewer.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert chosen.args == ["a"]


def test_boxes_are_painted(qtbot: QtBot, pictures: list[Path]) -> None:
    viewer = shown_viewer(qtbot, pictures[0])
    with_box = viewer.grab().toImage()
    viewer.set_overlays([])
    assert viewer.grab().toImage() != with_box


def test_viewer_says_when_a_picture_cannot_be_decoded(qtbot: QtBot, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    viewer = PageViewer()
    qtbot.addWidget(viewer)
    viewer.show()
    with qtbot.waitSignal(viewer.picture_failed, timeout=20000):
        viewer.show_picture(broken)
    assert viewer.path is None


def test_only_the_last_picture_asked_for_is_shown(qtbot: QtBot, pictures: list[Path]) -> None:
    viewer = PageViewer()
    qtbot.addWidget(viewer)
    for picture in pictures:
        viewer.show_picture(picture)
    with qtbot.waitSignal(viewer.picture_shown, timeout=20000):
        pass
    assert viewer.path == pictures[-1]


def test_halved_stops_near_the_size_of_a_thumbnail() -> None:
    image = QImage(2480, 3508, QImage.Format.Format_RGB32)
    widths = [level.width() for level in halved(image)]
    assert widths == [2480, 1240, 620, 310]


def test_read_image_scales_while_decoding(pictures: list[Path], tmp_path: Path) -> None:
    assert max(read_image(pictures[0], 64).size().toTuple()) == 64
    with pytest.raises(PictureFault):
        read_image(tmp_path / "none.png")


def test_loader_caches_within_its_budget(qtbot: QtBot, pictures: list[Path]) -> None:
    one = 180 * 256 * 4
    loader = ThumbnailLoader(edge=256, budget=3 * one)
    for picture in pictures:
        with qtbot.waitSignal(loader.ready, timeout=20000):
            assert loader.pixmap(picture) is None
    assert loader.used_bytes <= 3 * one
    assert loader.pixmap(pictures[-1]) is not None
    loader.close()


def test_loader_remembers_what_cannot_be_read(qtbot: QtBot, tmp_path: Path) -> None:
    loader = ThumbnailLoader()
    broken = tmp_path / "x.jpg"
    broken.write_bytes(b"nothing")
    with qtbot.waitSignal(loader.ready, timeout=20000):
        loader.pixmap(broken)
    assert loader.unreadable(broken)
    loader.close()


def test_strip_model_keeps_the_rules_of_models(qtbot: QtBot, pictures: list[Path]) -> None:
    loader = ThumbnailLoader()
    model = StripModel(loader)
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, model
    )
    assert tester.model() is model
    model.replace([sample_side(n + 1, thumbnail=pictures[n]) for n in range(5)], {1: "起诉状"})
    model.append(sample_side(6, thumbnail=pictures[5]))
    model.replace(model.sides[:3])
    model.replace([])
    assert model.rowCount() == 0
    loader.close()


def test_bands_start_where_the_item_changes() -> None:
    loader = ThumbnailLoader()
    model = StripModel(loader)
    numbers = [None, 1, 1, 2]
    model.replace(
        [sample_side(n + 1, item_number=number) for n, number in enumerate(numbers)], {1: "甲"}
    )
    bands = [model.index(row).data(BAND_ROLE) for row in range(4)]
    assert bands == [None, (1, "甲", True), (1, "甲", False), (2, "", True)]
    loader.close()


def test_strip_loads_thumbnails_of_what_is_in_sight_alone(
    qtbot: QtBot, pictures: list[Path]
) -> None:
    strip = FilmStrip()
    qtbot.addWidget(strip)
    strip.resize(300, 500)
    unseen = pictures[9]
    sides = [sample_side(n + 1, thumbnail=pictures[n % 8]) for n in range(1999)]
    strip.show_sides([*sides, sample_side(2000, thumbnail=unseen)])
    strip.show()
    model = strip.strip_model
    qtbot.waitUntil(lambda: model.index(0).data(THUMBNAIL_ROLE) is not None, timeout=10000)
    with qtbot.waitSignal(model.dataChanged, timeout=10000):
        assert model.index(1999).data(THUMBNAIL_ROLE) is None
    assert len(strip.sides) == 2000


def test_strip_moves_by_keys_and_keeps_its_place(qtbot: QtBot) -> None:
    strip = FilmStrip(even=True)
    qtbot.addWidget(strip)
    strip.resize(300, 600)
    strip.show()
    sides = [sample_side(n + 1) for n in range(8)]
    strip.show_sides(sides)
    strip.go_to_row(0)
    assert strip.columns == 2
    with qtbot.waitSignal(strip.side_chosen, timeout=20000):
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert strip.current_side == sides[3]
    strip.show_sides(sides[1:])
    assert strip.current_side == sides[3]


def test_even_rows(qtbot: QtBot) -> None:
    strip = FilmStrip(even=True)
    qtbot.addWidget(strip)
    strip.show()
    strip.resize(3 * 132 + 60, 400)
    assert strip.columns == 2
    strip.set_even(False)
    assert strip.columns == 3


def test_doubtful_goes_round_and_skips_settled(qtbot: QtBot) -> None:
    strip = FilmStrip()
    qtbot.addWidget(strip)
    settled = sample_finding(4, "blur", verdict="accepted")
    strip.show_sides(
        [
            sample_side(1),
            sample_side(2, findings=(sample_finding(2, "skew"),)),
            sample_side(3),
            sample_side(4, findings=(settled,)),
            sample_side(5, findings=(sample_finding(5, "blur"),)),
        ]
    )
    strip.go_to_row(0)
    visited = []
    for _press in range(3):
        assert strip.go_to_doubtful(1)
        visited.append(strip.currentIndex().row())
    assert visited == [1, 4, 1]
    assert strip.go_to_doubtful(-1)
    assert strip.currentIndex().row() == 4


def test_growing_strip_follows(qtbot: QtBot) -> None:
    strip = FilmStrip()
    qtbot.addWidget(strip)
    for position in range(1, 30):
        strip.append(sample_side(position))
    assert strip.current_side is not None
    assert strip.current_side.position == 29


def test_next_action_does_or_goes_there(qtbot: QtBot) -> None:
    bar = NextActionBar()
    qtbot.addWidget(bar)
    pressed: list[str] = []
    bar.show_action("封卷", lambda: pressed.append("seal"), sentence="22 件均已确认")
    bar.button.click()
    bar.show_blocker("还有 3 处差异未处理", lambda: pressed.append("go"))
    bar.button.click()
    bar.show_busy("正在封卷")
    bar.button.click()
    assert pressed == ["seal", "go"]
    assert not bar.button.isEnabled()
    assert bar.button.accessibleName() == "正在封卷"


def test_progress_says_rate_and_time_left(qtbot: QtBot) -> None:
    clock = [0.0]
    panel = ProgressPanel(seconds=lambda: clock[0])
    qtbot.addWidget(panel)
    panel.begin("识别")
    panel.show_progress(Progress(step="ocr", done=1, total=40))
    assert "每分钟" not in panel.figures.text()
    clock[0] = 10.0
    panel.show_progress(Progress(step="ocr", done=10, total=40))
    assert panel.figures.text() == "10 / 40 · 每分钟 60 · 剩余不到 1 分钟"
    clock[0] = 60.0
    panel.show_progress(Progress(step="ocr", done=12, total=40))
    assert "约剩 2 分钟" in panel.figures.text()
    with qtbot.waitSignal(panel.stop_asked, timeout=20000):
        panel.stop_button.click()
    assert not panel.stop_button.isEnabled()


def test_step_header_and_confidence_speak(qtbot: QtBot) -> None:
    header = StepHeader()
    qtbot.addWidget(header)
    header.show_steps(sample_steps("reconcile"))
    assert "核对：受阻" in header.accessibleDescription()
    assert not header.grab().toImage().isNull()
    bar = ConfidenceBar()
    qtbot.addWidget(bar)
    bar.show_confidence(0.5)
    assert bar.accessibleName() == "把握：存疑"
    unsure = bar.grab().toImage()
    bar.show_confidence(0.5, confirmed=True)
    assert bar.grab().toImage() != unsure


def shown_texts(panel: FactsPanel) -> set[str]:
    return {part.text() for part in panel.findChildren(QLabel) if part.isVisible()}


def test_facts_leave_out_what_is_empty(qtbot: QtBot) -> None:
    panel = FactsPanel()
    qtbot.addWidget(panel)
    panel.show_facts("第 3 面", [("页号", "1"), ("文书", ""), ("角色", "页")])
    panel.show()
    assert shown_texts(panel) == {"第 3 面", "页号", "1", "角色", "页"}
    panel.show_facts("第 4 面", [])
    assert shown_texts(panel) == {"第 4 面"}


def test_facts_that_change_open_no_window(qtbot: QtBot) -> None:
    panel = FactsPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_facts("第 3 面", [("页号", "1")])
    before = panel.findChildren(QLabel)
    panel.show_facts("第 4 面", [("页号", "2")])
    assert not any(part.isWindow() for part in before)


def test_empty_state_has_one_action(qtbot: QtBot) -> None:
    pressed: list[bool] = []
    state = EmptyState(
        "today", "还没有案件", "导入。", action_text="导入", action=lambda: pressed.append(True)
    )
    qtbot.addWidget(state)
    assert state.button is not None
    state.button.click()
    assert pressed == [True]


def test_toast_takes_no_focus(qtbot: QtBot) -> None:
    host = EmptyState("today", "a", "b")
    qtbot.addWidget(host)
    host.resize(400, 400)
    host.show()
    toast = Toast(host)
    toast.say("已保存")
    assert toast.isVisible()
    assert toast.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert toast.text.text() == "已保存"


def test_elided_label_never_widens_its_parent(qtbot: QtBot) -> None:
    shown = ElidedLabel("很长" * 200)
    qtbot.addWidget(shown)
    assert shown.minimumSizeHint().width() <= 40
    shown.resize(QSize(100, 20))
    assert not shown.grab().toImage().isNull()
