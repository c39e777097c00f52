"""The four-property check (四性检测, DA/T 70-2018): 真实性, 完整性, 可用性, 安全性.

What can be proved by the package itself is checked by machine. What needs a proof from outside
(trust in a signature, a virus engine, a real carrier, a person's eyes) is "manual" and never
passes by itself; a person decides it. One blocking failure fails the package.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, cast

from app.kernel.errors import BadInput
from archive_rules.data import check_keys, load_table, nearest

Property = Literal["authenticity", "integrity", "usability", "security"]
Stage = Literal["archiving", "transfer", "preservation"]
Result = Literal["pass", "fail", "manual"]
Outcome = Literal["failed", "awaiting_review"]

_FOLDER = "four_property"
DEFAULT = "da_t_70_2018"
_PROPERTIES = ("authenticity", "integrity", "usability", "security")
_STAGES = ("archiving", "transfer", "preservation")
_RESULTS = ("pass", "fail", "manual")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckItem:
    """One item. `automatic` when the package itself proves it; a failed `blocking` item fails the
    package; `stages` are 归档, 移交与接收, 长期保存. `hint` says what a person has to look at."""

    code: str
    name: str
    property: Property
    automatic: bool
    blocking: bool
    stages: tuple[Stage, ...]
    hint: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckResult:
    """What was found for one item: `remark` names the failing object and field, or what a person
    has to look at."""

    code: str
    result: Result
    remark: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedItem:
    """One line of the report."""

    item: CheckItem
    result: Result
    remark: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FourPropertyReport:
    """The report on one package. `outcome` is "failed" or "awaiting_review": a machine never
    accepts a package, a person does."""

    standard: str
    version: str
    stage: Stage
    lines: tuple[CheckedItem, ...]
    outcome: Outcome

    @property
    def failures(self) -> tuple[CheckedItem, ...]:
        """The lines that failed."""
        return tuple(line for line in self.lines if line.result == "fail")

    @property
    def manual(self) -> tuple[CheckedItem, ...]:
        """The lines that a person has to decide."""
        return tuple(line for line in self.lines if line.result == "manual")


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckList:
    """A versioned list of items. `prefixes` are what codes begin with, by stage."""

    id: str
    title: str
    version: str
    effective: datetime.date
    source: str
    items: tuple[CheckItem, ...]
    prefixes: Mapping[str, str]

    def of_stage(self, stage: Stage) -> tuple[CheckItem, ...]:
        """The items due at a stage, in the order of the standard."""
        return tuple(item for item in self.items if stage in item.stages)

    def full_code(self, item: CheckItem, stage: Stage) -> str:
        """The code of an item in a report of a stage: "GD-1-1-1"."""
        return f"{self.prefixes[stage]}-{item.code}"


@lru_cache(maxsize=4)
def load_check_list(name: str = DEFAULT) -> CheckList:
    """The packaged list. Raises BadInput ARC-204 to ARC-206 when its data cannot be used."""
    return check_list_from_table(load_table(_FOLDER, f"{name}.toml"), name=name)


def check_list_from_table(table: Mapping[str, Any], *, name: str) -> CheckList:
    """A list from its table. Raises BadInput ARC-204 to ARC-206."""
    head = ("schema", "id", "title", "version", "effective", "source", "prefixes", "item")
    check_keys(table, name=name, required=head)
    if set(table["prefixes"]) != set(_STAGES):
        raise BadInput("ARC-206", name=name, key="prefixes", value=str(table["prefixes"]))
    items: list[CheckItem] = []
    for entry in table["item"]:
        keys = ("code", "name", "property", "mode", "blocking", "stages")
        check_keys(entry, name=name, required=keys, optional=("hint",))
        if entry["property"] not in _PROPERTIES or entry["mode"] not in ("automatic", "manual"):
            raise BadInput("ARC-206", name=name, key=entry["code"], value=entry["property"])
        if any(item.code == entry["code"] for item in items):
            raise BadInput("ARC-206", name=name, key="code", value=entry["code"])
        if not set(entry["stages"]) <= set(_STAGES):
            raise BadInput("ARC-206", name=name, key="stages", value=str(entry["stages"]))
        items.append(
            CheckItem(
                code=entry["code"],
                name=entry["name"],
                property=cast(Property, entry["property"]),
                automatic=entry["mode"] == "automatic",
                blocking=entry["blocking"],
                stages=tuple(cast(Stage, stage) for stage in entry["stages"]),
                hint=entry.get("hint", ""),
            )
        )
    return CheckList(
        id=table["id"],
        title=table["title"],
        version=table["version"],
        effective=table["effective"],
        source=table["source"],
        items=tuple(items),
        prefixes=dict(table["prefixes"]),
    )


def evaluate(
    items: Sequence[CheckItem],
    results: Sequence[CheckResult],
    *,
    stage: Stage = "archiving",
    check_list: CheckList | None = None,
) -> FourPropertyReport:
    """The report for `items` from what was found.

    An item without a result, and an item that needs a proof from outside, is "manual": nothing
    passes because nobody looked. A "fail" found by machine stands for every item. Raises BadInput
    ARC-301 for a result of an unknown item, ARC-302 for two results of one item.
    """
    known = {item.code: item for item in items}
    found: dict[str, CheckResult] = {}
    for result in results:
        if result.code not in known:
            near = nearest(result.code, list(known))
            raise BadInput("ARC-301", item=result.code, nearest=near)
        if result.code in found:
            raise BadInput("ARC-302", item=result.code)
        if result.result not in _RESULTS:
            raise BadInput("ARC-303", item=result.code, result=result.result)
        found[result.code] = result
    lines = tuple(_line(item, found.get(item.code)) for item in items)
    failed = any(line.result == "fail" and line.item.blocking for line in lines)
    source = check_list or load_check_list()
    return FourPropertyReport(
        standard=source.id,
        version=source.version,
        stage=stage,
        lines=lines,
        outcome="failed" if failed else "awaiting_review",
    )


def _line(item: CheckItem, found: CheckResult | None) -> CheckedItem:
    if found is None:
        return CheckedItem(item=item, result="manual", remark=item.hint)
    if found.result == "pass" and not item.automatic:
        return CheckedItem(item=item, result="manual", remark=found.remark)
    return CheckedItem(item=item, result=found.result, remark=found.remark)
