"""`custody`, `label`, `stock`, `code`: where the paper is, and what its codes say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.cli import records
from app.cli.commands.station import part_word
from app.cli.output import Answer, table
from app.cli.running import Call
from app.domain.page_lists import page_ranges
from app.kernel.errors import BadInput
from app.kernel.translation import translate as _
from app.services.code_views import CodeView
from app.services.locker_views import StockTakeView, VolumeCustodyRow
from app.services.workstation import Workstation
from app.words.locker import (
    cell_state_word,
    discrepancy_word,
    handoff_state_word,
    stock_kind_word,
    timeline_kind_word,
    timeline_word,
)


def counts_stock(arguments: Any) -> bool:
    """Whether `stock` writes."""
    return bool(arguments.what in ("begin", "count", "close"))


def run_custody(call: Call, workstation: Workstation) -> Answer:
    """`custody ledger|timeline CASE_NO`."""
    if call.arguments.what == "ledger":
        rows = workstation.custody_ledger(call.arguments.case_no)
        return Answer(record={"volumes": records.plain(rows)}, lines=volume_lines(rows))
    steps = workstation.dossier_timeline(call.arguments.case_no)
    shown = [
        (
            step.at,
            timeline_kind_word(step.kind),
            timeline_word(step.kind, step.action),
            step.actor,
            step.place,
            step.volumes,
            step.pages,
        )
        for step in steps
    ]
    heads = (
        _("When"),
        _("Kind"),
        _("Step"),
        _("Who"),
        _("Place"),
        _("Volumes"),
        _("Pages counted"),
    )
    return Answer(record={"timeline": records.plain(steps)}, lines=table(shown, heads))


def run_label(call: Call, workstation: Workstation) -> Answer:
    """`label volumes|cells|shelves`."""
    arguments, actor = call.arguments, call.actor
    if arguments.what == "volumes":
        path = workstation.print_volume_labels(
            actor,
            arguments.case_no,
            arguments.out,
            part=arguments.part,
            volume=arguments.volume,
            single=arguments.single,
        )
    elif arguments.what == "cells":
        known = workstation.cabinets()
        path = workstation.print_cell_labels(
            actor,
            arguments.cabinet or (known[0] if known else ""),
            arguments.out,
            cells=_cells(arguments.cells),
            single=arguments.single,
        )
    else:
        path = workstation.print_shelf_labels(
            actor, arguments.shelves, arguments.out, single=arguments.single
        )
    return Answer(record={"out": str(path)}, lines=[_("Written: {path}").format(path=path)])


def run_stock(call: Call, workstation: Workstation) -> Answer:
    """`stock begin|count|close|list|show`."""
    arguments, actor = call.arguments, call.actor
    if arguments.what == "list":
        takes = workstation.stock_takes(open_only=arguments.open)
        return Answer(record={"stock_takes": records.plain(takes)}, lines=_take_lines(takes))
    if arguments.what == "begin":
        take = workstation.begin_stock_take(actor, arguments.kind, arguments.place)
    elif arguments.what == "count":
        take = workstation.count_stock(
            actor,
            arguments.take,
            arguments.code,
            arguments.place,
            unreadable=arguments.unreadable,
        )
    elif arguments.what == "close":
        take = workstation.close_stock_take(actor, arguments.take, arguments.remark)
    else:
        take = workstation.stock_take(arguments.take)
    # Like a comparison: 1 says that something is for a person to settle.
    return Answer(
        record=records.plain(take),
        lines=[*_take_lines([take]), *_discrepancy_lines(take)],
        status=1 if take.discrepancies else 0,
    )


def run_code(call: Call, workstation: Workstation) -> Answer:
    """`code TEXT` and `code --picture FILE`."""
    arguments = call.arguments
    if arguments.picture is not None:
        views: Sequence[CodeView] = workstation.read_code_picture(arguments.picture)
    else:
        views = [workstation.read_any_code(arguments.code)]
    lines = [line for view in views for line in (_headline(view), *volume_lines(view.volumes))]
    return Answer(record={"codes": records.plain(list(views))}, lines=lines)


def _cells(text: str) -> tuple[int, ...]:
    try:
        return page_ranges(text)
    except BadInput as wrong:
        raise BadInput("LBL-107", text=text) from wrong


def _headline(view: CodeView) -> str:
    """What a code stands for, in one line."""
    if view.kind == "cell":
        state = cell_state_word(view.state) if view.state else ""
        return " ".join(filter(None, (view.place, state, view.handoff)))
    if view.kind == "shelf":
        return view.place
    if view.kind == "handoff":
        return f"{view.handoff} {handoff_state_word(view.state)} {view.case_no}"
    return _("Case: {case_no}").format(case_no=view.case_no)


def volume_lines(rows: Sequence[VolumeCustodyRow]) -> list[str]:
    """Where volumes are, for people."""
    if not rows:
        return []
    shown = [
        (
            row.case_no,
            part_word(row.part),
            row.volume,
            row.holder,
            row.place,
            row.pages,
            _range(row),
            row.since,
        )
        for row in rows
    ]
    heads = (
        _("Case"),
        _("Part"),
        _("Volume"),
        _("Holder"),
        _("Place"),
        _("Pages counted"),
        _("Page numbers"),
        _("Since"),
    )
    unsure = [
        _(
            "! {part} {volume}: some volumes went on and nobody named them; the holder answers."
        ).format(part=part_word(row.part), volume=row.volume)
        for row in rows
        if row.unnamed
    ]
    return [*table(shown, heads), *unsure]


def _range(row: VolumeCustodyRow) -> str:
    return "" if row.first_page is None else f"{row.first_page}-{row.last_page}"


def _take_lines(takes: Sequence[StockTakeView]) -> list[str]:
    shown = [
        (
            take.id,
            stock_kind_word(take.kind),
            take.place,
            take.started_by,
            take.started_at,
            take.closed_at,
            len(take.expected),
            sum(line["kind"] != "place" for line in take.lines),
            len(take.discrepancies),
        )
        for take in takes
    ]
    heads = (
        _("Stock-take"),
        _("Kind"),
        _("Place"),
        _("Begun by"),
        _("Begun"),
        _("Closed"),
        _("Expected"),
        _("Counted"),
        _("Difference"),
    )
    return table(shown, heads)


def _discrepancy_lines(take: StockTakeView) -> list[str]:
    shown = [
        (
            discrepancy_word(row["kind"]),
            row["case_no"] or row["code"],
            part_word(row["part"]) if row["part"] else "",
            row["volume"] or "",
            row["place"],
            row["expected_place"],
        )
        for row in take.discrepancies
    ]
    heads = (
        _("Difference"),
        _("Case"),
        _("Part"),
        _("Volume"),
        _("Place"),
        _("Place by the ledger"),
    )
    return table(shown, heads) if shown else []
