"""Files for a printer: whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.kernel.errors import Broken
from app.kernel.ids import new_id

# Draws the pages of a PDF as pictures, in a worker process.
PICTURES = "app.adapters.printing.pictures:pictures_of"
PICTURE_SECONDS = 120.0


def write_text_whole(path: Path, text: str, *, code: str) -> None:
    """Put `text` there in UTF-8 as `write_whole` does. Raises as that."""
    write_whole(path, lambda part: part.write_bytes(text.encode()), code=code)


def write_whole(path: Path, draw: Callable[[Path], object], *, code: str) -> None:
    """Let `draw` write beside `path` and put the file there when it is done: a printer must not
    get half a sheet. Raises Broken `code` with path and reason when it cannot be written."""
    part = path.parent / f".{new_id('print')}.part"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draw(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Broken(code, path=str(path), reason=reason) from error
