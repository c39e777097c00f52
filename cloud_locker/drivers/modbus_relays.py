"""Relay boards on Modbus: a relay for each lock, inputs for doors and items (INTEGRATION 1.1 G)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pymodbus.constants import ExcCodes
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.pdu.bit_message import (
    ReadDiscreteInputsRequest,
    ReadDiscreteInputsResponse,
    WriteMultipleCoilsRequest,
    WriteMultipleCoilsResponse,
    WriteSingleCoilRequest,
    WriteSingleCoilResponse,
)

from app.kernel.errors import Broken, Fault, Refused, Transient
from cloud_locker.api import Cell, DoorChange
from cloud_locker.cabinet_settings import steady_cabinet
from cloud_locker.cell_numbers import CellNumbers
from cloud_locker.codecs.modbus_map import ADDRESSES, LOCKS, UNITS, RelayMap
from cloud_locker.steady import SteadyCabinet
from cloud_locker.wires.modbus_line import FlashCoil, ModbusLine, is_address

ANSWER_SECONDS = 0.8
OFF_TRIES = 2
NORMAL, INVERTED = "normal", "inverted"

_WRONG_SETTINGS = (ExcCodes.ILLEGAL_FUNCTION, ExcCodes.ILLEGAL_ADDRESS, ExcCodes.ILLEGAL_VALUE)
_NOBODY_KNOWS = (ExcCodes.GATEWAY_PATH_UNAVIABLE, ExcCodes.GATEWAY_NO_RESPONSE)


class ModbusBoard:
    """A `LockBoard` of relay boards on one bus. Safe to use from several threads.

    In the settings of the station:

        [lockers."modbus:cellar"]
        address = "tcp://192.168.1.30:502"   # or "rtu://host:port" (RTU frames through a gateway),
                                             # or "/dev/ttyUSB0"
        cells = 16
        boards = [1, 2]                # units 1 to 247, in the order of the cell numbers
        cells_per_board = 8
        first_coil = 0                 # relay of the first lock, from 0 as on the wire
        first_door = 0                 # input of the first door contact
        first_item = 8                 # input of the first item sensor; leave out without sensors
        polarity = "inverted"          # where contacts are on while the door is open
        item_polarity = "inverted"     # where an item switches its input off
        flash_base = 512               # coils that switch themselves off (Waveshare: 0x200)
        baud_rate = 9600
        parity = "N"                   # "E", "O"

    Without `flash_base` a relay is switched on and off again with two requests. Because one that
    stays on burns its lock, all relays are then switched off before anything else, at the first
    use and after every fault. A program that dies in between leaves it on until the next use, so
    boards with self-acting coils are the better choice.

    `folder` is not used. Raises Broken LCK-251 for settings that cannot be; beyond the faults of
    `LockBoard`, Broken LCK-253 (the boards do not have what the settings say).
    """

    scheme: str = "modbus"

    def __init__(
        self,
        name: str,
        folder: Path,
        *,
        address: str = "",
        cells: int = 0,
        boards: Sequence[int] = (1,),
        cells_per_board: int = 0,
        first_coil: int = 0,
        first_door: int = 0,
        first_item: int | None = None,
        polarity: str = NORMAL,
        item_polarity: str = NORMAL,
        flash_base: int | None = None,
        baud_rate: int = 9600,
        parity: str = "N",
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        numbers = CellNumbers.of(
            name,
            cells=cells,
            boards=boards,
            cells_per_board=cells_per_board or (cells if len(boards) == 1 else 0),
            addresses=UNITS,
            locks=LOCKS,
        )
        self._map = RelayMap(
            numbers=numbers,
            first_coil=first_coil,
            first_door=first_door,
            first_item=first_item,
            inverted=polarity == INVERTED,
            items_inverted=item_polarity == INVERTED,
        )
        wrong = [
            word
            for word, possible in (
                (f"address={address}", is_address(address)),
                (f"polarity={polarity}", polarity in (NORMAL, INVERTED)),
                (f"item_polarity={item_polarity}", item_polarity in (NORMAL, INVERTED)),
                (f"flash_base={flash_base}", flash_base is None or flash_base in ADDRESSES),
                (f"baud_rate={baud_rate}", baud_rate > 0),
                (f"parity={parity}", parity in ("N", "E", "O")),
                (f"first_coil={first_coil}, {first_door=}, {first_item=}", self._map.possible),
            )
            if not possible
        ]
        if wrong:
            raise Broken("LCK-251", cabinet=name, reason=", ".join(wrong))
        self._flash_base = flash_base
        self._wait = wait
        self._line = ModbusLine(address, seconds=ANSWER_SECONDS, baud_rate=baud_rate, parity=parity)
        self._turn = threading.RLock()  # one request in flight
        self._all_off = flash_base is not None

    def snapshot(self) -> list[Cell]:
        """All cells in order; each board is asked once."""
        with self._turn:
            self._make_safe()
            found: list[Cell] = []
            for question in self._map.questions():
                request = ReadDiscreteInputsRequest(
                    address=question.first, count=question.count, dev_id=question.unit
                )
                answer = self._ask(request)
                if isinstance(answer, ExceptionResponse):
                    raise self._refused(answer) or Transient("LCK-101", cabinet=self.name)
                cells = None
                if isinstance(answer, ReadDiscreteInputsResponse):
                    cells = self._map.cells(question, answer.bits)
                if cells is None:
                    raise self._lost()
                found += cells
            return found

    def pulse(self, number: int, milliseconds: int) -> None:
        """Switch the relay of a lock on for that long, once."""
        unit, coil = self._map.coil(number)
        with self._turn:
            self._make_safe()
            if self._flash_base is not None:
                flash = FlashCoil(
                    address=self._flash_base + coil - self._map.first_coil, dev_id=unit
                )
                flash.tenths = max(1, round(milliseconds / 100))
                self._switch(flash, number)
                return
            if not self._line.open():
                raise Transient("LCK-101", cabinet=self.name)
            self._all_off = False
            try:
                self._switch(WriteSingleCoilRequest(address=coil, bits=[True], dev_id=unit), number)
                self._wait(milliseconds / 1000)
            finally:
                self._all_off = self._switched_off(unit, coil)

    def changes(self, seconds: float) -> list[DoorChange]:
        """Nothing: these boards only answer."""
        return []

    def close(self) -> None:
        """Let go of the bus."""
        with self._turn:
            self._line.close()

    def _switch(self, request: WriteSingleCoilRequest, number: int) -> None:
        answer = self._ask(request)
        if isinstance(answer, WriteSingleCoilResponse) and answer.address == request.address:
            return
        if isinstance(answer, ExceptionResponse) and answer.exception_code not in _NOBODY_KNOWS:
            busy = answer.exception_code == ExcCodes.DEVICE_BUSY
            raise self._refused(answer) or (
                Transient("LCK-101", cabinet=self.name) if busy else Refused("LCK-102", cell=number)
            )
        self._line.close()
        raise Transient("LCK-116", cell=number)

    def _switched_off(self, unit: int, coil: int) -> bool:
        """Whether the relay is off for certain. Switching off unlocks nothing, so it may be said
        as often as it takes."""
        for _ in range(OFF_TRIES):
            request = WriteSingleCoilRequest(address=coil, bits=[False], dev_id=unit)
            answer = self._line.ask(request) if self._line.open() else None
            if isinstance(answer, WriteSingleCoilResponse) and answer.address == coil:
                return True
        return False

    def _make_safe(self) -> None:
        """Switch off every relay that a fault, or a program that died, may have left on."""
        if self._all_off:
            return
        for unit, relays in self._map.relays():
            request = WriteMultipleCoilsRequest(
                address=self._map.first_coil, bits=[False] * relays, dev_id=unit
            )
            answer = self._ask(request)
            if isinstance(answer, ExceptionResponse):
                raise self._refused(answer) or Transient("LCK-101", cabinet=self.name)
            if not isinstance(answer, WriteMultipleCoilsResponse):
                raise self._lost()
        self._all_off = True

    def _ask(self, request: ModbusPDU) -> ModbusPDU | None:
        if not self._line.open():
            raise Transient("LCK-101", cabinet=self.name)
        return self._line.ask(request)

    def _lost(self) -> Transient:
        self._line.close()
        return Transient("LCK-101", cabinet=self.name)

    def _refused(self, answer: ExceptionResponse) -> Fault | None:
        """The fault of settings that do not fit; None for refusals of the moment."""
        if answer.exception_code not in _WRONG_SETTINGS:
            return None
        reason = f"Modbus {answer.function_code & 0x7F:02X}/{answer.exception_code:02X}"
        return Broken("LCK-253", cabinet=self.name, reason=reason)


def make_cabinet(name: str, folder: Path, **settings: Any) -> SteadyCabinet:
    """A cabinet with Modbus relay boards, made of the settings in its table."""
    return steady_cabinet(ModbusBoard, name, folder, settings)
