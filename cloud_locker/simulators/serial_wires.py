"""Real wires before simulated boards: a pseudo-terminal, and a TCP gateway on this machine."""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import threading
import tty
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from cloud_locker.simulators.serial_boards import SerialBoards

_CHUNK = 4096


class SimulatedLine(ABC):
    """Carries bytes in a thread of its own, from when it was made until `stop`."""

    def __init__(self, boards: SerialBoards) -> None:
        self.boards = boards
        self._selector: selectors.BaseSelector
        self._waker, self._woken = socket.socketpair()
        self._thread: threading.Thread | None = None
        boards.listeners.append(self._said_unasked)
        self.plug_in()

    @property
    @abstractmethod
    def address(self) -> str:
        """What the driver is given; the same after the cable was pulled and plugged in."""

    def pull_cable(self) -> None:
        """The line is gone, without a word."""
        if self._thread is None:
            return
        self._waker.send(b"x")
        self._thread.join()
        self._thread = None
        self._selector.close()
        self._hang_up()

    def plug_in(self) -> None:
        """The line is back, with the boards as they are."""
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._connect(self._watch)
        self._thread = threading.Thread(target=self._carry, name=self.address, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End for good."""
        self.pull_cable()
        if self._said_unasked in self.boards.listeners:
            self.boards.listeners.remove(self._said_unasked)
        self._waker.close()
        self._woken.close()

    def _watch(self, end: int | socket.socket, ready: Callable[[], None]) -> None:
        self._selector.register(end, selectors.EVENT_READ, ready)

    def _carry(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    self._woken.recv(1)
                    return
                key.data()

    @abstractmethod
    def _connect(self, watch: Callable[[int | socket.socket, Callable[[], None]], None]) -> None:
        """Make the ends and have them watched."""

    @abstractmethod
    def _hang_up(self) -> None:
        """Close all ends; nothing runs beside this."""

    @abstractmethod
    def _said_unasked(self, data: bytes) -> None:
        """Send what the boards say by themselves; drop it where nobody listens."""


class PtyLine(SimulatedLine):
    """A serial port: `path` becomes a link to the pseudo-terminal."""

    def __init__(self, boards: SerialBoards, path: Path) -> None:
        self._path = path
        self._master = self._slave = -1
        super().__init__(boards)

    @property
    def address(self) -> str:
        """The path of the port."""
        return str(self._path)

    def _connect(self, watch: Callable[[int | socket.socket, Callable[[], None]], None]) -> None:
        # Our own hold on the slave keeps the line alive while no driver has it open.
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._path.symlink_to(os.ttyname(self._slave))
        self._decoder = self.boards.decoder()
        watch(self._master, self._ready)

    def _ready(self) -> None:
        with contextlib.suppress(OSError):
            data = os.read(self._master, _CHUNK)
            self._said_unasked(self.boards.received(self._decoder, data))

    def _hang_up(self) -> None:
        self._path.unlink(missing_ok=True)
        master, self._master = self._master, -1
        os.close(master)
        os.close(self._slave)

    def _said_unasked(self, data: bytes) -> None:
        if data and self._master >= 0:
            with contextlib.suppress(OSError):  # full: nobody reads, as on a wire
                os.write(self._master, data)


class TcpLine(SimulatedLine):
    """A gateway on 127.0.0.1 that takes several connections, each with its own requests."""

    def __init__(self, boards: SerialBoards) -> None:
        self._port = 0
        self._listener: socket.socket | None = None
        self._peers: list[socket.socket] = []
        super().__init__(boards)

    @property
    def address(self) -> str:
        """The address of the gateway, as drivers write it."""
        return f"socket://127.0.0.1:{self._port}"

    def _connect(self, watch: Callable[[int | socket.socket, Callable[[], None]], None]) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        watch(self._listener, self._accept)

    def _accept(self) -> None:
        assert self._listener is not None
        peer, _ = self._listener.accept()
        peer.setblocking(False)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        decoder = self.boards.decoder()

        def ready() -> None:
            data = b""
            with contextlib.suppress(OSError):
                data = peer.recv(_CHUNK)
            if not data:
                self._selector.unregister(peer)
                self._peers.remove(peer)
                peer.close()
                return
            _send(peer, self.boards.received(decoder, data))

        self._peers.append(peer)
        self._watch(peer, ready)

    def _hang_up(self) -> None:
        for end in (*self._peers, self._listener):
            if end is not None:
                end.close()
        self._peers, self._listener = [], None

    def _said_unasked(self, data: bytes) -> None:
        for peer in list(self._peers):
            _send(peer, data)


def _send(peer: socket.socket, data: bytes) -> None:
    # Boards wait for nobody: what a converter has no room for is lost, as on the line itself.
    with contextlib.suppress(OSError):
        peer.send(data)
