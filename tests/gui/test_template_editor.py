"""The editor of catalogue templates: looked at, copied, mended by keys alone, published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.gui.desk import Desk
from app.gui.samples.workstation import SampleWorkstation
from app.gui.templates.dialog import TemplateEditor, open_template_editor
from app.gui.templates.drafts import next_version
from app.gui.templates.rows_model import CLASSES, FAULT, TITLE, classes_of, classes_text
from app.services.workstation import Workstation

ADMINISTRATOR = Actor(name="管理员", role="administrator")
ARCHIVIST = Actor(name="沈若溪", role="archivist")
CASE_NO = "（2026）辽0882民快31号"


@pytest.fixture(autouse=True)
def drafts_may_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is asked says yes: a question would wait for a person at the end of a test."""
    monkeypatch.setattr(
        QMessageBox, "question", lambda *_arguments: QMessageBox.StandardButton.Discard
    )


@pytest.fixture
def workstation(tmp_path: Path, qapp: QApplication) -> Iterator[Workstation]:
    opened = open_workstation(tmp_path / "data")
    yield opened
    opened.close()


def opened(qtbot: QtBot, workstation: Workstation, actor: Actor = ADMINISTRATOR) -> TemplateEditor:
    desk = Desk(workstation)
    desk.sign_in(actor)
    editor = TemplateEditor(desk)
    qtbot.addWidget(editor)
    editor.show()
    qtbot.waitUntil(lambda: editor.model.rowCount() == 25, timeout=20000)
    return editor


def type_into(qtbot: QtBot, editor: TemplateEditor, key: str, text: str) -> None:
    field = editor.form.fields[key]
    assert isinstance(field, QLineEdit)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_a_template_is_copied_named_changed_by_keys_and_published(
    qtbot: QtBot, workstation: Workstation
) -> None:
    editor = opened(qtbot, workstation)
    assert not editor.publish.isVisible()
    assert editor.table.editTriggers() == QAbstractItemView.EditTrigger.NoEditTriggers
    editor.copy.click()
    assert [fault.code for fault in editor.faults] == ["name"]
    assert not editor.publish.isEnabled()
    assert editor.form.problems["id"].isVisible()
    editor.go.click()
    type_into(qtbot, editor, "id", "own_civil")
    type_into(qtbot, editor, "title", "Own")
    assert editor.faults == ()
    assert not editor.form.problems["id"].isVisible()
    table = editor.table
    table.setFocus()
    table.setCurrentIndex(editor.model.index(3, TITLE))
    qtbot.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert editor.model.table_rows[4]["title"] == "起诉状及相关材料"
    assert table.currentIndex().row() == 4
    qtbot.keyClick(table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    assert editor.model.rowCount() == 24
    qtbot.keyClick(table, Qt.Key.Key_Insert)
    cell = table.findChild(QLineEdit)
    assert isinstance(cell, QLineEdit)
    qtbot.keyClicks(cell, "Complaint")
    qtbot.keyClick(cell, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: editor.model.table_rows[4]["title"] == "Complaint", timeout=20000)
    assert [row["number"] for row in editor.model.table_rows] == list(range(1, 26))
    assert editor.faults == ()
    editor.publish.click()
    qtbot.waitUntil(lambda: len(workstation.catalogue_templates()) == 10, timeout=20000)
    qtbot.waitUntil(lambda: not editor.publish.isVisible(), timeout=20000)
    table_now = workstation.catalogue_template("own_civil").table
    assert (table_now["title"], table_now["rows"][4]["title"]) == ("Own", "Complaint")
    qtbot.waitUntil(lambda: "Own" in editor.list.currentItem().text(), timeout=20000)
    editor.withdraw.click()
    qtbot.waitUntil(
        lambda: workstation.catalogue_templates()[0].state == "withdrawn", timeout=20000
    )


def test_faults_stand_at_their_rows_while_they_are_written(
    qtbot: QtBot, workstation: Workstation
) -> None:
    editor = opened(qtbot, workstation)
    editor.copy_chosen()
    type_into(qtbot, editor, "id", "own")
    model = editor.model
    assert model.setData(model.index(2, CLASSES), "传票、没有这种文书")
    assert model.setData(model.index(1, TITLE), "起诉状及相关材料")
    assert "没有文书类别“没有这种文书”" in model.index(2, FAULT).data()
    assert "与第 2 项名称相同" in model.index(3, FAULT).data()
    assert "2 处" in editor.state.text()
    editor.go.click()
    assert (editor.table.currentIndex().row(), editor.table.currentIndex().column()) == (2, CLASSES)
    model.move(24, -1)
    assert "应排在最后" in model.index(23, FAULT).data()
    editor.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: not editor.publish.isVisible(), timeout=20000)
    editor.list.setCurrentRow(0)
    assert len(editor.faults) == 3


