"""Blank or written, and what shines through between the writing, by both faces of a sheet: what
one look at one face cannot tell.

Print that paled and lost its edges looks as the other face of the sheet does through the paper.
So a side is asked about again, with its other face beside it, where what it bears may shine
through. The answer sets or takes back the blank mark, or the finding `bleed_through` of a written
side; a person's word is never touched, nor is a dossier whose catalogue is made.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from app.domain.dossier import Dossier, Side
from app.domain.sheet_sum import DUPLEX, LOOSE
from app.services.context import Context
from app.services.findings import INSPECTED, replace_findings
from app.services.ports import Transaction
from app.services.sheet_sums import delivery_of
from app.services.tasks import MACHINE, enqueue_recognition

# What a side was asked with, among its measures: it is asked again when another face is there.
ASKED = "faces_asked"
# So many sides at most are asked about in one job; the next job goes on.
MOST_QUESTIONS = 80
# Smeared marks over less than this (share of the page), and none of them like a letter, are dust
# and stains.
SMEARED = 0.0005
# Faint marks in fewer squares of 6 mm are specks.
FAINT_CELLS = 12
# With more ink too dark to shine through, a side is written on whatever else it bears.
SURELY_WRITTEN = 0.0015
# The finding that the other face confirms, adds or takes back on written sides; the key that a
# written side was asked with, among its measures; and so many of them at most in one case.
THROUGH = "bleed_through"
MARKS_ASKED = "marks_asked"
MOST_MARKED = 80
# Sides are marked by the machine until the catalogue is made of them.
OPEN_STATES = ("registered", "scanned")


@frozen(kw_only=True)
class Answered:
    """Ids of the sides that were marked blank, and of those whose mark was taken back."""

    marked: tuple[str, ...] = ()
    unmarked: tuple[str, ...] = ()


def questions(
    tx: Transaction, context: Context, dossier: Dossier, sides: Sequence[Side]
) -> list[dict[str, Any]]:
    """What `ocr.faces_asking.ask_faces` is to be asked about `sides`, the active ones of a case by
    position."""
    if dossier.state not in OPEN_STATES:
        return []
    told = _codes(tx, dossier)
    batches = {batch.id: batch for batch in tx.batches.find(dossier_id=dossier.id)}
    by_sheet: dict[tuple[str, int], list[Side]] = {}
    for side in sides:
        by_sheet.setdefault((side.batch_id, side.sheet), []).append(side)
    asked: list[dict[str, Any]] = []
    left = MOST_MARKED - sum(MARKS_ASKED in side.measures for side in sides)
    for place, side in enumerate(sides):
        codes = told.get(side.id, {})
        batch = batches[side.batch_id]
        blank = _is_open(side, codes) and is_doubtful(side.blank, side.measures, codes)
        blank = blank and batch.profile.get("mark_blank", True)
        marks = not blank and _has_doubtful_marks(side, codes)
        if not blank and not marks:
            continue
        others = [
            other for other in by_sheet[(side.batch_id, side.sheet)] if other.face != side.face
        ]
        sure = bool(others)
        delivery = delivery_of(batch.source, batch.profile)
        if delivery == LOOSE or (delivery == DUPLEX and not others):
            # Of single files nobody knows the sheets: the other face lies before or behind.
            near = (*sides[place + 1 : place + 2], *sides[max(0, place - 1) : place])
            others += [other for other in near if other not in others]
        if any(not other.examined for other in others):
            # Comparison comes again when they are.
            continue
        key = _key(side, others)
        if side.measures.get(MARKS_ASKED if marks else ASKED) == key:
            continue
        if marks and MARKS_ASKED not in side.measures:
            if left <= 0 or not others:
                continue
            left -= 1
        asked.append(
            {
                "side": side.id,
                "key": key,
                "path": str(context.blobs.path_of(side.master)),
                "frame": side.frame,
                "blank": side.blank,
                "turn": side.turn,
                "marks": marks,
                "sure": sure,
                "others": [
                    [str(context.blobs.path_of(other.master)), other.frame]
                    for other in others
                    if not other.fault
                ],
            }
        )
        if len(asked) == MOST_QUESTIONS:
            break
    return asked


def store_pictures(context: Context, answers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Put the pictures drawn for sides that stand turned into the store: `{side: {name:
    digest}}`."""
    return {
        answer["side"]: {
            name: context.blobs.put_file(Path(path)).sha256
            for name, path in answer["pictures"].items()
        }
        for answer in answers
        if "pictures" in answer
    }


def remove_pictures(answers: Sequence[Mapping[str, Any]]) -> None:
    """Remove the files that `store_pictures` has stored, once their sides know of them."""
    for answer in answers:
        for path in answer.get("pictures", {}).values():
            Path(path).unlink(missing_ok=True)


