"""What the codes on work slips, volumes and separator sheets say (工作单, 卷册标签, 分隔页).

A work slip carries its case twice. The QR code holds the whole text
`JZ1:C:（2019）辽0882民初4866号[:part[:volume]]:check`; the Code 128 holds a ticket of plain ASCII,
`JZ1C` with ten characters of the digest of the case number and two check characters, because hand
scanners that type like a keyboard lose Chinese characters. Separator sheets say `JZ1:S:item` and
so on. The label of a volume says `JZ1:V:case:part:volume:check` and has the ticket `JZ1V`, in which
part and volume follow the digest. It opens its case as a slip does, but it stays on the paper: on
a scanned cover it cuts no stack. Cells and shelves have codes of their own
(`app.domain.locker_codes`). The check characters of the labels cover their kind. One wrong
character never makes one valid text of another: a misread opens no wrong case.
"""

from __future__ import annotations

from attrs import frozen

from app.domain.check_characters import (
    DIGEST_LETTERS,
    digest_letters,
    letters_number,
    number_letters,
    plain_text,
    text_check,
    ticket_body,
    ticket_check,
)
from app.domain.dossier import MAIN, RESTRICTED
from app.domain.locker_codes import PlaceCode, parse_place
from app.kernel.errors import BadInput

SEPARATORS = ("item", "part:main", "part:restricted", "volume", "end")

_SLIP, _VOLUME, _SEPARATOR = "JZ1:C:", "JZ1:V:", "JZ1:S:"
_TICKET, _VOLUME_TICKET = "JZ1C", "JZ1V"
_PARTS = (MAIN, RESTRICTED)
_VOLUME_LETTERS = 3
_LABEL_FIELDS = ("case_no", "part", "volume")
_LONGEST_CASE = 60
_MOST_VOLUMES = 999
_BRACKETS = str.maketrans("([{〔【［｛〈《)]}〕】］｝〉》", "（（（（（（（（（）））））））））")


@frozen(kw_only=True)
class Slip:
    """A work slip, or (`label`) the label of a volume. `case_no` is "" when only the ticket was
    read; `part` is "" and `volume` None when the slip is for the whole dossier."""

    ticket: str
    case_no: str = ""
    part: str = ""
    volume: int | None = None
    label: bool = False


@frozen(kw_only=True)
class Separator:
    """A separator sheet: what begins behind it, one of `SEPARATORS` ("end": the batch ends)."""

    begins: str


def parse_code(text: str) -> Slip | Separator | PlaceCode | None:
    """What a code says, None when it is none of ours or was misread.

    Full-width and half-width signs, blanks around and small letters are taken alike.
    """
    plain = plain_text(text)
    head = plain[: len(_SLIP)].upper()
    if head == _SEPARATOR:
        begins = plain[len(_SEPARATOR) :].lower()
        return Separator(begins=begins) if begins in SEPARATORS else None
    if head == _SLIP:
        return _parsed_slip(plain[len(_SLIP) :], label=False)
    if head == _VOLUME:
        return _parsed_slip(plain[len(_VOLUME) :], label=True)
    ticket = plain.upper()
    if ticket_body(ticket, _TICKET, DIGEST_LETTERS) is not None:
        return Slip(ticket=ticket)
    return _parsed_volume(ticket) or parse_place(plain)


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


def volume_text(case_no: str, part: str, volume: int) -> str:
    """The text of the QR code on the label of a volume. Raises BadInput COD-101 and COD-102 as
    `slip_text`."""
    fields = [normal_case_no(case_no), part, str(volume)]
    if not _are_valid(fields):
        raise BadInput("COD-102", part=part, volume=volume)
    return f"{_VOLUME}{':'.join(fields)}:{_text_check(fields, label=True)}"


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


def volume_ticket(case_no: str, part: str, volume: int) -> str:
    """The ticket of one volume: nineteen letters and figures, for the Code 128 of its label.

    Raises BadInput COD-101 and COD-102 as `slip_text`.
    """
    if part not in _PARTS or not 1 <= volume <= _MOST_VOLUMES:
        raise BadInput("COD-102", part=part, volume=volume)
    place = _PARTS.index(part) * (_MOST_VOLUMES + 1) + volume
    body = digest_letters(normal_case_no(case_no)) + number_letters(place, _VOLUME_LETTERS)
    return _VOLUME_TICKET + body + ticket_check(_VOLUME_TICKET[-1] + body)


def slip_matches(ticket: str, case_no: str) -> bool:
    """Whether a ticket that was read belongs to this case."""
    return plain_text(ticket).upper() == ticket_of(case_no)


def normal_case_no(case_no: str) -> str:
    """The case number as codes carry it: full-width brackets, no blanks. Whether it is one is for
    the rules of case numbers to say. Raises BadInput COD-101 when no code can carry it."""
    normal = _normal(plain_text(case_no))
    if not 0 < len(normal) <= _LONGEST_CASE or ":" in normal or not normal.isprintable():
        raise BadInput("COD-101", case_no=case_no)
    return normal


def _parsed_slip(rest: str, *, label: bool) -> Slip | None:
    *fields, check = rest.split(":")
    if not fields or not _are_valid(fields) or (label and len(fields) != len(_LABEL_FIELDS)):
        return None
    if check.upper() != _text_check(fields, label=label):
        return None
    return Slip(
        ticket=_ticket(_normal(fields[0])),
        case_no=_normal(fields[0]),
        part=fields[1].lower() if len(fields) > 1 else "",
        volume=int(fields[2]) if len(fields) > 2 else None,
        label=label,
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


def _ticket(case_no: str) -> str:
    body = digest_letters(case_no)
    return _TICKET + body + ticket_check(body)


def _parsed_volume(ticket: str) -> Slip | None:
    """The volume of a volume ticket, None for any other text."""
    length = DIGEST_LETTERS + _VOLUME_LETTERS
    body = ticket_body(ticket, _VOLUME_TICKET, length, mark=_VOLUME_TICKET[-1])
    if body is None:
        return None
    part, volume = divmod(letters_number(body[DIGEST_LETTERS:]), _MOST_VOLUMES + 1)
    if part >= len(_PARTS) or not volume:
        return None
    digest = body[:DIGEST_LETTERS]
    return Slip(
        ticket=_TICKET + digest + ticket_check(digest),
        part=_PARTS[part],
        volume=volume,
        label=True,
    )


def _text_check(fields: list[str], *, label: bool = False) -> str:
    text = ":".join([_normal(fields[0]), *(field.lower() for field in fields[1:])])
    # What has been printed as a slip keeps its check characters for good.
    return text_check(f"v:{text}" if label else text)
