"""Measures what inspection finds and what it makes up, on dossiers made for the purpose.

Planted faults are told from the truth the generator writes; further variations (turns, greys,
tints, tilts) are made here from sides without faults. Prints one row per finding code.

    python build/accuracy_inspection.py --family development --seeds 21 22
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ocr.image.limits import Limits
from ocr.image.load import LoadedPage, load_page, turned
from ocr.inspection import examine, examine_page
from ocr.similarity import find_duplicates
from scanner.paper.build import build_dossier
from scanner.paper.spec import DossierSpec, PlantedFault

Pixels = NDArray[np.uint8]
CODES = (
    "orientation",
    "skew",
    "blank",
    "black_border",
    "blur",
    "too_dark",
    "too_light",
    "low_contrast",
    "low_resolution",
    "unreadable",
    "folded_corner",
    "streak",
    "bleed_through",
    "duplicate",
)
# What can be seen on a side that carries no writing.
ON_BLANK = {
    "blank",
    "black_border",
    "too_dark",
    "low_resolution",
    "unreadable",
    "folded_corner",
    "streak",
}
TURNS = (90, 180, 270)
TILTS = (-4.4, -2.2, -1.5, 1.4, 2.6, 5.0)


@dataclass
class Tally:
    """Per finding code: what was there, what was found, what was made up; and which sides."""

    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    made_up: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)
    sides: int = 0
    seconds: float = 0.0
    tilt_errors: list[float] = field(default_factory=list)

    def judge(self, name: str, expected: set[str], seen: set[str], either: set[str]) -> None:
        """Count one side; codes in `either` are neither asked for nor held against it."""
        self.sides += 1
        for code in expected:
            self.there[code] += 1
            self.found[code] += code in seen
        for code in seen - expected - either:
            self.made_up[code] += 1
        wrong = (expected - seen) | (seen - expected - either)
        if wrong:
            self.remarks.append(f"{name}: expected {sorted(expected)}, seen {sorted(seen)}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Accuracy of image inspection.")
    parser.add_argument("--family", default="development", choices=("development", "check"))
    parser.add_argument("--seeds", type=int, nargs="+", default=[21])
    parser.add_argument("--sides", type=int, default=42)
    parser.add_argument("--folder", type=Path, help="where the dossiers are kept between runs")
    parser.add_argument("--json", type=Path, help="also write the table as JSON")
    chosen = parser.parse_args(arguments)
    tally = Tally()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        for place, seed in enumerate(chosen.seeds):
            dpi = 200 if place % 2 else 300
            target = build_dossier(_spec(seed, chosen.family, chosen.sides, dpi), folder)
            _inspect_dossier(target, seed, tally)
    _print(tally)
    if chosen.json:
        table = {
            code: [tally.there[code], tally.found[code], tally.made_up[code]] for code in CODES
        }
        chosen.json.write_text(json.dumps(table, indent=1), encoding="utf-8")
    return 0


def _spec(seed: int, family: str, sides: int, dpi: int) -> DossierSpec:
    """A dossier in which about half of the sides carry one image fault each."""
    chance = random.Random(seed)
    places = list(range(2, max(14, sides - 6)))
    chance.shuffle(places)
    kinds = [
        *(("orientation", turn) for turn in TURNS),
        *(("skew", chance.choice(TILTS)) for _ in range(3)),
        *((kind, 0.0) for kind in ("blur", "too_dark", "too_light", "low_contrast")),
        *((kind, 0.0) for kind in ("blur", "black_border", "black_border", "low_resolution")),
        *((kind, 0.0) for kind in ("folded_corner", "streak", "bleed_through", "unreadable")),
    ]
    faults = [
        PlantedFault(kind=kind, numbers=(place,), value=float(value))
        for (kind, value), place in zip(kinds, places, strict=False)
    ]
    faults.append(PlantedFault(kind="duplicate_page", numbers=(chance.randint(2, 8),)))
    name = f"inspection-{family}-{seed}"
    return DossierSpec(
        name=name, seed=seed, family=family, sides=sides, dpi=dpi, faults=tuple(faults)
    )


def _inspect_dossier(target: Path, seed: int, tally: Tally) -> None:
    truth = json.loads((target / "truth.json").read_text(encoding="utf-8"))
    fingerprints = []
    for side in truth["sides"]:
        path = target / side["file"]
        begun = time.process_time()
        seen = examine(str(path), 0)
        tally.seconds += time.process_time() - begun
        fingerprints.append(seen["fingerprint"])
        codes = {finding["code"] for finding in seen["findings"]}
        faults = set(side["faults"]) - {"duplicate_page"}
        empty = side["role"] == "blank"
        expected = (faults & ON_BLANK) | {"blank"} if empty else faults
        either = faults
        if "unreadable" in faults:
            expected = {"unreadable"}
        elif not empty and abs(side["skew_deg"]) > 0.95:
            expected, either = (
                (expected | {"skew"}, either)
                if abs(side["skew_deg"]) > 1.05
                else (expected, either | {"skew"})
            )
        if "orientation" in expected and seen["measures"].get("orientation") != side["turn"]:
            codes.discard("orientation")
        measured = bool(codes) and "skew_deg" in seen["measures"] and "blank" not in codes
        if measured or (not empty and not codes):
            tally.tilt_errors.append(abs(seen["measures"]["skew_deg"] - side["skew_deg"]))
        tally.judge(f"{target.name} {side['position']}", expected, codes, either)
        if not empty and not faults:
            _inspect_variation(path, side, seed, tally)
    _judge_twins(truth, fingerprints, tally)


def _judge_twins(truth: dict[str, Any], fingerprints: list[str], tally: Tally) -> None:
    planted = set()
    for fault in truth["planted"]:
        if fault["kind"] == "duplicate_page":
            planted |= set(fault["positions"])
    written = {side["position"] for side in truth["sides"] if side["role"] != "blank"}
    planted &= written
    seen = {later + 1 for later, _, _ in find_duplicates(fingerprints)}
    tally.there["duplicate"] += len(planted)
    tally.found["duplicate"] += len(planted & seen)
    tally.made_up["duplicate"] += len(seen - planted)
    if planted != seen:
        tally.remarks.append(f"duplicates: planted {sorted(planted)}, seen {sorted(seen)}")


def _inspect_variation(path: Path, side: dict[str, Any], seed: int, tally: Tally) -> None:
    """One variation of a good side, in turn."""
    page = load_page(path)
    variations = list(_variations(page.pixels, random.Random(seed * 1000 + side["position"])))
    name, pixels, expected, turn = variations[side["position"] % len(variations)]
    loaded = LoadedPage(pixels=pixels, dpi=page.dpi, media_type=page.media_type)
    seen = examine_page(loaded, Limits())
    codes = {finding.code for finding in seen.findings}
    if turn and seen.measures["orientation"] != turn:
        codes.discard("orientation")
    tally.judge(f"{path.parent.parent.name} {side['position']} {name}", expected, codes, set())


def _variations(
    pixels: Pixels, chance: random.Random
) -> Iterator[tuple[str, Pixels, set[str], int]]:
    """(name, page, expected codes, expected turn)."""
    for turn in TURNS:
        yield f"turn {turn}", turned(pixels, 360 - turn), {"orientation"}, turn
    gray = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
    yield "gray", np.asarray(cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR), dtype=np.uint8), set(), 0
    tint = np.array([0.66, 0.83, 0.95]) if chance.random() < 0.5 else np.array([0.95, 0.86, 0.78])
    yield "tinted paper", np.asarray(pixels * tint, dtype=np.uint8), set(), 0
    _, data = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 45])
    coarse = cv2.imdecode(data, cv2.IMREAD_COLOR)
    yield "JPEG 45", np.asarray(coarse, dtype=np.uint8), set(), 0
    noise = np.random.default_rng(chance.randint(0, 9999)).normal(0, 9, pixels.shape)
    yield "noise", np.clip(pixels + noise, 0, 255).astype(np.uint8), set(), 0
    tilt = chance.choice(TILTS)
    yield f"tilt {tilt}", _tilted(pixels, tilt), {"skew"}, 0
    _, black = cv2.threshold(gray, 150, 255, cv2.THRESH_BINARY)
    yield "bilevel", np.asarray(cv2.cvtColor(black, cv2.COLOR_GRAY2BGR), dtype=np.uint8), set(), 0
    dim = np.clip(pixels * 0.82, 0, 255).astype(np.uint8)
    yield "slightly dim", dim, set(), 0


def _tilted(pixels: Pixels, degrees: float) -> Pixels:
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    paper = tuple(float(value) for value in np.median(pixels[::50, ::50], axis=(0, 1)))
    return np.asarray(
        cv2.warpAffine(pixels, matrix, (width, height), borderValue=paper), dtype=np.uint8
    )


def _print(tally: Tally) -> None:
    write = sys.stdout.write
    write(f"{'code':16}{'there':>8}{'found':>8}{'missed':>8}{'made up':>9}\n")
    for code in CODES:
        there, found, made_up = tally.there[code], tally.found[code], tally.made_up[code]
        write(f"{code:16}{there:8}{found:8}{there - found:8}{made_up:9}\n")
    errors = np.array(tally.tilt_errors or [0.0])
    write(f"sides and variations {tally.sides}; {tally.seconds:.1f} s CPU on the sides\n")
    write(f"tilt error: median {np.median(errors):.3f}, 95 % {np.percentile(errors, 95):.3f} deg\n")
    for remark in tally.remarks:
        write(f"  {remark}\n")


if __name__ == "__main__":
    sys.exit(main())
