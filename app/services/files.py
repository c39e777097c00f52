"""Image files named on the command line, as sides: folders and containers are opened up."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.kernel.progress import CancelToken
from scanner.api import ScannedSide, ScanRequest
from scanner.session import open_source


def image_sides(paths: list[Path]) -> Iterator[ScannedSide]:
    """Every side of every path in the order given, by the folder driver's reading of files.

    Raises BadInput SCN codes for a path that is not there or holds no image.
    """
    with tempfile.TemporaryDirectory(prefix="juanzong-") as spool:
        for path in paths:
            driver, name = open_source(f"folder:{path}")
            for event in driver.scan(ScanRequest(name=name, spool=Path(spool)), CancelToken()):
                if isinstance(event, ScannedSide):
                    yield event
