"""Measures how page numbers are found, read and settled, on sides drawn for the purpose.

Per condition: numbers that came out right, wrong, wrong though held for sure, and not read; the
same of the readings of a single side before the dossier was looked at as a whole. A number on a
side that bears none counts as wrong. Of the right ones, "by run" came from the neighbours and not
from a reading of just this number, "unsure" ones are shown to a person.

    python build/accuracy_page_numbers.py --family check --dossiers 3 --sides 24

Most pages number on; some dossiers miss a page or have one without a number. `--only struck`
draws every side under one condition, `--verbose` names every miss.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from archive_rules.api import NumberCandidate, SideEvidence
from archive_rules.page_numbers import SettledNumber, settle_numbers
from numbered_sides import CONDITIONS, FAMILIES, STYLES, NumberedDossier
from ocr.api import NumberReading
from ocr.fields.page_number import DigitReader, page_numbers
from ocr.fields.printed_page import printed_page
from ocr.recognition import start_engine

SURE = 0.9
_STARTS = (1, 1, 37, 180, 970)
_PLAIN_SHARE = 0.4
_COLUMNS = ("right", "wrong", "sure wrong", "not read")
_OF_RIGHT = ("by run", "unsure")
_BY_RUN = frozenset({"number_look_alike", "number_sequence"})
_UNSHOWN = frozenset({"number_read", "number_absent"})


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A side, what it bears, and what was read on it."""

    truth: int | None
    condition: str
    readings: tuple[NumberReading, ...]
    evidence: SideEvidence


def plan(
    family: str, style: str, seed: int, sides: int, only: str, easy: float = _PLAIN_SHARE
) -> list[tuple[int | None, str]]:
    """Number and condition of every side of a dossier; `easy` is the share without difficulty."""
    chance = random.Random(f"plan {family} {style} {seed}")
    number, gaps = chance.choice(_STARTS), chance.random() < 0.3
    bare = chance.randrange(sides) if chance.random() < 0.3 else -1
    rows: list[tuple[int | None, str]] = []
    for position in range(sides):
        plain = chance.random() < easy
        condition = only or ("plain" if plain else chance.choice(CONDITIONS))
        if position == bare:
            rows.append((None, "without number"))
            continue
        rows.append((number, condition))
        number += 2 if gaps and chance.random() < 0.08 else 1
    return rows


def read_dossier(
    family: str, style: str, seed: int, sides: int, only: str, easy: float = _PLAIN_SHARE
) -> tuple[list[Drawn], float]:
    """The sides of a dossier with their readings, and the CPU seconds reading the numbers took."""
    engine = start_engine("rapidocr")
    if not isinstance(engine, DigitReader):
        raise TypeError("the engine reads whole pages only")
    dossier = NumberedDossier(family=family, style=style, seed=seed)
    found, seconds = [], 0.0
    for position, (truth, condition) in enumerate(plan(family, style, seed, sides, only, easy)):
        page = dossier.side(truth, position, condition)
        tree = engine.recognise(page, 0, dossier.dpi)
        begun = time.process_time()
        readings = page_numbers(page, dossier.dpi, engine, tree)
        seconds += time.process_time() - begun
        candidates = tuple(
            NumberCandidate(
                value=r.value, confidence=r.confidence, corner=r.corner, rewritten=r.rewritten
            )
            for r in readings
        )
        evidence = SideEvidence(
            position=position + 1, printed_page=printed_page(tree), numbers=candidates
        )
        found.append(Drawn(truth=truth, condition=condition, readings=readings, evidence=evidence))
    return found, seconds


def verdict(truth: int | None, value: int | None, confidence: float) -> str:
    """The column a number belongs to."""
    if value == truth:
        return "right"
    if value is None:
        return "not read"
    return "sure wrong" if confidence > SURE else "wrong"


def tell(tally: dict[str, Counter[str]]) -> None:
    print(f"{'':20}{'settled':^66}{'one side alone':^44}")
    print(f"{'':20}" + "".join(f"{name:>11}" for name in (*_COLUMNS, *_OF_RIGHT, *_COLUMNS)))
    for name, counts in sorted(tally.items()):
        cells = [counts[column] for column in (*_COLUMNS, *_OF_RIGHT)]
        cells += [counts[f"alone {column}"] for column in _COLUMNS]
        print(f"{name:20}" + "".join(f"{cell:11}" for cell in cells))


def _miss(drawn: Drawn, number: SettledNumber) -> str:
    first = [(r.value, r.confidence, r.corner) for r in drawn.readings[:4]]
    code = number.reason.code
    return f"{drawn.truth} {drawn.condition}: {number.value} {number.confidence} {code} {first}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Accuracy of page numbers.")
    parser.add_argument("--family", choices=tuple(FAMILIES), default="check")
    parser.add_argument("--dossiers", type=int, default=1, help="of every style")
    parser.add_argument("--sides", type=int, default=10, help="of every dossier")
    parser.add_argument("--skip", type=int, default=0, help="seeds of the family passed over")
    parser.add_argument("--only", choices=CONDITIONS, default="")
    parser.add_argument("--easy", type=float, default=_PLAIN_SHARE, help="share without difficulty")
    parser.add_argument("--style", choices=STYLES, action="append")
    parser.add_argument("--verbose", action="store_true")
    chosen = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    seconds = 0.0
    for style in chosen.style or STYLES:
        for index in range(chosen.dossiers):
            seed = FAMILIES[chosen.family].seeds_from + chosen.skip + index
            sides, spent = read_dossier(
                chosen.family, style, seed, chosen.sides, chosen.only, chosen.easy
            )
            seconds += spent
            settled = settle_numbers([drawn.evidence for drawn in sides])
            for drawn, number in zip(sides, settled, strict=True):
                best = drawn.readings[0] if drawn.readings else None
                alone = "right" if drawn.truth is None else "not read"
                if best is not None:
                    alone = verdict(drawn.truth, best.value, best.confidence)
                result = verdict(drawn.truth, number.value, number.confidence)
                for row in ("all", f"  {style}", drawn.condition):
                    tally[row][result] += 1
                    tally[row][f"alone {alone}"] += 1
                    if result == "right":
                        tally[row]["by run"] += number.reason.code in _BY_RUN
                        tally[row]["unsure"] += number.reason.code not in _UNSHOWN
                if chosen.verbose and (result != "right" or alone == "sure wrong"):
                    print(f"{style} {seed}:", _miss(drawn, number))
    tell(tally)
    sides_read = sum(tally["all"][f"alone {column}"] for column in _COLUMNS)
    print(f"CPU for the numbers of a side: {seconds / max(1, sides_read):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
