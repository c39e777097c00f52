"""Makes the virtual test devices of SANE reachable without touching the system's settings."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "SANE_CONFIG_DIR"
_SYSTEM_FOLDERS = (Path("/etc/sane.d"), Path("/usr/local/etc/sane.d"))

# The default largest page is 200 mm square, so that A4 would not fit.
TEST_DEVICES = """\
number_of_devices 2
mode Color
depth 8
resolution 300
test-picture "Color pattern"
geometry_min 0.0
geometry_max 300.0
geometry_quant 0.1
br_x 210.0
br_y 297.0
"""


def write_test_configuration(folder: Path) -> None:
    """Fill `folder` with settings that offer `test:0` and `test:1` with A4 pages."""
    (folder / "dll.conf").write_text("test\n", encoding="ascii")
    (folder / "test.conf").write_text(TEST_DEVICES, encoding="ascii")


class ChildConfiguration:
    """The environment of one driver host, with a private SANE folder where it needs one.

    `sane:test:N` always works: when nobody chose a configuration and the system does not offer
    the test backend, the host gets a temporary one. `remove` takes it away again.
    """

    def __init__(self, scheme: str, name: str, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        chosen = VARIABLE in environment or VARIABLE in os.environ
        wanted = scheme == "sane" and name.startswith("test:")
        if wanted and not chosen and not _offered():
            self._folder = tempfile.TemporaryDirectory(prefix="sane-test-")
            write_test_configuration(Path(self._folder.name))
            # The trailing separator keeps the system's folders in the search.
            self.environment[VARIABLE] = self._folder.name + os.pathsep

    def remove(self) -> None:
        """Take the temporary folder away."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None


def _offered() -> bool:
    for folder in _SYSTEM_FOLDERS:
        settings = folder / "dll.conf"
        if settings.is_file():
            lines = settings.read_text(encoding="utf-8", errors="replace").splitlines()
            return "test" in (line.strip() for line in lines)
    return False
