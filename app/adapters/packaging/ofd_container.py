"""The ZIP of an OFD under construction: parts one after the other, the same bytes each time."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from types import TracebackType

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


class OfdContainer:
    """Writes parts to `out`. Pictures are stored as they are; only XML and fonts are deflated."""

    def __init__(self, out: Path) -> None:
        self._zip = zipfile.ZipFile(out, "w", allowZip64=True)
        self._sha256 = hashlib.sha256()

    def __enter__(self) -> OfdContainer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    def add(self, name: str, data: bytes, *, deflated: bool = True) -> None:
        """Add the part `name`."""
        entry = zipfile.ZipInfo(name, _EARLIEST)
        entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
        entry.compress_type = zipfile.ZIP_DEFLATED if deflated else zipfile.ZIP_STORED
        self._zip.writestr(entry, data)
        # The check sum of the ZIP is there already; a digest of every picture would cost time.
        self._sha256.update(f"{name} {entry.file_size} {entry.CRC}\n".encode())

    def identifier(self) -> str:
        """32 hexadecimal digits that follow from all parts so far."""
        return self._sha256.hexdigest()[:32]
