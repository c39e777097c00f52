"""Frames of readers for resident ID cards (居民身份证), between host and SAM module.

`AA AA AA 96 69 | LEN (2, big endian) | ... | XOR`: LEN counts everything behind it with the
checksum, which is the exclusive or of all bytes from LEN on. A request has command and parameter
behind LEN, an answer three status bytes and data (INTEGRATION section 7).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cloud_locker.codecs.framing import FrameDecoder, exclusive_or

HEAD = bytes.fromhex("AAAAAA9669")
BAUD_RATE = 115_200

FIND, SELECT, READ = (0x20, 0x01), (0x20, 0x02), (0x30, 0x01)

FOUND, DONE = 0x9F, 0x90
NO_CARD, NOT_SELECTED, NOTHING_ON_CARD, CARD_LEFT = 0x80, 0x81, 0x91, 0x41

_SHORTEST, _LONGEST = 3, 4096  # what LEN may be: command or status and checksum; text and photo
_TEXT_BYTES = 256
# Fields of the text block in bytes of UTF-16LE, in their order on the card.
_FIELDS = (30, 2, 4, 16, 70, 36, 30, 16, 16)


@dataclass(frozen=True, slots=True)
class SamRequest:
    """What a host asks: command and parameter."""

    command: int
    parameter: int


@dataclass(frozen=True, slots=True)
class SamAnswer:
    """What a SAM says: the last of its three status bytes, and data."""

    status: int
    data: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityCard:
    """The text of a card; `sex` and `nation` are the codes of the standards. Days are YYYYMMDD,
    `valid_until` may be 长期. Nothing of it shows in a log."""

    name: str = field(repr=False)
    sex: str = field(repr=False)
    nation: str = field(repr=False)
    birth: str = field(repr=False)
    address: str = field(repr=False)
    number: str = field(repr=False)
    issuer: str = field(repr=False)
    valid_from: str = field(repr=False)
    valid_until: str = field(repr=False)


def request_frame(command: int, parameter: int) -> bytes:
    """The bytes of a request."""
    return _frame(bytes((command, parameter)))


def answer_frame(answer: SamAnswer) -> bytes:
    """The bytes of an answer (for the simulator)."""
    return _frame(bytes((0, 0, answer.status)) + answer.data)


def requests() -> FrameDecoder[SamRequest]:
    """Reads what a host says."""
    return FrameDecoder(_measure, _is_whole, _read_request)


def answers() -> FrameDecoder[SamAnswer]:
    """Reads what a SAM says."""
    return FrameDecoder(_measure, _is_whole, _read_answer)


def card_data(card: IdentityCard, photo: bytes = b"") -> bytes:
    """The data of an answer to READ: both lengths, the text block, the photo (for the simulator).

    Raises ValueError when a field is too long for the card.
    """
    texts = (
        card.name,
        card.sex,
        card.nation,
        card.birth,
        card.address,
        card.number,
        card.issuer,
        card.valid_from,
        card.valid_until,
    )
    block = b""
    for text, size in zip(texts, _FIELDS, strict=True):
        written = text.encode("utf-16-le")
        if len(written) > size:
            raise ValueError(f"too long: {len(written)} of {size} bytes")
        block += written + " ".encode("utf-16-le") * ((size - len(written)) // 2)
    block += " ".encode("utf-16-le") * ((_TEXT_BYTES - len(block)) // 2)
    return len(block).to_bytes(2, "big") + len(photo).to_bytes(2, "big") + block + photo


def card_of(data: bytes) -> IdentityCard | None:
    """The card in the data of an answer to READ, None when it is none. The photo is not read: it
    needs a library of the maker, and nobody here needs the photo."""
    length = int.from_bytes(data[:2], "big")
    block = data[4 : 4 + length]
    if length < sum(_FIELDS) or len(block) < length:
        return None
    texts, start = [], 0
    for size in _FIELDS:
        try:
            texts.append(block[start : start + size].decode("utf-16-le").strip(" \x00"))
        except UnicodeDecodeError:
            return None
        start += size
    name, sex, nation, birth, address, number, issuer, valid_from, valid_until = texts
    return IdentityCard(
        name=name,
        sex=sex,
        nation=nation,
        birth=birth,
        address=address,
        number=number,
        issuer=issuer,
        valid_from=valid_from,
        valid_until=valid_until,
    )


def _frame(body: bytes) -> bytes:
    checked = (len(body) + 1).to_bytes(2, "big") + body
    return HEAD + checked + bytes((exclusive_or(checked),))


def _measure(stream: bytes) -> int:
    if not HEAD.startswith(stream[: len(HEAD)]):
        return 0
    head = len(HEAD) + 2
    if len(stream) < head:
        return len(stream) + 1
    length = int.from_bytes(stream[len(HEAD) : head], "big")
    return head + length if _SHORTEST <= length <= _LONGEST else 0


def _is_whole(frame: bytes) -> bool:
    return exclusive_or(frame[len(HEAD) :]) == 0


def _read_request(frame: bytes) -> SamRequest | None:
    body = frame[len(HEAD) + 2 : -1]
    return SamRequest(*body) if len(body) == 2 else None


def _read_answer(frame: bytes) -> SamAnswer | None:
    body = frame[len(HEAD) + 2 : -1]
    return SamAnswer(body[2], body[3:]) if len(body) >= 3 else None
