"""All fields of one page in one record."""

from __future__ import annotations

from typing import Any

from ocr.api import NumberReading
from ocr.fields.amounts import amounts
from ocr.fields.case_numbers import case_numbers
from ocr.fields.dates import dates
from ocr.fields.parties import parties
from ocr.tree import STAMP, TextTree


def fields_of(tree: TextTree, numbers: tuple[NumberReading, ...]) -> dict[str, Any]:
    """ "case_numbers", "dates", "amounts", "parties" and "stamps", each a list of {"value", "text",
    "confidence", "box", "line"} and what the field knows besides. "line" counts the lines of the
    tree from 0; None for a page number, which is read from the picture.
    """
    return {
        "case_numbers": case_numbers(tree),
        "dates": dates(tree),
        "amounts": amounts(tree),
        "parties": parties(tree),
        "stamps": _stamps(tree, numbers),
    }


def _stamps(tree: TextTree, numbers: tuple[NumberReading, ...]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "kind": "page_number",
            "value": str(number.value),
            "text": number.text,
            "confidence": number.confidence,
            "box": [round(value, 1) for value in number.box],
            "line": None,
            "corner": number.corner,
        }
        for number in numbers[:1]
    ]
    found += [
        {
            "kind": "text",
            "value": line.text,
            "text": line.text,
            "confidence": line.confidence,
            "box": [round(value, 1) for value in line.box],
            "line": index,
        }
        for index, line in enumerate(tree.lines)
        if line.kind == STAMP
    ]
    return found
