"""Measures the flip-through: leaves found, leaves ticked wrongly, events said, on drawn recordings.

A recording shows the sides of a drawn dossier one after the other under a drawn camera, front and
back, two leaves a second at 30 frames (nine frames still, six turning). One leaf is left out (two
turned at once), every seventh side is taken out of the file (its leaf is a stranger, though another
filling of the same form may be there), and one leaf of another dossier is put in. A book lies open:
a leaf of it is missing, two are turned at once (which hides a back and the next front), and a leaf
of another dossier is bound in. Nothing but WRONG ticks must be 0. Of each recording a sentence is
printed, with processor seconds a sight: all of them, and those of the busiest of the three threads;
two cores hold two leaves a second when the first is at most 1.0 and the second at most 0.5.

"development" was used to choose limits, "check" has other pages, light, curl and sizes. Name seeds
that were not used before, and say which.

    python build/accuracy_flip.py --family check --sides 40 --seed 8311 --look plain
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import cv2  # noqa: E402

from app.domain.leafing import SEEN, Leafing, Look  # noqa: E402
from app.domain.leafing_sides import LeafSide  # noqa: E402
from leafing_camera import CameraLook, record, record_no_dossier  # noqa: E402
from ocr.leafing.side_index import prepare  # noqa: E402
from ocr.leafing.watching import watch  # noqa: E402
from scanner.paper.build import build_dossier  # noqa: E402
from scanner.paper.spec import DossierSpec  # noqa: E402

_PLAIN = {
    "development": CameraLook(),
    "check": CameraLook(perspective=0.07, curl=0.045, shadow=0.5, blur=0.9, noise=4.0, desk=110),
}
_LARGE = {"width": 1920, "height": 1080, "curl": 0.06, "fingers": 2, "exposure": 0.2, "desk": 40}
# What each look changes of the plain one of its family.
LOOKS: dict[str, dict[str, Any]] = {
    "plain": {},
    "large": _LARGE,
    "book": {"width": 1920, "height": 1080},
    "upside_down": {"turned": 180},
    "sideways": {"turned": 90, "width": 1920, "height": 1080},
    "hand_held": {"sway": 8.0, "jitter": 1.2},
    "pumping": {"pump": 0.45, "exposure": 0.2},
    "another_dossier": {},
    "no_dossier": {},
}
STRANGER_SEED = 9901
_SECONDS_WITHOUT = 15.0


@dataclass(frozen=True, kw_only=True)
class Showing:
    """What a recording shows: for each sight the positions in it (0: a leaf of another dossier, -1:
    its back), the positions taken out of the file, and those that were not shown."""

    sights: list[tuple[int, ...]]
    missing: set[int]
    skipped: set[int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Record, watch and count; status 1 when a tick is wrong."""
    parser = argparse.ArgumentParser(description="Accuracy of the flip-through.")
    parser.add_argument("--family", choices=sorted(_PLAIN), action="append")
    parser.add_argument("--look", choices=list(LOOKS), action="append")
    parser.add_argument("--seed", type=int, action="append", help="(8311)")
    parser.add_argument("--sides", type=int, default=40)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep what is drawn, recorded")
    chosen = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    wrong = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        for family in chosen.family or sorted(_PLAIN):
            for seed in chosen.seed or [8311]:
                for name in chosen.look or list(LOOKS):
                    wrong += _Recording(family, seed, name, chosen.sides, folder).measured()
    return 1 if wrong else 0


