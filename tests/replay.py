"""Small dossiers as image files, and a pool that replays what inspection and recognition say.

Packaging, watermarks and everything else run for real, in the process of the test.
"""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from app.adapters.jobs.calling import call_by_name
from app.adapters.jobs.pool import outcome
from ocr.tree import Line, TextTree

WIDTH, HEIGHT = 248, 351
CASE_NO = "（2020）辽0899民初979号"
# Title of the page, page number; None is a blank back.
PAGES: tuple[tuple[str, int] | None, ...] = (
    ("民事起诉状", 1),
    None,
    ("事实与理由", 2),
    ("民事判决书", 3),
)


def page_bytes(text: str, kind: str = "JPEG") -> bytes:
    """A small page whose bytes depend on `text`."""
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    pen = ImageDraw.Draw(page)
    for row, value in enumerate(hashlib.sha256(text.encode()).digest()[:20]):
        pen.line([(20, 30 + 14 * row), (30 + value % 180, 30 + 14 * row)], fill="black", width=4)
    stream = io.BytesIO()
    page.save(stream, kind, dpi=(30, 30))
    return stream.getvalue()


class Dossier:
    """A folder of scans with its facts, and what the machine is to say about each of them."""

    def __init__(self, folder: Path, case_no: str = CASE_NO) -> None:
        self.folder = folder / "扫描 件"
        self.folder.mkdir(parents=True)
        self.case_no = case_no
        self.answers: dict[tuple[str, int], tuple[str, int] | None] = {}
        self.facts = folder / "事实 facts.json"
        self.write_facts(case_no=case_no, court="澄溪市河东区人民法院", paper_pages=3)

    def write_facts(self, **facts: Any) -> None:
        """The file of `--facts`."""
        self.facts.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")

    def add(self, name: str, page: tuple[str, int] | None, data: bytes | None = None) -> Path:
        """Put one scan into the folder."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(page_bytes(f"{self.case_no} {name} {page}") if data is None else data)
        self.answers[(hashlib.sha256(path.read_bytes()).hexdigest(), 0)] = page
        return path

    def fill(self, pages: Sequence[tuple[str, int] | None] = PAGES) -> Dossier:
        """One file for each page, in an order that only a natural sort gets right."""
        for index, page in enumerate(pages, start=1):
            self.add(f"扫描 {index + 8}.jpg", page)
        return self


class ReplayPool:
    """A pool in the process of the test. `calls` counts what was asked; `before` is called with
    the function and the path ahead of each answer and may raise."""

    workers = 2

    def __init__(self, *dossiers: Dossier) -> None:
        self.dossiers = list(dossiers)
        self.calls: list[str] = []
        self.before: Callable[[str, Path], None] = lambda _function, _path: None
        self.closed = False
        self._lock = threading.Lock()

    def schedule(self, function: str, arguments: Sequence[Any], seconds: float) -> Future[Any]:
        """The answer, ready at once."""
        future: Future[Any] = Future()
        try:
            future.set_result(self._answer(function, list(arguments)))
        except Exception as error:
            future.set_exception(error)
        return future

    def call(
        self, function: str, arguments: Sequence[Any], *, seconds: float, cancel: Any = None
    ) -> Any:
        """See `WorkerPool.call`."""
        if cancel is not None:
            cancel.check()
        return outcome(self.schedule(function, arguments, seconds), function)

    def warm(self, function: str, arguments: Sequence[Any]) -> None:
        """There is nothing to load."""

    def close(self) -> None:
        """Nothing runs."""
        self.closed = True

    def count(self, function: str) -> int:
        """How often a function was asked."""
        return self.calls.count(function)

    def _answer(self, function: str, arguments: list[Any]) -> dict[str, Any]:
        with self._lock:
            self.calls.append(function)
        replay = {
            "ocr.study:study": self._study,
            "ocr.study:pictures": self._pictures,
            "ocr.inspection:examine": self._examine,
            "ocr.recognition:recognise": self._recognise,
        }.get(function)
        if replay is None:
            self.before(function, Path())
            return call_by_name(function, arguments)
        self.before(function, Path(arguments[0]))
        return {"result": replay(*arguments)}

    def _page(self, path: str, frame: int) -> tuple[bool, tuple[str, int] | None]:
        digest = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        for dossier in self.dossiers:
            if (digest, frame) in dossier.answers:
                return True, dossier.answers[(digest, frame)]
        return False, None

    def _examine(self, path: str, frame: int, limits: Any = None) -> dict[str, Any]:
        known, page = self._page(path, frame)
        findings = []
        if not known:
            findings.append(_finding("unreadable", "fail", 101.0))
        elif page is None:
            findings.append(_finding("blank", "note", 0.0))
        elif page[0].startswith("横"):
            findings.append(_finding("orientation", "warn", 90.0))
        return {
            "width": WIDTH if known else 0,
            "height": HEIGHT if known else 0,
            "dpi": 300 if known else 0,
            "measures": {"skew_deg": 0.0} if known else {},
            "findings": findings,
            "fingerprint": "",
            "blank": known and page is None,
        }

    def _study(self, path: str, frame: int, limits: Any, folder: str, stem: str) -> dict[str, Any]:
        examination = self._examine(path, frame)
        readable = bool(examination["measures"])
        pictures = self._pictures(path, frame, 0, folder, stem) if readable else {}
        return {"examination": examination, "turn": 0, "pictures": pictures}

    def _pictures(self, path: str, frame: int, turn: int, folder: str, stem: str) -> dict[str, str]:
        out = Path(folder) / f"{stem}-picture.jpg"
        out.write_bytes(page_bytes(f"{stem} {turn}"))
        return {"thumbnail": str(out), "picture": str(out)}

    def _recognise(
        self, path: str, frame: int, turn: int, engine: str, skew: float = 0.0
    ) -> dict[str, Any]:
        _known, page = self._page(path, frame)
        title, number = page or ("", 0)
        lines = [
            Line(text=text, confidence=0.99, box=(60.0, 30.0 + 20 * row, 190.0, 44.0 + 20 * row))
            for row, text in enumerate([title, "此处为正文内容，足以成行。"] if title else [])
        ]
        tree = TextTree(
            engine=engine,
            engine_version="replay",
            width=WIDTH,
            height=HEIGHT,
            orientation=turn,
            lines=tuple(lines),
        )
        stamp = {
            "value": number,
            "text": str(number),
            "confidence": 0.98,
            "corner": "top_right",
            "box": [220.0, 10.0, 235.0, 22.0],
        }
        return {
            "tree": tree.as_record(),
            "numbers": [stamp] if number else [],
            "printed_page": None,
            "fields": {"case_numbers": [], "dates": []},
            "seconds": 0.01,
        }


def _finding(code: str, severity: str, value: float) -> dict[str, Any]:
    return {"code": code, "severity": severity, "value": value, "limit": 0.0, "box": None}
