"""Stock-taking (盘点): counting what lies in the cells of a cabinet or stands on shelves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.slips import Slip, parse_code
from app.domain.stock import CELLS, SHELF, StockTake
from app.domain.stock_taking import (
    PLACE,
    UNREADABLE,
    VOLUME,
    Counted,
    discrepancies,
    is_within,
    place_of_count,
)
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.code_views import CodeView
from app.services.custody_ledger import CustodyLedger
from app.services.locker_labels import shelves_of
from app.services.locker_views import StockTakeView, VolumeCustodyRow
from app.services.ports import Transaction
from app.services.slips import LONGEST_SHOWN
from app.services.volume_places import Paper, papers_of, volumes_within

OPEN, CLOSED = "open", "closed"


class StockTakes(CustodyLedger):
    """Use cases of whoever counts."""

    def stock_takes(self, *, open_only: bool = False) -> list[StockTakeView]:
        """Stock-takes, the newest last."""
        with self._context.storage.read() as tx:
            found = tx.stock_takes.find(state=OPEN) if open_only else tx.stock_takes.find()
            return [_view(take) for take in found]

    def stock_take(self, take_id: str) -> StockTakeView:
        """One stock-take. Raises BadInput STK-102."""
        with self._context.storage.read() as tx:
            return _view(_found(tx, take_id))

    def begin_stock_take(self, actor: Actor, kind: str, place: str) -> StockTakeView:
        """Begin to count the cells of a cabinet (`kind` "cells", `place` its name) or shelves
        ("shelf", the beginning of a shelf label, also as "ROOM/RACK").

        Raises Refused ACC-101, BadInput STK-101 (no such place), Refused STK-103 (it is being
        counted already).
        """
        actor.require("custody")
        scope = self._scope(kind, place)
        # Read ahead of the writing: nobody else may write meanwhile, and a room takes seconds.
        with self._context.storage.read() as tx:
            expected = tuple(_expected(volumes_within(tx, scope)))
        with self._context.storage.write() as tx:
            for other in tx.stock_takes.find(state=OPEN, kind=kind):
                if is_within(scope, other.place) or is_within(other.place, scope):
                    raise Refused("STK-103", place=other.place, by=other.started_by, id=other.id)
            take = StockTake(
                id=new_id("stocktake"),
                kind=kind,
                place=scope,
                state=OPEN,
                started_at=self._now(),
                started_by=actor.name,
                expected=expected,
            )
            tx.stock_takes.add(take)
            tx.audit.record(
                actor.name,
                "stock_take_begun",
                scope,
                stock_take=take.id,
                expected=len(take.expected),
            )
            tx.commit()
            return _view(take)

    def count_stock(
        self, actor: Actor, take_id: str, code: str, place: str = "", *, unreadable: bool = False
    ) -> StockTakeView:
        """Take one scanned code into the count. The code of a cell or shelf says where this person
        goes on; that of a volume, that it lies there, or at `place` when given (a code of a place,
        or its name). With `unreadable`, something lies there whose label cannot be read, and
        `code` is what can be told of it.

        The same volume at the same place once more changes nothing. Raises Refused ACC-101,
        STK-104 (closed), STK-105 (the code names no one volume), STK-106 (a place outside this
        count), BadInput STK-102, and the faults of `read_any_code`.
        """
        actor.require("custody")
        with self._context.storage.write() as tx:
            take = self._open(tx, take_id)
            read = code.strip()
            line: dict[str, Any] = {"code": read, "case_no": "", "part": "", "volume": 0}
            line |= {"at": self._now(), "by": actor.name}
            told = self._told(tx, take, read, unreadable=unreadable)
            if told["kind"] != PLACE:
                told["place"] = self._where(tx, take, actor, place)
            line |= told
            if _stands_already(take, line):
                return _view(take)
            counted = attrs.evolve(take, lines=(*take.lines, line))
            tx.stock_takes.amend({take.id: {"lines": counted.lines}})
            subject = line["case_no"] or take.place
            tx.audit.record(
                actor.name,
                "stock_counted",
                subject,
                stock_take=take.id,
                place=line["place"],
                code=line["code"],
                kind=line["kind"],
            )
            tx.commit()
            return _view(counted)

    def close_stock_take(self, actor: Actor, take_id: str, remark: str = "") -> StockTakeView:
        """End the count and write down what differs from the ledger. What was moved while it went
        on is judged by where it lay when it was counted.

        Raises Refused ACC-101, STK-104 (closed already), BadInput STK-102.
        """
        actor.require("custody")
        while True:
            with self._context.storage.read() as tx:
                take = self._open(tx, take_id)
                expected = _still_expected(tx, take)
                rows = discrepancies(expected, _weighed(tx, take.lines), take.place)
            closed = attrs.evolve(
                take,
                state=CLOSED,
                closed_at=self._now(),
                closed_by=actor.name,
                expected=tuple(expected),
                discrepancies=tuple(rows),
                remark=remark.strip(),
            )
            if self._closed(actor, take, closed):
                return _view(closed)

    def _closed(self, actor: Actor, take: StockTake, closed: StockTake) -> bool:
        """Write the end of a count; False when somebody counted on while it was weighed."""
        with self._context.storage.write() as tx:
            if self._open(tx, take.id).lines != take.lines:
                return False
            tx.stock_takes.replace(closed)
            tx.audit.record(
                actor.name,
                "stock_take_closed",
                take.place,
                stock_take=take.id,
                expected=len(closed.expected),
                discrepancies=len(closed.discrepancies),
                remark=closed.remark,
            )
            of_case: dict[str, list[dict[str, Any]]] = {}
            for row in closed.discrepancies:
                of_case.setdefault(row["case_no"], []).append(row)
            for case_no, rows in of_case.items():
                if case_no:
                    tx.audit.record(
                        actor.name,
                        "stock_discrepancy",
                        case_no,
                        stock_take=take.id,
                        discrepancies=rows,
                    )
            tx.commit()
            return True

    def _scope(self, kind: str, place: str) -> str:
        """The place that is counted, as custody events write it. Raises BadInput STK-101."""
        wanted = place.strip()
        if kind == CELLS and wanted in self._context.cabinets:
            return wanted
        if kind == SHELF and wanted and ":" not in wanted and wanted.isprintable():
            named = shelves_of(wanted) if "/" in wanted else [wanted]
            if len(named) == 1:
                return named[0]
        known = ", ".join(self._context.cabinets)
        raise BadInput("STK-101", kind=kind, place=wanted[:LONGEST_SHOWN], known=known)

    def _open(self, tx: Transaction, take_id: str) -> StockTake:
        take = _found(tx, take_id)
        if take.state != OPEN:
            raise Refused("STK-104", place=take.place, at=take.closed_at, by=take.closed_by)
        return take

    def _told(
        self, tx: Transaction, take: StockTake, code: str, *, unreadable: bool
    ) -> dict[str, Any]:
        """What a code adds to the count: a place, a volume, or that it cannot be read."""
        if unreadable:
            return {"kind": UNREADABLE}
        read = parse_code(code)
        if isinstance(read, Slip):
            try:
                view = self._understood(tx, code)
            except Refused as refused:
                if refused.code != "CST-102":
                    raise
                # It lies here all the same, and the count must say so.
                return {
                    "kind": VOLUME,
                    "case_no": read.case_no,
                    "part": read.part,
                    "volume": read.volume or 0,
                }
        else:
            view = self._understood(tx, code)
        if view.kind in ("cell", "shelf"):
            return {"kind": PLACE, "place": self._inside(take, view)}
        return {"kind": VOLUME} | _one_volume(view)

    def _where(self, tx: Transaction, take: StockTake, actor: Actor, place: str) -> str:
        """Where a volume was found: at the named place, else where this person goes on."""
        named = place.strip()
        if not named:
            return place_of_count(take.lines, actor.name) or take.place
        if parse_code(named) is not None:
            return self._inside(take, self._understood(tx, named))
        if take.kind == CELLS and named.isdecimal():
            named = f"{take.place}#{int(named)}"
        if not is_within(named, take.place):
            raise Refused("STK-106", place=named, scope=take.place)
        return named

    def _inside(self, take: StockTake, view: CodeView) -> str:
        """The place of a code, when it belongs to this count. Raises Refused STK-106."""
        if not view.place or not is_within(view.place, take.place):
            raise Refused("STK-106", place=view.place or view.case_no, scope=take.place)
        return view.place


def _one_volume(view: CodeView) -> dict[str, Any]:
    """The volume that a code names; that of a dossier does where it has a single one. Raises
    Refused STK-105."""
    if view.kind == "volume":
        return {"case_no": view.case_no, "part": view.part, "volume": view.volume}
    if len(view.volumes) != 1:
        raise Refused("STK-105", case_no=view.case_no, volumes=len(view.volumes))
    (only,) = view.volumes
    return {"case_no": only.case_no, "part": only.part, "volume": only.volume}


def _stands_already(take: StockTake, line: dict[str, Any]) -> bool:
    """Whether a volume was counted at this very place before."""
    told = ("kind", "place", "case_no", "part", "volume")
    return line["kind"] == VOLUME and any(
        all(known[name] == line[name] for name in told)
        and (line["case_no"] or known["code"] == line["code"])
        for known in take.lines
    )


def _expected(rows: list[VolumeCustodyRow]) -> list[dict[str, Any]]:
    return [
        {
            "place": row.place,
            "code": row.code,
            "case_no": row.case_no,
            "part": row.part,
            "volume": row.volume,
        }
        for row in rows
    ]


def _still_expected(tx: Transaction, take: StockTake) -> list[dict[str, Any]]:
    """The volumes that lay within the place from the beginning of the count to its end: what came
    or went meanwhile need not have been met."""
    at_first = {(row["case_no"], row["part"], row["volume"]) for row in take.expected}
    return [
        row
        for row in _expected(volumes_within(tx, take.place))
        if (row["case_no"], row["part"], row["volume"]) in at_first
    ]


def _weighed(tx: Transaction, lines: Sequence[dict[str, Any]]) -> list[Counted]:
    """The lines, each with the place the ledger gave its volume when it was counted."""
    numbers = sorted({line["case_no"] for line in lines if line["case_no"]})
    dossiers = [tx.dossiers.first(case_no=case_no) for case_no in numbers]
    papers = {
        paper.dossier.case_no: paper
        for paper in papers_of(tx, [dossier for dossier in dossiers if dossier is not None])
    }
    return [Counted(line=line, by_ledger=_lay(papers, line)) for line in lines]


def _lay(papers: Mapping[str, Paper], line: dict[str, Any]) -> str:
    """Where a volume lay by the ledger when its line was written, "" when it knows no such one."""
    paper = papers.get(line["case_no"])
    for row in paper.rows(until=line["at"]) if paper is not None else ():
        if (row.part, row.volume) == (line["part"], line["volume"]):
            return row.place
    return ""


def _found(tx: Transaction, take_id: str) -> StockTake:
    take = tx.stock_takes.first(id=take_id)
    if take is None:
        raise BadInput("STK-102", id=take_id[:LONGEST_SHOWN])
    return take


def _view(take: StockTake) -> StockTakeView:
    return StockTakeView(
        id=take.id,
        kind=take.kind,
        place=take.place,
        state=take.state,
        started_at=take.started_at,
        started_by=take.started_by,
        closed_at=take.closed_at,
        expected=take.expected,
        lines=take.lines,
        discrepancies=take.discrepancies,
    )
