"""The spooler of a machine (CUPS), or a printer on the network, spoken to by IPP (RFC 8011).

The protocol and not the programs `lp` and `cancel`: it tells apart what they put into sentences,
and a document goes from memory to the spooler without a file of ours.
"""

from __future__ import annotations

import http.client
import os
import socket
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

from app.adapters.printing import ipp
from app.kernel.errors import Refused, Transient
from app.services.reading_ports import SpoolCondition, SpoolState

SERVER_ENVIRONMENT = "CUPS_SERVER"
SOCKET = Path("/run/cups/cups.sock")
_PORT = 631
_SECONDS = 20.0
# The spooler shows it to everybody, so it names nobody.
_USER = "juanzong"
_STATES: dict[int, SpoolCondition] = {
    3: "pending",
    4: "held",
    5: "processing",
    6: "stopped",
    7: "canceled",
    8: "aborted",
    9: "completed",
}
_STOPPED = 5
_UNDER_WAY = ("pending", "processing", "stopped")
_ASKED = ("job-state", "job-state-reasons", "job-media-sheets-completed")
_NO_REASONS = ("none", "job-printing", "job-queued", "processing-to-stop-point", "")


class PrintSpooler:
    """One queue as a `Spooler`: `printer` is its name in the spooler, "" for the default queue, or
    the address of a printer ("ipp://host/ipp/print")."""

    def __init__(self, printer: str = "") -> None:
        self._named = printer
        self._numbers = count(1)

    @property
    def printer(self) -> str:
        """See `Spooler.printer`; for the default queue the spooler is asked."""
        return self._named or self._default()

    def submit(self, pdf: bytes, *, copies: int, title: str) -> str:
        """See `Spooler.submit`."""
        printer = self._uri()
        own = {
            "printer-uri": printer,
            "requesting-user-name": _USER,
            "job-name": title,
            "document-format": "application/pdf",
        }
        # One page on a sheet, as it is: the quota counts pages, and codes have their size.
        job: ipp.Attributes = {"copies": copies, "sides": "one-sided", "print-scaling": "none"}
        reply = self._call(ipp.PRINT_JOB, own, job, document=pdf)
        number = reply.value("job-id")
        if reply.status in (ipp.NOT_FOUND, ipp.GONE):
            raise Refused("RDR-154", printer=self._named or printer)
        if not reply.done or not isinstance(number, int):
            raise Refused("RDR-155", printer=self._named or printer, reason=_said(reply))
        return str(number)

    def find(self, title: str) -> str:
        """See `Spooler.find`."""
        reply = self._call(
            ipp.GET_JOBS,
            {
                "printer-uri": self._uri(),
                "requesting-user-name": _USER,
                "requested-attributes": ("job-id", "job-name"),
                "which-jobs": "all",
            },
        )
        named = [group for group in reply.groups if group.get("job-name", [""])[:1] == [title]]
        return str(named[-1]["job-id"][0]) if named and named[-1].get("job-id") else ""

    def state(self, spool_id: str) -> SpoolState:
        """See `Spooler.state`."""
        reply = self._call(ipp.GET_JOB, self._job(spool_id) | {"requested-attributes": _ASKED})
        number = reply.value("job-state")
        state = _STATES.get(number) if isinstance(number, int) else None
        if reply.status in (ipp.NOT_FOUND, ipp.GONE):
            return SpoolState(state="unknown")
        if not reply.done or state is None:
            raise Transient("RDR-152", reason=_said(reply))
        reasons = reply.values("job-state-reasons")
        if state in _UNDER_WAY:
            state, reasons = self._with_printer(state, reasons)
        sheets = reply.value("job-media-sheets-completed")
        return SpoolState(
            state=state,
            sheets=sheets if isinstance(sheets, int) else 0,
            reason=", ".join(str(word) for word in reasons if word not in _NO_REASONS),
        )

    def cancel(self, spool_id: str) -> None:
        """See `Spooler.cancel`."""
        self._cancel(spool_id, {})

    def purge(self, spool_id: str) -> None:
        """See `Spooler.purge`."""
        self._cancel(spool_id, {"purge-job": True})
        if self.state(spool_id).state != "unknown":
            # A job that was still under way is stopped by the first and removed by the second.
            self._cancel(spool_id, {"purge-job": True})

    def _cancel(self, spool_id: str, extra: ipp.Attributes) -> None:
        reply = self._call(ipp.CANCEL_JOB, {**self._job(spool_id), **extra})
        if not reply.done and reply.status not in (ipp.NOT_POSSIBLE, ipp.NOT_FOUND, ipp.GONE):
            raise Refused("RDR-155", printer=self._named, reason=_said(reply))

    def _with_printer(
        self, state: SpoolCondition, reasons: list[ipp.Value]
    ) -> tuple[SpoolCondition, list[ipp.Value]]:
        """A job does not say that its printer stands still, or why: the printer does."""
        reply = self._call(
            ipp.GET_PRINTER,
            {
                "printer-uri": self._uri(),
                "requesting-user-name": _USER,
                "requested-attributes": ("printer-state", "printer-state-reasons"),
            },
        )
        stopped = reply.value("printer-state") == _STOPPED
        told = [word for word in reply.values("printer-state-reasons") if word not in reasons]
        return ("stopped" if stopped else state), [*reasons, *told]

    def _job(self, spool_id: str) -> dict[str, ipp.Value | tuple[str, ...]]:
        return {
            "printer-uri": self._uri(),
            "job-id": int(spool_id) if spool_id.isdecimal() else 0,
            "requesting-user-name": _USER,
        }

    def _uri(self) -> str:
        if "://" in self._named:
            return self._named
        return f"ipp://localhost/printers/{quote(self.printer)}"

    def _default(self) -> str:
        reply = self._call(ipp.CUPS_GET_DEFAULT, {"requested-attributes": "printer-name"})
        name = reply.value("printer-name")
        if not reply.done or not isinstance(name, str):
            raise Refused("RDR-154", printer="")
        return name

    def _call(
        self,
        operation: int,
        own: ipp.Attributes,
        job: ipp.Attributes | None = None,
        *,
        document: bytes = b"",
    ) -> ipp.Answer:
        body = ipp.request(operation, next(self._numbers), own, job) + document
        parts = urlsplit(self._named) if "://" in self._named else None
        connection = _connection(parts.hostname or "", parts.port) if parts else _spooler()
        try:
            # What every CUPS takes, whatever the operation; a printer has a path of its own.
            path = (parts.path if parts else "") or "/"
            connection.request("POST", path, body, {"Content-Type": "application/ipp"})
            response = connection.getresponse()
            data = response.read()
            if response.status != http.client.OK:
                raise Refused("RDR-155", printer=self._named, reason=f"HTTP {response.status}")
            return ipp.answer(data)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, FileNotFoundError) and not os.environ.get(SERVER_ENVIRONMENT):
                raise Refused("RDR-153") from error
            raise Transient("RDR-152", reason=str(error) or type(error).__name__) from error
        finally:
            connection.close()


class _SocketConnection(http.client.HTTPConnection):
    """HTTP over the local socket of the spooler."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Open the socket. Raises FileNotFoundError where there is none."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_SECONDS)
        self.sock.connect(self._path)


def _spooler() -> http.client.HTTPConnection:
    """Where the spooler answers: as the environment names it, else its socket."""
    server = os.environ.get(SERVER_ENVIRONMENT, "")
    if server and not server.startswith("/"):
        host, _colon, port = server.partition("/")[0].rpartition(":")
        return _connection(host or port, int(port) if host and port.isdecimal() else None)
    if not hasattr(socket, "AF_UNIX"):
        raise Refused("RDR-153")
    return _SocketConnection(server or str(SOCKET))


def _connection(host: str, port: int | None) -> http.client.HTTPConnection:
    return http.client.HTTPConnection(host, port or _PORT, timeout=_SECONDS)


def _said(reply: ipp.Answer) -> str:
    """What the printer says of a refusal, else the number of it."""
    return str(reply.value("status-message") or f"0x{reply.status:04x}")
