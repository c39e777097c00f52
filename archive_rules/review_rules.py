"""Rules of sampling finished dossiers (抽检): kinds of faults, plans, draw, acceptance.

What a court may choose is data (`sets/review`). A sample is judged in the order it was drawn, so
that a class with a smaller sample than another is judged by the first ones of the draw.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.kernel.errors import BadInput
from archive_rules.attribute_sampling import (
    NORMAL,
    REDUCED,
    TIGHTENED,
    Severity,
    sampling_plan,
    stricter,
)
from archive_rules.data import check_keys, load_table, names_below, nearest

_FOLDER = "review"
DEFAULT = "courts"
CRITICAL, MAJOR, MINOR = "critical", "major", "minor"
CLASSES = (CRITICAL, MAJOR, MINOR)
STEPS = ("scan", "inspect", "catalogue")
NONE, RATE, AQL = "none", "rate", "aql"
SEVERITIES: tuple[Severity, ...] = (NORMAL, TIGHTENED, REDUCED)


@dataclass(frozen=True, kw_only=True, slots=True)
class DefectKind:
    """A kind of fault and the step that mends it."""

    code: str
    title: str
    defect_class: str
    back: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassLimit:
    """For one class of faults: how many of the first drawn sides count, and how many of them may
    be defective."""

    size: int
    accept: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Draw:
    """What is drawn from a lot: its size, and the limits by class."""

    size: int
    limits: Mapping[str, ClassLimit]

    def as_strict_as(self, other: Draw) -> bool:
        """Whether no class of faults is looked for in fewer sides, or tolerated more, than by
        `other`."""
        return all(
            kind in self.limits
            and self.limits[kind].size >= limit.size
            and self.limits[kind].accept <= limit.accept
            for kind, limit in other.limits.items()
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewPlan:
    """A plan to choose. `values` are those of its kind, by severity or class."""

    name: str
    title: str
    kind: str
    values: Mapping[str, Any]
    source: str

    def draw(self, lot: int, severity: Severity) -> Draw:
        """How much is drawn from a lot of so many sides, and what is tolerated."""
        if self.kind == NONE or lot == 0:
            return Draw(size=0, limits={})
        limits = self._by_limit(lot, severity) if self.kind == AQL else self._by_rate(lot, severity)
        size = max(limit.size for limit in limits.values())
        return Draw(size=size, limits={CRITICAL: ClassLimit(size=size, accept=0), **limits})

    def _by_rate(self, lot: int, severity: Severity) -> dict[str, ClassLimit]:
        share = self.values["rate"][severity]
        # Rounded first: 0.05 of 100 are five sides, not six.
        size = min(lot, max(self.values["fewest"], math.ceil(round(share * lot, 9))))
        return {
            kind: ClassLimit(size=size, accept=math.floor(round((1 - least) * size, 9)))
            for kind, least in self.values["pass"].items()
        }

    def _by_limit(self, lot: int, severity: Severity) -> dict[str, ClassLimit]:
        plans = {
            kind: sampling_plan(lot, limit, level=self.values["level"], severity=severity)
            for kind, limit in self.values["limit"].items()
        }
        return {
            kind: ClassLimit(size=plan.size, accept=plan.accept) for kind, plan in plans.items()
        }

    def would_pass_stricter(self, lot: int, defects: Mapping[str, Sequence[int]]) -> bool | None:
        """Whether a lot accepted with these faults (places in the draw by class) had been accepted
        one AQL stricter, too (ISO 2859-1, 9.3.3.2). A class that tolerates at most one fault counts
        by acceptance alone; of classes that count differently the one that scores less decides.
        None where acceptance alone counts, also where the plan is not by AQL."""
        if self.kind != AQL:
            return None
        limits = self._by_limit(lot, NORMAL)
        asked = [kind for kind, limit in limits.items() if limit.accept > 1]
        for kind in asked:
            tighter = stricter(self.values["limit"][kind])
            plan = sampling_plan(lot, tighter, level=self.values["level"], severity=NORMAL)
            found = sum(place < limits[kind].size for place in defects.get(kind, ()))
            if found > plan.accept:
                return False
        return True if asked and len(asked) == len(limits) else None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewRules:
    """The rules of a court."""

    id: str
    title: str
    version: str
    source: str
    defects: tuple[DefectKind, ...]
    plans: tuple[ReviewPlan, ...]

    def defect(self, code: str) -> DefectKind:
        """The kind of fault. Raises BadInput ARC-212 with the nearest code."""
        for kind in self.defects:
            if kind.code == code:
                return kind
        codes = [kind.code for kind in self.defects]
        raise BadInput("ARC-212", value=code, nearest=nearest(code, codes))

    def plan(self, name: str) -> ReviewPlan:
        """The plan of this name. Raises BadInput ARC-211 with the known ones."""
        for plan in self.plans:
            if plan.name == name:
                return plan
        raise BadInput("ARC-211", value=name, known=", ".join(plan.name for plan in self.plans))


def drawn(units: Sequence[str], size: int, seed: str) -> tuple[str, ...]:
    """`size` of `units` in the order of the draw, by the recorded seed.

    The order is that of SHA-256 over seed and unit, so that anybody can draw the same again, with
    any program, whatever the order of the units.
    """
    ordered = sorted(
        units, key=lambda unit: (hashlib.sha256(f"{seed}\n{unit}".encode()).digest(), unit)
    )
    return tuple(ordered[:size])


def accepted(limits: Mapping[str, ClassLimit], defects: Mapping[str, Sequence[int]]) -> bool:
    """Whether a lot with these faults (places in the draw, from 0, by class) is accepted."""
    return all(
        sum(place < limit.size for place in defects.get(kind, ())) <= limit.accept
        for kind, limit in limits.items()
    )


def review_rule_names() -> tuple[str, ...]:
    """The identifiers of the packaged rules."""
    return names_below(_FOLDER)


@lru_cache(maxsize=4)
def load_review_rules(name: str = DEFAULT) -> ReviewRules:
    """Packaged rules. Raises BadInput ARC-207 with the nearest name when there are none."""
    if name not in review_rule_names():
        raise BadInput("ARC-207", name=name, nearest=nearest(name, review_rule_names()))
    return review_rules_from_table(load_table(_FOLDER, f"{name}.toml"), name=name)


def review_rules_from_table(table: Mapping[str, Any], *, name: str) -> ReviewRules:
    """Rules from their table. Raises BadInput ARC-204, ARC-205 (keys) and ARC-206 (values)."""
    head = ("schema", "id", "title", "version", "effective", "source")
    check_keys(table, name=name, required=(*head, "defects", "plans"))
    return ReviewRules(
        id=str(table["id"]),
        title=str(table["title"]),
        version=str(table["version"]),
        source=str(table["source"]),
        defects=tuple(_defect(entry, name=name) for entry in table["defects"]),
        plans=tuple(_plan(entry, name=name) for entry in table["plans"]),
    )


def _defect(entry: Mapping[str, Any], *, name: str) -> DefectKind:
    check_keys(entry, name=name, required=("code", "title", "class", "back", "source"))
    _require(entry["class"] in CLASSES, name, entry["code"], entry["class"])
    _require(entry["back"] in STEPS, name, entry["code"], entry["back"])
    return DefectKind(
        code=str(entry["code"]),
        title=str(entry["title"]),
        defect_class=str(entry["class"]),
        back=str(entry["back"]),
        source=str(entry["source"]),
    )


_PLAN_KEYS = {NONE: (), RATE: ("rate", "pass", "fewest"), AQL: ("level", "limit")}


def _plan(entry: Mapping[str, Any], *, name: str) -> ReviewPlan:
    kind = entry.get("kind", "")
    _require(kind in _PLAN_KEYS, name, "kind", kind)
    keys = _PLAN_KEYS[kind]
    check_keys(entry, name=name, required=("name", "title", "kind", *keys), optional=("source",))
    if kind == RATE:
        check_keys(entry["rate"], name=name, required=SEVERITIES)
        check_keys(entry["pass"], name=name, required=(MAJOR, MINOR))
        for share in (*entry["rate"].values(), *entry["pass"].values()):
            _require(0 < share <= 1, name, entry["name"], share)
    if kind == AQL:
        check_keys(entry["limit"], name=name, required=(MAJOR, MINOR))
    return ReviewPlan(
        name=str(entry["name"]),
        title=str(entry["title"]),
        kind=kind,
        values={key: entry[key] for key in keys},
        source=str(entry.get("source", "")),
    )


def _require(holds: bool, name: str, key: str, value: Any) -> None:
    if not holds:
        raise BadInput("ARC-206", name=name, key=str(key), value=str(value))
