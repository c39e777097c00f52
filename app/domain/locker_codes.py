"""What the codes on cells and shelves say (柜格标签, 架位标签).

A label carries its place twice, as a work slip carries its case (`app.domain.slips`). The QR code
holds the whole text, `JZ1:L:<cabinet>:<cell>:check` or `JZ1:P:<shelf>:check`; the Code 128 holds a
ticket of plain ASCII, `JZ1L` or `JZ1P` with ten characters of the digest of the place and two
check characters. The check characters cover the kind of the code as well, so that no wrong
character makes a cell of a shelf or either of a case.

Upper and lower case of Latin letters are taken alike: a scanner that types like a keyboard obeys
its caps lock. So two places that differ in nothing else have one code.
"""

from __future__ import annotations

from attrs import frozen

from app.domain.check_characters import (
    DIGEST_LETTERS,
    digest_letters,
    plain_text,
    text_check,
    ticket_body,
    ticket_check,
)
from app.kernel.errors import BadInput

_CELL, _SHELF = "JZ1:L:", "JZ1:P:"
_CELL_TICKET, _SHELF_TICKET = "JZ1L", "JZ1P"
_LONGEST_PLACE = 60
_MOST_CELLS = 999
_SMALL = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


@frozen(kw_only=True)
class CellCode:
    """A cell of a cabinet. When only the ticket was read, `cabinet` is "" and `cell` 0. The name
    of the cabinet is in small letters: compare by `ticket`."""

    ticket: str
    cabinet: str = ""
    cell: int = 0


@frozen(kw_only=True)
class ShelfCode:
    """A shelf, or a place on one. `shelf` is its label in small letters, "" when only the ticket
    was read: compare by `ticket`."""

    ticket: str
    shelf: str = ""


PlaceCode = CellCode | ShelfCode


def cell_text(cabinet: str, cell: int) -> str:
    """The text of the QR code of a cell. Raises BadInput LBL-101 for a name or number that no
    code can carry."""
    fields = f"{_carried(cabinet)}:{_cell_number(cell)}"
    return f"{_CELL}{fields}:{text_check(_folded('l:' + fields))}"


def cell_ticket(cabinet: str, cell: int) -> str:
    """The ticket of a cell. Raises BadInput LBL-101 as `cell_text`."""
    return _ticket(_CELL_TICKET, f"{_carried(cabinet)}:{_cell_number(cell)}")


def shelf_text(shelf: str) -> str:
    """The text of the QR code of a shelf. Raises BadInput LBL-101 when no code can carry it."""
    carried = _carried(shelf, forbidden=":")
    return f"{_SHELF}{carried}:{text_check(_folded('p:' + carried))}"


def shelf_ticket(shelf: str) -> str:
    """The ticket of a shelf. Raises BadInput LBL-101 as `shelf_text`."""
    return _ticket(_SHELF_TICKET, _carried(shelf, forbidden=":"))


def parse_place(text: str) -> PlaceCode | None:
    """What the label of a cell or shelf says; None when it is none of ours or was misread."""
    plain = plain_text(text)
    head = plain[: len(_CELL)].upper()
    if head == _CELL:
        return _parsed_cell(_folded(plain[len(_CELL) :]))
    if head == _SHELF:
        return _parsed_shelf(_folded(plain[len(_SHELF) :]))
    ticket = plain.upper()
    if ticket_body(ticket, _CELL_TICKET, DIGEST_LETTERS, mark="L") is not None:
        return CellCode(ticket=ticket)
    if ticket_body(ticket, _SHELF_TICKET, DIGEST_LETTERS, mark="P") is not None:
        return ShelfCode(ticket=ticket)
    return None


def _parsed_cell(rest: str) -> CellCode | None:
    # The name of a cabinet has a colon of its own: "wkly:north".
    cabinet, _, last = rest.rpartition(":")
    cabinet, _, number = cabinet.rpartition(":")
    if not _fits(cabinet) or not _is_number(number):
        return None
    if last.upper() != text_check(f"l:{cabinet}:{number}"):
        return None
    return CellCode(
        ticket=_ticket(_CELL_TICKET, f"{cabinet}:{number}"), cabinet=cabinet, cell=int(number)
    )


def _parsed_shelf(rest: str) -> ShelfCode | None:
    shelf, _, check = rest.rpartition(":")
    if not _fits(shelf) or ":" in shelf or check.upper() != text_check(f"p:{shelf}"):
        return None
    return ShelfCode(ticket=_ticket(_SHELF_TICKET, shelf), shelf=shelf)


def _carried(place: str, *, forbidden: str = "") -> str:
    """The place as a code carries it. Raises BadInput LBL-101."""
    carried = plain_text(place)
    if not _fits(carried) or (forbidden and forbidden in carried):
        raise BadInput("LBL-101", place=place)
    return carried


def _cell_number(cell: int) -> int:
    if not 1 <= cell <= _MOST_CELLS:
        raise BadInput("LBL-101", place=cell)
    return cell


def _fits(place: str) -> bool:
    return 0 < len(place) <= _LONGEST_PLACE and place.isprintable() and place == place.strip()


def _is_number(text: str) -> bool:
    figures = text.isascii() and text.isdecimal() and not text.startswith("0")
    return figures and len(text) <= len(str(_MOST_CELLS))


def _folded(text: str) -> str:
    return text.translate(_SMALL)


def _ticket(head: str, place: str) -> str:
    body = digest_letters(_folded(place))
    return head + body + ticket_check(head[-1] + body)
