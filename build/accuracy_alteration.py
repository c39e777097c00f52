"""Measures what the comparison of paper and side finds and makes up, on drawn pages.

Each page is drawn once as the electronic side, and once more as the paper: unaltered, and with
every kind of alteration it has room for; the paper is scanned again, photographed or filmed.
"development" and "check" differ in fonts, layout, wear and seeds; nobody tunes on "check".

    python build/accuracy_alteration.py --family check
    python build/accuracy_alteration.py --unaltered 4 --pages 15 --ways scan
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2  # noqa: E402

from alteration_kinds import KINDS, SIZES, altered  # noqa: E402
from alteration_looks import (  # noqa: E402
    FORMS,
    WAYS,
    Look,
    Seen,
    Sheet,
    first_scan,
    second_look,
)
from alteration_mishaps import MISHAPS  # noqa: E402
from alteration_pages import Box, ink_of, marks_of, pages  # noqa: E402
from ocr.alteration.comparing import compare  # noqa: E402

SEEDS = {"development": (11, 12, 13), "check": (71, 72, 73, 74)}
NEAR_MM = 3.0
DRAWN_DPI = 300


@dataclass(frozen=True, kw_only=True)
class Job:
    """The pages of one drawn dossier, looked at in one way: with every one of `kinds`, and
    `unaltered` times as they are, after each of `mishaps` where there are any."""

    family: str
    seed: int
    pages: int
    side: Look
    paper: Look
    unaltered: int
    kinds: tuple[str, ...]
    mishaps: tuple[str, ...]
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two files of one leaf; `boxes` (mm on the side) are where the paper was altered, `size` how
    much, `mishap` is what else happened to it."""

    side: Path
    paper: Path
    face: str
    kind: str
    boxes: tuple[Box, ...]
    dpi: int
    size: float = 0.0
    mishap: str = ""


def main(arguments: Sequence[str] | None = None) -> int:
    """See the module."""
    chosen = _parser().parse_args(arguments)
    rough = 1.0 if chosen.family == "development" else 1.15
    with tempfile.TemporaryDirectory() as temporary:
        jobs = [
            Job(
                family=chosen.family,
                seed=seed,
                pages=chosen.pages,
                side=Look(form=chosen.side_form, dpi=chosen.dpi),
                paper=Look(way=way, form=chosen.paper_form, rough=rough, dpi=chosen.paper_dpi),
                unaltered=chosen.unaltered or 1,
                kinds=() if chosen.unaltered else tuple(chosen.kinds),
                mishaps=tuple(chosen.mishaps) or ("",),
                folder=chosen.keep or Path(temporary),
            )
            for seed in chosen.seeds or SEEDS[chosen.family]
            for way in chosen.ways
        ]
        with ProcessPoolExecutor(chosen.processes) as pool:
            rows = [row for found in pool.map(look, jobs) for row in found]
    for way in chosen.ways:
        _report(way, [row for row in rows if row["way"] == way], chosen.keep is not None)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Accuracy of the search for altered pages.")
    parser.add_argument("--family", choices=tuple(SEEDS), default="development")
    parser.add_argument("--seeds", type=int, nargs="+")
    parser.add_argument("--pages", type=int, default=8, help="pages of each dossier")
    parser.add_argument("--ways", choices=WAYS, nargs="+", default=("scan", "camera"))
    parser.add_argument("--kinds", choices=tuple(KINDS), nargs="*", default=KINDS)
    parser.add_argument("--unaltered", type=int, help="so many looks at each page as it is, only")
    parser.add_argument(
        "--mishaps", choices=tuple(MISHAPS), nargs="*", default=(), help="what befell the paper"
    )
    parser.add_argument("--dpi", type=int, default=300, help="of the electronic side")
    parser.add_argument("--paper-dpi", type=int, default=0, help="of a rescan; 0 is any")
    parser.add_argument("--side-form", choices=FORMS, default="colour")
    parser.add_argument("--paper-form", choices=FORMS, default="colour")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep pictures, name mistakes")
    return parser


def look(job: Job) -> list[dict[str, Any]]:
    """Draws and compares the pages of one dossier."""
    cv2.setNumThreads(1)
    job.folder.mkdir(parents=True, exist_ok=True)
    return [compared(pair, job.paper.way) for pair in pairs(job)]


