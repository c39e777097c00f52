"""Odd sizes and deviation: what does not fit the rest of a dossier."""

from __future__ import annotations

import ast
import random
import sys
import time
from pathlib import Path

import ocr.outliers
from ocr.outliers import SizedSide, deviations, find_size_outliers, measures_of

A4 = (2480, 3508)
LIMIT = 0.12


def _sides(*sizes: tuple[int, int], dpi: int = 300) -> list[SizedSide]:
    return [SizedSide(width=width, height=height, dpi=dpi) for width, height in sizes]


def _odd(sides: list[SizedSide]) -> list[tuple[int, str]]:
    return [(found.index, found.severity) for found in find_size_outliers(sides, LIMIT)]


def test_rare_sizes_are_told_and_turned_or_cropped_pages_are_not() -> None:
    chance = random.Random(3)
    usual = [
        (round(2480 * chance.uniform(0.985, 1.015)), round(3508 * chance.uniform(0.985, 1.015)))
        for _ in range(30)
    ]
    usual[4] = (3508, 2480)
    receipt, unfolded = (900, 1500), (4961, 3508)
    assert _odd(_sides(*usual, receipt, unfolded)) == [(30, "note"), (31, "note")]
    assert _odd(_sides(*usual)) == []


def test_a_short_or_stretched_page_is_the_fault_of_the_feeder() -> None:
    sizes = [A4] * 9
    sizes[3], sizes[7] = (2480, 2700), (2481, 4400)
    assert _odd(_sides(*sizes)) == [(3, "warn"), (7, "warn")]


def test_a_size_that_occurs_often_is_usual() -> None:
    assert _odd(_sides(*[A4] * 20, *[(1748, 2480)] * 4)) == []


def test_the_same_paper_at_another_resolution_is_the_same() -> None:
    coarse = SizedSide(width=1654, height=2339, dpi=200)
    assert _odd([*_sides(A4, A4, A4), coarse]) == []
    assert _odd([*_sides(*[A4] * 4), SizedSide(width=1654, height=2339, dpi=0)]) == []


def test_faces_of_one_sheet_that_differ_are_told_once() -> None:
    sides = [
        SizedSide(width=2480, height=3508 if index != 5 else 3200, dpi=300, sheet=index // 2)
        for index in range(10)
    ]
    (found,) = find_size_outliers(sides, LIMIT)
    assert (found.index, found.severity, found.faces) == (5, "warn", True)
    assert 0.09 < found.value < 0.1


def test_small_dossiers_and_sides_without_pixels_say_nothing() -> None:
    assert _odd(_sides(A4, (900, 1500))) == []
    assert _odd(_sides(A4, A4, A4, (0, 0))) == []
    assert find_size_outliers([], LIMIT) == []


def _row(brightness: float = 0.97, ink: float = 0.05, skew: float = 0.2) -> dict[str, float]:
    measures = {"brightness": brightness, "contrast": 0.8, "ink_ratio": ink, "skew_deg": skew}
    return measures_of(2480, 3508, 300, False, measures)


def test_the_odd_page_of_three_comes_first() -> None:
    values = deviations([_row(), _row(brightness=0.6), _row(brightness=0.965)])
    assert values[1] > 0.8
    assert max(values[0], values[2]) < 0.1


def test_odd_pages_do_not_hide_each_other_and_alike_pages_have_none() -> None:
    chance = random.Random(5)
    rows = [
        _row(chance.uniform(0.95, 0.98), chance.uniform(0.03, 0.07), chance.uniform(-0.4, 0.4))
        for _ in range(40)
    ]
    assert max(deviations(rows)) < 0.45
    rows[3], rows[9], rows[21] = _row(brightness=0.7), _row(skew=4.0), _row(ink=0.6)
    values = deviations(rows)
    assert set(sorted(range(40), key=lambda place: -values[place])[:3]) == {3, 9, 21}
    assert all(0 <= value <= 1 for value in values)


def test_too_few_sides_and_missing_measures_give_none() -> None:
    assert deviations([_row(), _row(brightness=0.2)]) == [0.0, 0.0]
    assert deviations([{}, {}, {}]) == [0.0, 0.0, 0.0]
    assert measures_of(0, 0, 0, False, {}) == {}


def test_a_blank_side_is_compared_by_its_paper_only() -> None:
    blank = measures_of(2480, 3508, 300, True, {"brightness": 0.97, "ink_ratio": 0.000001})
    values = deviations([_row(), _row(), blank, _row()])
    assert values[2] < 0.1


def test_thousands_of_sides_take_moments() -> None:
    chance = random.Random(8)
    sides = _sides(*[(chance.randint(1000, 5000), chance.randint(1000, 5000)) for _ in range(600)])
    begun = time.process_time()
    find_size_outliers(sides, LIMIT)
    deviations([_row(brightness=chance.random()) for _ in range(2000)])
    assert time.process_time() - begun < 2


def test_only_the_standard_library_is_used() -> None:
    source = Path(str(ocr.outliers.__file__)).read_text(encoding="utf-8")
    names = {
        str(node.module).partition(".")[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom)
    }
    assert names <= set(sys.stdlib_module_names) | {"__future__"}


def test_a_page_of_the_usual_width_may_differ_by_half_as_much_as_other_paper() -> None:
    sizes = [A4] * 9
    sizes[3], sizes[6] = (2480, 3270), (2480, 3400)
    assert _odd(_sides(*sizes)) == [(3, "warn")]
