"""Packages that go from court to court: packed with their letter, and read for taking in.

Runs in a worker process. What is read was written by somebody else: every value is judged before
it is believed, and no path is followed that the manifest does not name.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from app.adapters.packaging.check_subject import path_fault
from app.adapters.packaging.container import open_container, write_container
from app.adapters.packaging.manifest import (
    MANIFEST,
    SIGNATURE_FILES,
    listed_files,
    read_manifest,
)
from app.adapters.packaging.naming import EVENTS_PATH
from app.adapters.packaging.pictures import DECODER_FAULTS, large_pictures
from app.domain.dossier import MAIN, RESTRICTED, ROLES
from app.kernel.digest import Digest, digest_bytes
from app.kernel.errors import BadInput, Broken
from cloud_locker.whole_files import write_whole

_PASSPORT = "passport.json"
_TURNS = (0, 90, 180, 270)
_MODES = ("dual", "single")
_LARGEST = 10**9
_SIDEWAYS = (90, 270)


def pack(package: str, out: str, letter: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Write a package as one file `out`, and the letter that travels with it when `letter` names
    a file: `facts` with what the container is.

    Gives {"name", "sha256", "sm3", "size", "passport"}. Raises as `write_container`; Broken
    SYS-401 (the letter cannot be written).
    """
    digest = write_container(Path(package), Path(out))
    container = {
        "name": Path(out).name,
        "sha256": digest.sha256,
        "sm3": digest.sm3,
        "size": digest.size,
        "passport": (Path(package) / _PASSPORT).is_file(),
    }
    if letter:
        try:
            write_whole(Path(letter), {**facts, "container": container}, durable=True)
        except OSError as error:
            raise Broken("SYS-401", path=letter, reason=error.strerror or str(error)) from error
    return container


