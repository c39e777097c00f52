"""Reading the table of one channel in the settings, and naming what is wrong in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.kernel.errors import BadInput, Broken

SECONDS = 10.0


class ChannelTable:
    """The settings of one channel. Every value is checked when it is read, unknown keys when all
    were (`finish`): a misspelt key must not pass for one that was left out.

    Raises BadInput NTC-105 (channel, key).
    """

    def __init__(self, channel: str, table: Mapping[str, Any], base: Path) -> None:
        self.channel = channel
        self._table = dict(table)
        self._table.pop("kind", None)
        self._base = base

    def text(self, key: str, default: str | None = None) -> str:
        """A text; without `default` it must be there."""
        value = self._table.pop(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._wrong(key)
        return value

    def web_address(self, key: str) -> str:
        """An address of HTTP or HTTPS."""
        value = self.text(key)
        try:
            parts = urlsplit(value)
            fits = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            fits = False
        if not fits or not value.isprintable():
            raise self._wrong(key)
        return value

    def number(self, key: str, default: float) -> float:
        """A number above 0."""
        value = self._table.pop(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
            raise self._wrong(key)
        return float(value)

    def choice(self, key: str, known: tuple[str, ...]) -> str:
        """One of the known words, the first when none is given."""
        value = self._table.pop(key, known[0])
        if value not in known:
            raise self._wrong(key)
        return str(value)

    def mapping(self, key: str, default: Mapping[str, str]) -> dict[str, str]:
        """A table of texts."""
        value = self._table.pop(key, default)
        if not isinstance(value, Mapping) or not all(isinstance(v, str) for v in value.values()):
            raise self._wrong(key)
        return {str(name): str(text) for name, text in value.items()}

    def secret(self, key: str) -> str:
        """A secret that stands in the table, or in a file named by `<key>_file`; "" for none.

        Raises Broken NTC-103 when that file cannot be read.
        """
        if f"{key}_file" not in self._table:
            return self.text(key, "")
        path = self._base / self.text(f"{key}_file")
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Broken("NTC-103", channel=self.channel, reason=str(path)) from error

    def finish(self) -> None:
        """Raises BadInput NTC-105 for a key that nobody read."""
        for key in self._table:
            raise self._wrong(key)

    def _wrong(self, key: str) -> BadInput:
        return BadInput("NTC-105", channel=self.channel, key=key)
