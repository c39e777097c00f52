"""A TCP relay before a server: counts, cuts after a number of bytes, falls silent, goes away,
restarts."""

from __future__ import annotations

import contextlib
import socket
import threading

_Pair = tuple[socket.socket, socket.socket]


class CuttingProxy:
    """Relays 127.0.0.1:`port` to 127.0.0.1:`server_port`; `sent` are bytes towards the server."""

    def __init__(self, server_port: int) -> None:
        self.server_port = server_port
        self.sent = self.fetched = 0
        self.was_cut = False
        self._left: int | None = None
        self._last = b""
        self._silent = threading.Event()
        self._away = False
        self._lock = threading.Lock()
        self._pairs: list[_Pair] = []
        self._threads: list[threading.Thread] = []
        self.port = 0
        self._listen()

    def cut_after(self, count: int | None) -> None:
        """Close everything once `count` more bytes have passed, in whatever direction."""
        with self._lock:
            self._left = count

    def cut_behind(self, text: bytes) -> None:
        """Close everything once the server has sent this."""
        with self._lock:
            self._last = text

    def silent(self, silent: bool) -> None:
        """Take bytes and pass none on."""
        (self._silent.set if silent else self._silent.clear)()

    def away(self, away: bool) -> None:
        """Refuse everybody."""
        self._away = away
        if away:
            self._close_all()

    def shut(self) -> None:
        """Close the port and every connection; whoever calls then is refused by the system."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(10)
        self._close_all()

    def reopen(self) -> None:
        """Listen again on the same port, after `shut`."""
        self._listen()

    def forget(self) -> None:
        """Count from zero, and be an honest relay again."""
        self.cut_after(None)
        self.cut_behind(b"")
        self.silent(False)
        self._away = self.was_cut = False
        self.sent = self.fetched = 0

    def hang_up(self) -> None:
        """Close every connection and wait until nothing of them is relayed any more: whoever was
        killed or called off may have left bytes on the way."""
        self._close_all()
        for thread in self._threads:
            thread.join(10)

    def stop(self) -> None:
        """End the relay."""
        self._away = True
        self.shut()
        for thread in self._threads:
            thread.join(10)

    def _listen(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._away:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.server_port), timeout=10)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._pairs.append((near, far))
            for source, target, up in ((near, far, True), (far, near, False)):
                thread = threading.Thread(
                    target=self._relay, args=(source, target, up), daemon=True
                )
                self._threads.append(thread)
                thread.start()

    def _relay(self, source: socket.socket, target: socket.socket, up: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                if self._silent.is_set():
                    continue
                data, ended = self._allowed(data, up)
                try:
                    target.sendall(data)
                finally:
                    _shut_down(ended)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _allowed(self, data: bytes, up: bool) -> tuple[bytes, list[_Pair]]:
        """What may pass of it, and the connections that end with it: those of this moment, for a
        relay that is late must not end what was opened after the cut."""
        with self._lock:
            if self._last and not up and self._last in data:
                self._left = data.index(self._last) + len(self._last)
            if self._left is not None:
                data = data[: self._left]
                self._left -= len(data)
            if up:
                self.sent += len(data)
            else:
                self.fetched += len(data)
            cut = self._left == 0
            self.was_cut = self.was_cut or cut
            return data, self._taken() if cut else []

    def _close_all(self) -> None:
        with self._lock:
            pairs = self._taken()
        _shut_down(pairs)

    def _taken(self) -> list[_Pair]:
        pairs, self._pairs = self._pairs, []
        return pairs


def _shut_down(pairs: list[_Pair]) -> None:
    for pair in pairs:
        for end in pair:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
