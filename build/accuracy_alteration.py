"""Measures what the comparison of paper and side finds and makes up, on drawn pages.

Each page is drawn once as the electronic side, and once more as the paper: unaltered, and with
every kind of alteration it has room for; the paper is scanned again or photographed. "development"
and "check" differ in fonts, layout, wear and seeds; nobody tunes on "check".

    python build/accuracy_alteration.py --family check
"""

from __future__ import annotations

import argparse
import json
import os
import random
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

from alteration_pages import (  # noqa: E402
    KINDS,
    Second,
    altered,
    first_scan,
    ink_of,
    pages,
    second_look,
)
from ocr.alteration.comparing import compare  # noqa: E402

SEEDS = {"development": (11, 12, 13), "check": (71, 72, 73, 74)}
NEAR_MM = 3.0


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description="Accuracy of the search for altered pages.")
    parser.add_argument("--family", choices=tuple(SEEDS), default="development")
    parser.add_argument("--seeds", type=int, nargs="+")
    parser.add_argument("--pages", type=int, default=8, help="pages of each dossier")
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--way", choices=("scan", "camera", "both"), default="both")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep pictures, name mistakes")
    chosen = parser.parse_args(arguments)
    ways = ("scan", "camera") if chosen.way == "both" else (chosen.way,)
    jobs = [
        (chosen.family, seed, chosen.pages, chosen.dpi, way, str(chosen.keep or ""))
        for seed in chosen.seeds or SEEDS[chosen.family]
        for way in ways
    ]
    with ProcessPoolExecutor(chosen.processes) as pool:
        rows = [row for found in pool.map(look, jobs) for row in found]
    for way in ways:
        _report(way, [row for row in rows if row["way"] == way], chosen.keep is not None)
    return 0


def look(job: tuple[str, int, int, int, str, str]) -> list[dict[str, Any]]:
    """Draws and compares the pages of one dossier."""
    family, seed, count, dpi, way, keep = job
    cv2.setNumThreads(1)
    _, sides = pages(family, seed, 24, dpi)
    chance = random.Random(f"{family}/{seed}/{way}")
    chosen = chance.sample(sides, min(count, len(sides)))
    rows = []
    rough = 1.0 if family == "development" else 1.15
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(keep or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for number, side in enumerate(chosen):
            own = seed * 1000 + number
            assert side.draft is not None
            marks = tuple(enumerate(side.draft.marks))
            name = f"{family}-{way}-{own}"
            first = folder / f"{name}-side.jpg"
            plain = ink_of(marks, dpi, own)
            page = first_scan(plain, side, family, own, dpi)
            _write(first, page, dpi)
            for kind in ("", *KINDS):
                change = altered(side.draft, kind, chance) if kind else None
                if kind and change is None:
                    continue
                ink = ink_of(change.marks, dpi, own, change.strike) if change else plain
                look_again = own * 10 + (KINDS.index(kind) + 1 if kind else 0)
                seen = second_look(
                    ink, side, family, look_again, dpi, Second(way=way, rough=rough), own
                )
                second = folder / f"{name}-{kind or 'same'}.jpg"
                _write(second, seen, dpi if way == "scan" else 0)
                begun = time.process_time()
                proof = folder / f"{name}-{kind or 'same'}-proof.jpg"
                answer = compare(str(first), 0, 0, str(second), side.face, str(proof))
                spent = time.process_time() - begun
                boxes = change.boxes if change else ()
                rows.append(_row(second, way, kind, boxes, answer, dpi, spent))
    return rows


def _write(path: Path, picture: Any, dpi: int) -> None:
    from PIL import Image

    image = Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
    image.save(path, "JPEG", quality=88, dpi=(dpi, dpi) if dpi else (72, 72))


def _row(
    path: Path, way: str, kind: str, boxes: Any, answer: Any, dpi: int, spent: float
) -> dict[str, Any]:
    near = NEAR_MM
    found = [[value / dpi * 25.4 for value in place["box"]] for place in answer["differences"]]

    def meet(one: Any, other: Any) -> bool:
        return bool(
            one[0] < other[2] + near
            and other[0] < one[2] + near
            and one[1] < other[3] + near
            and other[1] < one[3] + near
        )

    hits = [any(meet(place, box) for box in boxes) for place in found]
    return {
        "file": path.name,
        "way": way,
        "kind": kind,
        "verdict": answer["verdict"],
        "reason": answer["reason"],
        "hit": any(hits),
        "false": len(hits) - sum(hits),
        "agreement": answer["agreement"],
        "scores": [place["score"] for place in answer["differences"]],
        "kinds": [place["kind"] + "/" + place["ink"] for place in answer["differences"]],
        "boxes": [[round(value) for value in place] for place in found],
        "wanted": [[round(value) for value in box] for box in boxes],
        "seconds": spent,
    }


def _report(way: str, rows: list[dict[str, Any]], verbose: bool) -> None:
    print(f"== {way}: {len(rows)} comparisons")
    for kind in KINDS:
        own = [row for row in rows if row["kind"] == kind]
        if not own:
            continue
        hits = sum(row["hit"] for row in own)
        open_ = sum(row["verdict"] == "not_comparable" for row in own)
        told = sum(row["verdict"] == "differs" for row in own)
        beside = sum(row["false"] for row in own)
        print(
            f"{kind:20}{len(own):5} found {hits:4} ({100 * hits / len(own):5.1f} %)"
            f"  differs {told:4}  not comparable {open_:3}  false boxes {beside:3}"
        )
    changed = [row for row in rows if row["kind"]]
    hits = sum(row["hit"] for row in changed)
    print(f"{'all':20}{len(changed):5} found {hits:4} ({100 * hits / max(1, len(changed)):5.1f} %)")
    same = [row for row in rows if not row["kind"]]
    alarms = sum(row["verdict"] == "differs" for row in same)
    open_ = sum(row["verdict"] == "not_comparable" for row in same)
    print(
        f"unaltered {len(same)}: false alarms {alarms}, false boxes"
        f" {100 * sum(row['false'] for row in same) / max(1, len(same)):.1f} per 100 pages,"
        f" not comparable {open_}"
    )
    spent = sorted(row["seconds"] for row in rows)
    print(f"CPU s: median {spent[len(spent) // 2]:.2f}, most {spent[-1]:.2f}")
    if verbose:
        for row in rows:
            if row["false"] or (row["kind"] and not row["hit"]):
                print(json.dumps(row, ensure_ascii=False))


if __name__ == "__main__":
    raise SystemExit(main())
