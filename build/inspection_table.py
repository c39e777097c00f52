"""Judges what inspection said of labelled sides and prints it as tables."""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.services.findings import INSPECTED

CODES = (*INSPECTED, "size_outlier", "duplicate", "unreadable")
# Faults that can be seen on a side that carries no writing.
ON_BLANK = {
    "black_border",
    "too_dark",
    "low_resolution",
    "unreadable",
    "folded_corner",
    "streak",
    "foreign_object",
}
# What else a fault may rightly look like.
ALIKE: dict[str, set[str]] = {
    "blur": {"low_contrast", "too_light"},
    "too_light": {"low_contrast"},
    "low_contrast": {"too_dark", "too_light"},
    "too_dark": {"low_contrast"},
    "low_resolution": {"blur"},
    "unreadable": set(CODES),
    "foreign_object": {"blank"},
    "cut_off": {"skew"},
}
SKEW_LIMIT = 1.0
SKEW_DOUBT = 0.05
SKEW_ASKED = 0.2
LINES = 5
_LEAST_OVERLAP = 0.3
_EXAMPLES = 400


@dataclass(kw_only=True)
class Seen:
    """One side: its label, and what inspection said of it. `turned` is (truth, seen) of the same
    side stood on another edge."""

    path: str
    label: dict[str, Any]
    findings: list[dict[str, Any]]
    measures: dict[str, float]
    blank: bool
    seconds: float
    turned: tuple[int, int] | None = None

    @property
    def codes(self) -> set[str]:
        """Codes that were found; an orientation counts only when its turn is right."""
        codes = {finding["code"] for finding in self.findings}
        if self.measures.get("orientation") != self.label["turn"] and self.label["turn"]:
            codes.discard("orientation")
        return codes

    @property
    def planted(self) -> set[str]:
        """Codes of the faults that were planted."""
        return {fault["code"] for fault in self.label["faults"]}

    def expected(self) -> tuple[set[str], set[str]]:
        """(codes that must be found, codes that may be found)."""
        label = self.label
        planted = self.planted
        either = set(label["either"]) | planted
        if label["leaf"] == "a3":
            either.add("size_outlier")
        for code in planted:
            either |= ALIKE.get(code, set())
        if any(fault["mode"] == "short" for fault in label["faults"]):
            # The feeder cut the page off: its last line may stand right at the edge.
            either.add("cut_off")
        if label["copy"]:
            planted.add("duplicate")
        if "unreadable" in planted:
            return {"unreadable"}, either
        if label["blank"]:
            must = planted & ON_BLANK
            if "foreign_object" not in must:
                must.add("blank")
            return must, either
        if label["lines"] < 2:
            return planted, either | {"skew"}
        tilt = abs(label["skew_deg"])
        if tilt > SKEW_LIMIT + SKEW_DOUBT and "cut_off" not in planted:
            planted.add("skew")
        elif tilt > SKEW_LIMIT - SKEW_DOUBT:
            either.add("skew")
        return planted, either

    @property
    def clean(self) -> bool:
        """Whether nothing is wrong with the side."""
        return not (self.expected()[0] - {"blank"})

    @property
    def name(self) -> str:
        """What is special about the side, for people."""
        label = self.label
        parts = [f"{fault['code']}:{fault['mode']}".rstrip(":") for fault in label["faults"]]
        parts += [f"({kind}:{mode})".replace(":)", ")") for kind, mode in label["traits"]]
        parts += [label["leaf"] or ("blank" if label["blank"] else label["role"])]
        return " ".join(parts)


