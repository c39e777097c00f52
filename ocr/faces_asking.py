"""Asks the other face of a sheet about what one look cannot tell: whether a side is blank or
written, and whether pale marks between its writing shine through.

The work of one background job. A side is asked about when what is on it may shine through, or
when all that makes it a written side may.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from app.kernel.errors import BadInput
from ocr.api import Examination, Finding
from ocr.faces import FaceSeen, seen_against
from ocr.faces_between import Between, seen_between
from ocr.image.border import borders, inner_box
from ocr.image.limits import Limits, limits_from
from ocr.image.load import ReducedPage, load_reduced
from ocr.image.view import WORK_DPI, PageView, view_of
from ocr.image.written import SURELY_INK, measure_written
from ocr.inspection import examine_reduced, without_folded_corners
from ocr.study import found_turn, pictures
from ocr.twins import compare_sides

# Smeared marks over more than this are no stain.
_MUCH_SMEARED = 0.0025
# So many marks as large as letters, or marks in so many squares of 6 mm, none of them of the
# other face, are writing however faint. Holes, staples, creases and stains are fewer.
_LETTERS = 6
_ALL_OVER = 120


def compare_and_ask(
    sides: Sequence[tuple[str, str]],
    questions: Sequence[dict[str, Any]],
    limits: dict[str, float],
    folder: str,
) -> dict[str, Any]:
    """As `ocr.twins.compare_sides` for `sides`, with the answers of `ask_faces` as "faces"."""
    return compare_sides(sides) | {"faces": ask_faces(questions, limits, folder)}


def ask_faces(
    questions: Sequence[dict[str, Any]], limits: dict[str, float], folder: str
) -> list[dict[str, Any]]:
    """The answers to `questions`, each `{"side": id, "key": …, "path", "frame", "blank": what is
    held true, "turn": the turn in force, "others": [[path, frame] …]}`: the faces that may be the
    other one of the sheet, the likeliest first; none where the back was not scanned.

    A question with "marks": true is about the pale marks of a written side instead; its answer has
    as "through" what they are: None where nobody can tell, else `{"found": whether the other face
    shines through, "value", "limit", "box": in pixels of the page}`. With "sure" the faces belong
    to one sheet for certain, and marks that none of them explains are not found.

    Gives for each other question `{"side", "key", "blank", "strength": darkness of what shines
    through (0 to 1), "examination"}`; the examination is None where `blank` is as before, and else
    that of a side known to be (not) blank. Where the turn that is found differs, `"turn"` and
    `"pictures"` (files in `folder`) come with it, as `ocr.study.study` gives them.
    """
    allowed = limits_from(limits)
    return [_answered(question, allowed, folder) for question in questions]


def _answered(question: dict[str, Any], limits: Limits, folder: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "side": question["side"],
        "key": question["key"],
        "blank": question["blank"],
        "strength": 0.0,
        "examination": None,
        "through": None,
    }
    page = _loaded(question["path"], question["frame"])
    if page is None:
        return answer
    others = [tuple(other) for other in question["others"]]
    if question.get("marks"):
        return answer | {
            "marks": True,
            "through": _marks_told(page, others, question["sure"], limits),
        }
    blank, seen = judged(page, question["blank"], others, limits)
    strength = seen.strength if seen is not None and seen.matched else 0.0
    answer |= {"blank": blank, "strength": round(strength, 3)}
    if blank == question["blank"]:
        return answer
    examination = _examined(page, limits, blank, strength)
    answer["examination"] = asdict(examination)
    turn = found_turn(answer["examination"])
    if turn != question["turn"]:
        drawn = pictures(question["path"], question["frame"], turn, folder, question["side"])
        answer |= {"turn": turn, "pictures": drawn}
    return answer


def _marks_told(
    page: ReducedPage, others: Sequence[tuple[str, int]], sure: bool, limits: Limits
) -> dict[str, Any] | None:
    """What the pale marks of a written side are by its other face."""
    view = view_of(page.pixels, page.dpi, page.scale)
    for path, frame in others:
        other = _loaded(path, frame)
        if other is None:
            continue
        seen = seen_between(view, view_of(other.pixels, other.dpi, other.scale))
        if seen.shines_through(limits):
            return _told(True, seen, view, limits)
        if sure and seen.is_strange(limits):
            return _told(False, seen, view, limits)
    return None


def _told(found: bool, seen: Between, view: PageView, limits: Limits) -> dict[str, Any]:
    return {
        "found": found,
        "value": round(seen.share, 3),
        "limit": limits.bleed_through,
        "box": [round(edge * view.scale, 1) for edge in seen.box] if seen.box else None,
    }


def judged(
    page: ReducedPage, blank: bool, others: Sequence[tuple[str, int]], limits: Limits
) -> tuple[bool, FaceSeen | None]:
    """Whether a side is blank that was taken for `blank`, and how it looks against its other face
    (None when that was not asked)."""
    seen_whole = view_of(page.pixels, page.dpi, page.scale)
    view = without_folded_corners(page, seen_whole, limits)
    if not blank and _surely_written(view, limits):
        return False, None
    seen: FaceSeen | None = None
    for path, frame in others:
        other = _loaded(path, frame)
        if other is not None:
            seen = seen_against(view, view_of(other.pixels, other.dpi, other.scale))
            if seen.matched:
                return _is_blank(seen, limits), seen
    if not blank:
        return False, seen
    # What looks like the other face but is none of the faces there are: a person shall look.
    seen = seen or seen_against(view, None)
    return _is_blank(seen, limits), seen


def _is_blank(seen: FaceSeen, limits: Limits) -> bool:
    """Whether nothing is left of a side when the other face is taken off it."""
    rest = seen.rest
    if rest.written_ratio >= limits.blank_ink or rest.letters > 0:
        return False
    if rest.through_ratio > _MUCH_SMEARED:
        return False
    return seen.letters < _LETTERS and seen.cells < _ALL_OVER


def _surely_written(view: PageView, limits: Limits) -> bool:
    """Whether there is writing that is darker than anything that shines through."""
    dark = np.asarray(cv2.threshold(view.ink, SURELY_INK, 255, cv2.THRESH_TOZERO)[1], np.uint8)
    if not dark.any():
        return False
    written = measure_written(replace(view, ink=dark), inner_box(view, borders(view)))
    return written.written_ratio >= limits.blank_ink


def _examined(page: ReducedPage, limits: Limits, blank: bool, strength: float) -> Examination:
    found = examine_reduced(page, limits, blank)
    told = any(finding.code == "bleed_through" for finding in found.findings)
    if told or strength <= limits.bleed_through:
        return found
    through = Finding(
        code="bleed_through",
        severity="warn",
        value=round(strength, 3),
        limit=limits.bleed_through,
    )
    return replace(found, findings=(*found.findings, through))


def _loaded(path: str, frame: int) -> ReducedPage | None:
    """The page, None unless all of it can be decoded: missing parts look like paper."""
    try:
        page = load_reduced(Path(path), frame, WORK_DPI)
    except BadInput:
        return None
    return page if page.decoded_share >= 1 else None
