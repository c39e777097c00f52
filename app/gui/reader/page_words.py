"""Page numbers and money as people say them."""

from __future__ import annotations

from collections.abc import Sequence

from app.gui.i18n import _


def pages_text(pages: Sequence[int]) -> str:
    """3, 4, 5 and 87 as "3–5, 87"; "" for no page."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    parts = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return _(", ").join(parts)


def money_text(cents: int) -> str:
    """Hundredths of a yuan as yuan."""
    return _("{amount} yuan").format(amount=f"{cents / 100:.2f}")
