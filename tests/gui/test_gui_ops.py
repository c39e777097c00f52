"""Calls off the main thread: where they run, what comes back, what happens to faults."""

from __future__ import annotations

import threading
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.gui.lanes import Lanes
from app.gui.ops import Op
from app.gui.present import ErrorDialog
from app.kernel.errors import Refused
from app.kernel.progress import CancelToken, Progress, Report


def test_result_comes_back_on_the_main_thread(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    heard: list[Any] = []
    operation = Op(parent, threading.get_ident).done(
        lambda where: heard.append((where, threading.get_ident()))
    )
    with qtbot.waitSignal(operation.settled, timeout=20000):
        operation.start()
    ran_on, told_on = heard[0]
    assert told_on == threading.get_ident()
    assert ran_on != told_on
    assert Lanes.current().busy == 0


def test_writes_keep_their_order_on_one_thread(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    seen: list[tuple[int, int]] = []
    operations = [
        Op(parent, lambda n=n: seen.append((n, threading.get_ident()))) for n in range(12)
    ]
    with qtbot.waitSignals([operation.settled for operation in operations]):
        for operation in operations:
            operation.start()
    assert [n for n, _thread in seen] == list(range(12))
    assert len({thread for _n, thread in seen}) == 1


def test_readers_run_beside_a_waiting_writer(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    gate = threading.Event()
    writer = Op(parent, lambda: gate.wait(10))
    reader = Op(parent, lambda: "read").reads()
    writer.start()
    with qtbot.waitSignal(reader.settled, timeout=20000):
        reader.start()
    with qtbot.waitSignal(writer.settled, timeout=20000):
        gate.set()


def test_fault_reaches_refused_and_no_dialog(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    faults: list[Any] = []
    done: list[Any] = []

    def call() -> None:
        raise Refused("DSK-101")

    operation = Op(parent, call).refused(faults.append).done(done.append)
    with qtbot.waitSignal(operation.settled, timeout=20000):
        operation.start()
    assert [fault.code for fault in faults] == ["DSK-101"]
    assert done == []
    assert parent.findChildren(ErrorDialog) == []


def test_fault_without_refused_opens_three_lines(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()

    def call() -> None:
        raise Refused("DSK-101")

    operation = Op(parent, call).safe("已扫描的 36 面均已保存。")
    with qtbot.waitSignal(operation.settled, timeout=20000):
        operation.start()
    dialog = parent.findChildren(ErrorDialog)[0]
    assert dialog.message.text() == "还没有人登录。"
    assert dialog.safe.text() == "已扫描的 36 面均已保存。"
    assert "PIN" in dialog.remedy.text()
    assert dialog.details.isHidden()
    dialog.fold.click()
    assert not dialog.details.isHidden()
    dialog.accept()


def test_bug_opens_a_dialog_with_folded_details(qtbot: QtBot, caplog: Any) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()

    def call() -> None:
        raise ZeroDivisionError("planted")

    operation = Op(parent, call).refused(lambda fault: None)
    with qtbot.waitSignal(operation.settled, timeout=20000):
        operation.start()
    dialog = parent.findChildren(ErrorDialog)[0]
    assert "planted" in dialog.details.toPlainText()
    assert "planted" not in dialog.message.text()
    assert any(record.levelname == "ERROR" for record in caplog.records)
    dialog.accept()


def test_progress_and_cancel(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    reports: list[Progress] = []
    stopped: list[bool] = []
    started = threading.Event()

    def call(report: Report, cancel: CancelToken) -> None:
        report(Progress(step="read", done=1, total=9))
        started.set()
        while not cancel.cancelled:
            threading.Event().wait(0.005)
        cancel.check()

    operation: Op[None] = Op.long(parent, call).progress(reports.append)
    operation.cancelled(lambda: stopped.append(True))
    operation.start()
    assert started.wait(5)
    with qtbot.waitSignal(operation.settled, timeout=20000):
        operation.cancel()
    assert reports == [Progress(step="read", done=1, total=9)]
    assert stopped == [True]


def test_a_closed_widget_hears_nothing(qtbot: QtBot) -> None:
    parent = QWidget()
    gate = threading.Event()
    heard: list[Any] = []
    operation = Op(parent, lambda: gate.wait(10)).done(heard.append)
    operation.start()
    parent.deleteLater()
    QCoreApplication.sendPostedEvents(parent, QEvent.Type.DeferredDelete)
    assert not shiboken6.isValid(parent)
    with qtbot.waitSignal(operation.settled, timeout=20000):
        gate.set()
    assert heard == []
