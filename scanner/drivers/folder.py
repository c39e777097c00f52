"""Scans that already lie in a folder: the files themselves are the masters, in natural order."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from app.kernel.errors import BadInput
from app.kernel.progress import CancelToken
from scanner.api import (
    Capabilities,
    DeviceInfo,
    ScanEvent,
    ScannedSide,
    ScanRequest,
    ScanWarning,
    SourceCapabilities,
)
from scanner.drivers.file_order import natural_key
from scanner.drivers.image_file import (
    DAMAGED,
    HEAD_BYTES,
    NOT_ACCESSIBLE,
    FrameFacts,
    media_type_of,
    read_frames,
)
from scanner.drivers.pdf_file import read_pdf_frames
from scanner.drivers.watch_growing import GrowingFiles
from scanner.feeder import FeederCount

_UNKNOWN_TYPE = "application/octet-stream"
IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".bmp", ".pdf", ".jp2"}
)
# What other systems drop into folders. Named to the person; other hidden files are passed over.
_DROPPINGS = frozenset({".ds_store"})
_DROPPING_PREFIX = "._"


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    """A file that counts as at least one side; `fault` when not even its first bytes came."""

    path: Path
    name: str
    media_type: str
    fault: str = ""


class FolderDriver:
    """Feeds a folder, its subfolders included, or one single image or PDF file.

    Every file is one side, every page of a TIFF or PDF another. Option `duplex_pairs` (default
    false): two sides are front and back of one sheet. Other options do not concern files.

    Sides carry IMG-101 (damaged), IMG-102 (cut off), IMG-103 (too large), IMG-111 (password) or
    IMG-112 (cannot be read from the disk); the rest go on. Warns SCN-210 of files that are no
    scans, SCN-231 of a file that somebody still writes. Raises BadInput SCN-204 (nothing there),
    SCN-205 (no image), SCN-206 (folder cannot be read), SCN-207 (a single file that is no image).
    """

    scheme = "folder"

    def devices(self) -> list[DeviceInfo]:
        """None: folders are chosen, not discovered."""
        return []

    def capabilities(self, name: str) -> Capabilities:
        """Files are what they are; nothing can be set."""
        return Capabilities(sources=(SourceCapabilities(kind="files"),))

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """One event per page in natural order; warnings of stray files come first."""
        files, strays = _collect(Path(request.name).expanduser(), cancel)
        for name in strays:
            yield ScanWarning(code="SCN-210", parameters={"file": name})
        count = FeederCount(pairs=bool(request.options.get("duplex_pairs", False)))
        growing = GrowingFiles(file.path for file in files)
        for file in files:
            cancel.check()
            if not growing.let_settle(file.path, cancel):
                yield ScanWarning(code="SCN-231", parameters={"file": file.name})
            for facts in _frames(file, cancel):
                sheet, face = count.advance()
                yield ScannedSide(
                    path=file.path,
                    frame=facts.frame,
                    sheet=sheet,
                    face=face,
                    media_type=file.media_type,
                    source_name=file.name,
                    width=facts.width,
                    height=facts.height,
                    dpi=facts.dpi,
                    fault=facts.fault,
                )
        yield from count.closing_warnings()


def _frames(file: _File, cancel: CancelToken) -> Iterator[FrameFacts]:
    if file.fault:
        yield FrameFacts(frame=0, fault=file.fault)
        return
    reached = 0
    try:
        reader = (
            read_pdf_frames(file.path, cancel)
            if file.media_type == "application/pdf"
            else read_frames(file.path, file.media_type, cancel)
        )
        for facts in reader:
            yield facts
            reached = facts.frame + 1
    except OSError:
        # A share that went away or a bad sector: this page is lost, the next ones may be there.
        yield FrameFacts(frame=reached, fault=NOT_ACCESSIBLE)


def _collect(source: Path, cancel: CancelToken) -> tuple[list[_File], list[str]]:
    try:
        mode = source.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise BadInput("SCN-204", folder=printable(str(source))) from error
    except OSError as error:
        raise _unreadable(source, error) from error
    root = source.absolute()
    if not stat.S_ISDIR(mode):
        file = _examine(root, PurePath(root.name)) if stat.S_ISREG(mode) else None
        if file is None:
            raise BadInput("SCN-207", file=printable(str(source)))
        return [file], []
    files: list[_File] = []
    strays: list[str] = []
    for relative in sorted(_walk(root), key=natural_key):
        cancel.check()
        name = relative.name.lower()
        file = None
        if name not in _DROPPINGS and not name.startswith(_DROPPING_PREFIX):
            file = _examine(root / relative, relative)
        if file is None:
            strays.append(printable(relative.as_posix()))
        else:
            files.append(file)
    if not files:
        raise BadInput("SCN-205", folder=printable(str(source)), others=len(strays))
    return files, strays


def _walk(root: Path) -> Iterator[PurePath]:
    """Every file below `root` that is not hidden, and the known droppings of other systems."""

    def fail(error: OSError) -> None:
        # A folder that cannot be listed may hold pages: going on would lose them unseen.
        raise _unreadable(Path(error.filename or root), error) from error

    seen = {os.path.realpath(root)}

    def enter(path: Path) -> bool:
        # Linked folders are followed, each folder once: a link may lead back up.
        real = os.path.realpath(path)
        new = real not in seen
        seen.add(real)
        return new and not path.name.startswith(".")

    for folder, subfolders, names in os.walk(root, onerror=fail, followlinks=True):
        subfolders[:] = [name for name in sorted(subfolders) if enter(Path(folder) / name)]
        for name in names:
            dropping = name.lower() in _DROPPINGS or name.startswith(_DROPPING_PREFIX)
            if dropping or not name.startswith("."):
                yield (Path(folder) / name).relative_to(root)


def _examine(path: Path, relative: PurePath) -> _File | None:
    """What a file counts as, by its first bytes; None when it is no scan."""
    name = printable(relative.as_posix())
    looks_like_image = relative.suffix.lower() in IMAGE_SUFFIXES
    try:
        if not path.is_file():  # a pipe or a dead link: opening it could wait for ever
            fault = NOT_ACCESSIBLE if looks_like_image else ""
        else:
            with path.open("rb") as stream:
                media_type = media_type_of(stream.read(HEAD_BYTES))
            if media_type:
                return _File(path=path, name=name, media_type=media_type)
            fault = DAMAGED if looks_like_image else ""
    except OSError:
        fault = NOT_ACCESSIBLE if looks_like_image else ""
    if not fault:
        return None
    return _File(path=path, name=name, media_type=_UNKNOWN_TYPE, fault=fault)


def printable(name: str) -> str:
    """A file name as text that can be stored.

    Names from old Chinese systems are often GBK bytes, which Python keeps as lone surrogates.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("gb18030", "replace")
    return name


def _unreadable(path: Path, error: OSError) -> BadInput:
    reason = error.strerror or str(error)
    return BadInput("SCN-206", folder=printable(str(path)), reason=reason)
