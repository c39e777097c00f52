"""Labels for volumes, cells and shelves: printed here, and put on record."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from app.domain.access import Actor
from app.domain.dossier import MAIN, Dossier
from app.domain.locker_codes import cell_text, cell_ticket, shelf_text, shelf_ticket
from app.domain.slips import volume_ticket
from app.kernel.errors import BadInput, Fault
from app.services.context import Service
from app.services.custody_ledger import STACK_ROOM
from app.services.locker_views import VolumeCustodyRow
from app.services.paper_files import write_whole
from app.services.volume_places import volume_rows

MOST_LABELS = 1000
PART_NAMES = {MAIN: "正卷", "restricted": "副卷"}
# Of a shelf: 列, 节, 层, 盒, 位, as `app.domain.custody.ShelfLocation.label` writes them.
_LEVELS = ("{:02d}列", "{:02d}节", "{}层", "{:02d}盒", "{:02d}")
_RANGE = re.compile(r"([0-9]{1,4})(?:-([0-9]{1,4}))?")

Label = dict[str, Any]


class LockerLabels(Service):
    """Use cases of whoever prints labels."""

    def print_volume_labels(
        self,
        actor: Actor,
        case_no: str,
        path: Path,
        *,
        part: str = "",
        volume: int | None = None,
        single: bool = False,
    ) -> Path:
        """Write the labels of all volumes of a case, of one `part`, or of one `volume`, as PDF:
        ten to an A4 sheet, or `single` ones for a label printer.

        Raises Refused ACC-101, BadInput LBL-106 (no such volume), Broken LBL-104.
        """
        actor.require("custody")
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            rows = volume_rows(tx, dossier)
        chosen = [row for row in rows if part in ("", row.part) and volume in (None, row.volume)]
        if not chosen:
            told = "" if volume is None else volume
            raise BadInput("LBL-106", case_no=dossier.case_no, part=part, volume=told)
        self._draw([_volume_label(dossier, row, rows) for row in chosen], path, single=single)
        with self._context.storage.write() as tx:
            volumes = [{"part": row.part, "volume": row.volume} for row in chosen]
            tx.audit.record(actor.name, "volume_labels_printed", dossier.case_no, volumes=volumes)
            tx.commit()
        return path

    def print_cell_labels(
        self,
        actor: Actor,
        cabinet: str,
        path: Path,
        *,
        cells: Sequence[int] = (),
        single: bool = False,
    ) -> Path:
        """Write the labels of the cells of a cabinet, of all when none are named.

        Raises Refused ACC-101, BadInput LBL-105 (no such cabinet or cell), Broken LBL-104, and
        the faults of the cabinet when it has to be asked how many cells it has.
        """
        actor.require("custody")
        known = self._known_cells(cabinet)
        wanted = sorted(set(cells)) or known
        for cell in wanted:
            if cell not in known:
                raise self._no_cell(cabinet, cell)
        self._draw([_cell_label(cabinet, cell) for cell in wanted], path, single=single)
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "cell_labels_printed", cabinet, cells=wanted)
            tx.commit()
        return path

    def print_shelf_labels(
        self, actor: Actor, shelves: Sequence[str], path: Path, *, single: bool = False
    ) -> Path:
        """Write the labels of shelves, each "ROOM/RACK/COLUMN/LEVEL/BOX/POSITION" with ranges
        ("A库/3/2/1-5") and as far as the shelf is divided.

        Raises Refused ACC-101, BadInput LBL-101 to LBL-103, Broken LBL-104.
        """
        actor.require("custody")
        labels = list(dict.fromkeys(label for text in shelves for label in shelves_of(text)))
        self._draw([_shelf_label(label) for label in labels], path, single=single)
        with self._context.storage.write() as tx:
            tx.audit.record(actor.name, "shelf_labels_printed", STACK_ROOM, shelves=labels)
            tx.commit()
        return path

    def _draw(self, labels: Sequence[Label], path: Path, *, single: bool) -> None:
        if not 0 < len(labels) <= MOST_LABELS:
            raise BadInput("LBL-102", count=len(labels), most=MOST_LABELS)
        draw = partial(self._context.draw_locker_labels, labels, single=single)
        write_whole(path, draw, code="LBL-104")

    def _known_cells(self, cabinet: str) -> list[int]:
        """The numbers of the cells as the cabinet tells, or as recorded while it is silent."""
        if cabinet not in self._context.cabinets:
            raise self._no_cell(cabinet, 0)
        session = self._context.open_cabinet(cabinet)
        try:
            return sorted(cell.number for cell in session.cells())
        except Fault as silent:
            fault = silent
        finally:
            session.close()
        with self._context.storage.read() as tx:
            rows = tx.locker_cells.pick(("number",), cabinet=cabinet)
        if not rows:
            raise fault
        return sorted(number for (number,) in rows)

    def _no_cell(self, cabinet: str, cell: int) -> BadInput:
        known = ", ".join(self._context.cabinets)
        return BadInput("LBL-105", cabinet=cabinet, cell=cell or "", known=known)


def shelves_of(text: str) -> list[str]:
    """The labels of the shelves that a text with ranges names. Raises BadInput LBL-102 and
    LBL-103."""
    room, *levels = (piece.strip() for piece in text.strip().split("/"))
    numbers = [_numbers(level) for level in levels]
    if not room or len(levels) > len(_LEVELS) or not all(numbers):
        raise BadInput("LBL-103", text=text)
    count = math.prod(len(several) for several in numbers)
    if count > MOST_LABELS:
        raise BadInput("LBL-102", count=count, most=MOST_LABELS)
    return [
        "-".join([room, *(form.format(n) for form, n in zip(_LEVELS, chosen, strict=False))])
        for chosen in itertools.product(*numbers)
    ]


def _numbers(level: str) -> range:
    """ "3" or "1-5" as its numbers; none for anything else."""
    found = _RANGE.fullmatch(level)
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)


def _volume_label(
    dossier: Dossier, row: VolumeCustodyRow, rows: Sequence[VolumeCustodyRow]
) -> Label:
    of_part = sum(other.part == row.part for other in rows)
    pages = f"第{row.first_page}—{row.last_page}页" if row.first_page is not None else ""
    parties = "、".join(name for name in (dossier.plaintiff, dossier.defendant) if name)
    return {
        "code": row.code,
        "ticket": volume_ticket(dossier.case_no, row.part, row.volume),
        "heading": dossier.case_no,
        "lines": [
            f"{PART_NAMES[row.part]} 第{row.volume}册 共{of_part}册 {pages}".strip(),
            " ".join(filter(None, (dossier.cause, parties))),
            dossier.court,
        ],
    }


def _cell_label(cabinet: str, cell: int) -> Label:
    return {
        "code": cell_text(cabinet, cell),
        "ticket": cell_ticket(cabinet, cell),
        "heading": f"{cell}号柜格",
        "lines": [cabinet],
    }


def _shelf_label(shelf: str) -> Label:
    return {
        "code": shelf_text(shelf),
        "ticket": shelf_ticket(shelf),
        "heading": shelf,
        "lines": ["卷宗架位"],
    }
