"""Talks HTTP to one scanner: a connection per request, time limits, and ears open to cancelling.

One connection per request is deliberate. A kept connection may die between two pages, and whether
the request for the next page reached the device is then unknown; asking again could lose a sheet.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import logging
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.kernel.errors import Broken
from app.kernel.progress import CancelToken
from scanner.drivers.escl_address import EsclAddress
from scanner.drivers.escl_xml import MAX_XML_BYTES, NotEscl

CONNECT_SECONDS = 5.0
# A device that warms up answers late; one that sends a page sends something all the time.
ANSWER_SECONDS = 60.0
BODY_SECONDS = 20.0
_TURN_SECONDS = 0.2
_CHUNK = 1 << 16
# Old devices have short keys. The certificate proves nothing anyway: it is the device's own.
_CIPHERS = "DEFAULT:@SECLEVEL=1"
_log = logging.getLogger(__name__)


class Unreachable(Exception):
    """No connection came about, so the device was asked nothing."""


class Lost(Exception):
    """The connection broke, or the device stopped answering."""


class Cut(Exception):
    """The device closed the connection in the middle of a body."""


class Reply:
    """Status and headers of an answer, and its body in pieces."""

    def __init__(self, response: http.client.HTTPResponse, cancel: CancelToken) -> None:
        self._response = response
        self._cancel = cancel
        self.status = response.status
        self.media_type = (response.headers.get_content_type() or "").lower()

    def header(self, name: str) -> str:
        """The header of that name, "" without one."""
        return str(self._response.headers.get(name) or "").strip()

    def chunks(self) -> Iterator[bytes]:
        """The body as it comes. Raises Cut, Lost and Cancelled."""
        try:
            while chunk := self._response.read(_CHUNK):
                yield chunk
                self._cancel.check()
        except http.client.IncompleteRead as error:
            if error.partial:
                yield error.partial
            raise Cut(str(error)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Cut(repr(error)) from error
        # `read` of a given size ends a body of known length early without a word.
        if self._response.length:
            raise Cut(f"{self._response.length} bytes are missing")

    def whole(self) -> bytes:
        """The body of a document. Raises NotEscl when it is far too long, Cut, Lost."""
        data = bytearray()
        for chunk in self.chunks():
            data += chunk
            if len(data) > MAX_XML_BYTES:
                raise NotEscl("the document is too long")
        return bytes(data)


class EsclConnection:
    """Requests to the device at `address`.

    `certificate` is the SHA-256 of the certificate that the device shows, "" over plain HTTP.
    Whoever showed the first one must show it to the end; `expected` names it beforehand. Raises
    Broken SCN-241 when it is another one.
    """

    def __init__(self, address: EsclAddress, expected: str = "") -> None:
        self.address = address
        self.expected = expected
        self.certificate = ""
        self._context = _tls() if address.secure else None

    @contextmanager
    def request(
        self,
        method: str,
        path: str,
        cancel: CancelToken,
        *,
        body: bytes | None = None,
        answer_seconds: float | None = None,
    ) -> Iterator[Reply]:
        """Ask once and give the answer, which must begin within `answer_seconds` (None: the usual
        limit). Raises Unreachable, Lost, Cancelled."""
        seconds = ANSWER_SECONDS if answer_seconds is None else answer_seconds
        link = _Link(self.address, self._context, cancel, seconds)
        headers: Mapping[str, str] = {
            "Host": self.address.authority,
            "Connection": "close",
            "Accept": "*/*",
            **({"Content-Type": "text/xml"} if body is not None else {}),
        }
        try:
            try:
                link.connect()
            except OSError as error:
                raise Unreachable(str(error)) from error
            self._check_certificate(link.certificate)
            try:
                link.request(method, path, body=body, headers=dict(headers))
                response = link.getresponse()
            except (OSError, http.client.HTTPException, ValueError) as error:
                raise Lost(repr(error)) from error
            link.answered()
            yield Reply(response, cancel)
        finally:
            link.hang_up()

    def _check_certificate(self, shown: str) -> None:
        expected = self.expected or self.certificate
        if expected and shown != expected:
            raise Broken("SCN-241", address=self.address.url, shown=shown, expected=expected)
        if shown and not self.certificate:
            _log.info("%s shows certificate %s", self.address.authority, shown)
        self.certificate = shown


class _Link(http.client.HTTPConnection):
    def __init__(
        self,
        address: EsclAddress,
        context: ssl.SSLContext | None,
        cancel: CancelToken,
        answer_seconds: float,
    ) -> None:
        super().__init__(address.host, address.port)
        self._secure_context = context
        self._cancel = cancel
        self._answer_seconds = answer_seconds
        self._reader: _PatientReader | None = None
        self.certificate = ""

    def connect(self) -> None:
        """Open the connection; the device's own certificate is taken as it is."""
        raw = socket.create_connection((self.host, self.port), timeout=CONNECT_SECONDS)
        self._reader = _PatientReader(raw, self._cancel, self._answer_seconds)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._secure_context is not None:
            name = self.host.partition("%")[0]
            secured = self._secure_context.wrap_socket(raw, server_hostname=name)
            shown = secured.getpeercert(binary_form=True)
            self.certificate = hashlib.sha256(shown).hexdigest() if shown else ""
            raw = secured
            self._reader.raw = secured
        self.sock = _PatientSocket(raw, self._reader)

    def answered(self) -> None:
        """From now on the device must send without long breaks."""
        if self._reader is not None:
            self._reader.seconds = BODY_SECONDS

    def hang_up(self) -> None:
        """Close everything, whatever is still being read."""
        self.close()
        if self._reader is not None:
            self._reader.raw.close()


class _PatientSocket:
    """What http.client needs of a socket; reading goes through the patient reader."""

    def __init__(self, raw: socket.socket, reader: _PatientReader) -> None:
        self._raw = raw
        self._reader = reader

    def makefile(self, _mode: str) -> io.BufferedReader:
        """The reading side. It is read in turns, so that cancelling is heard in between."""
        self._raw.settimeout(_TURN_SECONDS)
        return io.BufferedReader(self._reader, _CHUNK)

    def sendall(self, data: Any) -> None:
        """Send everything."""
        self._raw.sendall(data)

    def close(self) -> None:
        """Nothing: http.client lets go of the socket before it has read the body."""


class _PatientReader(io.RawIOBase):
    def __init__(self, raw: socket.socket, cancel: CancelToken, seconds: float) -> None:
        self.raw = raw
        self._cancel = cancel
        self.seconds = seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Raises Lost when nothing came for `seconds`, Cancelled when somebody asked to stop."""
        deadline = time.monotonic() + self.seconds
        while True:
            try:
                return self.raw.recv_into(buffer)
            except TimeoutError as error:
                self._cancel.check()
                if time.monotonic() > deadline:
                    raise Lost(f"no answer for {self.seconds:g} s") from error


def _tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers(_CIPHERS)
    return context
