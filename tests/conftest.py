"""Fixtures that tests of several areas share."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fresh_database import upgrade_by_copy


@pytest.fixture(autouse=True, scope="module")
def _windows_out_of_the_way(request: pytest.FixtureRequest) -> Iterator[None]:
    """What the tests of windows leave behind is not looked through by the collector again: each
    of its passes would stop all tests that follow for seconds."""
    yield
    if request.path.parent.name.startswith("gui"):
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
    workstations are copies of one that was migrated once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUANZONG_BUNDLED", str(shared_folder / "bundled"))
        upgrade = upgrade_by_copy(tmp_path_factory.mktemp("migrated"))
        patch.setattr("app.bootstrap.upgrade", upgrade)
        yield


@pytest.fixture(scope="session")
def bundled_small(shared_folder: Path) -> Path:
    """The bundled dossier `small` (16 sides): its folder, drawn once per run."""
    from scanner.paper.build import build_bundled

    return build_bundled("small", shared_folder / "bundled")
