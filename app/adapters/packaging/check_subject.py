"""The package under check: what lies in it, what its manifest says, and how a path is judged."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path
from typing import Any

from app.adapters.packaging.manifest import (
    COMMIT,
    MANIFEST,
    SEALING_FILES,
    SIGNATURE_FILES,
    listed_files,
    read_manifest,
)
from app.kernel.digest import Digest, digest_file


class Outcome:
    """What one item found: failures, and what a person has to confirm."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.waiting: list[str] = []

    def fail(self, remark: str) -> None:
        """Record a failure."""
        self.failures.append(remark)

    def wait(self, remark: str) -> None:
        """Record what a person has to confirm."""
        self.waiting.append(remark)


class Subject:
    """Reads tree and manifest once. Nothing outside the package is ever opened.

    `files` are the regular files by relative path; `odd` are links, devices and unreadable
    folders; `fault` says why the manifest could not be used, `refused` why the container that the
    package came in was not unpacked.
    """

    def __init__(self, root: Path, settings: dict[str, Any], refused: str = "") -> None:
        self.root, self.settings, self.refused = root, settings, refused
        self.limits: dict[str, int] = settings["limits"]
        self.files: dict[str, int] = {}
        self.odd: list[str] = []
        self.overflow = False
        self._walk()
        self.content: dict[str, Any] = {}
        self.identity: Digest | None = None
        self.listed: dict[str, Digest] = {}
        self.fault = ""
        self._read_manifest()
        self._digests: dict[str, Digest | None] = {}

    @property
    def case(self) -> dict[str, Any]:
        """What the manifest says about the case. Raises ValueError when it says nothing."""
        case = self.content.get("case")
        if not isinstance(case, dict):
            raise ValueError("清单中没有案件信息")
        return case

    @property
    def volumes(self) -> list[dict[str, Any]]:
        """The volumes of the manifest. Raises ValueError when they are malformed."""
        volumes = self.content.get("volumes")
        if not isinstance(volumes, list) or not all(isinstance(part, dict) for part in volumes):
            raise ValueError("清单中没有册的信息")
        for volume in volumes:
            for key in ("items", "sides"):
                rows = volume.get(key)
                if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                    raise ValueError("清单中册的信息不完整")
        return volumes

    @property
    def items(self) -> list[dict[str, Any]]:
        """The documents of all volumes."""
        return [item for volume in self.volumes for item in volume["items"]]

    @property
    def sides(self) -> list[dict[str, Any]]:
        """The sides of all volumes."""
        return [side for volume in self.volumes for side in volume["sides"]]

    @property
    def content_files(self) -> set[str]:
        """The files that belong: those of the manifest and those that seal it."""
        return set(self.listed) | set(SEALING_FILES)

    @property
    def stray(self) -> list[str]:
        """Files that nothing names."""
        known = self.content_files | {*SIGNATURE_FILES, COMMIT}
        return sorted(set(self.files) - known)

    @property
    def missing(self) -> list[str]:
        """Files that are named and not there."""
        return sorted(self.content_files - set(self.files))

    def digest(self, path: str) -> Digest | None:
        """The digests of a file of the package, None when it is not a regular file of it."""
        if path not in self._digests:
            try:
                found = digest_file(self.root / path) if path in self.files else None
            except OSError:
                found = None
            self._digests[path] = found
        return self._digests[path]

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file of the package. Raises ValueError when absent or too large."""
        if path not in self.files:
            raise ValueError(f"缺少文件 {path}")
        if self.files[path] > limit:
            raise ValueError(f"文件过大 {path}")
        return (self.root / path).read_bytes()

    def _walk(self) -> None:
        def unreadable(error: OSError) -> None:
            self.odd.append(str(error.filename))

        for folder, names, files in os.walk(self.root, onerror=unreadable, followlinks=False):
            base = Path(folder)
            for name in (*names, *files):
                path = base / name
                relative = path.relative_to(self.root).as_posix()
                try:
                    status = path.lstat()
                except OSError:
                    self.odd.append(relative)
                    continue
                if stat.S_ISREG(status.st_mode):
                    self.files[relative] = status.st_size
                elif not stat.S_ISDIR(status.st_mode):
                    self.odd.append(relative)
            if len(self.files) > self.limits["files"]:
                self.overflow = True
                return

    def _read_manifest(self) -> None:
        if MANIFEST not in self.files:
            self.fault = f"缺少 {MANIFEST}"
        elif self.files[MANIFEST] > self.limits["manifest_bytes"]:
            self.fault = f"{MANIFEST} 过大"
        else:
            try:
                self.content, self.identity = read_manifest(self.root)
                self.listed = listed_files(self.content)
            except (OSError, ValueError) as error:
                self.fault = f"{MANIFEST} 无法读取（{error}）"[:200]


def path_fault(path: str) -> str:
    """Why a path must not be followed, empty when it is safe (STANDARDS 5.8)."""
    parts = path.split("/")
    if not path or path.startswith("/") or "\\" in path or (len(path) > 1 and path[1] == ":"):
        return "不是包内的相对路径"
    if any(part in ("", ".", "..") for part in parts):
        return "含有“..”或空的目录名"
    if any(ord(character) < 32 or 127 <= ord(character) < 160 for character in path):
        return "含有控制字符"
    if any(part != part.strip(" ") or part.endswith(".") for part in parts):
        return "名称以空格或句点结尾"
    if len(path.encode("utf-8", "replace")) > 1000:
        return "路径过长"
    return ""


def folded(path: str) -> str:
    """The form under which file systems that ignore case take two paths for one."""
    return unicodedata.normalize("NFC", path).casefold()
