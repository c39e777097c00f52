"""The receipt (回执) of an archive, issued after every byte was read back from it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What the archive confirms. `checks` are the items of its four-property check and
    `four_property` the worst result of each property; a rejected package has `accepted` false."""

    receipt_no: str
    package: str
    sha256: str
    sm3: str
    accepted: bool
    four_property: dict[str, str]
    archived_at: str
    archive_no: str
    location: str
    sides: int
    pages: int
    items: int
    volumes: int
    checks: tuple[dict[str, str], ...]

    def as_record(self) -> dict[str, Any]:
        """The receipt as plain data."""
        return {**asdict(self), "checks": list(self.checks)}


def receipt_from_record(record: dict[str, Any]) -> Receipt:
    """The receipt that `Receipt.as_record` described. Raises KeyError when a field is missing."""
    values = {item.name: record[item.name] for item in fields(Receipt)}
    return Receipt(**{**values, "checks": tuple(values["checks"])})
