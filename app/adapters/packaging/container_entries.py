"""What a container says it holds, and whether that may be unpacked at all (STANDARDS 5.8).

Everything is judged from the entries, before a byte is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.adapters.packaging.check_subject import folded, path_fault
from app.kernel.file_names import is_device_name

_DRIVE = re.compile(r"[A-Za-z]:")
_FORBIDDEN = frozenset('<>:"|?*')
_LONGEST_PART = 255
_DEEPEST = 32
# Formats that hold further files. OFD is one by design and is never unpacked here.
_ARCHIVES = frozenset(("zip", "rar", "7z", "gz", "tgz", "bz2", "xz", "zst", "tar", "jar", "iso"))


class Rejection(Exception):
    """Why a container is refused: a fault code, and the entry it is about."""

    def __init__(self, code: str, entry: str = "") -> None:
        super().__init__(code, entry)
        self.code, self.entry = code, entry


@dataclass(frozen=True, kw_only=True, slots=True)
class ContainerLimits:
    """How much a container may hold; `ratio` is unpacked by packed bytes and counts only from
    `ratio_from` unpacked bytes on, as small files of few colours shrink much."""

    files: int = 200_000
    bytes: int = 256 << 30
    file_bytes: int = 64 << 30
    manifest_bytes: int = 256 << 20
    ratio: int = 200
    ratio_from: int = 16 << 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry. `start` is where its `packed` bytes begin in the container; `crc` is None where
    the container has none."""

    name: str
    folder: bool
    size: int
    packed: int
    start: int
    deflated: bool = False
    crc: int | None = None


def judge(entries: Iterable[Entry], limits: ContainerLimits) -> None:
    """Raises Rejection for the first entry that must not be unpacked."""
    entries = list(entries)
    if len(entries) > limits.files:
        raise Rejection("PKG-220")
    for entry in entries:
        judge_name(entry.name)
        if not entry.folder and entry.name.rpartition(".")[2].casefold() in _ARCHIVES:
            raise Rejection("PKG-229", entry.name)
    _judge_clashes(entries)
    _judge_sizes(entries, limits)


def judge_name(name: str) -> None:
    """Raises Rejection when an entry's name leads out of the folder or is no name everywhere."""
    if "\\" in name:
        raise Rejection("PKG-212", name)
    if name.startswith("/") or _DRIVE.match(name):
        raise Rejection("PKG-211", name)
    parts = name.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise Rejection("PKG-213", name)
    if any(is_device_name(part) for part in parts):
        raise Rejection("PKG-227", name)
    if (
        path_fault(name)
        or _FORBIDDEN & set(name)
        or len(parts) > _DEEPEST
        or any(len(part.encode("utf-8", "replace")) > _LONGEST_PART for part in parts)
    ):
        raise Rejection("PKG-228", name)


def _judge_clashes(entries: list[Entry]) -> None:
    """No name twice, and no two that some file system takes for one, folders above included."""
    files = {entry.name for entry in entries if not entry.folder}
    names: set[str] = set()
    spelled: dict[str, str] = {}
    for entry in entries:
        if entry.name in names:
            raise Rejection("PKG-215", entry.name)
        names.add(entry.name)
        path = entry.name
        # What lies above a path that was seen before was seen before as well.
        while path and spelled.get(folded(path)) != path:
            if folded(path) in spelled or (path != entry.name and path in files):
                raise Rejection("PKG-216", entry.name)
            spelled[folded(path)] = path
            path = path.rpartition("/")[0]
        if path != entry.name and path in files:
            raise Rejection("PKG-216", entry.name)


def _judge_sizes(entries: list[Entry], limits: ContainerLimits) -> None:
    for entry in entries:
        if entry.size > limits.file_bytes:
            raise Rejection("PKG-221", entry.name)
        if _is_bomb(entry.size, entry.packed, limits):
            raise Rejection("PKG-219", entry.name)
    total = sum(entry.size for entry in entries)
    if total > limits.bytes:
        raise Rejection("PKG-221")
    if _is_bomb(total, sum(entry.packed for entry in entries), limits):
        raise Rejection("PKG-219")


def _is_bomb(size: int, packed: int, limits: ContainerLimits) -> bool:
    return size > limits.ratio_from and size > limits.ratio * packed
