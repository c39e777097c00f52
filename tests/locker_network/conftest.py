"""The broker and what hangs on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mqtt_broker import Broker


@pytest.fixture
def broker(tmp_path: Path, free_port: int) -> Iterator[Broker]:
    """A broker of the test's own, which may be stopped, started and frozen."""
    broker = Broker(tmp_path / "broker", free_port)
    yield broker
    broker.stop()
