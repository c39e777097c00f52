"""The folder target keeps the promises of every archive target, and its own."""

from __future__ import annotations

import pytest

from tests.archive_targets.archive_contract import ArchiveTargetContract
from tests.archive_targets.far_sides import FarSide


class TestFolderTarget(ArchiveTargetContract):
    @pytest.fixture
    def far(self, folder_side: FarSide) -> FarSide:
        return folder_side
