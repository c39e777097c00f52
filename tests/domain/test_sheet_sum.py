"""Sheet arithmetic: whatever is scanned, missed or left out, the sum says exactly what differs."""

from __future__ import annotations

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sheet_sum import (
    DUPLEX,
    LOOSE,
    ONE_SIDED,
    CountedSide,
    OpenWork,
    PartSum,
    blocking,
    sum_part,
)

# One sheet: how it was delivered, whether its sides are blank, whether it was inserted.
SHEETS = st.lists(
    st.tuples(st.sampled_from([DUPLEX, ONE_SIDED]), st.booleans(), st.booleans(), st.booleans()),
    max_size=30,
)


def stack(sheets: list[tuple[str, bool, bool, bool]], part: str = "main") -> list[CountedSide]:
    sides: list[CountedSide] = []
    for number, (delivery, front, back, inserted) in enumerate(sheets, start=1):
        for blank in (front, back) if delivery == DUPLEX else (front,):
            sides.append(
                CountedSide(
                    position=len(sides) + 1,
                    part=part,
                    sheet=("insert" if inserted else delivery, number),
                    delivery=delivery,
                    blank=blank,
                    inserted=inserted,
                )
            )
    return sides


def total(sides: list[CountedSide], **changes: Any) -> PartSum:
    facts: dict[str, Any] = {"declared": None, "missed_sheets": 0, "work": OpenWork()} | changes
    return sum_part("main", sides, **facts)


@given(sheets=SHEETS, missed=st.integers(0, 9))
def test_complete_sheets_and_recorded_misses_balance(
    sheets: list[tuple[str, bool, bool, bool]], missed: int
) -> None:
    found = total(stack(sheets), declared=len(sheets) + missed, missed_sheets=missed)
    assert (found.difference, found.balanced, found.reasons) == (0, True, ())
    assert found.sheets == len(sheets)
    assert found.expected == (
        found.captured + found.blank + found.inserted + found.missed + found.single_backs
    )


@given(sheets=SHEETS.filter(bool), wrong=st.integers(-20, 20), data=st.data())
def test_the_difference_is_what_was_declared_wrong_plus_what_got_lost(
    sheets: list[tuple[str, bool, bool, bool]], wrong: int, data: st.DataObject
) -> None:
    sides = stack(sheets)
    declared = max(0, len(sheets) + wrong)
    lost = data.draw(st.integers(0, len(sides)))
    whole = [side for side in sides if side.delivery == DUPLEX]
    kept = [side for side in sides if side not in whole[:lost]]
    found = total(kept, declared=declared)
    missing = 2 * (declared - len(sheets)) + min(lost, len(whole))
    assert found.difference == missing
    codes = {reason["code"]: reason.get("count") for reason in found.reasons}
    assert codes.get("sides_missing", 0) == max(0, missing)
    assert codes.get("sides_too_many", 0) == max(0, -missing)
    assert ("sheet_without_back" in codes) is (lost % 2 == 1 and lost <= len(whole))
    assert found.balanced is (missing == 0 and not codes)


@given(sheets=SHEETS, order=st.randoms())
def test_neither_order_nor_other_parts_change_the_sum(
    sheets: list[tuple[str, bool, bool, bool]], order: Any
) -> None:
    sides = stack(sheets)
    mixed = [*sides, *stack(sheets, "restricted")]
    order.shuffle(mixed)
    assert total(mixed, declared=3) == total(sides, declared=3)


@given(count=st.integers(0, 40))
def test_of_single_files_only_the_sides_count(count: int) -> None:
    sides = [
        CountedSide(position=n, part="main", sheet=("files", n), delivery=LOOSE)
        for n in range(1, count + 1)
    ]
    found = total(sides, declared=(count + 1) // 2)
    assert found.sheets == (count + 1) // 2
    assert (found.difference, found.single_backs) == (count % 2, 0)


def test_separator_sheets_count_nowhere_and_writing_on_their_backs_does() -> None:
    sides = stack([(DUPLEX, False, False, False), (DUPLEX, False, True, False)])
    separated = [*sides[:2], attrs.evolve(sides[2], separator=True), sides[3]]
    assert total(separated, declared=1).balanced
    written = [*separated[:3], attrs.evolve(sides[3], blank=False)]
    assert total(written, declared=1).difference == -1


def test_nobody_declared_anything() -> None:
    sides = stack([(DUPLEX, False, True, False), (DUPLEX, False, False, True)])[:-1]
    found = total(sides)
    assert (found.expected, found.difference, found.balanced) == (None, None, True)
    assert (found.captured, found.blank, found.inserted) == (1, 1, 1)
    assert found.reasons == ({"code": "sheet_without_back", "position": 3},)
    assert blocking(found.reasons, None) == ()
    assert not total(sides, declared=2).balanced


@pytest.mark.parametrize(
    ("work", "code"),
    [
        (OpenWork(paused=1), "batch_paused"),
        (OpenWork(held=2), "batch_held"),
        (OpenWork(rescans=3), "rescan_asked"),
    ],
)
def test_unfinished_work_blocks_also_where_nobody_declared(work: OpenWork, code: str) -> None:
    found = total(stack([(DUPLEX, False, False, False)]), work=work)
    assert not found.balanced
    assert [reason["code"] for reason in found.reasons] == [code]
