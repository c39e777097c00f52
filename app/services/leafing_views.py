"""What a flip-through tells: look by look while it runs, and as a whole at its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from attrs import frozen

from app.domain.leafing import FlipThrough, LeafEvent, Look
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
class FramePreview:
    """What the camera sees just now, small: `picture` is a JPEG; corners of a `Look` are pixels of
    the whole frame, whose width and height the look tells (`frame_size`)."""

    picture: bytes


ShowFrame = Callable[[FramePreview], None]


def show_nothing(_preview: FramePreview) -> None:
    """Nobody looks."""


@frozen(kw_only=True)
class LeafTile:
    """One side of the main part, and what all leafings through since it has this image have found:
    `state` is one of `app.domain.leafing` (the strongest counts), `seen_by` and `seen_at` tell who
    leafed and when."""

    side_id: str
    position: int
    page_number: int | None
    leaf: int
    face: str
    blank: bool
    state: str
    seen_by: str = ""
    seen_at: str = ""


@frozen(kw_only=True)
class UnknownLeaf:
    """A leaf of the last leafing through that the file does not have; `picture` is the digest of
    its frame (`Workstation.leaf_picture`), `after` the side seen before it (0: none)."""

    after: int
    seconds: float
    picture: str


@frozen(kw_only=True)
class LeafingView:
    """Where leafing through stands. `total` counts the sides that bear something, `seen` those of
    them that were seen; `demanded` says that the court seals no dossier before. `cameras` are
    sources that `leaf_through` takes."""

    case_no: str
    demanded: bool
    may_leaf: bool
    tiles: tuple[LeafTile, ...]
    seen: int
    total: int
    unknown: tuple[UnknownLeaf, ...]
    last: FlipThrough | None
    cameras: tuple[str, ...]


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
