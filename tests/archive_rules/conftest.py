"""Evidence of whole dossiers without rendering: what a perfect or a poor reader would report."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import pytest

from archive_rules.api import (
    CatalogueProposal,
    DeclaredRow,
    NumberCandidate,
    SideEvidence,
    TextLine,
)
from scanner.paper.faults import plant
from scanner.paper.marks import Banner, Hand, Print
from scanner.paper.plan import Plan, PlannedSide
from scanner.paper.spec import DossierSpec, parse_fault

WIDTH = 210.0
HEIGHT = 297.0
ALIKE = {"1": "7", "7": "1", "3": "8", "8": "3", "6": "8", "5": "6", "0": "8", "9": "4", "2": "7"}
CONFUSED = "民事判决书人民法院送达回证通知原告被告的一是不了在有和我他这为之大来以个中上们"


@dataclass(frozen=True, kw_only=True)
class Noise:
    """How poor the reader is: part of wrong characters, lost lines, lost and wrong numbers."""

    characters: float = 0.0
    lines: float = 0.0
    lost_numbers: float = 0.0
    weak_numbers: float = 0.0
    wrong_numbers: float = 0.0
    extra_numbers: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Made:
    """A planned dossier with the evidence of its sides and what is declared of it."""

    plan: Plan
    planned: tuple[PlannedSide, ...]
    sides: tuple[SideEvidence, ...]
    declared: tuple[DeclaredRow, ...]


@dataclass(frozen=True, kw_only=True)
class Score:
    """How a proposal compares with the truth, each from 0 to 1."""

    roles: float
    numbers: float
    boundaries: float
    titles: float
    dates: float
    ranges: float


PERFECT = Noise()
POOR = Noise(
    characters=0.03,
    lines=0.02,
    lost_numbers=0.02,
    weak_numbers=0.15,
    wrong_numbers=0.06,
    extra_numbers=0.05,
)


def make_dossier(
    seed: int,
    *faults: str,
    family: str = "check",
    noise: Noise = PERFECT,
    sides: int = 42,
    matter: str = "",
) -> Made:
    """A dossier of the generator, read with the given noise."""
    spec = DossierSpec(
        name="test",
        seed=seed,
        family=family,
        matter=matter,
        sides=sides,
        faults=tuple(parse_fault(fault) for fault in faults),
    )
    plan, planned, _ = plant(spec)
    chance = random.Random(seed)
    return Made(
        plan=plan,
        planned=planned,
        sides=tuple(
            read_side(position, side, noise, chance)
            for position, side in enumerate(planned, start=1)
        ),
        declared=tuple(
            DeclaredRow(
                title=item.title,
                first_page=plan.range_of(item)[0],
                last_page=plan.range_of(item)[1],
            )
            for item in plan.items
        ),
    )


def read_side(
    position: int, side: PlannedSide, noise: Noise, chance: random.Random
) -> SideEvidence:
    if side.draft is None:
        return SideEvidence(position=position, blank=True)
    marks = [mark for mark in side.draft.marks if isinstance(mark, Print | Hand | Banner)]
    lines = tuple(_line(mark) for mark in marks if mark.text.strip())
    noisy = tuple(
        replace(line, text=_misread(line.text, noise, chance), confidence=0.9)
        for line in lines
        if chance.random() >= noise.lines
    )
    return SideEvidence(
        position=position,
        lines=noisy,
        numbers=_numbers(side, noise, chance),
        printed_page=_printed(lines),
    )


def _line(mark: Print | Hand | Banner) -> TextLine:
    spacing = mark.spacing if isinstance(mark, Print) else 0.0
    units = sum(0.5 if character.isascii() else 1.0 for character in mark.text)
    width = units * mark.size + spacing * len(mark.text)
    return TextLine(
        text=mark.text,
        confidence=0.99,
        x0=mark.x / WIDTH,
        y0=mark.y / HEIGHT,
        x1=min(1.0, (mark.x + width) / WIDTH),
        y1=(mark.y + mark.size) / HEIGHT,
    )


def _misread(text: str, noise: Noise, chance: random.Random) -> str:
    read = []
    for character in text:
        if chance.random() >= noise.characters:
            read.append(character)
        elif character.isdigit():
            read.append(ALIKE.get(character, character))
        elif chance.random() < 0.7:
            read.append(chance.choice(CONFUSED))
    return "".join(read)


def _numbers(side: PlannedSide, noise: Noise, chance: random.Random) -> tuple[NumberCandidate, ...]:
    corner = "top_right" if side.face == "front" else "top_left"
    found: list[NumberCandidate] = []
    if side.stamp is not None and chance.random() >= noise.lost_numbers:
        draw = chance.random()
        if draw < noise.wrong_numbers:
            text = str(side.stamp)
            place = chance.randrange(len(text))
            wrong = text[:place] + ALIKE.get(text[place], text[place]) + text[place + 1 :]
            found.append(
                NumberCandidate(
                    value=int(wrong), confidence=chance.uniform(0.4, 0.88), corner=corner
                )
            )
        elif draw < noise.wrong_numbers + noise.weak_numbers:
            found.append(
                NumberCandidate(
                    value=side.stamp, confidence=chance.uniform(0.3, 0.88), corner=corner
                )
            )
        else:
            found.append(NumberCandidate(value=side.stamp, confidence=0.97, corner=corner))
    if chance.random() < noise.extra_numbers:
        found.append(
            NumberCandidate(
                value=chance.randint(1, 99),
                confidence=chance.uniform(0.2, 0.6),
                corner="top_left",
            )
        )
    return tuple(sorted(found, key=lambda number: -number.confidence))


def _printed(lines: Sequence[TextLine]) -> tuple[int, int] | None:
    import re

    for line in lines:
        match = re.search(r"第\s*(\d+)\s*页.{0,3}共\s*(\d+)\s*页", line.text)
        if match:
            return int(match[1]), int(match[2])
    return None


def score(made: Made, proposal: CatalogueProposal) -> Score:
    """The proposal against the truth of the plan."""
    pairs = list(zip(made.planned, proposal.sides, strict=True))
    roles = [side.role == found.role for side, found in pairs]
    numbers = [side.stamp == found.page_number for side, found in pairs if side.role == "page"]
    pages = [(side, found) for side, found in pairs if side.role == "page" and not side.tags]
    true_starts = _starts([(side.page_number, side.item) for side, _ in pages])
    found_starts = _starts([(side.page_number, found.item) for side, found in pages])
    both = len(true_starts & found_starts)
    boundaries = 2 * both / (len(true_starts) + len(found_starts)) if true_starts else 1.0
    true_items = {item.number: item for item in made.plan.items}
    titles, dates, ranges = [], [], []
    found_items = {item.number: item for item in proposal.items}
    seen: set[int | None] = set()
    for side, found in pages:
        if side.item in seen or side.item is None:
            continue
        seen.add(side.item)
        truth = true_items[side.item]
        item = found_items.get(found.item or 0)
        titles.append(item is not None and _bare(item.title) == _bare(truth.title))
        dates.append(item is not None and item.date == truth.date)
        ranges.append(
            item is not None
            and (item.first_page, item.last_page) == (truth.first_page, truth.last_page)
        )
    return Score(
        roles=_share(roles),
        numbers=_share(numbers),
        boundaries=boundaries,
        titles=_share(titles),
        dates=_share(dates),
        ranges=_share(ranges),
    )


def _starts(pages: Sequence[tuple[int | None, int | None]]) -> set[int | None]:
    found: set[int | None] = set()
    before: int | None = None
    for number, item in pages:
        if item != before:
            found.add(number)
        before = item
    return found


def _bare(title: str) -> str:
    import re

    return re.sub(r"[(（].*?[)）]", "", "".join(title.split()))


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else 1.0


@pytest.fixture(scope="session")
def dossier() -> Callable[..., Made]:
    """Makes a dossier: `dossier(seed, "missing_page=9", noise=…)`."""
    return make_dossier


@pytest.fixture(scope="session")
def compare() -> Callable[[Made, CatalogueProposal], Score]:
    """Scores a proposal."""
    return score


@pytest.fixture(scope="session")
def poor() -> Noise:
    """A poor reader."""
    return POOR
