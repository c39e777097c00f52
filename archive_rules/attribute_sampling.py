"""Single sampling plans by attributes, indexed by acceptance quality limit (AQL).

Tables 1, 2-A, 2-B and 2-C of GB/T 2828.1-2012, which is ISO 2859-1:1999. All master tables are one
diagonal that moves by a letter for each step of the AQL, so each is written here as its sequence of
acceptance numbers and the place where the sequence begins. Limits above 6.5 % are left out: they
speak of defects per hundred units, and no court accepts such a dossier.

Source: every cell for the fifteen limits was held against a transcription of the printed tables
(GB/T 2828.1-2012, pages 15 to 17, arrows followed). Tables 1, 2-A and 2-B are those of
MIL-STD-105E, too, and agree with the R package AQLSchemes. Table 2-C is another one: since 1999
reduced inspection has no gap between acceptance and rejection number; its columns for 1.0 and 2.5
were held against a second, independent transcription. `tests/archive_rules` keeps all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.kernel.errors import BadInput

Severity = Literal["normal", "tightened", "reduced"]
NORMAL: Severity = "normal"
TIGHTENED: Severity = "tightened"
REDUCED: Severity = "reduced"

LETTERS = "ABCDEFGHJKLMNPQRS"
LIMITS = (0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5)
LEVELS = ("S-1", "S-2", "S-3", "S-4", "I", "II", "III")

# Table 1: the largest lot of each row, then the letters of the levels in the order of LEVELS.
_LARGEST = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000, 500000)
_CODE_LETTERS = (
    "AAAAAAB",
    "AAAAABC",
    "AABBBCD",
    "ABBCCDE",
    "BBCCCEF",
    "BBCDDFG",
    "BCDEEGH",
    "BCDEFHJ",
    "CCEFGJK",
    "CDEGHKL",
    "CDFGJLM",
    "CDFHKMN",
    "DEGJLNP",
    "DEGJMPQ",
    "DEHKNQR",
)
_SIZES = (2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150)
_REDUCED_SIZES = (2, 2, 2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250)
_UP, _DOWN = -1, -2
# The acceptance numbers down a column, from the letter of acceptance number 0 on; _UP takes the
# plan above, _DOWN the plan below.
_DIAGONALS: Mapping[Severity, tuple[int, ...]] = {
    NORMAL: (0, _UP, _DOWN, 1, 2, 3, 5, 7, 10, 14, 21),
    TIGHTENED: (0, _DOWN, _DOWN, 1, 2, 3, 5, 8, 12, 18),
    REDUCED: (0, _UP, _DOWN, _DOWN, 1, 2, 3, 5, 6, 8, 10),
}
# The letter of acceptance number 0 at the last of LIMITS; it moves one down for each step before.
_ZERO_AT_LAST: Mapping[Severity, int] = {NORMAL: 0, TIGHTENED: 1, REDUCED: 0}
# Letter S stands in the table of tightened inspection alone.
_LAST: Mapping[Severity, int] = {
    NORMAL: LETTERS.index("R"),
    TIGHTENED: LETTERS.index("S"),
    REDUCED: LETTERS.index("R"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class SamplingPlan:
    """How many units are drawn, and up to how many may be defective for the lot to be accepted."""

    letter: str
    size: int
    accept: int


def code_letter(lot: int, level: str = "II") -> str:
    """The sample size code letter of a lot (ISO 2859-1 table 1).

    Raises BadInput ARC-209 for a level that is none.
    """
    if level not in LEVELS:
        raise BadInput("ARC-209", value=level, known=", ".join(LEVELS))
    return _CODE_LETTERS[bisect_left(_LARGEST, lot)][LEVELS.index(level)]


def sampling_plan(lot: int, limit: float, *, level: str, severity: Severity) -> SamplingPlan:
    """The single sampling plan for a lot. A sample as large as the lot is the whole lot.

    Raises BadInput ARC-209 (level) and ARC-210 (no AQL of the tables).
    """
    if limit not in LIMITS:
        raise BadInput("ARC-210", value=limit, known=", ".join(str(known) for known in LIMITS))
    place = LETTERS.index(code_letter(lot, level))
    place, accept = _resolved(place, limit, severity)
    sizes = _REDUCED_SIZES if severity == REDUCED else _SIZES
    return SamplingPlan(letter=LETTERS[place], size=min(lot, sizes[place]), accept=accept)


def stricter(limit: float) -> float:
    """The next smaller AQL; the smallest stays."""
    return LIMITS[max(LIMITS.index(limit) - 1, 0)]


def _resolved(place: int, limit: float, severity: Severity) -> tuple[int, int]:
    """Follow the arrows of the master table to a plan: its letter and acceptance number."""
    diagonal = _DIAGONALS[severity]
    zero = _ZERO_AT_LAST[severity] + len(LIMITS) - 1 - LIMITS.index(limit)
    while True:
        step = place - zero
        if step >= len(diagonal) or (step >= 0 and diagonal[step] == _UP):
            place -= 1
        elif step >= 0 and diagonal[step] >= 0:
            return place, diagonal[step]
        elif place < _LAST[severity]:
            place += 1
        else:
            # Nothing stands below: the plan of acceptance number 0 above the arrow.
            return zero, diagonal[0]
