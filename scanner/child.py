"""One driver host process: its pipes, its end, its words for the log."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from scanner import wire

if sys.platform == "linux":
    import fcntl

_JOIN_SECONDS = 5.0
# Records that wait for the program. When it cannot keep up, the pipe fills and the driver waits
# with its next page, instead of filling the disk.
_MOST_RECORDS = 32
_PIPE_BYTES = 4096
_OFFER_SECONDS = 0.2
_log = logging.getLogger("scanner.host")


class Child:
    """A started host with one request sent.

    Two threads read its output and its errors; both end with the process, and `stop` waits for
    them. Raises OSError when the process cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        request: wire.Record,
        *,
        on_stop: Callable[[], None],
    ) -> None:
        self._on_stop = on_stop
        self._records: queue.Queue[wire.Record | None] = queue.Queue(_MOST_RECORDS)
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            **_own_group(),
        )
        self.process_id = self._process.pid
        self.ended = False
        self._closing_seen = False
        self._stopped = False
        self._unread = False
        _narrow(self._process.stdout)
        self._threads = [
            threading.Thread(target=self._read_records, name="scanner-records", daemon=True),
            threading.Thread(target=self._read_errors, name="scanner-errors", daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self._send(request)

    def next_record(self, seconds: float) -> wire.Record | None:
        """The next record, or None when none came in time or (`ended`) none will come."""
        if self.ended:
            return None
        try:
            record = self._records.get(timeout=seconds) if seconds > 0 else self._records.get(False)
        except queue.Empty:
            if self._process.poll() is not None:
                # A helper of a driver may outlive it and hold the pipe open.
                self._kill_group()
            return None
        if record is None:
            self.ended = True
        elif record["event"] in wire.CLOSING:
            self._closing_seen = True
        return record

    def ask_to_cancel(self) -> None:
        """Ask the driver to stop at its next safe point."""
        self._send({"do": wire.CANCEL})

    def how_it_ended(self) -> str:
        """The signal or exit status of a process that ended, for people who mend drivers."""
        try:
            status = self._process.wait(_JOIN_SECONDS)
        except subprocess.TimeoutExpired:
            # Its output is closed and it still runs: nothing it could do would be of use.
            self.kill()
            status = self._process.wait()
        if status >= 0:
            return f"exit status {status}"
        with contextlib.suppress(ValueError):
            return signal.Signals(-status).name
        return f"signal {-status}"

    def kill(self) -> None:
        """End the process and everything it started, at once."""
        self._process.kill()
        self._kill_group()

    def _kill_group(self) -> None:
        if sys.platform != "win32":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self, cancel_seconds: float, release_seconds: float) -> None:
        """End the process and leave nothing behind. May be called again.

        Without a closing record so far it is asked to cancel and has `cancel_seconds` to answer
        with one. After its closing record it has `release_seconds` to give its device back and
        end by itself. Whoever takes longer is killed.
        """
        if self._stopped:
            return
        self._stopped = True
        if not self._closing_seen and cancel_seconds > 0 and self._process.poll() is None:
            self.ask_to_cancel()
            deadline = time.monotonic() + cancel_seconds
            while not (self.ended or self._closing_seen) and time.monotonic() < deadline:
                self.next_record(max(0.01, deadline - time.monotonic()))
        try:
            self._process.wait(release_seconds if self._closing_seen else 0.0)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()
        self._close_input()
        self._kill_group()
        self._unread = True
        for thread in self._threads:
            thread.join(_JOIN_SECONDS)
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        self._on_stop()

    def _send(self, record: wire.Record) -> None:
        stream = self._process.stdin
        if stream is None or stream.closed:
            return
        try:
            stream.write(wire.to_line(record))
            stream.flush()
        except (BrokenPipeError, OSError) as error:
            # How the host ended is told by the end of its output; here it only stopped reading.
            _log.debug("driver host %s does not read: %s", self.process_id, error)

    def _close_input(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, OSError):
                self._process.stdin.close()

    def _read_records(self) -> None:
        for line in _lines(self._process.stdout):
            try:
                record = wire.from_line(line)
                record["event"]
            except (ValueError, KeyError):
                _log.warning("driver host %s wrote no event: %r", self.process_id, line[:500])
                continue
            self._offer(record)
        self._offer(None)

    def _offer(self, record: wire.Record | None) -> None:
        """Put a record in line; waits while the line is full and somebody still reads it."""
        while not self._unread:
            with contextlib.suppress(queue.Full):
                self._records.put(record, timeout=_OFFER_SECONDS)
                return

    def _read_errors(self) -> None:
        for line in _lines(self._process.stderr):
            text = line.decode("utf-8", "backslashreplace").rstrip()
            if text:
                # The host's own remarks carry their level; anything else is a driver complaining.
                level = logging.INFO if text.startswith("INFO ") else logging.WARNING
                _log.log(level, "driver host %s: %s", self.process_id, text.removeprefix("INFO "))


def _narrow(stream: IO[bytes] | None) -> None:
    """Let few records fit into the pipe, where the system can say how many."""
    if sys.platform == "linux" and stream is not None:
        fcntl.fcntl(stream, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _lines(stream: IO[bytes] | None) -> Sequence[bytes] | IO[bytes]:
    return stream if stream is not None else ()


def _own_group() -> dict[str, Any]:
    """A group of its own: Ctrl-C at the terminal is the program's to answer, and drivers that
    start helpers are ended together with them."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}
