"""The ledger (核对台账): the paper's pages against the captured sides, one cause reported once.

Evidence is weighed in this order, so that what explains most is named and not its echoes:
foreign pages, repeated pages, order, gaps with the sides that stand in them, extra pages, counts,
catalogue rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from attrs import field, frozen

from app.domain.sequence import displaced_groups

MATCHED, MISSING, DOUBLE, STRANGER, UNNUMBERED = (
    "matched",
    "missing",
    "double",
    "stranger",
    "unnumbered",
)


@frozen(kw_only=True)
class LedgerEntry:
    """One discrepancy (差异) as stored. `verdict` is a person's: "", "same", "differs", "ask".

    `reason` is {"code", "parameters"} of a sentence in `resources/faults`, so that each reader
    gets it in her language.
    """

    id: str
    dossier_id: str
    kind: str
    positions: tuple[int, ...]
    page_numbers: tuple[int, ...]
    confidence: float
    reason: dict[str, Any] = field(factory=dict)
    verdict: str = ""
    verdict_by: str = ""
    remark: str = ""


@frozen(kw_only=True)
class CapturedSide:
    """What is known of one captured side. `foreign_case` is another case's number standing where
    a page names its own case; `own_case` and `own_party` tell that this case's number or a party
    of it stands in the text; `twin` is the position of an earlier picture of the same sheet."""

    position: int
    role: str
    page_number: int | None = None
    confidence: float = 0.0
    readable: bool = True
    has_text: bool = True
    foreign_case: str = ""
    own_case: bool = False
    own_party: bool = False
    twin: int | None = None


@frozen(kw_only=True)
class Row:
    """One row of a catalogue: stated with the case, read from paper, or found in the images.

    `certain` tells, for rows from the images, that the first page was found by its title.
    """

    title: str
    first_page: int | None
    last_page: int | None = None
    certain: bool = True


@frozen(kw_only=True)
class Expected:
    """What is known of the paper. None and empty where nothing is known."""

    case_no: str
    stated_pages: int | None = None
    end_note_pages: int | None = None
    stated_rows: tuple[Row, ...] = ()
    paper_rows: tuple[Row, ...] = ()
    found_rows: tuple[Row, ...] = ()


@frozen(kw_only=True)
class Discrepancy:
    """One difference between paper and image, and the sentence that explains it."""

    kind: str
    positions: tuple[int, ...]
    page_numbers: tuple[int, ...]
    confidence: float
    code: str
    parameters: dict[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Tile:
    """One place of the two aligned tracks: a paper page and the sides that stand for it."""

    page_number: int | None
    positions: tuple[int, ...]
    state: str


@frozen(kw_only=True)
class Reconciliation:
    """The whole answer."""

    consistent: bool
    counts: dict[str, int | None]
    discrepancies: tuple[Discrepancy, ...]
    tiles: tuple[Tile, ...]


def reconcile(sides: Sequence[CapturedSide], expected: Expected) -> Reconciliation:
    """Hold the captured sides against what is known of the paper."""
    return _Ledger(sides, expected).settle()


class _Ledger:
    def __init__(self, sides: Sequence[CapturedSide], expected: Expected) -> None:
        self._all = sorted(sides, key=lambda side: side.position)
        self._expected = expected
        self._pages = [side for side in self._all if side.role == "page"]
        self._found: list[Discrepancy] = []
        self._explained: set[int] = set()
        self._gone: set[int] = set()
        self._states: dict[int, str] = {}

    def settle(self) -> Reconciliation:
        pages = self._without_foreign(self._pages)
        if self._nothing_numbered(pages):
            return self._answer(pages, last=None)
        pages = self._without_repeated(pages)
        self._order(pages)
        last = self._last_page(pages)
        self._gaps(pages, last)
        self._catalogue(pages)
        return self._answer(pages, last)

    # Foreign pages

    def _without_foreign(self, pages: list[CapturedSide]) -> list[CapturedSide]:
        counts: Counter[int | None] = Counter(side.page_number for side in pages)
        strangers: list[list[CapturedSide]] = []
        for index, side in enumerate(pages):
            follows = bool(strangers) and strangers[-1][-1] is pages[index - 1] and index > 0
            if self._is_foreign(pages, index, counts):
                if follows and strangers[-1][0].foreign_case == side.foreign_case:
                    strangers[-1].append(side)
                else:
                    strangers.append([side])
            elif follows and self._continues_foreign(pages, index, counts):
                strangers[-1].append(side)
        for group in strangers:
            numbers = tuple(side.page_number for side in group if side.page_number is not None)
            self._report(
                "foreign_case",
                group,
                numbers,
                0.95 if not numbers else 0.85,
                "REC-201",
                case_no=group[0].foreign_case,
            )
            for side in group:
                self._states[side.position] = STRANGER
        gone = {side.position for group in strangers for side in group}
        left = [side for side in pages if side.position not in gone]
        present = {side.page_number for side in left}
        # A stranger's own number never makes a page of this dossier present, but a stranger that
        # took the place of a page explains the gap at that place.
        self._explained |= {
            side.page_number
            for group in strangers
            for side in group
            if side.page_number is not None
            and side.page_number not in present
            and self._fits(pages, side)
        }
        return left

    def _is_foreign(
        self, pages: list[CapturedSide], index: int, counts: Counter[int | None]
    ) -> bool:
        side = pages[index]
        if not side.foreign_case or side.own_case:
            return False
        # A cited judgment or an annex rightly names another case; it then stands in the sequence
        # of this dossier's own stamps or speaks of its parties.
        return not (side.own_party and self._in_sequence(pages, index, counts))

    def _continues_foreign(
        self, pages: list[CapturedSide], index: int, counts: Counter[int | None]
    ) -> bool:
        side = pages[index]
        if side.own_case or side.own_party or not side.has_text:
            return False
        return not self._in_sequence(pages, index, counts)

    def _in_sequence(
        self, pages: list[CapturedSide], index: int, counts: Counter[int | None]
    ) -> bool:
        number = pages[index].page_number
        if number is None or counts[number] > 1:
            return False
        before = next((p.page_number for p in reversed(pages[:index]) if p.page_number), None)
        after = next((p.page_number for p in pages[index + 1 :] if p.page_number), None)
        near_before = before is None or 0 < number - before <= 3
        near_after = after is None or 0 < after - number <= 3
        return near_before and near_after

    def _fits(self, pages: list[CapturedSide], side: CapturedSide) -> bool:
        index = pages.index(side)
        counts = Counter(page.page_number for page in pages)
        return self._in_sequence(pages, index, counts)

    # No numbers at all

    def _nothing_numbered(self, pages: list[CapturedSide]) -> bool:
        readable = [side for side in pages if side.readable]
        without = [side for side in readable if side.page_number is None]
        if len(readable) < 4 or len(without) < 0.7 * len(readable):
            return False
        self._report("unnumbered_page", without, (), 0.9, "REC-208", count=len(without))
        stated = self._expected.stated_pages or self._expected.end_note_pages
        if stated is not None and stated != len(pages):
            self._report(
                "count_mismatch", [], (), 0.8, "REC-209", stated=stated, counted=len(pages)
            )
        return True

    # Repeated pages

    def _without_repeated(self, pages: list[CapturedSide]) -> list[CapturedSide]:
        by_position = {side.position: side for side in pages}
        by_number: dict[int, list[CapturedSide]] = defaultdict(list)
        for side in pages:
            if side.page_number is not None:
                by_number[side.page_number].append(side)
        repeated: dict[int, CapturedSide] = {}
        for side in pages:
            twin = by_position.get(side.twin) if side.twin is not None else None
            if twin is not None and not _clearly_other_numbers(side, twin):
                repeated[side.position] = twin
        for same in by_number.values():
            keep = self._best_placed(pages, [s for s in same if s.position not in repeated])
            for side in same:
                if keep is not None and side is not keep and side.position not in repeated:
                    repeated[side.position] = keep
        self._report_repeated(pages, repeated)
        return [side for side in pages if side.position not in repeated]

    def _best_placed(
        self, pages: list[CapturedSide], same: list[CapturedSide]
    ) -> CapturedSide | None:
        """Of several sides with one number the one whose neighbours agree, else the first."""
        if len(same) < 2:
            return same[0] if same else None

        def agreement(side: CapturedSide) -> int:
            index, number = pages.index(side), side.page_number or 0
            around = pages[max(0, index - 1) : index] + pages[index + 1 : index + 2]
            wanted = {number - 1, number + 1}
            return sum(page.page_number in wanted for page in around)

        return max(same, key=lambda side: (agreement(side), -side.position))

    def _report_repeated(
        self, pages: list[CapturedSide], repeated: dict[int, CapturedSide]
    ) -> None:
        group: list[CapturedSide] = []
        for side in pages:
            twin = repeated.get(side.position)
            if twin is None:
                continue
            if group and group[-1].position + 1 == side.position:
                group.append(side)
                continue
            self._repeated_group(group, repeated)
            group = [side]
        self._repeated_group(group, repeated)

    def _repeated_group(self, group: list[CapturedSide], repeated: dict[int, CapturedSide]) -> None:
        if not group:
            return
        twins = [repeated[side.position] for side in group]
        numbers = tuple(
            twin.page_number if twin.page_number is not None else side.page_number
            for side, twin in zip(group, twins, strict=True)
            if twin.page_number is not None or side.page_number is not None
        )
        pictured = all(side.twin is not None for side in group)
        self._report(
            "duplicate_page",
            group,
            tuple(number for number in numbers if number is not None),
            0.95 if pictured else 0.8,
            "REC-202" if pictured else "REC-203",
            twins="、".join(str(twin.position) for twin in twins),
        )
        for side in group:
            self._states[side.position] = DOUBLE

    # Order

    def _order(self, pages: list[CapturedSide]) -> None:
        numbered = [side for side in pages if side.page_number is not None]
        values = [side.page_number or 0 for side in numbered]
        for group in displaced_groups(values):
            moved = [numbered[index] for index in group]
            numbers = tuple(side.page_number for side in moved if side.page_number is not None)
            confidence = min(side.confidence for side in moved)
            self._report("wrong_order", moved, numbers, max(0.5, confidence), "REC-204")

    # How many pages the paper has

    def _last_page(self, pages: list[CapturedSide]) -> int | None:
        numbers = sorted(side.page_number for side in pages if side.page_number is not None)
        observed = numbers[-1] if numbers else None
        witnesses = {
            "stated": self._expected.stated_pages,
            "end_note": self._expected.end_note_pages,
            "stated_rows": _last_of(self._expected.stated_rows),
            "paper_rows": _last_of(self._expected.paper_rows),
            "observed": observed,
        }
        weights = {
            "stated": 1.2,
            "end_note": 1.0,
            "stated_rows": 0.7,
            "paper_rows": 0.7,
            "observed": 1.0,
        }
        votes: dict[int, float] = defaultdict(float)
        for name, value in witnesses.items():
            if value is not None:
                votes[value] += weights[name]
        if not votes:
            return None
        last = max(votes, key=lambda value: (votes[value], value == witnesses["stated"], value))
        self._counts_against(last, witnesses)
        return last

    def _counts_against(self, last: int, witnesses: dict[str, int | None]) -> None:
        differing = {
            name: value
            for name, value in witnesses.items()
            if name in ("stated", "end_note") and value is not None and value != last
        }
        if differing:
            self._report(
                "count_mismatch",
                [],
                (),
                0.85,
                "REC-205",
                pages=last,
                witnesses="、".join(f"{value}" for value in differing.values()),
                source="、".join(sorted(differing)),
            )

    # Gaps, and the sides that stand in them

    def _gaps(self, pages: list[CapturedSide], last: int | None) -> None:
        present = {side.page_number for side in pages if side.page_number is not None}
        top = max(present | ({last} if last is not None else set()), default=0)
        first = min(present, default=1)
        # A volume may go on from the numbers of the one before; only a stated count or the
        # catalogue makes page 1 certain to exist.
        start = 1 if first <= 3 or last is not None else first
        missing = [number for number in range(start, top + 1) if number not in present]
        missing = [number for number in missing if number not in self._explained]
        if last is not None:
            self._beyond(pages, last)
        missing = self._fill_with_unnumbered(pages, missing)
        for run in _runs(missing):
            self._gone |= set(run)
            self._report(
                "missing_page",
                [],
                tuple(run),
                0.95 if last is not None or run[-1] < top else 0.8,
                "REC-206",
                pages="、".join(str(number) for number in run),
            )

    def _beyond(self, pages: list[CapturedSide], last: int) -> None:
        over = [side for side in pages if side.page_number is not None and side.page_number > last]
        if over:
            numbers = tuple(side.page_number for side in over if side.page_number is not None)
            self._report("extra_page", over, numbers, 0.8, "REC-207", pages=last)
            for side in over:
                self._states[side.position] = STRANGER

    def _fill_with_unnumbered(self, pages: list[CapturedSide], missing: list[int]) -> list[int]:
        left = list(missing)
        extra: list[CapturedSide] = []
        for group, before, after in _unnumbered_groups(pages):
            low = before if before is not None else 0
            high = after if after is not None else 10**9
            gap = [number for number in left if low < number < high]
            for side, number in zip(group, gap, strict=False):
                left.remove(number)
                code = "REC-210" if side.readable else "REC-211"
                self._report("unnumbered_page", [side], (number,), 0.9, code, page=number)
                self._states[side.position] = UNNUMBERED
                self._explained.add(number)
            extra.extend(group[len(gap) :])
        for run in _adjacent(extra):
            readable = any(side.readable for side in run)
            code = "REC-212" if readable else "REC-213"
            kind = "extra_page" if readable else "unnumbered_page"
            self._report(kind, run, (), 0.75, code)
            for side in run:
                self._states[side.position] = STRANGER if readable else UNNUMBERED
        return left

    # Catalogue

    def _catalogue(self, pages: list[CapturedSide]) -> None:
        present = {side.page_number for side in pages if side.page_number is not None}
        disturbed = (
            self._gone
            | self._explained
            | {number for entry in self._found for number in entry.page_numbers}
        )
        reported: set[str] = set()
        for row, other in _pairs(self._expected.stated_rows, self._expected.paper_rows):
            if _differ(row, other):
                reported.add(_plain(row.title))
                self._row_differs(row, other, "REC-214")
        for rows in (self._expected.stated_rows, self._expected.paper_rows):
            for row, found in _pairs(rows, self._expected.found_rows):
                if _plain(row.title) in reported or not found.certain:
                    continue
                numbers = {row.first_page, found.first_page, row.last_page, found.last_page}
                near = {n + step for n in numbers if n is not None for step in (-1, 0, 1)}
                if near & disturbed:
                    continue
                if row.first_page != found.first_page and found.first_page in present:
                    reported.add(_plain(row.title))
                    self._row_differs(row, found, "REC-215")

    def _row_differs(self, row: Row, other: Row, code: str) -> None:
        numbers = sorted(
            {n for n in (row.first_page, row.last_page, other.first_page, other.last_page) if n}
        )
        self._report(
            "catalogue_mismatch",
            [],
            tuple(numbers),
            0.8,
            code,
            title=row.title,
            stated=_range(row),
            found=_range(other),
        )

    # The answer

    def _report(
        self,
        kind: str,
        sides: Iterable[CapturedSide],
        numbers: tuple[int, ...],
        confidence: float,
        code: str,
        **parameters: Any,
    ) -> None:
        positions = tuple(side.position for side in sides)
        shown = {
            "positions": "、".join(str(position) for position in positions),
            "numbers": "、".join(str(number) for number in numbers),
        }
        self._found.append(
            Discrepancy(
                kind=kind,
                positions=positions,
                page_numbers=numbers,
                confidence=round(confidence, 2),
                code=code,
                parameters=shown | parameters,
            )
        )

    def _answer(self, pages: list[CapturedSide], last: int | None) -> Reconciliation:
        counts: dict[str, int | None] = {
            "sides": len(self._all),
            "numbered": sum(side.page_number is not None for side in self._all),
            "blank": sum(side.role == "blank" for side in self._all),
            "expected_pages": last if last is not None else self._expected.stated_pages,
        }
        return Reconciliation(
            consistent=not self._found,
            counts=counts,
            discrepancies=tuple(self._found),
            tiles=self._tiles(pages, last),
        )

    def _tiles(self, pages: list[CapturedSide], last: int | None) -> tuple[Tile, ...]:
        tiles = [
            Tile(
                page_number=side.page_number,
                positions=(side.position,),
                state=self._states.get(
                    side.position, MATCHED if side.page_number is not None else UNNUMBERED
                ),
            )
            for side in self._pages
        ]
        for number in sorted(self._gone):
            place = next(
                (
                    index
                    for index, tile in enumerate(tiles)
                    if tile.page_number is not None
                    and tile.page_number > number
                    and tile.state == MATCHED
                ),
                len(tiles),
            )
            tiles.insert(place, Tile(page_number=number, positions=(), state=MISSING))
        return tuple(tiles)


def _clearly_other_numbers(side: CapturedSide, twin: CapturedSide) -> bool:
    return (
        side.page_number is not None
        and twin.page_number is not None
        and side.page_number != twin.page_number
    )


def _last_of(rows: Sequence[Row]) -> int | None:
    ends = [row.last_page or row.first_page for row in rows]
    known = [end for end in ends if end is not None]
    return max(known) if known else None


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _adjacent(sides: Sequence[CapturedSide]) -> list[list[CapturedSide]]:
    runs: list[list[CapturedSide]] = []
    for side in sides:
        if runs and runs[-1][-1].position + 1 == side.position:
            runs[-1].append(side)
        else:
            runs.append([side])
    return runs


def _unnumbered_groups(
    pages: Sequence[CapturedSide],
) -> list[tuple[list[CapturedSide], int | None, int | None]]:
    """Runs of sides without number, with the numbers that stand before and after them."""
    groups: list[tuple[list[CapturedSide], int | None, int | None]] = []
    run: list[CapturedSide] = []
    before: int | None = None
    for side in pages:
        if side.page_number is None:
            run.append(side)
            continue
        if run:
            groups.append((run, before, side.page_number))
            run = []
        before = side.page_number
    if run:
        groups.append((run, before, None))
    return groups


def _pairs(rows: Sequence[Row], others: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Rows of equal title, in order; a title that stands several times pairs off in order."""
    waiting: dict[str, list[Row]] = defaultdict(list)
    for other in others:
        waiting[_plain(other.title)].append(other)
    pairs = []
    for row in rows:
        candidates = waiting.get(_plain(row.title), [])
        if candidates:
            # Of several the one on the same page, so that a repeated title never shifts pairs.
            match = next((c for c in candidates if c.first_page == row.first_page), candidates[0])
            candidates.remove(match)
            pairs.append((row, match))
    return pairs


def _differ(row: Row, other: Row) -> bool:
    if row.first_page is None or other.first_page is None:
        return False
    if row.first_page != other.first_page:
        return True
    both = row.last_page is not None and other.last_page is not None
    return both and row.last_page != other.last_page


def _range(row: Row) -> str:
    if row.last_page is None or row.last_page == row.first_page:
        return str(row.first_page)
    return f"{row.first_page}-{row.last_page}"


def _plain(title: str) -> str:
    return "".join(character for character in title if character.isalnum())
