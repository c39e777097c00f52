"""The simulated eSCL scanner itself: one feeder, one job at a time, the trouble asked for."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scanner.simulators.escl_documents import JobFacts
from scanner.simulators.escl_mishaps import CONFLICT, SILENT, Mishaps
from scanner.simulators.escl_paper import JobSettings, Paper, one_document, picture

_FEEDER_TROUBLES = {
    "jam_at": "ScannerAdfJam",
    "mispick_at": "ScannerAdfMispick",
    "double_feed_at": "ScannerAdfMultipickDetected",
    "cover_open_at": "ScannerAdfDoorOpen",
}
_FAILED_PAGES = ("empty_at", "cut_at", "truncated_at", "garbage_at", "stall_at", "hang_at")
_KEPT_JOBS = 10
_EARLY_ENDS = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What to send for a page: an HTTP status and a body. `manner` is "whole", "cut" (half of
    it, then the connection closes), "stall" (half of it, then silence), "hang" or "drop"."""

    status: int
    body: bytes = b""
    media_type: str = "image/jpeg"
    manner: str = "whole"


class Job:
    """A job and how far it is. `face` counts the sides of the present sheet."""

    def __init__(self, settings: JobSettings) -> None:
        self.identifier = str(uuid.uuid4())
        self.settings = settings
        self.state = "Processing"
        self.reason = "JobScanning"
        self.images = 0
        self.face = 0
        self.busy_left = -1
        self.early_ends = 0
        self._begun = time.monotonic()

    def end(self, state: str, reason: str) -> None:
        """The job goes no further."""
        self.state, self.reason = state, reason

    def facts(self) -> JobFacts:
        """The job as the status shows it."""
        age = round(time.monotonic() - self._begun)
        return JobFacts(
            identifier=self.identifier,
            state=self.state,
            reason=self.reason,
            images=self.images,
            age=age,
        )


