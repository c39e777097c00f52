"""A Data Source Manager of our own, built with gcc, and the real driver host in front of it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import Capabilities, ScanEvent, ScanRequest
from scanner.bridge import HostedScanner
from scanner.session import open_source
from tests.scanner_twain.scanned import Batch

SOURCES = Path(__file__).parent / "dsm"


@pytest.fixture(scope="session")
def manager_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The manager of the tests as a shared library."""
    target = tmp_path_factory.mktemp("dsm") / "libtwaindsm.so.2"
    command = ["gcc", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-O1", "-fPIC", "-shared"]
    command += ["-Wl,-Bsymbolic", "-o", str(target), *map(str, sorted(SOURCES.glob("*.c")))]
    subprocess.run([*command, "-lm", "-lpthread"], check=True, capture_output=True)
    return target


@pytest.fixture
def twain_environment(manager_library: Path, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The environment of a host over the manager of the tests; keywords script its scanner."""

    def make(**settings: object) -> dict[str, str]:
        script = {f"FAKE_TWAIN_{key.upper()}": str(value) for key, value in settings.items()}
        trace = {"FAKE_TWAIN_TRACE": str(tmp_path / "trace")}
        return {"JUANZONG_TWAIN_DSM": str(manager_library)} | trace | script

    return make


Scan = Callable[..., Batch]


@pytest.fixture
def scan(twain_environment: Callable[..., dict[str, str]], tmp_path: Path) -> Scan:
    """Scans one batch in the real host. `request` is about the request, the other keywords
    script the scanner. No batch may break the order of calls or lose a handle."""

    def run(
        request: dict[str, Any] | None = None,
        *,
        token: CancelToken | None = None,
        stall_seconds: float = 20.0,
        cancel_after: int = 0,
        tidy: bool = True,
        source: str = "twain:Scanner",
        **settings: object,
    ) -> Batch:
        trace = tmp_path / "trace"
        trace.unlink(missing_ok=True)
        driver, name = open_source(
            source, stall_seconds=stall_seconds, environment=twain_environment(**settings)
        )
        wishes: dict[str, Any] = {"name": name, "spool": tmp_path / "spool"}
        token = token or CancelToken()
        events: list[ScanEvent] = []
        error: Fault | Cancelled | None = None
        try:
            for event in driver.scan(ScanRequest(**(wishes | (request or {}))), token):
                events.append(event)
                if len(events) == cancel_after:
                    token.cancel()
        except (Fault, Cancelled) as caught:
            error = caught
        lines = trace.read_text().splitlines() if trace.exists() else []
        assert not [line for line in lines if line.startswith("VIOLATION")]
        if tidy:
            assert lines[-1:] and "HANDLES open=0 locked=0" in lines
        assert not list((tmp_path / "spool").glob(".*.part"))
        return Batch(events=events, error=error, trace=lines)

    return run


@pytest.fixture
def pages_folder(tmp_path: Path) -> Path:
    """Where the scanner finds ready files ("1.bin" for the first image)."""
    folder = tmp_path / "pages"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def settings_once(manager_library: Path) -> Capabilities:
    """The capabilities of the scanner as it comes, asked once for all tests."""
    driver = HostedScanner("twain", environment={"JUANZONG_TWAIN_DSM": str(manager_library)})
    return driver.capabilities("Scanner")