def write_answers(
    tx: Transaction,
    dossier: Dossier,
    sides: Sequence[Side],
    answers: Sequence[Mapping[str, Any]],
    stored: Mapping[str, Mapping[str, Any]],
) -> Answered:
    """Write what the other faces tell, as far as nobody has said or done otherwise meanwhile."""
    if dossier.state not in OPEN_STATES:
        return Answered()
    active = {side.id: side for side in sides}
    told = _codes(tx, dossier)
    marked: list[str] = []
    unmarked: list[str] = []
    for answer in answers:
        side = active.get(answer["side"])
        if side is not None and answer.get("marks"):
            _write_marks(tx, dossier, side, answer, told.get(side.id, {}))
            continue
        if side is None or not _is_open(side, told.get(side.id, {})):
            continue
        if answer["examination"] is None or side.blank == answer["blank"]:
            measures = side.measures | {ASKED: answer["key"]}
            tx.sides.amend({side.id: {"measures": measures}})
            continue
        # Pictures that a person conditioned or turned stay as they are.
        held = bool(side.recipe or side.turned_by)
        drawn: Mapping[str, Any] = {} if held else stored.get(side.id, {})
        turn = side.turn if held else answer.get("turn", side.turn)
        found = answer["examination"]
        changed = attrs.evolve(
            side,
            blank=answer["blank"],
            role="" if side.role == "blank" else side.role,
            recognised="blank" if answer["blank"] else "",
            turn=turn,
            skew_deg=float(found["measures"].get("skew_deg", 0.0)),
            fingerprint=found["fingerprint"],
            measures=dict(found["measures"]) | {ASKED: answer["key"]},
            **drawn,
        )
        tx.sides.replace(changed)
        # What others found, such as twins, stays.
        replace_findings(tx, changed, found["findings"], INSPECTED)
        (marked if answer["blank"] else unmarked).append(side.id)
        tx.audit.record(
            MACHINE,
            "blank_marked",
            dossier.case_no,
            side=side.id,
            blank=answer["blank"],
            through=answer["strength"],
        )
        if not answer["blank"]:
            enqueue_recognition(tx, changed)
    if answers:
        tx.audit.record(MACHINE, "faces_compared", dossier.case_no, found=len(answers))
    return Answered(marked=tuple(marked), unmarked=tuple(unmarked))


def _write_marks(
    tx: Transaction,
    dossier: Dossier,
    side: Side,
    answer: Mapping[str, Any],
    codes: Mapping[str, bool],
) -> None:
    """Let the finding of what shines through be as the other face has it."""
    if not _may_tell_marks(side, codes):
        return
    tx.sides.amend({side.id: {"measures": side.measures | {MARKS_ASKED: answer["key"]}}})
    through = answer["through"]
    if through is None or through["found"] == (THROUGH in codes):
        return
    told = [{"code": THROUGH, "severity": "warn"} | through] if through["found"] else []
    replace_findings(tx, side, told, (THROUGH,))
    tx.audit.record(
        MACHINE,
        "faces_compared",
        dossier.case_no,
        side=side.id,
        found=through["found"],
        through=through["value"],
    )


def _codes(tx: Transaction, dossier: Dossier) -> dict[str, dict[str, bool]]:
    """By side: the codes of its findings, and whether a person has judged them."""
    told: dict[str, dict[str, bool]] = {}
    for side_id, code, verdict in tx.findings.pick(
        ("side_id", "code", "verdict"), dossier_id=dossier.id
    ):
        told.setdefault(side_id, {})[code] = bool(verdict)
    return told


def _is_open(side: Side, told: Mapping[str, bool]) -> bool:
    """Whether the machine may say if a side is blank: nobody has, in whatever words."""
    if side.superseded or side.examined != "done" or side.fault or side.marker:
        return False
    return not (side.blank_by or side.role_by or side.number_by or told.get("blank"))


def is_doubtful(blank: bool, measures: Mapping[str, float], codes: Collection[str]) -> bool:
    """Whether what a side bears may be its other face; `codes` are those of its findings. Sides
    measured before there were such measures say nothing."""
    if "smeared_letters" not in measures:
        return False
    if not blank:
        return bool(measures["dark_ratio"] < SURELY_WRITTEN)
    through = (
        measures["smeared_letters"] > 0
        or measures["through_ratio"] > SMEARED
        or measures["faint_cells"] >= FAINT_CELLS
    )
    return bool(through) or THROUGH in codes


def _may_tell_marks(side: Side, codes: Mapping[str, bool]) -> bool:
    """Whether the machine may say what shines through a written side: nobody has."""
    if side.superseded or side.examined != "done" or side.fault or side.marker or side.blank:
        return False
    return not codes.get(THROUGH)


def _has_doubtful_marks(side: Side, codes: Mapping[str, bool]) -> bool:
    """Whether a written side bears pale marks that may be its other face."""
    marked = side.measures.get("pale_marks", 0.0) > 0 or THROUGH in codes
    return marked and _may_tell_marks(side, codes)


def _key(side: Side, others: Sequence[Side]) -> float:
    """A number for the pictures that are compared."""
    named = "/".join(f"{seen.master}:{seen.frame}" for seen in (side, *others))
    return float(zlib.crc32(named.encode()))
