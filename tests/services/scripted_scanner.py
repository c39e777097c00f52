"""A scanner that does what a test wrote down: sheets, faults and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from app.kernel.progress import CancelToken
from app.services import feeding, stack_scanning
from scanner.api import Capabilities, DeviceInfo, ScanEvent, ScannedSide, ScanRequest

# One sheet as fed: the bytes of its sides, or a fault that comes instead of the next side.
Sheet = Sequence[bytes | BaseException]


class ScriptedScanner:
    """Feeds one stack per run. `requests` holds what it was asked, `before` is called ahead of
    every side."""

    scheme = "sane"

    def __init__(self, *stacks: Sequence[Sheet]) -> None:
        self.stacks = list(stacks)
        self.requests: list[ScanRequest] = []
        self.before: Callable[[int, str], object] = lambda _sheet, _face: None

    def devices(self) -> list[DeviceInfo]:
        """None is looked for."""
        return []

    def capabilities(self, name: str) -> Capabilities:
        """Nothing can be set."""
        return Capabilities()

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """The next stack; a device counts its sheets from 1 every time."""
        self.requests.append(request)
        for number, sheet in enumerate(self.stacks.pop(0), start=1):
            for side, face in zip(sheet, ("front", "back"), strict=False):
                cancel.check()
                self.before(number, face)
                if isinstance(side, BaseException):
                    raise side
                path = request.spool / f"{len(self.requests)}-{number:05}-{face}.jpg"
                path.write_bytes(side)
                yield ScannedSide(
                    path=path,
                    frame=0,
                    sheet=number,
                    face=face,
                    media_type="image/jpeg",
                    source_name=f"{number:05}-{face}.jpg",
                )


def connect(monkeypatch: pytest.MonkeyPatch, **scanners: ScriptedScanner) -> None:
    """Let sources `sane:NAME` reach these scanners; other sources stay what they are."""
    real = feeding.open_source

    def open_source(source: str) -> tuple[object, str]:
        scheme, _, name = source.partition(":")
        return (scanners[name], name) if scheme == "sane" else real(source)

    monkeypatch.setattr(feeding, "open_source", open_source)
    monkeypatch.setattr(stack_scanning, "open_source", open_source)
