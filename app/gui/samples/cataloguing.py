"""The catalogue of the invented case: rows, doubts, completions, double keying in memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from app.domain.access import Actor
from app.kernel.progress import CancelToken, Report, silent
from app.services.catalogue_screen import CatalogueView
from app.services.doubts import doubts_of
from app.services.keying import KeyingRow
from app.services.ordering import MoveRow
from app.services.side_rows import SideReading
from app.services.suggestions import Suggestions
from app.services.views import ItemRow, SideRow, TextLineRow

CATEGORIES = ("起诉材料", "裁判文书")


class SampleCataloguing:
    """Answers like the cataloguing part of a real workstation."""

    item_rows: list[ItemRow]
    side_rows: list[SideRow]
    keying_rows: Sequence[KeyingRow] = ()
    words: Sequence[TextLineRow] = ()
    move_rows: Sequence[MoveRow] = ()
    threads: set[int]

    def _note(self, name: str, *arguments: Any) -> None:
        """Given by the whole sample workstation."""

    def items(self, case_no: str) -> list[ItemRow]:
        """The catalogue."""
        return list(self.item_rows)

    def catalogue_view(
        self, actor: Actor, case_no: str, earlier: CatalogueView | None = None
    ) -> CatalogueView:
        """What the screen shows."""
        self.threads.add(threading.get_ident())
        return CatalogueView(
            case_no=case_no,
            actor=actor.name,
            version=0,
            reading=SideReading(rows=list(self.side_rows)),
            items=list(self.item_rows),
            doubts=doubts_of(self.item_rows, self.side_rows),
            keying=list(self.keying_rows),
            whole=[],
            moves=len(self.move_rows),
        )

    def catalogue(
        self, actor: Actor, case_no: str, *, report: Report = silent, cancel: CancelToken
    ) -> None:
        """Propose."""
        self._note("catalogue", case_no)

    def edit_item(self, actor: Actor, item_id: str, **changes: str) -> None:
        """Change a row."""
        self._note("edit_item", item_id, changes)
        self._change_item(item_id, actor, **changes)

    def confirm_item(self, actor: Actor, item_id: str) -> None:
        """Confirm a row."""
        self._note("confirm_item", item_id)
        self._change_item(item_id, actor)

    def confirm_all(self, actor: Actor, case_no: str, *, sure_only: bool = False) -> int:
        """Confirm all rows."""
        self._note("confirm_all", case_no)
        waiting = [item for item in self.item_rows if not (sure_only and item.doubtful)]
        for item in waiting:
            self._change_item(item.id, actor)
        return len(waiting)

    def _change_item(self, item_id: str, actor: Actor, **changes: Any) -> None:
        self.item_rows = [
            evolve(item, confirmed_by=actor.name, doubtful=False, **changes)
            if item.id == item_id
            else item
            for item in self.item_rows
        ]

    def split_item(self, actor: Actor, case_no: str, position: int, title: str) -> None:
        """Begin an item."""
        self._note("split_item", position, title)

    def merge_item(self, actor: Actor, item_id: str) -> None:
        """Join items."""
        self._note("merge_item", item_id)

    def move_boundary(self, actor: Actor, item_id: str, first_position: int) -> None:
        """Move a boundary."""
        self._note("move_boundary", item_id, first_position)

    def merge_items(self, actor: Actor, item_ids: Sequence[str]) -> None:
        """Join items."""
        self._note("merge_items", *item_ids)

    def text_lines(self, side_id: str) -> list[TextLineRow]:
        """The words of a page."""
        return list(self.words)

    def suggestions(self, case_no: str, position: int = 0) -> Suggestions:
        """Completions."""
        titles = tuple(item.title for item in self.item_rows)
        return Suggestions(title=titles, category=CATEGORIES, author=("澄溪市人民法院",))

    def set_page_number(self, actor: Actor, side_id: str, number: int | None) -> None:
        """Say a page number."""
        self._note("set_page_number", side_id, number)
        self.side_rows = [
            evolve(side, page_number=number, number_by=actor.name) if side.id == side_id else side
            for side in self.side_rows
        ]

    def set_role(self, actor: Actor, side_id: str, role: str) -> None:
        """Say what a side is."""
        self._note("set_role", side_id, role)

    def double_keying(self) -> tuple[str, ...]:
        """Fields that are typed twice."""
        return ()

    def set_double_keying(self, actor: Actor, fields: Sequence[str]) -> None:
        """Say which fields are typed twice."""
        self._note("set_double_keying", *fields)

    def keying(self, actor: Actor, case_no: str) -> list[KeyingRow]:
        """Documents to be typed twice."""
        return list(self.keying_rows)

    def key_fields(self, actor: Actor, item_id: str, values: Mapping[str, str]) -> None:
        """Type fields."""
        self._note("key_fields", item_id, dict(values))

    def arbitrate(self, actor: Actor, item_id: str, field: str, value: str) -> None:
        """Settle a field."""
        self._note("arbitrate", item_id, field, value)

    def order_proposals(self, case_no: str) -> list[MoveRow]:
        """Moves."""
        return list(self.move_rows)

    def accept_move(
        self, actor: Actor, item_id: str, after_item_id: str | None, remark: str = ""
    ) -> None:
        """Move an item."""
        self._note("accept_move", item_id, after_item_id, remark)
        self.move_rows = [row for row in self.move_rows if row.item_id != item_id]

    def dismiss_move(self, actor: Actor, case_no: str, item_id: str) -> None:
        """Leave an item where it is."""
        self._note("dismiss_move", item_id)
        self.move_rows = [row for row in self.move_rows if row.item_id != item_id]
