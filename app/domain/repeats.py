"""Pages that were scanned twice, and numbers that stand on two pages (重复扫描、重号)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from app.domain.ledger import DOUBLE, CapturedSide, Report, adjacent_runs, joined

BINDING_ROLES = ("cover", "catalogue", "remarks")


def without_repeated(
    pages: list[CapturedSide], binding: Sequence[CapturedSide], report: Report
) -> list[CapturedSide]:
    """Report repeated sides, one discrepancy for each run, and give the pages without them.

    `binding` are cover, catalogue and remarks, which carry no number: there only a twin tells.
    """
    kept: dict[int, CapturedSide] = {}
    families = _families(pages)
    settled = {side.position for family in families if len(family) > 1 for side in family}
    for family in families:
        keep = _kept(pages, family, settled)
        kept.update({side.position: keep for side in family if side is not keep})
    kept.update(_bound_twice(binding))
    everything = sorted([*pages, *binding], key=lambda side: side.position)
    repeated = [side for side in everything if side.position in kept]
    for run in adjacent_runs(repeated, everything):
        for part in _by_original(run, kept, everything):
            _report_run(pages, part, kept, report)
    return [side for side in pages if side.position not in kept]


def _by_original(
    run: list[CapturedSide], kept: dict[int, CapturedSide], everything: Sequence[CapturedSide]
) -> list[list[CapturedSide]]:
    """A run cut where its originals do not stand together: pages from two places of the dossier
    were scanned again for two reasons, though they lie side by side."""
    place = {side.position: index for index, side in enumerate(everything)}
    parts: list[list[CapturedSide]] = []
    for side in run:
        here = place[kept[side.position].position]
        if parts and here - place[kept[parts[-1][-1].position].position] in (0, 1):
            parts[-1].append(side)
        else:
            parts.append([side])
    return parts


def _report_run(
    pages: list[CapturedSide],
    run: list[CapturedSide],
    kept: dict[int, CapturedSide],
    report: Report,
) -> None:
    originals = [kept[side.position] for side in run]
    numbers = [
        number
        for side, original in zip(run, originals, strict=True)
        if (number := original.page_number or side.page_number) is not None
    ]
    pictured = all(
        side.twin is not None or original.twin is not None
        for side, original in zip(run, originals, strict=True)
    )
    if not pictured:
        # The same number on another content: the paper has the number twice, and then the number
        # that is left out at this place is no page that got lost.
        report.explained |= _left_out(pages, run, kept)
    report.add(
        "duplicate_page",
        run,
        numbers,
        0.95 if pictured else 0.75,
        "REC-202" if pictured else "REC-203",
        state=DOUBLE,
        twins=joined(original.position for original in originals),
    )


def _families(pages: Sequence[CapturedSide]) -> list[list[CapturedSide]]:
    """Sides of one number, and sides of which one is the twin of the other."""
    by_position = {side.position: side for side in pages}
    leader = {side.position: side.position for side in pages}

    def find(position: int) -> int:
        while leader[position] != position:
            position = leader[position]
        return position

    first_of: dict[int, int] = {}
    for side in pages:
        if side.page_number is not None:
            first = first_of.setdefault(side.page_number, side.position)
            leader[find(side.position)] = find(first)
        twin = by_position.get(side.twin) if side.twin is not None else None
        if twin is not None and not _clearly_other_numbers(side, twin):
            leader[find(side.position)] = find(twin.position)
    families: dict[int, list[CapturedSide]] = defaultdict(list)
    for side in pages:
        families[find(side.position)].append(side)
    return list(families.values())


def _clearly_other_numbers(side: CapturedSide, twin: CapturedSide) -> bool:
    """Forms look alike; what bears two different numbers is two pages. A number that was only
    proposed, where that of the twin was read, is none against the picture."""
    if side.page_number is None or twin.page_number is None:
        return False
    return side.page_number != twin.page_number and not any(
        one.proposed and other.page_number in one.candidates
        for one, other in ((side, twin), (twin, side))
    )


def _kept(
    pages: Sequence[CapturedSide], family: list[CapturedSide], repeated: set[int]
) -> CapturedSide:
    """The one that stands for the page: the first that is in its place, else the first that
    shows its number; those whose number was only proposed come last."""
    family = sorted(family, key=lambda side: side.proposed)
    in_place = [side for side in family if _in_place(pages, side, repeated)]
    numbered = [side for side in family if side.page_number is not None]
    return (in_place or numbered or family)[0]


def _in_place(pages: Sequence[CapturedSide], side: CapturedSide, repeated: set[int]) -> bool:
    if side.page_number is None:
        return False
    before, after = _around(pages, side, repeated)
    return (before is None or before < side.page_number) and (
        after is None or side.page_number < after
    )


def _around(
    pages: Sequence[CapturedSide], side: CapturedSide, repeated: set[int]
) -> tuple[int | None, int | None]:
    """The nearest numbers before and after a side that are not themselves in question."""
    before = after = None
    for other in pages:
        if other.page_number is None or other.position in repeated:
            continue
        if other.position < side.position:
            before = other.page_number
        elif other.position > side.position:
            after = other.page_number
            break
    return before, after


def _left_out(
    pages: Sequence[CapturedSide], run: list[CapturedSide], kept: dict[int, CapturedSide]
) -> set[int]:
    before, _ = _around(pages, run[0], set(kept))
    _, after = _around(pages, run[-1], set(kept))
    if before is None or after is None or after - before - 1 != len(run):
        return set()
    present = {side.page_number for side in pages}
    return {number for number in range(before + 1, after) if number not in present}


def _bound_twice(binding: Sequence[CapturedSide]) -> dict[int, CapturedSide]:
    by_position = {side.position: side for side in binding}
    return {
        side.position: by_position[side.twin]
        for side in binding
        if side.twin in by_position
        and side.role in BINDING_ROLES
        and side.twin is not None
        and side.twin < side.position
    }