@dataclass(kw_only=True)
class Row:
    """One line of the table of codes."""

    planted: int = 0
    found: int = 0
    made_up: int = 0
    on_clean: int = 0
    boxes: int = 0
    boxes_right: int = 0
    modes: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def recall(self) -> float:
        """Share of what was planted that was found; 1 when nothing was."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        """Share of what was found that was planted; 1 when nothing was."""
        return self.found / (self.found + self.made_up) if self.found + self.made_up else 1.0


def rows_of(sides: Sequence[Seen]) -> dict[str, Row]:
    """The table of codes."""
    rows = {code: Row() for code in CODES}
    for side in sides:
        must, either = side.expected()
        seen = side.codes
        for code in must:
            rows[code].planted += 1
            rows[code].found += code in seen
        for code in seen - must - either:
            rows[code].made_up += 1
            rows[code].on_clean += side.clean
        for fault in side.label["faults"]:
            if fault["code"] in must:
                tally = rows[fault["code"]].modes[fault["mode"]]
                tally[0] += 1
                tally[1] += fault["code"] in seen
            if fault["boxes"] and fault["code"] in seen & must:
                row = rows[fault["code"]]
                row.boxes += 1
                row.boxes_right += _placed(side, fault)
    return rows


def _placed(side: Seen, fault: dict[str, Any]) -> bool:
    """Whether a finding lies on one of the boxes of the fault."""
    found = [
        finding["box"]
        for finding in side.findings
        if finding["code"] == fault["code"] and finding.get("box")
    ]
    return any(_agree(one, other) for one in found for other in fault["boxes"])


def _agree(found: Sequence[float], truth: Sequence[float]) -> bool:
    x, y = (found[0] + found[2]) / 2, (found[1] + found[3]) / 2
    if truth[0] <= x <= truth[2] and truth[1] <= y <= truth[3]:
        return True
    across = min(found[2], truth[2]) - max(found[0], truth[0])
    down = min(found[3], truth[3]) - max(found[1], truth[1])
    if across <= 0 or down <= 0:
        return False
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (found, truth))
    return across * down / (areas - across * down) > _LEAST_OVERLAP


def tilt_errors(sides: Sequence[Seen]) -> list[float]:
    """Error of the tilt in degrees of the sides whose lines can be measured."""
    bad = {"unreadable", "blur", "low_contrast", "too_light"}
    return [
        abs(side.measures["skew_deg"] - side.label["skew_deg"])
        for side in sides
        if side.label["lines"] >= 2
        and not side.planted & bad
        and "warp" not in dict(side.label["traits"])
        and side.measures.get("orientation") == side.label["turn"]
    ]


def turns_of(sides: Sequence[Seen]) -> Iterator[tuple[bool, bool]]:
    """(whether the side has five lines or more, whether its orientation is right)."""
    for side in sides:
        if side.label["blank"] or not side.measures:
            continue
        many = side.label["lines"] >= LINES
        yield many, side.measures["orientation"] == side.label["turn"]
        if side.turned is not None:
            yield many, side.turned[0] == side.turned[1]


def table_record(sides: Sequence[Seen]) -> dict[str, Any]:
    """The tables as plain data."""
    errors = tilt_errors(sides) or [0.0]
    clean = [side for side in sides if side.clean]
    return {
        "codes": {
            code: {
                "planted": row.planted,
                "found": row.found,
                "made_up": row.made_up,
                "on_clean": row.on_clean,
            }
            for code, row in rows_of(sides).items()
        },
        "clean": len(clean),
        "flagged": sum(_flagged(side) for side in clean),
        "skew_p95": float(np.percentile(errors, 95)),
        "turns_wrong": sum(many and not right for many, right in turns_of(sides)),
    }


def _flagged(side: Seen) -> bool:
    must, either = side.expected()
    return bool(side.codes - must - either)


def print_table(family: str, sides: Sequence[Seen], *, examples: bool) -> None:
    """Prints all tables of a family; with `examples` also every side that came out wrong."""
    write = sys.stdout.write
    clean = [side for side in sides if side.clean]
    flagged = sum(_flagged(side) for side in clean)
    cpu = sum(side.seconds for side in sides) / max(1, len(sides))
    write(
        f"\n== {family}: {len(sides)} sides, {len(clean)} without a fault; {cpu:.3f} s CPU a side\n"
    )
    write(f"{'code':15}{'planted':>8}{'found':>7}{'recall':>8}{'precis.':>8}")
    write(f"{'false':>7}{'clean':>7}{'clean %':>9}{'place':>9}\n")
    for code, row in rows_of(sides).items():
        place = f"{row.boxes_right}/{row.boxes}" if row.boxes else "-"
        write(f"{code:15}{row.planted:8}{row.found:7}{row.recall:8.3f}{row.precision:8.3f}")
        share = 100 * row.on_clean / max(1, len(clean))
        write(f"{row.made_up:7}{row.on_clean:7}{share:9.2f}{place:>9}")
        missed = [f"{mode or 'plain'} {b}/{a}" for mode, (a, b) in row.modes.items() if b < a]
        write(("  " + ", ".join(missed) if missed else "") + "\n")
    write(f"sides without a fault that were flagged: {flagged} of {len(clean)}")
    write(f" ({100 * flagged / max(1, len(clean)):.2f} %)\n")
    _print_measures(sides)
    if examples:
        _print_wrong(sides)


def _print_measures(sides: Sequence[Seen]) -> None:
    write = sys.stdout.write
    turns = Counter(turns_of(sides))
    for many, text in ((True, f"{LINES} lines or more"), (False, f"fewer than {LINES} lines")):
        right, wrong = turns[(many, True)], turns[(many, False)]
        write(f"orientation, {text}: {right} of {right + wrong} right\n")
    errors = np.array(tilt_errors(sides) or [0.0])
    write(
        f"tilt error of {len(errors)} sides: median {np.median(errors):.3f}, "
        f"95 % {np.percentile(errors, 95):.3f}, max {errors.max():.3f} degrees; "
        f"{100 * np.mean(errors <= SKEW_ASKED):.1f} % within {SKEW_ASKED}\n"
    )
    readable = [side for side in sides if side.measures]
    written = [side for side in readable if not side.label["blank"]]
    empty = [side for side in readable if side.label["blank"]]
    for text, group in (
        ("blank sides", empty),
        ("  of them with strong bleed-through", [s for s in empty if "bleed_through" in s.planted]),
        ("written sides", written),
        ("  of them a lone number", [s for s in written if s.label["leaf"] == "lone_number"]),
        ("  of them a lone seal", [s for s in written if s.label["leaf"] == "lone_seal"]),
        ("  of them a lone signature", [s for s in written if s.label["leaf"] == "lone_signature"]),
    ):
        blank = sum(side.blank for side in group)
        write(f"{text:38}{blank:5} taken as blank{len(group) - blank:6} as written\n")


def _print_wrong(sides: Sequence[Seen]) -> None:
    write = sys.stdout.write
    shown = 0
    for side in sides:
        must, either = side.expected()
        missed, made_up = must - side.codes, side.codes - must - either
        if (missed or made_up) and shown < _EXAMPLES:
            shown += 1
            told = [f"missed {', '.join(sorted(missed))}"] if missed else []
            told += [f"made up {', '.join(sorted(made_up))}"] if made_up else []
            write(f"  {side.path} [{side.name}] {'; '.join(told)}\n")
        if side.turned is not None and side.turned[0] != side.turned[1]:
            truth, found = side.turned
            write(f"  {side.path} [{side.name}] stood on another edge: {truth}, seen {found}\n")