def test_a_next_version_begins_with_the_published_one(
    qtbot: QtBot, workstation: Workstation
) -> None:
    table = workstation.catalogue_template("civil_first").table
    workstation.publish_template(ADMINISTRATOR, {**table, "id": "own"})
    editor = opened(qtbot, workstation)
    qtbot.waitUntil(lambda: editor.form.text("id") == "own", timeout=20000)
    editor.copy_chosen()
    assert (editor.form.text("id"), editor.form.text("version")) == ("own", "2026.2")
    assert editor.faults == ()
    type_into(qtbot, editor, "version", "2026.1")
    assert [fault.code for fault in editor.faults] == ["version_used"]
    assert next_version("2026.1", {"2026.1", "2026.2"}) == "2026.3"
    assert next_version("甲", set()) == "1"


def test_a_case_is_given_a_template(qtbot: QtBot, workstation: Workstation) -> None:
    workstation.register_case(ADMINISTRATOR, {"case_no": CASE_NO})
    desk = Desk(workstation)
    desk.sign_in(ARCHIVIST)
    holder = TemplateEditor(desk)
    qtbot.addWidget(holder)
    with qtbot.waitSignal(desk.case_changed, timeout=20000):
        desk.open_case(holder, CASE_NO)
    editor = open_template_editor(desk, holder)
    qtbot.addWidget(editor)
    qtbot.waitUntil(lambda: editor.model.rowCount() == 25, timeout=20000)
    assert not editor.withdraw.isVisible()
    assert "类型代字" in editor.doubt.message.text()
    with qtbot.waitSignal(desk.case_changed, timeout=20000):
        editor.use.click()
    assert workstation.case(CASE_NO).template == "civil_first@2026.1"
    assert desk.case is not None
    assert desk.case.doubts == ()
    assert editor.notice.isVisible()
    assert not editor.doubt.isVisible()
    editor.copy_chosen()
    type_into(qtbot, editor, "id", "own")
    assert not editor.publish.isEnabled()
    assert "管理员" in editor.state.text()


def test_a_draft_is_not_lost_without_a_word(
    qtbot: QtBot, workstation: Workstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = opened(qtbot, workstation)
    editor.copy_chosen()
    answers = [QMessageBox.StandardButton.Cancel, QMessageBox.StandardButton.Discard]
    monkeypatch.setattr(QMessageBox, "question", lambda *_arguments: answers.pop(0))
    editor.reject()
    assert editor.isVisible()
    editor.reject()
    assert not editor.isVisible()


def test_a_refusal_is_shown_in_the_editor(qtbot: QtBot, drawn: Path) -> None:
    sample = SampleWorkstation(drawn)
    editor = opened(qtbot, sample)  # type: ignore[arg-type]
    editor.copy_chosen()
    type_into(qtbot, editor, "id", "own")
    table = sample.catalogue_template("civil_first").table
    sample.publish_template(ADMINISTRATOR, {**table, "id": "own", "version": "1"})
    editor.publish_draft()
    qtbot.waitUntil(editor.notice.isVisible, timeout=20000)
    assert "没有发布" in editor.notice.message.text()


def test_every_field_and_button_has_a_name_and_takes_the_focus(
    qtbot: QtBot, workstation: Workstation
) -> None:
    editor = opened(qtbot, workstation)
    editor.copy_chosen()
    for widget in (*editor.form.fields.values(), editor.list, editor.table):
        assert widget.accessibleName()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert not editor.table.tabKeyNavigation()


def test_classes_are_written_as_people_say_them() -> None:
    assert classes_of("传票，送达回证 送达回证；other") == ["summons", "delivery", "other"]
    assert classes_text(["summons", "无"]) == "传票、无"
