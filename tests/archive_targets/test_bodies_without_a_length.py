"""A server that sends bodies without their length: the end of the line is their only end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from app.adapters.archive.store import Gone
from app.adapters.archive.target_settings import TargetSettings
from app.adapters.archive.tus import TusStore
from app.kernel.errors import Broken, Transient
from tests.archive_targets.far_sides import Secrets

WHOLE = b'{"accepted": true}'


class _Records(BaseHTTPRequestHandler):
    """`whole.json`, the first bytes of it as `cut.json`, and what has no length to be asked for."""

    def do_HEAD(self) -> None:
        self.send_response(200)
        if "silent" not in self.path:
            self.send_header("Content-Length", str(len(WHOLE)))
        self.end_headers()

    def do_GET(self) -> None:
        self.send_response(404 if "none" in self.path else 200)
        self.end_headers()
        self.wfile.write(WHOLE[:9] if "cut" in self.path else WHOLE)

    def log_message(self, format: str, *arguments: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TusStore]:
    """The store over this server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Records)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/"
    table = {"kind": "tus", "address": address, "records": address}
    settings = TargetSettings(name="city", table=table, base=tmp_path, secrets=Secrets())
    store = TusStore(settings, tmp_path)
    try:
        with store.session(""):
            yield store
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)


def test_a_body_that_ends_early_is_not_the_object(store: TusStore) -> None:
    assert store.read("receipts/whole.json") == WHOLE
    assert store.read("receipts/none.json") is None
    with pytest.raises(Transient) as caught:
        store.read("receipts/cut.json")
    assert caught.value.code == "TGT-301"
    with pytest.raises(Gone):
        list(store.stream("packages/none.zip"))


def test_a_server_that_tells_no_size_is_for_the_administrator(store: TusStore) -> None:
    with pytest.raises(Broken) as caught:
        store.size("packages/silent.zip")
    assert caught.value.code == "TGT-416"