class _Recording:
    """One recording of one dossier."""

    def __init__(self, family: str, seed: int, name: str, sides: int, folder: Path) -> None:
        self._name, self._family, self._seed, self._folder = name, family, seed, folder
        self._look = replace(_PLAIN[family], **LOOKS[name])
        self._pages = self._drawn(seed, sides)
        self._work = folder / f"{family}-{seed}-{sides}-{name}"
        self._work.mkdir(parents=True, exist_ok=True)
        self._showing = self._shown()

    def measured(self) -> int:
        """Record, watch, print a sentence; the number of wrong ticks."""
        video = self._recorded()
        begun = time.process_time()
        names = [(page.stem, str(page), 0, 0) for page in self._pages]
        blank = [answer["blank"] for answer in prepare(names, str(self._work)).values()]
        preparing = (time.process_time() - begun) / len(names)
        files = [
            (place, str(self._work / f"{page.stem}.npz"))
            for place, page in enumerate(self._pages, start=1)
            if place not in self._showing.missing
        ]
        with tempfile.TemporaryDirectory() as seen:
            out = Path(seen) / "looks.jsonl"
            begun = time.process_time()
            result = watch(str(video), files, str(out), str(Path(seen) / "stop"), seen)
            seconds = time.process_time() - begun
            lines = out.read_text(encoding="utf-8").splitlines()
        counted = _Counted(self._showing, self._look, blank, [_look(line) for line in lines])
        sights = max(1, len(self._showing.sights))
        sys.stdout.write(
            f"{self._family} {self._seed} {self._name}, {self._look.width}x{self._look.height}, "
            f"{len(self._pages)} sides: {counted.sentence} Processor s a sight "
            f"{seconds / sights:.2f}, the busiest thread "
            f"{max(result['stages'].values()) / sights:.2f}, to prepare a side {preparing:.2f}.\n"
        )
        sys.stdout.flush()
        return len(counted.wrong)

    def _drawn(self, seed: int, sides: int) -> list[Path]:
        spec = DossierSpec(
            name=f"flip-{self._family}-{seed}-{sides}",
            seed=seed,
            family=self._family,
            sides=sides,
            dpi=200,
        )
        if not (self._folder / spec.name / "sides").is_dir():
            build_dossier(spec, self._folder)
        return sorted((self._folder / spec.name / "sides").iterdir())

    def _shown(self) -> Showing:
        count = len(self._pages)
        if self._name in ("no_dossier", "another_dossier"):
            strangers = 0 if self._name == "no_dossier" else 14
            return Showing(sights=[(0,)] * strangers, missing=set(), skipped=set())
        middle = count // 2 | 1
        skipped = {middle, middle + 1}
        missing = set(range(7, count + 1, 7))
        if self._name == "book":
            # Of an open book one sees the back of a leaf and the front of the next.
            open_at = [(place, place + 1) for place in range(2, count, 2)]
            sights: list[tuple[int, ...]] = [(1,), *open_at]
            at = open_at.index((middle - 1, middle)) + 1
            sights[at : at + 2] = [(middle - 1, middle + 2)]
            together = sights.pop(at + len(sights[at:]) // 2)
            left, right = sights[at // 2]
            sights[at // 2 : at // 2 + 1] = [(left, 0), (-1, right)]
            return Showing(sights=sights, missing=missing, skipped={*skipped, *together})
        sights = [(place,) for place in range(1, count + 1) if place not in skipped]
        sights.insert(len(sights) // 3, (0,))
        return Showing(sights=sights, missing=missing, skipped=skipped)

    def _recorded(self) -> Path:
        video = self._work / "video.avi"
        if video.exists():
            return video
        if self._name == "no_dossier":
            record_no_dossier(video, self._look, _SECONDS_WITHOUT, self._seed)
            return video
        strangers = self._drawn(STRANGER_SEED, 14)
        if self._name == "another_dossier":
            record(video, [cv2.imread(str(page)) for page in strangers], self._look, self._seed)
            return video
        files = dict(enumerate(self._pages, start=1)) | {0: strangers[4], -1: strangers[5]}
        pictures: list[Any] = [
            tuple(cv2.imread(str(files[place])) for place in sight)
            if self._name == "book" and len(sight) == 2
            else cv2.imread(str(files[sight[0]]))
            for sight in self._showing.sights
        ]
        if self._name == "book":
            pictures[0] = (None, pictures[0])
        record(video, pictures, self._look, self._seed)
        return video


class _Counted:
    """Looks held against what was shown."""

    def __init__(
        self, showing: Showing, look: CameraLook, blank: Sequence[bool], looks: Sequence[Look]
    ) -> None:
        self._showing, self._camera = showing, look
        sides = [place for place in range(1, len(blank) + 1) if place not in showing.missing]
        leafing = Leafing(
            [LeafSide(position=p, leaf=(p + 1) // 2, blank=blank[p - 1]) for p in sides]
        )
        self.wrong: list[tuple[str, int]] = []
        events = []
        for seen in looks:
            if seen.kind == "side" and seen.position not in self._true(seen.frame):
                self.wrong.append((f"frame {seen.frame}", seen.position))
            events += leafing.observe(seen)
        events += leafing.finish()
        states = leafing.states
        never = sorted(showing.skipped & set(states))
        self.wrong += [("never shown", p) for p in never if states[p].state == SEEN]
        due = [p for sight in showing.sights for p in sight if p > 0 and p not in showing.missing]
        written = [p for p in due if not blank[p - 1]]
        empty = [p for p in due if blank[p - 1]]
        left = {p: states[p].state for p in written if states[p].state != SEEN}
        strange = [
            at
            for at, sight in enumerate(showing.sights)
            if any(p < 1 or (p in showing.missing and not blank[p - 1]) for p in sight)
        ]
        said = {self._at(event.look.frame) for event in leafing.unknown}
        other = sum(event.kind == "other_dossier" for event in events)
        together = [e.positions for e in events if e.kind == "two_at_once"]
        self.sentence = (
            f"{len(written) - len(left)} of {len(written)} written sides ticked, WRONG "
            f"{len(self.wrong)} {self.wrong or ''}, left {left or 'none'}; "
            f"{sum(states[p].state == SEEN for p in empty)} of {len(empty)} blank sides counted; "
            f"{len(said & set(strange))} of {len(strange)} leaves not in the file said, "
            f"{len(said - set(strange))} others called unknown, {other} times another dossier; "
            f"two at once said {together} "
            f"(not shown: {never})."
        )

    @property
    def _period(self) -> int:
        return self._camera.still_frames + self._camera.turn_frames

    def _at(self, frame: int) -> int:
        """The sight a frame belongs to; while a leaf turns, the next one from its middle on."""
        at = (frame + self._camera.turn_frames // 2) // self._period
        return min(at, len(self._showing.sights) - 1)

    def _true(self, frame: int) -> set[int]:
        """What a frame shows; while a leaf turns, the sight before and the one after."""
        sights = self._showing.sights
        if not sights:
            return set()
        at = min(frame // self._period, len(sights) - 1)
        turning = frame % self._period >= self._camera.still_frames
        seen = {*sights[at], *(sights[min(at + 1, len(sights) - 1)] if turning else ())}
        return seen - self._showing.missing - {0, -1}


def _look(line: str) -> Look:
    values: Any = json.loads(line)
    fields: Any = {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
    return Look(**fields)


if __name__ == "__main__":
    sys.exit(main())
