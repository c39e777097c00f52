"""What a flip-through tells: look by look while it runs, and as a whole at its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from app.domain.leafing import LeafEvent, Look
from app.services.views import DiscrepancyRow


@frozen(kw_only=True)
class LeafStep:
    """What a listener hears of one look: the look itself (with the outline of the leaf in the
    frame), what follows from it, and how many of the sides have been seen."""

    look: Look
    events: tuple[LeafEvent, ...]
    seen: int
    sides: int


Listen = Callable[[LeafStep], None]


@frozen(kw_only=True)
class FlipView:
    """The answer of a flip-through. `sides` and the rest as in `FlipThrough`; a warning is a fault
    record."""

    id: str
    verdict: str
    counts: dict[str, int | None]
    discrepancies: tuple[DiscrepancyRow, ...]
    sides: tuple[dict[str, Any], ...]
    unknown: tuple[dict[str, Any], ...]
    missed: tuple[dict[str, Any], ...]
    complete: bool
    warnings: tuple[dict[str, Any], ...] = ()
