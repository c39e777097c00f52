"""What can be set for a watched drop folder, and where it is checked."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from app.kernel.errors import BadInput
from scanner.api import OptionDescription, ScanRequest, ScanWarning

KEEP = "keep"
MOVE = "move"
_AFTER = (KEEP, MOVE)
# Options that the line itself uses for every driver.
_FOREIGN = frozenset({"cache", "start_sheet"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


@dataclass(frozen=True, kw_only=True, slots=True)
class WatchSettings:
    """Times in seconds. `idle_seconds` without anything new end the batch, `first_seconds` when
    nothing has come at all. A file is taken after `settle_seconds` without a change; one that is
    not whole holds up the later ones for `patience_seconds`. `after` is "keep" or "move" (into a
    subfolder, when the batch is stored). `again` takes also what earlier batches took.
    `ledger` is the folder of the ledgers, "" for the one that holds the spool."""

    idle_seconds: float = 60.0
    first_seconds: float = 300.0
    settle_seconds: float = 2.0
    patience_seconds: float = 10.0
    poll_seconds: float = 0.5
    after: str = KEEP
    again: bool = False
    duplex_pairs: bool = False
    ledger: str = ""

    def ledger_folder(self, spool: Path) -> Path:
        """Where the ledgers lie for batches that go into `spool`."""
        return Path(self.ledger).expanduser() if self.ledger else spool.absolute().parent


_DESCRIPTIONS: Mapping[str, str] = {
    "idle_seconds": "End the batch after so many seconds without a new file",
    "first_seconds": "Wait so many seconds for the first file",
    "settle_seconds": "A file is complete after so many seconds without a change",
    "patience_seconds": "An incomplete file holds up later files for so many seconds",
    "poll_seconds": "Look into the folder every so many seconds",
    "after": "What happens to files once their batch is stored",
    "again": "Also take files that earlier batches received",
    "duplex_pairs": "Two sides are front and back of one sheet",
    "ledger": "Folder that keeps the list of received files",
}


def read_settings(options: Mapping[str, Any]) -> WatchSettings:
    """The settings that `options` ask for. Raises BadInput SCN-114."""
    plain = WatchSettings()
    kinds = {entry.name: getattr(plain, entry.name) for entry in fields(WatchSettings)}
    values: dict[str, Any] = {}
    for option, value in options.items():
        if option in _FOREIGN:
            continue
        if option not in kinds:
            raise BadInput("SCN-114", option=option, value=str(value), allowed=", ".join(kinds))
        values[option] = _converted(option, value, kinds[option])
    return WatchSettings(**values)


def described_settings() -> tuple[OptionDescription, ...]:
    """The settings for a form."""
    plain = WatchSettings()
    rows = []
    for entry in fields(WatchSettings):
        value = getattr(plain, entry.name)
        number = isinstance(value, float)
        rows.append(
            OptionDescription(
                name=entry.name,
                title=entry.name.replace("_", " "),
                description=_DESCRIPTIONS[entry.name],
                type="bool" if isinstance(value, bool) else "float" if number else "text",
                value=value,
                choices=_AFTER if entry.name == "after" else (),
                minimum=0.0 if number else None,
                advanced=entry.name in ("poll_seconds", "ledger"),
            )
        )
    return tuple(rows)


def unfulfilled(request: ScanRequest) -> list[ScanWarning]:
    """SCN-213 for every wish that a file cannot fulfil: it comes as its sender made it."""
    wishes: dict[str, Any] = {
        "brightness": request.brightness,
        "contrast": request.contrast,
        "imprint": request.imprint,
        "dual_stream": request.dual_stream,
    }
    return [
        ScanWarning(code="SCN-213", parameters={"setting": setting, "value": str(value)})
        for setting, value in wishes.items()
        if value
    ]


def _converted(option: str, value: Any, plain: Any) -> Any:
    if isinstance(plain, bool):
        lowered = str(value).lower()
        if lowered not in _TRUE | _FALSE:
            raise BadInput("SCN-114", option=option, value=str(value), allowed="true, false")
        return lowered in _TRUE
    if isinstance(plain, float):
        try:
            number = float(value)
        except (TypeError, ValueError) as error:
            raise BadInput("SCN-114", option=option, value=str(value), allowed="0 …") from error
        if not (number >= 0 and math.isfinite(number)):
            raise BadInput("SCN-114", option=option, value=str(value), allowed="0 …")
        return number
    if option == "after" and value not in _AFTER:
        raise BadInput("SCN-114", option=option, value=str(value), allowed=", ".join(_AFTER))
    return str(value)
