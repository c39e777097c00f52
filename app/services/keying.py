"""Double keying as an option of the court: two persons type, a third settles what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from app.domain.access import Actor
from app.domain.dossier import Dossier, Item
from app.domain.keying import (
    DIFFERS,
    DONE,
    KEYABLE,
    Entry,
    entries_of,
    is_done,
    settled,
    state_of,
    typed,
    value_of,
)
from app.kernel.errors import BadInput, Refused
from app.services.court_settings import court_setting, keep_court_setting
from app.services.field_values import value_for
from app.services.item_rows import catalogue_items
from app.services.ports import Transaction
from app.services.suggestions import Suggesting

DOUBLE_KEYING = "double_keying"


@frozen(kw_only=True)
class KeyingField:
    """One field of one document for one person. `mine` is what she typed herself. `others` holds
    who typed what, as soon as she may see it: when both have typed and she is neither of them, or
    when it is done."""

    field: str
    state: str
    mine: str | None
    others: tuple[tuple[str, str], ...] = ()
    may_type: bool = False
    may_settle: bool = False


@frozen(kw_only=True)
class KeyingRow:
    """One document whose fields are typed twice."""

    item_id: str
    number: int
    part: str
    first_position: int
    last_position: int
    fields: tuple[KeyingField, ...]

    @property
    def to_type(self) -> bool:
        """Whether she has something to type here."""
        return any(field.may_type and field.mine is None for field in self.fields)

    @property
    def to_settle(self) -> bool:
        """Whether she has something to settle here."""
        return any(field.may_settle for field in self.fields)


class Keying(Suggesting):
    """Use cases of double keying."""

    def double_keying(self) -> tuple[str, ...]:
        """The fields that this court types twice; empty when it does not."""
        with self._context.storage.read() as tx:
            return keyed_fields(tx)

    def set_double_keying(self, actor: Actor, fields: Sequence[str]) -> None:
        """Say which fields are typed twice from now on. Raises BadInput KEY-104 for others than
        title, date and author."""
        actor.require("administer")
        wrong = [field for field in fields if field not in KEYABLE]
        if wrong:
            raise BadInput("KEY-104", field=wrong[0], known=", ".join(KEYABLE))
        value = {"fields": [field for field in KEYABLE if field in fields]}
        with self._context.storage.write() as tx:
            keep_court_setting(tx, actor, DOUBLE_KEYING, value, action="double_keying_set")
            tx.commit()

    def keying(self, actor: Actor, case_no: str) -> list[KeyingRow]:
        """The documents of a case with what is typed of them, as far as `actor` may see it."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            fields = keyed_fields(tx)
            items = catalogue_items(tx, dossier.id) if fields else []
        return keying_rows(items, fields, actor)

    def key_fields(self, actor: Actor, item_id: str, values: Mapping[str, str]) -> None:
        """Type fields of a document. What both typed alike is its value at once; a document whose
        fields are all done counts as confirmed.

        Raises Refused KEY-101 (typed by two already), KEY-105 (not typed twice here), BadInput
        CAT-109 (no date), CAT-111 (empty).
        """
        actor.require("inspect")
        with self._context.storage.write() as tx:
            item, dossier = self._item(tx, item_id)
            fields = keyed_fields(tx)
            keyed = dict(item.keyed)
            for name, text in values.items():
                if name not in fields:
                    raise Refused("KEY-105", field=name)
                entry = Entry(by=actor.name, value=value_for(name, text), at=self._now())
                keyed = typed(keyed, name, entry)
            with self._edit(
                tx, actor, dossier, "fields_keyed", item=item.number, fields=sorted(values)
            ):
                self._settle_item(tx, attrs.evolve(item, keyed=keyed), fields)

    def arbitrate(self, actor: Actor, item_id: str, field: str, value: str) -> None:
        """Settle a field that two persons typed differently.

        Raises Refused KEY-102 when they do not differ, KEY-103 when `actor` is one of them.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            item, dossier = self._item(tx, item_id)
            entry = Entry(by=actor.name, value=value_for(field, value), at=self._now())
            keyed = settled(item.keyed, field, entry)
            with self._edit(tx, actor, dossier, "keying_settled", item=item.number, field=field):
                self._settle_item(tx, attrs.evolve(item, keyed=keyed), keyed_fields(tx))

    def _settle_item(self, tx: Transaction, item: Item, fields: Sequence[str]) -> None:
        """Write the values that are done into the row of the catalogue."""
        done = {field: value_of(item.keyed, field) for field in fields}
        values: dict[str, Any] = {
            field: value for field, value in done.items() if value is not None
        }
        told = {field: {"by": _names(item, field)} for field in values}
        confirmed = is_done(item.keyed, fields)
        tx.items.replace(
            attrs.evolve(
                item,
                fields={**item.fields, **told},
                confirmed_by=_names(item, fields[0]) if confirmed else item.confirmed_by,
                **values,
            )
        )


def keyed_fields(tx: Transaction) -> tuple[str, ...]:
    """The fields that are typed twice."""
    return tuple(court_setting(tx, DOUBLE_KEYING).get("fields", ()))


def keying_rows(items: Sequence[Item], fields: Sequence[str], actor: Actor) -> list[KeyingRow]:
    """The documents with what is typed of `fields`, as far as `actor` may see it; none when no
    field is typed twice."""
    if not fields:
        return []
    ordered = sorted(items, key=lambda item: (item.part, item.first_position))
    return [_row(item, fields, actor.name) for item in ordered]


def open_keying(tx: Transaction, dossier: Dossier) -> int:
    """Documents whose risky fields were not typed twice yet, or differ."""
    fields = keyed_fields(tx)
    if not fields:
        return 0
    items = tx.items.find(dossier_id=dossier.id)
    return sum(not is_done(item.keyed, fields) for item in items)


def _names(item: Item, field: str) -> str:
    return "、".join(entry.by for entry in entries_of(item.keyed, field))


def _row(item: Item, fields: Sequence[str], actor: str) -> KeyingRow:
    return KeyingRow(
        item_id=item.id,
        number=item.number,
        part=item.part,
        first_position=item.first_position,
        last_position=item.last_position,
        fields=tuple(_field(item, field, actor) for field in fields),
    )


def _field(item: Item, field: str, actor: str) -> KeyingField:
    state = state_of(item.keyed, field)
    entries = entries_of(item.keyed, field)
    own = [entry.value for entry in entries if entry.by == actor]
    apart = not own
    seen = state in DONE or (state == DIFFERS and apart)
    return KeyingField(
        field=field,
        state=state,
        mine=own[0] if own else None,
        others=tuple((entry.by, entry.value) for entry in entries) if seen else (),
        may_type=len(entries) < 2 and (apart or len(entries) == 1),
        may_settle=state == DIFFERS and apart,
    )
