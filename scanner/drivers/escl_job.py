"""A scan job on an eSCL device: asked for, drained document by document, given back.

The end of a batch is the delicate part. A device answers 404, 409 or 410 when the feeder is empty,
but also when a sheet is stuck, and it sends an empty body with status 200 for a page that failed.
So no end is believed before the status of the device and of the job agree with it.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.kernel.errors import BadInput, Fault
from app.kernel.progress import Cancelled, CancelToken
from scanner.drivers.escl_connection import Cut, Lost, Reply, Unreachable
from scanner.drivers.escl_device import POLL_SECONDS, EsclDevice, pause
from scanner.drivers.escl_leftover import OpenJob
from scanner.drivers.escl_settings import ScanTicket
from scanner.drivers.escl_status import IDLE, JOB_ALIVE, JobStatus
from scanner.drivers.image_file import (
    HEAD_BYTES,
    TRUNCATED,
    FrameFacts,
    media_type_of,
    read_frames,
)
from scanner.spool import Spool

# How long a device may be busy with somebody else's job, or with one that we left behind.
BUSY_SECONDS = 20.0
# How long it may take for the next sheet: slow motors at a high resolution, a lamp that warms up.
PAGE_SECONDS = 120.0
# How long a network may be away between two pages.
RECONNECT_SECONDS = 10.0
# Some devices say "no such document" while the sheet is still on its way.
EARLY_END_SECONDS = 8.0
EARLY_END_EMPTY_SECONDS = 2.0
_SETTLE_SECONDS = 2.0
_RETRY_SECONDS = 1.0
_RETRY_AFTER_LIMIT = 5.0
_FAREWELL_SECONDS = 5.0
_SUFFIXES = {
    "image/jpeg": ".jpg",
    "application/pdf": ".pdf",
    "image/tiff": ".tif",
    "image/png": ".png",
}
_ENDS = (404, 409, 410)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file as the device delivered it, safe in the spool, and the pages it holds."""

    path: Path
    media_type: str
    frames: tuple[FrameFacts, ...]


