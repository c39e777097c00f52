"""How a dossier is bound (装订): which number each page bears, and where a volume ends.

A page carries an Arabic number in the outer top corner: a front in the upper right, a back in the
upper left; blank sides, cover, catalogue and end note bear none (STANDARDS 2.7–2.9). A volume is
at most so thick and holds at most so many pages, and no document is cut between two volumes
unless it is longer than one (2.14).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from attrs import evolve, frozen

from app.domain.dossier import NUMBERED_ROLES, Side
from app.domain.placing_volumes import Block, Limits, cut_into_volumes

BY_VOLUME, THROUGH = "volume", "dossier"
NUMBERINGS = (BY_VOLUME, THROUGH)
UPPER_RIGHT, UPPER_LEFT = "upper_right", "upper_left"
# The number is on the paper, is missing there, or is another one there.
STANDS, MISSING, DIFFERS = "stands", "missing", "differs"


@frozen(kw_only=True)
class BindingRules:
    """What a court sets. `numbering` is "volume" (every volume begins with 1) or "dossier" (the
    numbers go on through all volumes of a part); `sheet_millimetres` is the thickness of one
    sheet, `papers_millimetres` that of the cover and of what is bound in with it."""

    most_millimetres: float = 15.0
    most_pages: int = 200
    sheet_millimetres: float = 0.1
    papers_millimetres: float = 1.0
    numbering: str = BY_VOLUME


@frozen(kw_only=True)
class PlannedSide:
    """One side as it will be bound. `number` is None where none is due; `state` says how the
    number on the paper stands to it ("stands", "missing", "differs"; "" where none is due)."""

    id: str
    position: int
    volume: int
    number: int | None
    corner: str
    state: str
    on_paper: int | None


@frozen(kw_only=True)
class PlannedVolume:
    """One volume. `items` are the numbers of the documents in it, `cut_items` those which begin
    in an earlier volume or go on in the next; `over_limit` tells that it is too thick or has too
    many pages, which only a volume that was bound before can be."""

    number: int
    first_page: int | None
    last_page: int | None
    pages: int
    sheets: int
    millimetres: float
    items: tuple[int, ...]
    cut_items: tuple[int, ...]
    over_limit: bool


@frozen(kw_only=True)
class BindingPlan:
    """One part of a dossier, bound. `changed` tells that volumes differ from those recorded."""

    part: str
    volumes: tuple[PlannedVolume, ...]
    sides: tuple[PlannedSide, ...]
    changed: bool


def plan_binding(
    part: str, sides: Sequence[Side], rules: BindingRules, *, anew: bool = False
) -> BindingPlan:
    """The plan for the sides of one part, in order of position, without separator sheets.

    Volumes that are recorded already (the paper came bound) are kept unless `anew`.
    """
    leaves = _leaves(sides)
    recorded = [leaf[0].volume for leaf in leaves]
    if len(set(recorded)) > 1 and recorded == sorted(recorded) and not anew:
        place_of = {volume: place for place, volume in enumerate(sorted(set(recorded)), start=1)}
        volume_of = [place_of[volume] for volume in recorded]
    else:
        volume_of = _cut(leaves, rules)
    bound = [
        evolve(side, volume=volume)
        for leaf, volume in zip(leaves, volume_of, strict=True)
        for side in leaf
    ]
    planned = _numbered(bound, rules.numbering)
    before = {side.id: side.volume for side in sides}
    return BindingPlan(
        part=part,
        volumes=_volumes(bound, planned, rules),
        sides=planned,
        changed=any(before[side.id] != side.volume for side in bound),
    )


def numbering_of(sides: Sequence[Side]) -> str:
    """How the numbers that stand on the paper of several volumes were given: "dossier" when a
    later volume goes on where the one before ends, else "volume"."""
    numbers: dict[int, list[int]] = {}
    for side in sides:
        if side.page_number is not None:
            numbers.setdefault(side.volume, []).append(side.page_number)
    runs = [numbers[volume] for volume in sorted(numbers)]
    going_on = [min(later) > max(earlier) for earlier, later in itertools.pairwise(runs)]
    return THROUGH if going_on and all(going_on) else BY_VOLUME


def due(side: Side) -> bool:
    """Whether a side bears a number."""
    return side.role in NUMBERED_ROLES and not side.blank


def _leaves(sides: Sequence[Side]) -> list[list[Side]]:
    """The sheets of paper: front and back of one feed, as long as they lie beside each other."""
    return [
        list(group) for _, group in itertools.groupby(sides, key=lambda s: (s.batch_id, s.sheet))
    ]


def _cut(leaves: Sequence[Sequence[Side]], rules: BindingRules) -> list[int]:
    """The volume of every leaf, numbered from 1."""
    blocks = [
        Block(tuple(sum(due(side) for side in leaf) for leaf in document))
        for document in _documents(leaves)
    ]
    room = rules.most_millimetres - rules.papers_millimetres
    limits = Limits(
        leaves=max(1, math.floor(room / rules.sheet_millimetres + 1e-9)), pages=rules.most_pages
    )
    counts = cut_into_volumes(blocks, limits)
    return [volume for volume, count in enumerate(counts, start=1) for _ in range(count)]


def _documents(leaves: Sequence[Sequence[Side]]) -> list[list[Sequence[Side]]]:
    """The leaves that should stay together. A leaf with the end of one document on its front and
    the beginning of another on its back holds both together; a leaf of no document goes with the
    one before it, and those ahead of the first document with that."""
    groups: list[list[Sequence[Side]]] = []
    current: int | None = None
    for leaf in leaves:
        items = [side.item_number for side in leaf if side.item_number is not None]
        begins = bool(items) and current is not None and current not in items
        if not groups or begins:
            groups.append([])
        groups[-1].append(leaf)
        current = items[-1] if items else current
    return groups


def _numbered(sides: Sequence[Side], numbering: str) -> tuple[PlannedSide, ...]:
    planned: list[PlannedSide] = []
    number, volume = 0, 0
    for side in sides:
        if side.volume != volume:
            volume = side.volume
            number = number if numbering == THROUGH else 0
        here: int | None = None
        if due(side):
            number += 1
            here = number
        planned.append(
            PlannedSide(
                id=side.id,
                position=side.position,
                volume=side.volume,
                number=here,
                corner=UPPER_LEFT if side.face == "back" else UPPER_RIGHT,
                state=_state(here, side.page_number),
                on_paper=side.page_number,
            )
        )
    return tuple(planned)


def _state(number: int | None, on_paper: int | None) -> str:
    if number is None:
        return "" if on_paper is None else DIFFERS
    if on_paper is None:
        return MISSING
    return STANDS if on_paper == number else DIFFERS


def _volumes(
    sides: Sequence[Side], planned: Sequence[PlannedSide], rules: BindingRules
) -> tuple[PlannedVolume, ...]:
    members: dict[int, list[Side]] = {}
    homes: dict[int, set[int]] = {}
    for side in sides:
        members.setdefault(side.volume, []).append(side)
        if side.item_number is not None:
            homes.setdefault(side.item_number, set()).add(side.volume)
    volumes = []
    for volume, inside in members.items():
        numbers = [
            side.number for side in planned if side.volume == volume and side.number is not None
        ]
        sheets = len(_leaves(inside))
        thickness = round(sheets * rules.sheet_millimetres + rules.papers_millimetres, 2)
        items = sorted({side.item_number for side in inside if side.item_number is not None})
        volumes.append(
            PlannedVolume(
                number=volume,
                first_page=min(numbers, default=None),
                last_page=max(numbers, default=None),
                pages=len(numbers),
                sheets=sheets,
                millimetres=thickness,
                items=tuple(items),
                cut_items=tuple(item for item in items if len(homes[item]) > 1),
                over_limit=thickness > rules.most_millimetres + 1e-9
                or len(numbers) > rules.most_pages,
            )
        )
    return tuple(volumes)
