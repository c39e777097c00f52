"""The order in which sides are looked through: as scanned, or the oddest first."""

from __future__ import annotations

from app.gui.inspect.order import ordered, place_of, ranks
from app.gui.samples.rows import sample_finding, sample_side


def test_the_oddest_come_first_and_equals_stay_in_order() -> None:
    sides = [
        sample_side(1),
        sample_side(2, deviation=0.2),
        sample_side(3, deviation=0.9),
        sample_side(4),
    ]
    assert [side.position for side in ordered(sides, True)] == [3, 2, 1, 4]
    assert [side.position for side in ordered(sides, False)] == [1, 2, 3, 4]


def test_findings_follow_the_sides_as_shown() -> None:
    sides = ordered([sample_side(1), sample_side(9, deviation=0.5)], True)
    places = ranks(sides)
    findings = [sample_finding(position, "blur", "warn") for position in (1, 9, 30)]
    in_order = sorted(findings, key=lambda finding: place_of(finding, places))
    assert [finding.position for finding in in_order] == [9, 1, 30]
