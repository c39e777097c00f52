"""What the tests of cabinets that are cut off share."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.adapters.plugins import Cabinet
from tests.locker_offline.cut_off_cabinet import CABINET, HandClock, Scene, entry, made_desk


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    clock = HandClock()
    made = Scene(folder=tmp_path, clock=clock, desk=made_desk(tmp_path, clock))
    cabinet = Cabinet(CABINET, tmp_path / "cabinets")
    cabinet.deposit(3, "handoff-1")
    cabinet.close()
    made.keep(entry("handoff-1", "collect", 3), entry("handoff-2", "deposit", 5))
    return made
