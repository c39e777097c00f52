"""Edits with undo: the rows before and after are kept, undo and redo put them back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Dossier, Edit, Item, Side
from app.domain.lifecycle import advance
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.tasks import enqueue_examination

# What a person may change on a side; everything else is evidence or measured.
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
)


class Editing(Service):
    """Undoable edits of sides and items."""

    @contextmanager
    def _edit(
        self, tx: Transaction, actor: Actor, dossier: Dossier, action: str, **details: Any
    ) -> Iterator[None]:
        """Everything changed inside the block becomes one undoable edit, then is committed."""
        following = advance("dossier", dossier.state, "edit")
        before = _snapshot(tx, dossier)
        yield
        after = _snapshot(tx, dossier)
        changed_before, changed_after = _differences(before, after)
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
        """Take back the last edit; False when there is none."""
        return self._travel(actor, case_no, undo=True)

    def redo(self, actor: Actor, case_no: str) -> bool:
        """Make the edit again that was undone last; False when a newer edit stands in between."""
        return self._travel(actor, case_no, undo=False)

    def _travel(self, actor: Actor, case_no: str, *, undo: bool) -> bool:
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            edits = tx.edits.find(dossier_id=dossier.id)
            edit = _last_made(edits) if undo else _first_undone(edits)
            if edit is None:
                return False
            state = advance("dossier", dossier.state, "edit")
            self._put(tx, dossier, edit.before if undo else edit.after)
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

    def _put(self, tx: Transaction, dossier: Dossier, rows: dict[str, Any]) -> None:
        for side_id, values in rows.get("sides", {}).items():
            side = tx.sides.get(side_id)
            restored = attrs.evolve(side, **values)
            tx.sides.replace(restored)
            if restored.turn != side.turn:
                enqueue_examination(tx, restored, priority=10)
        if "items" in rows:
            for item in tx.items.find(dossier_id=dossier.id):
                tx.items.remove(item)
            for values in rows["items"]:
                tx.items.add(Item(**values))


def _snapshot(tx: Transaction, dossier: Dossier) -> dict[str, Any]:
    sides = {
        side.id: {name: getattr(side, name) for name in SIDE_FIELDS}
        for side in tx.sides.find(dossier_id=dossier.id, superseded=False)
    }
    items = [attrs.asdict(item) for item in tx.items.find(dossier_id=dossier.id)]
    return {"sides": sides, "items": items}


def _differences(
    before: dict[str, Any], after: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [key for key, value in after["sides"].items() if before["sides"].get(key) != value]
    old: dict[str, Any] = {"sides": {key: before["sides"][key] for key in changed}}
    new: dict[str, Any] = {"sides": {key: after["sides"][key] for key in changed}}
    if before["items"] != after["items"]:
        old["items"], new["items"] = before["items"], after["items"]
    return old, new


def _last_made(edits: list[Edit]) -> Edit | None:
    made = [edit for edit in edits if not edit.undone]
    return made[-1] if made else None


def _first_undone(edits: list[Edit]) -> Edit | None:
    found: Edit | None = None
    for edit in reversed(edits):
        if not edit.undone:
            break
        found = edit
    return found


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
