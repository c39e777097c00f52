"""Which faults are planted in the drawn dossiers of `accuracy_dossier.py`: one at a time, mixtures
of up to six as they come in one dossier, and such mixtures at the places that are hard to judge."""

from __future__ import annotations

import random
from collections.abc import Callable

from scanner.paper.plan import Plan

MOST_FAULTS = 6
# Faults nearer to each other than this many pages may be one and the same cause to any reader.
APART = 3
# A document of so many more pages than one is long.
LONG = 4
# How often a second fault stands beside the first.
BESIDE = 0.35
# What may stand beside a fault and yet be told from it by a careful reader. A page without its
# number beside a gap, or a stray in one, is either of the two to anybody.
NEIGHBOURS = {
    "missing": ("missing", "duplicate"),
    "duplicate": ("duplicate", "missing", "foreign", "extra"),
    "foreign": ("foreign", "duplicate", "unnumbered"),
    "extra": ("extra", "duplicate"),
    "unnumbered": ("unnumbered", "duplicate"),
}


def single_faults(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The dossiers drawn for one seed: a name and its planted faults."""
    last, middle = plan.page_count, (plan.page_count + 1) // 2
    long = next((item for item in plan.items if item.last_page > item.first_page), plan.items[0])
    inner = next(item for item in plan.items[1:] if item.first_page > 1).number
    several = middle + 2 if middle + 2 <= last else 1
    return {
        "clean": (),
        "missing-first": ("missing_page=1",),
        "missing-middle": (f"missing_page={middle}",),
        "missing-last": (f"missing_page={last}",),
        "missing-sheet": (f"missing_page={middle}:sheet",),
        "duplicate": (f"duplicate_page={middle}",),
        "duplicate-later": (f"duplicate_page={min(3, last)}:later",),
        "order-near": (f"wrong_order={middle},{several}",),
        "order-far": (f"wrong_order=1,{last}",),
        "foreign": (f"foreign_case={middle}",),
        "foreign-numbered": (f"foreign_case={middle}:numbered",),
        "foreign-replace": (f"foreign_case={middle}:replace",),
        "foreign-end": (f"foreign_case={last}",),
        "extra": (f"extra_page={middle}",),
        "extra-numbered": (f"extra_page={last}:numbered",),
        "unnumbered-first": ("unnumbered_page=1",),
        "unnumbered": (f"unnumbered_page={middle}",),
        "unnumbered-last": (f"unnumbered_page={last}",),
        "count-more": (f"count_mismatch={last + 1}",),
        "count-less": (f"count_mismatch={last - 2}",),
        "row-last": (f"catalogue_mismatch={long.number}",),
        "row-first": (f"catalogue_mismatch={inner}:first",),
        "stray-in-gap": (f"extra_page={middle - 1}", f"missing_page={middle}:sheet"),
        "two": (f"missing_page={last - 1}", "foreign_case=2"),
        "three": ("duplicate_page=2", f"missing_page={middle + 1}", f"unnumbered_page={last}"),
    }


def mixed_faults(plan: Plan, seed: int, count: int) -> dict[str, tuple[str, ...]]:
    """`count` dossiers with one to six faults each, of any kind at any page."""
    return {
        f"mixed-{number}": _mixture(plan, random.Random(f"{seed}-{number}"))
        for number in range(1, count + 1)
    }


def _mixture(plan: Plan, chance: random.Random) -> tuple[str, ...]:
    sheets = {side.page_number: side.sheet for side in plan.sides if side.page_number is not None}
    free = [page for page in sheets if page <= plan.page_count]

    def page() -> int:
        """A page of a sheet of its own, apart from those that were taken."""
        chosen = chance.choice(free)
        free[:] = [
            other
            for other in free
            if abs(other - chosen) >= APART and sheets[other] != sheets[chosen]
        ]
        return chosen

    kinds: dict[str, Callable[[], str]] = {
        "missing": lambda: f"missing_page={page()}" + chance.choice(("", ":sheet")),
        "duplicate": lambda: f"duplicate_page={page()}" + chance.choice(("", ":later", ":rescan")),
        "order": lambda: f"wrong_order={page()},{page()}",
        "foreign": lambda: f"foreign_case={page()}" + chance.choice(("", ":numbered", ":replace")),
        "extra": lambda: f"extra_page={page()}",
        "unnumbered": lambda: f"unnumbered_page={page()}",
        "count": lambda: f"count_mismatch={plan.page_count + chance.choice((-3, -1, 1, 2))}",
    }
    once = {"count"}
    planted: list[str] = []
    for _ in range(chance.randint(1, MOST_FAULTS)):
        if len(free) < 2 * APART:
            break
        kind = chance.choice(sorted(kinds))
        planted.append(kinds[kind]())
        if kind in once:
            del kinds[kind]
    return tuple(planted)


def placed_faults(plan: Plan, seed: int, count: int) -> dict[str, tuple[str, ...]]:
    """`count` dossiers with one to six faults each at hard places: the ends, inside of long
    documents, at their borders, beside blank backs, two side by side, two of one kind."""
    return {
        f"placed-{number}": _placed(plan, random.Random(f"placed-{seed}-{number}"))
        for number in range(1, count + 1)
    }


def _hard_places(plan: Plan) -> dict[str, list[int]]:
    """Pages by what makes them hard; see `placed_faults`."""
    long = [item for item in plan.items if item.last_page - item.first_page >= LONG]
    single = [item for item in plan.items if item.last_page == item.first_page]
    places = {
        "end": [1, plan.page_count],
        "inside": [page for item in long for page in range(item.first_page + 1, item.last_page)],
        "border": [page for item in plan.items for page in (item.first_page, item.last_page)],
        "single": [item.first_page for item in single],
    }
    return {name: pages for name, pages in places.items() if pages}


def _placed(plan: Plan, chance: random.Random) -> tuple[str, ...]:
    sheets = {side.page_number: side.sheet for side in plan.sides if side.page_number is not None}
    hard = _hard_places(plan)
    used: list[int] = []
    kinds: dict[str, Callable[[int], str]] = {
        "missing": lambda page: f"missing_page={page}" + chance.choice(("", ":sheet")),
        "duplicate": lambda page: (
            f"duplicate_page={page}" + chance.choice(("", ":later", ":rescan"))
        ),
        "foreign": lambda page: (
            f"foreign_case={page}" + chance.choice(("", ":numbered", ":replace"))
        ),
        "extra": lambda page: f"extra_page={page}",
        "unnumbered": lambda page: f"unnumbered_page={page}",
    }

    def free(page: int, apart: int) -> bool:
        return page in sheets and all(
            abs(page - other) >= apart and sheets[page] != sheets[other] for other in used
        )

    def page_at(place: str) -> int | None:
        found = [page for page in hard[place] if free(page, APART + 2)]
        if not found:
            return None
        used.append(chance.choice(found))
        return used[-1]

    planted: list[str] = []
    for _ in range(chance.randint(1, MOST_FAULTS)):
        page = page_at(chance.choice(sorted(hard)))
        if page is None:
            continue
        kind = chance.choice(sorted(kinds))
        planted.append(kinds[kind](page))
        beside = next((other for other in (page + 1, page + 2) if free(other, 1)), None)
        if beside is not None and chance.random() < BESIDE:
            other_kind = chance.choice(NEIGHBOURS.get(kind, (kind,)))
            used.append(beside)
            planted.append(kinds[other_kind](beside))
    once = chance.random()
    rows = [item for item in plan.items if free(item.last_page, APART + 3)]
    if once < 0.25 or not planted:
        planted.append(f"count_mismatch={plan.page_count + chance.choice((-3, -1, 1, 2))}")
    elif once < 0.5 and rows:
        planted.append(f"catalogue_mismatch={chance.choice(rows).number}")
    return tuple(planted[:MOST_FAULTS])
