"""What a person should look at in a proposed catalogue: numbers, documents, the paper catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive_rules.alignment import Slip
from archive_rules.api import ItemProposal, Reason, SideEvidence
from archive_rules.declared import Declaration
from archive_rules.page_numbers import SettledNumber

_UNSURE = 0.6


def number_doubts(
    sides: Sequence[SideEvidence], numbers: Mapping[int, SettledNumber]
) -> list[Reason]:
    """Unread or contradicting numbers; `numbers` by the place of their side."""
    return [
        Reason(
            code=number.reason.code,
            parameters={"position": sides[index].position, **number.reason.parameters},
        )
        for index, number in sorted(numbers.items())
        if number.reason.code != "number_read"
    ]


def item_doubts(items: Sequence[ItemProposal]) -> list[Reason]:
    """Documents that are unsure as a whole."""
    return [
        Reason(
            code="item_unsure",
            parameters={"item": item.number, "position": item.first_position},
        )
        for item in items
        if item.confidence < _UNSURE
    ]


def catalogue_doubts(
    declarations: Sequence[Sequence[Declaration]], items: int, *, disbelieved: int
) -> list[Reason]:
    """Catalogues of another case (`disbelieved` of them) or of another number of documents."""
    found: list[Reason] = []
    if disbelieved:
        found.append(Reason(code="catalogue_of_other_papers", parameters={"lists": disbelieved}))
    for rows in declarations:
        if len(rows) != items:
            parameters: dict[str, str | int | float] = {"declared": len(rows), "found": items}
            found.append(Reason(code="item_count_differs", parameters=parameters))
    return found


def slip_doubt(slip: Slip, rows: Sequence[Declaration]) -> Reason:
    """A finding: the catalogue and the paper contradict each other from some row on."""
    return Reason(
        code="catalogue_rows_slipped" if slip.rows else "catalogue_pages_slipped",
        parameters={
            "from": slip.first_row,
            "to": slip.last_row,
            "title": rows[slip.first_row - 1].row.title,
            "by": slip.rows or slip.pages,
        },
    )
