"""What the settings say of one archive target.

[targets.city]
kind = "tus"                             # folder, tus, s3, sftp
address = "https://archive.example.gov.cn/files/"
records = "https://archive.example.gov.cn/records/"   # tus: where commits and receipts lie
user = "court-3"
password_secret = "city-archive"         # names a secret; the secret itself is never in here
receipt = "signed"                       # or "read_back"
archive_certificate = "city-archive.pem"
rate = 4000000                           # bytes a second, 0 for as fast as it goes
part_bytes = 16777216
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from app.adapters.archive.wire import PART_BYTES
from app.kernel.errors import BadInput
from app.services.ports import SecretStore

# How a receipt is proved: every byte was read back, or the archive signed it.
READ_BACK, SIGNED = "read_back", "signed"
_TEXTS = frozenset(
    {
        *("kind", "receipt", "archive_certificate", "path", "address", "records", "user"),
        *("password_secret", "key_secret", "passphrase_secret", "token_secret", "host_key"),
        *("folder", "bucket", "prefix", "region", "ca"),
    }
)
_NUMBERS: Mapping[str, tuple[float, float]] = {
    "rate": (0, 1e12),
    "part_bytes": (4096, 5 << 30),
    "receipt_seconds": (0, 86400),
    "receipt_poll_seconds": (0.01, 3600),
    "timeout_seconds": (0.1, 3600),
}
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "folder": (),
    "tus": ("address", "records"),
    "s3": ("address", "bucket", "user", "password_secret"),
    "sftp": ("address", "user"),
}


@frozen(kw_only=True)
class TargetSettings:
    """The table `[targets.<name>]`. Relative paths are meant from `base`, the data folder."""

    name: str
    table: Mapping[str, Any]
    base: Path
    secrets: SecretStore | None = None

    def check(self) -> None:
        """Raises BadInput SET-102 (unknown key), SET-103 (a value that cannot be used)."""
        known = sorted(_TEXTS | set(_NUMBERS))
        for key, value in self.table.items():
            if key not in known:
                nearest = difflib.get_close_matches(key, known, n=1)
                raise BadInput("SET-102", key=self._place(key), nearest=(nearest or known)[0])
            if key in _TEXTS and not isinstance(value, str):
                raise BadInput("SET-103", key=self._place(key), value=value)
            if key in _NUMBERS and not _within(value, *_NUMBERS[key]):
                raise BadInput("SET-103", key=self._place(key), value=value)
        for key in _REQUIRED.get(self.text("kind"), ()):
            if not self.text(key):
                raise BadInput("SET-103", key=self._place(key), value="")
        proof = self.text("receipt", READ_BACK)
        if proof not in (READ_BACK, SIGNED):
            raise BadInput("SET-103", key=self._place("receipt"), value=proof)
        if proof == SIGNED and not self.text("archive_certificate"):
            raise BadInput("SET-103", key=self._place("archive_certificate"), value="")

    def text(self, key: str, default: str = "") -> str:
        """A text of the table."""
        return str(self.table.get(key, default))

    def number(self, key: str, default: float) -> float:
        """A number of the table."""
        return float(self.table.get(key, default))

    def path(self, key: str, default: str = "") -> Path:
        """A path of the table."""
        return self.base / self.text(key, default)

    def secret(self, key: str) -> str:
        """The secret that the table names by this key, "" when it names none. Raises what the
        secret store raises."""
        name = self.text(key)
        if not name:
            return ""
        if self.secrets is None:
            raise BadInput("SET-103", key=self._place(key), value=name)
        return self.secrets.secret(name)

    @property
    def rate(self) -> int:
        """Bytes a second, 0 for no limit."""
        return int(self.number("rate", 0))

    @property
    def part_bytes(self) -> int:
        """How much is sent until the far side has to acknowledge it."""
        return int(self.number("part_bytes", PART_BYTES))

    @property
    def timeout(self) -> float:
        """Seconds until a silent far side counts as out of reach."""
        return self.number("timeout_seconds", 60.0)

    def _place(self, key: str) -> str:
        return f"targets.{self.name}.{key}"


def _within(value: object, least: float, most: float) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return least <= value <= most
