"""Measures the flip-through: leaves found, leaves ticked wrongly, events said, on drawn recordings.

A recording shows the sides of a drawn dossier one after the other under a drawn camera; one leaf is
left out (two turned at once), one side's twin form is taken out of the file, and one leaf of
another dossier is put in. "development" was used to choose limits, "check" has other pages, light,
curl, sizes and seeds. Nothing but WRONG ticks must be 0.

    python build/accuracy_flip.py --family check --sides 40
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2  # noqa: E402

from app.domain.leafing import SEEN, Leafing, LeafSide, Look  # noqa: E402
from leafing_camera import CameraLook, record  # noqa: E402
from ocr.leafing.side_index import prepare  # noqa: E402
from ocr.leafing.watching import watch  # noqa: E402
from scanner.paper.build import build_dossier  # noqa: E402
from scanner.paper.spec import DossierSpec  # noqa: E402

LOOKS = {
    "development": (CameraLook(), CameraLook(blur=1.2, curl=0.05)),
    "check": (
        CameraLook(perspective=0.07, curl=0.045, shadow=0.5, blur=0.9, noise=4.0, desk=110),
        CameraLook(width=1920, height=1080, curl=0.06, fingers=2, exposure=0.2, desk=40),
    ),
}
SEEDS = {"development": (7101, 7102), "check": (8203, 8204)}
STRANGER_SEED = 9901


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, watch and count; status 1 when a tick is wrong."""
    parser = argparse.ArgumentParser(description="Accuracy of the flip-through.")
    parser.add_argument("--family", choices=sorted(LOOKS), action="append")
    parser.add_argument("--sides", type=int, default=40)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the drawn dossiers")
    chosen = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        drawn = chosen.keep or Path(temporary)
        for family in chosen.family or sorted(LOOKS):
            for seed, look in zip(SEEDS[family], LOOKS[family], strict=True):
                wrong += _measure(family, seed, look, chosen.sides, drawn, Path(temporary))
    return 1 if wrong else 0


def _pages(family: str, seed: int, sides: int, folder: Path) -> list[Path]:
    spec = DossierSpec(
        name=f"flip-{family}-{seed}-{sides}", seed=seed, family=family, sides=sides, dpi=200
    )
    return sorted((build_dossier(spec, folder) / "sides").iterdir())


def _measure(
    family: str, seed: int, look: CameraLook, sides: int, drawn: Path, folder: Path
) -> int:
    pages = _pages(family, seed, sides, drawn)
    stranger = _pages(family, STRANGER_SEED, 14, drawn)[4]
    work = folder / f"{family}-{seed}"
    pictures = work / "pictures"
    pictures.mkdir(parents=True)
    begun = time.process_time()
    answers = prepare([(page.stem, str(page), 0, 0) for page in pages], str(work))
    preparing = time.process_time() - begun
    # Every seventh side is not in the file: its leaf must not be ticked as a twin of it.
    missing = set(range(7, len(pages) + 1, 7))
    skipped = {len(pages) // 2 | 1, (len(pages) // 2 | 1) + 1}
    shown = [place for place in range(1, len(pages) + 1) if place not in skipped]
    shown.insert(len(shown) // 3, 0)
    video = work / "video.avi"
    record(video, [cv2.imread(str(pages[p - 1] if p else stranger)) for p in shown], look, seed)
    files = [
        (place, str(work / f"{page.stem}.npz"))
        for place, page in enumerate(pages, start=1)
        if place not in missing
    ]
    out = work / "looks.jsonl"
    out.touch()
    begun = time.process_time()
    watch(str(video), files, str(out), str(work / "stop"), str(pictures))
    watching = time.process_time() - begun
    leafing = Leafing(
        [
            LeafSide(
                position=place,
                leaf=(place + 1) // 2,
                blank=answers[pages[place - 1].stem]["blank"],
            )
            for place, _ in files
        ]
    )
    events = []
    period = look.still_frames + look.turn_frames
    wrong = []
    for line in out.read_text(encoding="utf-8").splitlines():
        values = json.loads(line)
        values = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
        seen = Look(**values)
        true = shown[min((seen.frame + look.turn_frames // 2) // period, len(shown) - 1)]
        resting = seen.frame % period < look.still_frames
        if seen.kind == "side" and resting and seen.position != true:
            wrong.append((true, seen.position))
        events += leafing.observe(seen)
    events += leafing.finish()
    due = [p for p in shown if p and p not in missing]
    states = leafing.states
    ticked = [p for p in due if states[p].state == SEEN]
    never = [p for p in skipped if p in states and states[p].state == SEEN]
    kinds = [event.kind for event in events]
    told = {name: kinds.count(name) for name in ("two_at_once", "unknown_leaf", "side_missed")}
    sys.stdout.write(
        f"{family} {seed}: {look.width}x{look.height}, {len(pages)} sides, shown {len(due)}, "
        f"ticked {len(ticked)}, WRONG {len(wrong) + len(never)} {wrong}{never}, "
        f"open {sum(states[p].state == 'open' for p in due)}, "
        f"differing {sum(states[p].state == 'differs' for p in due)}, "
        f"not seen {[p for p in due if states[p].state == 'not_seen']}, "
        f"leaves not in the file {len(missing & set(shown)) + 1}, said {told}, "
        f"CPU s a shown side {watching / len(shown):.2f}, to prepare one "
        f"{preparing / len(pages):.2f}\n"
    )
    sys.stdout.flush()
    return len(wrong) + len(never)


if __name__ == "__main__":
    sys.exit(main())
