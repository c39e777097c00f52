"""Whether a file in a drop folder is all there: by its own end mark, and by who still writes it."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable
from pathlib import Path

from scanner.drivers.image_file import HEAD_BYTES, media_type_of
from scanner.drivers.tiff_structure import read_tiff_pages

# Some devices put thumbnails or padding behind the picture.
_TAIL_BYTES = 1 << 16
# ISO 32000-1, annex H.3: the end mark stands in the last kilobyte.
_PDF_TAIL_BYTES = 1024
_MARKS = {
    "image/jpeg": b"\xff\xd9",
    "image/jp2": b"\xff\xd9",
    "image/png": b"IEND",
    "image/gif": b"\x3b",
}
_PROCESSES = Path("/proc")
_ACCESS_BITS = 0o3  # O_WRONLY and O_RDWR in the flags of a descriptor


def examine(path: Path) -> tuple[str, bool]:
    """The media type by content ("" when it is none of a scan) and whether the end is there.

    A few kilobytes are read, whatever the size: many senders reserve the whole length first and
    fill it afterwards, so that the size alone proves nothing. Raises OSError.
    """
    with path.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        media_type = media_type_of(head)
        size = stream.seek(0, os.SEEK_END)
        if media_type == "image/tiff":
            pages, broken = read_tiff_pages(stream)
            return media_type, not broken and not any(page.cut_off for page in pages)
        stream.seek(max(0, size - _TAIL_BYTES))
        tail = stream.read()
    return media_type, _ends_well(media_type, head, tail, size)


def _ends_well(media_type: str, head: bytes, tail: bytes, size: int) -> bool:
    if media_type in _MARKS:
        return tail.rfind(_MARKS[media_type]) >= 0
    if media_type == "application/pdf":
        return b"%%EOF" in tail.rstrip(b"\0\r\n ")[-_PDF_TAIL_BYTES:]
    if media_type == "image/bmp":
        return int(struct.unpack_from("<I", head, 2)[0]) <= size
    if media_type == "image/webp":
        return int(struct.unpack_from("<I", head, 4)[0]) + 8 <= size
    return bool(media_type)


def open_for_writing(folder: Path) -> set[str]:
    """The files below `folder` that a process of this machine has open for writing.

    Empty where the system does not tell (other systems, processes of other accounts): then size,
    time and end mark have to do, as they do for writers on other machines.
    """
    prefix = os.path.realpath(folder) + os.sep
    own = str(os.getpid())
    found: set[str] = set()
    for process in _entries(_PROCESSES):
        if not process.isdecimal() or process == own:
            continue
        for descriptor in _entries(_PROCESSES / process / "fd"):
            try:
                # os.readlink, not Path: this runs for every descriptor of the machine.
                target = os.readlink(f"/proc/{process}/fd/{descriptor}")  # noqa: PTH115
                if target.startswith(prefix) and _writes(process, descriptor):
                    found.add(target)
            except OSError:
                continue  # closed or ended in the meantime
    return found


def _entries(folder: Path) -> Iterable[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names only, thousands of times
    except OSError:
        return ()


def _writes(process: str, descriptor: str) -> bool:
    text = (_PROCESSES / process / "fdinfo" / descriptor).read_text("ascii")
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name == "flags":
            return bool(int(value, 8) & _ACCESS_BITS)
    return False
