"""How an eSCL scanner is (ScannerStatus): its state, its feeder, its jobs."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.drivers.escl_xml import children, descendants, number, parse, text, texts

IDLE, PROCESSING, TESTING, STOPPED, DOWN = "Idle", "Processing", "Testing", "Stopped", "Down"
JOB_ALIVE = frozenset({"Pending", "PendingHeld", "Processing", "ProcessingStopped"})

# Kinds of trouble by what the feeder says of itself. Makers write both names of an open cover;
# a sheet that was not picked, or picked askew, lies in the path as a jammed one does.
_FEEDER_TROUBLES = {
    "ScannerAdfJam": "jam",
    "ScannerAdfMispick": "jam",
    "ScannerAdfInputTrayFailed": "jam",
    "ScannerAdfInputTrayOverloaded": "jam",
    "ScannerAdfDoorOpen": "cover_open",
    "ScannerAdfHatchOpen": "cover_open",
    "ScannerAdfMultipickDetected": "double_feed",
    "ScannerAdfDuplexPageTooShort": "settings",
    "ScannerAdfDuplexPageTooLong": "settings",
}
# Reasons that devices without a feeder state give instead.
_REASON_TROUBLES = {
    "media-jam": "jam",
    "cover-open": "cover_open",
    "door-open": "cover_open",
    "interlock-open": "cover_open",
    "memory-error": "out_of_memory",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class JobStatus:
    """One job as the device lists it; `images` have been completed."""

    path: str
    uuid: str
    state: str
    reasons: tuple[str, ...]
    images: int


@dataclass(frozen=True, kw_only=True, slots=True)
class EsclStatus:
    """State of the device ("" when it does not tell), of its feeder, and its jobs."""

    state: str = ""
    feeder: str = ""
    reasons: tuple[str, ...] = ()
    jobs: tuple[JobStatus, ...] = ()

    @property
    def feeder_empty(self) -> bool:
        """Whether no sheet is waiting."""
        return self.feeder == "ScannerAdfEmpty"

    @property
    def trouble(self) -> str:
        """The kind of trouble that a person must mend, "" without one."""
        if found := _FEEDER_TROUBLES.get(self.feeder):
            return found
        for reason in self.reasons:
            for word, kind in _REASON_TROUBLES.items():
                if word in reason.lower():
                    return kind
        return ""

    def job(self, path: str) -> JobStatus | None:
        """The job behind a path. Devices write it with or without host, root and a slash."""
        last = path.rstrip("/").rpartition("/")[2]
        return next((job for job in self.jobs if last in (_last(job.path), job.uuid)), None)


def read_status(data: bytes) -> EsclStatus:
    """The status in a ScannerStatus document. Raises NotEscl."""
    root = parse(data, "ScannerStatus")
    jobs = tuple(
        JobStatus(
            path=text(job, "JobUri"),
            uuid=text(job, "JobUuid").lower().removeprefix("urn:uuid:"),
            state=text(job, "JobState"),
            reasons=texts(job, "JobStateReason"),
            images=number(job, "ImagesCompleted"),
        )
        for job in descendants(root, "JobInfo")
    )
    state = next(((one.text or "").strip() for one in children(root, "State")), "")
    reasons = tuple(
        value for holder in children(root, "StateReasons") for value in texts(holder, "StateReason")
    )
    return EsclStatus(state=state, feeder=text(root, "AdfState"), reasons=reasons, jobs=jobs)


def _last(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2]
