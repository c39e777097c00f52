"""What somebody may try at the keyboard, the screen, the scanner and the card reader."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QContextMenuEvent,
    QDesktopServices,
    QDropEvent,
    QFileOpenEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.gui.kiosk.prove import LONGEST_PASS, is_pass
from app.gui.kiosk.shell import ShellWindow
from app.gui.lanes import Lanes

from .conftest import PATIENCE, MakeShell, read
from .desk import PASS, FakeDesk, FakeHost

SOURCES = Path(__file__).parents[2] / "app" / "gui"
PROCESSES = ("kiosk", "reader", "keyboard", "reading_pipe")
KEYS = (
    "F1",
    "F3",
    "F5",
    "F10",
    "F11",
    "F12",
    "Shift+F10",
    "Alt+F4",
    "Ctrl+F4",
    "Alt+Tab",
    "Alt+Esc",
    "Alt+Space",
    "Alt+Left",
    "Ctrl+Tab",
    "Ctrl+Shift+Tab",
    "Ctrl+Esc",
    "Ctrl+Shift+Esc",
    "Ctrl+Alt+Del",
    "Ctrl+Alt+F1",
    "Ctrl+Alt+T",
    "Ctrl+Alt+Shift+Q",
    "Ctrl+Shift+U",
    "Ctrl+Q",
    "Ctrl+W",
    "Ctrl+N",
    "Ctrl+O",
    "Ctrl+S",
    "Ctrl+P",
    "Ctrl+A",
    "Ctrl+C",
    "Ctrl+Ins",
    "Ctrl+X",
    "Ctrl+V",
    "Ctrl+Z",
    "Ctrl+F",
    "Ctrl+Space",
    "Meta+E",
    "Meta+R",
    "Meta+L",
    "Meta+D",
    "Print",
    "SysReq",
    "Pause",
    "Menu",
    "Help",
    "Back",
    "Forward",
    "Home Page",
    "Search",
    "Launch Mail",
    "Launch (0)",
    "Calculator",
    "Media Play",
    "Copy",
    "Paste",
    "Open",
    "Power Off",
    "Kanji",
    "Hangul",
    "Zenkaku Hankaku",
    "Multiple Candidate",
    "Wake Up",
)
MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Shift)  # alone they do nothing
ALLOWED = ("Ctrl++", "Left", "Return", "1", "A", "Esc", "PgDown")


class Probe(QLineEdit):
    """Notes the keys that reach it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.heard: list[int] = []

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() not in MODIFIERS:
            self.heard.append(event.key())


def press(widget: QWidget, keys: str) -> int:
    pressed = QKeySequence(keys)[0]
    assert pressed.key() != Qt.Key.Key_unknown, keys
    QTest.keyClick(widget, pressed.key(), pressed.keyboardModifiers())
    return pressed.key().value


@pytest.mark.parametrize("keys", KEYS)
def test_no_key_leads_out(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot, keys: str
) -> None:
    window = make_shell(desk)
    probe = Probe(window)
    probe.setText("line of a dossier")
    probe.selectAll()
    QGuiApplication.clipboard().setText("from before")
    press(probe, keys)
    press(window, keys)
    assert probe.heard == []
    assert probe.text() == "line of a dossier"
    assert QGuiApplication.clipboard().text() == "from before"
    assert window.isVisible()
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None
    assert window.stack.currentWidget() is window.welcome


@pytest.mark.parametrize("keys", ALLOWED)
def test_keys_for_reading_come_through(make_shell: MakeShell, desk: FakeDesk, keys: str) -> None:
    probe = Probe(make_shell(desk))
    assert press(probe, keys) in probe.heard


def every_page(window: ShellWindow) -> list[QWidget]:
    return [window, *window.findChildren(QWidget)]


