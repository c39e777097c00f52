"""An S3 server (moto) as a program of its own: `s3_server.py PORT FAULT_FILE`.

FAULT_FILE holds {"method", "path", "status", "code"}: requests that match get that answer; with
{"login"} those of every method that show this key id or session token.
"""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

_ANSWER = '<?xml version="1.0"?><Error><Code>{code}</Code><Message>as told</Message></Error>'


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Nobody reads it."""


def _shown(environ: dict[str, Any], login: str) -> bool:
    """Whether the request was signed with this key id or carries this session token."""
    if not login:
        return True
    signed = f"Credential={login}/" in environ.get("HTTP_AUTHORIZATION", "")
    return signed or environ.get("HTTP_X_AMZ_SECURITY_TOKEN") == login


def main(port: int, place: Path) -> None:
    """Serve until killed."""
    inner = DomainDispatcherApplication(create_backend_app)

    def app(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if place.exists():
            fault = json.loads(place.read_text(encoding="utf-8"))
            address = f"{environ['PATH_INFO']}?{environ['QUERY_STRING']}"
            method = environ["REQUEST_METHOD"]
            if _shown(environ, fault.get("login", "")) and (
                fault.get("method", method) == method and fault["path"] in address
            ):
                data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                del data
                body = _ANSWER.format(code=fault["code"]).encode()
                start(f"{fault['status']} told", [("Content-Type", "application/xml")])
                return [body]
        if environ["REQUEST_METHOD"] == "PUT":
            # moto would keep what came before a cut as the whole object; S3 never does.
            length = int(environ.get("CONTENT_LENGTH") or 0)
            data = environ["wsgi.input"].read(length)
            if len(data) < length:
                start("400 told", [("Content-Type", "application/xml")])
                return [_ANSWER.format(code="IncompleteBody").encode()]
            environ["wsgi.input"] = io.BytesIO(data)
        return inner(environ, start)

    run_simple("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
