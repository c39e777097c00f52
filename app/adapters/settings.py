"""Settings of a station: `settings.toml` in the data folder, every key optional.

station = "扫描一室-1"
engine = "rapidocr"            # or "tesseract"
language = "zh_CN"             # or "en"
cabinets = ["simulated:hall", "wkly:north"]

[lockers."wkly:north"]         # what the driver of this cabinet has to know
address = "/dev/ttyUSB0"       # or "socket://192.168.1.20:5000"
cells = 24
bus = "line-1"                 # the same for cabinets that hang on one wire
close_seconds = 180            # how long a door may stand open

[notices.sms]                  # how people are told: sms, webhook, email
url = "https://sms.example.gov.cn/send"

[identity]                     # the reader for ID cards
reader = "/dev/ttyUSB1"

[targets.archive]
kind = "folder"
path = "/mnt/archive"

[signing]                      # keys of the court: app.adapters.signing.key_settings
[trust]                        # whom this court trusts
certificates = "trust"
"""

from __future__ import annotations

import difflib
import platform
import tomllib
from pathlib import Path
from typing import Any

from attrs import field, fields, frozen

from app.kernel.errors import BadInput

FILE_NAME = "settings.toml"
LANGUAGES = ("zh_CN", "en")
ENGINES = ("rapidocr", "tesseract")


@frozen(kw_only=True)
class Settings:
    """What can be set. `targets` holds {"kind", "path"} by name; `lockers` what the driver of a
    cabinet has to know, by the name of the cabinet; `notices` the channels to people by name;
    `handoff` the terms of hand-offs that a court decides; `identity` the ID-card reader;
    `virus` {"clamd": "unix:/run/clamav/clamd.ctl" or "tcp://host:port"};
    `signing` the keys of the court and `trust` whom it trusts (`app.adapters.signing`)."""

    station: str = field(factory=lambda: platform.node() or "station")
    engine: str = "rapidocr"
    language: str = "zh_CN"
    workers: int = 0
    cabinets: tuple[str, ...] = ("simulated:hall",)
    targets: dict[str, dict[str, Any]] = field(factory=dict)
    lockers: dict[str, dict[str, Any]] = field(factory=dict)
    notices: dict[str, dict[str, Any]] = field(factory=dict)
    handoff: dict[str, Any] = field(factory=dict)
    identity: dict[str, Any] = field(factory=dict)
    signing: dict[str, Any] = field(factory=dict)
    virus: dict[str, Any] = field(factory=dict)
    trust: dict[str, Any] = field(factory=dict)


def load_settings(folder: Path) -> Settings:
    """The settings of a data folder; the built-in ones where the file or a key is missing.

    Raises BadInput SET-101 (not TOML), SET-102 (unknown key, with the nearest one), SET-103
    (a value that cannot be used).
    """
    path = folder / FILE_NAME
    if not path.exists():
        return Settings()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInput("SET-101", path=str(path), reason=str(error)) from error
    known = [attribute.name for attribute in fields(Settings)]
    for key in table:
        if key not in known:
            nearest = difflib.get_close_matches(key, known, n=1)
            raise BadInput("SET-102", key=key, nearest=nearest[0] if nearest else known[0])
    if isinstance(table.get("cabinets"), list):
        table["cabinets"] = tuple(table["cabinets"])
    settings = Settings(**table)
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    if not isinstance(settings.station, str) or not settings.station.strip():
        raise BadInput("SET-103", key="station", value=settings.station)
    cabinets = settings.cabinets
    if not isinstance(cabinets, tuple) or not all(isinstance(name, str) for name in cabinets):
        raise BadInput("SET-103", key="cabinets", value=cabinets)
    if not isinstance(settings.targets, dict):
        raise BadInput("SET-103", key="targets", value=settings.targets)
    for key in ("lockers", "notices"):
        tables = getattr(settings, key)
        if not isinstance(tables, dict) or not all(isinstance(t, dict) for t in tables.values()):
            raise BadInput("SET-103", key=key, value=tables)
    for key in ("handoff", "identity", "signing", "trust", "virus"):
        if not isinstance(getattr(settings, key), dict):
            raise BadInput("SET-103", key=key, value=getattr(settings, key))
    if settings.language not in LANGUAGES:
        raise BadInput("SET-103", key="language", value=settings.language)
    if settings.engine not in ENGINES:
        raise BadInput("SET-103", key="engine", value=settings.engine)
    workers = settings.workers
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 0:
        raise BadInput("SET-103", key="workers", value=settings.workers)
    for name, target in settings.targets.items():
        if not isinstance(target, dict) or "kind" not in target:
            raise BadInput("SET-103", key=f"targets.{name}", value=target)
