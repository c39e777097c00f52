"""The whole line by hand: a real dossier through the real window, by its one big button."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.bootstrap import open_workstation
from app.domain.access import ADMINISTRATOR, Actor
from app.gui.main_window import MainWindow
from app.gui.page import Page
from app.gui.scan.page import ScanPage
from app.services.workstation import Workstation

# Recognition runs for real; what is waited for is a state, this only ends a test that hangs.
PATIENCE = 240_000
MOST_PRESSES = 40


@pytest.fixture
def workstation(tmp_path: Path) -> Iterator[Workstation]:
    opened = open_workstation(tmp_path / "data")
    yield opened
    opened.close()


def visible_page(window: MainWindow) -> Page:
    page = window.page_stack.currentWidget()
    assert isinstance(page, Page)
    return page


def press(qtbot: QtBot, window: MainWindow) -> str:
    """Press the big button once it can be pressed; gives what stood on it."""
    button = visible_page(window).next_action.button

    def ready() -> bool:
        return button.isVisible() and button.isEnabled() and not visible_page(window).busy

    qtbot.waitUntil(ready, timeout=PATIENCE)
    text = button.text()

    def shown() -> tuple[object, ...]:
        page = visible_page(window)
        return page.name, page.next_action.button.text(), window.desk.case

    before = shown()

    def moved() -> bool:
        return not visible_page(window).busy and shown() != before

    button.click()
    qtbot.waitUntil(moved, timeout=PATIENCE)
    return text


def test_the_big_button_takes_a_dossier_from_the_folder_to_the_shelf(
    qtbot: QtBot, workstation: Workstation, bundled_small: Path
) -> None:
    facts = json.loads((bundled_small / "facts.json").read_text(encoding="utf-8"))
    actor = Actor(name="陈静", role=ADMINISTRATOR)
    case_no = workstation.register_case(actor, facts).case_no
    window = MainWindow(workstation)
    qtbot.addWidget(window)
    window.show()
    window.desk.sign_in(actor)
    with qtbot.waitSignal(window.desk.case_changed, timeout=PATIENCE):
        window.desk.open_case(window, case_no, page="scan")
    scan = window.pages["scan"]
    assert isinstance(scan, ScanPage)
    scan.controls.choose_folder(bundled_small / "sides")

    pressed = []
    while workstation.case(case_no).state != "accessioned":
        assert len(pressed) < MOST_PRESSES, pressed
        archive = window.pages["archive"]
        archive.paper.location.setText("A库/3/2/4/7/1")  # type: ignore[attr-defined]
        pressed.append(press(qtbot, window))

    tracks = workstation.tracks(case_no)
    assert tracks.accessioned and tracks.verdict == "closed"
    assert tracks.paper["receipt"]["pages"] == facts["paper_pages"]
    assert workstation.audit_verify().ok
