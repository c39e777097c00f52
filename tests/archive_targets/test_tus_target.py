"""The tus target keeps the promises of every archive target, and its own."""

from __future__ import annotations

import pytest

from tests.archive_targets.archive_contract import ArchiveLineContract
from tests.archive_targets.far_sides import FarSide


class TestTusTarget(ArchiveLineContract):
    @pytest.fixture
    def far(self, tus_side: FarSide) -> FarSide:
        return tus_side
