"""A catalogue sheet held against the catalogue: which row is which document, what changes.

A row is known by its pages, which say where the document lies in the paper; where they changed,
by its number. A row with pages of its own and no document is a new document; a document without
a row joins the one before it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attrs import field, frozen

from app.domain.dossier import Item, Side
from app.services.catalogue_sheets import SheetRow, with_problem, without_problem
from app.services.sheet_views import SheetChange, SheetProblem

FIELDS = ("title", "author", "date", "category")


@frozen(kw_only=True)
class Draft:
    """A row with the document it is of (None for a new one) and the sides it covers."""

    row: SheetRow
    item: Item | None
    sides: tuple[str, ...] = ()


@frozen(kw_only=True)
class Match:
    """One part of the sheet held against one part of the catalogue."""

    drafts: tuple[Draft, ...]
    removed: tuple[Item, ...]
    problems: tuple[SheetProblem, ...]
    changes: tuple[SheetChange, ...] = field(factory=tuple)


def match_part(
    rows: Sequence[SheetRow],
    items: Sequence[Item],
    sides: Sequence[Side],
    categories: Collection[str],
) -> Match:
    """Match the rows of one part. `sides` are all active ones of the part by position."""
    owners = _owners(rows, items)
    known = {*categories, *(item.category for item in items), ""}
    drafts: list[Draft] = []
    covered: dict[str, int] = {}
    for row in rows:
        checked, item = row, owners.get(row.row)
        category = row.values.get("category", "")
        if item is not None and item.date == row.values.get("date"):
            # What stands in the catalogue may stay, whatever it looks like.
            checked = without_problem(checked, "day")
        if category not in known:
            checked = with_problem(checked, "category", category)
        if item is None and row.pages is None:
            checked = with_problem(checked, "no_place", row.title)
        checked, own = _covered(checked, item, sides)
        for side_id in own:
            other = covered.setdefault(side_id, row.row)
            if other != row.row and _page(sides, side_id) is not None:
                checked = with_problem(checked, "overlap", str(_page(sides, side_id)))
                break
        drafts.append(Draft(row=checked, item=item, sides=own))
    matched = {draft.item.id for draft in drafts if draft.item is not None}
    removed = tuple(item for item in items if item.id not in matched)
    problems = [problem for draft in drafts for problem in draft.row.problems]
    left = _left_over(items, sides, covered)
    if left and not problems:
        last = max((draft.row.row for draft in drafts if _before(draft, sides, left[0])), default=0)
        pages = "、".join(str(page) for page in left)
        part = items[0].part
        problems.append(SheetProblem(part=part, row=last, code="gap", value=pages))
    return Match(
        drafts=_with_blanks(drafts, items, sides),
        removed=removed,
        problems=tuple(problems),
        changes=tuple(_changes(drafts, removed)),
    )


def _owners(rows: Sequence[SheetRow], items: Sequence[Item]) -> dict[int, Item]:
    """The document of each row: by its pages first, then by its number."""
    owners: dict[int, Item] = {}
    free = {item.id: item for item in items}
    by_pages: dict[tuple[int, int], list[Item]] = {}
    for item in items:
        if item.first_page is not None and item.last_page is not None:
            by_pages.setdefault((item.first_page, item.last_page), []).append(item)
    for row in rows:
        alike = [item for item in by_pages.get(row.pages or (0, 0), ()) if item.id in free]
        numbered = [item for item in alike if item.number == row.number]
        if numbered or len(alike) == 1:
            owners[row.row] = free.pop((numbered or alike)[0].id)
    for row in rows:
        if row.row not in owners and row.number is not None:
            found = next((item for item in free.values() if item.number == row.number), None)
            if found is not None:
                owners[row.row] = free.pop(found.id)
    for row in rows:
        if row.row not in owners and row.number is None and row.pages is None:
            alike = [item for item in free.values() if item.title == row.title]
            if len(alike) == 1:
                owners[row.row] = free.pop(alike[0].id)
    return owners


def _covered(
    row: SheetRow, item: Item | None, sides: Sequence[Side]
) -> tuple[SheetRow, tuple[str, ...]]:
    """The sides that a row covers; a row that says nothing new keeps those of its document."""
    own = [] if item is None else [side for side in sides if _inside(item, side)]
    stated = row.pages
    if row.looks_like is not None and item is not None:
        if row.looks_like != (item.first_page, item.last_page):
            row = with_problem(row, "pages_became_day", "-".join(map(str, row.looks_like)))
        stated = None
    if stated is None or (item is not None and stated == (item.first_page, item.last_page)):
        return row, tuple(side.id for side in own)
    near = {side.id for side in own}
    first = _place(sides, stated[0], near)
    last = _place(sides, stated[1], near)
    if first is None or last is None:
        missing = stated[0] if first is None else stated[1]
        return with_problem(row, "no_such_page", str(missing)), ()
    if last < first:
        return with_problem(row, "pages", f"{stated[0]}-{stated[1]}"), ()
    return row, tuple(side.id for side in sides[first : last + 1])


def _place(sides: Sequence[Side], page: int, near: Collection[str]) -> int | None:
    """Where a page lies; of several with its number the one in the document, else the first."""
    places = [place for place, side in enumerate(sides) if side.page_number == page]
    return next((place for place in places if sides[place].id in near), None) or next(
        iter(places), None
    )


def _left_over(items: Sequence[Item], sides: Sequence[Side], covered: Collection[str]) -> list[int]:
    """Pages that belong to a document now and to no row."""
    return [
        side.page_number
        for side in sides
        if side.page_number is not None
        and side.id not in covered
        and any(_inside(item, side) for item in items)
    ]


def _with_blanks(
    drafts: Sequence[Draft], items: Sequence[Item], sides: Sequence[Side]
) -> tuple[Draft, ...]:
    """Sides without a number that no row can name go with what lies before them."""
    owner: dict[str, int] = {}
    for place, draft in enumerate(drafts):
        for side_id in draft.sides:
            owner.setdefault(side_id, place)
    members: dict[int, list[str]] = {place: [] for place in range(len(drafts))}
    before: int | None = None
    for side in sides:
        at = owner.get(side.id)
        if at is None and any(_inside(item, side) for item in items):
            at = before
        if at is not None:
            members[at].append(side.id)
            before = at
    return tuple(
        Draft(row=draft.row, item=draft.item, sides=tuple(members[place]))
        for place, draft in enumerate(drafts)
    )


def _changes(drafts: Sequence[Draft], removed: Sequence[Item]) -> list[SheetChange]:
    changes: list[SheetChange] = []
    for draft in drafts:
        row, item = draft.row, draft.item
        if item is None:
            if row.pages is not None:
                changes.append(
                    SheetChange(
                        part=row.part,
                        row=row.row,
                        kind="added",
                        number=0,
                        title=row.title,
                        after=pages_text(*row.pages),
                    )
                )
            continue
        stated = {name: row.values[name] for name in FIELDS if name in row.values}
        now = {name: str(getattr(item, name)) for name in stated}
        if row.pages is not None:
            stated["pages"] = pages_text(*row.pages)
            now["pages"] = pages_text(item.first_page, item.last_page)
        changes += [
            SheetChange(
                part=row.part,
                row=row.row,
                kind="changed",
                number=item.number,
                title=item.title,
                field=name,
                before=now[name],
                after=value,
            )
            for name, value in stated.items()
            if value != now[name]
        ]
    changes += [
        SheetChange(
            part=item.part,
            row=0,
            kind="removed",
            number=item.number,
            title=item.title,
            before=pages_text(item.first_page, item.last_page),
        )
        for item in removed
    ]
    return changes


def pages_text(first: int | None, last: int | None) -> str:
    """A page range as it stands in the sheet."""
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}-{last}"


def _inside(item: Item, side: Side) -> bool:
    return item.first_position <= side.position <= item.last_position


def _page(sides: Sequence[Side], side_id: str) -> int | None:
    return next(side.page_number for side in sides if side.id == side_id)


def _before(draft: Draft, sides: Sequence[Side], page: int) -> bool:
    """Whether a row covers anything ahead of a page."""
    ahead = next(side.position for side in sides if side.page_number == page)
    own = set(draft.sides)
    return any(side.id in own and side.position < ahead for side in sides)
