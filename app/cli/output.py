"""What a command prints: answers on standard output, progress on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from typing import Any, TextIO

from attrs import field, frozen

from app.kernel.progress import Progress

SECONDS_BETWEEN_LINES = 2.0


@frozen(kw_only=True)
class Answer:
    """The answer of a command: the JSON document, the lines for people, the exit status."""

    record: dict[str, Any]
    lines: Sequence[str] = field(factory=tuple)
    status: int = 0


def print_answer(answer: Answer, *, as_json: bool, stream: TextIO) -> None:
    """Print an answer whole, so that a reader never sees half a document."""
    if as_json:
        stream.write(json.dumps(answer.record, ensure_ascii=False, indent=1) + "\n")
    else:
        stream.write("\n".join(answer.lines) + "\n")
    stream.flush()


class ProgressLines:
    """Progress for people on standard error: one line rewritten on a terminal, else a few."""

    def __init__(self, stream: TextIO, names: Callable[[str], str]) -> None:
        self._stream = stream
        self._names = names
        self._terminal = stream.isatty()
        self._last = 0.0
        self._text = ""
        self._open = False

    def __call__(self, progress: Progress) -> None:
        now = time.monotonic()
        finished = progress.total and progress.done >= progress.total
        pause = 0.1 if self._terminal else SECONDS_BETWEEN_LINES
        if now - self._last < pause and not finished:
            return
        self._last = now
        total = f"/{progress.total}" if progress.total else ""
        text = f"{self._names(progress.step)} {progress.done}{total}"
        if text == self._text:
            return
        self._text = text
        if self._terminal:
            self._stream.write(f"\r\x1b[K{text}")
            self._open = not finished
            if finished:
                self._stream.write("\n")
        else:
            self._stream.write(text + "\n")
        self._stream.flush()

    def end(self) -> None:
        """Leave the line that is being rewritten."""
        if self._open:
            self._stream.write("\n")
            self._open = False


def table(rows: Sequence[Sequence[Any]], heads: Sequence[str] = ()) -> list[str]:
    """Rows as aligned columns; a Chinese character is two columns wide."""
    cells = [list(heads)] if heads else []
    cells += [[_cell(value) for value in row] for row in rows]
    columns = len(cells[0]) if cells else 0
    widths = [max(_width(row[index]) for row in cells) for index in range(columns)]
    return [
        "  ".join(
            text + " " * (width - _width(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in cells
    ]


def _cell(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


def _width(text: str) -> int:
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def set_up_streams() -> None:
    """Write UTF-8, whatever the console of the system speaks. A file name that is no text is
    shown with its bytes escaped, which JSON reads as well."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
