"""Fixtures of the process tests: an application without a screen, and a desk that gives a page."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.gui.kiosk.reader_host import ReaderHost
from app.services.reading_views import GrantedCase, IssuedPage, ReaderVisit

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

PROGRAM = Path(__file__).with_name("reader_program.py")
SECRET_NAME = "欧阳若溪"
PICTURE = b"\xff\xd8 the picture of a granted page \xff\xd9" * 50
MakeHost = Callable[[str], ReaderHost]


class OnePage:
    """A `SessionDesk` with one page."""

    def visit(self) -> ReaderVisit:
        case = GrantedCase(
            grant="grant_1",
            case_no="（2023）辽0899民初100号",
            cause="",
            pages=1,
            prints_left=0,
            valid_until="2099-01-01T00:00:00.000Z",
        )
        return ReaderVisit(id="visit_1", reader=SECRET_NAME, cases=(case,), cap_seconds=7200)

    def page(self, grant: str, page_number: int) -> IssuedPage:
        return IssuedPage(page_number=page_number, issue="AB12", picture=PICTURE)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["process-tests", "-platform", "offscreen"]


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place in memory where private folders are made, empty and for this test alone."""
    place = tmp_path / "memory"
    place.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    return place


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where the program notes what it is and has."""
    folder = tmp_path / "notes"
    folder.mkdir()
    return folder


@pytest.fixture
def make_host(qapp: QApplication, memory: Path, notes: Path) -> Iterator[MakeHost]:
    """Makes a host of the program that does as told."""
    made: list[ReaderHost] = []

    def make(what: str) -> ReaderHost:
        made.append(ReaderHost([sys.executable, str(PROGRAM), what, str(notes)]))
        return made[-1]

    yield make
    for host in made:
        host.close()
