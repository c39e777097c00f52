"""Makes a case of another court's package: masters byte for byte, sides, items and texts.

What the sending court held true is taken over as its word, so that no machine here changes it; the
dossier is then "catalogued", and this court reconciles, reviews and seals it as its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.dossier import Batch, Dossier, Item, Master, Recognised, Side
from app.kernel.clock import timestamp
from app.kernel.errors import BadInput, Fault
from app.kernel.ids import new_id
from app.kernel.progress import CancelToken, Progress, Report
from app.services.cases import TEXT_FIELDS, facts_values
from app.services.catalogue_templates import template_for_new_case
from app.services.context import Context
from app.services.ports import StoredBytes, Transaction
from app.services.retention import basis
from archive_rules.case_number import parse
from ocr.tree import ACROSS, DOWN, Line, TextTree

PICTURES = "ocr.study:pictures"
PICTURE_SECONDS = 120.0
# What a recognised text says for its engine when it came with the package.
ENGINE = "package"
_FACTS = ("case_no", *TEXT_FIELDS, "paper_pages", "retention")
_STATE = "catalogued"
# What a side has under the same name in package and database.
_TAKEN_OVER = (
    *("position", "frame", "media_type", "width", "height", "dpi", "fault"),
    *("turn", "skew_deg", "role", "page_number"),
)


class CourtIntake:
    """Takes in what `app.adapters.court_packages:read` found in one package."""

    def __init__(self, context: Context, actor: Actor, found: dict[str, Any]) -> None:
        self._context, self._actor, self._found = context, actor, found
        self._masters: dict[str, StoredBytes] = {}
        self._sides: list[Side] = []
        self._now = timestamp(context.clock.now())
        # Raises BadInput CASE-102, ARC-101 or RET-101 for facts that no case can have.
        self._values = facts_values({name: found["case"].get(name) for name in _FACTS})
        self.case_no = str(self._values["case_no"])
        self.court = str(self._values["court"]) or found["package_id"]

    def store_bytes(self, report: Report, cancel: CancelToken) -> dict[str, str]:
        """Put all masters, and what is kept as it is, into the object store, and draw the pictures
        of the sides; gives the kept files by name with the SHA-256 under which they are stored.

        Raises BadInput CTR-108 when a file is not what the manifest says.
        """
        rows = [side for volume in self._found["volumes"] for side in volume["sides"]]
        for done, side in enumerate(rows):
            cancel.check()
            report(Progress(step="receive", done=done, total=len(rows)))
            if side["sha256"] not in self._masters:
                stored = self._context.blobs.put_file(Path(side["path"]))
                if stored.sha256 != side["sha256"]:
                    raise BadInput("CTR-108", reason=f"sha256: {side['name']}")
                self._masters[stored.sha256] = stored
        dossier_id = new_id("dossier")
        for volume in self._found["volumes"]:
            self._sides += self._volume_sides(volume, dossier_id, cancel)
        report(Progress(step="receive", done=len(rows), total=len(rows)))
        return {
            name: self._context.blobs.put_file(Path(path)).sha256
            for name, path in self._found["kept"].items()
        }

    def write(self, tx: Transaction) -> Dossier:
        """Write the case with all its rows and their audit records; the caller commits."""
        dossier = self._dossier(tx, self._sides[0].dossier_id)
        tx.dossiers.add(dossier)
        tx.audit.record(self._actor.name, "case_registered", dossier.case_no, court=dossier.court)
        self._write_batches(tx, dossier)
        self._write_masters(tx)
        for side in self._sides:
            tx.sides.add(side)
            tx.audit.record(
                self._actor.name,
                "side_stored",
                dossier.case_no,
                side=side.id,
                batch=side.batch_id,
                position=side.position,
                sha256=side.master,
                sm3=self._masters[side.master].sm3,
            )
        self._write_texts(tx, dossier)
        for volume in self._found["volumes"]:
            for item in volume["items"]:
                tx.items.add(self._item(item, volume["part"], dossier))
        return dossier

    def _dossier(self, tx: Transaction, dossier_id: str) -> Dossier:
        values = {name: value for name, value in self._values.items() if name != "archival_code"}
        retention = values.pop("retention")
        if retention:
            values |= {
                "retention": retention,
                "retention_basis": basis(self._actor, self._now, "imported"),
            }
        return Dossier(
            id=dossier_id,
            state=_STATE,
            template=template_for_new_case(
                tx, parse(self.case_no), self._context.clock.now().astimezone().date()
            ),
            rule_set=self._context.rule_set,
            mode=self._found["mode"],
            created_at=self._now,
            **values,
        )

    def _volume_sides(
        self, volume: Mapping[str, Any], dossier_id: str, cancel: CancelToken
    ) -> list[Side]:
        batch_id = new_id("batch")
        sides = []
        for sheet, row in enumerate(volume["sides"], 1):
            cancel.check()
            place = {"part": volume["part"], "volume": volume["number"], "sheet": sheet}
            side = self._side(row, place, dossier_id, batch_id)
            pictures: Any = self._pictures(side, cancel)
            sides.append(attrs.evolve(side, **pictures))
        return sides

    def _side(
        self, row: Mapping[str, Any], place: Mapping[str, Any], dossier_id: str, batch_id: str
    ) -> Side:
        """A side as the sending court held it. Which two were one sheet no package tells."""
        return Side(
            id=new_id("side"),
            dossier_id=dossier_id,
            batch_id=batch_id,
            master=row["sha256"],
            face="front",
            source_name=row["name"],
            captured_at=self._now,
            turned_by=self.court,
            blank=row["role"] == "blank",
            blank_by=self.court,
            role_by=self.court,
            page_number_confidence=1.0 if row["page_number"] is not None else 0.0,
            number_by=self.court,
            item_number=row["item"],
            examined="done",
            recognised="failed" if row["fault"] else "done",
            **{name: row[name] for name in _TAKEN_OVER},
            **place,
        )

    def _pictures(self, side: Side, cancel: CancelToken) -> dict[str, str]:
        """What screens show of a side; one that cannot be drawn is shown by its master."""
        if side.fault:
            return {}
        path, folder = self._context.blobs.path_of(side.master), str(self._context.folders.work)
        try:
            drawn: dict[str, str] = self._context.pool.call(
                PICTURES,
                (str(path), side.frame, side.turn, folder, side.id),
                seconds=PICTURE_SECONDS,
                cancel=cancel,
            )
        except Fault:
            return {}
        stored = {
            name: self._context.blobs.put_file(Path(file)).sha256 for name, file in drawn.items()
        }
        for file in drawn.values():
            Path(file).unlink(missing_ok=True)
        return stored

    def _write_batches(self, tx: Transaction, dossier: Dossier) -> None:
        for batch_id in dict.fromkeys(side.batch_id for side in self._sides):
            members = [side for side in self._sides if side.batch_id == batch_id]
            tx.batches.add(
                Batch(
                    id=batch_id,
                    dossier_id=dossier.id,
                    source=f"court:{self.court}",
                    state="closed",
                    part=members[0].part,
                    volume=members[0].volume,
                    operator=self._actor.name,
                    started_at=self._now,
                    closed_at=self._now,
                    sheets=len(members),
                    sides=len(members),
                )
            )

    def _write_masters(self, tx: Transaction) -> None:
        types = {side.master: side.media_type for side in self._sides}
        for sha256, stored in self._masters.items():
            if tx.masters.first(sha256=sha256) is None:
                tx.masters.add(
                    Master(
                        sha256=sha256,
                        sm3=stored.sm3,
                        size=stored.size,
                        media_type=types[sha256],
                        stored_at=self._now,
                    )
                )

    def _write_texts(self, tx: Transaction, dossier: Dossier) -> None:
        rows = {
            side["position"]: side for volume in self._found["volumes"] for side in volume["sides"]
        }
        for side in self._sides:
            lines = rows[side.position]["lines"]
            if lines:
                tree = _tree(side, lines)
                tx.recognised.add(
                    Recognised(
                        id=new_id("text"),
                        dossier_id=dossier.id,
                        side_id=side.id,
                        engine=ENGINE,
                        text=tree.text,
                        tree=tree.as_record(),
                    )
                )

    def _item(self, item: Mapping[str, Any], part: str, dossier: Dossier) -> Item:
        by = {"by": self.court}
        return Item(
            id=new_id("item"),
            dossier_id=dossier.id,
            part=part,
            confidence=1.0,
            confirmed_by=self.court,
            fields={name: dict(by) for name in ("title", "category", "date", "author")},
            **item,
        )


def _tree(side: Side, rows: Sequence[Mapping[str, Any]]) -> TextTree:
    """The text as a package tells it: of single letters it says nothing."""
    sideways = side.turn in (90, 270)
    return TextTree(
        engine=ENGINE,
        engine_version="",
        width=side.height if sideways else side.width,
        height=side.width if sideways else side.height,
        orientation=side.turn,
        lines=tuple(
            Line(
                text=row["text"],
                confidence=1.0,
                box=tuple(row["box"]),
                direction=DOWN if _is_tall(row) else ACROSS,
            )
            for row in rows
        ),
    )


def _is_tall(row: Mapping[str, Any]) -> bool:
    x0, y0, x1, y1 = row["box"]
    return len(row["text"]) > 1 and y1 - y0 > x1 - x0
