"""Compares all sides of a dossier with each other: the work of one background job."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ocr.similarity import find_duplicates


def compare_sides(sides: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """`sides` are pairs of id and fingerprint. Gives `{"sides": [id …], "twins": [[id of the
    later, id of the earlier, likeness] …]}`, as `ocr.similarity.find_duplicates`."""
    ids = [side_id for side_id, _ in sides]
    twins = find_duplicates([fingerprint for _, fingerprint in sides])
    return {
        "sides": ids,
        "twins": [[ids[later], ids[earlier], likeness] for later, earlier, likeness in twins],
    }
