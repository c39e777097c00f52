"""An invented stock-take of a cabinet in which three volumes should lie."""

from __future__ import annotations

from attrs import evolve

from app.gui.samples.locker_rows import moment, sample_ledger
from app.gui.samples.rows import CASE_NO
from app.services.locker_views import StockTakeView


def sample_stock_take(person: str, kind: str, place: str) -> StockTakeView:
    """A count that has just begun."""
    return StockTakeView(
        id="stocktake-1",
        kind=kind,
        place=place,
        state="open",
        started_at=moment(0),
        started_by=person,
        closed_at="",
        expected=tuple(
            {
                "place": row.place,
                "code": row.code,
                "case_no": CASE_NO,
                "part": row.part,
                "volume": row.volume,
            }
            for row in sample_ledger(CASE_NO)
        ),
        lines=(),
        discrepancies=(),
    )


def counted(view: StockTakeView, person: str, code: str, unreadable: bool) -> StockTakeView:
    """With one more line: a cell, a volume, or a label that cannot be read."""
    at_cell = code.startswith("JZ1:L:")
    kind = "unreadable" if unreadable else ("place" if at_cell else "volume")
    met = sum(line["kind"] == "volume" for line in view.lines)
    line = {
        "kind": kind,
        "place": f"{view.place}#3",
        "code": code,
        "case_no": CASE_NO if kind == "volume" else "",
        "part": "main",
        "volume": met + 1,
        "at": moment(0),
        "by": person,
    }
    return evolve(view, lines=(*view.lines, line))


def compared(view: StockTakeView) -> StockTakeView:
    """Closed: what was expected and not met is missing."""
    met = {(line["part"], line["volume"]) for line in view.lines if line["kind"] == "volume"}
    missing = tuple(
        {**row, "kind": "missing", "place": "", "expected_place": row["place"]}
        for row in view.expected
        if (row["part"], row["volume"]) not in met
    )
    return evolve(view, state="closed", closed_at=moment(0), discrepancies=missing)
