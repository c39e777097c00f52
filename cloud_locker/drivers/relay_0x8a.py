"""Cabinets with 0x8A boards (INTEGRATION 1.1 C)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloud_locker.cabinet_settings import steady_cabinet
from cloud_locker.codecs.relay_0x8a import Relay0x8aCodec
from cloud_locker.drivers.serial_board import SerialBoard
from cloud_locker.steady import SteadyCabinet


class Relay0x8aBoard(SerialBoard):
    """The 5-byte boards of many makers, up to 24 locks each, 9600 baud 8N1.

        cabinets = ["relay8a:east"]

        [lockers."relay8a:east"]
        address = "/dev/ttyUSB0"
        cells = 40
        boards = [1, 2]                # as set by the switches, 1 to 32
        cells_per_board = 24
        polarity = "inverted"          # locks whose contact closes when they open (开锁短路)

    What these boards report of a door flips with the wiring of the feedback contact, so the
    commissioning of every cell decides the polarity: "normal" for contacts that are closed while
    locked (上锁短路). They have no item sensor, and no word for an unlock that failed.
    """

    scheme: str = "relay8a"
    codec = Relay0x8aCodec()


def make_cabinet(name: str, folder: Path, **settings: Any) -> SteadyCabinet:
    """A cabinet with such boards, made of the settings in its table."""
    return steady_cabinet(Relay0x8aBoard, name, folder, settings)