def pairs(job: Job) -> Iterator[Pair]:
    """The pairs of a dossier, each drawn when it is asked for. A side is written once for all its
    looks."""
    _, sides = pages(job.family, job.seed, 24, DRAWN_DPI)
    way = job.paper.way
    chance = random.Random(f"{job.family}/{job.seed}/{way}")
    behind = None
    for number, side in enumerate(chance.sample(sides, min(job.pages, len(sides)))):
        assert side.draft is not None
        own = job.seed * 1000 + number
        marks = marks_of(side.draft, job.family, random.Random(f"{own}/figures"))
        plain = ink_of(marks, DRAWN_DPI, own)
        sheet = Sheet(
            ink=plain, behind=behind, side=side, family=job.family, dpi=DRAWN_DPI, seed=own
        )
        behind = plain
        name = f"{job.family}-{way}-{own}"
        first = _written(job.folder / f"{name}-side", first_scan(sheet, job.side), job.side)
        looks = [("", mishap) for mishap in job.mishaps * job.unaltered]
        looks += [(kind, "") for kind in job.kinds]
        for look_number, (kind, mishap) in enumerate(looks, 1):
            seed = own * 100 + look_number
            change = altered(marks, kind, random.Random(f"{seed}/{kind}")) if kind else None
            if kind and change is None:
                continue
            paper = sheet
            if change is not None:
                paper = replace(sheet, ink=ink_of(change.marks, DRAWN_DPI, own, change))
            path = job.folder / f"{name}-{kind or mishap or 'same'}-{look_number}"
            how = replace(job.paper, mishap=mishap)
            second = _written(path, second_look(paper, how, seed), how)
            yield Pair(
                side=first,
                paper=second,
                face=side.face,
                kind=kind,
                boxes=change.boxes if change else (),
                dpi=job.side.dpi,
                size=change.size if change else 0.0,
                mishap=mishap,
            )


def _written(path: Path, seen: Seen, how: Look) -> Path:
    from PIL import Image

    image = Image.fromarray(cv2.cvtColor(seen.picture, cv2.COLOR_BGR2RGB))
    dpi = (seen.dpi, seen.dpi) if seen.dpi else (72, 72)
    if how.form == "bitonal":
        path = path.with_suffix(".tif")
        image.convert("1").save(path, "TIFF", compression="group4", dpi=dpi)
    else:
        path = path.with_suffix(".jpg")
        image.convert("L" if how.form == "gray" else "RGB").save(
            path, "JPEG", quality=95 if how.way.startswith("video") else 88, dpi=dpi
        )
    return path


def compared(pair: Pair, way: str) -> dict[str, Any]:
    """A row of the report."""
    proof = pair.paper.with_name(f"{pair.paper.stem}-proof.jpg")
    begun = time.process_time()
    answer = compare(str(pair.side), 0, 0, str(pair.paper), pair.face, str(proof))
    spent = time.process_time() - begun
    return _row(pair, way, answer, spent)


def _row(pair: Pair, way: str, answer: Any, spent: float) -> dict[str, Any]:
    near = NEAR_MM
    found = [[value / pair.dpi * 25.4 for value in place["box"]] for place in answer["differences"]]

    def meet(one: Any, other: Any) -> bool:
        return bool(
            one[0] < other[2] + near
            and other[0] < one[2] + near
            and one[1] < other[3] + near
            and other[1] < one[3] + near
        )

    hits = [any(meet(place, box) for box in pair.boxes) for place in found]
    return {
        "file": pair.paper.name,
        "way": way,
        "kind": pair.kind,
        "size": pair.size,
        "mishap": pair.mishap,
        "verdict": answer["verdict"],
        "reason": answer["reason"],
        "hit": any(hits),
        "false": len(hits) - sum(hits),
        "agreement": answer["agreement"],
        "scores": [place["score"] for place in answer["differences"]],
        "kinds": [place["kind"] + "/" + place["ink"] for place in answer["differences"]],
        "boxes": [[round(value) for value in place] for place in found],
        "wanted": [[round(value) for value in box] for box in pair.boxes],
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
            + _by_size(kind, own)
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
    for mishap in sorted({row["mishap"] for row in same} - {""}):
        own = [row for row in same if row["mishap"] == mishap]
        alarms = sum(row["verdict"] == "differs" for row in own)
        open_ = sum(row["verdict"] == "not_comparable" for row in own)
        print(f"  {mishap:18}{len(own):5}: false alarms {alarms}, not comparable {open_}")
    spent = sorted(row["seconds"] for row in rows)
    print(f"CPU s: median {spent[len(spent) // 2]:.2f}, most {spent[-1]:.2f}")
    if verbose:
        for row in rows:
            if row["false"] or (row["kind"] and not row["hit"]):
                print(json.dumps(row, ensure_ascii=False))


def _by_size(kind: str, rows: list[dict[str, Any]]) -> str:
    """What was found of each size."""
    if kind not in SIZES:
        return ""
    unit, steps = SIZES[kind]
    parts = []
    for low, high in zip((0, *steps), (*steps, 1000), strict=True):
        own = [row for row in rows if low <= row["size"] < high]
        name = f">= {low}" if high == 1000 else f"< {high}"
        parts.append(f"{name}: {sum(row['hit'] for row in own)}/{len(own)}")
    return f"  [{unit} {', '.join(parts)}]"


if __name__ == "__main__":
    raise SystemExit(main())
