"""Spreadsheets: catalogue, register and terms written; a corrected catalogue read back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import MAIN, RESTRICTED, Dossier, Item, Side
from app.kernel.errors import Refused
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.catalogue_sheets import PART_SHEETS, rows_of
from app.services.catalogue_templates import template_of
from app.services.court_settings import term_rules
from app.services.editing import Editing
from app.services.item_rows import is_doubtful
from app.services.paper_files import write_whole
from app.services.placing import members_of, settle_items
from app.services.ports import Transaction
from app.services.register_sheet import REGISTER_COLUMNS, TERM_COLUMNS, register_row, term_cells
from app.services.sheet_matching import FIELDS, Draft, Match, match_part, pages_text
from app.services.sheet_views import CatalogueSheet
from app.services.sheets import Cell, Sheet, SheetColumn
from app.services.terms import WAITING, Terms, term_row

CATALOGUE_COLUMNS = (
    SheetColumn(title="序号", width=6, kind="number"),
    SheetColumn(title="文书名称", width=40),
    SheetColumn(title="责任者", width=18),
    SheetColumn(title="日期", width=12, kind="day"),
    SheetColumn(title="页次", width=10, middle=True),
    SheetColumn(title="类别", width=30),
    SheetColumn(title="备注", width=12, middle=True),
)
CHUNK = 200
_FIGURES = re.compile(r"(\d+)")


class Spreadsheets(Terms, Editing):
    """Use cases about spreadsheets."""

    def write_catalogue_sheet(self, actor: Actor, case_no: str, path: Path) -> Path:
        """Write the catalogue of a case as .xlsx, a sheet for each part. Raises Refused SHT-106
        without a catalogue, Broken SHT-107 when the file cannot be written."""
        actor.require("register")
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            items = tx.items.find(dossier_id=dossier.id)
            sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
        if not items:
            raise Refused("SHT-106", case_no=dossier.case_no)
        sheets = [
            _catalogue_sheet(dossier, part, own, sides)
            for part in (MAIN, RESTRICTED)
            if (own := sorted((i for i in items if i.part == part), key=lambda i: i.number))
        ]
        write_whole(path, partial(self._context.write_sheets, sheets), code="SHT-107")
        self._written(actor, "catalogue_sheet_written", dossier.case_no, rows=len(items))
        return path

    def write_register(
        self,
        actor: Actor,
        path: Path,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> int:
        """Write all cases with their facts as .xlsx, one row after the other; gives how many.
        The file can be imported again. Raises Broken SHT-107, Cancelled."""
        actor.require("register")
        counted: list[int] = []
        with self._context.storage.read() as tx:
            numbers = sorted(
                (_by_number(case_no), dossier_id)
                for dossier_id, case_no in tx.dossiers.pick(("id", "case_no"))
            )
            sheet = Sheet(
                name="案件登记表",
                title="案件登记表",
                notes=(f"共 {len(numbers)} 件　导出日期：{self._today().isoformat()}",),
                columns=REGISTER_COLUMNS,
                rows=self._register_rows(
                    tx, [entry for _no, entry in numbers], counted, report, cancel
                ),
                landscape=True,
                search=True,
            )
            write_whole(path, partial(self._context.write_sheets, [sheet]), code="SHT-107")
        self._written(actor, "register_written", "register", rows=len(counted))
        return len(counted)

    def write_terms(self, actor: Actor, path: Path, states: Sequence[str] = WAITING) -> int:
        """Write the list of terms as .xlsx; gives how many. Raises Broken SHT-107."""
        actor.require("register")
        rows = self.terms(states)
        sheet = Sheet(
            name="归档期限",
            title="归档期限一览表",
            notes=(f"共 {len(rows)} 件　日期：{self._today().isoformat()}",),
            columns=TERM_COLUMNS,
            rows=[term_cells(row) for row in rows],
            landscape=True,
            search=True,
        )
        write_whole(path, partial(self._context.write_sheets, [sheet]), code="SHT-107")
        self._written(actor, "register_written", "terms", rows=len(rows))
        return len(rows)

    def read_catalogue_sheet(self, case_no: str, path: Path) -> CatalogueSheet:
        """What a corrected catalogue would change, and which rows cannot be taken over; nothing
        is changed. Raises BadInput SHT-101 to SHT-103 (the file), Refused SHT-104 (another case).
        """
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            matches = self._matched(tx, dossier, path)
        return _view(dossier, matches)

    def apply_catalogue_sheet(self, actor: Actor, case_no: str, path: Path) -> CatalogueSheet:
        """Take a corrected catalogue over as one undoable edit; gives what was changed.

        Raises as `read_catalogue_sheet`, Refused SHT-105 while a row cannot be taken over (then
        nothing is changed), DOS-101 once the dossier is sealed.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            matches = self._matched(tx, dossier, path)
            view = _view(dossier, matches)
            if view.problems:
                first = view.problems[0]
                raise Refused("SHT-105", count=len(view.problems), row=first.row)
            if not view.changes:
                return view
            changed = len(view.changes)
            with self._edit(
                tx, actor, dossier, "catalogue_sheet_applied", changes=changed, file=path.name
            ):
                members = members_of(tx, dossier)
                for part, match in matches.items():
                    for item in match.removed:
                        members.pop(item.id, None)
                    for draft in match.drafts:
                        item = self._written_item(tx, actor, dossier, part, draft)
                        members[item.id] = list(draft.sides)
                settle_items(tx, dossier, members)
        return view

    def _written_item(
        self,
        tx: Transaction,
        actor: Actor,
        dossier: Dossier,
        part: str,
        draft: Draft,
    ) -> Item:
        """The document of a row, written as the row says it."""
        values: dict[str, Any] = {
            name: draft.row.values[name] for name in FIELDS if name in draft.row.values
        }
        if draft.item is None:
            said = {name: {"by": actor.name} for name, value in values.items() if value}
            made = Item(
                id=new_id("item"),
                dossier_id=dossier.id,
                part=part,
                number=0,
                confidence=1.0,
                confirmed_by=actor.name,
                reason={"code": "split", "parameters": {}},
                fields=said,
                **values,
            )
            tx.items.add(made)
            return made
        differing = {k: v for k, v in values.items() if getattr(draft.item, k) != v}
        if differing:
            said = {name: {"by": actor.name} for name in differing}
            tx.items.replace(
                attrs.evolve(
                    draft.item,
                    confirmed_by=actor.name,
                    fields=draft.item.fields | said,
                    **differing,
                )
            )
        return draft.item

    def _matched(self, tx: Transaction, dossier: Dossier, path: Path) -> dict[str, Match]:
        rows = rows_of(self._context.read_sheets(path), case_no=dossier.case_no, path=path)
        items = tx.items.find(dossier_id=dossier.id)
        sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
        return {
            part: match_part(
                [row for row in rows.rows if row.part == part],
                sorted((i for i in items if i.part == part), key=lambda i: i.first_position),
                [side for side in sides if side.part == part],
                {row.title for row in template_of(tx, dossier, part).rows},
            )
            for part in dict.fromkeys(rows.parts)
        }

    def _register_rows(
        self,
        tx: Transaction,
        ids: Sequence[str],
        counted: list[int],
        report: Report,
        cancel: CancelToken | None,
    ) -> Iterator[Sequence[Cell]]:
        rules, today = term_rules(tx), self._today()
        for begin in range(0, len(ids), CHUNK):
            if cancel is not None:
                cancel.check()
            report(Progress(step="register", done=begin, total=len(ids)))
            chunk = ids[begin : begin + CHUNK]
            found = {dossier.id: dossier for dossier in tx.dossiers.find(id=list(chunk))}
            pages: dict[str, list[tuple[Any, ...]]] = {}
            for row in tx.sides.pick(
                ("dossier_id", "part", "volume", "page_number"),
                dossier_id=list(chunk),
                superseded=False,
            ):
                pages.setdefault(row[0], []).append(row[1:])
            for dossier_id in chunk:
                dossier = found[dossier_id]
                counted.append(1)
                yield register_row(
                    dossier, pages.get(dossier_id, []), term_row(dossier, rules, today)
                )
        report(Progress(step="register", done=len(ids), total=len(ids)))

    def _written(self, actor: Actor, action: str, subject: str, **details: Any) -> None:
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, action, subject, **details)
            tx.commit()


