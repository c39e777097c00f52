"""A hand-off in the words of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.gui.i18n import _

if TYPE_CHECKING:
    from app.services.locker_views import HandOffRow


def amount_words(row: HandOffRow) -> str:
    """How much paper it is."""
    if row.pages is None:
        return _("{volumes} volumes").format(volumes=row.volumes)
    return _("{volumes} volumes, {pages} pages").format(volumes=row.volumes, pages=row.pages)


def door_words(row: HandOffRow) -> str:
    """Where it is or will be, "" while no cell is reserved."""
    return _("Door {cell}").format(cell=row.cell) if row.cell else ""
