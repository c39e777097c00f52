"""The catalogue of a dossier proposed from what was read on its sides. Pure: equal evidence gives
an equal proposal."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from archive_rules.alignment import align
from archive_rules.api import (
    CatalogueProposal,
    DeclaredRow,
    ItemProposal,
    Reason,
    SideEvidence,
    SideProposal,
)
from archive_rules.authors import find_author, known_court
from archive_rules.boundaries import Beginning, PageFacts, find_beginnings
from archive_rules.continuation import (
    closes_record,
    counted_by_stamp,
    is_record,
    other_faces,
    own_number,
    page_shape,
)
from archive_rules.dates import FoundDate, find_document_date, years_of
from archive_rules.declared import (
    extend,
    is_believed,
    place_starts,
    read_declarations,
)
from archive_rules.doubts import catalogue_doubts, item_doubts, number_doubts, slip_doubt
from archive_rules.field_confidence import (
    category_field,
    date_field,
    item_confidence,
    title_field,
)
from archive_rules.lexicon import Lexicon, load_lexicon, load_makers
from archive_rules.page_numbers import SettledNumber, settle_numbers
from archive_rules.paper_catalogue import read_catalogue
from archive_rules.roles import RoleProposal, declared_count, settle_roles
from archive_rules.rows import PageText, page_text
from archive_rules.templates import Template
from archive_rules.text import words
from archive_rules.titles import card_title, find_title

_STRAY_NUMBERS = ("number_out_of_sequence", "number_repeated")
_NO_NUMBER = SettledNumber(value=None, confidence=0.0, reason=Reason(code="number_not_due"))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Dossier:
    sides: tuple[SideEvidence, ...]
    pages: tuple[PageText, ...]
    roles: tuple[RoleProposal, ...]
    numbers: dict[int, SettledNumber]


def catalogue(
    sides: Sequence[SideEvidence],
    template: Template,
    declared: Sequence[DeclaredRow] = (),
    case_number: str | None = None,
    *,
    parties: Sequence[str] = (),
) -> CatalogueProposal:
    """Roles, page numbers and items for the sides of one dossier, in scanning order.

    `declared` are rows known from elsewhere (a court system); together with the 卷内目录 among
    the sides they are evidence, never the answer. `case_number` is removed from titles where a
    heading carries it, `parties` are the names of plaintiffs and defendants, by which authors are
    known. Sides must be in the order of their positions.
    """
    dossier = _read(tuple(sides))
    paper = read_catalogue(
        [
            page
            for page, role in zip(dossier.pages, dossier.roles, strict=True)
            if role.role == "catalogue"
        ]
    )
    lexicon = load_lexicon()
    declarations = [
        read_declarations(rows, lexicon, recognised=recognised)
        for rows, recognised in ((declared, False), (paper, True))
        if rows
    ]
    for rows in declarations:
        lexicon = extend(lexicon, rows)
    facts = _logical_pages(dossier, lexicon, case_number)
    titles = [fact.title for fact in facts]
    numbers = [fact.number for fact in facts]
    aligned = [align(rows, numbers, titles, template) for rows in declarations]
    placed = [place_starts(rows, numbers, titles, template) for rows, _ in aligned]
    starts = [each for each in placed if is_believed(each, titles, template)]
    beginnings = find_beginnings(facts, starts, template)
    items, item_of = _items(dossier, facts, beginnings, template, parties)
    counts = [
        count
        for page, role in zip(dossier.pages, dossier.roles, strict=True)
        if role.role == "remarks" and (count := declared_count(page)) is not None
    ]
    return CatalogueProposal(
        sides=tuple(
            _side(dossier, index, item_of.get(index)) for index in range(len(dossier.sides))
        ),
        items=items,
        paper_catalogue=paper,
        declared_page_count=counts[-1] if counts else None,
        doubts=(
            *number_doubts(dossier.sides, dossier.numbers),
            *item_doubts(items),
            *catalogue_doubts(declarations, len(items), disbelieved=len(placed) - len(starts)),
            *(
                slip_doubt(slip, rows)
                for (rows, slips), each in zip(aligned, placed, strict=True)
                if each in starts
                for slip in slips
            ),
        ),
    )


def _read(sides: tuple[SideEvidence, ...]) -> _Dossier:
    pages = tuple(page_text(side) for side in sides)
    roles = settle_roles(sides, pages)
    numbered = [index for index, role in enumerate(roles) if role.role == "page"]
    settled = settle_numbers([sides[index] for index in numbered])
    return _Dossier(
        sides=sides,
        pages=pages,
        roles=roles,
        numbers=dict(zip(numbered, settled, strict=True)),
    )


def _logical_pages(
    dossier: _Dossier, lexicon: Lexicon, case_number: str | None
) -> tuple[PageFacts, ...]:
    """The pages in the order of their numbers: an exchanged sheet is put where it belongs, so
    that it does not tear a document; a stray number (foreign page) stays where it was scanned."""
    order = sorted(dossier.numbers)
    filled = _filled_numbers(dossier, order)
    taken = {filled[i] for i in order if dossier.numbers[i].in_sequence and filled[i]}
    facts: list[tuple[tuple[int, int], PageFacts]] = []
    cuts = _cuts(dossier)
    before = 0
    feet = {index: own_number(dossier.sides[index]) for index in order}
    stamped = counted_by_stamp(
        [dossier.numbers[index].value for index in order], [feet[index] for index in order]
    )
    for index in order:
        number = filled[index]
        settled = dossier.numbers[index]
        belongs = settled.in_sequence or (number not in taken and _fits(number, taken))
        if number is not None and belongs:
            before = number
        bare = _without(dossier.pages[index], case_number)
        title = find_title(bare, lexicon)
        shape = page_shape(bare, title_place=title.last_row if title else None)
        if title is None and shape.face == "front":
            title = card_title(lexicon)
        page = PageFacts(
            index=index,
            number=number if belongs else None,
            title=title,
            printed_page=dossier.sides[index].printed_page,
            written=bool(dossier.pages[index].rows),
            shape=shape,
            own_number=None if stamped else feet[index],
            record_closed=closes_record(bare),
            first_row=words(bare.rows[0].text) if bare.rows else "",
            stray=not belongs,
            cut=index in cuts,
        )
        facts.append(((before, index), page))
    pages = [page for _, page in sorted(facts, key=lambda item: item[0])]
    # What stands on the back of a card is no title of a document.
    backs = other_faces([page.shape for page in pages])
    return tuple(
        replace(page, title=None) if place in backs else page for place, page in enumerate(pages)
    )


def _cuts(dossier: _Dossier) -> set[int]:
    """The pages at which the operator cut the stack: the first behind each separator sheet, and
    those that a count makes the first."""
    cuts = set()
    behind = False
    for index, (side, role) in enumerate(zip(dossier.sides, dossier.roles, strict=True)):
        behind = behind or side.marker in ("separator", "starts_item")
        if behind and role.role == "page":
            cuts.add(index)
            behind = False
    return cuts


def _fits(number: int | None, taken: set[int | None]) -> bool:
    known = [value for value in taken if value is not None]
    return number is not None and bool(known) and min(known) - 1 <= number <= max(known) + 1


def _without(page: PageText, case_number: str | None) -> PageText:
    """The page without rows that hold nothing but the case number."""
    if not case_number:
        return page
    bare = "".join(c for c in case_number if c.isalnum())
    rows = tuple(row for row in page.rows if "".join(c for c in row.text if c.isalnum()) != bare)
    return replace(page, rows=rows)


def _filled_numbers(dossier: _Dossier, order: Sequence[int]) -> dict[int, int | None]:
    """Numbers for the finding of documents only: unnumbered pages between 12 and 14 lie at 13."""
    filled: dict[int, int | None] = {i: dossier.numbers[i].value for i in order}
    run = [i for i in order if dossier.numbers[i].in_sequence and filled[i] is not None]
    for left, right in itertools.pairwise(run):
        between = [i for i in order if left < i < right and filled[i] is None]
        first, last = filled[left], filled[right]
        if first is None or last is None or last - first != len(between) + 1:
            continue
        for step, index in enumerate(between, start=1):
            filled[index] = first + step
    return filled


def _items(
    dossier: _Dossier,
    facts: Sequence[PageFacts],
    beginnings: Sequence[Beginning],
    template: Template,
    parties: Sequence[str],
) -> tuple[tuple[ItemProposal, ...], dict[int, int]]:
    makers = load_makers()
    court = known_court(dossier.pages)
    items: list[ItemProposal] = []
    item_of: dict[int, int] = {}
    row_before = 0
    shares = _shares(facts, beginnings)
    dates = _dates(dossier, beginnings, shares)
    for number, (beginning, members) in enumerate(zip(beginnings, shares, strict=True), start=1):
        indexes = [page.index for page in members]
        places = [*indexes, *_blank_backs(dossier, indexes)]
        item_of.update(dict.fromkeys(places, number))
        numbers = [page.number for page in members if page.number is not None]
        classes = beginning.known.classes if beginning.known else ()
        listed = template.row_for(classes, row_before)
        untitled = beginning.reason.code == "no_title"
        row = listed or (template.row(row_before) if untitled and row_before else template.other)
        if listed is not None and listed is not template.other:
            row_before = listed.number
        title = beginning.title or (row.title if row else "")
        written = [dossier.pages[index] for index in indexes]
        date = dates[number - 1]
        author = find_author(
            beginning.known,
            title,
            written,
            beginning.title_row,
            makers=makers,
            court=court,
            parties=parties,
        )
        stray = any(dossier.numbers[index].reason.code in _STRAY_NUMBERS for index in indexes)
        fields = {"title": title_field(beginning)}
        if row is not None:
            fields["category"] = category_field(
                beginning, row, listed=listed is not None, title=fields["title"]
            )
        if date is not None:
            fields["date"] = date_field(date)
        if author.field is not None:
            fields["author"] = author.field
        items.append(
            ItemProposal(
                number=number,
                title=title,
                category=row.title if row else "",
                first_page=min(numbers, default=None),
                last_page=max(numbers, default=None),
                date=date.date.isoformat() if date else None,
                confidence=round(item_confidence(beginning, fields["title"], stray=stray), 4),
                first_position=dossier.sides[min(places)].position,
                last_position=dossier.sides[max(places)].position,
                reason=_with_row(beginning.reason, row.number if row else 0),
                author=author.name,
                fields=fields,
            )
        )
    return tuple(items), item_of


def _dates(
    dossier: _Dossier, beginnings: Sequence[Beginning], shares: Sequence[Sequence[PageFacts]]
) -> list[FoundDate | None]:
    """The date of each document; misread years are mended by those of the others."""

    def found(years: frozenset[int]) -> list[FoundDate | None]:
        return [
            None
            if _is_card(beginning)
            else find_document_date(
                [dossier.pages[page.index] for page in share],
                record=is_record(beginning.title),
                years=years,
            )
            for beginning, share in zip(beginnings, shares, strict=True)
        ]

    return found(years_of(found(frozenset())))


def _is_card(beginning: Beginning) -> bool:
    """A copied card tells of birth and validity and has no date of its own."""
    classes = beginning.known.classes if beginning.known else ()
    return classes[:1] == ("identity",) and not beginning.title.endswith("书")


def _shares(facts: Sequence[PageFacts], beginnings: Sequence[Beginning]) -> list[list[PageFacts]]:
    """The pages of each document: up to the next beginning, but for what an intruder took.

    A sheet without number between pages 8 and 9 tears the document it was put into; the numbered
    pages behind it go on from page 8, so they belong to the document before it.
    """
    ends = [*(beginning.page for beginning in beginnings[1:]), len(facts)][: len(beginnings)]
    shares = [
        list(facts[beginning.page : end]) for beginning, end in zip(beginnings, ends, strict=True)
    ]
    for before, share in itertools.pairwise(shares):
        numbers = [page.number for page in before if page.number is not None]
        intruders = list(itertools.takewhile(lambda page: page.number is None, share))
        behind = share[len(intruders) :]
        if numbers and intruders and behind and behind[0].number == numbers[-1] + 1:
            before.extend(behind)
            del share[len(intruders) :]
    return shares


def _with_row(reason: Reason, row: int) -> Reason:
    return Reason(code=reason.code, parameters={**reason.parameters, "row": row})


def _blank_backs(dossier: _Dossier, indexes: Sequence[int]) -> list[int]:
    """The blank sides that follow the pages of a document directly."""
    found: list[int] = []
    for index in indexes:
        following = index + 1
        while following < len(dossier.roles) and dossier.roles[following].role == "blank":
            found.append(following)
            following += 1
    return found


def _side(dossier: _Dossier, index: int, item: int | None) -> SideProposal:
    number = dossier.numbers.get(index, _NO_NUMBER)
    return SideProposal(
        position=dossier.sides[index].position,
        role=dossier.roles[index].role,
        page_number=number.value,
        page_number_confidence=number.confidence,
        item=item,
        reason=dossier.roles[index].reason,
        number_reason=number.reason,
    )
