"""Stock-taking (盘点) of cells and shelves."""

from __future__ import annotations

from typing import Any

from attrs import frozen

CELLS, SHELF = "cells", "shelf"


@frozen(kw_only=True)
class StockTake:
    """One round through a cabinet or a stack room. `lines` are what was found, in order:
    {"kind", "place", "code", "case_no", "part", "volume", "at", "by"}, see
    `app.domain.stock_taking`; `expected` and `discrepancies`
    are written when it is closed. `kind` is CELLS or SHELF, `place` a cabinet or the beginning of
    a shelf label ("A库-03列")."""

    id: str
    kind: str
    place: str
    state: str
    started_at: str
    started_by: str
    closed_at: str = ""
    closed_by: str = ""
    lines: tuple[dict[str, Any], ...] = ()
    expected: tuple[dict[str, Any], ...] = ()
    discrepancies: tuple[dict[str, Any], ...] = ()
    remark: str = ""
