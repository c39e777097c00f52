"""The folder that receives the images of a batch: a file is there whole or not at all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from app.kernel.errors import Broken
from app.kernel.ids import new_id

_PART = ".part"
_STALE_SECONDS = 3600.0


class Spool:
    """Writes images into `folder`, which is made when missing.

    Names are unique over all batches and sort by the time of writing, so that a second batch in
    the same folder never touches the files of the first. Raises Broken SCN-118 when the folder
    cannot be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _not_writable(self._folder, error) from error

    def keep(self, suffix: str, write: Callable[[BinaryIO], object]) -> Path:
        """Let `write` fill a new file and give its path once it is safe on disk.

        The bytes go to a hidden name first; then data sync, rename, sync of the folder, so that
        no power cut leaves a half page under a final name. Raises Broken SCN-118 (disk full,
        folder gone).
        """
        name = new_id("scan") + suffix
        part = self._folder / f".{os.getpid()}.{name}{_PART}"
        final = self._folder / name
        try:
            with part.open("xb") as stream:
                write(stream)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(final)
            _sync_folder(self._folder)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise _not_writable(self._folder, error) from error
        return final


def drop_parts(folder: Path, process: int) -> None:
    """Remove the unfinished files that the ended driver host `process` left in `folder`.

    Unfinished files of other hosts go when they are older than an hour: their program died with
    them, and nothing was ever reported about them.
    """
    now = time.time()
    for part in folder.glob(f".*{_PART}"):
        try:
            if part.name.startswith(f".{process}.") or now - part.stat().st_mtime > _STALE_SECONDS:
                part.unlink(missing_ok=True)
        except FileNotFoundError:
            # Another program tidied the same folder a moment earlier.
            continue


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":  # NTFS journals the rename; a folder cannot be opened there.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_writable(folder: Path, error: OSError) -> Broken:
    return Broken("SCN-118", folder=str(folder), reason=error.strerror or str(error))
