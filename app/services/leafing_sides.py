"""The sides that leafing through is about; of thousands, no more is read than it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs

from app.domain.dossier import MAIN, Dossier, Side
from app.domain.leafing import FlipThrough
from app.domain.leafing_standing import image_seen
from app.services.markers import content_sides
from app.services.picked_sides import picked_sides
from app.services.ports import Transaction

_FIELDS = (
    "id",
    "batch_id",
    "master",
    "frame",
    "position",
    "sheet",
    "face",
    "turn",
    "width",
    "height",
    "role",
    "role_by",
    "marker",
    "blank",
    "examined",
    "page_number",
)


def leaf_sides(tx: Transaction, dossier: Dossier) -> dict[str, Side]:
    """The present sides of the main part by id, in their order, without separator sheets. Only the
    fields that leafing through asks are filled in."""
    return leaf_sides_among(picked_sides(tx, dossier, _FIELDS, superseded=False, part=MAIN))


def leaf_sides_among(active: Sequence[Side]) -> dict[str, Side]:
    """Those of the present sides that leafing through looks for, by id."""
    main = [side for side in active if side.part == MAIN]
    return {side.id: side for side in content_sides(main)}


def kept_flip_throughs(tx: Transaction, dossier: Dossier) -> list[FlipThrough]:
    """The leafings through of a dossier, oldest first; their sides, thousands of plain records,
    are taken as they are stored."""
    names = [field.name for field in attrs.fields(FlipThrough)]
    return [
        FlipThrough(**{name: _frozen(value) for name, value in zip(names, row, strict=True)})
        for row in tx.flip_throughs.pick(names, dossier_id=dossier.id)
    ]


def leaf_numbers(sides: Iterable[Side]) -> dict[str, int]:
    """The number of the leaf of each side, from 1 in the order of the sides, by side id."""
    leaves: dict[tuple[str, int], int] = {}
    return {
        side.id: leaves.setdefault((side.batch_id, side.sheet), len(leaves) + 1) for side in sides
    }


def images_of(sides: dict[str, Side]) -> dict[str, str]:
    """What leafing through recognises of each side."""
    return {side.id: image_seen(side.master, side.frame) for side in sides.values()}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
