"""What a new template begins with when it is made from another one."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from app.services.catalogue_templates import PACKAGED, TemplateDetail


def copied(detail: TemplateDetail, versions: Collection[str], today: date) -> dict[str, Any]:
    """The table of a new template like this one: of the court's own the version behind
    `versions`, while one made from a packaged template must be given a name."""
    table = {**detail.table, "effective": today.isoformat()}
    table["rows"] = [dict(row) for row in detail.table["rows"]]
    if detail.view.state == PACKAGED:
        return {**table, "id": "", "version": "1"}
    return {**table, "version": next_version(detail.view.version, versions)}


def next_version(version: str, taken: Collection[str]) -> str:
    """The version with its last number one higher, until it is free."""
    head, _, tail = version.rpartition(".")
    number = int(tail) if tail.isascii() and tail.isdigit() else 0
    while True:
        number += 1
        following = f"{head}.{number}" if head else str(number)
        if following not in taken:
            return following
