"""Planting faults into a sound plan, each one recorded.

Page faults name page numbers, image faults name positions in the final feeding order (from 1).
Modes: `missing_page` "" drops the side (and a blank back with it), "sheet" the whole sheet;
`duplicate_page` "" scans the sheet again right away, "later" before the remarks, "rescan" right
away with another tilt and brightness;
`foreign_case` "" inserts an unnumbered sheet after the page, "numbered" one that bears a number of
its own dossier, "replace" puts it in place of the page under the same number; `extra_page` ""
inserts an unnumbered sheet of the same case after the page, "numbered" one with a number beyond
the last; `wrong_order` swaps the sheets of two pages; `count_mismatch` names the count that is
claimed; `catalogue_mismatch` names the item whose last page is claimed one later ("" ) or whose
first page is claimed one earlier ("first"); `unreadable` "" writes noise, "truncated" cuts the
file, "empty" leaves nothing. The modes of the other image faults are `spec.IMAGE_MODES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from app.kernel.errors import BadInput
from scanner.paper.case import CaseText, make_case
from scanner.paper.chance import choices
from scanner.paper.layout import set_pages
from scanner.paper.papers import make_papers
from scanner.paper.plan import Plan, PlannedSide, foreign_seed, make_plan, unnumbered_sheet
from scanner.paper.spec import IMAGE_FAULTS, DossierSpec, PlantedFault
from scanner.paper.texts import load_texts
from scanner.paper.typography import typography_of
from scanner.paper.wording import expand


@dataclass(frozen=True, kw_only=True)
class Planted:
    """What was planted: contract code, page numbers it concerns, value of an image fault."""

    kind: str
    page_numbers: tuple[int, ...] = ()
    item: int | None = None
    value: float | None = None
    mode: str = ""


@dataclass
class _Dossier:
    """The sides while faults are planted, and what was planted so far."""

    spec: DossierSpec
    plan: Plan
    sides: list[PlannedSide] = field(default_factory=list)
    planted: list[Planted] = field(default_factory=list)
    copies: int = 0

    def record(self, planted: Planted) -> int:
        self.planted.append(planted)
        return len(self.planted) - 1

    def index_of(self, page: int, fault: PlantedFault) -> int:
        for index, side in enumerate(self.sides):
            if side.page_number == page and side.copy == 0:
                return index
        raise BadInput("PAP-203", fault=fault.kind, number=page)

    def sheet_span(self, index: int) -> range:
        """The sides of the sheet that holds the side at `index`."""
        sheet = self.sides[index].sheet
        found = [place for place, side in enumerate(self.sides) if side.sheet == sheet]
        return range(found[0], found[-1] + 1)

    def before_remarks(self) -> int:
        for index, side in enumerate(self.sides):
            if side.role == "remarks":
                return index
        return len(self.sides)

    def number_sheets(self) -> None:
        """Gives inserted sheets numbers of their own, in feeding order."""
        renumbered: dict[int, int] = {}
        for side in self.sides:
            renumbered.setdefault(side.sheet, len(renumbered) + 1)
        self.sides = [replace(side, sheet=renumbered[side.sheet]) for side in self.sides]


def plant(spec: DossierSpec) -> tuple[Plan, tuple[PlannedSide, ...], tuple[Planted, ...]]:
    """The plan of the spec, its sides with every fault in, and what was planted.

    Raises BadInput PAP-203 when a fault names a page, item or position that does not exist.
    """
    sound = make_plan(spec)
    count_claim: int | None = None
    ranges: dict[int, tuple[int, int]] = {}
    claims: list[Planted] = []
    for fault in spec.faults:
        if fault.kind == "count_mismatch":
            count_claim = fault.numbers[0]
            claims.append(Planted(kind=fault.kind))
        elif fault.kind == "catalogue_mismatch":
            planted, claimed = _other_range(sound, fault)
            ranges[fault.numbers[0]] = claimed
            claims.append(planted)
    plan = sound
    if claims:
        plan = make_plan(spec, count_claim=count_claim, range_claims=ranges)
    dossier = _Dossier(spec=spec, plan=plan, sides=list(plan.sides), planted=claims)
    for fault in spec.faults:
        if fault.kind in _PLANTERS:
            _PLANTERS[fault.kind](dossier, fault)
    if spec.simplex:
        dossier.sides = [side for side in dossier.sides if side.draft or side.leaf]
    dossier.number_sheets()
    for fault in spec.faults:
        if fault.kind in IMAGE_FAULTS:
            _damage(dossier, fault)
    for trait in spec.traits:
        _wear(dossier, trait)
    return plan, tuple(dossier.sides), tuple(dossier.planted)


def _other_range(plan: Plan, fault: PlantedFault) -> tuple[Planted, tuple[int, int]]:
    for item in plan.items:
        if item.number == fault.numbers[0]:
            first, last = item.first_page, item.last_page
            claimed = (first - 1, last) if fault.mode == "first" else (first, last + 1)
            pages = tuple(range(min(first, claimed[0]), max(last, claimed[1]) + 1))
            return Planted(kind=fault.kind, page_numbers=pages, item=item.number), claimed
    raise BadInput("PAP-203", fault=fault.kind, number=fault.numbers[0])


def _missing(dossier: _Dossier, fault: PlantedFault) -> None:
    index = dossier.index_of(fault.numbers[0], fault)
    span = dossier.sheet_span(index)
    others = [dossier.sides[place] for place in span if place != index]
    whole = fault.mode == "sheet" or all(side.role == "blank" for side in others)
    gone = list(span) if whole else [index]
    numbers = [dossier.sides[place].page_number for place in gone]
    dossier.sides = [side for place, side in enumerate(dossier.sides) if place not in gone]
    dossier.record(
        Planted(
            kind=fault.kind, page_numbers=tuple(number for number in numbers if number is not None)
        )
    )


def _duplicate(dossier: _Dossier, fault: PlantedFault) -> None:
    index = dossier.index_of(fault.numbers[0], fault)
    span = dossier.sheet_span(index)
    dossier.copies += 1
    sheet = 10_000 + dossier.copies
    numbers = tuple(
        number
        for number in (dossier.sides[place].page_number for place in span)
        if number is not None
    )
    tag = dossier.record(Planted(kind=fault.kind, page_numbers=numbers))
    again = [
        replace(
            dossier.sides[place],
            copy=dossier.copies,
            sheet=sheet,
            title=None,
            tags=(*dossier.sides[place].tags, tag),
            traits=(("light", "rescan"),) if fault.mode == "rescan" else (),
        )
        for place in span
    ]
    at = dossier.before_remarks() if fault.mode == "later" else span.stop
    dossier.sides[at:at] = again


def _swap(dossier: _Dossier, fault: PlantedFault) -> None:
    first, second = sorted(dossier.index_of(number, fault) for number in fault.numbers)
    one, other = dossier.sheet_span(first), dossier.sheet_span(second)
    if one == other:
        raise BadInput("PAP-203", fault=fault.kind, number=fault.numbers[1])
    moved = [*one, *other]
    numbers = tuple(
        number
        for number in (dossier.sides[place].page_number for place in moved)
        if number is not None
    )
    tag = dossier.record(Planted(kind=fault.kind, page_numbers=tuple(sorted(numbers))))
    for place in moved:
        side = dossier.sides[place]
        dossier.sides[place] = replace(side, tags=(*side.tags, tag))
    sides = dossier.sides
    dossier.sides = (
        sides[: one.start]
        + sides[other.start : other.stop]
        + sides[one.stop : other.start]
        + sides[one.start : one.stop]
        + sides[other.stop :]
    )


def _foreign(dossier: _Dossier, fault: PlantedFault) -> None:
    spec = dossier.spec
    page = fault.numbers[0]
    index = dossier.index_of(page, fault)
    span = dossier.sheet_span(index)
    case = _other_case(spec, dossier.plan.case)
    chance = choices(spec.seed, "foreign", page)
    typography = typography_of(spec.family, chance)
    papers = {
        paper.key: paper for paper in make_papers(case, typography, spec.family, foreign_seed(spec))
    }
    paper = papers[chance.choice(["acceptance", "response_notice", "announcement", "proxy"])]
    replaced = fault.mode == "replace"
    tag = dossier.record(
        Planted(kind=fault.kind, page_numbers=(page,) if replaced else (), mode=fault.mode)
    )
    stamp = {"replace": page, "numbered": chance.randint(61, 95)}.get(fault.mode)
    dossier.copies += 1
    sheet = 10_000 + dossier.copies
    stray = [
        replace(
            side,
            role="page" if side.draft else "blank",
            sheet=sheet,
            tags=(tag,),
            page_number=stamp if side.draft else None,
            stamp=stamp if side.draft else None,
            item=dossier.sides[index].item if replaced and side.draft else None,
            title=paper.title if side.draft else None,
        )
        for side in unnumbered_sheet("page", [paper.pages[0]], paper.title, f"foreign-{page}")
    ]
    if replaced:
        if len([place for place in span if dossier.sides[place].page_number is not None]) > 1:
            # Only one side of a sheet written on both sides belongs to the other case.
            dossier.sides[index] = replace(
                stray[0],
                face=dossier.sides[index].face,
                sheet=dossier.sides[index].sheet,
                behind=dossier.sides[index].behind,
            )
        else:
            dossier.sides[span.start : span.stop] = stray
    else:
        dossier.sides[span.stop : span.stop] = stray


def _other_case(spec: DossierSpec, own: CaseText) -> CaseText:
    seed = foreign_seed(spec)
    case = make_case(seed)
    while case.case_no == own.case_no or case.plaintiff.name == own.plaintiff.name:
        seed += 1
        case = make_case(seed)
    return case


def _extra(dossier: _Dossier, fault: PlantedFault) -> None:
    page = fault.numbers[0]
    span = dossier.sheet_span(dossier.index_of(page, fault))
    chance = choices(dossier.spec.seed, "extra", page)
    again = any(planted.kind == fault.kind for planted in dossier.planted)
    texts = load_texts("frame")["stray_again" if again else "stray"]
    markup = expand(texts["text"], dossier.plan.case.fields, chance)
    pages = set_pages(markup, dossier.plan.typography, chance)
    numbered = fault.mode == "numbered"
    stamp = dossier.plan.page_count + 1 if numbered else None
    tag = dossier.record(Planted(kind=fault.kind, page_numbers=(stamp,) if stamp else ()))
    dossier.copies += 1
    stray = [
        replace(
            side,
            sheet=10_000 + dossier.copies,
            tags=(tag,),
            page_number=stamp if side.draft else None,
            stamp=stamp if side.draft else None,
        )
        for side in unnumbered_sheet("page", pages[:1], texts["title"], f"extra-{page}")
    ]
    dossier.sides[span.stop : span.stop] = stray


def _unnumbered(dossier: _Dossier, fault: PlantedFault) -> None:
    index = dossier.index_of(fault.numbers[0], fault)
    tag = dossier.record(Planted(kind=fault.kind, page_numbers=fault.numbers))
    side = dossier.sides[index]
    dossier.sides[index] = replace(side, stamp=None, tags=(*side.tags, tag))


def _damage(dossier: _Dossier, fault: PlantedFault) -> None:
    position = fault.numbers[0]
    if not 1 <= position <= len(dossier.sides):
        raise BadInput("PAP-203", fault=fault.kind, number=position)
    side = dossier.sides[position - 1]
    value = fault.value if fault.kind in ("orientation", "skew") else None
    pages = (side.page_number,) if side.page_number is not None else ()
    tag = dossier.record(Planted(kind=fault.kind, page_numbers=pages, value=value, mode=fault.mode))
    dossier.sides[position - 1] = replace(
        side,
        tags=(*side.tags, tag),
        damage=(*side.damage, (fault.kind, fault.value, fault.mode)),
    )


def _wear(dossier: _Dossier, trait: PlantedFault) -> None:
    position = trait.numbers[0]
    if not 1 <= position <= len(dossier.sides):
        raise BadInput("PAP-203", fault=trait.kind, number=position)
    side = dossier.sides[position - 1]
    dossier.sides[position - 1] = replace(side, traits=(*side.traits, (trait.kind, trait.mode)))


_PLANTERS = {
    "missing_page": _missing,
    "duplicate_page": _duplicate,
    "wrong_order": _swap,
    "foreign_case": _foreign,
    "extra_page": _extra,
    "unnumbered_page": _unnumbered,
}
