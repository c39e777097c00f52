"""A simulated eSCL scanner over small real pages, and our driver in its real host process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from app.kernel.errors import Fault
from app.kernel.progress import CancelToken
from scanner.api import ScanEvent, ScannedSide, ScannerDriver, ScanRequest, ScanWarning
from scanner.drivers.escl import EsclDriver
from scanner.faults import trouble_of
from scanner.session import open_source
from scanner.simulators.escl_mishaps import Mishaps
from scanner.simulators.escl_server import EsclSimulator

SHEETS = 4
DPI = 100
# Time limits that a test would have to wait for, shortened.
_LIMITS: dict[str, dict[str, float]] = {
    "scanner.drivers.escl_connection": {
        "ANSWER_SECONDS": 0.8,
        "BODY_SECONDS": 0.8,
        "CONNECT_SECONDS": 2.0,
    },
    "scanner.drivers.escl_device": {
        "POLL_SECONDS": 0.05,
        "WARM_UP_SECONDS": 1.0,
        "WAKE_UP_SECONDS": 0.5,
        "STATUS_SECONDS": 0.8,
        "STATUS_RETRY_SECONDS": 0.3,
    },
    "scanner.drivers.escl_job": {
        "POLL_SECONDS": 0.05,
        "BUSY_SECONDS": 1.0,
        "PAGE_SECONDS": 1.0,
        "RECONNECT_SECONDS": 0.5,
        "EARLY_END_SECONDS": 0.4,
        "EARLY_END_EMPTY_SECONDS": 0.4,
        "_RETRY_SECONDS": 0.05,
        "_SETTLE_SECONDS": 0.3,
    },
}
_HOST = """
import importlib, sys
for module, values in {limits}.items():
    vars(importlib.import_module(module)).update(values)
import scanner.drivers.escl_job as job
{extra}
import scanner.host
sys.exit(scanner.host.main([]))
"""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What a batch gave: its sides, its warnings and the fault that ended it."""

    sides: list[ScannedSide]
    warnings: list[ScanWarning]
    fault: Fault | None

    @property
    def codes(self) -> list[str]:
        """The codes of the warnings."""
        return [warning.code for warning in self.warnings]


Simulate = Callable[..., EsclSimulator]
Scan = Callable[..., Batch]


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Four sheets, eight sides: A4 at 100 dpi in colour, each with its number."""
    folder = tmp_path_factory.mktemp("paper")
    sides = []
    for number in range(1, 2 * SHEETS + 1):
        image = Image.new("RGB", (827, 1169), "white")
        draw = ImageDraw.Draw(image)
        draw.rectangle((60, 60, 60 + number * 80, 160), fill=(180, 30 * number % 255, 60))
        for line in range(300, 1100, 40):
            draw.rectangle((80, line, 700 - 7 * (line % 90), line + 12), fill=(30, 30, 30))
        path = folder / f"{number:02}.jpg"
        image.save(path, quality=80, dpi=(DPI, DPI))
        sides.append(path)
    return sides


@pytest.fixture
def simulate(stack: list[Path]) -> Iterator[Simulate]:
    """Starts a simulated scanner with the mishaps given by name; it ends with the test."""
    with ExitStack() as running:

        def start(
            *,
            sides: list[Path] | None = None,
            certificate: tuple[Path, Path] | None = None,
            host: str = "127.0.0.1",
            port: int = 0,
            **mishaps: Any,
        ) -> EsclSimulator:
            simulator = EsclSimulator(
                stack if sides is None else sides,
                mishaps=Mishaps(**({"mend_seconds": -1.0, "reload_seconds": -1.0} | mishaps)),
                certificate=certificate,
                host=host,
                port=port,
            )
            return running.enter_context(simulator)

        yield start


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Scans one batch from a simulator, or from an address, through the host process, which runs
    `extra` before it starts; with the usual time limits when not in a `hurry`.

    `hosted=False` runs the driver in this process instead: for long tables of cases, whose way
    through the host is no different.
    """

    def run(
        target: EsclSimulator | str,
        *,
        hosted: bool = True,
        hurry: bool = True,
        extra: str = "",
        token: CancelToken | None = None,
        **wishes: Any,
    ) -> Batch:
        url = target if isinstance(target, str) else target.url
        settings = {"resolution": DPI, "spool": tmp_path / "spool"} | wishes
        if hosted:
            script = _HOST.format(limits=_LIMITS, extra=extra)
            command = [sys.executable, "-c", script] if hurry else None
            driver, name = open_source(f"escl:{url}", command=command)
            return _collect(driver, ScanRequest(name=name, **settings), token)
        for module, values in _LIMITS.items():
            for limit, value in values.items():
                monkeypatch.setattr(f"{module}.{limit}", value)
        direct = EsclDriver()
        try:
            return _collect(direct, ScanRequest(name=url, **settings), token)
        finally:
            direct.release()

    return run


def _collect(driver: ScannerDriver, request: ScanRequest, token: CancelToken | None) -> Batch:
    events: list[ScanEvent] = []
    fault: Fault | None = None
    try:
        for event in driver.scan(request, token or CancelToken()):
            events.append(event)
    except Fault as caught:
        fault = caught
    return Batch(
        sides=[event for event in events if isinstance(event, ScannedSide)],
        warnings=[event for event in events if isinstance(event, ScanWarning)],
        fault=fault,
    )


@pytest.fixture
def images_in() -> Callable[[Path], set[Path]]:
    """What lies in a spool, without the notes that the host writes beside the images."""
    return _images_in


def _images_in(spool: Path) -> set[Path]:
    found = spool.iterdir() if spool.exists() else iter(())
    return {path for path in found if path.suffix != ".side"}


@pytest.fixture
def check() -> Callable[..., None]:
    """Asserts how a batch ended."""
    return _check


def _check(batch: Batch, kind: type[Fault], code: str, sheet: int, spool: Path) -> None:
    """The batch ended with this fault; the sides before it are whole and nothing else is there."""
    assert batch.fault is not None
    assert type(batch.fault) is kind
    assert (batch.fault.code, batch.fault.parameters["sheet"]) == (code, sheet)
    assert trouble_of(code) is not None
    assert len(batch.sides) == 2 * (sheet - 1)
    assert _images_in(spool) == {side.path for side in batch.sides}


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate and its key, made by OpenSSL."""
    return _self_signed(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def other_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Another one of the same name."""
    return _self_signed(tmp_path_factory.mktemp("certificate"))


def _self_signed(folder: Path) -> tuple[Path, Path]:
    shown, key = folder / "shown.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=scanner.invalid", "-keyout", str(key), "-out", str(shown)]
    subprocess.run(command, check=True, capture_output=True)
    return shown, key
