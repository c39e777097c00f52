"""Which faults are planted in the drawn dossiers of `accuracy_dossier.py`: one at a time, and
mixtures of up to six as they come in one dossier."""

from __future__ import annotations

import random
from collections.abc import Callable

from scanner.paper.plan import Plan

MOST_FAULTS = 6
# Faults nearer to each other than this many pages may be one and the same cause to any reader.
APART = 3


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
