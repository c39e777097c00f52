"""Edits with undo: the rows before and after are kept, undo and redo put them back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier, Edit, Item, Side
from app.domain.lifecycle import advance
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.services.archived_sides import refuse_change_of_archived
from app.services.context import Service
from app.services.item_rows import item_records
from app.services.placing import (
    exchange,
    members_of,
    order_of,
    settle_items,
    window,
    write_order,
)
from app.services.ports import Transaction
from app.services.tasks import enqueue_examination, enqueue_recognition

# What a person may change on a side; everything else is evidence or measured. Places in the order
# are kept apart, because a dossier may grow between an edit and its undoing.
SIDE_FIELDS = (
    "turn",
    "turned_by",
    "blank",
    "blank_by",
    "role",
    "role_by",
    "page_number",
    "page_number_confidence",
    "number_by",
    "item_number",
    "part",
    "volume",
    "replaces",
    "put_aside",
    # A recipe goes with the pictures drawn by it, so that taking it back shows at once.
    "recipe",
    "thumbnail",
    "picture",
    "plain",
)
# Marks the rows of an edit that was taken back and then left behind by another one.
LEFT = "left"


class Editing(Service):
    """Undoable edits of sides and items."""

    def _item(self, tx: Transaction, item_id: str) -> tuple[Item, Dossier]:
        """An item and its dossier. Raises Refused CAT-108 when it is gone."""
        try:
            item = tx.items.get(item_id)
        except KeyError:
            raise Refused("CAT-108") from None
        return item, tx.dossiers.get(item.dossier_id)

    @contextmanager
    def _edit(
        self,
        tx: Transaction,
        actor: Actor,
        dossier: Dossier,
        action: str,
        *,
        trigger: str = "edit",
        **details: Any,
    ) -> Iterator[None]:
        """Everything changed inside the block becomes one undoable edit, then is committed.
        `trigger` is the step of the dossier's state machine that the change means."""
        following = advance("dossier", dossier.state, trigger)
        before = _snapshot(tx, dossier)
        yield
        after = _snapshot(tx, dossier)
        changed_before, changed_after = _differences(before, after)
        refuse_change_of_archived(
            tx, dossier, changed_before["sides"], changed_after["sides"], after["order"]
        )
        _leave_branch(tx, dossier)
        tx.edits.add(
            Edit(
                id=new_id("edit"),
                dossier_id=dossier.id,
                made_at=self._now(),
                made_by=actor.name,
                action=action,
                before=changed_before,
                after=changed_after,
            )
        )
        if following != dossier.state:
            current = tx.dossiers.get(dossier.id)
            tx.dossiers.replace(attrs.evolve(current, state=following))
        tx.audit.record(actor.name, action, dossier.case_no, **details)
        tx.commit()

    def undo(self, actor: Actor, case_no: str) -> bool:
        """Take back the last edit; False when there is none. Raises Refused EDT-101 when its
        sides were put aside by something else since, DOS-101 once the dossier is sealed."""
        return self._travel(actor, case_no, undo=True)

    def redo(self, actor: Actor, case_no: str) -> bool:
        """Make the edit again that was undone last; False when a newer edit stands in between.
        Raises as `undo`."""
        return self._travel(actor, case_no, undo=False)

    def _travel(self, actor: Actor, case_no: str, *, undo: bool) -> bool:
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            edit = _newest(tx, dossier, undo=undo)
            if edit is None:
                return False
            state = advance("dossier", dossier.state, "edit")
            leaving, wanted = (edit.after, edit.before) if undo else (edit.before, edit.after)
            self._put(tx, dossier, leaving, wanted)
            refuse_change_of_archived(
                tx,
                dossier,
                leaving.get("sides", {}),
                wanted.get("sides", {}),
                order_of(tx, dossier),
            )
            tx.edits.replace(attrs.evolve(edit, undone=undo))
            if state != dossier.state:
                tx.dossiers.replace(attrs.evolve(dossier, state=state))
            tx.audit.record(
                actor.name,
                "edit_undone" if undo else "edit_redone",
                dossier.case_no,
                edit=edit.action,
            )
            tx.commit()
        return True

    def _put(
        self, tx: Transaction, dossier: Dossier, leaving: dict[str, Any], wanted: dict[str, Any]
    ) -> None:
        """Put the rows of `wanted` in place of those of `leaving`."""
        values: dict[str, dict[str, Any]] = wanted.get("sides", {})
        moves = "order" in wanted
        standing = {side.id: side for side in _sides(tx, values)}
        _require_unmoved(tx, dossier, leaving, standing)
        members = members_of(tx, dossier) if moves else {}
        tx.sides.amend(values)
        if moves:
            order = exchange(
                order_of(tx, dossier),
                wanted["order"]["anchor"],
                leaving["order"]["ids"],
                wanted["order"]["ids"],
            )
            write_order(tx, dossier, order)
        if "items" in wanted and (not moves or _same_items(tx, dossier, leaving["items"])):
            _restore_items(tx, dossier, wanted["items"])
        elif moves:
            # The catalogue was made anew since: it stays, and its items go with their sides.
            settle_items(tx, dossier, members)
        entering = dict.fromkeys(wanted["order"]["ids"]) if moves else {}
        for side_id in leaving["order"]["ids"] if moves else ():
            entering.pop(side_id, None)
        resume_work(tx, _sides(tx, {**values, **entering}), standing)


