"""What does not fit the rest of a dossier: odd sizes as findings, deviation as an order."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.dossier import Side
from ocr.image.limits import limits_from
from ocr.outliers import (
    SizedSide,
    SizeOutlier,
    deviations,
    find_size_outliers,
    measures_of,
)
from ocr.similarity import ink_of

CODE = "size_outlier"


def size_outliers(
    sides: Sequence[Side], limits: Mapping[str, float]
) -> list[tuple[Side, SizeOutlier]]:
    """Sides of a size that is not usual in their dossier, and faces that differ."""
    sized = [
        SizedSide(
            width=side.width,
            height=side.height,
            dpi=side.dpi,
            sheet=(side.batch_id, side.sheet) if side.sheet else None,
        )
        for side in sides
    ]
    found = find_size_outliers(sized, limits_from(limits).size_outlier)
    return [(sides[outlier.index], outlier) for outlier in found]


def deviations_of(sides: Sequence[Side]) -> dict[str, float]:
    """By id of the side, from 0 to 1: how far it lies outside the spread of the others."""
    rows = []
    for side in sides:
        measures = side.measures | {"skew_deg": side.skew_deg}
        row = measures_of(side.width, side.height, side.dpi, side.blank, measures)
        # The fingerprint says besides how much ink there is where the ink lies, on a scale of
        # its own: the two are not mixed.
        row.pop("ink", None)
        ink = None if side.blank else ink_of(side.fingerprint)
        if ink is not None:
            row |= {"ink_x": ink[0], "ink_y": ink[1], "ink": math.log(ink[2])}
        rows.append(row)
    return dict(zip((side.id for side in sides), deviations(rows), strict=True))


def name_outliers(records: Sequence[dict[str, Any]], limits: Mapping[str, float]) -> None:
    """Add `size_outlier` findings and the `deviation` to the records of inspected files."""
    sized = [
        SizedSide(width=record["width"], height=record["height"], dpi=record["dpi"])
        for record in records
    ]
    for outlier in find_size_outliers(sized, limits_from(limits).size_outlier):
        records[outlier.index]["findings"].append(
            {
                "code": CODE,
                "severity": outlier.severity,
                "value": outlier.value,
                "limit": outlier.limit,
                "box": None,
            }
        )
    rows = [
        measures_of(
            record["width"], record["height"], record["dpi"], record["blank"], record["measures"]
        )
        for record in records
    ]
    for record, deviation in zip(records, deviations(rows), strict=True):
        record["deviation"] = deviation
