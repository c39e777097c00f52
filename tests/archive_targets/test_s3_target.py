"""The s3 target keeps the promises of every archive target, and its own."""

from __future__ import annotations

import pytest

from tests.archive_targets.archive_contract import ArchiveLineContract
from tests.archive_targets.far_sides import FarSide


class TestS3Target(ArchiveLineContract):
    @pytest.fixture
    def far(self, s3_side: FarSide) -> FarSide:
        return s3_side
