"""Fixtures of the archive page: the page alone over invented dossiers, looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from app.domain.access import ARCHIVIST, Actor
from app.gui.archive.page import ArchivePage
from app.gui.desk import Desk
from app.gui.samples.rows import CASE_NO, sample_case, sample_checks, sample_steps
from app.gui.samples.workstation import PERSON, SampleWorkstation
from tests.gui.conftest import desk_theme, drawn, qapp_args, sample
from tests.gui_archive.driving import until

__all__ = ("desk_theme", "drawn", "qapp_args", "sample")


@pytest.fixture
def desk(qtbot: QtBot, sample: SampleWorkstation) -> Desk:
    """A desk with an archivist at it and no case open."""
    made = Desk(cast(Any, sample))
    made.sign_in(Actor(name=PERSON, role=ARCHIVIST))
    return made


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> Iterator[ArchivePage]:
    """The page in sight with its queue read."""
    made = ArchivePage(desk)
    qtbot.addWidget(made)
    made.resize(1206, 704)
    made.show()
    qtbot.waitUntil(made.isActiveWindow, timeout=10000)
    until(qtbot, lambda: bool(made.queue.model.rows))
    # As the window does when it goes to a page.
    made.setFocus()
    until(qtbot, made.queue.table.hasFocus)
    yield made
    made.queue_steps.rest()


@pytest.fixture
def case_page(qtbot: QtBot, sample: SampleWorkstation, page: ArchivePage) -> ArchivePage:
    """The page with a dossier that was submitted, and its package."""
    sample.package_view = sample_checks()
    sample.case_view = sample_case(
        state="submitted", steps=sample_steps("archive"), next_action="return_paper"
    )
    page.open_case(CASE_NO)
    until(qtbot, lambda: page.case_steps.shown is not None)
    page.case_panel.lists.go_to("checks")
    until(qtbot, page.case_panel.lists.checks.table.hasFocus)
    return page
