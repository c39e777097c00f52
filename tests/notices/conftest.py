"""A gateway that speaks HTTP and one that speaks SMTP, both real, on ports of their own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from attrs import define, field

from tests.identity.conftest import actor, clock, context, hand_off, stored, workstation

__all__ = ["actor", "clock", "context", "hand_off", "stored", "workstation"]


@define
class Post:
    """What reached the gateway."""

    path: str
    headers: dict[str, str]
    body: bytes


@define
class Gateway:
    """Answers with `status` and `answer`; while `silent` is set it takes requests and says
    nothing until the test is over."""

    status: int = 200
    answer: bytes = b'{"code": "0"}'
    headers: dict[str, str] = field(factory=dict)
    silent: bool = False
    posts: list[Post] = field(factory=list)
    over: threading.Event = field(factory=threading.Event)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/send"


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    """An HTTP gateway in a thread of its own."""
    told = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            told.posts.append(Post(self.path, dict(self.headers), self.rfile.read(length)))
            if told.silent:
                told.over.wait(60)
                return
            self.send_response(told.status)
            for name, value in told.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(told.answer)))
            self.end_headers()
            self.wfile.write(told.answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the output of the tests clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield told
    told.over.set()
    server.shutdown()
    thread.join()
    server.server_close()


@define
class Mailbox:
    """Takes mail, or answers as it is told."""

    recipient_answer: str = "250 OK"
    data_answer: str = "250 OK"
    mails: list[EmailMessage] = field(factory=list)
    port: int = 0

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whether there is such a recipient."""
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        if self.data_answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = BytesParser(policy=default).parsebytes(content)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        return self.data_answer


@pytest.fixture
def mailbox(free_port: int) -> Iterator[Mailbox]:
    """An SMTP server in a thread of its own."""
    kept = Mailbox(port=free_port)
    controller = Controller(kept, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield kept
    controller.stop()
