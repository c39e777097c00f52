"""One eSCL scanner at its address: description, status, and what its refusals mean."""

from __future__ import annotations

import logging
import time

from app.kernel.errors import BadInput, Broken, Fault, Transient
from app.kernel.progress import CancelToken
from scanner.drivers.escl_address import EsclAddress, redirected, with_default_root
from scanner.drivers.escl_capabilities import EsclDescription, read_capabilities
from scanner.drivers.escl_connection import Cut, EsclConnection, Lost, Unreachable
from scanner.drivers.escl_status import DOWN, TESTING, EsclStatus, read_status
from scanner.drivers.escl_xml import NotEscl

WARM_UP_SECONDS = 120.0
# A device that wakes up answers everything with "not now".
WAKE_UP_SECONDS = 6.0
POLL_SECONDS = 0.5
STATUS_SECONDS = 10.0
STATUS_RETRY_SECONDS = 2.0
_TURN_SECONDS = 0.1
_REDIRECTIONS = (301, 302, 303, 307, 308)
_MOST_REDIRECTIONS = 3
_log = logging.getLogger(__name__)

_FAULTS: dict[str, tuple[type[Fault], str]] = {
    "feeder_empty": (Transient, "SCN-101"),
    "offline": (Transient, "SCN-102"),
    "busy": (Transient, "SCN-103"),
    "jam": (Transient, "SCN-104"),
    "cover_open": (Transient, "SCN-105"),
    "double_feed": (Transient, "SCN-106"),
    "warming_up": (Transient, "SCN-107"),
    "access_denied": (Broken, "SCN-108"),
    "out_of_memory": (Transient, "SCN-109"),
    "cancelled": (Transient, "SCN-110"),
    "incomplete_page": (Transient, "SCN-111"),
    "settings": (BadInput, "SCN-121"),
    "connection_lost": (Transient, "SCN-122"),
    "locked": (Transient, "SCN-123"),
}
# What a refusal means whatever was asked (RFC 9110; 423 and 507 from RFC 4918).
_REFUSALS = {
    401: "access_denied",
    403: "access_denied",
    413: "out_of_memory",
    423: "locked",
    503: "busy",
    507: "out_of_memory",
}


class EsclDevice:
    """A scanner that is asked by HTTP. All faults carry `sheet`, `name` and `status`.

    `sheet` is the sheet that faults name; whoever feeds keeps it up to date. `certificate` is the
    SHA-256 of the only one to talk to, "" for whatever the device shows.
    """

    def __init__(self, name: str, address: EsclAddress, certificate: str = "") -> None:
        self.name = name
        self.connection = EsclConnection(address, certificate)
        self.sheet = 1

    def fault(self, kind: str, status: object = "") -> Fault:
        """The fault of that kind of trouble at the present sheet."""
        what, code = _FAULTS[kind]
        _log.info("%s: %s at sheet %s (%s)", self.name, kind, self.sheet, status)
        return what(code, sheet=self.sheet, name=self.name, status=str(status))

    def refusal(self, status: int, otherwise: str) -> Fault:
        """The fault behind an HTTP status; `otherwise` for one that says nothing special."""
        return self.fault(_REFUSALS.get(status, otherwise), f"HTTP {status}")

    def describe(self, cancel: CancelToken) -> EsclDescription:
        """What the device says of itself. Raises Transient SCN-102 when nothing that speaks eSCL
        answers at the address, and the faults of refusals.

        Follows devices that send a client on to TLS; adds the usual root when there is nothing
        under the one that was written.
        """
        deadline = time.monotonic() + WAKE_UP_SECONDS
        redirections = 0
        while redirections <= _MOST_REDIRECTIONS:
            address = self.connection.address
            try:
                with self.connection.request(
                    "GET", address.path("ScannerCapabilities"), cancel
                ) as reply:
                    status, location = reply.status, reply.header("Location")
                    if status == 200:
                        return read_capabilities(reply.whole())
            except (Unreachable, Lost, Cut, NotEscl) as error:
                raise self.fault("offline", error) from error
            if status == 503 and time.monotonic() < deadline:
                pause(POLL_SECONDS, cancel)
                continue
            redirections += 1
            other = None
            if status in _REDIRECTIONS:
                other = redirected(address, location, "ScannerCapabilities")
            elif status == 404 and not address.root.lower().endswith("/escl"):
                other = with_default_root(address)
            if other is None:
                raise self.refusal(status, "offline")
            _log.info("%s is asked at %s from now on", self.name, other.url)
            self.connection = EsclConnection(other, self.connection.expected)
        raise self.fault("offline", "redirected too often")

    def status(self, cancel: CancelToken) -> EsclStatus:
        """How the device is now; an empty status when it keeps that to itself.

        Raises Transient SCN-122 when it no longer answers.
        """
        path = self.connection.address.path("ScannerStatus")
        begun = time.monotonic()
        while True:
            try:
                with self.connection.request(
                    "GET", path, cancel, answer_seconds=STATUS_SECONDS
                ) as reply:
                    if reply.status == 200:
                        return read_status(reply.whole())
                    _log.info("%s gives no status: HTTP %s", self.name, reply.status)
                    return EsclStatus()
            except NotEscl as error:
                _log.info("%s gives a status that cannot be read: %s", self.name, error)
                return EsclStatus()
            except (Unreachable, Lost, Cut) as error:
                # Asking twice changes nothing on the device, and one slip is no broken cable.
                if time.monotonic() - begun > STATUS_RETRY_SECONDS:
                    raise self.fault("connection_lost", error) from error
                _log.info("%s is asked for its status again: %s", self.name, error)
            pause(POLL_SECONDS, cancel)

    def check_ready(self, *, feeder: bool, cancel: CancelToken) -> None:
        """See that a job may begin; waits while the device warms up.

        Raises Transient SCN-101 and SCN-104 to SCN-107 for what a person must mend first, SCN-102
        when the device is down. A device that is at work is not refused here: it may be
        finishing the last job, and answers the request for a new one with "busy" itself.
        """
        deadline = time.monotonic() + WARM_UP_SECONDS
        while True:
            status = self.status(cancel)
            if status.state != TESTING:
                break
            if time.monotonic() > deadline:
                raise self.fault("warming_up", status.state)
            pause(POLL_SECONDS, cancel)
        if status.state == DOWN:
            raise self.fault("offline", status.state)
        if feeder:
            self.check_feeder(status)

    def check_feeder(self, status: EsclStatus) -> None:
        """Raises the fault that the feeder reports, SCN-101 when it is empty."""
        if status.trouble:
            raise self.fault(status.trouble, status.feeder)
        if status.feeder_empty:
            raise self.fault("feeder_empty", status.feeder)


def pause(seconds: float, cancel: CancelToken) -> None:
    """Wait, and hear when somebody asks to stop. The waiting has limits of its own everywhere,
    so it counts as progress."""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        cancel.check()
        time.sleep(min(left, _TURN_SECONDS))
    cancel.check()
