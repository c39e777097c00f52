"""The shell over a terminal that holds bundles: the reader's card, and the closing code."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from app.gui.kiosk.shell import ShellWindow
from tests.reading.bundle_hall import NAME, READER_CARD, another, bundle_hall, terminal
from tests.reading.hall import CardReader

from .conftest import PATIENCE, MakeShell
from .desk import FakeHost

CODE = "428-闭馆-7"


def close_with(window: ShellWindow, code: str) -> None:
    window.staff.pin.setText(code)
    window.staff.confirm.click()


def test_a_card_signs_in_and_only_the_closing_code_closes(
    make_shell: MakeShell, host: FakeHost, qtbot: QtBot, tmp_path: Path
) -> None:
    cards = CardReader()
    cards.card = READER_CARD
    with bundle_hall(tmp_path) as made:
        closable = another(made, tmp_path / "c.jzb", closing_code=CODE)
        with terminal(tmp_path / "t", closable, cards=cards) as desk:
            window = make_shell(desk, now=made.hall.clock.now)
            window.welcome.start.click()
            window.prove.card_button.click()
            qtbot.waitUntil(lambda: host.reads, timeout=PATIENCE)
            visit = window.keeper.visit
            assert visit is not None and visit.reader == "欧阳若溪"
            window.ask_staff()
            qtbot.waitUntil(lambda: window.staff.name.count() == 1, timeout=PATIENCE)
            assert window.staff.name.currentText() == NAME
            close_with(window, "0000")
            qtbot.waitUntil(lambda: bool(window.staff.error.text()), timeout=PATIENCE)
            assert host.reads and window.isVisible()
            with qtbot.waitSignals([window.closing, window.signed_out], timeout=PATIENCE):
                close_with(window, CODE)
            assert not window.isVisible() and not host.reads
