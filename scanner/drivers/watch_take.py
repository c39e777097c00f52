"""Takes one file of a drop folder: a durable copy in the spool, its digest, and its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.kernel.progress import CancelToken
from scanner.drivers.image_file import HEAD_BYTES, FrameFacts, media_type_of, read_frames
from scanner.drivers.pdf_file import read_pdf_frames
from scanner.drivers.watch_listing import Stamp
from scanner.spool import Spool

_CHUNK = 1 << 20
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "image/bmp": ".bmp",
    "image/jp2": ".jp2",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heif": ".heif",
    "application/pdf": ".pdf",
}


class SourceChanged(Exception):
    """The file was written to while it was copied."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A file that lies in the spool. `path` is the copy, byte for byte what was delivered."""

    path: Path
    digest: str
    media_type: str
    frames: tuple[FrameFacts, ...]


def take(source: Path, stamp: Stamp, spool: Spool, cancel: CancelToken) -> Taken:
    """Copy a file into the spool and look at every page of the copy.

    The copy is the master: the drop folder may be emptied, or its files written anew, by others.
    Raises SourceChanged when the file is no longer as `stamp` says, OSError when it cannot be
    read, Broken SCN-118 when the spool cannot be written, Cancelled. Nothing is left in the
    spool then.
    """
    digest = hashlib.sha256()
    trouble: list[OSError] = []
    received = 0

    with source.open("rb") as stream:
        media_type = media_type_of(stream.read(HEAD_BYTES))
        stream.seek(0)

        def write(copy: BinaryIO) -> None:
            nonlocal received
            for piece in _pieces(stream, cancel, trouble):
                copy.write(piece)
                digest.update(piece)
                received += len(piece)

        path = spool.keep(_SUFFIXES.get(media_type, ".bin"), write)
    try:
        if trouble:
            raise trouble[0]
        facts = source.stat()
        now = Stamp(size=facts.st_size, changed=facts.st_mtime_ns)
        if received != stamp.size or not now.same_state(stamp):
            raise SourceChanged
        frames = tuple(frames_of(path, media_type, cancel))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Taken(path=path, digest=digest.hexdigest(), media_type=media_type, frames=frames)


def frames_of(path: Path, media_type: str, cancel: CancelToken) -> Iterator[FrameFacts]:
    """The pages of a file, whatever its kind. Raises OSError and Cancelled."""
    if media_type == "application/pdf":
        return read_pdf_frames(path, cancel)
    return read_frames(path, media_type, cancel)


def take_again(copy: Path, cancel: CancelToken) -> Taken:
    """A copy that an earlier run left in the spool. Raises OSError and Cancelled."""
    digest = hashlib.sha256()
    with copy.open("rb") as stream:
        media_type = media_type_of(stream.read(HEAD_BYTES))
        stream.seek(0)
        while piece := stream.read(_CHUNK):
            cancel.check()
            digest.update(piece)
    frames = tuple(frames_of(copy, media_type, cancel))
    return Taken(path=copy, digest=digest.hexdigest(), media_type=media_type, frames=frames)


def _pieces(stream: BinaryIO, cancel: CancelToken, trouble: list[OSError]) -> Iterator[bytes]:
    """The bytes of the source. An error in reading is put into `trouble` and ends them: raised
    inside the spool it would look like a full disk."""
    while True:
        cancel.check()
        try:
            piece = stream.read(_CHUNK)
        except OSError as error:
            trouble.append(error)
            return
        if not piece:
            return
        yield piece