def test_no_menu_opens_anywhere(make_shell: MakeShell, desk: FakeDesk) -> None:
    window = make_shell(desk)
    window.ask_staff()
    for widget in every_page(window):
        at = QPoint(2, 2)
        asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, widget.mapToGlobal(at))
        QApplication.sendEvent(widget, asked)
        QTest.mouseClick(widget, Qt.MouseButton.RightButton)
        QTest.mouseClick(widget, Qt.MouseButton.MiddleButton)
        QTest.mouseClick(widget, Qt.MouseButton.BackButton)
        assert QApplication.activePopupWidget() is None
    assert window.staff.isVisible()


def test_nothing_can_be_dropped_dragged_or_selected(make_shell: MakeShell, desk: FakeDesk) -> None:
    window = make_shell(desk)
    data = QMimeData()
    data.setText("1001123456")
    data.setUrls([QUrl.fromLocalFile("/etc/passwd")])
    button, key = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for widget in (window, window.staff.pin, window.prove.entry):
        drop = QDropEvent(QPointF(2, 2), Qt.DropAction.CopyAction, data, button, key)
        QApplication.sendEvent(widget, drop)
    assert window.staff.pin.text() == ""
    assert window.prove.entry.digits == ""
    for shown in window.findChildren(QLabel):
        flags = shown.textInteractionFlags()
        assert not flags & Qt.TextInteractionFlag.TextSelectableByMouse
        assert shown.textFormat() is Qt.TextFormat.PlainText or not shown.text()


def test_a_notice_with_a_link_is_plain_text(make_shell: MakeShell, desk: FakeDesk) -> None:
    desk.shown_notices = tuple(
        type(notice)(id="n", kind="notice", title="<b>公告</b>", text='<a href="http://x">x</a>')
        for notice in desk.shown_notices[:1]
    )
    window = make_shell(desk)
    window._on_notices(desk.notices())
    texts = [shown.text() for shown in window.wall.findChildren(QLabel)]
    assert '<a href="http://x">x</a>' in texts


@pytest.mark.parametrize("scheme", ["http", "https", "file", "mailto", "ftp"])
def test_no_address_opens_another_program(
    make_shell: MakeShell, desk: FakeDesk, scheme: str
) -> None:
    window = make_shell(desk)
    heard: list[QUrl] = []
    window.guard.swallow_url = heard.append  # type: ignore[method-assign]
    assert QDesktopServices.openUrl(QUrl(f"{scheme}://example.invalid/a")), "taken by the guard"
    assert window.isVisible()


def test_no_file_and_no_composed_text_comes_in(make_shell: MakeShell, desk: FakeDesk) -> None:
    window = make_shell(desk)
    assert QApplication.sendEvent(window, QFileOpenEvent("/etc/passwd"))
    composed = QInputMethodEvent()
    composed.setCommitString("2468")
    assert QApplication.sendEvent(window.staff.pin, composed), "swallowed"
    assert window.staff.pin.text() == ""
    asked = QEvent(QEvent.Type.EnterWhatsThisMode)
    assert QApplication.sendEvent(window, asked), "swallowed"


FORGED = {
    "nothing but the prefix": "JZR1:",
    "another prefix": "JZ2:grant_1:0A1B2C3D",
    "a grant code": "1001-999999",
    "an address": "https://example.invalid/JZR1:grant_1",
    "a file": "file:///etc/passwd",
    "a path for a grant": "JZR1:../../etc/passwd:00:AAAA",
    "SQL": "JZR1:' OR '1'='1:00:AAAA",
    "a format": "JZR1:{grant}:%s:%n",
    "a script": "JZR1:<script>alert(1)</script>:00:AA",
    "another grant": PASS.replace("grant_1", "grant_2"),
    "another signature": PASS[:-1] + "2",
    "no signature": PASS.rpartition(":")[0] + ":",
    "one field more": PASS + ":staff",
    "full width": "ＪＺＲ１：grant_1：00：AAAA",
    "longest": "JZR1:" + "A" * (LONGEST_PASS - 5),
    "too long": "JZR1:" + "A" * LONGEST_PASS,
    "endless": "A" * 3000,
    "an ID number": "11010119900307109X",
    "quotes and blanks": 'JZR1:"grant 1" : 00 : AA',
}


