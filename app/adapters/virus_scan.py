"""Virus check through a running clamd (ClamAV), by its INSTREAM command (man clamd, "COMMANDS").

What it finds counts; that it finds nothing is told to a person, who decides (STANDARDS 4.5).
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from attrs import field, frozen

from app.kernel.errors import BadInput

SECONDS = 120.0
_PIECE = 1 << 18
_ANSWER_BYTES = 4096
_UNIX, _TCP = "unix:", "tcp://"


@frozen(kw_only=True)
class VirusReport:
    """What a scan found. `engine` is the version that clamd tells, with that of its signatures, ""
    when it did not answer; `infected` are {path: name}; `unscanned` {path: why}."""

    engine: str
    scanned: int = 0
    infected: dict[str, str] = field(factory=dict)
    unscanned: dict[str, str] = field(factory=dict)
    fault: str = ""


def clamd_address(settings: Mapping[str, Any]) -> str:
    """Where clamd answers by the settings `[virus]`, "" for none. Raises BadInput SET-103 unless
    `clamd` is "unix:/path" or "tcp://host:port" and nothing else stands there."""
    if not settings:
        return ""
    address = settings.get("clamd")
    if not isinstance(address, str) or set(settings) != {"clamd"}:
        raise BadInput("SET-103", key="virus", value=str(dict(settings)))
    host, _, port = address.removeprefix(_TCP).rpartition(":")
    tcp = address.startswith(_TCP) and bool(host) and port.isdecimal()
    if not tcp and not (address.startswith(_UNIX) and len(address) > len(_UNIX)):
        raise BadInput("SET-103", key="virus.clamd", value=address)
    return address


def scan_folder(root: Path, address: str) -> VirusReport:
    """Let clamd look at every file of a package (a folder, or one container). Never raises for
    what clamd does: a scanner that is away, or gives up in the middle, is told in the report."""
    try:
        engine = _ask(address, b"zVERSION\0")
    except (OSError, ValueError) as error:
        return VirusReport(engine="", fault=str(error))
    scanned = 0
    infected: dict[str, str] = {}
    unscanned: dict[str, str] = {}
    for path in [root] if root.is_file() else sorted(root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name = path.name if path == root else path.relative_to(root).as_posix()
        try:
            answer = _ask(address, b"zINSTREAM\0", path)
        except (OSError, ValueError) as error:
            unscanned[name] = str(error)
            continue
        # "stream: OK", "stream: Eicar-Signature FOUND", or why it could not be looked at.
        if answer == "stream: OK":
            scanned += 1
        elif answer.startswith("stream: ") and answer.endswith(" FOUND"):
            scanned += 1
            infected[name] = answer.removeprefix("stream: ").removesuffix(" FOUND")
        else:
            unscanned[name] = answer[:200]
    return VirusReport(engine=engine, scanned=scanned, infected=infected, unscanned=unscanned)


def _ask(address: str, command: bytes, content: Path | None = None) -> str:
    with closing(_connected(address)) as line:
        line.sendall(command)
        if content is not None:
            try:
                for piece in _pieces(content):
                    line.sendall(len(piece).to_bytes(4, "big") + piece)
                line.sendall(bytes(4))
            except (BrokenPipeError, ConnectionResetError):
                # It says why before it hangs up: a file above its limit, mostly.
                pass
        answer = bytearray()
        while b"\0" not in answer and len(answer) < _ANSWER_BYTES:
            part = line.recv(_ANSWER_BYTES)
            if not part:
                break
            answer += part
    if not answer:
        raise ValueError("no answer")
    return bytes(answer).split(b"\0", 1)[0].decode("utf-8", "replace").strip()


def _connected(address: str) -> socket.socket:
    if address.startswith(_UNIX):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(SECONDS)
        try:
            line.connect(address.removeprefix(_UNIX))
        except OSError:
            line.close()
            raise
        return line
    host, _, port = address.removeprefix(_TCP).rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SECONDS)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece
