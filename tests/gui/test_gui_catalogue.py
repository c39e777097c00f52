"""The catalogue screen: doubts by keys, words chosen on the page, boundaries, double keying."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, cast

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.access import ADMINISTRATOR, ARCHIVIST, Actor
from app.gui import ops
from app.gui.archival.sheet_dialog import CatalogueSheetDialog
from app.gui.catalogue.commands import place_behind
from app.gui.catalogue.doubt_walk import next_doubt
from app.gui.catalogue.keying_fields import KeyingFieldsDialog
from app.gui.catalogue.moves import MovesDialog
from app.gui.catalogue.page import CataloguePage
from app.gui.lanes import Lanes
from app.gui.main_window import MainWindow
from app.gui.samples.rows import CASE_NO, LOOK_ALIKE
from app.gui.samples.workstation import PERSON, SampleWorkstation
from app.gui.templates.dialog import TemplateEditor
from app.gui.widgets.text_picker import on_picture
from app.kernel.errors import Refused
from app.services.doubts import ITEM, NUMBER, Doubt
from app.services.keying import KeyingField, KeyingRow
from app.services.ordering import MoveRow
from app.services.views import TextLineRow

NONE = Qt.KeyboardModifier.NoModifier
LINES = (
    TextLineRow(
        text="民事起诉状",
        confidence=0.98,
        box=(900, 400, 1600, 480),
        characters=tuple(
            (character, (900.0 + 140 * n, 400.0, 1040.0 + 140 * n, 480.0))
            for n, character in enumerate("民事起诉状")
        ),
    ),
    TextLineRow(text="具状人：李四", confidence=0.97, box=(1500, 2800, 2200, 2880)),
    TextLineRow(text="二〇一九年六月三日", confidence=0.96, box=(1500, 2900, 2200, 2980)),
)


def until(qtbot: QtBot, reached: Callable[[], bool]) -> None:
    qtbot.waitUntil(reached, timeout=10000)


def asked(sample: SampleWorkstation, name: str) -> list[tuple[Any, ...]]:
    return [arguments for called, arguments in sample.calls if called == name]


def opened(qtbot: QtBot, window: MainWindow, sample: SampleWorkstation) -> CataloguePage:
    """The screen with words on its pages."""
    sample.words = LINES
    window.desk.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="catalogue")
    page = cast(CataloguePage, window.pages["catalogue"])
    until(qtbot, lambda: page.current_item is not None)
    window.activateWindow()
    until(qtbot, lambda: page.picker.words_in(QRectF(0, 0, 9000, 9000))[0] != "")
    return page


def test_doubts_are_walked_by_keys_rows_and_numbers_alike(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    assert page.walk.kind == ITEM
    qtbot.keyClick(page.table, Qt.Key.Key_N)
    until(qtbot, page.why.number.hasFocus)
    assert page.strip.current_side is not None
    assert page.strip.current_side.position == LOOK_ALIKE
    assert page.why.number_reason.text() == "读作 17，按前后页应为 11"
    viewer = page.viewer.viewer
    until(qtbot, lambda: not viewer.loading and viewer.fit_mode == "free")
    # A front side bears its number in the upper right: that corner fills the view.
    assert viewer.mapFromScene(viewer.sceneRect().topRight()).y() >= -1
    assert viewer.zoom > 1.5 * viewer.viewport().width() / viewer.sceneRect().width()
    qtbot.keyClicks(page.why.number, "17")
    qtbot.keyClick(page.why.number, Qt.Key.Key_Return)
    until(qtbot, lambda: bool(asked(sample, "set_page_number")))
    assert asked(sample, "set_page_number") == [(f"side-{LOOK_ALIKE}", 17)]


def test_from_the_first_doubt_to_the_volumes_by_twelve_keys_at_most(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    """Every key goes to what has the focus; none but those named are pressed."""
    sample.recorded = False
    page = opened(qtbot, window, sample)
    until(qtbot, window.isActiveWindow)
    keys = 0

    def press(key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        nonlocal keys
        keys += 1
        focus = QApplication.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key, modifier)

    shown: list[tuple[str, int]] = []
    while page.walk.doubts:
        doubt = page.walk.here
        assert doubt is not None
        shown.append((doubt.kind, doubt.position))
        waiting = len(page.walk.doubts)
        # The space bar confirms a row, and a number with the cursor in its field.
        press(Qt.Key.Key_Space)
        assert len(page.walk.doubts) == waiting - 1
        until(qtbot, page.next_action.button.isEnabled)
    assert [kind for kind, _position in shown] == [ITEM, NUMBER]
    assert asked(sample, "set_page_number") == [(f"side-{LOOK_ALIKE}", 11)]
    assert page.table.hasFocus()
    button = page.next_action.button
    until(qtbot, lambda: button.isEnabled() and button.accessibleName().startswith("确认其余"))
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: window.current_page.name == "bind")
    assert asked(sample, "confirm_all")
    assert all(item.confirmed_by for item in sample.item_rows)
    volumes = window.current_page.next_action.button
    until(qtbot, lambda: volumes.isEnabled() and volumes.accessibleName() == "记录分册")
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: bool(asked(sample, "bind")))
    assert keys <= 12


def test_letters_stay_keys_of_the_page_while_the_cursor_is_in_the_number(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    qtbot.keyClick(page.table, Qt.Key.Key_N)
    number = page.why.number
    until(qtbot, number.hasFocus)
    # Digits are typed, a letter leads on to the next doubt.
    qtbot.keyClicks(number, "9")
    assert number.text() == "9"
    qtbot.keyClick(number, Qt.Key.Key_N)
    assert page.walk.kind == ITEM
    assert asked(sample, "set_page_number") == []
    # Enter in an empty field says that the side bears no number.
    qtbot.keyClick(page.table, Qt.Key.Key_N)
    until(qtbot, number.hasFocus)
    number.clear()
    qtbot.keyClick(number, Qt.Key.Key_Return)
    until(qtbot, lambda: bool(asked(sample, "set_page_number")))
    assert asked(sample, "set_page_number") == [(f"side-{LOOK_ALIKE}", None)]


def test_a_number_that_is_being_typed_is_not_overwritten_by_what_was_read(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    qtbot.keyClick(page.table, Qt.Key.Key_N)
    until(qtbot, page.why.number.hasFocus)
    qtbot.keyClicks(page.why.number, "1")
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.reread(page)
    qtbot.wait_until(lambda: Lanes.current().busy == 0, timeout=10000)
    qtbot.keyClicks(page.why.number, "7")
    # The space bar gives what was typed, not what was shown.
    qtbot.keyClick(page.why.number, Qt.Key.Key_Space)
    until(qtbot, lambda: bool(asked(sample, "set_page_number")))
    assert asked(sample, "set_page_number") == [(f"side-{LOOK_ALIKE}", 17)]


def test_words_chosen_on_the_page_fill_the_field_of_the_cell(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    item = page.current_item
    assert item is not None
    text, boxes = page.picker.words_in(QRectF(1150, 380, 600, 120))
    assert (text, boxes) == ("起诉状", [(1180.0, 400.0, 1600.0, 480.0)])
    page.picker.picked.emit(text)
    until(qtbot, lambda: bool(asked(sample, "edit_item")))
    page.table.setCurrentIndex(page.table.currentIndex().siblingAtColumn(2))
    assert page.current_field == "author"
    assert page.words.hint.text() == "在此框选文字，填入：责任者"
    page.picker.picked.emit("具状人：李四")
    until(qtbot, lambda: len(asked(sample, "edit_item")) == 2)
    page.table.setCurrentIndex(page.table.currentIndex().siblingAtColumn(4))
    page.picker.picked.emit("二〇一九年六月三日")
    until(qtbot, lambda: len(asked(sample, "edit_item")) == 3)
    assert asked(sample, "edit_item") == [
        (item.id, {"title": "起诉状"}),
        (item.id, {"author": "李四"}),
        (item.id, {"date": "2019-06-03"}),
    ]


def test_what_is_no_date_fills_nothing_and_says_so(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    page.table.setCurrentIndex(page.table.currentIndex().siblingAtColumn(4))
    with qtbot.waitSignal(window.desk.said, timeout=20000) as said:
        page.picker.picked.emit("民事起诉状")
    assert "不是一个日期" in said.args[0]
    assert asked(sample, "edit_item") == []


def test_lines_are_chosen_by_keys_alone(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    viewer = page.viewer.viewer
    qtbot.keyClick(page.table, Qt.Key.Key_T)
    until(qtbot, viewer.hasFocus)
    assert page.picker.choosing
    qtbot.keyClick(viewer, Qt.Key.Key_Down)
    qtbot.keyClick(viewer, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    with qtbot.waitSignal(page.picker.picked, timeout=20000) as picked:
        qtbot.keyClick(viewer, Qt.Key.Key_Return)
    assert picked.args == ["具状人：李四\n二〇一九年六月三日"]
    qtbot.keyClick(page.table, Qt.Key.Key_T)
    assert page.picker.choosing
    assert page.step_back()
    assert not page.picker.choosing


def test_a_frame_drawn_with_the_mouse_takes_the_words_in_it(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    viewer = page.viewer.viewer
    until(qtbot, lambda: viewer.path is not None and not viewer.loading)
    start = viewer.mapFromScene(QPointF(1480, 2780))
    end = viewer.mapFromScene(QPointF(2250, 2890))
    port = viewer.viewport()
    with qtbot.waitSignal(page.picker.picked, timeout=20000) as picked:
        qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
        qtbot.mouseMove(port, end)
        qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    assert picked.args == ["具状人：李四"]


def test_words_lie_where_the_conditioned_page_shows_them(sample: SampleWorkstation) -> None:
    side = sample.side_rows[4]
    assert on_picture(side, LINES) == list(LINES)


def test_chosen_rows_are_joined_together(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    page.table.selectRow(2)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert [item.id for item in page.chosen_items()] == ["item-3", "item-4"]
    qtbot.keyClick(page.table, Qt.Key.Key_M)
    until(qtbot, lambda: bool(asked(sample, "merge_items")))
    assert asked(sample, "merge_items") == [("item-3", "item-4")]


def test_the_start_of_a_document_is_dragged_to_another_side(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    strip, item = page.strip, page.model.rows[4]
    strip.go_to_position(item.first_position + 2)
    model = strip.strip_model
    first = strip.visualRect(model.index(model.row_of_position(item.first_position)))
    other = strip.visualRect(model.index(model.row_of_position(item.first_position + 1)))
    port = strip.viewport()
    edge = first.topLeft() + QPoint(3, 40)
    assert strip.starting_at(edge) is not None
    qtbot.mousePress(port, Qt.MouseButton.LeftButton, pos=edge)
    qtbot.mouseMove(port, other.topLeft() + QPoint(4, 40))
    qtbot.mouseRelease(port, Qt.MouseButton.LeftButton, pos=other.topLeft() + QPoint(4, 40))
    until(qtbot, lambda: bool(asked(sample, "move_boundary")))
    assert asked(sample, "move_boundary") == [(item.id, item.first_position + 1)]


def test_double_keying_shows_nobody_elses_words(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    sample.keying_rows = [
        KeyingRow(
            item_id="item-2",
            number=2,
            part="main",
            first_position=5,
            last_position=7,
            fields=(
                KeyingField(field="title", state="open", mine=None, may_type=True),
                KeyingField(field="date", state="once", mine=None, may_type=True),
            ),
        ),
        KeyingRow(
            item_id="item-3",
            number=3,
            part="main",
            first_position=8,
            last_position=8,
            fields=(
                KeyingField(
                    field="title",
                    state="differs",
                    mine=None,
                    others=(("甲", "通知书"), ("乙", "通知")),
                    may_settle=True,
                ),
            ),
        ),
    ]
    page = opened(qtbot, window, sample)
    qtbot.keyClick(page.table, Qt.Key.Key_D)
    panel = page.keying
    until(qtbot, lambda: bool(panel.fields))
    until(qtbot, panel.fields["title"].hasFocus)
    assert panel.meter.text() == "待录 1 件 · 待裁定 1 件"
    titles = {page.strip.strip_model._titles[number] for number in (1, 2, 3)}
    assert titles == {""}
    page.picker.picked.emit("民事起诉状")
    assert panel.fields["title"].text() == "民事起诉状"
    qtbot.keyClick(panel.fields["title"], Qt.Key.Key_Return)
    until(qtbot, panel.fields["date"].hasFocus)
    qtbot.keyClicks(panel.fields["date"], "2019-6-3")
    qtbot.keyClick(panel.fields["date"], Qt.Key.Key_Return)
    until(qtbot, lambda: bool(asked(sample, "key_fields")))
    assert asked(sample, "key_fields") == [("item-2", {"title": "民事起诉状", "date": "2019-6-3"})]
    panel.step(1)
    with qtbot.waitSignal(panel.settled, timeout=20000) as settled:
        panel.fields["title"].setText("受理通知书")
        qtbot.keyClick(panel.fields["title"], Qt.Key.Key_Return)
    assert settled.args == ["item-3", "title", "受理通知书"]
    assert page.step_back()
    assert page.middle.currentIndex() == 0


def test_the_next_doubt_is_found_from_anywhere() -> None:
    doubts = [
        Doubt(kind=ITEM, subject="a", part="main", position=3),
        Doubt(kind=NUMBER, subject="b", part="main", position=3),
        Doubt(kind=NUMBER, subject="c", part="main", position=9),
    ]
    assert next_doubt(doubts, (1, ITEM), 1).subject == "a"
    assert next_doubt(doubts, (3, ITEM), 1).subject == "b"
    assert next_doubt(doubts, (9, NUMBER), 1).subject == "a"
    assert next_doubt(doubts, (3, NUMBER), -1).subject == "a"
    assert next_doubt(doubts, (1, ITEM), -1).subject == "c"


def test_a_document_moves_by_one_place_and_not_out_of_its_part(sample: SampleWorkstation) -> None:
    rows = sample.item_rows
    assert place_behind(rows, rows[0], -1) is None
    assert place_behind(rows, rows[1], -1) == ""
    assert place_behind(rows, rows[3], -1) == rows[1].id
    assert place_behind(rows, rows[3], 1) == rows[4].id
    assert place_behind(rows, rows[-1], 1) is None


def test_moves_are_taken_or_left_one_by_one(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    sample.move_rows = [
        MoveRow(
            item_id="item-7",
            part="main",
            number=7,
            title="民事判决书",
            first_position=19,
            last_position=21,
            after_item="item-3",
            after_number=3,
            after_title="受理案件通知书",
            reasons=({"code": "paper_is_numbered", "parameters": {}},),
            needs_remark=True,
        ),
        MoveRow(
            item_id="item-5",
            part="main",
            number=5,
            title="设备买卖合同",
            first_position=11,
            last_position=14,
            after_item=None,
            after_number=0,
            after_title="",
            reasons=({"code": "row_first", "parameters": {"row": 2}},),
        ),
    ]
    page = opened(qtbot, window, sample)
    qtbot.keyClick(page.table, Qt.Key.Key_O)
    until(qtbot, lambda: bool(page.findChildren(MovesDialog)))
    dialog = page.findChildren(MovesDialog)[0]
    until(qtbot, lambda: dialog.current is not None)
    assert "编号" in dialog.why.text() or "页号" in dialog.why.text()
    dialog.accept_current()
    assert dialog.remark.hasFocus()
    dialog.remark.setText("法官要求")
    qtbot.keyClick(dialog.remark, Qt.Key.Key_Return)
    until(qtbot, lambda: bool(asked(sample, "accept_move")))
    assert asked(sample, "accept_move") == [("item-7", "item-3", "法官要求")]
    until(qtbot, lambda: len(dialog.model.rows) == 1)
    assert dialog.table.currentIndex().siblingAtColumn(2).data() == "本卷开头"
    qtbot.keyClick(dialog.table, Qt.Key.Key_X)
    until(qtbot, lambda: bool(asked(sample, "dismiss_move")))
    until(qtbot, lambda: dialog.stack.currentIndex() == 0)
    dialog.accept()
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    until(qtbot, lambda: len(asked(sample, "accept_move")) == 2)


def test_an_administrator_says_which_fields_are_typed_twice(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    assert not page.bar.keying.isVisible()
    window.desk.sign_in(Actor(name=PERSON, role=ADMINISTRATOR))
    with qtbot.waitSignal(window.desk.case_changed, timeout=20000):
        window.desk.open_case(window, CASE_NO, page="catalogue")
    until(qtbot, page.bar.keying.isVisible)
    page.toggle_keying()
    dialog = page.findChildren(KeyingFieldsDialog)[0]
    dialog.boxes["date"].setChecked(True)
    dialog.save()
    until(qtbot, lambda: bool(asked(sample, "set_double_keying")))
    assert asked(sample, "set_double_keying") == [("date",)]


def test_templates_and_the_spreadsheet_open_from_here(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation
) -> None:
    page = opened(qtbot, window, sample)
    qtbot.keyClick(page.table, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: bool(page.findChildren(CatalogueSheetDialog)))
    sheet = page.findChildren(CatalogueSheetDialog)[0]
    assert sheet.isVisible()
    sheet.reject()
    window.activateWindow()
    until(qtbot, window.isActiveWindow)
    qtbot.keyClick(page.table, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: bool(window.findChildren(TemplateEditor)))
    editor = window.findChildren(TemplateEditor)[0]
    assert editor.isVisible()
    editor.reject()


def test_a_doubt_just_settled_is_not_asked_again_by_what_was_read_before(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reading of the case that began before the command ends while the command runs."""
    page = opened(qtbot, window, sample)
    doubt = page.walk.here
    assert doubt is not None
    earlier = sample.catalogue_view(page.desk.actor, page.desk.case_no)
    go_on = threading.Event()
    plain = sample.confirm_item

    def slowly(actor: Actor, item_id: str) -> None:
        assert go_on.wait(20)
        plain(actor, item_id)

    monkeypatch.setattr(sample, "confirm_item", slowly)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    assert doubt not in page.walk.doubts
    page._show(earlier)
    assert doubt not in page.walk.doubts
    go_on.set()
    until(qtbot, lambda: bool(asked(sample, "confirm_item")))
    until(qtbot, page.next_action.button.isEnabled)
    assert doubt not in page.walk.doubts


def test_a_doubt_whose_command_was_refused_is_asked_again(
    qtbot: QtBot, window: MainWindow, sample: SampleWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(qtbot, window, sample)
    doubt = page.walk.here
    assert doubt is not None

    def refused(actor: Actor, item_id: str) -> None:
        raise Refused("DOS-105")

    monkeypatch.setattr(sample, "confirm_item", refused)
    monkeypatch.setattr(ops, "show_error", lambda *_arguments, **_words: None)
    qtbot.keyClick(page.table, Qt.Key.Key_Space)
    until(qtbot, lambda: doubt in page.walk.doubts)
