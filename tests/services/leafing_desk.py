"""A camera that shows what a test says, so that what follows from it is tried without pixels."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from app.kernel.errors import Fault
from tests.replay import Dossier, ReplayPool

FRAME = (1920, 1080)
Shown = int | dict[str, Any]


class LeafingPool(ReplayPool):
    """Watches `shown`: a position is a side that was proved, a record any other look. `fault`
    ends the watching after that, `cut_off` says that the video broke off; `compared` is what the
    comparison of altered pages answers, by the position of the side (else: the same)."""

    def __init__(self, *dossiers: Dossier) -> None:
        super().__init__(*dossiers)
        self.shown: Sequence[Shown] = ()
        self.fault: Fault | None = None
        self.cut_off = False
        self.stopped = False
        self.compared: dict[str, dict[str, Any]] = {}
        self.cameras: list[str] = ["camera:0"]
        self.asked: list[Any] = []

    def schedule(self, function: str, arguments: Sequence[Any], seconds: float) -> Future[Any]:
        """See `ReplayPool.schedule`."""
        scripted = {
            "ocr.leafing.watching:check": lambda _source: None,
            "ocr.leafing.frames:cameras": lambda: self.cameras,
            "ocr.leafing.side_index:prepare": _prepare,
            "ocr.leafing.watching:watch": self._watch,
            "ocr.alteration.comparing:compare": self._compare,
        }.get(function)
        if scripted is None:
            return super().schedule(function, arguments, seconds)
        future: Future[Any] = Future()
        try:
            future.set_result({"result": scripted(*arguments)})
        except Fault as fault:
            future.set_result({"fault": fault.as_record()})
        return future

    def _watch(
        self, _source: str, sides: Any, out: str, _stop: str, pictures: str, preview: str
    ) -> dict[str, Any]:
        _renew(Path(preview))
        with Path(out).open("a", encoding="utf-8") as lines:
            for rest, shown in enumerate(self.shown):
                for look in _looks(shown, rest, Path(pictures)):
                    lines.write(json.dumps(look) + "\n")
        if self.fault is not None:
            raise self.fault
        count = len(self.shown)
        return {
            "frames": 10 * count,
            "seconds": float(count),
            "cut_off": self.cut_off,
            "stopped": self.stopped,
            "findable": [position for position, _file in sides],
        }

    def _compare(
        self, _master: str, _frame: int, _turn: int, paper: str, _face: str, proof: str
    ) -> dict[str, Any]:
        self.asked.append(paper)
        answer = {
            "verdict": "same",
            "reason": "",
            "confidence": 0.9,
            "agreement": 0.9,
            "width": 248,
            "height": 351,
            "differences": [],
            "numbering": [],
        } | self.compared.get(Path(paper).read_text(encoding="utf-8"), {})
        if answer["differences"]:
            Path(proof).write_text("proof", encoding="utf-8")
        return answer


def differing(position: int, **changes: Any) -> dict[str, Any]:
    """A look at a side that looks different on paper."""
    return {"kind": "differs", "position": position, "boxes": [[0.1, 0.2, 0.5, 0.3]]} | changes


def stranger() -> dict[str, Any]:
    """A leaf that the file does not have."""
    return {"kind": "unknown"}


def alike(*positions: int) -> dict[str, Any]:
    """A leaf that may be one of several sides."""
    return {"kind": "open", "position": positions[0], "candidates": positions}


def _prepare(asked: Sequence[Sequence[Any]], _folder: str) -> dict[str, Any]:
    return {row[0]: {"blank": False, "readable": True} for row in asked}


def _renew(preview: Path) -> None:
    part = preview.with_suffix(".part")
    part.write_bytes(b"a picture")
    part.replace(preview)


def _looks(shown: Shown, rest: int, pictures: Path) -> list[dict[str, Any]]:
    """Two looks of one rest."""
    told = {"kind": "side", "position": shown} if isinstance(shown, int) else shown
    picture = ""
    if told["kind"] != "side":
        path = pictures / f"{rest}.jpg"
        path.write_text(f"{told['kind']} {told.get('position', rest)}", encoding="utf-8")
        picture = str(path)
    base = {
        "position": 0,
        "candidates": [],
        "similarity": 0.9,
        "boxes": [],
        "corners": [],
        "still": True,
        "frame_size": FRAME,
    }
    return [
        base
        | told
        | {"rest": rest, "frame": 10 * rest + at, "seconds": float(rest)}
        | {"picture": picture}
        for at in range(2)
    ]
