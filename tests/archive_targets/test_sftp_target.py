"""The sftp target keeps the promises of every archive target, and its own."""

from __future__ import annotations

import pytest

from tests.archive_targets.archive_contract import ArchiveLineContract
from tests.archive_targets.far_sides import FarSide


class TestSftpTarget(ArchiveLineContract):
    @pytest.fixture
    def far(self, sftp_side: FarSide) -> FarSide:
        return sftp_side
