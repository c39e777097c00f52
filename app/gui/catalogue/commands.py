"""What a person does to the catalogue: each command is one call, one edit that can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.gui.i18n import _
from app.kernel.errors import Fault
from app.kernel.fault_texts import describe
from app.kernel.translation import current_language
from app.services.doubts import NUMBER
from app.services.field_values import value_for
from app.services.views import ItemRow, SideRow
from app.words.cataloguing import field_word

if TYPE_CHECKING:
    from app.domain.access import Actor
    from app.gui.catalogue.page import CataloguePage
    from app.services.workstation import Workstation


class CatalogueCommands:
    """Commands on the row and the side that `page` shows."""

    def __init__(self, page: CataloguePage) -> None:
        self._page = page

    @property
    def _actor(self) -> Actor:
        return self._page.desk.actor

    @property
    def _workstation(self) -> Workstation:
        return self._page.desk.workstation

    def begin_at(self, item: ItemRow | None, position: int) -> None:
        """Let a document begin at another side."""
        if item is not None:
            actor, workstation = self._actor, self._workstation
            self._page.write(lambda: workstation.move_boundary(actor, item.id, position))

    def split(self) -> None:
        """Begin a new document at the current side, named by what stands on it."""
        side = self._page.strip.current_side
        if side is not None:
            actor, workstation, number = self._actor, self._workstation, self._page.desk.case_no
            self._page.write(
                lambda: workstation.split_item(actor, number, side.position, ""),
                said=_("A new item begins at side {position}.").format(position=side.position),
            )

    def merge(self) -> None:
        """Join the chosen documents, or the current one to the one before."""
        chosen = self._page.chosen_items()
        actor, workstation = self._actor, self._workstation
        if len(chosen) > 1:
            ids = [item.id for item in chosen]
            said = _("{count} documents joined. Ctrl+Z takes it back.").format(count=len(ids))
            self._page.write(lambda: workstation.merge_items(actor, ids), said=said)
        elif chosen:
            item = chosen[0]
            said = _("Joined to the item before. Ctrl+Z takes it back.")
            self._page.write(lambda: workstation.merge_item(actor, item.id), said=said)

    def edited(self, row: ItemRow, key: str, text: str) -> None:
        """A cell was written."""
        actor, workstation = self._actor, self._workstation
        changes: dict[str, str] = {key: text}
        self._page.write(lambda: workstation.edit_item(actor, row.id, **changes))

    def confirm(self) -> None:
        """Confirm the current place, the row or the number of the side, and go to the next one."""
        page = self._page
        side, item = page.strip.current_side, page.current_item
        actor, workstation = self._actor, self._workstation
        if page.walk.kind == NUMBER and side is not None:
            shown = side
            page.write(lambda: workstation.set_page_number(actor, shown.id, shown.page_number))
        elif item is not None and not item.confirmed_by:
            page.write(lambda: workstation.confirm_item(actor, item.id))

    def confirm_all(self) -> None:
        """Confirm every row nobody confirmed yet."""
        actor, workstation, number = self._actor, self._workstation, self._page.desk.case_no
        self._page.write(
            lambda: workstation.confirm_all(actor, number), said=_("All rows confirmed.")
        )

    def accept_and_bind(self) -> None:
        """Confirm the rows that are sure, all at once, and go on to the volumes."""
        actor, workstation, number = self._actor, self._workstation, self._page.desk.case_no
        self._page.write(
            lambda: workstation.confirm_all(actor, number, sure_only=True),
            said=_("All sure rows confirmed. Ctrl+Z takes it back."),
            leads_to="bind",
        )

    def give_number(self, text: str) -> None:
        """The page number of the side in sight; empty when it bears none."""
        side = self._page.strip.current_side
        if side is None:
            return
        actor, workstation = self._actor, self._workstation
        number = int(text) if text else None
        self._page.write(lambda: workstation.set_page_number(actor, side.id, number))

    def give_role(self, role: str) -> None:
        """What the side in sight is."""
        side: SideRow | None = self._page.strip.current_side
        if side is not None and role != side.role:
            actor, workstation, shown = self._actor, self._workstation, side
            self._page.write(lambda: workstation.set_role(actor, shown.id, role))

    def fill(self, field: str, text: str) -> None:
        """Put words that were chosen on the page into a field of the current row."""
        item = self._page.current_item
        if item is None:
            return
        try:
            value = value_for(field, text)
        except Fault as fault:
            words = describe(fault.as_record(), current_language())
            self._page.desk.said.emit(f"{words.message}{words.remedy}")
            return
        said = _("{field}: {value}").format(field=field_word(field), value=value)
        actor, workstation = self._actor, self._workstation
        changes: dict[str, str] = {field: value}
        self._page.write(lambda: workstation.edit_item(actor, item.id, **changes), said=said)

    def type_fields(self, item_id: str, values: dict[str, str]) -> None:
        """Double keying: what this person reads."""
        actor, workstation = self._actor, self._workstation
        self._page.write(lambda: workstation.key_fields(actor, item_id, values))

    def settle_field(self, item_id: str, field: str, value: str) -> None:
        """Double keying: what the third person takes."""
        actor, workstation = self._actor, self._workstation
        self._page.write(lambda: workstation.arbitrate(actor, item_id, field, value))

    def move(self, step: int) -> None:
        """Move the current document one place up (-1) or down (1)."""
        item, rows = self._page.current_item, self._page.model.rows
        if item is None:
            return
        behind = place_behind(rows, item, step)
        if behind is not None:
            self.accept_move(item.id, behind)

    def accept_move(self, item_id: str, after: str, remark: str = "") -> None:
        """Put a document behind another one; an empty `after` puts it first."""
        actor, workstation = self._actor, self._workstation
        self._page.write(
            lambda: workstation.accept_move(actor, item_id, after or None, remark),
            said=_("The document was moved. Ctrl+Z takes it back."),
        )


def place_behind(rows: Sequence[ItemRow], item: ItemRow, step: int) -> str | None:
    """Behind which document one must be put to move it by a place: its id, empty for the start of
    the part; None when it cannot move."""
    part = [row for row in rows if row.part == item.part]
    at = next(number for number, row in enumerate(part) if row.id == item.id)
    if not 0 <= at + step < len(part):
        return None
    if step > 0:
        return part[at + 1].id
    return part[at - 2].id if at >= 2 else ""
