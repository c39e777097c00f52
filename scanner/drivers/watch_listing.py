"""One look into a watched drop folder: which files are there, and which names are temporary."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath

# Where files go that were stored, when the administrator wants the folder emptied.
RECEIVED_FOLDER = "已接收"
# What copying, FTP and browsers call a file while they still write it.
_TEMPORARY_SUFFIXES = frozenset(
    {".part", ".partial", ".tmp", ".temp", ".crdownload", ".filepart", ".download", ".upload"}
)
_TEMPORARY_PREFIXES = ("~$", "~")
_END_NAMES = frozenset({"end", "结束"})
_END_SUFFIXES = frozenset({"", ".txt"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Stamp:
    """What one look tells of a file: `size` in bytes, `changed` in nanoseconds by the clock of
    whoever keeps the file, `inode` (0 where the file system has none)."""

    size: int
    changed: int
    inode: int = 0

    def same_state(self, other: Stamp) -> bool:
        """Whether nothing was written between the two looks."""
        return self.size == other.size and self.changed == other.changed


@dataclass(kw_only=True, slots=True)
class Listing:
    """Files by path relative to the folder; `unreadable` are subfolders that gave an error."""

    files: dict[PurePath, Stamp] = field(default_factory=dict)
    temporary: dict[PurePath, Stamp] = field(default_factory=dict)
    ends: dict[PurePath, Stamp] = field(default_factory=dict)
    unreadable: dict[PurePath, str] = field(default_factory=dict)


def is_temporary(name: str) -> bool:
    """Whether a name says that its file is not finished."""
    lowered = name.lower()
    suffix = PurePath(lowered).suffix
    return suffix in _TEMPORARY_SUFFIXES or lowered.startswith(_TEMPORARY_PREFIXES)


def is_end(name: str) -> bool:
    """Whether a file of that name means that no more will come."""
    path = PurePath(name)
    return path.suffix.lower() in _END_SUFFIXES and path.stem.lower() in _END_NAMES


def look(root: Path) -> Listing:
    """The files below `root` as they are now. Hidden files and folders are passed over.

    Polls, because shares do not report changes. Raises OSError when `root` cannot be listed.
    """
    listing = Listing()
    folders: list[PurePath] = [PurePath()]
    seen: set[tuple[int, int]] = set()
    while folders:
        relative = folders.pop()
        try:
            with os.scandir(root / relative) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        folders.extend(_sort_in(listing, relative / entry.name, entry, seen))
        except OSError as error:
            if not relative.parts:
                raise
            listing.unreadable[relative] = error.strerror or str(error)
    return listing


def _sort_in(
    listing: Listing,
    path: PurePath,
    entry: os.DirEntry[str],
    seen: set[tuple[int, int]],
) -> Iterator[PurePath]:
    """Put one entry where it belongs; gives it back when it is a folder to enter."""
    try:
        # A fresh call: the size kept in a directory of Windows lags behind while a file grows.
        facts = os.stat(entry.path)  # noqa: PTH116
    except OSError:
        return  # gone between the look at the folder and the look at the file
    if stat.S_ISDIR(facts.st_mode):
        place = (facts.st_dev, facts.st_ino)
        if path != PurePath(RECEIVED_FOLDER) and (place not in seen or not facts.st_ino):
            seen.add(place)
            yield path
    elif stat.S_ISREG(facts.st_mode):
        stamp = Stamp(size=facts.st_size, changed=facts.st_mtime_ns, inode=facts.st_ino)
        if is_temporary(entry.name):
            listing.temporary[path] = stamp
        elif len(path.parts) == 1 and is_end(entry.name):
            listing.ends[path] = stamp
        else:
            listing.files[path] = stamp
