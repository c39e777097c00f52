"""A workstation with a packaged dossier before an archive whose answers a test chooses."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.bootstrap
from app.bootstrap import open_workstation
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier, ReplayPool
from tests.tracks.archive_desk import (
    ADMINISTRATOR,
    CLERK,
    OPERATOR,
    Archive,
    TurnedClock,
    seal_and_package,
)


@pytest.fixture(scope="session")
def packaged_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one packaged dossier of three pages, made once."""
    folder = tmp_path_factory.mktemp("归档")
    dossier = Dossier(folder / "卷").fill()
    data = folder / "数据"
    workstation = open_workstation(data, pool=ReplayPool(dossier))
    facts = {"case_no": CASE_NO, "clerk": CLERK.name, "court": "澄溪市河东区人民法院"}
    workstation.register_case(ADMINISTRATOR, facts)
    source = f"folder:{dossier.folder}"
    workstation.scan(OPERATOR, CASE_NO, source, options={"duplex_pairs": True})
    seal_and_package(workstation)
    workstation.close()
    return data


@pytest.fixture
def clock() -> TurnedClock:
    """The clock of the workstation."""
    return TurnedClock()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """The archive that the workstation sends to."""
    return Archive(tmp_path / "档案馆")


@pytest.fixture
def pool(tmp_path: Path) -> ReplayPool:
    """A pool that knows no page yet."""
    return ReplayPool()


@pytest.fixture
def desk(
    packaged_data: Path,
    tmp_path: Path,
    clock: TurnedClock,
    archive: Archive,
    pool: ReplayPool,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Workstation]:
    """A workstation with the packaged dossier and nothing sent."""
    data = tmp_path / "数据"
    shutil.copytree(packaged_data, data)
    monkeypatch.setattr(app.bootstrap, "SystemClock", lambda: clock)
    monkeypatch.setattr(app.bootstrap, "ArchiveTargets", lambda *_: {"archive": archive})
    opened = open_workstation(data, pool=pool)
    yield opened
    opened.close()
