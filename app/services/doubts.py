"""What the proposal of a catalogue leaves to a person, in the order of the sides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import field, frozen

from app.domain.dossier import Dossier
from app.services.item_rows import catalogue_items, item_row
from app.services.keying import Keying
from app.services.side_rows import read_side_rows
from app.services.views import ItemRow, SideRow

ITEM, NUMBER, DOSSIER = "item", "number", "dossier"
# Reasons of a page number that no person needs to see.
_PLAIN = ("", "number_read", "number_not_due", "number_absent", "number_unreadable")


@frozen(kw_only=True)
class Doubt:
    """One place to look at. `kind` is "item" (a row of the catalogue, `subject` its id), "number"
    (the page number of a side, `subject` its id) or "dossier" (something about the whole, position
    0). `value` is the number proposed, if there is one."""

    kind: str
    subject: str
    part: str
    position: int
    value: int | None = None
    reason: dict[str, Any] = field(factory=dict)


class Doubts(Keying):
    """Use cases of whoever goes from doubt to doubt."""

    def catalogue_doubts(self, case_no: str) -> list[Doubt]:
        """The doubts of a case by position, those about the whole first."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            items = [item_row(item) for item in catalogue_items(tx, dossier.id)]
            sides = read_side_rows(tx, dossier.id, self._context.blobs).rows
        return [*doubts_of_the_whole(dossier), *doubts_of(items, sides)]


def doubts_of_the_whole(dossier: Dossier) -> list[Doubt]:
    """What the proposal leaves open about the dossier itself."""
    return [
        Doubt(kind=DOSSIER, subject="", part=row.get("part", ""), position=0, reason=row)
        for row in dossier.doubts
    ]


def doubts_of(items: Iterable[ItemRow], sides: Iterable[SideRow]) -> list[Doubt]:
    """The doubts about rows and page numbers by position; from the rows of the screen, so that the
    window need not ask the database again."""
    found = [
        Doubt(
            kind=ITEM,
            subject=item.id,
            part=item.part,
            position=item.first_position,
            reason=item.reason,
        )
        for item in items
        if item.doubtful
    ]
    found += [
        Doubt(
            kind=NUMBER,
            subject=side.id,
            part=side.part,
            position=side.position,
            value=side.page_number,
            reason=side.number_reason,
        )
        for side in sides
        if number_is_doubtful(side)
    ]
    return sorted(found, key=lambda doubt: (doubt.position, doubt.kind))


def number_is_doubtful(side: SideRow) -> bool:
    """Whether the page number of a side was settled by the run, could not be read or stands out of
    the run, and nobody has said what it is."""
    if side.number_by or side.role_by or side.blank or side.role != "page":
        return False
    return side.number_reason.get("code", "") not in _PLAIN
