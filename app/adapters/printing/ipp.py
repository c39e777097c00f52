"""Messages of the Internet Printing Protocol as bytes (RFC 8010): what a spooler client needs."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

PRINT_JOB, CANCEL_JOB = 0x0002, 0x0008
GET_JOB, GET_JOBS, GET_PRINTER = 0x0009, 0x000A, 0x000B
CUPS_GET_DEFAULT = 0x4001
NOT_POSSIBLE, NOT_FOUND, GONE = 0x0404, 0x0406, 0x0407

_OPERATION, _JOB, _END = 0x01, 0x02, 0x03
_FIRST_VALUE = 0x10
_INTEGER, _BOOLEAN, _ENUM = 0x21, 0x22, 0x23
_TEXT, _NAME, _KEYWORD = 0x41, 0x42, 0x44
_URI, _CHARSET, _LANGUAGE, _MIME = 0x45, 0x47, 0x48, 0x49
_TAGS: Mapping[str, int] = {
    "attributes-charset": _CHARSET,
    "attributes-natural-language": _LANGUAGE,
    "printer-uri": _URI,
    "requesting-user-name": _NAME,
    "job-name": _NAME,
    "document-format": _MIME,
}

Value = str | int | bool
Attributes = Mapping[str, Value | Sequence[str]]


@frozen(kw_only=True)
class Answer:
    """What a printer says: a status (below 0x0100 is success) and groups of attributes, the
    operation's own first. A value of a kind not used here is left out."""

    status: int
    groups: tuple[dict[str, list[Value]], ...]

    @property
    def done(self) -> bool:
        """Whether the request was carried out."""
        return self.status < 0x0100

    def value(self, name: str) -> Value | None:
        """The first value of this name in any group, None when it does not say."""
        return next((group[name][0] for group in self.groups if group.get(name)), None)

    def values(self, name: str) -> list[Value]:
        """All values of this name in the first group that has it."""
        return next((group[name] for group in self.groups if name in group), [])


def request(operation: int, number: int, own: Attributes, job: Attributes | None = None) -> bytes:
    """A request without document data, which follows it as it is. `own` are the attributes of the
    operation in the order in which the protocol wants them, `job` those of the job."""
    head = struct.pack(">BBHI", 2, 0, operation, number)
    language: Attributes = {
        "attributes-charset": "utf-8",
        "attributes-natural-language": "zh-cn",
    }
    body = bytes([_OPERATION]) + _encoded(language) + _encoded(own)
    if job:
        body += bytes([_JOB]) + _encoded(job)
    return head + body + bytes([_END])


def answer(data: bytes) -> Answer:
    """Read an answer. Raises ValueError when it is none."""
    if len(data) < 8:
        raise ValueError("shorter than its head")
    (status,) = struct.unpack(">H", data[2:4])
    groups: list[dict[str, list[Value]]] = []
    name = ""
    for tag, key, raw in _fields(data):
        if tag < _FIRST_VALUE:
            groups.append({})
            continue
        if not groups:
            raise ValueError("a value outside of all groups")
        name = key or name
        value = _decoded(tag, raw)
        values = groups[-1].setdefault(name, [])
        if value is not None:
            values.append(value)
    return Answer(status=status, groups=tuple(groups))


def _fields(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """(tag, name, value) one after the other; a tag of a group has neither name nor value."""
    place = 8
    while place < len(data):
        tag = data[place]
        place += 1
        if tag == _END:
            return
        if tag < _FIRST_VALUE:
            yield tag, "", b""
            continue
        parts = []
        for _part in range(2):
            if place + 2 > len(data):
                raise ValueError("cut within a field")
            (length,) = struct.unpack(">H", data[place : place + 2])
            parts.append(data[place + 2 : place + 2 + length])
            place += 2 + length
        yield tag, parts[0].decode("utf-8", "replace"), parts[1]
    raise ValueError("without an end")


def _decoded(tag: int, raw: bytes) -> Value | None:
    if tag in (_INTEGER, _ENUM) and len(raw) == 4:
        return int.from_bytes(raw, "big", signed=True)
    if tag == _BOOLEAN:
        return raw != b"\0"
    return raw.decode("utf-8", "replace") if _TEXT <= tag <= _MIME else None


def _encoded(attributes: Attributes) -> bytes:
    out = b""
    for name, given in attributes.items():
        values = [given] if isinstance(given, str | int) else list(given)
        for place, value in enumerate(values):
            tag, raw = _value(name, value)
            key = b"" if place else name.encode()
            out += struct.pack(">BH", tag, len(key)) + key + struct.pack(">H", len(raw)) + raw
    return out


def _value(name: str, value: Value) -> tuple[int, bytes]:
    if isinstance(value, bool):
        return _BOOLEAN, bytes([value])
    if isinstance(value, int):
        return _INTEGER, value.to_bytes(4, "big", signed=True)
    return _TAGS.get(name, _KEYWORD), value.encode()
