"""A workstation on a real data folder whose recognition replays what the drawn paper says."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from app.bootstrap import open_workstation
from app.domain.access import ADMINISTRATOR, Actor
from app.services.comparison import CompareSides
from app.services.tasks import (
    COMPARE,
    EXAMINE,
    RECOGNISE,
    BackgroundTask,
    ExamineSide,
    RecogniseSide,
)
from app.services.views import DiscrepancyRow, ReconciliationView
from ocr.twins import compare_sides
from tests.replay import ReplayPool

ACTOR = Actor(name="周档案", role=ADMINISTRATOR)
WIDTH, HEIGHT = 1654, 2339
LINE = 60


class ReplayedDesk:
    """Scans files of a drawn dossier; their text and numbers come from its truth.

    `files` in `scanned` are names of the drawn sides in feeding order; `again` marks a copy.
    """

    def __init__(self, drawn: Path, folder: Path, data: Path) -> None:
        truth = json.loads((drawn / "truth.json").read_text(encoding="utf-8"))
        self.facts: dict[str, Any] = json.loads((drawn / "facts.json").read_text(encoding="utf-8"))
        self.case_no: str = self.facts["case_no"]
        self.drawn = drawn
        self.folder = folder
        self.by_name = {Path(side["file"]).stem: side for side in truth["sides"]}
        # The backs are left out: every side costs a second of a busy machine.
        self.order = [name for name, side in self.by_name.items() if side["role"] != "blank"]
        self.changes: dict[str, dict[str, Any]] = {}
        # Nothing is asked of the pool but the first look at each side, which is real.
        self.workstation = open_workstation(data, pool=ReplayPool())

    def name_of(self, page: int) -> str:
        """The name of the drawn side that bears a page number."""
        return next(name for name, side in self.by_name.items() if side["page_number"] == page)

    def without(self, *pages: int) -> None:
        """Leave the sheets of these pages out."""
        for page in pages:
            self.order.remove(self.name_of(page))

    def insert(self, after_page: int, name: str, **side: Any) -> None:
        """Put a sheet with its own content behind a page."""
        blank = {"role": "page", "stamped_number": None, "text_lines": [], "like": after_page}
        self.changes[name] = blank | side
        self.order.insert(self.order.index(self.name_of(after_page)) + 1, name)

    def scan(self) -> None:
        """Register the case, scan the folder and replay examination and recognition."""
        self.folder.mkdir()
        for place, name in enumerate(self.order, start=1):
            like = self.changes.get(name, {}).get("like")
            source = self.name_of(like) if like else name
            shutil.copyfile(
                self.drawn / "sides" / f"{source}.jpg", self.folder / f"{place:03d}_{name}.jpg"
            )
        self.workstation.register_case(ACTOR, self.facts)
        self.workstation.scan(ACTOR, self.case_no, f"folder:{self.folder}")
        context = self.workstation._context
        tasks: dict[str, BackgroundTask] = {
            EXAMINE: ExamineSide(context),
            RECOGNISE: RecogniseSide(context),
            COMPARE: CompareSides(context),
        }
        while True:
            with context.storage.write() as tx:
                job = tx.jobs.claim()
                if job is None:
                    return
                call = tasks[job.task].prepare(tx, job.arguments)
                compares = job.task == COMPARE
                name = "" if compares else tx.sides.get(job.arguments["side"]).source_name
                tx.jobs.finish(job)
                tx.commit()
            if compares:
                assert call is not None
                tasks[COMPARE].apply(job.arguments, compare_sides(*call.arguments))
                continue
            side = self._content(Path(name).stem.partition("_")[2])
            result = examined(side) if job.task == EXAMINE else recognised(side)
            tasks[job.task].apply(job.arguments, result)

    def _content(self, name: str) -> dict[str, Any]:
        return self.changes.get(name) or self.by_name[name]

    def reconcile(self, paper: dict[str, Any] | None = None) -> ReconciliationView:
        """Catalogue and reconcile."""
        self.workstation.catalogue(ACTOR, self.case_no)
        return self.workstation.reconcile(ACTOR, self.case_no, paper)

    def run(self) -> list[DiscrepancyRow]:
        """The discrepancies of the whole line."""
        self.scan()
        return list(self.reconcile().discrepancies)


def examined(side: dict[str, Any]) -> dict[str, Any]:
    """What examination says of a side of this content."""
    findings = side.get("findings", [])
    examination = {
        "width": WIDTH,
        "height": HEIGHT,
        "dpi": 200,
        "measures": {"skew_deg": 0.0},
        "blank": side["role"] == "blank",
        "fingerprint": "",
        "findings": findings,
    }
    return {"examination": examination, "turn": 0, "pictures": {}}


def recognised(side: dict[str, Any]) -> dict[str, Any]:
    """What recognition reads of a side of this content, one line under the other."""
    number = side["stamped_number"]
    lines = [
        {"text": text, "confidence": 0.99, "box": box_of(row, text), "characters": []}
        for row, text in enumerate(side["text_lines"])
    ]
    return {
        "tree": {
            "engine": "replay",
            "engine_version": "1",
            "width": WIDTH,
            "height": HEIGHT,
            "orientation": 0,
            "lines": lines,
        },
        "numbers": []
        if number is None
        else [{"value": number, "confidence": 0.97, "corner": "top_right", "box": [0, 0, 1, 1]}],
        "printed_page": None,
        "fields": {},
        "seconds": 0.0,
    }


def box_of(row: int, text: str) -> list[float]:
    """Titles in large type and in the middle, as papers have them; the rest from the left."""
    size = 46.0 if row < 2 and len(text) < 16 else 32.0
    top = 180.0 + row * LINE
    wide = min(len(text) * size, WIDTH - 300.0)
    left = (WIDTH - wide) / 2 if size > 40 else 180.0
    return [left, top, left + wide, top + size]
