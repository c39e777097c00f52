"""The driver host as a program of its own: what it needs, and a 32-bit build in its place."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.kernel.errors import Broken
from scanner.api import ScannedSide, ScanRequest, ScanWarning
from scanner.bridge import HostedScanner, default_command
from scanner.drivers import twain_batch
from scanner.drivers.twain import TwainDriver
from scanner.host import WatchedToken

ROOT = Path(__file__).parents[2]
LOADED = """
import sys
import scanner.host, scanner.drivers.twain
if {batch}:
    import scanner.drivers.twain_batch
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
print(*sorted(name for name in sys.modules if name.startswith("app.")))
"""


def loaded(batch: bool) -> tuple[set[str], set[str]]:
    """The packages, and the modules of `app`, that the host loads for TWAIN."""
    done = subprocess.run(
        [sys.executable, "-c", LOADED.format(batch=batch)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    packages, modules = done.stdout.splitlines()
    return set(packages.split()), set(modules.split())


def test_the_host_of_twain_needs_little() -> None:
    packages, modules = loaded(batch=True)
    foreign = {"PySide6", "shiboken6", "cv2", "sqlalchemy", "lxml", "onnxruntime", "pikepdf"}
    assert not packages & foreign
    # What a 32-bit Python must have: these two have builds for it.
    assert {"PIL", "numpy"} <= packages
    assert {name.split(".")[1] for name in modules} == {"kernel"}


def test_a_list_of_sources_needs_no_pixel_library() -> None:
    packages, _ = loaded(batch=False)
    assert not packages & {"PIL", "numpy"}


def test_another_build_of_the_host_is_used_for_twain_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("JUANZONG_TWAIN_HOST", raising=False)
    usual = default_command("sane")
    assert default_command("twain") == usual
    assert default_command("twain", {"JUANZONG_TWAIN_HOST": "host.exe"}) == ["host.exe"]
    monkeypatch.setenv("JUANZONG_TWAIN_HOST", "C:\\host\\scanner_host.exe")
    assert default_command("twain") == ["C:\\host\\scanner_host.exe"]
    assert default_command("sane") == usual


def test_the_other_build_speaks_the_same_lines(
    twain_environment: Callable[..., dict[str, str]], tmp_path: Path
) -> None:
    program = tmp_path / "scanner_host"
    program.write_text(
        f'#!/bin/sh\ntouch "{tmp_path}/ran"\nexec "{sys.executable}" -m scanner.host\n'
    )
    program.chmod(0o755)
    environment = twain_environment() | {"JUANZONG_TWAIN_HOST": str(program)}
    devices = HostedScanner("twain", environment=environment).devices()
    assert [device.source for device in devices] == ["twain:Scanner"]
    assert (tmp_path / "ran").exists()


def test_a_build_that_is_not_there_is_told(tmp_path: Path) -> None:
    environment = {"JUANZONG_TWAIN_HOST": str(tmp_path / "none")}
    with pytest.raises(Broken) as caught:
        HostedScanner("twain", environment=environment).devices()
    assert caught.value.code == "SCN-119"


def test_the_recipe_of_the_32_bit_build_leaves_the_window_out() -> None:
    recipe = (ROOT / "build" / "scanner_host.spec").read_text(encoding="utf-8")
    texts = {node.value for node in ast.walk(ast.parse(recipe)) if isinstance(node, ast.Constant)}
    assert {"PySide6", "sqlalchemy", "cv2"} <= texts
    assert {"scanner", "host.py", "drivers", "twain*.py"} <= texts
    assert (ROOT / "scanner" / "host.py").is_file()


def test_a_driver_that_lets_one_wait_may_have_opened_a_window(
    twain_environment: Callable[..., dict[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in twain_environment(callback="thread", delay_ms=300, sheets=1).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(twain_batch, "_WINDOW_SECONDS", 0.1)
    driver = TwainDriver()
    token = WatchedToken()
    request = ScanRequest(name="Scanner", spool=tmp_path / "spool", duplex=False)
    events = driver.scan(request, token)
    # Waiting is no progress, whatever the driver looks at meanwhile.
    assert next(events) == ScanWarning(code="SCN-261", parameters={"name": "Scanner"})
    assert token.progress == 0
    sides = [event for event in events if isinstance(event, ScannedSide)]
    assert [side.sheet for side in sides] == [1]
    assert token.progress > 0
    driver.release()
    assert "HANDLES open=0 locked=0" in (tmp_path / "trace").read_text()
