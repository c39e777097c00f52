"""Profiles and device options in their window, over a real data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDoubleSpinBox, QSpinBox
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.gui.desk import Desk
from app.gui.profiles.dialog import ProfileDialog
from app.gui.profiles.options_form import OptionsForm
from app.services.station_views import OptionRow
from app.services.workstation import Workstation

ADMINISTRATOR = Actor(name="管理员", role="administrator")
OPERATOR = Actor(name="扫描员", role="operator")


@pytest.fixture
def workstation(tmp_path: Path, qapp: QApplication) -> Iterator[Workstation]:
    opened = open_workstation(tmp_path / "data")
    yield opened
    opened.close()


def opened_dialog(qtbot: QtBot, workstation: Workstation, actor: Actor) -> ProfileDialog:
    desk = Desk(workstation)
    desk.sign_in(actor)
    dialog = ProfileDialog(desk, "simulated:small")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.chosen is not None, timeout=20000)
    return dialog


def test_an_administrator_makes_and_locks_a_profile(qtbot: QtBot, workstation: Workstation) -> None:
    dialog = opened_dialog(qtbot, workstation, ADMINISTRATOR)
    assert not dialog.save.isEnabled()
    resolution = dialog.form.editor("resolution")
    assert isinstance(resolution, QSpinBox)
    resolution.setValue(400)
    separators = dialog.form.editor("separators")
    assert isinstance(separators, QComboBox)
    separators.setCurrentIndex(separators.findData("count"))
    assert dialog.form.editor("count").isEnabled()
    dialog.make_profile("薄纸")
    qtbot.waitUntil(lambda: "count" in dialog.notice.message.text() or dialog.notice.isVisible())
    count = dialog.form.editor("count")
    assert isinstance(count, QSpinBox)
    count.setValue(4)
    dialog.make_profile("薄纸")
    qtbot.waitUntil(lambda: dialog.chosen is not None and dialog.chosen.name == "薄纸")
    rows = {row.name: row for row in workstation.profile_rows()}
    assert (rows["薄纸"].settings["resolution"], rows["薄纸"].settings["count"]) == (400, 4)
    assert rows["standard"].settings["resolution"] == 300
    dialog.lock.click()
    qtbot.waitUntil(lambda: dialog.chosen is not None and dialog.chosen.locked)
    assert "锁定" in dialog.list.currentItem().text()


def test_an_operator_only_looks_at_a_locked_profile(qtbot: QtBot, workstation: Workstation) -> None:
    workstation.lock_profile(ADMINISTRATOR, "standard", True)
    dialog = opened_dialog(qtbot, workstation, OPERATOR)
    assert not dialog.form.isEnabled()
    assert not dialog.save.isEnabled()
    assert not dialog.retire.isEnabled()
    assert not dialog.lock.isVisible()
    dialog.list.setCurrentRow(1)
    assert dialog.form.isEnabled()


def test_the_options_of_a_device_are_kept_from_the_form(
    qtbot: QtBot, workstation: Workstation
) -> None:
    dialog = opened_dialog(qtbot, workstation, OPERATOR)
    dialog.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "jam_at" in str(dialog.options.changes) or not dialog.keep.isEnabled())
    qtbot.waitUntil(lambda: dialog.options.widget().findChild(QSpinBox) is not None, timeout=20000)
    editor = dialog.options.editor("jam_at")
    assert isinstance(editor, QSpinBox)
    editor.setValue(7)
    assert dialog.options.changes == {"jam_at": 7}
    dialog.keep.click()
    qtbot.waitUntil(lambda: dialog.options.kept == {"jam_at": 7}, timeout=20000)
    dialog.forget.click()
    qtbot.waitUntil(lambda: dialog.options.kept == {}, timeout=20000)
    assert all(row.stored is None for row in workstation.device("simulated:small").options)


def option(name: str, **more: object) -> OptionRow:
    fields: dict[str, object] = {
        "title": name,
        "description": "",
        "group": "",
        "type": "text",
        "unit": "",
        "value": None,
        "choices": (),
        "minimum": None,
        "maximum": None,
        "step": None,
        "settable": True,
        "active": True,
        "advanced": False,
    }
    return OptionRow(name=name, **(fields | more))  # type: ignore[arg-type]


def test_every_kind_of_option_has_its_editor(qtbot: QtBot) -> None:
    form = OptionsForm()
    qtbot.addWidget(form)
    rows = [
        option("mode", choices=("Gray", "Color"), value="Color", group="Scan"),
        option("resolution", choices=(100, 300), value=300, unit="dpi"),
        option("x", type="float", unit="mm", minimum=0.0, maximum=216.5, step=0.1, value=210.04),
        option("gain", type="int", minimum=-5.0, maximum=5.0, value=0),
        option("preview", type="bool", value=True),
        option("label", value="甲"),
        option("counter", type="int", settable=False, value=1234),
        option("calibrate", type="button"),
        option("secret", advanced=True),
        option("asleep", active=False),
    ]
    form.show_options(rows, advanced=False)
    mode, gain = form.editor("mode"), form.editor("gain")
    width, preview = form.editor("x"), form.editor("preview")
    assert isinstance(mode, QComboBox)
    assert isinstance(width, QDoubleSpinBox)
    assert isinstance(gain, QSpinBox)
    assert isinstance(preview, QCheckBox)
    assert (mode.currentText(), width.value(), width.suffix()) == ("Color", 210.04, " 毫米")
    for absent in ("calibrate", "secret", "asleep"):
        with pytest.raises(KeyError):
            form.editor(absent)
    gain.setValue(9)
    preview.setChecked(False)
    mode.setCurrentIndex(0)
    assert form.changes == {"gain": 5, "mode": "Gray", "preview": False}
    form.show_options(rows, advanced=True)
    assert form.editor("secret").isEnabled()
    assert form.changes == {}
