"""Fixtures that tests of several areas share."""

from __future__ import annotations

import gc
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import secrets
from tests.fresh_database import upgrade_by_copy


@pytest.fixture(autouse=True)
def _windows_are_gone() -> Iterator[None]:
    """A window that was closed is deleted before the next test: each one left would be dressed
    with every theme, hear every key that is changed, and keep its memory."""
    yield
    if "PySide6.QtWidgets" in sys.modules:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(autouse=True)
def _collected_by_windows_alone(request: pytest.FixtureRequest) -> None:
    """The lanes of windows switch Python's own collection off. Tests without windows have it, and
    what they leave is collected while they run, not by the next timer of a window."""
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QTimer

    from app.gui.collecting import NAME

    application = QCoreApplication.instance()
    timer = application.findChild(QTimer, NAME) if application is not None else None
    if not isinstance(timer, QTimer):
        return
    if {"qtbot", "qapp"} & set(request.fixturenames):
        gc.disable()
        timer.start()
    else:
        timer.stop()
        gc.enable()


@pytest.fixture(autouse=True, scope="module")
def _little_for_the_collector() -> Iterator[None]:
    """What is still there after the tests of windows is not looked through by the collector
    again: each of its passes would hold up all tests that follow."""
    yield
    if "PySide6.QtWidgets" in sys.modules:
        gc.collect()
        gc.freeze()


@pytest.fixture
def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own, with a blank and Chinese in its path, as JUANZONG_DATA."""
    folder = tmp_path / "数据 folder"
    monkeypatch.setenv("JUANZONG_DATA", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder of the whole run: test processes side by side share it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(autouse=True, scope="session")
def _made_once(shared_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Bundled dossiers are drawn once per run, when they are first asked for; new databases of
    workstations are copies of one that was migrated once. A guess at a PIN or a code is cheap:
    what it really costs is proved by tests/identity/test_cost_of_a_guess.py."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUANZONG_BUNDLED", str(shared_folder / "bundled"))
        upgrade = upgrade_by_copy(tmp_path_factory.mktemp("migrated"))
        patch.setattr("app.bootstrap.upgrade", upgrade)
        patch.setattr(secrets, "COST", 2)
        yield


@pytest.fixture(scope="session")
def bundled_small(shared_folder: Path) -> Path:
    """The bundled dossier `small` (16 sides): its folder, drawn once per run."""
    from scanner.paper.build import build_bundled

    return build_bundled("small", shared_folder / "bundled")