def read(path: str, into: str) -> dict[str, Any]:
    """What a package holds, as plain data: {"root", "sha256", "sm3", "case", "volumes", …}, with
    the sides in the order of their volumes. A container is unpacked below `into`.

    Raises as `open_container`; BadInput CTR-108 (it is no package that a case can be made of).
    """
    root = Path(path)
    if root.is_file():
        root = open_container(root, Path(into))
    try:
        content, identity = read_manifest(root)
        return {
            "root": str(root),
            "sha256": identity.sha256,
            "sm3": identity.sm3,
            **_Reader(root, content).content(),
        }
    except (OSError, ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
        raise BadInput("CTR-108", reason=f"{type(error).__name__}: {error}"[:200]) from error


class _Reader:
    """Reads what the manifest of one package names. Its methods raise ValueError, KeyError,
    TypeError or IndexError for what cannot be believed."""

    def __init__(self, root: Path, content: dict[str, Any]) -> None:
        self._root, self._content = root, content
        self._listed = listed_files(content)

    def content(self) -> dict[str, Any]:
        """All that a case is made of."""
        content = self._content
        if content["provisional"] is not False:
            raise ValueError("provisional")
        volumes = [self._volume(volume) for volume in content["volumes"]]
        positions = [side["position"] for volume in volumes for side in volume["sides"]]
        if not positions or len(set(positions)) != len(positions):
            raise ValueError("positions")
        return {
            "case": {str(name): str(value) for name, value in content["case"].items()},
            "package_id": str(content["package_id"]),
            "version": _whole(content["version"], 1),
            "created": str(content["created"]),
            "earlier": [str(digest) for digest in content["earlier"]],
            "mode": _one_of(content["mode"], _MODES),
            "counts": dict(content["counts"]),
            "accepted": list(content["accepted"]),
            "volumes": volumes,
            "kept": dict(self._kept()),
        }

    def _kept(self) -> Iterator[tuple[str, str]]:
        """Files that are kept as they are beside the case, by name."""
        yield MANIFEST, str(self._root / MANIFEST)
        self._bytes(EVENTS_PATH)
        yield EVENTS_PATH, str(self._root / EVENTS_PATH)
        for name in SIGNATURE_FILES:
            if (self._root / name).is_file():
                yield name, str(self._root / name)

    def _volume(self, volume: dict[str, Any]) -> dict[str, Any]:
        sides = [self._side(side) for side in volume["sides"]]
        return {
            "part": _one_of(volume["part"], (MAIN, RESTRICTED)),
            "number": _whole(volume["number"], 1),
            "sides": sides,
            "items": [_item(item, sides) for item in volume["items"]],
        }

    def _side(self, side: dict[str, Any]) -> dict[str, Any]:
        path = self._file(side["file"])
        if self._listed[side["file"]].sha256 != side["sha256"]:
            raise ValueError(f"sha256 of {side['file']}")
        frame, turn = _whole(side["frame"], 0), side["turn"]
        if turn not in _TURNS:
            raise ValueError("turn")
        number = side["page_number"]
        text = self._text(side, turn) if side["text"] else {}
        width, height = text.get("size", (0, 0))
        if not width or not height:
            width, height = _size(path, frame)
        return {
            "position": _whole(side["position"], 1),
            "role": _one_of(side["role"], ROLES),
            "page_number": None if number is None else _whole(number, 0),
            "item": None if side["item"] is None else _whole(side["item"], 1),
            "path": str(path),
            "name": str(side["file"]).rpartition("/")[2],
            "frame": frame,
            "sha256": str(side["sha256"]),
            "size": self._listed[side["file"]].size,
            "media_type": str(side["media_type"]),
            "dpi": _whole(side["dpi"], 0),
            "turn": turn,
            "skew_deg": _real(side["deskew_deg"]),
            "fault": str(side["fault"]),
            "width": width,
            "height": height,
            "lines": text.get("lines", []),
        }

    def _text(self, side: dict[str, Any], turn: int) -> dict[str, Any]:
        """The lines of a side, and the size of its picture before it is turned."""
        text = json.loads(self._bytes(side["text"]))
        if text["position"] != side["position"] or text["turn"] != turn:
            raise ValueError(f"position or turn in {side['text']}")
        size = [_whole(text["width"], 0), _whole(text["height"], 0)]
        lines = []
        for line in text["lines"]:
            x0, y0, x1, y1 = (_real(value) for value in line["box"])
            lines.append({"text": str(line["text"]), "box": [x0, y0, x1, y1]})
        return {"size": size[::-1] if turn in _SIDEWAYS else size, "lines": lines}

    def _file(self, name: str) -> Path:
        if name not in self._listed or path_fault(name):
            raise ValueError(f"path {name}")
        return self._root / name

    def _bytes(self, name: str) -> bytes:
        data = self._file(name).read_bytes()
        found, expected = digest_bytes(data), self._listed[name]
        if found != Digest(sha256=expected.sha256, sm3=expected.sm3, size=expected.size):
            raise ValueError(f"digest of {name}")
        return data


def _item(item: dict[str, Any], sides: list[dict[str, Any]]) -> dict[str, Any]:
    first, last = _whole(item["first"], 0), _whole(item["last"], 0)
    if first > last:
        raise ValueError("item")
    pages = [item["first_page"], item["last_page"]]
    return {
        "number": _whole(item["number"], 1),
        "title": str(item["title"]),
        "category": str(item["category"]),
        "date": str(item["date"]),
        "author": str(item["responsible"]),
        "first_page": None if pages[0] is None else _whole(pages[0], 0),
        "last_page": None if pages[1] is None else _whole(pages[1], 0),
        "first_position": sides[first]["position"],
        "last_position": sides[last]["position"],
    }


def _size(path: Path, frame: int) -> list[int]:
    """Width and height of a picture from its header; zeros where it has none to read."""
    try:
        with large_pictures(), Image.open(path) as image:
            if frame:
                image.seek(frame)
            return [image.width, image.height]
    except DECODER_FAULTS:
        return [0, 0]


def _whole(value: Any, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _LARGEST:
        raise ValueError(f"number {value!r}"[:80])
    return value


def _real(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number) or abs(number) > _LARGEST:
        raise ValueError(f"number {value!r}"[:80])
    return number


def _one_of(value: Any, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ValueError(f"value {value!r}"[:80])
    return str(value)
