"""Simulated relay boards on a real Modbus server: TCP, RTU through TCP, or RTU on a
pseudo-terminal, with the cabinet's hardware behind them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import socket
import threading
import tty
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from cloud_locker.cell_numbers import CellNumbers
from cloud_locker.codecs.modbus_map import LOCKS, UNITS
from cloud_locker.simulators.hardware import CabinetHardware

READ_INPUTS = 2
BITS = 16
FLASH_BASE = 0x200
COILS = FLASH_BASE + 64
INPUTS = 128
_CHUNK = 4096


@dataclass(kw_only=True, slots=True)
class ModbusMishaps:
    """What goes wrong; may be changed while the boards run.

    `deaf`: nothing is done or answered. `answers_lost`: so many of the next answers are, the
    requests being carried out. `garbage`: bytes before each answer. `spoilt`: the last byte of
    each answer is wrong. `halved`: only half of it arrives. `doubled`: it comes twice. `late`:
    it comes together with the next. `refusal`: what the boards answer to every request instead.
    """

    deaf: bool = False
    answers_lost: int = 0
    garbage: bool = False
    spoilt: bool = False
    halved: bool = False
    doubled: bool = False
    late: bool = False
    refusal: ExcCodes | None = None


class ModbusRelays:
    """Boards `units` with `cells_per_board` locks each, doors at the inputs from 0 on (on: closed)
    and items from `first_item` on; coils from 0 on, and coils that switch themselves off from
    `FLASH_BASE` on. Listens on 127.0.0.1 from when it was made until `stop`; `rtu`: with RTU frames
    instead of Modbus TCP. A relay that goes on drives its lock once.
    """

    def __init__(
        self,
        hardware: CabinetHardware,
        *,
        units: Sequence[int] = (1,),
        cells_per_board: int,
        first_item: int = 64,
        rtu: bool = False,
    ) -> None:
        self.hardware = hardware
        self.mishaps = ModbusMishaps()
        self.energised: set[int] = set()
        self.port = 0
        self._rtu = rtu
        self._first_item = first_item
        self._numbers = CellNumbers.of(
            "simulated",
            cells=hardware.count,
            boards=units,
            cells_per_board=cells_per_board,
            addresses=UNITS,
            locks=LOCKS,
        )
        self._kept_back = b""
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop
        self._over: asyncio.Event
        self.plug_in()

    @property
    def address(self) -> str:
        """What the driver is given; the same after the cable was pulled and plugged in."""
        return f"{'rtu' if self._rtu else 'tcp'}://127.0.0.1:{self.port}"

    def plug_in(self) -> None:
        """Listen, with the relays as power finds them: off."""
        self.energised.clear()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()

    def pull_cable(self) -> None:
        """All connections end and no new one is taken. May be said twice."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._loop.call_soon_threadsafe(self._over.set)
            thread.join()

    stop = pull_cable

    def _serve(self, ready: threading.Event) -> None:
        asyncio.run(self._listen(ready))

    async def _listen(self, ready: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = ModbusTcpServer(
            [self._device(unit) for unit in self._numbers.boards],
            framer=FramerType.RTU if self._rtu else FramerType.SOCKET,
            address=("127.0.0.1", self.port),
            trace_packet=self._passing,
        )
        await server.serve_forever(background=True)
        assert isinstance(server.transport, asyncio.Server)
        self.port = server.transport.sockets[0].getsockname()[1]
        ready.set()
        await self._over.wait()
        # A connection that is just being taken would otherwise be forgotten open.
        while under_way := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(under_way)
        await server.shutdown()  # type: ignore[no-untyped-call]

    def _device(self, unit: int) -> SimDevice:
        unused = SimData(address=0, datatype=DataType.REGISTERS)
        blocks = [
            SimData(address=0, values=[False] * size, datatype=DataType.BITS)
            for size in (COILS, INPUTS)
        ]
        return SimDevice(
            id=unit,
            simdata=([blocks[0]], [blocks[1]], [unused], [unused]),
            action=partial(self._accessed, unit),
        )

    async def _accessed(
        self,
        unit: int,
        function: int,
        start: int,
        address: int,
        count: int,
        registers: list[int],
        written: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        if self.mishaps.refusal is not None:
            return self.mishaps.refusal
        if self.mishaps.deaf:
            return None
        if function == READ_INPUTS:
            self._sense(unit, registers)
        for place, on in enumerate(written or [], address):
            self._drive(unit, place, on=bool(on))
        return None

    def _sense(self, unit: int, registers: list[int]) -> None:
        registers[:] = [0] * len(registers)
        for lock in range(1, self._numbers.on_board(unit) + 1):
            number = self._numbers.number(unit, lock)
            assert number is not None
            inputs = {
                lock - 1: not self.hardware.door(number).door_open,
                self._first_item + lock - 1: self.hardware.seen_item(number),
            }
            for place in (place for place, on in inputs.items() if on):
                registers[place // BITS] |= 1 << place % BITS

    def _drive(self, unit: int, coil: int, *, on: bool) -> None:
        flashes = coil >= FLASH_BASE
        number = self._numbers.number(unit, (coil - FLASH_BASE if flashes else coil) + 1)
        if number is None:
            return
        if flashes:
            self.hardware.pulse(number)
        elif not on:
            self.energised.discard(number)
        elif number not in self.energised:
            self.energised.add(number)
            self.hardware.pulse(number)

    def _passing(self, sending: bool, data: bytes) -> bytes:
        """What becomes of bytes on their way; requests pass as they are."""
        mishaps = self.mishaps
        if not sending:
            return data
        if mishaps.deaf:
            return b""
        if mishaps.answers_lost > 0:
            mishaps.answers_lost -= 1
            return b""
        if mishaps.late:
            data, self._kept_back = self._kept_back, data
            return data
        data, self._kept_back = self._kept_back + data, b""
        if mishaps.garbage:
            data = b"\x00\xff\x13W" + data
        if mishaps.spoilt:
            data = data[:-1] + bytes([data[-1] ^ 0x55])
        if mishaps.halved:
            data = data[: len(data) // 2]
        return data * (2 if mishaps.doubled else 1)


class SerialPort:
    """A serial port at `path` that leads to RTU boards: a pseudo-terminal, carried to their
    gateway as a converter would. From when it was made until `stop`."""

    def __init__(self, relays: ModbusRelays, path: Path) -> None:
        self.address = str(path)
        self._relays = relays
        self._path = path
        self._thread: threading.Thread | None = None
        self.plug_in()

    def plug_in(self) -> None:
        """The converter is in."""
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self._path.symlink_to(os.ttyname(self._slave))
        self._wake, self._woken = socket.socketpair()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def pull_cable(self) -> None:
        """The converter was pulled out: the port is gone. May be said twice."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._wake.send(b"x")
        thread.join()
        self._path.unlink(missing_ok=True)
        for end in (self._master, self._slave):
            os.close(end)
        self._wake.close()
        self._woken.close()

    stop = pull_cable

    def _carry(self) -> None:
        with socket.create_connection(("127.0.0.1", self._relays.port)) as gateway:
            while True:
                ends = [self._master, gateway.fileno(), self._woken.fileno()]
                ready = select.select(ends, [], [])[0]
                if self._woken.fileno() in ready:
                    return
                with contextlib.suppress(OSError):
                    if self._master in ready:
                        gateway.sendall(os.read(self._master, _CHUNK))
                    if gateway.fileno() in ready:
                        os.write(self._master, gateway.recv(_CHUNK))
