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
