"""Judges any bag strictly by RFC 8493 (BagIt 1.0) and its drafts from 0.93 on.

Other readers pass what the RFC forbids (blanks before a colon, paths twice); here it is a fault.
Nothing outside the bag is ever opened and nothing is fetched.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from app.adapters.packaging.bag import DECLARATION, INFO
from app.adapters.packaging.check_subject import folded, path_fault
from app.adapters.packaging.naming import PAYLOAD

_VERSION = re.compile(r"BagIt-Version: (\d+\.\d+)")
_ENCODING = re.compile(r"Tag-File-Character-Encoding: (\S+)")
_VERSIONS = ("0.93", "0.94", "0.95", "0.96", "0.97", "1.0")
_LIST = re.compile(r"(tag)?manifest-([a-z0-9]+)\.txt")
_ROW = re.compile(r"([0-9A-Fa-f]+)[ \t]+\*?(.+)")
_FETCH = re.compile(r"\S+[ \t]+(?:\d+|-)[ \t]+(.+)")
_OXUM = re.compile(r"Payload-Oxum\s*:\s*(\d+)\.(\d+)\s*")
_OLD_INFO = "package-info.txt"
_MOST_TAG_BYTES = 1 << 27
_LEFT_BY_SYSTEMS = frozenset((".DS_Store", "Thumbs.db", "desktop.ini"))

# Gives the hexadecimal digest of a file of the bag by path and algorithm.
DigestOf = Callable[[str, str], str]


@dataclass(frozen=True, kw_only=True)
class BagVerdict:
    """`faults` make a bag invalid; `warnings` are what other file systems may lose."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def judge_bag(root: Path, digest_of: DigestOf | None = None) -> BagVerdict:
    """What is wrong with the bag in `root`. `digest_of` stands for reading the files, where their
    digests are known already. Raises OSError when the folder cannot be read."""
    reader = _Bag(root, digest_of or _reading(root))
    reader.judge()
    return reader.verdict


