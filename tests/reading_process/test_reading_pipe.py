"""The pipe between shell and reader: calls, faults and events come through; nothing else does."""

from __future__ import annotations

import json
import os
import struct
import threading
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any, BinaryIO

import pytest
from attrs import define, field

from app.gui.reading_pipe.calls import remote_calls
from app.gui.reading_pipe.client import Connection, RemoteDesk
from app.gui.reading_pipe.endings import REASONS
from app.gui.reading_pipe.frames import FROM_READER, BadFrame, Limits, read_frame, write_frame
from app.gui.reading_pipe.records import Misfit, decoded
from app.gui.reading_pipe.server import MOST_WAITING, SessionServer
from app.kernel.errors import Broken, Refused
from app.services.reading_views import (
    Box,
    GrantedCase,
    IssuedPage,
    MarkRow,
    PageHit,
    ReaderVisit,
    SessionDesk,
)

PATIENCE = 30
PICTURE = bytes(range(256)) * 400


class Desk:
    """Answers some calls and notes them."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.gate = threading.Event()
        self.gate.set()

    def visit(self) -> ReaderVisit:
        case = GrantedCase(
            grant="grant_1",
            case_no="（2023）辽0899民初100号",
            cause="",
            pages=3,
            prints_left=0,
            valid_until="2026-01-01T00:00:00.000Z",
        )
        return ReaderVisit(id="visit_1", reader="欧阳若溪", cases=(case,), cap_seconds=7200)

    def page(self, grant: str, page_number: int) -> IssuedPage:
        self.calls.append((grant, page_number))
        assert self.gate.wait(PATIENCE)
        if page_number == 9:
            raise Refused("RDR-106", page=page_number)
        if page_number == 8:
            raise ValueError("a name that must not leave the shell")
        return IssuedPage(page_number=page_number, issue="AB12", picture=PICTURE)

    def search(self, grant: str, text: str) -> tuple[PageHit, ...]:
        self.calls.append((grant, text))
        return (PageHit(page_number=2, snippet=f"…{text}…", boxes=((0.1, 0.2, 0.3, 0.4),)),)

    def add_mark(
        self, grant: str, page_number: int, kind: str, text: str = "", box: Box | None = None
    ) -> MarkRow:
        return MarkRow(id="m", page_number=page_number, kind=kind, text=text, box=box, made_at="")

    def left_page(self, issue: str, seconds: float) -> None:
        self.calls.append((issue, seconds))


@define
class Ends:
    """Both ends of a pipe, and what each of them heard."""

    desk: Desk
    server: SessionServer
    connection: Connection
    remote: RemoteDesk
    raw: BinaryIO
    heard: Queue[tuple[str, Any]]
    files: list[BinaryIO] = field(factory=list)

    def expect(self, *what: Any) -> None:
        assert self.heard.get(timeout=PATIENCE) == what


@pytest.fixture
def ends() -> Iterator[Ends]:
    made = []

    def piped() -> tuple[BinaryIO, BinaryIO]:
        read, write = os.pipe()
        made.extend([os.fdopen(read, "rb"), os.fdopen(write, "wb")])
        return made[-2], made[-1]

    from_reader, to_shell = piped()
    from_shell, to_reader = piped()
    heard: Queue[tuple[str, Any]] = Queue()

    def note(word: str) -> Callable[[], None]:
        return lambda: heard.put(("shell", word))

    server = SessionServer(
        from_reader,
        to_reader,
        on_ready=note("ready"),
        on_alive=note("alive"),
        on_leave=lambda why: heard.put(("leave", why)),
        on_lost=lambda reason: heard.put(("lost", reason)),
    )
    connection = Connection(from_shell, to_shell, patience=PATIENCE)
    connection.on_event = lambda event, facts: heard.put((event, facts))
    connection.on_ended = lambda: heard.put(("ended", None))
    found = Ends(Desk(), server, connection, RemoteDesk(connection), to_shell, heard, made)
    server.start()
    yield found
    found.desk.gate.set()
    server.close()
    for end in (to_shell, to_reader):
        end.close()
    for thread in (server._listener, connection._listener):
        if thread.is_alive():
            thread.join(PATIENCE)
    server._threads.shutdown(wait=True)
    for end in (from_reader, from_shell):
        end.close()


@pytest.fixture
def begun(ends: Ends) -> Ends:
    ends.connection.start()
    ends.expect("shell", "ready")
    ends.server.begin(ends.desk)  # type: ignore[arg-type]
    ends.expect("begin", {})
    return ends


def test_every_call_of_the_protocol_has_its_method() -> None:
    calls = remote_calls()
    assert set(calls) == {name for name in vars(SessionDesk) if not name.startswith("_")}
    assert all(callable(getattr(RemoteDesk, name)) for name in calls)
    assert calls["add_mark"].needed == 3


def test_answers_pictures_faults_and_bugs_come_through(begun: Ends) -> None:
    desk = begun.remote
    assert desk.visit() == begun.desk.visit()
    assert desk.page("grant_1", 2).picture == PICTURE
    assert desk.search("grant_1", "借款")[0].boxes == ((0.1, 0.2, 0.3, 0.4),)
    assert desk.add_mark("grant_1", 2, "note", "第二页", (0.0, 0.0, 1.0, 0.5)).box == (0, 0, 1, 0.5)
    desk.left_page("AB12", 3)
    assert ("AB12", 3.0) in begun.desk.calls
    with pytest.raises(Refused) as refused:
        desk.page("grant_1", 9)
    assert (refused.value.code, refused.value.parameters) == ("RDR-106", {"page": 9})
    with pytest.raises(Broken) as broken:
        desk.page("grant_1", 8)
    assert (broken.value.code, broken.value.parameters) == ("RDR-110", {})


def test_calls_run_beside_each_other_and_find_their_answers(begun: Ends) -> None:
    begun.desk.gate.clear()
    answers: dict[int, IssuedPage] = {}

    def fetch(number: int) -> None:
        answers[number] = begun.remote.page("grant_1", number)

    threads = [threading.Thread(target=fetch, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    assert begun.remote.search("grant_1", "甲"), "a search passes pages that take long"
    begun.desk.gate.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert {number: page.page_number for number, page in answers.items()} == {1: 1, 2: 2, 3: 3}


def test_events_go_both_ways_and_signs_of_life_are_few(begun: Ends) -> None:
    for _touch in range(50):
        begun.connection._alive_at = begun.connection._seconds()
        begun.connection.alive()
    begun.connection.alive(at_once=True)
    begun.expect("shell", "alive")
    begun.server.tell("warn", seconds=30)
    begun.expect("warn", {"seconds": 30})
    begun.server.tell("resume")
    begun.expect("resume", {})
    for why in REASONS:
        begun.connection.leave(why)
        begun.expect("leave", why)


def test_calls_end_with_the_pipe(begun: Ends) -> None:
    begun.desk.gate.clear()
    raised: Queue[BaseException] = Queue()

    def fetch() -> None:
        try:
            begun.remote.page("grant_1", 1)
        except Broken as fault:
            raised.put(fault)

    thread = threading.Thread(target=fetch)
    thread.start()
    while not begun.desk.calls:
        thread.join(0.01)
    begun.server._sink.close()
    assert str(raised.get(timeout=PATIENCE)) == "RDR-163"
    thread.join(PATIENCE)
    begun.expect("ended", None)
    with pytest.raises(Broken):
        begun.remote.visit()


def frame(header: Any, payload: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">I", len(text)) + text + payload


def asking(call: Any, *arguments: Any, number: Any = 1) -> bytes:
    return frame({"id": number, "call": call, "arguments": list(arguments)})


FORGED = {
    "length of 4 GB": b"\xff\xff\xff\xff{}",
    "length of nothing": struct.pack(">I", 0),
    "header above the limit": struct.pack(">I", FROM_READER.header + 1),
    "no JSON": frame(b"page 87, please"),
    "no object": frame([1, 2, 3]),
    "not UTF-8": frame(b'{"say":"\xff\xfe"}'),
    "not a number": frame(b'{"id":NaN,"call":"visit","arguments":[]}'),
    "nested without end": frame(b'{"a":' + b"[" * 40_000 + b"]" * 40_000 + b"}"),
    "nested deeply": frame(b'{"a":' + b"[" * 60 + b"]" * 60 + b"}"),
    "a payload": frame({"say": "alive", "payload": 4}, b"MZ\0\0"),
    "a negative payload": frame({"say": "alive", "payload": -1}),
    "a payload that is no number": frame({"say": "alive", "payload": "1"}),
    "an event of the shell": frame({"event": "begin"}),
    "an unknown word": frame({"say": "shutdown"}),
    "leaving without a reason": frame({"say": "leave"}),
    "an unknown reason": frame({"say": "leave", "why": "（2023）辽0899民初100号"}),
    "a reason of the shell": frame({"say": "leave", "why": "staff"}),
    "a reason that is a list": frame({"say": "leave", "why": ["grant"]}),
    "a reason for being there": frame({"say": "alive", "why": "reader"}),
    "a word that is a list": frame({"say": ["alive"]}),
    "an unknown call": asking("sign_in", "code", "1001-123456"),
    "a call of the shell": asking("sign_out", "visit_2", "staff"),
    "an attribute": asking("__class__"),
    "an attribute of the desk": asking("_context"),
    "a path for a call": asking("page.__globals__"),
    "a call without a name": asking(None),
    "a call named by a number": asking(7),
    "no arguments for a page": asking("page"),
    "a list for a page": asking("page", "grant_1", [1, 2]),
    "a text for a page": asking("page", "grant_1", "1"),
    "a fraction for a page": asking("page", "grant_1", 1.5),
    "true for a page": asking("page", "grant_1", True),
    "an object for a grant": asking("page", {"grant": "grant_1"}, 1),
    "one argument too many": asking("page", "grant_1", 1, "original"),
    "half of a surrogate pair": asking("search", "grant_1", "\ud83d"),
    "a text of a megabyte": asking("search", "grant_1", "甲" * 80_000),
    "a million pages": asking("quote_print", "grant_1", [1] * 50_000),
    "an infinite time": asking("left_page", "AB12", 10**400),
    "a visit of somebody else": frame(
        {"id": 1, "call": "visit", "arguments": [], "visit": "visit_2"}
    ),
    "a number that is a text": asking("visit", number="1"),
    "cut": asking("visit")[:-3],
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_no_call_ends_the_visit(begun: Ends, name: str) -> None:
    begun.raw.write(FORGED[name])
    begun.raw.flush()
    if name in ("cut", "header above the limit"):
        begun.raw.close()
    word, reason = begun.heard.get(timeout=PATIENCE)
    assert word == "lost"
    assert reason.startswith("no frame of ours")
    assert begun.desk.calls == []


def test_a_flood_of_calls_ends_the_visit(begun: Ends) -> None:
    begun.desk.gate.clear()
    for number in range(MOST_WAITING + 1):
        begun.raw.write(asking("page", "grant_1", 1, number=number))
    begun.raw.flush()
    begun.expect("lost", "no frame of ours: too many calls at once")
    begun.desk.gate.set()


def test_no_call_is_taken_before_the_visit_begins(ends: Ends) -> None:
    ends.raw.write(asking("visit"))
    ends.raw.flush()
    ends.expect("lost", "no frame of ours: call")


def test_a_closed_pipe_is_told_once_and_a_closed_server_says_nothing(begun: Ends) -> None:
    begun.raw.close()
    begun.expect("lost", "ended")
    begun.server.close()
    begun.server.tell("resume")
    assert begun.heard.empty()


def test_frames_are_read_as_they_were_written() -> None:
    read, write = os.pipe()
    with os.fdopen(read, "rb") as source, os.fdopen(write, "wb") as sink:
        write_frame(sink, {"id": 1, "answer": "页"}, b"\x00\xff")
        write_frame(sink, {"id": 2})
        limits = Limits(header=100, payload=2)
        first, second = read_frame(source, limits), read_frame(source, limits)
        write_frame(sink, {"id": 3}, b"123")
        with pytest.raises(BadFrame):
            read_frame(source, limits)
    assert first is not None
    assert second is not None
    assert (first.header, first.payload) == ({"id": 1, "answer": "页"}, b"\x00\xff")
    assert (second.header, second.payload) == ({"id": 2}, b"")


def test_records_are_of_their_types_or_refused() -> None:
    row = {"page_number": 1, "issue": "A", "picture": None}
    assert decoded(row, IssuedPage, b"x") == IssuedPage(page_number=1, issue="A", picture=b"x")
    for wrong in ({}, [], None, {**row, "more": 1}, {**row, "page_number": "1"}):
        with pytest.raises(Misfit):
            decoded(wrong, IssuedPage)
