"""Invented dossiers as recognition would give them, for `accuracy_catalogue.py`: no images."""

from __future__ import annotations

from dataclasses import dataclass

import catalogue_exhibits
import catalogue_papers
from archive_rules.api import NumberCandidate, SideEvidence
from archive_rules.templates import Template, load_template
from catalogue_cases import Case, Kind, load_kinds
from catalogue_layout import Draft, SetPage, misread, set_pages
from catalogue_tables import TableRow, table_pages, table_rows

TEMPLATES = {
    "civil": "civil_first",
    "criminal": "criminal_network",
    "administrative": "main_unified",
    "enforcement": "enforcement",
    "restricted": "restricted_unified",
}
STYLES = {**catalogue_papers.STYLES, **catalogue_exhibits.STYLES}
LAST_PLACE = 99


@dataclass(kw_only=True)
class TrueItem:
    """A document as drawn; positions count from 1. See `catalogue_layout.Draft`."""

    kind: Kind
    draft: Draft
    first: int
    last: int


@dataclass(kw_only=True)
class Drawn:
    """A dossier: what cataloguing is told, and what it should find."""

    case: Case
    template: Template
    sides: list[SideEvidence]
    items: list[TrueItem]


@dataclass(kw_only=True)
class _Side:
    page: SetPage | None
    number: int | None = None


def draw_dossier(
    family: str, proceeding: str, seed: int, *, sides: int, catalogue: str, noise: float
) -> Drawn:
    """A dossier of about so many sides, in the order of its template; the same for equal words.

    `catalogue` is one of CATALOGUES: whether a 卷内目录 lies in front, right, with its pages one
    too high from the middle on, otherwise slipped, without most pages, of another case altogether,
    or corrected by hand.
    """
    case = Case(family, proceeding, seed)
    template = load_template(TEMPLATES[proceeding])
    kinds = load_kinds(family, proceeding)
    drawn: list[_Side] = []
    items: list[TrueItem] = []
    for kind in _ordered(case, template, _chosen(case, kinds, sides)):
        draft = STYLES[kind.style](case, kind)
        first = len(drawn) + 1
        _lay(case, drawn, set_pages(case, draft, is_record=kind.style == "record"))
        items.append(TrueItem(kind=kind, draft=draft, first=first, last=len(drawn)))
    rows = table_rows(case, kinds, _right_rows(drawn, items), catalogue, seed)
    front = [_Side(page=SetPage(lines=lines)) for lines in table_pages(case, rows)]
    for item in items:
        item.first += len(front)
        item.last += len(front)
    evidence = [
        _evidence(case, position, side, noise)
        for position, side in enumerate([*front, *drawn], start=1)
    ]
    return Drawn(case=case, template=template, sides=evidence, items=items)


def _chosen(case: Case, kinds: list[Kind], sides: int) -> list[Kind]:
    """Kinds until the sides are about enough; some papers come in several."""
    chance = case.chance
    weights = [1.4 if kind.common else 1.0 for kind in kinds]
    chosen: list[Kind] = []
    expected = 0.0
    refused = 0
    while expected < sides and refused < 200:
        kind = chance.choices(kinds, weights)[0]
        most = {"judgment": 1, "report": 1, "form": 2, "notice": 2}.get(kind.style, 3)
        if chosen.count(kind) >= most:
            refused += 1
            continue
        refused = 0
        copies = 1
        serial = kind.style in ("delivery", "identity_card", "voucher", "mail", "summons")
        if serial and case.maybe(0.5):
            copies = chance.randint(2, 4)
        twice = kind.style in ("proxy", "ruling", "record", "receipt_of_debt", "notice")
        if twice and case.maybe(0.15):
            copies = 2
        chosen += [kind] * copies
        expected += copies * sum(kind.pages) / 2 * 1.2
    return chosen


def _ordered(case: Case, template: Template, kinds: list[Kind]) -> list[Kind]:
    """In the rows of the template, equal kinds mostly together."""
    chance = case.chance
    together: dict[str, float] = {}

    def place(kind: Kind) -> tuple[int, float]:
        row = template.row_for((kind.class_name,)) if kind.class_name else template.other
        alike = together.setdefault(kind.title, chance.random())
        return (row.number if row else LAST_PLACE, alike if case.maybe(0.8) else chance.random())

    return sorted(kinds, key=place)


def _lay(case: Case, sides: list[_Side], pages: list[SetPage]) -> None:
    """The pages behind what lies there, numbered on; blank backs between."""
    both_sides = len(pages) > 1 and case.maybe(0.3)
    number = max((side.number or 0 for side in sides), default=0)
    for index, page in enumerate(pages, start=1):
        sides.append(_Side(page=page, number=number + index))
        odd_end = index == len(pages) and index % 2 == 1
        if odd_end if both_sides else case.maybe(0.12):
            sides.append(_Side(page=None))


def _right_rows(sides: list[_Side], items: list[TrueItem]) -> list[TableRow]:
    """The rows of the 卷内目录 as they should be."""
    rows: list[TableRow] = []
    for item in items:
        numbers = [side.number for side in sides[item.first - 1 : item.last] if side.number]
        rows.append(TableRow(title=item.kind.title, first=numbers[0], last=numbers[-1]))
    return rows


def _evidence(case: Case, position: int, side: _Side, noise: float) -> SideEvidence:
    if side.page is None:
        return SideEvidence(position=position, blank=True)
    seen = side.number if side.number is not None and case.maybe(0.985) else None
    corner = "top_right" if position % 2 else "top_left"
    numbers = (NumberCandidate(value=seen, confidence=0.97, corner=corner),) if seen else ()
    printed = None if case.maybe(0.03 * noise) else side.page.printed_page
    lines = misread(case, side.page.lines, noise)
    return SideEvidence(position=position, lines=lines, numbers=numbers, printed_page=printed)
