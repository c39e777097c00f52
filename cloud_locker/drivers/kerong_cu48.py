"""Cabinets with Kerong KR-CU48 boards (INTEGRATION 1.1 B2)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloud_locker.cabinet_settings import steady_cabinet
from cloud_locker.codecs.kerong_cu48 import KerongCu48Codec
from cloud_locker.drivers.serial_board import SerialBoard
from cloud_locker.steady import SteadyCabinet


class KerongCu48Board(SerialBoard):
    """Kerong KR-CU48 boards, up to 48 locks each, without item sensors on the wire.

        cabinets = ["kerong48:hall"]

        [lockers."kerong48:hall"]
        address = "/dev/ttyUSB0"
        cells = 48
        boards = [0]
        baud_rate = 9600               # where it is set to another than 19200

    The replies of this family are known from one source only: commission every cell.
    """

    scheme: str = "kerong48"
    codec = KerongCu48Codec()


def make_cabinet(name: str, folder: Path, **settings: Any) -> SteadyCabinet:
    """A cabinet with such boards, made of the settings in its table."""
    return steady_cabinet(KerongCu48Board, name, folder, settings)
