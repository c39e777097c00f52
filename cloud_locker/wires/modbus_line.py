"""A Modbus bus: over TCP, or RTU on a serial port. One request, one answer, and no more."""

from __future__ import annotations

import contextlib
import logging
import socket
import struct
from typing import Any
from urllib.parse import urlsplit

from pymodbus.client import ModbusSerialClient, ModbusTcpClient
from pymodbus.framer import FramerType
from pymodbus.pdu import ModbusPDU
from pymodbus.pdu.bit_message import WriteSingleCoilRequest

TCP, RTU_OVER_TCP = "tcp", "rtu"
PORT = 502


class FlashCoil(WriteSingleCoilRequest):
    """Switch a relay on and, by the board itself, off again after `tenths` of a second.

    Boards by Waveshare and their likes take it as function 5 with the address 0x0200 + relay and
    the time as its value: `01 05 02 00 00 07 8D B0` is relay 0 for 0.7 s.
    """

    tenths: int = 0

    def encode(self) -> bytes:
        """The part of the request behind the function code."""
        return struct.pack(">HH", self.address, self.tenths)


def is_address(address: Any) -> bool:
    """Whether `address` can be one: `tcp://host:port`, `rtu://host:port` (RTU frames through a
    transparent gateway), or the path or name of a serial port."""
    if not isinstance(address, str) or not address:
        return False
    if "://" not in address:
        return True
    try:
        parts = urlsplit(address)
        return parts.scheme in (TCP, RTU_OVER_TCP) and bool(parts.hostname and parts.port != 0)
    except ValueError:
        return False


class ModbusLine:
    """Opens when it is asked, closes after every fault, so that no late answer is taken for
    another. A serial port is let go of after every request, for other programs that share it.
    `seconds`: how long an answer may take."""

    def __init__(self, address: str, *, seconds: float, baud_rate: int, parity: str) -> None:
        # It logs an error for every answer that does not come; the fault that is raised says more.
        logging.getLogger("pymodbus").setLevel(logging.CRITICAL)
        self._client: ModbusSerialClient | ModbusTcpClient
        self._serial = "://" not in address
        # A repeated write is a second pulse: the client must never repeat anything by itself.
        if self._serial:
            self._client = ModbusSerialClient(
                address, baudrate=baud_rate, parity=parity, timeout=seconds, retries=0
            )
            return
        parts = urlsplit(address)
        framer = FramerType.RTU if parts.scheme == RTU_OVER_TCP else FramerType.SOCKET
        self._client = ModbusTcpClient(
            parts.hostname or "", port=parts.port or PORT, framer=framer, timeout=seconds, retries=0
        )

    def open(self) -> bool:
        """Whether there is somebody to talk to."""
        opened = bool(self._client.connect())
        connection = self._client.socket
        if opened and isinstance(connection, socket.socket):
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def ask(self, request: ModbusPDU) -> ModbusPDU | None:
        """Send a request once and give what was answered, also when that is a refusal; None when
        nothing came that is an answer. The line must be open."""
        answer = None
        try:
            answer = self._client.execute(False, request)
        except Exception:
            # The libraries let out what their decoders and ports come across, undocumented; all
            # of it means that the request may have been sent and was not answered.
            self.close()
            return None
        if self._serial:
            self.close()
        return answer

    def close(self) -> None:
        """Let go of the line. May be said twice."""
        with contextlib.suppress(OSError):
            self._client.close()  # type: ignore[no-untyped-call]
