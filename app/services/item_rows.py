"""Rows of the catalogue as the screens read them."""

from __future__ import annotations

from typing import Any

import attrs

from app.domain.dossier import Item
from app.services.ports import Transaction
from app.services.views import ItemRow

DOUBTFUL_BELOW = 0.7
# What `Item.fields` keeps of a person who wants the item where it is.
ORDER = "order"
ITEM_FIELDS = tuple(attribute.name for attribute in attrs.fields(Item))


def item_records(tx: Transaction, dossier_id: str) -> list[dict[str, Any]]:
    """The rows of a catalogue as plain records, column by column: every edit reads them all."""
    rows = tx.items.pick(ITEM_FIELDS, dossier_id=dossier_id)
    return [dict(zip(ITEM_FIELDS, row, strict=True)) for row in rows]


def catalogue_items(tx: Transaction, dossier_id: str) -> list[Item]:
    """The documents of a dossier in the order of its catalogue, main part first."""
    items = [Item(**record) for record in item_records(tx, dossier_id)]
    return sorted(items, key=lambda item: (item.part, item.number))


def item_row(item: Item) -> ItemRow:
    """The read model of an item."""
    return ItemRow(
        id=item.id,
        part=item.part,
        number=item.number,
        title=item.title,
        category=item.category,
        date=item.date,
        first_page=item.first_page,
        last_page=item.last_page,
        first_position=item.first_position,
        last_position=item.last_position,
        confidence=item.confidence,
        doubtful=is_doubtful(item),
        confirmed_by=item.confirmed_by,
        reason=item.reason,
        author=item.author,
        fields=item.fields,
        keyed=item.keyed,
    )


def is_doubtful(item: Item) -> bool:
    """Whether a person should look: nobody confirmed the row, and the program is unsure of where
    it begins, of its title, or has none."""
    if item.confirmed_by:
        return False
    title = item.fields.get("title", {})
    unsure = title.get("confidence", 1.0) < DOUBTFUL_BELOW and "by" not in title
    return item.confidence < DOUBTFUL_BELOW or unsure or not item.title
