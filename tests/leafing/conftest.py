"""Drawn pages, a drawn camera, and a workstation whose workers run in the process of the test."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import pytest

from app.bootstrap import open_workstation
from app.services.workstation import Workstation
from tests.replay import ReplayPool

sys.path.append(str(Path(__file__).resolve().parents[2] / "build"))

import leafing_camera

CASE_NO = "（2026）辽0899民初1号"
LOOK = leafing_camera.CameraLook(width=960, height=540, still_frames=8, turn_frames=3)
Film = Callable[..., Path]


@pytest.fixture(scope="session")
def scans(bundled_small: Path) -> list[Path]:
    """The sides of the small bundled dossier."""
    return sorted((bundled_small / "sides").iterdir())


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """Records pages (files) turned under the drawn camera."""

    def record(pages: Sequence[Path], seed: int = 5, **changes: Any) -> Path:
        path = tmp_path / f"翻页 {seed}.avi"
        values = {name: getattr(LOOK, name) for name in LOOK.__dataclass_fields__} | changes
        pictures = [cv2.imread(str(page), cv2.IMREAD_REDUCED_COLOR_2) for page in pages]
        leafing_camera.record(path, pictures, leafing_camera.CameraLook(**values), seed)
        return path

    return record


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Workstation]:
    """A fresh workstation."""
    opened = open_workstation(tmp_path / "数据", pool=ReplayPool())
    yield opened
    opened.close()
