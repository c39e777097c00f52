"""The reader's end of the pipe: `Connection` carries calls, `RemoteDesk` is the desk they make.

The calls of `RemoteDesk` wait for their answer and belong on a thread of their own
(`app.gui.kiosk.calls.ask`). What the shell says by itself comes to the listeners of `Connection`;
`app.gui.reading_pipe.link.ReaderLink` makes Qt signals of it.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, BinaryIO

from app.gui.reading_pipe.calls import RemoteCall, remote_calls
from app.gui.reading_pipe.frames import FROM_SHELL, BadFrame, Frame, read_frame, write_frame
from app.gui.reading_pipe.records import Misfit, decoded, encoded
from app.kernel.errors import Broken, fault_from_record
from app.services.reading_views import (
    Box,
    IssuedPage,
    MarkRow,
    PageHit,
    PrintQuote,
    ReaderPrint,
    ReaderSession,
    ReaderVisit,
    ReadLine,
    SlipRow,
)

# A page takes a fraction of a second, a print a few; whoever waits longer is told.
CALL_SECONDS = 60.0
ALIVE_SECONDS = 1.0


class Connection:
    """One pipe. `on_event` hears (event, facts) and `on_ended` the end of the pipe, both on the
    listening thread; set them before `start`."""

    def __init__(
        self,
        source: BinaryIO,
        sink: BinaryIO,
        *,
        seconds: Callable[[], float] = time.monotonic,
        patience: float = CALL_SECONDS,
    ) -> None:
        self.on_event: Callable[[str, dict[str, Any]], None] = lambda _event, _facts: None
        self.on_ended: Callable[[], None] = lambda: None
        self._source = source
        self._sink = sink
        self._seconds = seconds
        self._patience = patience
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._open: dict[int, Future[Frame]] = {}
        self._ended = False
        self._alive_at = -ALIVE_SECONDS
        self._listener = threading.Thread(target=self._listen, name="pipe", daemon=True)

    def start(self) -> None:
        """Listen from now on, and say that the process is ready."""
        self._listener.start()
        self.say("ready")

    def alive(self, *, at_once: bool = False) -> None:
        """Tell the shell that somebody is there: at most once a second, unless `at_once`."""
        now = self._seconds()
        if not at_once and now - self._alive_at < ALIVE_SECONDS:
            return
        self._alive_at = now
        self.say("alive")

    def leave(self, why: str) -> None:
        """Ask the shell to end the visit, for one of `REASONS`; it ends this process."""
        self.say("leave", why=why)

    def say(self, what: str, **facts: str) -> None:
        """Say something that has no answer; a pipe that has ended is no error."""
        try:
            self._write({"say": what, **facts})
        except Broken:
            return

    def call(self, call: RemoteCall, arguments: tuple[Any, ...]) -> Any:
        """Make a call and wait for its answer.

        Raises what the desk raises, and Broken RDR-163 when the shell is gone, does not answer in
        time or answers something else.
        """
        plain, _payload = encoded(list(arguments))
        number, answer = next(self._numbers), Future[Frame]()
        with self._lock:
            if self._ended:
                raise Broken("RDR-163")
            self._open[number] = answer
        try:
            self._write({"id": number, "call": call.name, "arguments": plain})
            frame = answer.result(timeout=self._patience)
        except TimeoutError:
            raise Broken("RDR-163") from None
        finally:
            with self._lock:
                self._open.pop(number, None)
        return _answer_of(frame, call)

    def _write(self, header: dict[str, Any]) -> None:
        with self._writing:
            try:
                write_frame(self._sink, header)
            except (OSError, ValueError):
                raise Broken("RDR-163") from None

    def _listen(self) -> None:
        try:
            while (frame := read_frame(self._source, FROM_SHELL)) is not None:
                self._take(frame)
        except (BadFrame, OSError, ValueError):
            pass  # the end, told below, whatever it was
        with self._lock:
            self._ended = True
            waiting = list(self._open.values())
            self._open.clear()
        for answer in waiting:
            answer.set_exception(Broken("RDR-163"))
        self.on_ended()

    def _take(self, frame: Frame) -> None:
        header = frame.header
        event = header.pop("event", "")
        if isinstance(event, str) and event:
            self.on_event(event, header)
            return
        with self._lock:
            answer = self._open.pop(header.get("id", 0), None)
        if answer is not None:
            answer.set_result(frame)


def _answer_of(frame: Frame, call: RemoteCall) -> Any:
    record = frame.header.get("fault")
    if record is not None:
        raise fault_from_record(record)
    try:
        return decoded(frame.header.get("answer"), call.answer, frame.payload)
    except Misfit:
        raise Broken("RDR-163") from None


class RemoteDesk:
    """The `SessionDesk` of this process: every call goes over the pipe and raises what is raised
    there, or Broken RDR-163 when the pipe is broken."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def visit(self) -> ReaderVisit:
        """As `SessionDesk.visit`; so with all that follow."""
        answer: ReaderVisit = self._ask("visit")
        return answer

    def open_case(self, grant: str) -> ReaderSession:
        """Open one case of the visit."""
        answer: ReaderSession = self._ask("open_case", grant)
        return answer

    def page(self, grant: str, page_number: int) -> IssuedPage:
        """A page to be shown."""
        answer: IssuedPage = self._ask("page", grant, page_number)
        return answer

    def thumbnail(self, grant: str, page_number: int) -> IssuedPage:
        """A small picture of a page."""
        answer: IssuedPage = self._ask("thumbnail", grant, page_number)
        return answer

    def shown(self, issue: str) -> None:
        """Put on record that an issued page is in sight."""
        self._ask("shown", issue)

    def left_page(self, issue: str, seconds: float) -> None:
        """Put on record how long the page was in sight."""
        self._ask("left_page", issue, seconds)

    def search(self, grant: str, text: str) -> tuple[PageHit, ...]:
        """Where the granted pages hold `text`."""
        answer: tuple[PageHit, ...] = self._ask("search", grant, text)
        return answer

    def suggest(self, grant: str, letters: str) -> tuple[str, ...]:
        """Chinese words for pinyin letters."""
        answer: tuple[str, ...] = self._ask("suggest", grant, letters)
        return answer

    def lines(self, grant: str, page_number: int) -> tuple[ReadLine, ...]:
        """The text of a page."""
        answer: tuple[ReadLine, ...] = self._ask("lines", grant, page_number)
        return answer

    def marks(self, grant: str) -> tuple[MarkRow, ...]:
        """The reader's bookmarks and notes."""
        answer: tuple[MarkRow, ...] = self._ask("marks", grant)
        return answer

    def add_mark(
        self, grant: str, page_number: int, kind: str, text: str = "", box: Box | None = None
    ) -> MarkRow:
        """Add a bookmark or a note."""
        answer: MarkRow = self._ask("add_mark", grant, page_number, kind, text, box)
        return answer

    def remove_mark(self, grant: str, mark: str) -> None:
        """Remove a mark of her own."""
        self._ask("remove_mark", grant, mark)

    def quote_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> PrintQuote:
        """What printing would cost."""
        answer: PrintQuote = self._ask("quote_print", grant, pages, copies)
        return answer

    def ask_print(self, grant: str, pages: tuple[int, ...], copies: int = 1) -> ReaderPrint:
        """Ask for pages on paper."""
        answer: ReaderPrint = self._ask("ask_print", grant, pages, copies)
        return answer

    def prints(self, grant: str) -> tuple[ReaderPrint, ...]:
        """What she had printed in this visit."""
        answer: tuple[ReaderPrint, ...] = self._ask("prints", grant)
        return answer

    def slip(self, grant: str) -> SlipRow:
        """The reading slip as it would be printed now."""
        answer: SlipRow = self._ask("slip", grant)
        return answer

    def sign_slip(
        self, grant: str, strokes: tuple[tuple[tuple[float, float], ...], ...]
    ) -> SlipRow:
        """Sign and print the slip."""
        answer: SlipRow = self._ask("sign_slip", grant, strokes)
        return answer

    def _ask(self, name: str, *arguments: Any) -> Any:
        return self._connection.call(remote_calls()[name], arguments)
