"""Finds what lies on the page and does not belong to it: fingers, clips, stuck-on notes, coins,
scraps of paper, hairs, threads, rubber bands.

Seals, stamps, photographs, copies of cards, punched holes, staples and dark edges of the bed are
no such things.
"""

from __future__ import annotations

from ocr.api import Finding
from ocr.detectors.curves import curves_of
from ocr.detectors.scraps import scraps_of
from ocr.detectors.solids import Colours, Solid, colours_of, solids_of
from ocr.detectors.wires import Wire, wires_of
from ocr.image.limits import Limits
from ocr.shrinking import halved
from ocr.sight import Sight, WorkBox

# Solid things over more of the page than this are a picture, in which nothing can be told.
_PICTURE_SHARE = 0.3
_FINGER_SPAN_MM = (6.0, 85.0)
_FINGER_DEPTH_MM = (4.0, 110.0)
_METAL_SPAN_MM = (13.0, 60.0)
_METAL_DEPTH_MM = (4.5, 32.0)
_NOTE_SHORT_MM = 13.0
_FLAG_SHORT_MM = 10.0
_PANEL_MM = 8.5
_FEW_PANELS = 5
_NOTE_LONG_MM = 135.0
_NOTE_ASPECT = 4.6
_COIN_MM = (15.0, 33.0)
# Identity cards (ISO/IEC 7810 ID-1) copied in colour have the colour and outline of a note.
_CARD_MM = (85.6, 54.0)
_CARD_SLACK_MM = 5.0
_LARGEST_SEAL_MM = 50.0
_PINK_LIGHT = 0.78
# Coloured wire is coated, and darker than the ink of a seal at its edge.
_COLOURED_GRAY = 0.6
_COATED_TONE = 0.35


def find(sight: Sight, _limits: Limits) -> tuple[Finding, ...]:
    """One finding for each thing, its value the length of its longer side in millimetres."""
    colours = colours_of(sight.view)
    things = [(solid.box, solid.long_side) for solid in _solids(sight, colours)]
    for scrap in scraps_of(sight, colours):
        if not any(_overlap(scrap.box, box) for box, _ in things):
            things.append((scrap.box, scrap.long_side))
    ink, black = halved(sight.view.ink), halved(sight.view.black)
    for wire in sorted(filter(_is_clip, wires_of(sight)), key=lambda wire: -wire.long_side):
        if not any(_overlap(wire.box, box) for box, _ in things):
            things.append((wire.box, wire.long_side))
    for run in curves_of(sight, ink, black):
        if not any(_overlap(run.box, box) for box, _ in things):
            things.append((run.box, run.length))
    return tuple(
        Finding(
            code="foreign_object",
            severity="warn",
            value=round(length, 1),
            limit=0.0,
            box=sight.page_box(box),
        )
        for box, length in things
    )


def _solids(sight: Sight, colours: Colours) -> list[Solid]:
    solids = solids_of(sight, colours)
    whole = sight.view.width * sight.view.height
    if sum(_area(solid.box) for solid in solids if solid.edges != ()) > _PICTURE_SHARE * whole:
        return []
    found = [solid for solid in solids if _is_at_edge(solid)]
    if sum(solid.short_side > _PANEL_MM for solid in solids) <= _FEW_PANELS:
        # More of them are the panels of a screen or a coloured form.
        found += [solid for solid in solids if _is_note(solid) or _is_coin(solid)]
    return list(dict.fromkeys(found))


def _is_at_edge(solid: Solid) -> bool:
    """A finger, a clip of sheet metal or a flag that comes in over an edge."""
    if not solid.edges or solid.solidity < 0.84 or len(solid.edges) > 2:
        return False
    if not _within(solid.depth, _FINGER_DEPTH_MM) or not _within(solid.span, _FINGER_SPAN_MM):
        return False
    if _is_red_ink(solid):
        return False
    if _is_skin(solid):
        return True
    if len(solid.edges) == 2:
        # Folded and torn corners reach two edges.
        return False
    rounded = solid.tip < 0.8 and solid.depth > 0.3 * solid.span
    if solid.colour < 0.1 and 0.3 < solid.light < 0.86:
        return rounded and solid.even > 0.35
    if solid.light <= 0.35:
        return (
            _within(solid.span, _METAL_SPAN_MM)
            and _within(solid.depth, _METAL_DEPTH_MM)
            and solid.extent > 0.8
            and solid.even > 0.6
        )
    return solid.colour > 0.15 and solid.even > 0.6 and _rectangular(solid)


def _is_note(solid: Solid) -> bool:
    """A note in one light colour, its own writing on it or not."""
    if solid.colour < 0.13 or solid.light < 0.55 or solid.even < 0.62 or _is_red_ink(solid):
        return False
    shortest = _FLAG_SHORT_MM if solid.edges else _NOTE_SHORT_MM
    if not (shortest <= solid.short_side and solid.long_side <= _NOTE_LONG_MM):
        return False
    if solid.long_side > _NOTE_ASPECT * solid.short_side or not _rectangular(solid):
        return False
    card = abs(solid.long_side - _CARD_MM[0]) + abs(solid.short_side - _CARD_MM[1])
    return card > _CARD_SLACK_MM or (solid.colour > 0.25 and solid.even > 0.8)


def _is_coin(solid: Solid) -> bool:
    return (
        not solid.edges
        and _within(solid.long_side, _COIN_MM)
        and solid.roundness > 0.75
        and solid.even > 0.6
        and solid.short_side > 0.9 * solid.long_side
        and 0.25 < solid.light < 0.9
        and not _is_red_ink(solid)
        and not _is_blue(solid)
    )


def _is_clip(wire: Wire) -> bool:
    """Wire that runs to and fro along its length in one tone. What runs there and back only may
    be a printed frame, which is thinner; what is coloured and pale is part of a seal."""
    if wire.gray < _COLOURED_GRAY and wire.tone < _COATED_TONE:
        return False
    if (wire.crossings < 3 or wire.run < 2.6) and (wire.thick < 0.98 or wire.long_side < 19.0):
        return False
    return (
        wire.long_side >= 16.0
        and wire.long_side > 1.6 * wire.short_side
        and wire.run >= 2.0
        and wire.crossings >= 2
        and wire.straight >= 0.97
        and wire.spread < 0.3
    )


def _is_skin(solid: Solid) -> bool:
    blue, green, red = solid.bgr
    return red - blue > 0.1 and blue - 0.02 <= green <= red - 0.03 and green - blue > 0.02


def _is_red_ink(solid: Solid) -> bool:
    """Part of a seal: red, and either darker than tinted paper or not of one colour."""
    blue, green, red = solid.bgr
    if solid.light <= 0.4 or solid.short_side > _LARGEST_SEAL_MM:
        return False
    if solid.light > _PINK_LIGHT and solid.even > 0.7:
        return False
    return red - max(blue, green) > 0.12 and green - blue < 0.05


def _is_blue(solid: Solid) -> bool:
    """A blot of ink: coins are gray, yellow or brown."""
    blue, green, red = solid.bgr
    return blue - max(green, red) > 0.06


def _rectangular(solid: Solid) -> bool:
    return solid.extent > 0.86 and solid.solidity > 0.9


def _within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]


def _area(box: WorkBox) -> int:
    return (box[2] - box[0]) * (box[3] - box[1])


def _overlap(one: WorkBox, other: WorkBox) -> bool:
    return min(one[2], other[2]) > max(one[0], other[0]) and min(one[3], other[3]) > max(
        one[1], other[1]
    )
