"""Page numbers as people write them: "1-3,7"."""

from __future__ import annotations

from collections.abc import Iterable

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


def listed_ranges(pages: Iterable[int]) -> str:
    """Page numbers as people write them: "1-3、7"."""
    runs: list[list[int]] = []
    for page in sorted(pages):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
