"""Readings of a page number weighed against one another: only one number was stamped."""

from __future__ import annotations

from dataclasses import replace

from ocr.api import NumberReading
from ocr.tree import Box

_LEAST_CONFIDENCE = 0.03
_MOST_READINGS = 8


def ranked(readings: list[NumberReading]) -> tuple[NumberReading, ...]:
    """Best first, one entry per value and place.

    A part of a longer number (the 1 of 137) and a rival elsewhere on the page both lose what the
    other one is worth.
    """
    kept: list[NumberReading] = []
    for reading in sorted(readings, key=lambda r: -r.confidence):
        if reading.confidence < _LEAST_CONFIDENCE or any(
            other.value == reading.value and inside_any(other.box, [reading.box]) for other in kept
        ):
            continue
        kept.append(reading)
    weighed = [
        replace(reading, confidence=round(reading.confidence * _left_over(reading, kept), 4))
        for reading in kept
    ]
    return tuple(sorted(weighed, key=lambda r: -r.confidence)[:_MOST_READINGS])


def _left_over(reading: NumberReading, others: list[NumberReading]) -> float:
    whole = max(
        (
            other.confidence
            for other in others
            if len(other.text) > len(reading.text)
            and reading.text in other.text
            and covers(other.box, reading.box)
        ),
        default=0.0,
    )
    rival = max(
        (
            other.confidence
            for other in others
            if other.value != reading.value and not inside_any(other.box, [reading.box])
        ),
        default=0.0,
    )
    return (1.0 - whole) * (1.0 - 0.5 * rival)


def covers(outer: Box, inner: Box) -> bool:
    """Whether more than half of `inner` lies in `outer`."""
    across = min(outer[2], inner[2]) - max(outer[0], inner[0])
    down = min(outer[3], inner[3]) - max(outer[1], inner[1])
    area = (inner[2] - inner[0]) * (inner[3] - inner[1])
    return across > 0 and down > 0 and across * down > 0.5 * area


def inside_any(box: Box, others: list[Box]) -> bool:
    """Whether the box covers one of the others or is covered by it."""
    return any(covers(other, box) or covers(box, other) for other in others)