class _Bag:
    def __init__(self, root: Path, digest_of: DigestOf) -> None:
        self._root, self._digest_of = root, digest_of
        self.verdict = BagVerdict()
        self._sizes: dict[str, int] = {}
        self._version, self._encoding = "", "utf-8"

    def judge(self) -> None:
        self._walk()
        self._declaration()
        lists = {name: found for name in self._sizes if (found := _LIST.fullmatch(name))}
        if not any(found[1] is None for found in lists.values()):
            self._fault("没有载荷清单")
        payload = {path for path in self._sizes if path.startswith(f"{PAYLOAD}/")}
        listed: list[set[str]] = []
        for name, found in sorted(lists.items()):
            rows = self._rows(name, found[2], payload_list=found[1] is None)
            if found[1] is None:
                listed.append(rows)
        # Every list of a bag of version 1.0 names the whole payload; before, all lists together.
        for rows in listed if self._version == "1.0" else [set().union(*listed)]:
            for path in sorted(payload - rows):
                self._fault(f"清单未列：{path}")
        self._fetch(set().union(*listed))
        self._oxum(payload)
        self._names()

    def _fault(self, text: str) -> None:
        self.verdict.faults.append(text[:200])

    def _walk(self) -> None:
        for folder, names, files in os.walk(self._root):
            for name in (*names, *files):
                path = Path(folder, name)
                relative = path.relative_to(self._root).as_posix()
                if path.is_symlink() or not (path.is_file() or path.is_dir()):
                    self._fault(f"链接或设备：{relative}")
                elif path.is_file():
                    self._sizes[relative] = path.stat().st_size
        if not (self._root / PAYLOAD).is_dir():
            self._fault(f"没有 {PAYLOAD} 文件夹")

    def _declaration(self) -> None:
        lines = self._lines(DECLARATION)
        version = _VERSION.fullmatch(lines[0]) if lines else None
        encoding = _ENCODING.fullmatch(lines[1]) if len(lines) > 1 else None
        if version is None or encoding is None or len(lines) != 2:
            self._fault(f"{DECLARATION} 不符合规范")
        if version is not None:
            self._version = version[1]
            if self._version not in _VERSIONS:
                self._fault(f"BagIt 版本未知：{self._version}")
        if encoding is not None:
            try:
                self._encoding = codecs.lookup(encoding[1]).name
            except LookupError:
                self._fault(f"字符编码未知：{encoding[1]}")

    def _lines(self, name: str) -> list[str]:
        """The lines of a tag file. What cannot be read is a fault and has none."""
        if self._sizes.get(name, _MOST_TAG_BYTES) >= _MOST_TAG_BYTES:
            self._fault(f"缺少或过大：{name}")
            return []
        encoding = "utf-8" if name == DECLARATION else self._encoding
        try:
            text = (self._root / name).read_bytes().decode(encoding)
        except UnicodeError:
            self._fault(f"字符编码不符：{name}")
            return []
        return re.split(r"\r\n|\n|\r", re.sub(r"(\r\n|\n|\r)\Z", "", text))

    def _rows(self, name: str, algorithm: str, *, payload_list: bool) -> set[str]:
        """The paths of a list; each file is held against its digest."""
        if not _computes(algorithm):
            self._fault(f"摘要算法未知：{name}")
            return set()
        seen: dict[str, str] = {}
        for line in self._lines(name):
            found = _ROW.fullmatch(line)
            path = self._path(found[2], name) if found else ""
            if found is None:
                self._fault(f"{name} 有不符合规范的行")
            elif not path:
                continue
            elif path in seen and (self._version == "1.0" or seen[path] != found[1].lower()):
                self._fault(f"{name} 重复列出：{path}")
            elif payload_list != path.startswith(f"{PAYLOAD}/"):
                self._fault(f"{name} 列出不属于它的文件：{path}")
            else:
                self._compare(path, algorithm, found[1].lower())
                if path in seen or found[2] != path or "*" in line[: found.start(2)]:
                    self.verdict.warnings.append(f"{name} 的写法不规范：{line}"[:200])
                seen[path] = found[1].lower()
        return set(seen)

    def _path(self, text: str, name: str) -> str:
        """A path as it is meant; a fault and empty when it leads out of the bag."""
        path = text.replace("%0A", "\n").replace("%0a", "\n").replace("%0D", "\r")
        path = path.replace("%0d", "\r")
        path = path.replace("%25", "%") if self._version == "1.0" else path.removeprefix("./")
        if path_fault(path) or path.startswith("~"):
            self._fault(f"{name} 的路径不安全：{path}")
            return ""
        return path

    def _compare(self, path: str, algorithm: str, expected: str) -> None:
        if path not in self._sizes:
            self._fault(f"缺少文件：{path}")
        elif self._digest_of(path, algorithm) != expected:
            self._fault(f"摘要不符（{algorithm}）：{path}")

    def _fetch(self, listed: set[str]) -> None:
        """Files to be fetched must be named and, as nothing is fetched, there already."""
        if "fetch.txt" not in self._sizes:
            return
        for line in self._lines("fetch.txt"):
            found = _FETCH.fullmatch(line)
            path = self._path(found[1], "fetch.txt") if found else ""
            if found is None or (path and path not in listed):
                self._fault("fetch.txt 有不符合规范的行")

    def _oxum(self, payload: set[str]) -> None:
        info = INFO if INFO in self._sizes else _OLD_INFO
        if info not in self._sizes:
            return
        actual = sum(self._sizes[path] for path in payload), len(payload)
        for line in self._lines(info):
            stated = _OXUM.fullmatch(line)
            if stated and (int(stated[1]), int(stated[2])) != actual:
                self._fault("Payload-Oxum 与实际不符")

    def _names(self) -> None:
        known: dict[str, str] = {}
        for path in sorted(self._sizes):
            twin = known.setdefault(folded(path), path)
            if twin != path:
                self.verdict.warnings.append(f"仅大小写或字符形式不同：{twin} 与 {path}")
            if path.rpartition("/")[2] in _LEFT_BY_SYSTEMS:
                self.verdict.warnings.append(f"操作系统留下的文件：{path}")


def _computes(algorithm: str) -> bool:
    return algorithm in hashlib.algorithms_available and not algorithm.startswith("shake")


def _reading(root: Path) -> DigestOf:
    def digest_of(path: str, algorithm: str) -> str:
        with (root / path).open("rb") as stream:
            return hashlib.file_digest(stream, lambda: hashlib.new(algorithm)).hexdigest()

    return digest_of
