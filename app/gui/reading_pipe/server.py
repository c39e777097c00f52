"""The shell's end of the pipe: answers the calls of one reader out of one `SessionDesk`.

The visit is the pipe: no message can name another visit. Whatever is no call of the protocol ends
the visit, for the reader's program never sends such a thing.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

from app.gui.reading_pipe.calls import RemoteCall, remote_calls
from app.gui.reading_pipe.endings import REASONS
from app.gui.reading_pipe.frames import FROM_READER, BadFrame, Frame, read_frame, write_frame
from app.gui.reading_pipe.records import Misfit, encoded
from app.kernel.errors import Broken, Fault
from app.services.reading_views import SessionDesk

# Pages made ahead must not keep the page that is asked for waiting.
THREADS = 4
# So many the reader's window never asks at once.
MOST_WAITING = 64
LOG = logging.getLogger(__name__)


class SessionServer:
    """Serves the pipe of one reader process.

    The four functions are called from threads of the server: `on_ready` once the process has
    started, `on_alive` when somebody touched the screen, `on_leave` (with one of `REASONS`) when
    she wants to leave or her window cannot go on, `on_lost` (with a word for the log) when the pipe
    ended or bore something else than calls.
    """

    def __init__(
        self,
        source: BinaryIO,
        sink: BinaryIO,
        *,
        on_ready: Callable[[], None],
        on_alive: Callable[[], None],
        on_leave: Callable[[str], None],
        on_lost: Callable[[str], None],
    ) -> None:
        self._source = source
        self._sink = sink
        self._says = {"ready": on_ready, "alive": on_alive}
        self._on_leave = on_leave
        self._on_lost = on_lost
        self._desk: SessionDesk | None = None
        self._writing = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._over = threading.Event()
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="reading")
        self._listener = threading.Thread(target=self._listen, name="reading-pipe", daemon=True)

    def start(self) -> None:
        """Listen from now on; calls are taken once `begin` gave a desk."""
        self._listener.start()

    def begin(self, desk: SessionDesk) -> None:
        """Let the reader process open its window over `desk`."""
        self._desk = desk
        self.tell("begin")

    def tell(self, event: str, **facts: Any) -> None:
        """Send an event ("begin", "warn" with `seconds`, "resume"); nobody there is no error."""
        self._write({"event": event, **facts})

    def close(self) -> None:
        """Take no more calls and send nothing more. The process is ended by its owner."""
        self._over.set()
        self._desk = None
        self._threads.shutdown(wait=False, cancel_futures=True)

    def wait(self) -> None:
        """Wait until all threads of a closed server are done, after its process has ended."""
        self._threads.shutdown(wait=True)
        self._listener.join()

    def _listen(self) -> None:
        reason = "ended"
        try:
            while (frame := read_frame(self._source, FROM_READER)) is not None:
                self._take(frame)
        except (BadFrame, Misfit) as error:
            reason = f"no frame of ours: {error}"
        except (OSError, ValueError):
            reason = "broken"
        if not self._over.is_set():
            self._on_lost(reason)

    def _take(self, frame: Frame) -> None:
        """One message of the reader. Raises Misfit when it is none."""
        if self._over.is_set():
            return
        header = frame.header
        if "say" in header:
            self._hear(header)
            return
        if set(header) != {"id", "call", "arguments"} or type(header["id"]) is not int:
            raise Misfit("keys")
        call = remote_calls().get(header["call"]) if isinstance(header["call"], str) else None
        desk = self._desk
        if call is None or desk is None:
            raise Misfit("call")
        arguments = call.arguments(header["arguments"])
        if not self._waiting.acquire(blocking=False):
            raise Misfit("too many calls at once")
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._threads.submit(self._answer, header["id"], desk, call, arguments)

    def _hear(self, header: dict[str, Any]) -> None:
        """Something that has no answer. Raises Misfit when it is no word of ours."""
        word = header["say"] if isinstance(header["say"], str) else ""
        if set(header) == {"say"} and word in self._says:
            self._says[word]()
        elif set(header) == {"say", "why"} and word == "leave" and header["why"] in REASONS:
            self._on_leave(header["why"])
        else:
            raise Misfit("say")

    def _answer(
        self, number: int, desk: SessionDesk, call: RemoteCall, arguments: list[Any]
    ) -> None:
        header: dict[str, Any] = {"id": number}
        payload = b""
        try:
            header["answer"], payload = encoded(getattr(desk, call.name)(*arguments))
        except Fault as fault:
            header["fault"] = fault.as_record()
        except Exception:
            LOG.exception("call %s of a reader failed", call.name)
            header["fault"] = Broken("RDR-110").as_record()
        finally:
            self._waiting.release()
        self._write(header, payload)

    def _write(self, header: dict[str, Any], payload: bytes = b"") -> None:
        if self._over.is_set():
            return
        with self._writing, contextlib.suppress(OSError, ValueError):
            write_frame(self._sink, header, payload)
