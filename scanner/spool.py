"""The folder that receives the images of a batch: a file is there whole or not at all.

Beside each image lies a note of what the driver said about it. A program that is killed before it
has stored a side finds image and note when it is started again, so that nothing a scanner has
delivered is lost with its paper already through.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from app.kernel.errors import Broken
from app.kernel.folder_sync import sync_folder
from app.kernel.ids import new_id
from scanner import wire
from scanner.api import ScannedSide

_PART = ".part"
_NOTE = ".side"
_PREVIEW = ".preview"
_STALE_SECONDS = 3600.0
_log = logging.getLogger(__name__)


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

    def keep(
        self,
        suffix: str,
        write: Callable[[BinaryIO], object],
        preview: Callable[[BinaryIO], object] | None = None,
    ) -> Path:
        """Let `write` fill a new file and give its path once it is safe on disk.

        `preview` fills the small picture that `preview_of` names; without it the line goes on.

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
            if preview is not None:
                _keep_preview(preview_of(final), preview)
            part.replace(final)
            sync_folder(self._folder)
        except OSError as error:
            part.unlink(missing_ok=True)
            preview_of(final).unlink(missing_ok=True)
            raise _not_writable(self._folder, error) from error
        return final


def note_side(side: ScannedSide) -> None:
    """Write the note beside the image of `side`, before the side is reported; once is enough.

    The note survives the end of every program; a power cut may take it, not the image. Raises
    Broken SCN-118; the image is gone then, as the side is not reported.
    """
    note, line = _note_of(side.path), wire.to_line(wire.event_record(side))
    try:
        if not note.exists() or note.read_bytes() != line:
            note.write_bytes(line)
    except OSError as error:
        side.path.unlink(missing_ok=True)
        raise _not_writable(side.path.parent, error) from error


def delivered(folder: Path) -> tuple[list[ScannedSide], list[Path]]:
    """What lies in the folder: sides with their notes, by sheet and face, and images without."""
    sides: list[ScannedSide] = []
    bare: list[Path] = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.startswith(".") or path.name.endswith(_NOTE) or not path.is_file():
            continue
        try:
            event = wire.event_from(wire.from_line(_note_of(path).read_bytes()))
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("no note beside %s: %s", path.name, error)
            bare.append(path)
            continue
        if isinstance(event, ScannedSide):
            sides.append(replace(event, path=path))
    # Names follow the clock, which may have been set back in between.
    return sorted(sides, key=lambda side: (side.sheet, side.face == "back", side.frame)), bare


def preview_of(path: Path) -> Path:
    """Where the small picture of the image at `path` lies, if its driver made one. Whoever takes
    the image takes it too; it is a work file and never evidence."""
    return path.with_name(f".{path.name}{_PREVIEW}")


def _keep_preview(path: Path, write: Callable[[BinaryIO], object]) -> None:
    try:
        with path.open("wb") as stream:
            write(stream)
    except OSError as error:
        _log.warning("no preview of a page: %s", error)
        path.unlink(missing_ok=True)


def remove_image(path: Path) -> None:
    """Take an image that is stored elsewhere, and its note, out of the folder."""
    path.unlink(missing_ok=True)
    _note_of(path).unlink(missing_ok=True)


def drop_image(path: Path) -> None:
    """Take an image that nobody will ask for out of the folder, with its note and its preview."""
    remove_image(path)
    preview_of(path).unlink(missing_ok=True)


def _note_of(path: Path) -> Path:
    return path.with_name(path.name + _NOTE)


def drop_parts(folder: Path, process: int) -> None:
    """Remove the unfinished files that the ended driver host `process` left in `folder`.

    Unfinished files of other hosts, and previews, go when they are older than an hour: their
    program died with them, and nothing was ever reported about them.
    """
    now = time.time()
    for part in (*folder.glob(f".*{_PART}"), *folder.glob(f".*{_PREVIEW}")):
        try:
            if part.name.startswith(f".{process}.") or now - part.stat().st_mtime > _STALE_SECONDS:
                part.unlink(missing_ok=True)
        except FileNotFoundError:
            # Another program tidied the same folder a moment earlier.
            continue


def _not_writable(folder: Path, error: OSError) -> Broken:
    return Broken("SCN-118", folder=str(folder), reason=error.strerror or str(error))
