"""Sides read in part: of thousands, whole ones take five times as long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.dossier import Dossier, Side
from app.services.ports import Transaction


def picked_sides(
    tx: Transaction, dossier: Dossier, fields: Sequence[str], **equals: Any
) -> list[Side]:
    """The sides of a dossier that equal `equals`, in their order, with only these `fields` read;
    the others are as in a new `Side`. They must not be written back."""
    rows = tx.sides.pick(fields, dossier_id=dossier.id, **equals)
    return [Side(dossier_id=dossier.id, **dict(zip(fields, row, strict=True))) for row in rows]
