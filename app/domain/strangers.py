"""Pages of another case among the pages of this one (他案材料)."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.ledger import STRANGER, CapturedSide, Expected, Report, Row
from app.domain.unnumbered import nobody_numbered

# Rows under which a judgment of another case may rightly stand.
ANNEX_WORDS = (
    "证据",
    "参考",
    "类案",
    "附件",
    "另案",
    "关联",
    "生效",
    "判决",
    "裁定",
    "调解",
    "原审",
)


def without_strangers(
    pages: list[CapturedSide], expected: Expected, report: Report
) -> list[CapturedSide]:
    """Report foreign pages, one discrepancy for each run of them, and give the other pages."""
    places = _Places(pages)
    groups: list[list[CapturedSide]] = []
    annexed = ""  # the case of the annex that goes on here
    for index, side in enumerate(pages):
        follows = bool(groups) and index > 0 and groups[-1][-1] is pages[index - 1]
        annexed = _annexed(side, index, places, expected, annexed)
        if annexed and side.foreign_case == annexed:
            continue
        if _named_other_case(side, index, places):
            if follows and groups[-1][0].foreign_case in ("", side.foreign_case):
                groups[-1].append(side)
            else:
                groups.append([side])
        elif _foreign_by_parties(side, index, places) or (
            follows and _goes_on(side, index, places)
        ):
            if follows:
                groups[-1].append(side)
            else:
                groups.append([side])
    gone = {side.position for group in groups for side in group}
    left = [side for side in pages if side.position not in gone]
    present = {side.page_number for side in left}
    for group in groups:
        _report_group(group, places, present, report)
    return left


def _report_group(
    group: list[CapturedSide], places: _Places, present: set[int | None], report: Report
) -> None:
    """A stranger's own number never makes a page of this dossier present, but a stranger that
    took the place of a page explains the gap there."""
    replaced = [
        side.page_number
        for side in group
        if side.page_number is not None
        and side.page_number not in present
        and places.fits(places.index_of(side))
    ]
    if not replaced and all(side.page_number is None for side in group):
        gap = places.gap_at(places.index_of(group[0]), places.index_of(group[-1]))
        replaced = [number for number in gap if number not in present][: len(group)]
    case_no = next((side.foreign_case for side in group if side.foreign_case), "")
    report.explained |= set(replaced)
    report.add(
        "foreign_case",
        group,
        replaced,
        0.9 if case_no else 0.7,
        "REC-201" if case_no else "REC-216",
        state=STRANGER,
        case_no=case_no,
    )


def _annexed(
    side: CapturedSide, index: int, places: _Places, expected: Expected, before: str
) -> str:
    """The case of the annex that the side belongs to, "" for none: a ruling of another case where
    a row may hold it, and the pages behind it that say nothing else. `before` is that of the side
    before."""
    at_home = side.own_case or side.own_party
    if before and not at_home and side.foreign_case in ("", before):
        in_place = places.fits(index) or places.left_to(index) is not None
        return before if in_place or not places.numbered else ""
    if not side.ruling or not side.foreign_case or side.own_case:
        return ""
    if not places.numbered:
        return side.foreign_case
    if not places.fits(index):
        number = places.left_to(index)
        # Its first page lost the stamp: the next one bears the number behind the gap and goes on.
        begins = number is not None and places.goes_on(index, number)
        return side.foreign_case if begins and _annex_row(number, expected) else ""
    if _annex_row(side.page_number, expected):
        return side.foreign_case
    # Where no catalogue is known, a ruling that goes on over numbered pages was bound in here.
    unknown = not expected.stated_rows and not expected.paper_rows
    return side.foreign_case if unknown and places.goes_on(index, side.page_number or 0) else ""


def _named_other_case(side: CapturedSide, index: int, places: _Places) -> bool:
    if not side.foreign_case or side.own_case:
        return False
    if places.numbered and not places.fits(index):
        # Out of the numbers of this dossier; only a page that speaks of a party of this case and
        # stands in a gap may be its own page without a stamp.
        return not (side.own_party and side.page_number is None and places.gap_at(index, index))
    # An annexed judgment rightly names another case: it speaks of a party of this one, or the
    # catalogue has a row that may hold it. A misread figure makes another case of one's own.
    return not (side.own_party or (side.near_case and not side.other_party))


def _foreign_by_parties(side: CapturedSide, index: int, places: _Places) -> bool:
    """No case number, but parties, and none of this case: where it has no place here, or where it
    is a paper of proceedings between others and no ruling that may be annexed."""
    if side.own_case or side.own_party or side.foreign_case or not side.other_party:
        return False
    if (side.procedural or side.other_court) and not side.ruling:
        return True
    return places.numbered and not places.fits(index) and not places.gap_at(index, index)


def _goes_on(side: CapturedSide, index: int, places: _Places) -> bool:
    """A further page of the foreign document before it."""
    if not places.numbered:
        return False  # only what it says itself could tell
    if side.own_case or side.own_party or not side.has_text or places.fits(index):
        return False
    return side.page_number is not None or not places.gap_at(index, index)


def _annex_row(number: int | None, expected: Expected) -> bool:
    if number is None:
        return False
    return any(
        _covers(row, number) and any(word in row.title for word in ANNEX_WORDS)
        for row in (*expected.stated_rows, *expected.paper_rows)
    )


def _covers(row: Row, number: int) -> bool:
    if row.first_page is None:
        return False
    return row.first_page <= number <= (row.last_page or row.first_page)


class _Places:
    """Where sides stand among the numbers of the dossier."""

    def __init__(self, pages: Sequence[CapturedSide]) -> None:
        self._pages = pages
        self._index = {side.position: index for index, side in enumerate(pages)}
        self._sides: dict[int, list[CapturedSide]] = {}
        for side in pages:
            if side.page_number is not None:
                self._sides.setdefault(side.page_number, []).append(side)
        # Where nobody numbered the paper, a side without number is nowhere out of place.
        self.numbered = not nobody_numbered(pages)

    def index_of(self, side: CapturedSide) -> int:
        return self._index[side.position]

    def fits(self, index: int) -> bool:
        """Whether the number of the side is one of this dossier: nobody else has it with a better
        right, and one of its neighbours in number is there."""
        side = self._pages[index]
        number = side.page_number
        if number is None:
            return False
        rivals = [
            other
            for other in self._sides[number]
            if other is not side and other.position != side.twin and other.twin != side.position
        ]
        if rivals and (not self._well_placed(index) or side.foreign_case):
            others = [self._well_placed(self.index_of(other)) for other in rivals]
            if any(others) or not self._well_placed(index):
                return False
        if len(self._pages) <= 2:
            return True
        return number - 1 in self._sides or number + 1 in self._sides

    def left_to(self, index: int) -> int | None:
        """The number that the sides around leave to one that bears none."""
        if self._pages[index].page_number is not None or not 0 < index < len(self._pages) - 1:
            return None
        before, after = (self._pages[place].page_number for place in (index - 1, index + 1))
        if before is None or after is None or after != before + 2:
            return None
        return before + 1 if before + 1 not in self._sides else None

    def goes_on(self, index: int, number: int) -> bool:
        """Whether the side behind the one that is `number` bears the next one and says nothing of
        this case."""
        after = self._pages[index + 1 : index + 2]
        return any(
            other.page_number == number + 1
            and other.has_text
            and not (other.own_case or other.own_party)
            for other in after
        )

    def gap_at(self, first: int, last: int) -> list[int]:
        """The numbers that nobody has between the numbered pages around the sides first to last;
        of the sides without number there, as many as stand before take theirs first."""
        before, skipped = self._numbered(range(first - 1, -1, -1))
        after, _ = self._numbered(range(last + 1, len(self._pages)))
        if after is None:
            return []
        low = 0 if before is None else before
        return [number for number in range(low + 1, after) if number not in self._sides][skipped:]

    def _numbered(self, indexes: range) -> tuple[int | None, int]:
        skipped = 0
        for index in indexes:
            side = self._pages[index]
            if side.page_number is not None and not (side.foreign_case and not side.own_case):
                return side.page_number, skipped
            skipped += side.page_number is None and not side.foreign_case
        return None, skipped

    def _well_placed(self, index: int) -> bool:
        number = self._pages[index].page_number or 0
        before = self._pages[index - 1].page_number if index else None
        after = self._pages[index + 1].page_number if index + 1 < len(self._pages) else None
        return before == number - 1 or after == number + 1
