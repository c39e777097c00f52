"""A real HTTP server that speaks eSCL as office scanners do, over paper that is only files.

For trying out the station without hardware, and for tests: any eSCL client can use it.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from scanner.simulators.escl_device import Answer, Job, SimulatedDevice
from scanner.simulators.escl_documents import (
    Unsuitable,
    capabilities,
    read_settings,
    status,
)
from scanner.simulators.escl_mishaps import Mishaps
from scanner.simulators.escl_paper import Paper

ROOT = "/eSCL"
_MOST_BODY_BYTES = 1 << 20
_CHUNK = 1 << 15
_log = logging.getLogger(__name__)


class EsclSimulator:
    """A simulated scanner that serves from entering to leaving the `with` block.

    `sides` are the files of the sides in feeding order, fronts and backs in turn. `port` 0 takes
    a free one. `certificate` names the files of a certificate and its key and turns TLS on.
    """

    def __init__(
        self,
        sides: Sequence[Path],
        *,
        mishaps: Mishaps | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        certificate: tuple[Path, Path] | None = None,
    ) -> None:
        self.device = SimulatedDevice(Paper(sides=tuple(sides)), mishaps or Mishaps())
        self._server = _Server(host, port, self.device, certificate)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name="escl-simulator", daemon=True
        )
        self.host = host
        self.port = int(self._server.server_address[1])
        self.secure = certificate is not None

    @property
    def url(self) -> str:
        """The address for a source: `escl:` and this."""
        bracketed = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.secure else 'http'}://{bracketed}:{self.port}{ROOT}"

    def __enter__(self) -> EsclSimulator:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.device.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    # Ended threads are waited for, so that nothing of a closed simulator goes on.
    daemon_threads = False
    request_queue_size = 32

    def __init__(
        self,
        host: str,
        port: int,
        device: SimulatedDevice,
        certificate: tuple[Path, Path] | None,
    ) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self.device = device
        self.secure = certificate is not None
        super().__init__((host, port), _Handler)
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*certificate)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer one connection in its thread; a handshake that fails concerns no other."""
        request.settimeout(_Handler.timeout)
        if self._context is None:
            super().finish_request(request, client_address)
            return
        try:
            secured = self._context.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError) as error:
            _log.info("no TLS with %s: %s", client_address, error)
            return
        with secured:
            super().finish_request(secured, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error of a scanner."""
        _log.info("connection with %s ended", client_address, exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "eSCL-Simulator"
    disable_nagle_algorithm = True
    timeout = 5.0
    server: _Server

    @property
    def _device(self) -> SimulatedDevice:
        return self.server.device

    @property
    def _mishaps(self) -> Mishaps:
        return self.server.device.mishaps

    def do_GET(self) -> None:
        """ScannerCapabilities, ScannerStatus, NextDocument and ScanImageInfo."""
        path = self._begin()
        if path is None:
            return
        parts = path.split("/")
        if path == "ScannerCapabilities":
            self._send_xml(capabilities(self._device.uuid, self._base(), self._mishaps))
        elif path == "ScannerStatus" and not self._mishaps.no_status:
            state, feeder, jobs = self._device.status()
            self._send_xml(status(state, feeder, ROOT, jobs))
        elif len(parts) == 3 and parts[0] == "ScanJobs" and parts[2] == "NextDocument":
            self._send_page(self._device.next_document(parts[1]))
        else:
            self._send_empty(404)

    def do_POST(self) -> None:
        """ScanJobs."""
        path = self._begin()
        if path is None:
            return
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if 0 < length <= _MOST_BODY_BYTES else b""
        if path != "ScanJobs":
            self._send_empty(404)
            return
        try:
            made = self._device.create(read_settings(body, self._mishaps))
        except Unsuitable as error:
            _log.info("settings refused: %s", error)
            self._send_empty(409)
            return
        except ValueError as error:
            _log.info("no settings: %s", error)
            self._send_empty(400)
            return
        if isinstance(made, Job):
            self._send_empty(201, {"Location": self._location(made)})
        else:
            self._send_empty(made)

    def do_DELETE(self) -> None:
        """A job."""
        path = self._begin()
        if path is not None:
            known = path.startswith("ScanJobs/") and self._device.delete(path.split("/")[1])
            self._send_empty(200 if known else 404)

    def log_message(self, format: str, *args: Any) -> None:
        """The log instead of standard error."""
        _log.debug(format, *args)

    def _begin(self) -> str | None:
        """The path below the root, None when the answer was given already."""
        self._device.requests.append(f"{self.command} {self.path}")
        refusal = self._mishaps.deny_status or (0 if self._device.awake() else 503)
        if refusal:
            self._send_empty(refusal)
            return None
        if not self.path.startswith(f"{ROOT}/"):
            self._send_empty(404)
            return None
        return self.path.removeprefix(f"{ROOT}/").strip("/")

    def _base(self) -> str:
        scheme = "https" if self.server.secure else "http"
        return f"{scheme}://{self.headers.get('Host', 'localhost')}"

    def _location(self, job: Job) -> str:
        path = f"{ROOT}/ScanJobs/{job.identifier}"
        if self._mishaps.location == "relative":
            return path
        if self._mishaps.location == "foreign":
            return f"http://SCANNER-0815.invalid{path}"
        return self._base() + path

    def _send_xml(self, text: str) -> None:
        data = text.encode("utf-8")
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _send_empty(self, code: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(code)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send_page(self, answer: Answer) -> None:
        self.close_connection = True
        if answer.manner == "hang":
            self._device.closing.wait()
        if answer.manner in ("hang", "drop"):
            return
        if answer.status != 200:
            self._send_empty(answer.status)
            return
        self.send_response(200)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Connection", "close")
        chunked = self._mishaps.chunked
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        elif not self._mishaps.no_length:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        whole = answer.manner == "whole"
        body = answer.body if whole else answer.body[: len(answer.body) // 2]
        for start in range(0, len(body), _CHUNK):
            piece = body[start : start + _CHUNK]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if chunked else piece)
        if answer.manner == "stall":
            self.wfile.flush()
            self._device.closing.wait()
        elif chunked and whole:
            self.wfile.write(b"0\r\n\r\n")