class SimulatedDevice:
    """The machine behind the server. All methods may be called from any thread.

    The stack stays where it stopped: after a jam at sheet 3 the next job begins with sheet 3,
    as when an operator has put it back on top. `requests` records what clients asked,
    `settings` the elements of every job's ScanSettings by name.
    """

    def __init__(self, paper: Paper, mishaps: Mishaps) -> None:
        self._paper = paper
        self.mishaps = mishaps
        self.closing = threading.Event()
        self.requests: list[str] = []
        self.settings: list[Mapping[str, str]] = []
        self.uuid = str(uuid.uuid4())
        self._lock = threading.RLock()
        self._jobs: list[Job] = []
        self._sheet = 1
        self._platen_side = 0
        self._trouble = ""
        self._mended_at = 0.0
        self._reload_at = 0.0
        self._happened: set[str] = set()
        self._busy_jobs_left = mishaps.busy_jobs
        self._warming_left = mishaps.warming_up
        self._asleep_left = mishaps.asleep
        self._next_side_due = 0.0

    def mend(self) -> None:
        """Somebody has cleared the trouble and put the sheet back."""
        with self._lock:
            self._trouble = ""

    def load(self, sheet: int = 1) -> None:
        """Somebody has loaded the stack from that sheet on."""
        with self._lock:
            self._sheet, self._reload_at = sheet, 0.0

    def take_out(self) -> None:
        """Somebody has taken all paper out of the feeder."""
        with self._lock:
            self._sheet, self._reload_at = self._paper.sheets + 1, 0.0

    def awake(self) -> bool:
        """Whether the device has woken up; every question brings that nearer."""
        with self._lock:
            self._asleep_left -= self._asleep_left > 0
            return not self._asleep_left

    def status(self) -> tuple[str, str, list[JobFacts]]:
        """State of the device, of its feeder, and its jobs, the newest first."""
        with self._lock:
            if self._warming_left > 0:
                self._warming_left -= 1
                return "Testing", self._feeder(), []
            jobs = [job.facts() for job in reversed(self._jobs)]
            state = "Processing" if self._active() else "Idle"
            return ("Stopped" if self._trouble else state), self._feeder(), jobs

    def create(self, settings: JobSettings) -> Job | int:
        """A new job, or the HTTP status of a refusal."""
        with self._lock:
            if self._busy_jobs_left > 0:
                self._busy_jobs_left -= 1
                return 503
            if self.mishaps.job_status:
                return self.mishaps.job_status
            if self._active():
                return 503
            if settings.source == "Feeder" and self._feeder() != "ScannerAdfLoaded":
                return 409
            job = Job(settings)
            self.settings.append(settings.elements)
            self._jobs = [*self._jobs, job][-_KEPT_JOBS:]
            return job

    def delete(self, identifier: str) -> bool:
        """Give a job back; False when there is none of that name."""
        with self._lock:
            job = self._find(identifier)
            if job is not None and job.state == "Processing":
                job.end("Canceled", "JobCanceledByUser")
            return job is not None

    def next_document(self, identifier: str) -> Answer:
        """The answer to a request for the next page."""
        self._wait_for_motor()
        with self._lock:
            job = self._find(identifier)
            if job is None or job.state != "Processing":
                return Answer(status=404)
            if not self._came_due(job):
                return Answer(status=503)
            if job.settings.source == "Platen":
                return self._platen_page(job)
            return self._feeder_page(job)

    def _feeder_page(self, job: Job) -> Answer:
        # A sheet whose back is empty paper at the end of the stack has no second face.
        faces = self._paper.faces(self._sheet, duplex=job.settings.duplex)
        if self._sheet > self._paper.sheets:
            job.end("Completed", "JobCompletedSuccessfully")
            if self.mishaps.reload_seconds >= 0:
                self._reload_at = time.monotonic() + self.mishaps.reload_seconds
            return Answer(status=self.mishaps.end_status)
        failure = self._failure(job)
        if failure is not None:
            return failure
        if self.mishaps.one_pdf:
            return self._whole_stack(job)
        side = faces[job.face]
        failed = next((name for name in _FAILED_PAGES if self._happens(name, job.face)), "")
        if failed:
            return self._failed_page(failed, side, job)
        job.images += 1
        job.face += 1
        if job.face == len(faces):
            self._sheet, job.face = self._sheet + 1, 0
        return self._page(side, job)

    def _whole_stack(self, job: Job) -> Answer:
        duplex = job.settings.duplex
        sheets = range(self._sheet, self._paper.sheets + 1)
        sides = [side for sheet in sheets for side in self._paper.faces(sheet, duplex=duplex)]
        job.images += len(sides)
        self._sheet = self._paper.sheets + 1
        body = one_document(sides, job.settings)
        return Answer(status=200, body=body, media_type=job.settings.media_type)

    def _platen_page(self, job: Job) -> Answer:
        if job.images:
            job.end("Completed", "JobCompletedSuccessfully")
            return Answer(status=404)
        side = self._paper.sides[self._platen_side % len(self._paper.sides)]
        self._platen_side += 1
        job.images = 1
        return self._page(side, job)

    def _failure(self, job: Job) -> Answer | None:
        """What happens instead of a page at this sheet, None when nothing does."""
        for mishap, state in _FEEDER_TROUBLES.items():
            if self._happens(mishap, job.face):
                job.end("Aborted", "ResourcesAreNotReady")
                if self.mishaps.style != SILENT:
                    self._trouble = state
                    wait = self.mishaps.mend_seconds
                    self._mended_at = time.monotonic() + wait if wait >= 0 else 0.0
                return Answer(status=409 if self.mishaps.style == CONFLICT else 200)
        if self._happens("cancel_at", job.face):
            job.end("Canceled", "JobCanceledAtDevice")
            return Answer(status=404)
        if self._happens("error_at", job.face):
            return Answer(status=self.mishaps.error_status)
        if self._happens("drop_at", job.face):
            return Answer(status=200, manner="drop")
        if self.mishaps.early_end_at == self._sheet and job.early_ends < _EARLY_ENDS:
            job.early_ends += 1
            return Answer(status=404)
        return None

    def _page(self, side: Path, job: Job) -> Answer:
        body = picture(side, job.settings)
        return Answer(status=200, body=body, media_type=job.settings.media_type)

    def _failed_page(self, failed: str, side: Path, job: Job) -> Answer:
        body = picture(side, job.settings)
        if failed not in ("stall_at", "hang_at"):
            job.end("Aborted", "AbortedBySystem")
        manner = {"cut_at": "cut", "stall_at": "stall", "hang_at": "hang"}.get(failed, "whole")
        changed = {
            "empty_at": b"",
            "truncated_at": body[: len(body) // 2],
            "garbage_at": b"<html><body>Please log in</body></html>",
        }
        return Answer(
            status=200,
            body=changed.get(failed, body),
            media_type=job.settings.media_type,
            manner=manner,
        )

    def _happens(self, mishap: str, face: int) -> bool:
        if getattr(self.mishaps, mishap) != self._sheet or mishap in self._happened:
            return False
        if self.mishaps.at_back != bool(face):
            return False
        self._happened.add(mishap)
        return True

    def _came_due(self, job: Job) -> bool:
        """Whether the motor has brought the next side."""
        if job.busy_left < 0:
            job.busy_left = self.mishaps.busy_pages
        if job.busy_left > 0:
            job.busy_left -= 1
            return False
        job.busy_left = -1
        return True

    def _wait_for_motor(self) -> None:
        if self.mishaps.sides_per_second <= 0:
            return
        with self._lock:
            now = time.monotonic()
            due = max(now, self._next_side_due)
            self._next_side_due = due + 1.0 / self.mishaps.sides_per_second
        # The motor, not the client, sets the pace.
        self.closing.wait(due - now)

    def _feeder(self) -> str:
        if self.mishaps.platen_only:
            return ""
        now = time.monotonic()
        if self._mended_at and now >= self._mended_at:
            self._trouble, self._mended_at = "", 0.0
        if self._reload_at and now >= self._reload_at:
            self._sheet, self._reload_at = 1, 0.0
        if self._trouble:
            return self._trouble
        return "ScannerAdfEmpty" if self._sheet > self._paper.sheets else "ScannerAdfLoaded"

    def _active(self) -> bool:
        return bool(self._jobs) and self._jobs[-1].state == "Processing"

    def _find(self, identifier: str) -> Job | None:
        return next((job for job in self._jobs if job.identifier == identifier), None)
