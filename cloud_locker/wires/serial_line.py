"""A serial line to lock boards: a serial port, or a TCP gateway in front of one."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import time
from urllib.parse import urlsplit

import serial
from serial.urlhandler.protocol_socket import Serial as SocketSerial

from app.kernel.errors import Broken, Transient

WRITE_SECONDS = 0.8
CONNECT_SECONDS = 1.5
SOCKET = "socket://"
# How long one look at an idle line may take; what has come is given at once, however little.
LOOK_SECONDS = 0.02
MOST_AT_ONCE = 1024

_WIRE_ERRORS: tuple[type[Exception], ...] = (OSError,)
with contextlib.suppress(ImportError):  # Windows has none
    import termios

    _WIRE_ERRORS += (termios.error,)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM)


def is_address(address: str) -> bool:
    """Whether `address` can be one: the path or name of a port, or `socket://host:port`."""
    if not address.startswith(SOCKET):
        return bool(address) and "://" not in address
    try:
        parts = urlsplit(address)
        return bool(parts.hostname and parts.port)
    except ValueError:
        return False


class _Gateway(SocketSerial):
    """The TCP port of pyserial, which would try to connect for 5 s to a gateway that is off, sleep
    whenever it closes, and read byte by byte, while the others who want the bus wait."""

    def open(self) -> None:
        self.logger = None
        try:
            where = self.from_url(self.portstr or "")
            self._socket = socket.create_connection(where, timeout=CONNECT_SECONDS)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.setblocking(False)
        except OSError as error:
            raise serial.SerialException(str(error)) from error
        self.is_open = True

    def read(self, size: int = 1) -> bytes:
        """What has come, whatever `size`; waits for the first byte."""
        ready, _, _ = select.select([self._socket], [], [], self.timeout)
        data = self._socket.recv(MOST_AT_ONCE) if ready else b""
        if ready and not data:
            raise serial.SerialException("closed by the gateway")
        return data

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self._socket.close()


class SerialLine:
    """Bytes to and from `address`, 8 data bits, no parity, 1 stop bit.

    Opened when it is first used; after a fault it is closed, and the next call opens it again,
    so that a cable that is back needs nothing but time. Every method raises Transient LCK-101
    (the line is gone) and Broken LCK-201 (this machine does not let us have it). `cabinet` names
    the cabinet in faults. Not safe for several threads: whoever uses it takes turns.
    """

    def __init__(self, address: str, *, baud_rate: int, cabinet: str) -> None:
        self.address = address
        self._baud_rate = baud_rate
        self._cabinet = cabinet
        self._port: serial.Serial | SocketSerial | None = None

    def open(self) -> bool:
        """Take the port; False when we had it."""
        had = self._port is not None
        self._opened()
        return not had

    def write(self, data: bytes) -> None:
        """Send all bytes."""
        port = self._opened()
        try:
            port.write(data)
        except _WIRE_ERRORS as error:
            raise self._gone() from error

    def read(self, seconds: float) -> bytes:
        """What has come; waits up to `seconds` for the first byte, then gives what there is."""
        port = self._opened()
        deadline = time.monotonic() + seconds
        try:
            while True:
                waiting = port.in_waiting
                left = deadline - time.monotonic()
                if not waiting and left <= 0:
                    return b""
                # Never more than has come, or the port waits for the rest (INTEGRATION 1.3).
                data: bytes = port.read(max(1, waiting))
                if data:
                    return data
        except _WIRE_ERRORS as error:
            raise self._gone() from error

    def close(self) -> None:
        """Let go of the port. May be said twice."""
        port, self._port = self._port, None
        if port is not None:
            with contextlib.suppress(*_WIRE_ERRORS):
                port.close()

    def _opened(self) -> serial.Serial | SocketSerial:
        if self._port is None:
            try:
                self._port = self._made()
            except ValueError as error:  # a rate that the port does not know
                raise self._unusable(error) from error
            except _WIRE_ERRORS as error:
                if getattr(error, "errno", None) in _NOT_ALLOWED:
                    raise self._unusable(error) from error
                raise Transient("LCK-101", cabinet=self._cabinet) from error
        return self._port

    def _made(self) -> serial.Serial | SocketSerial:
        kind = _Gateway if self.address.startswith(SOCKET) else serial.Serial
        return kind(
            self.address,
            baudrate=self._baud_rate,
            timeout=LOOK_SECONDS,
            write_timeout=WRITE_SECONDS,
        )

    def _gone(self) -> Transient:
        self.close()
        return Transient("LCK-101", cabinet=self._cabinet)

    def _unusable(self, error: Exception) -> Broken:
        return Broken("LCK-201", cabinet=self._cabinet, address=self.address, reason=str(error))
