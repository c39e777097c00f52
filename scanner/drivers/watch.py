"""A drop folder that other devices write into: every file is taken once, whole, in order."""

from __future__ import annotations

import stat
import time
from collections.abc import Iterator
from pathlib import Path

from app.kernel.errors import BadInput
from app.kernel.progress import Cancelled, CancelToken
from scanner.api import Capabilities, DeviceInfo, ScanEvent, ScanRequest, SourceCapabilities
from scanner.drivers.folder import printable
from scanner.drivers.watch_batch import WatchBatch
from scanner.drivers.watch_ledger import Ledger
from scanner.drivers.watch_settings import described_settings, read_settings, unfulfilled

_TURN_SECONDS = 0.1


class WatchDriver:
    """Sources `watch:DIR`: what a multifunction device or another program drops by SMB or FTP.

    Files come in the order of their arrival, subfolders included; every page of a TIFF or PDF is
    a side. The batch ends when `ScanRequest.sheets` are there, after `idle_seconds` without
    anything new, when a file named END or 结束 (also .txt) appears, or when it is cancelled: the
    operator's word that the pile is through, so a cancelled batch ends like any other. Whoever
    wants to break off instead closes the iterator.

    What is yielded is a copy in the spool; the files themselves stay. With `after` = "move" they
    go to the subfolder 已接收 once they are stored: the program says so by taking the copy out of
    the spool, and by removing the whole spool folder of a finished batch (the last files of a
    batch are moved when the next one starts). A scan into the same spool folder is the same batch
    going on: what it took is delivered again in the same order.

    Sides carry IMG-101, IMG-103 and IMG-111 as those of a folder. Warnings: SCN-210 (no scan),
    SCN-211, SCN-213, and SCN-230 to SCN-239 without SCN-235. Raises BadInput SCN-114, SCN-204
    (no such folder), SCN-206 (cannot be read; Transient once the batch has begun), Transient
    SCN-234 (nothing came), SCN-235 (watched already), Broken SCN-118.
    """

    scheme = "watch"

    def devices(self) -> list[DeviceInfo]:
        """None: folders are chosen, not discovered."""
        return []

    def capabilities(self, name: str) -> Capabilities:
        """Files are what they are; only the watching has settings."""
        return Capabilities(
            sources=(SourceCapabilities(kind="files"),), options=described_settings()
        )

    def scan(self, request: ScanRequest, cancel: CancelToken) -> Iterator[ScanEvent]:
        """One event per page until the batch ends."""
        settings = read_settings(request.options)
        cancel.check()
        root = _folder(request.name)
        ledger = Ledger(settings.ledger_folder(request.spool), root)
        try:
            yield from unfulfilled(request)
            batch = WatchBatch(root, request, settings, ledger, cancel)
            yield from _stopped_by(cancel, batch)
        finally:
            ledger.close()


def _stopped_by(cancel: CancelToken, batch: WatchBatch) -> Iterator[ScanEvent]:
    try:
        yield from batch.taken_earlier()
        while not batch.ended(time.monotonic()):
            yield from batch.look()
            _pause(batch.pause_seconds, cancel)
    except Cancelled:
        yield from batch.stopped()
    else:
        yield from batch.closing()


def _pause(seconds: float, cancel: CancelToken) -> None:
    due = time.monotonic() + seconds
    while (left := due - time.monotonic()) > 0:
        cancel.check()
        time.sleep(min(left, _TURN_SECONDS))
    cancel.check()


def _folder(name: str) -> Path:
    """The folder to watch. Raises BadInput SCN-204 and SCN-206."""
    root = Path(name).expanduser().absolute()
    try:
        mode = root.stat().st_mode
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise BadInput("SCN-204", folder=printable(str(root))) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise BadInput("SCN-206", folder=printable(str(root)), reason=reason) from error
    if not stat.S_ISDIR(mode):
        raise BadInput("SCN-204", folder=printable(str(root)))
    return root
