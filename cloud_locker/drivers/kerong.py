"""Cabinets with Kerong KR-CU12 or KR-CU16 boards (INTEGRATION 1.1 B)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloud_locker.cabinet_settings import steady_cabinet
from cloud_locker.codecs.kerong import KerongCodec
from cloud_locker.drivers.serial_board import SerialBoard
from cloud_locker.steady import SteadyCabinet


class KerongBoard(SerialBoard):
    """Kerong KR-CU12 and KR-CU16 boards, 12 or 16 locks each, with item sensors.

        cabinets = ["kerong:south"]

        [lockers."kerong:south"]
        address = "socket://192.168.1.21:5000"   # or "/dev/ttyUSB0"
        cells = 30
        boards = [0, 1]                # 0 to 14
        cells_per_board = 16           # 12 for KR-CU12

    Wiring: 19200 baud 8N1 on RS-485; models with a network socket listen on port 5000. Cells are
    wired to locks 1, 2, 3 .. of the first board, then of the second; only the last board may have
    fewer. The unlock time is set on the board (command 37): one second at most.
    Where no infra-red sensors are fitted, set `sensor = false`, or every cell would seem empty.
    """

    scheme: str = "kerong"
    codec = KerongCodec()


def make_cabinet(name: str, folder: Path, **settings: Any) -> SteadyCabinet:
    """A cabinet with such boards, made of the settings in its table."""
    return steady_cabinet(KerongBoard, name, folder, settings)
