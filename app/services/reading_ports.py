"""What reading by lawyers and parties needs from the outside: the printer's spooler."""

from __future__ import annotations

from typing import Literal, Protocol

from attrs import frozen

SpoolCondition = Literal[
    "pending", "held", "processing", "stopped", "completed", "canceled", "aborted", "unknown"
]


@frozen(kw_only=True)
class SpoolState:
    """How a job of the spooler stands (RFC 8011, 5.3.7). "stopped" is a job whose printer stands
    still; "unknown" one that the spooler has no more. `sheets` is how many it says it put out, 0
    when it does not say; `reason` its keywords, such as "media-empty-error"."""

    state: SpoolCondition
    sheets: int = 0
    reason: str = ""


class Spooler(Protocol):
    """The printer of a review terminal. Every call raises Transient RDR-152 when the spooler does
    not answer, Refused RDR-153 when this machine has none, RDR-154 when there is no such
    printer."""

    @property
    def printer(self) -> str:
        """The name of the queue that prints."""
        ...

    def submit(self, pdf: bytes, *, copies: int, title: str) -> str:
        """Hand over a document and give what the spooler calls the job. `title` must not tell
        whose it is: spoolers keep titles. Raises Refused RDR-155 when it was not taken."""
        ...

    def find(self, title: str) -> str:
        """The job that was handed over with this title, "" when the spooler knows none."""
        ...

    def state(self, spool_id: str) -> SpoolState:
        """How a job stands."""
        ...

    def cancel(self, spool_id: str) -> None:
        """Stop a job. One that has ended is left as it is."""
        ...

    def purge(self, spool_id: str) -> None:
        """Take a job and its document out of the spooler. One it no longer has is no error."""
        ...
