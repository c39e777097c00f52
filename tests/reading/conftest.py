"""The reading room that the tests of this folder walk into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.reading.hall import Hall, open_hall


@pytest.fixture
def hall(data_folder: Path) -> Iterator[Hall]:
    """A terminal over a data folder of its own."""
    with open_hall(data_folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def shared_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One terminal for all tests of a module that leave no trace in its settings."""
    with open_hall(tmp_path_factory.mktemp("hall") / "data") as opened:
        yield opened
