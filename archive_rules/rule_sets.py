"""Limits and terms (规则集) a court may change: versioned data, each value with its source."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.kernel.errors import BadInput
from archive_rules.data import check_keys, load_table, names_below, nearest, parse_table

_FOLDER = "limits"
DEFAULT = "default"
_HEAD = ("schema", "id", "title", "version", "effective")
# Lowest and highest value that makes sense; what is not listed here is an unknown key.
_RANGES: dict[str, dict[str, tuple[float, float]]] = {
    "inspection": {
        "skew_correct_deg": (0, 5),
        "skew_warn_deg": (0, 10),
        "skew_fail_deg": (0, 45),
        "dpi_minimum": (72, 1200),
        "dpi_recognition": (72, 1200),
        "dpi_photograph": (72, 2400),
        "crop_margin_mm": (0, 20),
        "jpeg_quality_minimum": (1, 100),
    },
    "sampling": {
        "inner_rate": (0, 1),
        "inner_pass_rate": (0, 1),
        "handover_rate": (0, 1),
        "handover_pass_rate": (0, 1),
        "completeness_rate": (0, 1),
    },
    "volume": {
        "thickness_mm_maximum": (1, 100),
        "pages_maximum": (1, 2000),
        "sheet_mm": (0.01, 2),
        "papers_mm": (0, 20),
    },
    "terms": {
        "scan_working_days": (0, 60),
        "archive_remind_months": (0, 60),
        "archive_overdue_months": (0, 120),
        "reading_working_days": (0, 60),
    },
    "retention": {"long_years": (1, 200), "short_years": (1, 200)},
    "locker": {"code_digits": (4, 12), "remind_hours": (1, 720), "escalate_hours": (1, 2160)},
    "naming": {"page_digits": (3, 9)},
}
# The first may not be above the second.
_ORDERED = (
    ("inspection.skew_correct_deg", "inspection.skew_fail_deg"),
    ("inspection.skew_warn_deg", "inspection.skew_fail_deg"),
    ("inspection.dpi_minimum", "inspection.dpi_recognition"),
    ("terms.archive_remind_months", "terms.archive_overdue_months"),
    ("retention.short_years", "retention.long_years"),
    ("locker.remind_hours", "locker.escalate_hours"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleValue:
    """One value with its unit and where it comes from."""

    value: float
    unit: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleSet:
    """A version of the limits. Values are named "section.key", as in `skew_fail_deg` of
    `inspection`: "inspection.skew_fail_deg"."""

    id: str
    title: str
    version: str
    effective: datetime.date
    values: Mapping[str, RuleValue]

    def number(self, name: str) -> float:
        """The value called `name`. Raises BadInput ARC-208 when the set has none."""
        if name not in self.values:
            raise BadInput("ARC-208", name=name, nearest=nearest(name, list(self.values)))
        return self.values[name].value

    def source(self, name: str) -> str:
        """Where the value called `name` comes from. Raises BadInput ARC-208."""
        self.number(name)
        return self.values[name].source


def rule_set_names() -> tuple[str, ...]:
    """The identifiers of the packaged rule sets."""
    return names_below(_FOLDER)


@lru_cache(maxsize=8)
def load_rule_set(name: str = DEFAULT) -> RuleSet:
    """A packaged rule set. Raises BadInput ARC-207 with the nearest name when there is none."""
    if name not in rule_set_names():
        raise BadInput("ARC-207", name=name, nearest=nearest(name, rule_set_names()))
    return rule_set_from_table(load_table(_FOLDER, f"{name}.toml"), name=name)


def parse_rule_set(text: str, *, name: str) -> RuleSet:
    """A court's own rule set from TOML text. Raises as `rule_set_from_table`, and ARC-203."""
    return rule_set_from_table(parse_table(text, name=name), name=name)


def rule_set_from_table(table: Mapping[str, Any], *, name: str) -> RuleSet:
    """A rule set from its table. Raises BadInput ARC-204 (unknown key, with the nearest known
    one), ARC-205 (missing key) and ARC-206 (value outside its range or against another)."""
    check_keys(table, name=name, required=(*_HEAD, *_RANGES))
    if not isinstance(table["effective"], datetime.date):
        raise BadInput("ARC-206", name=name, key="effective", value=table["effective"])
    values: dict[str, RuleValue] = {}
    for section, ranges in _RANGES.items():
        check_keys(table[section], name=f"{name}.{section}", required=tuple(ranges))
        for key, (low, high) in ranges.items():
            entry = table[section][key]
            path = f"{section}.{key}"
            if not isinstance(entry, dict):
                raise BadInput("ARC-206", name=name, key=path, value=entry)
            check_keys(entry, name=f"{name}.{path}", required=("value", "unit", "source"))
            number = entry["value"]
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise BadInput("ARC-206", name=name, key=path, value=number)
            if not low <= number <= high:
                raise BadInput("ARC-206", name=name, key=path, value=number)
            values[path] = RuleValue(value=number, unit=entry["unit"], source=entry["source"])
    for lower, upper in _ORDERED:
        if values[lower].value > values[upper].value:
            raise BadInput("ARC-206", name=name, key=lower, value=values[lower].value)
    return RuleSet(
        id=table["id"],
        title=table["title"],
        version=table["version"],
        effective=table["effective"],
        values=values,
    )
