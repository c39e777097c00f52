"""The film strip in hand: grow, select, keep what is selected, and say where a drop goes."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from app.gui.samples.rows import sample_side
from app.gui.widgets.film_strip import FilmStrip
from app.gui.widgets.images import ThumbnailLoader
from app.gui.widgets.strip_model import CUT_ROLE, MIME, STOP_ROLE, StripModel, steers_scanning

SIDES = [sample_side(n + 1) for n in range(12)]


def shown(qtbot: QtBot) -> FilmStrip:
    strip = FilmStrip(even=True, movable=True)
    qtbot.addWidget(strip)
    strip.resize(300, 700)
    strip.show()
    strip.show_sides(SIDES)
    return strip


def test_growing_keeps_the_rules_of_models(qtbot: QtBot, tmp_path: Path) -> None:
    loader = ThumbnailLoader()
    model = StripModel(loader)
    tester = QAbstractItemModelTester(
        model, QAbstractItemModelTester.FailureReportingMode.Fatal, model
    )
    assert tester.model() is model
    assert model.put(SIDES[:3]) == 3
    seen = evolve(SIDES[1], blank=True, thumbnail=tmp_path / "2.png")
    assert model.put([seen, SIDES[3], SIDES[3]]) == 1
    assert [side.id for side in model.sides] == [side.id for side in SIDES[:4]]
    assert model.side(1) == seen
    assert model.row_of_position(4) == 3
    assert model.row_of("nobody") == -1
    loader.close()


def test_a_side_that_was_seen_changes_in_its_place(qtbot: QtBot) -> None:
    strip = shown(qtbot)
    strip.go_to_row(4)
    assert strip.put([evolve(SIDES[0], blank=True)], follow=True) == 0
    assert strip.currentIndex().row() == 4
    assert strip.put([sample_side(13)], follow=False) == 1
    assert strip.currentIndex().row() == 4
    assert strip.put([sample_side(14)], follow=True) == 1
    assert strip.currentIndex().row() == 13


def test_a_selection_outlives_a_new_reading(qtbot: QtBot) -> None:
    strip = shown(qtbot)
    chosen = [SIDES[1].id, SIDES[2].id, SIDES[7].id]
    assert strip.select_ids([*chosen, "nobody"]) == 3
    assert [side.id for side in strip.selected_sides()] == chosen
    strip.show_sides(SIDES[1:] + SIDES[:1])
    assert [side.id for side in strip.selected_sides()] == chosen
    strip.show_sides(SIDES[2:])
    assert [side.id for side in strip.selected_sides()] == chosen[1:]
    assert strip.select_ids([]) == 0
    assert strip.selected_count == 0


def test_dropped_sides_say_where_they_go(qtbot: QtBot) -> None:
    strip = shown(qtbot)
    first = strip.visualRect(strip.model().index(2, 0))
    assert strip.row_before(QPoint(first.left() + 4, first.center().y())) == 2
    assert strip.row_before(QPoint(first.right() - 4, first.center().y())) == 3
    model = strip.strip_model
    data = model.mimeData([model.index(5), model.index(4)])
    assert data.hasFormat(MIME)
    drop = QDropEvent(
        QPointF(first.left() + 4, first.center().y()),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(strip.move_asked, timeout=20000) as asked:
        strip.dropEvent(drop)
    assert asked.args == [["side-5", "side-6"], 2]
    assert [side.id for side in strip.sides] == [side.id for side in SIDES]
    nothing = QMimeData()
    stranger = QDropEvent(
        QPointF(10, 10),
        Qt.DropAction.MoveAction,
        nothing,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.assertNotEmitted(strip.move_asked):
        strip.dropEvent(stranger)


def test_marks_for_the_stop_and_for_what_is_taken_out(qtbot: QtBot) -> None:
    strip = shown(qtbot)
    model = strip.strip_model
    plain = strip.grab().toImage()
    model.mark_stop("side-3")
    model.mark_cut(["side-1", "side-2"])
    assert [row for row in range(12) if model.index(row).data(STOP_ROLE)] == [2]
    assert [row for row in range(12) if model.index(row).data(CUT_ROLE)] == [0, 1]
    assert strip.grab().toImage() != plain
    model.mark_stop("")
    model.mark_cut([])
    assert not any(model.index(row).data(STOP_ROLE) for row in range(12))


def test_three_sizes_hold_an_even_count(qtbot: QtBot) -> None:
    strip = shown(qtbot)
    strip.resize(440, 700)
    for width in (92, 132, 204):
        strip.set_cell_width(width)
        assert strip.columns % 2 == 0
        assert strip.cell_width == width


def test_what_steers_scanning_is_no_page() -> None:
    assert steers_scanning(sample_side(1, marker={"kind": "slip"}))
    assert steers_scanning(sample_side(1, role="separator"))
    assert not steers_scanning(sample_side(1, marker={"kind": "code"}))
    assert not steers_scanning(sample_side(1, marker={"kind": "separator"}, role_by="沈若溪"))
