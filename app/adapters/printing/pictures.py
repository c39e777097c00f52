"""Pictures of the pages of a PDF, for preview and printer. Runs in a worker process."""

from __future__ import annotations

from pathlib import Path

import pypdfium2

_POINTS = 72.0


def pictures_of(pdf: str, folder: str, dpi: int) -> list[str]:
    """Draw every page of `pdf` in gray as a PNG of `dpi` below `folder`; gives their paths in
    order. Raises OSError when one cannot be written."""
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    written: list[str] = []
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number, page in enumerate(document, start=1):
            picture = page.render(scale=dpi / _POINTS, grayscale=True).to_pil()
            path = target / f"{number:04}.png"
            picture.save(path, dpi=(dpi, dpi))
            written.append(str(path))
    finally:
        document.close()
    return written
