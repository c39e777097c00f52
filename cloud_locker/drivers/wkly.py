"""Cabinets with WKLY boards (INTEGRATION 1.1 A)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloud_locker.cabinet_settings import steady_cabinet
from cloud_locker.codecs.wkly import WklyCodec
from cloud_locker.drivers.serial_board import SerialBoard
from cloud_locker.steady import SteadyCabinet


class WklyBoard(SerialBoard):
    """WKLY boards on an RS-485 adapter or behind a TCP gateway.

        cabinets = ["wkly:north"]

        [lockers."wkly:north"]
        address = "/dev/ttyUSB0"       # or "socket://192.168.1.20:5000"
        cells = 24
        boards = [0, 1]                # as set by the switches on the boards, 0 to 31
        cells_per_board = 12           # needed with more than one board

    Wiring: A to A, B to B, one common ground, 9600 baud 8N1. The address switches of all boards
    on one bus differ. They have no item sensor: content is unknown, and people are asked for it.
    They speak of a door that moved by themselves, and miss doors opened by hand.
    """

    scheme: str = "wkly"
    codec = WklyCodec()


def make_cabinet(name: str, folder: Path, **settings: Any) -> SteadyCabinet:
    """A cabinet with such boards, made of the settings in its table."""
    return steady_cabinet(WklyBoard, name, folder, settings)
