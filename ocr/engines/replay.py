"""Replays stored text trees: recognition without a recogniser, for trials of the other layers."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from app.kernel.errors import BadInput
from ocr.engines.ink import Pixels
from ocr.tree import TextTree, tree_from_record


class ReplayEngine:
    """Answers with the tree stored for exactly these pixels under `folder`.

    Raises BadInput OCR-105 for a page that was never stored.
    """

    name = "replay"
    version = "1"

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)

    def recognise(self, page: Pixels, orientation: int, dpi: int = 0) -> TextTree:
        """The stored tree, with the turn that was applied this time. `dpi` plays no part."""
        path = self._path(page)
        if not path.is_file():
            raise BadInput("OCR-105", folder=str(self._folder), page=path.stem)
        record = json.loads(path.read_text(encoding="utf-8"))
        return tree_from_record({**record, "orientation": orientation})

    def store(self, page: Pixels, tree: TextTree) -> Path:
        """Keep `tree` as the answer for `page`; returns the file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(page)
        path.write_text(json.dumps(tree.as_record(), ensure_ascii=False), encoding="utf-8")
        return path

    def _path(self, page: Pixels) -> Path:
        digest = hashlib.sha256(str(page.shape).encode() + page.tobytes()).hexdigest()
        return self._folder / f"{digest[:32]}.json"
