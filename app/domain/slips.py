"""What the codes on work slips and separator sheets say (工作单, 分隔页).

A work slip carries its case twice. The QR code holds the whole text
`JZ1:C:（2019）辽0882民初4866号[:part[:volume]]:check`; the Code 128 holds a ticket of plain ASCII,
`JZ1C` with ten characters of the digest of the case number and two check characters, because hand
scanners that type like a keyboard lose Chinese characters. Separator sheets say `JZ1:S:item` and
so on. One wrong character never makes one valid text of another: a misread opens no wrong case.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata

from attrs import frozen

from app.domain.dossier import MAIN, RESTRICTED
from app.kernel.errors import BadInput

SEPARATORS = ("item", "part:main", "part:restricted", "volume", "end")

_SLIP, _SEPARATOR, _TICKET = "JZ1:C:", "JZ1:S:", "JZ1C"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_DIGEST_LETTERS, _TICKET_CHECK, _TEXT_CHECK = 10, 2, 5
# Primes: greater than any difference of two characters, so that a change of one is always seen,
# and small enough for the check characters. The bases spread the places over all remainders.
_TICKET_PRIME, _TICKET_BASE = 1021, 32
_TEXT_PRIME, _TEXT_BASE = 33_554_393, 1_000_003
_LONGEST_CASE = 60
_MOST_VOLUMES = 999
_BRACKETS = str.maketrans("([{〔【［｛〈《)]}〕】］｝〉》", "（（（（（（（（（）））））））））")


@frozen(kw_only=True)
class Slip:
    """A work slip. `case_no` is "" when only the ticket was read; `part` is "" and `volume` None
    when the slip is for the whole dossier."""

    ticket: str
    case_no: str = ""
    part: str = ""
    volume: int | None = None


@frozen(kw_only=True)
class Separator:
    """A separator sheet: what begins behind it, one of `SEPARATORS` ("end": the batch ends)."""

    begins: str


def parse_code(text: str) -> Slip | Separator | None:
    """What a code says, None when it is none of ours or was misread.

    Full-width and half-width signs, blanks around and small letters are taken alike.
    """
    plain = _plain(text)
    head = plain[: len(_SLIP)].upper()
    if head == _SEPARATOR:
        begins = plain[len(_SEPARATOR) :].lower()
        return Separator(begins=begins) if begins in SEPARATORS else None
    if head == _SLIP:
        return _parsed_slip(plain[len(_SLIP) :])
    ticket = plain.upper()
    return Slip(ticket=ticket) if _is_ticket(ticket) else None


def slip_text(case_no: str, *, part: str = "", volume: int | None = None) -> str:
    """The text of the QR code of a work slip; a volume without a part is one of 正卷.

    Raises BadInput COD-101 when the case number cannot be put into a code, COD-102 for a part or
    volume that does not exist.
    """
    fields = [normal_case_no(case_no)]
    if part or volume is not None:
        fields.append(part or MAIN)
    if volume is not None:
        fields.append(str(volume))
    if not _are_valid(fields):
        raise BadInput("COD-102", part=part, volume=volume if volume is not None else "")
    return f"{_SLIP}{':'.join(fields)}:{_text_check(fields)}"


def separator_text(begins: str) -> str:
    """The text of a separator sheet. Raises BadInput COD-103 when it is not of `SEPARATORS`."""
    if begins not in SEPARATORS:
        raise BadInput("COD-103", kind=begins, known=", ".join(SEPARATORS))
    return _SEPARATOR + begins


def ticket_of(case_no: str) -> str:
    """The ticket of a case: sixteen letters and figures that any barcode and scanner can carry.

    Equal for all ways to write brackets and blanks. Raises BadInput COD-101 as `slip_text`.
    """
    return _ticket(normal_case_no(case_no))


def slip_matches(ticket: str, case_no: str) -> bool:
    """Whether a ticket that was read belongs to this case."""
    return _plain(ticket).upper() == ticket_of(case_no)


def normal_case_no(case_no: str) -> str:
    """The case number as codes carry it: full-width brackets, no blanks. Whether it is one is for
    the rules of case numbers to say. Raises BadInput COD-101 when no code can carry it."""
    normal = _normal(_plain(case_no))
    if not 0 < len(normal) <= _LONGEST_CASE or ":" in normal or not normal.isprintable():
        raise BadInput("COD-101", case_no=case_no)
    return normal


def _parsed_slip(rest: str) -> Slip | None:
    *fields, check = rest.split(":")
    if not fields or not _are_valid(fields) or check.upper() != _text_check(fields):
        return None
    return Slip(
        ticket=_ticket(_normal(fields[0])),
        case_no=_normal(fields[0]),
        part=fields[1].lower() if len(fields) > 1 else "",
        volume=int(fields[2]) if len(fields) > 2 else None,
    )


def _are_valid(fields: list[str]) -> bool:
    """Whether these are a case number, and perhaps a part, and perhaps a volume."""
    if not 1 <= len(fields) <= 3 or not 0 < len(_normal(fields[0])) <= _LONGEST_CASE:
        return False
    if len(fields) > 1 and fields[1].lower() not in (MAIN, RESTRICTED):
        return False
    if len(fields) < 3:
        return True
    volume = fields[2]
    figures = volume.isascii() and volume.isdecimal() and not volume.startswith("0")
    return figures and len(volume) <= len(str(_MOST_VOLUMES))


def _normal(case_no: str) -> str:
    """The case number with full-width brackets and without blanks."""
    return "".join(case_no.split()).translate(_BRACKETS)


def _plain(text: str) -> str:
    """`text` with half-width letters, figures and colons, without blanks or ends of line around."""
    return "".join(
        unicodedata.normalize("NFKC", sign) if "\uff01" <= sign <= "\uff5e" else sign
        for sign in text
    ).strip()


def _ticket(case_no: str) -> str:
    digest = base64.b32encode(hashlib.sha256(case_no.encode()).digest()).decode("ascii")
    body = digest[:_DIGEST_LETTERS]
    return _TICKET + body + _ticket_check(body)


def _is_ticket(text: str) -> bool:
    body = text[len(_TICKET) : -_TICKET_CHECK]
    return (
        text.startswith(_TICKET)
        and len(body) == _DIGEST_LETTERS
        and all(sign in _LETTERS for sign in body)
        and text[-_TICKET_CHECK:] == _ticket_check(body)
    )


def _ticket_check(body: str) -> str:
    values = [_LETTERS.index(sign) for sign in body]
    return _letters(_remainder(values, _TICKET_BASE, _TICKET_PRIME), _TICKET_CHECK)


def _text_check(fields: list[str]) -> str:
    text = ":".join([_normal(fields[0]), *(field.lower() for field in fields[1:])])
    return _letters(_remainder([ord(sign) for sign in text], _TEXT_BASE, _TEXT_PRIME), _TEXT_CHECK)


def _remainder(values: list[int], base: int, prime: int) -> int:
    """The values as figures to `base`, modulo `prime`. Every place has a weight other than 0 and
    neighbours have different ones: a changed or swapped figure always shows."""
    remainder = 1
    for value in values:
        remainder = (remainder * base + value) % prime
    return remainder


def _letters(value: int, count: int) -> str:
    return "".join(_LETTERS[value >> 5 * place & 31] for place in reversed(range(count)))