@pytest.mark.parametrize("name", FORGED)
def test_a_crafted_code_under_the_scanner_opens_nothing(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot, name: str
) -> None:
    window = make_shell(desk)
    window.scanner._seconds = lambda: 0.0
    handle = window.windowHandle()
    for sign in FORGED[name]:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        QApplication.sendEvent(handle, event)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: Lanes.current().busy == 0, timeout=PATIENCE)
    assert not host.reads
    assert window.keeper.visit is None
    asked = desk.asked("sign_in")
    assert len(asked) <= 1
    assert all(call[1] == "qr" and is_pass(call[2]) for call in asked)
    assert window.prove.entry.digits == ""


def test_a_pass_means_nothing_once_somebody_reads_or_staff_is_asked(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    window.ask_staff()
    window.scanner.scanned.emit(PASS)
    window.staff.close_panel()
    window.welcome.ask.click()
    window.scanner.scanned.emit(PASS)
    window.leave("")
    assert desk.asked("sign_in") == []
    read(qtbot, window, host)
    window.scanner.scanned.emit(PASS)
    assert len(desk.asked("sign_in")) == 1


def test_many_touches_ask_once(
    make_shell: MakeShell, desk: FakeDesk, host: FakeHost, qtbot: QtBot
) -> None:
    window = make_shell(desk)
    desk.gate.clear()
    window.welcome.start.click()
    qtbot.keyClicks(window.prove.entry, "1001123456")
    for _touch in range(20):
        window.prove.entry.enter.click()
        window.prove.card_button.click()
        qtbot.keyClick(window.prove.entry, Qt.Key.Key_Return)
    desk.gate.set()
    qtbot.waitUntil(lambda: host.reads, timeout=PATIENCE)
    assert len(desk.asked("sign_in")) == 1
    assert host.calls.count("begin") == 1


def test_digits_without_end_are_cut(make_shell: MakeShell, desk: FakeDesk, qtbot: QtBot) -> None:
    window = make_shell(desk)
    window.welcome.start.click()
    for sign in "abc！٣４" + "1" * 300 + "²":
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, sign)
        QApplication.sendEvent(window.prove.entry, event)
    assert window.prove.entry.digits == "1" * 14


FORBIDDEN = {
    "QFileDialog",
    "QPrintDialog",
    "QPrintPreviewDialog",
    "QFontDialog",
    "QColorDialog",
    "QInputDialog",
    "QMessageBox",
    "QErrorMessage",
    "QMenu",
    "QSystemTrayIcon",
    "QDrag",
    "QProcess",
    "QWebEngineView",
    "QTextBrowser",
    "QFileSystemModel",
    "QSettings",
    "QNetworkAccessManager",
    "openUrl",
    "setOpenExternalLinks",
    "startfile",
    "system",
    "webbrowser",
    "socket",
    "requests",
    "urllib",
    "sqlite3",
    "sqlalchemy",
}


@pytest.mark.parametrize("package", PROCESSES)
def test_no_way_out_is_built_in(package: str) -> None:
    found = set()
    for path in (SOURCES / package).rglob("*.py"):
        if path.name in ("screenshots.py", "samples.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = {getattr(node, "id", ""), getattr(node, "attr", "")}
            if isinstance(node, ast.Import | ast.ImportFrom):
                names |= {alias.name.partition(".")[0] for alias in node.names}
                names.add((getattr(node, "module", "") or "").partition(".")[0])
            found |= {f"{path.name}: {name}" for name in names & FORBIDDEN}
    assert found == set()


def test_only_the_shell_starts_processes() -> None:
    starting = [
        path.relative_to(SOURCES).as_posix()
        for package in PROCESSES
        for path in (SOURCES / package).rglob("*.py")
        if "import subprocess" in path.read_text(encoding="utf-8")
    ]
    assert starting == ["kiosk/reader_process.py"]
