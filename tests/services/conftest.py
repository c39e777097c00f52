"""A workstation over real SQLite and a real object store, with replayed recognition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.bootstrap import open_workstation
from app.domain.access import Actor
from app.services.workstation import Workstation
from tests.replay import Dossier, ReplayPool


@pytest.fixture
def actor() -> Actor:
    """Somebody who may do everything."""
    return Actor(name="管理员", role="administrator")


@pytest.fixture
def dossier(tmp_path: Path) -> Dossier:
    """Four sides: two pages of a complaint with a blank back, one page of a judgment."""
    return Dossier(tmp_path / "卷").fill()


@pytest.fixture
def pool(dossier: Dossier) -> ReplayPool:
    """The pool that knows the dossier."""
    return ReplayPool(dossier)


@pytest.fixture
def workstation(tmp_path: Path, pool: ReplayPool) -> Iterator[Workstation]:
    """A fresh workstation."""
    opened = open_workstation(tmp_path / "数据", pool=pool)
    yield opened
    opened.close()
