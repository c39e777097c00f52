"""Which labelled dossiers the accuracy of inspection is measured on: what is planted where.

Every kind of fault comes in every mode, at places where it can be seen; about half of the sides
carry no fault, and half of those something that is none (`TRAITS`, `LEAF_KINDS`).
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from scanner.paper.faults import plant
from scanner.paper.plan import PlannedSide
from scanner.paper.spec import IMAGE_MODES, LEAF_KINDS, TRAITS, DossierSpec, PlantedFault

TILTS = (-6.0, -4.4, -2.2, -1.3, 1.3, 1.8, 3.2, 5.0)
# Faults that need writing to show, and those that need writing on the other side of the sheet.
ON_WRITING = {
    "orientation",
    "skew",
    "blur",
    "too_light",
    "low_contrast",
    "cut_off",
    "size_outlier",
}
PLAIN = ("too_dark", "too_light", "low_contrast", "low_resolution", "unreadable", "blur")
LONE = ("lone_number", "lone_seal", "lone_signature")
_MOST_SIDES = 90


def labelled_spec(family: str, seed: int) -> DossierSpec:
    """The dossier of a family and seed; dots per inch, quality and faults vary by the seed."""
    chance = random.Random(f"{family}/{seed}")
    leaves = [*LEAF_KINDS, *LONE, *chance.sample(LEAF_KINDS, 4)]
    chance.shuffle(leaves)
    bare = DossierSpec(
        name=f"labelled-{family}-{seed}",
        seed=seed * 7919 + len(family),
        family=family,
        sides=_MOST_SIDES,
        dpi=300 if seed % 3 == 0 else 200,
        quality=chance.choice([60, 75, 85, 92]),
        leaves=tuple(leaves),
    )
    copied = PlantedFault(kind="duplicate_page", numbers=(chance.randint(2, 6),))
    again = PlantedFault(kind="duplicate_page", numbers=(chance.randint(8, 14),), mode="rescan")
    spec = replace(bare, faults=(copied, again))
    _, sides, _ = plant(spec)
    faults, used = _faults(sides, chance)
    return replace(
        spec,
        faults=(*spec.faults, *faults),
        traits=tuple(_traits(sides, used, chance)),
    )


def _faults(
    sides: tuple[PlannedSide, ...], chance: random.Random
) -> tuple[list[PlantedFault], set[int]]:
    places = [
        place
        for place, side in enumerate(sides, start=1)
        if side.copy == 0 and side.role != "cover" and not any(_twin(side, sides))
    ]
    chance.shuffle(places)
    faults: list[PlantedFault] = []
    used: set[int] = set()
    for kind, value, mode in _kinds(chance):
        for place in places:
            if place not in used and _shows(kind, sides[place - 1], chance):
                used.add(place)
                code = "bleed_through" if kind == "bleed_blank" else kind
                planted = PlantedFault(kind=code, numbers=(place,), value=value, mode=mode)
                faults.append(planted)
                break
    return faults, used


def _twin(side: PlannedSide, sides: tuple[PlannedSide, ...]) -> Iterator[bool]:
    """Whether the side is scanned twice: such sides stay as they are."""
    return (other.copy > 0 and other.origin == side.origin for other in sides)


def _shows(kind: str, side: PlannedSide, chance: random.Random) -> bool:
    if side.leaf in LONE:
        return False
    if kind == "bleed_through":
        return side.draft is not None and side.behind is not None
    if kind == "bleed_blank":
        return side.draft is None and side.behind is not None
    if kind in ON_WRITING:
        return side.draft is not None and len(side.draft.text_lines) >= 5
    if kind == "unreadable":
        return True
    return side.draft is not None or (not side.leaf and chance.random() < 0.15)


def _kinds(chance: random.Random) -> Iterator[tuple[str, float, str]]:
    """(kind, value, mode), the ones that are hard to place first."""
    for mode in ("weak", "", "strong", ""):
        yield "bleed_through", 0.0, mode
        yield "bleed_blank", 0.0, mode
    for turn in (90.0, 180.0, 270.0):
        yield "orientation", turn, ""
    for tilt in chance.sample(TILTS, 3):
        yield "skew", tilt, ""
    for kind, modes in IMAGE_MODES.items():
        if kind != "bleed_through":
            for mode in modes:
                yield kind, 0.0, mode
    for kind in PLAIN:
        yield kind, 0.0, ""


def _traits(
    sides: tuple[PlannedSide, ...], used: set[int], chance: random.Random
) -> Iterator[PlantedFault]:
    """One trait or two on half of the sides without a fault."""
    kinds = [(kind, mode) for kind, modes in TRAITS.items() for mode in modes]
    chance.shuffle(kinds)
    place = 0
    for position, side in enumerate(sides, start=1):
        if position in used or side.copy or chance.random() < 0.5:
            continue
        kind, mode = kinds[place % len(kinds)]
        place += 1
        if kind == "stain" and mode == "ink" and side.draft is None:
            continue
        yield PlantedFault(kind=kind, numbers=(position,), mode=mode)