class EsclJob:
    """A job that the device has accepted."""

    def __init__(self, device: EsclDevice, path: str, note: OpenJob, *, feeder: bool) -> None:
        self._device = device
        self._path = path
        self._note = note
        self._feeder = feeder

    def next_document(self, spool: Spool, sides: int, cancel: CancelToken) -> Document | None:
        """The next document, None at the proven end; `sides` is how many came before it.

        Raises the faults of the device, SCN-111 for a page that is not whole (nothing of it is
        kept), BadInput SCN-120 for a file that is no scan, Cancelled.
        """
        begun = time.monotonic()
        early_since = unreachable_since = 0.0
        while True:
            try:
                path = f"{self._path}/NextDocument"
                with self._device.connection.request("GET", path, cancel) as reply:
                    status, wait = reply.status, reply.header("Retry-After")
                    if status == 200:
                        return self._keep(reply, spool, cancel)
            except Cut as error:
                raise self._lost_page(error, cancel) from error
            except Lost as error:
                # The device may have sent the page: asking again might skip it.
                raise self._device.fault("connection_lost", error) from error
            except Unreachable as error:
                # It was not even asked, so it may be asked again.
                unreachable_since = unreachable_since or time.monotonic()
                if time.monotonic() - unreachable_since > RECONNECT_SECONDS:
                    raise self._device.fault("connection_lost", error) from error
                pause(POLL_SECONDS, cancel)
                continue
            unreachable_since = 0.0
            now = time.monotonic()
            if status == 503:
                self._still_working(now - begun, cancel)
                pause(_retry_seconds(wait), cancel)
            elif status in _ENDS:
                early_since = early_since or now
                if self._at_end(status, sides, now - early_since, cancel):
                    return None
                pause(POLL_SECONDS, cancel)
            else:
                trouble = self._device.status(cancel).trouble
                if trouble:
                    raise self._device.fault(trouble, f"HTTP {status}")
                raise self._device.refusal(status, "connection_lost")

    def finish(self) -> None:
        """Give the job back: cancels what is still running, forgets what is done.

        Nothing depends on the answer any more, so a device that gives none is only noted.
        """
        try:
            with self._device.connection.request(
                "DELETE", self._path, CancelToken(), answer_seconds=_FAREWELL_SECONDS
            ) as reply:
                _log.info("job %s given back: HTTP %s", self._path, reply.status)
                self._note.forget()
        except (Unreachable, Lost, Fault) as error:
            _log.info("job %s could not be given back: %s", self._path, error)

    def _keep(self, reply: Reply, spool: Spool, cancel: CancelToken) -> Document:
        chunks = reply.chunks()
        head = next(chunks, b"")
        if not head:
            raise Cut("an empty page")
        media_type = media_type_of(head[:HEAD_BYTES])
        if media_type not in _SUFFIXES:
            raise BadInput("SCN-120", format=reply.media_type, depth=0, sheet=self._device.sheet)
        frames: list[FrameFacts] = []
        parts: list[Path] = []

        def write(stream: BinaryIO) -> None:
            parts.append(Path(stream.name))
            stream.write(head)
            for chunk in chunks:
                stream.write(chunk)
            stream.flush()
            frames.extend(_frames(parts[0], media_type, cancel))
            if any(facts.fault == TRUNCATED for facts in frames):
                raise Cut("the picture has no end")

        try:
            path = spool.keep(_SUFFIXES[media_type], write)
        except (Cut, Lost, Cancelled):
            for part in parts:
                part.unlink(missing_ok=True)
            raise
        return Document(path=path, media_type=media_type, frames=tuple(frames))

    def _still_working(self, seconds: float, cancel: CancelToken) -> None:
        """Raises when a device that says "not yet" has a reason that a person must mend."""
        status = self._device.status(cancel)
        if self._feeder and status.trouble:
            raise self._device.fault(status.trouble, status.feeder)
        self._check_job(status.job(self._path))
        if seconds > PAGE_SECONDS:
            raise self._device.fault("connection_lost", f"no page for {seconds:.0f} s")

    def _at_end(self, code: int, sides: int, seconds: float, cancel: CancelToken) -> bool:
        """Whether "no such document" is the end of the batch; False: ask again.

        Raises the fault behind it when it is not.
        """
        status = self._device.status(cancel)
        if self._feeder and status.trouble:
            raise self._device.fault(status.trouble, status.feeder)
        job = status.job(self._path)
        self._check_job(job)
        alive = job is not None and job.state in JOB_ALIVE
        done = job is not None and job.state == "Completed"
        if code == 409 and sides and not status.feeder_empty and not done:
            # "Conflict" is an error unless something else says that it is the end. Asking again
            # might bring the next sheet, and the failed one would be missing without a word.
            raise self._device.fault("incomplete_page", f"HTTP {code}")
        if alive or (job is None and self._feeder and status.feeder and not status.feeder_empty):
            patience = EARLY_END_EMPTY_SECONDS if status.feeder_empty else EARLY_END_SECONDS
            if seconds < patience:
                return False
            if alive and not status.feeder_empty:
                # The job says it goes on, paper is waiting, and no page comes.
                raise self._device.fault("incomplete_page", f"HTTP {code}, {status.feeder}")
        if not sides:
            kind = "feeder_empty" if self._feeder else "connection_lost"
            raise self._device.fault(kind, f"HTTP {code}")
        return True

    def _check_job(self, job: JobStatus | None) -> None:
        if job is not None and job.state == "Canceled":
            raise self._device.fault("cancelled", ", ".join(job.reasons))
        if job is not None and job.state == "Aborted":
            raise self._device.fault("incomplete_page", ", ".join(job.reasons))

    def _lost_page(self, error: Cut, cancel: CancelToken) -> Fault:
        """The fault behind a page that came empty or cut off. The device may need a moment to
        tell; when it tells nothing, the page is incomplete and no more is known."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while True:
            status = self._device.status(cancel)
            job = status.job(self._path)
            if self._feeder and status.trouble:
                return self._device.fault(status.trouble, status.feeder)
            if job is not None and job.state == "Canceled":
                return self._device.fault("cancelled", ", ".join(job.reasons))
            if time.monotonic() > deadline:
                return self._device.fault("incomplete_page", error)
            pause(POLL_SECONDS, cancel)


def create_job(
    device: EsclDevice, ticket: ScanTicket, note: OpenJob, cancel: CancelToken
) -> EsclJob:
    """Ask for a job; waits while the device is busy with another one. A job that a killed driver
    left behind is given back first.

    Raises Transient SCN-103 when it stays busy, BadInput SCN-121 when it does not take the
    settings, Broken SCN-108 when it takes no jobs from here, and the faults of its feeder.
    """
    base = device.connection.address.path("ScanJobs")
    if left := note.left_behind():
        EsclJob(device, left, note, feeder=ticket.feeder).finish()
    begun = time.monotonic()
    while True:
        try:
            with device.connection.request("POST", base, cancel, body=ticket.settings) as reply:
                status, location = reply.status, reply.header("Location")
                wait = reply.header("Retry-After")
        except Unreachable as error:
            raise device.fault("offline", error) from error
        except Lost as error:
            raise device.fault("connection_lost", error) from error
        path = device.connection.address.path_of(location, base).rstrip("/") if location else ""
        if status in (200, 201, 202) and path:
            note.remember(path)
            return EsclJob(device, path, note, feeder=ticket.feeder)
        if ticket.feeder and status not in (401, 403):
            # Many devices refuse a job for a feeder that is empty or open with a bare 409 or 503.
            now = device.status(cancel)
            device.check_feeder(now)
            if status == 409 and now.state == IDLE and now.feeder == "ScannerAdfProcessing":
                # Some devices call an empty feeder that.
                raise device.fault("feeder_empty", now.feeder)
        if status != 503:
            kind = "settings" if 400 <= status < 500 and status != 404 else "connection_lost"
            raise device.refusal(status, kind)
        if time.monotonic() - begun > BUSY_SECONDS:
            raise device.fault("busy", f"HTTP {status}")
        pause(_retry_seconds(wait), cancel)


def _retry_seconds(header: str) -> float:
    """The pause that a device asks for, within reason."""
    try:
        return min(max(float(header), 0.2), _RETRY_AFTER_LIMIT)
    except ValueError:
        return _RETRY_SECONDS


def _frames(path: Path, media_type: str, cancel: CancelToken) -> list[FrameFacts]:
    if media_type == "application/pdf":
        # Few devices send PDF, and its two libraries double the time until the first page.
        from scanner.drivers.pdf_file import read_pdf_frames

        return list(read_pdf_frames(path, cancel))
    return list(read_frames(path, media_type, cancel))
