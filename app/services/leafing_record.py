"""One leafing through as it is kept and told: from what was seen to the record of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from app.domain.dossier import Dossier, Side
from app.domain.leafing import (
    DIFFERING,
    NOT_SEEN,
    SEEN,
    FlipThrough,
    Leafing,
    Look,
)
from app.domain.leafing_answer import discrepancies_of, to_compare
from app.domain.leafing_order import PaperOrder, paper_order, rests_of, turned_leaves
from app.domain.leafing_sides import LeafSide
from app.domain.leafing_standing import image_seen
from app.domain.ledger import Discrepancy
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled

CAMERA = "camera:"


@frozen(kw_only=True)
class Session:
    """What one leafing through has shown. `sides` are those of the file when it began, `result`
    what the watching worker said at its end, `kept` the digests of pictures that a person must
    look at by their file, `fault` what ended it before its time."""

    source: str
    sides: Sequence[Side]
    leaf_sides: Sequence[LeafSide]
    leafing: Leafing
    looks: Sequence[Look]
    result: Mapping[str, Any]
    kept: Mapping[str, str]
    fault: Fault | Cancelled | None = None

    @property
    def name(self) -> str:
        """The source without its folder."""
        return source_name(self.source)

    @property
    def complete(self) -> bool:
        """Whether it came to the end of the paper: a recording ends by itself; before a camera
        somebody stops, and has leafed to the end when the last leaf was shown."""
        if not self.result or self.fault is not None or self.result["cut_off"]:
            return False
        return not self.result["stopped"] or self._came_to_the_last()

    @property
    def by_position(self) -> dict[int, Side]:
        """The sides by the position they had when it began."""
        return {side.position: side for side in self.sides}

    @property
    def blank(self) -> set[int]:
        """Positions of sides that bear nothing."""
        return {side.position for side in self.leaf_sides if side.blank}

    @property
    def written(self) -> list[int]:
        """Positions of sides that bear something."""
        return [side.position for side in self.leaf_sides if not side.blank]

    @property
    def seen(self) -> int:
        """How many sides were seen."""
        return sum(side.state == SEEN for side in self.leafing.states.values())

    @property
    def saw(self) -> set[str]:
        """Ids of the sides that were shown."""
        return {
            side.id
            for side in self.sides
            if self.leafing.states[side.position].state in (SEEN, DIFFERING)
        }

    @property
    def seconds(self) -> int:
        """How much of the source was watched."""
        last = self.looks[-1].seconds if self.looks else 0.0
        return round(float(self.result.get("seconds", last)))

    def _came_to_the_last(self) -> bool:
        """Whether the last leaf that a camera can tell was shown; the first, from the back."""
        findable = set(self.result["findable"]) & set(self.written)
        ends = [side for side in self.leaf_sides if side.position in findable]
        if not ends:
            return False
        last = ends[0].leaf if self.order().backwards else ends[-1].leaf
        states = self.leafing.states
        return any(side.leaf == last and states[side.position].state != NOT_SEEN for side in ends)

    def order(self) -> PaperOrder:
        """In which order the leaves lay."""
        written = {side.leaf for side in self.leaf_sides if not side.blank}
        turned = turned_leaves(self.leafing.states, self.leaf_sides)
        return paper_order(rests_of(self.looks, self.leaf_sides), written, turned)

    def differing(self, earlier: Mapping[int, str]) -> list[int]:
        """Positions of the sides that need a closer look."""
        states = self.leafing.states
        known = {p: SEEN if earlier.get(p) == SEEN else states[p].state for p in states}
        return to_compare(states, known, self.written)

    def found(self, earlier: Mapping[int, str], order: PaperOrder) -> list[Discrepancy]:
        """What it leaves; `earlier` are the states other leafings through have reached."""
        return discrepancies_of(
            self.leaf_sides,
            self.leafing.states,
            self.leafing.unknown,
            self.leafing.missed,
            {s.position: s.page_number for s in self.sides if s.page_number is not None},
            earlier=earlier,
            moved=order.moved,
            complete=self.complete,
        )

    def frame_of(self, found: Discrepancy) -> str:
        """The digest of the frame that shows a leaf without a side."""
        if "seconds" not in found.parameters:
            return ""
        for event in self.leafing.unknown:
            place = (event.after, round(event.look.seconds))
            if place == (found.parameters["after"], found.parameters["seconds"]):
                return self.kept.get(event.look.picture, "")
        return ""

    def counts(self) -> dict[str, int | None]:
        """How many sides there are, and how many of them were shown this time."""
        states = self.leafing.states
        return {
            "sides": len(states),
            "numbered": sum(side.page_number is not None for side in self.sides),
            "blank": len(self.blank),
            "expected_pages": None,
            "seen": self.seen,
            "not_seen": sum(side.state == NOT_SEEN for side in states.values()),
            "blank_not_seen": sum(states[p].state == NOT_SEEN for p in self.blank),
            "unknown": len(self.leafing.unknown),
        }

    def record(
        self, record_id: str, dossier: Dossier, *, at: str, by: str, video: str
    ) -> FlipThrough:
        """The record, without its verdict."""
        blank = self.blank
        return FlipThrough(
            id=record_id,
            dossier_id=dossier.id,
            made_at=at,
            made_by=by,
            source=self.name,
            video=video,
            frames=int(self.result.get("frames", self.looks[-1].frame if self.looks else 0)),
            complete=self.complete,
            sides=tuple(self._side(side, side.position in blank) for side in self.sides),
            unknown=tuple(
                {
                    "after": event.after,
                    "seconds": event.look.seconds,
                    "frame": event.look.frame,
                    "picture": self.kept.get(event.look.picture, ""),
                }
                for event in self.leafing.unknown
            ),
            missed=tuple(
                {
                    "kind": event.kind,
                    "positions": list(event.positions),
                    "after": event.after,
                    "seconds": event.look.seconds,
                }
                for event in self.leafing.missed
            ),
        )

    def _side(self, side: Side, blank: bool) -> dict[str, Any]:
        found = self.leafing.states[side.position]
        return {
            "side": side.id,
            "image": image_seen(side.master, side.frame),
            "position": side.position,
            "page_number": side.page_number,
            "seen": found.state == SEEN,
            "state": found.state,
            "blank": blank,
            "similarity": found.similarity,
            "seconds": found.seconds,
            "frame": found.frame,
            "candidates": list(found.candidates),
            "boxes": [list(box) for box in found.boxes],
            "picture": self.kept.get(found.picture, ""),
        }


def source_name(source: str) -> str:
    """A source as it is told: a camera, or the name of a file."""
    return source if source.startswith(CAMERA) else Path(source).name
