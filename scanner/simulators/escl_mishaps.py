"""What goes wrong with the simulated eSCL scanner, and the habits of its maker."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

# How a device behaves whose sheet did not come.
EMPTY_PAGE = "empty"  # status 200 without a byte, then 404; the feeder tells why
SILENT = "silent"  # the same, but the feeder tells nothing; only the job is aborted
CONFLICT = "conflict"  # status 409, the feeder tells why
_STYLES = (EMPTY_PAGE, SILENT, CONFLICT)
_LOCATIONS = ("absolute", "relative", "foreign")


@dataclass(frozen=True, kw_only=True, slots=True)
class Mishaps:
    """Each `..._at` is the sheet where it happens, once; 0: never. With `at_back` it happens after
    the front of that sheet went out.

    Trouble of the feeder, told as `style` says: `jam_at`, `double_feed_at`, `cover_open_at`,
    `mispick_at`. A page that fails in another way: `empty_at` (no bytes, no trouble known),
    `cut_at` (half of it, then the connection closes), `truncated_at` (half a picture in a whole
    answer), `garbage_at` (a page of HTML), `stall_at` (half of it, then silence), `hang_at` (no
    answer), `drop_at` (connection closed without an answer), `error_at` (HTTP `error_status`),
    `cancel_at` (somebody presses "stop" at the panel), `early_end_at` (404 twice before it comes).

    Habits: `busy_jobs` and `busy_pages` answers of 503 before a job, before each page;
    `warming_up` status requests answered with Testing; `job_status` refuses every job,
    `deny_status` every request; `end_status` at the end of the feeder; `location` "absolute",
    "relative" or "foreign" (a host nobody knows); `chunked` bodies, or `no_length` of
    them told; `pdf_only`; `one_pdf` for the
    whole stack; `asleep` answers of 503 to the first requests of any kind; `simplex_only`;
    `platen_only`; `no_status`; `sides_per_second` (0: as fast as it goes); `mend_seconds` until
    somebody has mended the trouble and `reload_seconds` until somebody loads the feeder again,
    below 0: never.
    """

    at_back: bool = False
    jam_at: int = 0
    double_feed_at: int = 0
    cover_open_at: int = 0
    mispick_at: int = 0
    empty_at: int = 0
    cut_at: int = 0
    truncated_at: int = 0
    garbage_at: int = 0
    stall_at: int = 0
    hang_at: int = 0
    drop_at: int = 0
    error_at: int = 0
    cancel_at: int = 0
    early_end_at: int = 0
    style: str = EMPTY_PAGE
    error_status: int = 500
    busy_jobs: int = 0
    busy_pages: int = 0
    warming_up: int = 0
    job_status: int = 0
    deny_status: int = 0
    end_status: int = 404
    location: str = "absolute"
    chunked: bool = False
    no_length: bool = False
    pdf_only: bool = False
    one_pdf: bool = False
    asleep: int = 0
    simplex_only: bool = False
    platen_only: bool = False
    no_status: bool = False
    sides_per_second: float = 0.0
    mend_seconds: float = 3.0
    reload_seconds: float = 1.0


def parse_mishaps(words: Iterable[str]) -> Mishaps:
    """The mishaps behind words such as "jam_at=3". Raises ValueError with the reason."""
    nothing = Mishaps()
    kinds = {field.name: type(getattr(nothing, field.name)) for field in fields(Mishaps)}
    values: dict[str, Any] = {}
    for word in words:
        name, _, value = word.partition("=")
        if name not in kinds:
            raise ValueError(f"no such mishap: {name}; known: {', '.join(kinds)}")
        if kinds[name] is bool:
            values[name] = value.lower() in ("", "1", "true", "yes")
        else:
            values[name] = kinds[name](value)
    made = Mishaps(**values)
    if made.style not in _STYLES or made.location not in _LOCATIONS:
        raise ValueError(f"style: {', '.join(_STYLES)}; location: {', '.join(_LOCATIONS)}")
    return made