def _by_number(case_no: str) -> list[tuple[int, str]]:
    """The order of a register: figures count as numbers, so that 2 comes before 10."""
    return [
        (int(piece), "") if piece.isdecimal() else (0, piece) for piece in _FIGURES.split(case_no)
    ]


def _catalogue_sheet(
    dossier: Dossier, part: str, items: Sequence[Item], sides: Sequence[Side]
) -> Sheet:
    volumes = {side.position: side.volume for side in sides if side.part == part}
    several = len(set(volumes.values())) > 1
    return Sheet(
        name=PART_SHEETS[part],
        title="卷　内　目　录",
        notes=(
            f"案号：{dossier.case_no}　{PART_SHEETS[part][:2]}",
            f"案由：{dossier.cause}　档号：{dossier.archival_code or '未编'}",
        ),
        columns=CATALOGUE_COLUMNS,
        rows=[
            (
                item.number,
                item.title,
                item.author,
                item.date,
                pages_text(item.first_page, item.last_page),
                item.category,
                _remark(item, volumes.get(item.first_position) if several else None),
            )
            for item in items
        ],
    )


def _remark(item: Item, volume: int | None) -> str:
    words = [f"第{volume}册"] if volume is not None else []
    if is_doubtful(item):
        words.append("待确认")
    return "　".join(words)


def _view(dossier: Dossier, matches: dict[str, Match]) -> CatalogueSheet:
    changes = tuple(change for match in matches.values() for change in match.changes)
    touched = {(change.part, change.row) for change in changes}
    rows = [draft.row for match in matches.values() for draft in match.drafts]
    return CatalogueSheet(
        case_no=dossier.case_no,
        changes=changes,
        problems=tuple(problem for match in matches.values() for problem in match.problems),
        unchanged=sum((row.part, row.row) not in touched and not row.problems for row in rows),
    )
