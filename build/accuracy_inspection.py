"""Measures what inspection finds and what it makes up, on labelled dossiers drawn for the purpose.

For every family: each finding code with what was planted and found, recall, precision, findings on
sides without a fault, and how often the finding lies where the fault is; orientation by lines of
text; error of the tilt; blank and written sides. "development" and "check" share their drawing
code, "field" shares nothing with them and is the one that nobody tunes on.

    python build/accuracy_inspection.py --quick --keep FOLDER
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2  # noqa: E402

from compared_faces import compare_faces  # noqa: E402
from inspection_table import Seen, print_table, table_record  # noqa: E402
from labelled_dossiers import labelled_spec  # noqa: E402
from ocr.image.limits import Limits  # noqa: E402
from ocr.image.load import LoadedPage, load_page, turned  # noqa: E402
from ocr.inspection import examine, examine_page  # noqa: E402
from ocr.outliers import SizedSide, find_size_outliers  # noqa: E402
from ocr.similarity import find_duplicates  # noqa: E402
from scanner.paper.build import LABELS, TRUTH, build_dossier  # noqa: E402
from scanner.paper.spec import FAMILIES  # noqa: E402

PROCESSES = 2
SEEDS = (1, 2, 3, 4)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draws the dossiers, inspects them in two processes and prints one table a family."""
    parser = argparse.ArgumentParser(description="Accuracy of image inspection.")
    parser.add_argument("--family", choices=FAMILIES, action="append", help="default: all")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument(
        "--quick", action="store_true", help="one dossier a family, no turned sides"
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep dossiers, name wrong sides")
    parser.add_argument("--json", type=Path, help="also write the tables as JSON")
    parser.add_argument(
        "--alone", action="store_true", help="every side by itself, faces are not compared"
    )
    chosen = parser.parse_args(arguments)
    seeds = chosen.seeds[:1] if chosen.quick else chosen.seeds
    families = chosen.family or list(FAMILIES)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        jobs = [
            (family, seed, str(folder), not chosen.quick, not chosen.alone)
            for seed in seeds
            for family in families
        ]
        with ProcessPoolExecutor(PROCESSES) as pool:
            looked = list(pool.map(look, jobs))
    records = {}
    for family in families:
        seen = [side for name, sides in looked for side in sides if name == family]
        print_table(family, seen, examples=chosen.keep is not None)
        records[family] = table_record(seen)
    sys.stdout.write(f"{time.monotonic() - begun:.0f} s with {PROCESSES} processes\n")
    if chosen.json:
        chosen.json.write_text(json.dumps(records, indent=1), encoding="utf-8")
    return 0


def look(job: tuple[str, int, str, bool, bool]) -> tuple[str, list[Seen]]:
    """Draws one labelled dossier and inspects all its sides: (family, seed, folder, whether sides
    are looked at turned too, whether the faces of each sheet are compared)."""
    family, seed, folder, turns, faces = job
    cv2.setNumThreads(1)
    target = build_dossier(labelled_spec(family, seed), Path(folder))
    labels = json.loads((target / LABELS).read_text(encoding="utf-8"))["sides"]
    sides: list[Seen] = []
    fingerprints: list[str] = []
    sizes: list[SizedSide] = []
    for label in labels:
        path = target / label["file"]
        begun = time.process_time()
        found = examine(str(path), 0)
        spent = time.process_time() - begun
        fingerprints.append(found["fingerprint"])
        sizes.append(SizedSide(width=found["width"], height=found["height"], dpi=found["dpi"]))
        side = Seen(
            path=str(path),
            label=label,
            findings=[dict(finding) for finding in found["findings"]],
            measures=found["measures"],
            blank=found["blank"],
            seconds=spent,
        )
        if turns and _sound(label):
            side.turned = _look_turned(path, label)
        sides.append(side)
    if faces:
        truth = json.loads((target / TRUTH).read_text(encoding="utf-8"))["sides"]
        with tempfile.TemporaryDirectory() as pictures:
            sheets = [side["sheet"] for side in truth]
            compare_faces(sides, sheets, fingerprints, Path(pictures))
    for later, _, value in find_duplicates(fingerprints):
        sides[later].findings.append({"code": "duplicate", "severity": "warn", "value": value})
    # A fault of size is planted on one face only, so faces are not compared.
    for odd in find_size_outliers(sizes, Limits().size_outlier):
        record = {"code": "size_outlier", "severity": odd.severity, "value": odd.value}
        sides[odd.index].findings.append(record)
    return family, sides


def _sound(label: dict[str, Any]) -> bool:
    return not label["faults"] and not label["blank"]


def _look_turned(path: Path, label: dict[str, Any]) -> tuple[int, int]:
    """The same side stood on another edge: (turn that sets it upright, turn that was found)."""
    page = load_page(path)
    turn = (90, 180, 270)[label["position"] % 3]
    loaded = LoadedPage(
        pixels=turned(page.pixels, 360 - turn), dpi=page.dpi, media_type=page.media_type
    )
    return turn, int(examine_page(loaded, Limits()).measures["orientation"])


if __name__ == "__main__":
    sys.exit(main())
