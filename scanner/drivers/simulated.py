"""A scanner without hardware: feeds a bundled paper dossier, with the mishaps one asks for."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

from app.kernel.errors import BadInput, Transient
from app.kernel.progress import CancelToken
from scanner.api import (
    Capabilities,
    DeviceInfo,
    OptionDescription,
    ScanEvent,
    ScannedSide,
    ScanRequest,
    SourceCapabilities,
)
from scanner.drivers.image_file import HEAD_BYTES, check_picture, media_type_of
from scanner.feeder import FeederCount
from scanner.paper.build import build_bundled, bundled_names
from scanner.spool import Spool

FOLDER_VARIABLE = "JUANZONG_BUNDLED"
_PAUSE_SECONDS = 0.02
# Options that the line itself uses for every driver.
_FOREIGN = frozenset({"cache", "duplex_pairs"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Mishaps:
    """What goes wrong, each at the sheet of that number (0: never), and the pace.

    `start_sheet` goes on at that sheet after the operator has mended the trouble there.
    """

    jam_at: int = 0
    double_feed_at: int = 0
    cover_open_at: int = 0
    crash_at: int = 0
    hang_at: int = 0
    start_sheet: int = 0
    sides_per_second: float = 0.0


class SimulatedDriver:
    """Sources `simulated:NAME` and `simulated:NAME?jam_at=7&sides_per_second=4`.

    The options of the request and of the name are the fields of `Mishaps`. Raises Transient
    SCN-104, SCN-105 and SCN-106 at the sheet asked for, SCN-101 when `start_sheet` is behind the
    last sheet; BadInput SCN-208 (no such dossier) and SCN-114 (no such option).
    """

    scheme = "simulated"

    def devices(self) -> list[DeviceInfo]:
        """One device for every bundled dossier."""
        return [
            DeviceInfo(
                source=f"simulated:{name}",
                maker="Juanzong",
                model=f"Simulated scanner ({name})",
                feeder=True,
                duplex=True,
            )
            for name in bundled_names()
        ]

    def capabilities(self, name: str) -> Capabilities:
        """A duplex feeder whose settings are the mishaps one may ask for."""
        return Capabilities(
            sources=(SourceCapabilities(kind="feeder", duplex=True, modes=("color",)),),
            options=tuple(_described(entry.name) for entry in fields(Mishaps)),
        )

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """Front and back of every sheet, or the fronts alone when not `duplex`."""
        name, _, query = request.name.partition("?")
        mishaps = parse_mishaps({**request.options, **dict(parse_qsl(query))})
        if name not in bundled_names():
            known = ", ".join(bundled_names())
            raise BadInput("SCN-208", name=name, known=known)
        cancel.check()
        sides = sorted((_dossier(name, request) / "sides").iterdir())
        sheets = [sides[start : start + 2] for start in range(0, len(sides), 2)]
        first = max(1, mishaps.start_sheet)
        if first > len(sheets):
            raise Transient("SCN-101", name=name)
        spool = Spool(request.spool)
        count = FeederCount(pairs=request.duplex, first_sheet=first)
        due = time.monotonic()
        for number, sheet in enumerate(sheets[first - 1 :], first):
            cancel.check()
            _meet_mishap(mishaps, number)
            for side in sheet if request.duplex else sheet[:1]:
                due = _wait_for_turn(due, mishaps.sides_per_second, cancel)
                yield _deliver(side, spool, count, crash=mishaps.crash_at == number)
        yield from count.closing_warnings()


def _described(option: str) -> OptionDescription:
    value: int | float = getattr(Mishaps(), option)
    return OptionDescription(
        name=option,
        title=option.replace("_", " "),
        type="float" if isinstance(value, float) else "int",
        value=value,
        minimum=0.0,
    )


def parse_mishaps(options: Mapping[str, Any]) -> Mishaps:
    """The mishaps that `options` ask for. Raises BadInput SCN-114."""
    nothing = Mishaps()
    known = {field.name: type(getattr(nothing, field.name)) for field in fields(nothing)}
    values: dict[str, Any] = {}
    for option, value in options.items():
        if option in _FOREIGN:
            continue
        if option not in known:
            raise BadInput("SCN-114", option=option, value=str(value), allowed=", ".join(known))
        try:
            values[option] = known[option](value)
        except (TypeError, ValueError) as error:
            raise BadInput("SCN-114", option=option, value=str(value), allowed="0 …") from error
        if not values[option] >= 0:
            raise BadInput("SCN-114", option=option, value=str(value), allowed="0 …")
    return Mishaps(**values)


def _dossier(name: str, request: ScanRequest) -> Path:
    """The folder of the dossier: as shipped with a frozen program, which may be installed where
    nobody can write, else drawn into a cache."""
    shipped = os.environ.get(FOLDER_VARIABLE)
    if shipped and (Path(shipped) / name / "truth.json").is_file():
        return Path(shipped) / name
    chosen = shipped or request.options.get("cache")
    return build_bundled(name, Path(chosen) if chosen else request.spool / "bundled")


def _meet_mishap(mishaps: Mishaps, sheet: int) -> None:
    if sheet == mishaps.start_sheet:
        return  # the operator has just cleared this one
    if sheet == mishaps.jam_at:
        raise Transient("SCN-104", sheet=sheet)
    if sheet == mishaps.double_feed_at:
        raise Transient("SCN-106", sheet=sheet)
    if sheet == mishaps.cover_open_at:
        raise Transient("SCN-105", sheet=sheet)
    if sheet == mishaps.hang_at:
        threading.Event().wait()


def _wait_for_turn(due: float, pace: float, cancel: CancelToken) -> float:
    """Keep the pace of a real device; stays open to cancelling. Gives the next moment due."""
    while (left := due - time.monotonic()) > 0:
        cancel.check()
        time.sleep(min(left, _PAUSE_SECONDS))
    cancel.check()
    return max(due, time.monotonic()) + (1.0 / pace if pace > 0 else 0.0)


def _deliver(side: Path, spool: Spool, count: FeederCount, *, crash: bool) -> ScannedSide:
    def write(stream: BinaryIO) -> None:
        with side.open("rb") as source:
            if crash:
                stream.write(source.read(HEAD_BYTES))
                stream.flush()
                _die()
            shutil.copyfileobj(source, stream)

    path = spool.keep(side.suffix, write)
    data = path.read_bytes()
    media_type = media_type_of(data[:HEAD_BYTES])
    facts = check_picture(data, media_type)
    sheet, face = count.advance()
    return ScannedSide(
        path=path,
        frame=0,
        sheet=sheet,
        face=face,
        media_type=media_type,
        source_name=side.name,
        width=facts.width,
        height=facts.height,
        dpi=facts.dpi,
        fault=facts.fault,
    )


def _die() -> None:
    """End as a driver does that follows a wild pointer."""
    signal.raise_signal(signal.SIGSEGV)
