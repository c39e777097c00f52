"""Page numbers as people write them: "1-3,7"."""

from __future__ import annotations

from app.kernel.errors import BadInput

MOST_PAGES = 99_999


def page_ranges(text: str) -> tuple[int, ...]:
    """ "1-3,7" as page numbers; an empty text is all pages and gives none.

    Raises BadInput RDR-107 for anything that names no page: it must never open the whole dossier.
    """
    if not text.strip():
        return ()
    pages: set[int] = set()
    for part in text.replace("，", ",").replace("、", ",").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        last = last if dash else first
        if not (first.isdecimal() and last.isdecimal()):
            raise BadInput("RDR-107", text=text)
        if not 1 <= int(first) <= int(last) <= MOST_PAGES:
            raise BadInput("RDR-107", text=text)
        pages.update(range(int(first), int(last) + 1))
    return tuple(sorted(pages))