def resume_work(tx: Transaction, sides: Iterable[Side], earlier: Mapping[str, Side]) -> None:
    """Queue what sides still need after an edit: pictures in another turn, text, a first look.
    `earlier` holds, by id, those that were active before."""
    recognised: dict[str, dict[str, str]] = {}
    active = [side for side in sides if not side.superseded]
    seen = [s.id for s in active if not s.blank and earlier.get(s.id, s).blank]
    readings = {row[0] for row in tx.recognised.pick(("side_id",), side_id=seen)} if seen else ()
    for side in active:
        before = earlier.get(side.id, side)
        if not side.examined or before.turn != side.turn:
            enqueue_examination(tx, side, priority=10)
            continue
        state = side.recognised
        if before.blank != side.blank:
            state = "blank" if side.blank else ("done" if side.id in readings else "")
            recognised[side.id] = {"recognised": state}
        if not state:
            enqueue_recognition(tx, side, priority=10)
    tx.sides.amend(recognised)


def _sides(tx: Transaction, wanted: Mapping[str, Any]) -> list[Side]:
    return tx.sides.find(id=list(wanted)) if wanted else []


def _require_unmoved(
    tx: Transaction, dossier: Dossier, leaving: dict[str, Any], standing: Mapping[str, Side]
) -> None:
    """Raises Refused EDT-101 when sides are no longer where the edit left them."""
    for side_id, values in leaving.get("sides", {}).items():
        side = standing.get(side_id)
        aside = values.get("put_aside", None if side is None else side.put_aside)
        if side is None or side.put_aside != aside:
            raise Refused("EDT-101", case_no=dossier.case_no)
    order = leaving.get("order", {}).get("ids", [])
    if order:
        active = set(order_of(tx, dossier))
        if any(side_id not in active for side_id in order):
            raise Refused("EDT-101", case_no=dossier.case_no)


def _restore_items(tx: Transaction, dossier: Dossier, records: list[dict[str, Any]]) -> None:
    """Make the catalogue what it was; only what differs is written."""
    present = {record["id"]: record for record in item_records(tx, dossier.id)}
    wanted = {str(record["id"]): record for record in records}
    for item_id, values in present.items():
        if item_id not in wanted:
            tx.items.remove(Item(**values))
    tx.items.amend(
        {
            item_id: {name: value for name, value in record.items() if name != "id"}
            for item_id, record in wanted.items()
            if item_id in present and present[item_id] != record
        }
    )
    for item_id, record in wanted.items():
        if item_id not in present:
            tx.items.add(Item(**record))


def _same_items(tx: Transaction, dossier: Dossier, records: list[dict[str, Any]]) -> bool:
    return _canonical(item_records(tx, dossier.id)) == _canonical(records)


def _canonical(records: list[dict[str, Any]]) -> str:
    return json.dumps(sorted(records, key=lambda record: str(record["id"])), sort_keys=True)


def _snapshot(tx: Transaction, dossier: Dossier) -> dict[str, Any]:
    rows = tx.sides.pick(("id", "superseded", *SIDE_FIELDS), dossier_id=dossier.id)
    return {
        "sides": {row[0]: row[2:] for row in rows},
        "order": [row[0] for row in rows if not row[1]],
        "items": item_records(tx, dossier.id),
    }


def _differences(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [key for key, value in after["sides"].items() if before["sides"].get(key) != value]
    old: dict[str, Any] = {"sides": {}}
    new: dict[str, Any] = {"sides": {}}
    for key in changed:
        pairs = zip(SIDE_FIELDS, before["sides"][key], after["sides"][key], strict=True)
        differing = [(name, was, now) for name, was, now in pairs if was != now]
        old["sides"][key] = {name: was for name, was, _now in differing}
        new["sides"][key] = {name: now for name, _was, now in differing}
    if before["order"] != after["order"]:
        anchor, was, now = window(before["order"], after["order"])
        old["order"] = {"anchor": anchor, "ids": was}
        new["order"] = {"anchor": anchor, "ids": now}
    if before["items"] != after["items"]:
        old["items"], new["items"] = before["items"], after["items"]
    return old, new


def _newest(tx: Transaction, dossier: Dossier, *, undo: bool) -> Edit | None:
    """The edit to take back, or the one to make again."""
    if not undo:
        waiting = _undone_last(tx, dossier)
        return waiting[-1] if waiting else None
    for edit_id, undone in reversed(tx.edits.pick(("id", "undone"), dossier_id=dossier.id)):
        if not undone:
            return tx.edits.get(edit_id)
    return None


def _undone_last(tx: Transaction, dossier: Dossier) -> list[Edit]:
    """The edits that can be made again, the next one last."""
    found: list[Edit] = []
    for edit_id, undone in reversed(tx.edits.pick(("id", "undone"), dossier_id=dossier.id)):
        if not undone:
            break
        edit = tx.edits.get(edit_id)
        if LEFT not in edit.after:
            found.append(edit)
    return found


def _leave_branch(tx: Transaction, dossier: Dossier) -> None:
    """Whoever takes edits back and then makes another one does not come back to them; their rows
    stay as they were."""
    tx.edits.amend(
        {edit.id: {"after": edit.after | {LEFT: True}} for edit in _undone_last(tx, dossier)}
    )


def repaged(item: Item, sides: list[Side]) -> Item:
    """The item with the page range that its sides carry now."""
    numbers = [
        side.page_number
        for side in sides
        if side.page_number is not None
        and side.part == item.part
        and item.first_position <= side.position <= item.last_position
    ]
    return attrs.evolve(
        item,
        first_page=min(numbers) if numbers else None,
        last_page=max(numbers) if numbers else None,
    )
