"""Compares both faces of every sheet of a labelled dossier, as the program does once its sides are
examined: the answers change what was found on one face alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.services.faces import THROUGH, is_doubtful
from app.services.findings import INSPECTED
from inspection_table import Seen
from ocr.faces_asking import ask_faces

Places = list[tuple[str, int]]


def compare_faces(
    sides: Sequence[Seen], sheets: Sequence[int], fingerprints: list[str], folder: Path
) -> None:
    """Lets the sides be as their other faces tell, and `fingerprints` with them; `sheets` is the
    number of the sheet of every side, `folder` for pictures that nobody keeps."""
    questions = [
        question
        for place, side in enumerate(sides)
        if (question := _question(place, side, _others(place, sides, sheets))) is not None
    ]
    for answer in ask_faces(questions, {}, str(folder)):
        side = sides[int(answer["side"])]
        if answer.get("marks"):
            _tell_marks(side, answer["through"])
        elif answer["examination"] is not None and side.blank != answer["blank"]:
            found = answer["examination"]
            side.blank = answer["blank"]
            side.measures = dict(found["measures"])
            kept = [finding for finding in side.findings if finding["code"] not in INSPECTED]
            side.findings = kept + [dict(finding) for finding in found["findings"]]
            fingerprints[int(answer["side"])] = found["fingerprint"]


def _others(place: int, sides: Sequence[Seen], sheets: Sequence[int]) -> Places:
    return [
        (other.path, 0)
        for at, other in enumerate(sides)
        if at != place and sheets[at] == sheets[place] and other.measures
    ]


def _question(place: int, side: Seen, others: Places) -> dict[str, Any] | None:
    codes = {finding["code"] for finding in side.findings}
    if not side.measures or "unreadable" in codes:
        return None
    blank = is_doubtful(side.blank, side.measures, codes)
    marks = not side.blank and (side.measures.get("pale_marks", 0.0) > 0 or THROUGH in codes)
    if not blank and not (marks and others):
        return None
    return {
        "side": str(place),
        "key": 0.0,
        "path": side.path,
        "frame": 0,
        "blank": side.blank,
        "turn": int(side.measures.get("orientation", 0)),
        "marks": not blank,
        "sure": bool(others),
        "others": [list(other) for other in others],
    }


def _tell_marks(side: Seen, through: dict[str, Any] | None) -> None:
    codes = {finding["code"] for finding in side.findings}
    if through is None or through["found"] == (THROUGH in codes):
        return
    side.findings = [finding for finding in side.findings if finding["code"] != THROUGH]
    if through["found"]:
        side.findings.append({"code": THROUGH, "severity": "warn"} | through)
