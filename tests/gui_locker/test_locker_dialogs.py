"""Timeline, messages, stock-take, labels and commissioning."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.gui.locker.page import LockerPage
from app.gui.locker.timeline import place_words, step_detail
from app.gui.samples.locker_rows import CABINET
from app.gui.samples.rows import CASE_NO
from app.gui.samples.workstation import SampleWorkstation
from app.services.locker_views import TimelineRow
from cloud_locker.commissioning import FINISHED, READY, WHICH_DOOR
from tests.gui_locker.driving import asked, choose, until


def test_the_timeline_answers_where_the_paper_is_first(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    choose(page, "overdue")
    qtbot.keyClick(page.hand_offs.table, Qt.Key.Key_T)
    dialog = page.show_timeline()
    assert dialog is not None
    until(qtbot, lambda: len(dialog.steps.rows) == 10)
    assert [row.holder for row in dialog.volumes.rows] == ["秦望舒", "沈若溪", "秦望舒"]
    assert dialog.steps.rows[0].action == "shelved"
    assert dialog.steps.rows[-1].action == "printed"
    assert "已上架" in str(dialog.steps.index(0, 0).data())
    assert dialog.grab().width() > 0
    assert place_words("一楼云柜#3") == "一楼云柜 · 3 号"
    assert place_words("A库#甲") == "A库#甲"


@pytest.mark.parametrize(
    ("kind", "details", "said"),
    [
        ("incident", {"state": "closed", "resolution": "in_cell"}, "材料在柜内"),
        ("incident", {"state": "open"}, ""),
        ("notice", {"state": "failed"}, "短信 · 发送失败"),
        ("notice", {"state": "sent"}, "短信"),
        ("door", {"outcome": "LCK-103"}, "未完成"),
        ("door", {"outcome": "done"}, ""),
    ],
)
def test_a_step_says_what_came_of_it(kind: str, details: dict[str, str], said: str) -> None:
    place = "sms" if kind == "notice" else ""
    row = TimelineRow(at="", kind=kind, action="", actor="", place=place, details=details)
    assert step_detail(row) == said


def test_a_case_without_a_way_yet(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    sample.cabinet_names = []
    dialog = page.show_timeline()
    assert dialog is not None
    until(qtbot, dialog.empty.isVisible)


def test_a_message_that_did_not_arrive_is_tried_again(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    dialog = page.show_notices()
    until(qtbot, lambda: len(dialog.model.rows) == 4)
    assert dialog.current is not None
    assert dialog.current.state == "failed"
    assert dialog.reason.text()
    dialog.again.click()
    until(qtbot, lambda: asked(sample, "retry_notice") == [("notice-1",)])
    until(qtbot, lambda: dialog.model.rows[0].state == "queued")
    dialog.only_failed.setChecked(True)
    assert dialog.empty.isVisible()
    dialog.close()
    until(qtbot, lambda: page.head.notices.accessibleName() == "通知")


def test_stock_is_taken_with_the_scanner_alone(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    dialog = page.ask_stock()
    dialog.begin_count()
    until(qtbot, lambda: dialog.stack.currentIndex() == 1)
    assert asked(sample, "begin_stock_take") == [("cells", CABINET)]
    for number, code in enumerate(("JZ1:L:x:3", "JZ1:C:a", "JZ1:C:b"), 1):
        qtbot.keyClicks(dialog.code, code)
        qtbot.keyClick(dialog.code, Qt.Key.Key_Return)
        until(qtbot, lambda number=number: len(dialog.lines.rows) == number)
    assert dialog.code.text() == ""
    assert dialog.here.text() == "正在清点 一楼云柜 · 3 号"
    assert dialog.figures.text() == "应有 3 册，已见 2 册"
    dialog.unreadable.click()
    until(qtbot, lambda: len(dialog.lines.rows) == 4)
    qtbot.keyClicks(dialog.code, "?")
    qtbot.keyClick(dialog.code, Qt.Key.Key_Return)
    until(qtbot, dialog.error.isVisible)
    dialog.finish.click()
    until(qtbot, lambda: dialog.stack.currentIndex() == 2)
    assert [row["kind"] for row in dialog.differences.rows] == ["missing"]
    assert dialog.title.text() == "盘点 一楼云柜 · 1 处不符"
    dialog.accept()


def test_a_count_under_way_is_taken_up_again(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    first = page.ask_stock()
    first.kind.setCurrentIndex(1)
    first.begin_count()
    assert asked(sample, "begin_stock_take") == []
    first.shelf.setText("A库-03列")
    first.begin_count()
    until(qtbot, lambda: first.stack.currentIndex() == 1)
    first.accept()
    again = page.ask_stock()
    until(qtbot, lambda: again.under_way.count() == 1)
    entry = again.under_way.itemAt(0)
    button = entry.widget() if entry is not None else None
    assert isinstance(button, QAbstractButton)
    button.click()
    assert again.stack.currentIndex() == 1
    assert again.title.text() == "盘点 A库-03列"
    again.accept()


def test_labels_for_volumes_cells_and_shelves(
    qtbot: QtBot,
    page: LockerPage,
    sample: SampleWorkstation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.fileName()))
    target = tmp_path / "标签.pdf"
    for kind, field, text in (
        ("volumes", "case", CASE_NO),
        ("cells", "", ""),
        ("shelves", "shelves", "A101/3/2/1-5"),
    ):
        dialog = page.ask_labels()
        dialog.kind.setCurrentIndex(dialog.kind.findData(kind))
        if field:
            getattr(dialog, field).setText("")
            dialog.submit()
            assert dialog.isVisible()
            getattr(dialog, field).setText(text)
        dialog.path = target
        dialog.submit()
        until(qtbot, lambda dialog=dialog: not dialog.isVisible())
    assert asked(sample, "print_volume_labels") == [(CASE_NO, target, False)]
    assert asked(sample, "print_cell_labels") == [(CABINET, target, False)]
    assert asked(sample, "print_shelf_labels") == [(("A101/3/2/1-5",), target, False)]
    assert shown == ["标签.pdf"] * 3


def test_a_cabinet_is_tried_cell_by_cell(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    dialog = page.ask_commission()
    assert dialog is not None
    until(qtbot, dialog.done_button.isVisible)
    assert dialog.request.text() == "请关好全部柜门。"
    assert not dialog.cannot.isVisible()
    trial = dialog._trial
    assert trial is not None
    for _step in range(20):
        step = trial.step()
        if step.kind == FINISHED:
            break
        if step.kind == READY and step.cell == 3:
            dialog.cannot.click()
        elif step.kind == WHICH_DOOR:
            dialog.right_door.click()
        else:
            dialog.done_button.click()
        until(qtbot, lambda step=step: trial.step() != step and dialog.leave_button.isEnabled())
        until(qtbot, dialog.done_button.isEnabled)
    until(qtbot, dialog.keep_button.isVisible)
    assert [row["verdict"] for row in dialog.model.rows] == ["passed", "failed", "failed"]
    column = dialog.model.column_of("remark")
    assert str(dialog.model.index(1, column).data()) == "控制板未感知开门"
    assert str(dialog.model.index(2, column).data()) == "未试"
    assert dialog.request.text() == "2 个柜格未通过。"
    dialog.remark.setText("二号格待修")
    dialog.keep_button.click()
    until(qtbot, lambda: asked(sample, "keep_trial") == [("二号格待修",)])
    until(qtbot, lambda: not dialog.isVisible())
    assert asked(sample, "leave_trial") == []


def test_a_trial_that_is_broken_off_keeps_no_record(
    qtbot: QtBot, page: LockerPage, sample: SampleWorkstation
) -> None:
    dialog = page.ask_commission()
    assert dialog is not None
    until(qtbot, dialog.done_button.isVisible)
    dialog.reject()
    until(qtbot, lambda: asked(sample, "leave_trial") == [()])
    assert asked(sample, "keep_trial") == []


def test_every_field_of_every_dialog_has_a_name(qtbot: QtBot, page: LockerPage) -> None:
    choose(page, "disputed")
    dialogs: list[QDialog | None] = [
        page.ask_offer(),
        page.take_step("settle"),
        page.show_timeline(),
        page.show_notices(),
        page.ask_stock(),
        page.ask_labels(),
        page.ask_commission(),
        page.ask_open_all(),
    ]
    for dialog in dialogs:
        assert dialog is not None
        nameless = [
            f"{type(widget).__name__} in {type(dialog).__name__}"
            for widget in dialog.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisibleTo(dialog)
            and not widget.accessibleName()
            and not (isinstance(widget, QAbstractButton) and widget.text())
            and not isinstance(widget, QLabel)
            and not widget.objectName().startswith("qt_")
        ]
        assert nameless == []
        dialog.close()
