"""Finds what lies on the page and does not belong to it: fingers, clips, stuck-on notes, coins,
scraps of paper, hairs, threads, rubber bands.

Seals, stamps, photographs, copies of cards, punched holes, staples and dark edges of the bed are
no such things.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.api import Finding
from ocr.detectors.bed import bed_of
from ocr.detectors.clips import clips_of
from ocr.detectors.curves import curves_of
from ocr.detectors.hairs import hairs_of
from ocr.detectors.scraps import scraps_of
from ocr.detectors.solids import Colours, Solid, clipped_extent, colours_of, solids_of
from ocr.detectors.wires import darkest_of
from ocr.image.limits import Limits
from ocr.sight import Sight, WorkBox

# Solid things over more of the page than this are a picture, in which nothing can be told.
_PICTURE_SHARE = 0.3
_FINGER_SPAN_MM = (6.0, 85.0)
_FINGER_DEPTH_MM = (4.0, 110.0)
_SALLOW = 0.04
_SHADE = 0.02
# A strip that lies askew over an edge fills the part of a rectangle that is on the page.
_STRIP_EVEN = 0.8
_STRIP_LIGHT = 0.55
_STRIP_FILLED = 0.92
# The lid has one tone and hardly any colour; of the box around a gap it fills so much.
_LID_EVEN = 0.98
_LID_COLOUR = 0.06
_LID_SOLID = 0.965
_LID_SHARE = 0.6
# Clips are black or coated in a dark colour.
_METAL = 0.35
_COATED_METAL = 0.5
_COATED = 0.22
# Printed emblems in colour are as high as they are wide.
_METAL_ASPECT = 1.35
_METAL_SPAN_MM = (13.0, 60.0)
_METAL_DEPTH_MM = (4.5, 32.0)
# Clips of plastic and gloved fingers go further inwards than they are wide, as a rule.
_PLASTIC_SPAN_MM = (8.0, 27.0)
_PLASTIC_DEEP = 0.6
_CONVEX = 0.93
_NOTE_SHORT_MM = 13.0
_FLAG_SHORT_MM = 10.0
_PANEL_MM = 8.5
_FEW_PANELS = 5
_NOTE_LONG_MM = 135.0
_NOTE_ASPECT = 4.6
# Paper of receipts and forms is tinted less than notes are; pale notes are no larger than this.
_NOTE_COLOUR = 0.18
_PALE_NOTE = (0.3, 79.0)
# A note is no lighter than white paper, and coloured whatever the colour of the page is.
_NOTE_LIGHT = (0.55, 1.06)
# Bars of a chart and shaded cells stand on common lines, to within so many millimetres.
_COMMON_LINE_MM = 1.1
# The smallest coin in use is 18 to 19 mm wide, the largest 25 to 26.
_COIN_MM = (17.0, 28.0)
_COIN_COLOUR = 0.5
# Lumps of dirt: as wide as that, ragged, lighter than print and of no bright colour.
_LUMP_MM = (8.0, 32.0)
_LUMP_LIGHT = (0.12, 0.48)
_LUMP_COLOUR = 0.3
_MOST_LUMPS = 2
# What is darker around it is a picture.
_LUMP_GROUND = 25.0
_AROUND_MM = 3.0
# Printed things stand straight, glued ones nearly; tape lies as it fell.
_LEANING = 5.0
_ASKEW = 0.9
_GRAY = 0.04
_TAPE_LIGHT = (0.3, 0.87)
_TAPE_SHORT_MM = 9.0
# The ridges of a finger that was inked: contrast in levels at the finest scale looked at.
_RIDGES = 9.0
_RIDGE_MM = 1.0
# Identity cards (ISO/IEC 7810 ID-1) copied in colour have the colour and outline of a note.
_CARD_MM = (85.6, 54.0)
_CARD_SLACK_MM = 5.0
_LARGEST_SEAL_MM = 50.0
_PINK_LIGHT = 0.78
_PINK_NOTE_LIGHT = 0.6


def find(sight: Sight, _limits: Limits) -> tuple[Finding, ...]:
    """One finding for each thing, its value the length of its longer side in millimetres."""
    colours = colours_of(sight.view)
    things = [(solid.box, solid.long_side) for solid in _solids(sight, colours)]
    things += [(scrap.box, scrap.long_side) for scrap in scraps_of(sight, colours)]
    darkest = darkest_of(sight)
    ink, black = sight.view.half_ink, sight.view.half_black
    things += [(clip.box, clip.long_side) for clip in clips_of(sight, darkest)]
    things += [(run.box, run.length) for run in curves_of(sight, ink, black)]
    things += [(hair.box, hair.length) for hair in hairs_of(sight, darkest, black)]
    return tuple(
        Finding(
            code="foreign_object",
            severity="warn",
            value=round(length, 1),
            limit=0.0,
            box=sight.page_box(box),
        )
        for box, length in _apart(things)
    )


def _apart(things: list[tuple[WorkBox, float]]) -> list[tuple[WorkBox, float]]:
    """The things, each told once: what overlaps an earlier one is left out."""
    apart: list[tuple[WorkBox, float]] = []
    for thing in things:
        if not any(_overlap(thing[0], box) for box, _ in apart):
            apart.append(thing)
    return apart


def _solids(sight: Sight, colours: Colours) -> list[Solid]:
    solids = tuple(
        solid for solid in solids_of(sight, colours) if not solid.edges or not _is_bed(solid, sight)
    )
    whole = sight.view.width * sight.view.height
    if sum(_area(solid.box) for solid in solids if solid.edges != ()) > _PICTURE_SHARE * whole:
        return []
    found = [solid for solid in solids if _is_at_edge(solid, sight, colours)]
    if sum(solid.short_side > _PANEL_MM for solid in solids) <= _FEW_PANELS:
        # More of them are the panels of a screen or a coloured form.
        found += [
            solid
            for solid in solids
            if (_is_note(solid, sight) and not _is_in_line(solid, solids, sight))
            or _is_coin(solid)
            or _is_tape(solid, sight)
        ]
        lumps = [solid for solid in solids if _is_lump(solid, sight)]
        found += lumps if len(lumps) <= _MOST_LUMPS else []
    return list(dict.fromkeys(found))


def _is_in_line(solid: Solid, solids: tuple[Solid, ...], sight: Sight) -> bool:
    """Whether something inside the page ends on the same line as another thing there: a bar of a
    chart, a shaded cell."""
    if solid.edges:
        return False
    slack = sight.view.millimetres(_COMMON_LINE_MM)
    return any(
        abs(one - another) <= slack
        for other in solids
        if other is not solid and _rectangular(other) and not other.edges
        for one, another in zip(solid.box, other.box, strict=True)
    )


def _is_at_edge(solid: Solid, sight: Sight, colours: Colours) -> bool:
    """A finger, a clip of sheet metal or a flag that comes in over an edge."""
    if not solid.edges or solid.solidity < 0.84 or len(solid.edges) > 2:
        return False
    if not _within(solid.depth, _FINGER_DEPTH_MM) or not _within(solid.span, _FINGER_SPAN_MM):
        return False
    # Skin is of its own colour whatever paper it lies on, ink of that of the paper below it.
    own = _in_white_light(solid, sight)
    # What only darkens tinted paper is a shadow.
    skin = _is_skin(own) and solid.colour > _SHADE
    if skin and own[1] - own[0] > _SALLOW and not _is_ridged(solid, sight):
        return True
    if _is_red_ink(solid):
        return False
    if _is_skin(solid.bgr) or skin:
        return True
    if len(solid.edges) == 2:
        # Folded and torn corners reach two edges.
        return False
    if solid.light <= (_COATED_METAL if solid.colour > _COATED else _METAL):
        if _is_metal(solid):
            return True
        if solid.colour <= _COATED:
            return False
    if _is_ridged(solid, sight):
        return False
    rounded = solid.tip < 0.8 and solid.depth > 0.3 * solid.span
    if solid.colour < 0.1:
        return rounded and solid.even > 0.35 and solid.light < 0.86
    if solid.colour <= 0.15 or solid.even <= 0.6:
        return False
    if solid.light > 0.5 and _is_strip(solid, sight, colours):
        return True
    return rounded and _is_lump_of_colour(solid)


def _is_bed(solid: Solid, sight: Sight) -> bool:
    """Whether it is the lid, seen where a piece is torn out of the sheet: no finger is so even or
    has so ragged an outline."""
    ragged = solid.solidity < _LID_SOLID
    if solid.colour > _LID_COLOUR or not (ragged or solid.even > _LID_EVEN):
        return False
    bed = sight.once(bed_of)
    step = bed.pace / sight.view.millimetres(1.0)
    x0, y0, x1, y1 = (round(value * step) for value in solid.box)
    part = bed.mask[y0:y1, x0:x1]
    return bool(part.size and float(part.mean()) > _LID_SHARE)


def _is_metal(solid: Solid) -> bool:
    """Whether a dark thing at an edge has the outline of a clip of sheet metal."""
    return (
        _within(solid.span, _METAL_SPAN_MM)
        and _within(solid.depth, _METAL_DEPTH_MM)
        and solid.extent > 0.8
        and solid.even > 0.6
        and (solid.colour <= _COATED or solid.span > _METAL_ASPECT * solid.depth)
    )


def _is_lump_of_colour(solid: Solid) -> bool:
    """Whether a coloured thing has the outline of a clip of plastic or of a finger in a glove."""
    return (
        solid.solidity > _CONVEX
        and solid.colour > _COATED
        and _within(solid.span, _PLASTIC_SPAN_MM)
        and solid.depth > _PLASTIC_DEEP * solid.span
    )


def _is_strip(solid: Solid, sight: Sight, colours: Colours) -> bool:
    """Whether a thing that comes in over an edge has straight sides; one that lies askew is cut
    off slantwise by the edge."""
    if _rectangular(solid):
        return True
    if solid.even < _STRIP_EVEN or solid.light < _STRIP_LIGHT:
        return False
    return clipped_extent(sight, colours, solid) > _STRIP_FILLED


def _is_note(solid: Solid, sight: Sight) -> bool:
    """A note in one light colour, its own writing on it or not."""
    if solid.even < 0.62 or not _within(solid.light, _NOTE_LIGHT) or _is_red_ink(solid):
        return False
    if _is_gray_note(solid, sight):
        return True
    own = _in_white_light(solid, sight)
    colour = min(solid.colour, max(own) - min(own))
    if colour < _NOTE_COLOUR or (colour < _PALE_NOTE[0] and solid.short_side > _PALE_NOTE[1]):
        return False
    shortest = _FLAG_SHORT_MM if solid.edges else _NOTE_SHORT_MM
    if not (shortest <= solid.short_side and solid.long_side <= _NOTE_LONG_MM):
        return False
    if solid.long_side > _NOTE_ASPECT * solid.short_side or not _rectangular(solid):
        return False
    card = abs(solid.long_side - _CARD_MM[0]) + abs(solid.short_side - _CARD_MM[1])
    return card > _CARD_SLACK_MM or (solid.colour > 0.25 and solid.even > 0.8)


def _is_gray_note(solid: Solid, sight: Sight) -> bool:
    """A note in a gray scan: it bears nothing, and does not stand as straight as a shaded cell."""
    return (
        solid.colour < _GRAY
        and solid.even > 0.93
        and sight.leaning(solid.lean) > _ASKEW
        and solid.short_side >= _NOTE_SHORT_MM
        and solid.long_side <= min(_NOTE_LONG_MM, _NOTE_ASPECT * solid.short_side)
        and _rectangular(solid)
    )


def _is_tape(solid: Solid, sight: Sight) -> bool:
    """An even strip that lies across the page."""
    return (
        sight.leaning(solid.lean) > _LEANING
        and solid.short_side > _TAPE_SHORT_MM
        and solid.even > 0.8
        and solid.extent > 0.78
        and _within(solid.light, _TAPE_LIGHT)
        and not _is_red_ink(solid)
    )


def _is_lump(solid: Solid, sight: Sight) -> bool:
    """A lump of glue or mud, brown or gray, ragged and as good as of one tone."""
    blue, green, red = solid.bgr
    return (
        not solid.edges
        and _within(solid.long_side, _LUMP_MM)
        and solid.long_side < 2.2 * solid.short_side
        and _within(solid.light, _LUMP_LIGHT)
        and solid.colour < _LUMP_COLOUR
        and red >= green - 0.02
        and green >= blue - 0.02
        and solid.even > 0.65
        and solid.extent < 0.86
        and solid.roundness < 0.78
        and solid.solidity > 0.8
        and not _is_red_ink(solid)
        and _ground(sight, solid.box) < _LUMP_GROUND
    )


def _is_coin(solid: Solid) -> bool:
    blue, green, red = solid.bgr
    return (
        not solid.edges
        and _within(solid.long_side, _COIN_MM)
        and solid.roundness > 0.75
        and solid.even > 0.45
        and red >= green - 0.02 >= blue - 0.06
        and solid.short_side > 0.9 * solid.long_side
        and 0.25 < solid.light < 0.9
        and not _is_red_ink(solid)
        and not _is_blue(solid)
        and solid.colour < _COIN_COLOUR
    )


def _ground(sight: Sight, box: WorkBox) -> float:
    """How dark the ground around a thing is (0 to 255), whatever is written there."""
    beside = round(sight.view.millimetres(_AROUND_MM))
    x0, y0, x1, y1 = box
    part = sight.view.ink[max(0, y0 - beside) : y1 + beside, max(0, x0 - beside) : x1 + beside]
    ring = np.ones(part.shape, dtype=bool)
    top, left, inset = min(beside, y0), min(beside, x0), beside // 3
    ring[
        max(0, top - inset) : top + y1 - y0 + inset, max(0, left - inset) : left + x1 - x0 + inset
    ] = False
    return float(np.median(part[ring])) if ring.any() else 0.0


def _is_ridged(solid: Solid, sight: Sight) -> bool:
    """Whether a thing has the fine pattern of a print of a finger; skin itself is smooth."""
    x0, y0, x1, y1 = solid.box
    inset_x, inset_y = (x1 - x0) // 5, (y1 - y0) // 5
    part = sight.view.ink[y0 + inset_y : y1 - inset_y, x0 + inset_x : x1 - inset_x]
    if min(part.shape) < 8:
        return False
    size = round(sight.view.millimetres(_RIDGE_MM)) | 1
    fine = cv2.GaussianBlur(part, (3, 3), 0).astype(np.float32)
    return float(np.std(fine - cv2.blur(fine, (size, size)))) > _RIDGES


def _in_white_light(solid: Solid, sight: Sight) -> tuple[float, float, float]:
    """The colour (BGR) of a thing itself, where the paper has a colour of its own."""
    lightest = max(1.0, *sight.view.paper)
    blue, green, red = (
        value * paper / lightest for value, paper in zip(solid.bgr, sight.view.paper, strict=True)
    )
    return blue, green, red


def _is_skin(colour: tuple[float, float, float]) -> bool:
    blue, green, red = colour
    return red - blue > 0.1 and blue - 0.02 <= green <= red - 0.03 and green - blue > 0.02


def _is_red_ink(solid: Solid) -> bool:
    """Part of a seal: red, and either darker than tinted paper or not of one colour."""
    blue, green, red = solid.bgr
    if solid.light <= 0.4 or solid.short_side > _LARGEST_SEAL_MM:
        return False
    if solid.light > _PINK_LIGHT and solid.even > 0.7:
        return False
    if solid.light > _PINK_NOTE_LIGHT and solid.even > 0.9 and _rectangular(solid):
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
