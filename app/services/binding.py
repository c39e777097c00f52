"""Binding (装订): volumes and page numbers of the paper, and the papers that are bound in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.binding import (
    MISSING,
    BindingPlan,
    BindingRules,
    PlannedVolume,
    numbering_of,
    plan_binding,
)
from app.domain.dossier import MAIN, RESTRICTED, Dossier, Side
from app.kernel.errors import Refused
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.archival_codes import code_parts
from app.services.binding_papers import copied_pages, volume_facts
from app.services.editing import Editing, repaged
from app.services.markers import content_sides
from app.services.paper_files import PICTURE_SECONDS, PICTURES, write_whole
from app.services.ports import Transaction
from archive_rules.rule_sets import load_rule_set

COPY = "app.adapters.packaging.numbered_copy:write_numbered_copy"
COPY_SECONDS = 3600.0
PART_NAMES = {MAIN: "正卷", RESTRICTED: "副卷"}
DATE_LENGTH = len("2026-01-31")


class Binding(Editing):
    """Use cases of whoever binds the paper."""

    def binding(self, case_no: str, *, anew: bool = False) -> tuple[BindingPlan, ...]:
        """How each part will be bound: volumes with thickness, and the number of each page.

        Volumes in which the paper came are kept unless `anew`. Nothing is written.
        """
        with self._context.storage.read() as tx:
            plans, _sides = self._plans(tx, self._dossier(tx, case_no), anew=anew)
            return plans

    def bind(
        self, actor: Actor, case_no: str, *, anew: bool = False, numbered: bool = False
    ) -> tuple[BindingPlan, ...]:
        """Record the volumes of the plan; with `numbered` also that the numbers which were
        missing on the paper have been stamped there. Numbers that differ are left to a person.

        Undoable. Raises Refused BND-101 when the dossier has no catalogue yet, DOS-101 once it is
        sealed.
        """
        actor.require("catalogue")
        with self._context.storage.write() as tx:
            dossier = self._bound(tx, case_no)
            plans, _sides = self._plans(tx, dossier, anew=anew)
            volumes = sum(len(plan.volumes) for plan in plans)
            with self._edit(tx, actor, dossier, "bound", volumes=volumes, numbered=numbered):
                tx.sides.amend(_changes(plans, actor.name if numbered else ""))
                sides = tx.sides.find(dossier_id=dossier.id, superseded=False)
                for item in tx.items.find(dossier_id=dossier.id):
                    tx.items.replace(repaged(item, sides))
        return self.binding(case_no)

    def write_binding_papers(
        self,
        actor: Actor,
        case_no: str,
        folder: Path,
        *,
        copies: bool = False,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> tuple[Path, ...]:
        """Write the papers of every volume as PDF below `folder`: cover, catalogue and end note
        in one file, the labels of all spines in another; with `copies` also the pages of each
        volume with the numbers that the paper lacks stamped on the copy.

        Raises Refused BND-101 without a catalogue, Broken BND-102 when a file cannot be written.
        """
        actor.require("catalogue")
        dossier, sides, bound = self._read(case_no)
        volumes = [(plan, volume) for plan, volume, _facts in bound]
        facts = [said for _plan, _volume, said in bound]
        drawn: list[tuple[Path, Callable[[Path], None]]] = [
            (
                folder / f"{_file_name(plan, volume)} 封面 目录 备考表.pdf",
                partial(self._context.draw_volume_papers, said),
            )
            for (plan, volume), said in zip(volumes, facts, strict=True)
        ]
        drawn.append((folder / "卷脊标签.pdf", partial(self._context.draw_spine_labels, facts)))
        for plan, volume in volumes if copies else ():
            pages = copied_pages(plan, volume, sides, self._context.blobs)
            name = _file_name(plan, volume)
            title = f"{dossier.case_no} {name}"
            copy = partial(self._copy, pages, title, cancel)
            drawn.append((folder / f"{name} 编号副本.pdf", copy))
        for done, (path, draw) in enumerate(drawn):
            report(Progress(step="bind", done=done, total=len(drawn)))
            write_whole(path, draw, code="BND-102")
        report(Progress(step="bind", done=len(drawn), total=len(drawn)))
        with self._context.storage.write() as tx:
            tx.audit.record(
                actor.name,
                "binding_papers_written",
                dossier.case_no,
                volumes=len(volumes),
                copies=copies,
            )
            tx.commit()
        return tuple(path for path, _draw in drawn)

    def binding_pictures(
        self, case_no: str, folder: Path, part: str, volume: int, *, dpi: int
    ) -> tuple[Path, ...]:
        """Pictures of the papers of one volume and of its spine label, for preview and printer,
        written below `folder`.

        Raises Refused BND-101 without a catalogue, BND-103 when there is no such volume, Broken
        BND-102 when they cannot be written.
        """
        dossier, _sides, bound = self._read(case_no)
        for plan, planned, facts in bound:
            if (plan.part, planned.number) == (part, volume):
                return self._pictures(facts, folder, dpi)
        raise Refused("BND-103", case_no=dossier.case_no, volume=volume)

    def _pictures(self, facts: dict[str, Any], folder: Path, dpi: int) -> tuple[Path, ...]:
        draws: tuple[tuple[str, Callable[[Path], None]], ...] = (
            ("papers", partial(self._context.draw_volume_papers, facts)),
            ("spine", partial(self._context.draw_spine_labels, [facts])),
        )
        pictures: list[Path] = []
        for name, draw in draws:
            path = folder / f"{name}.pdf"
            write_whole(path, draw, code="BND-102")
            arguments = (str(path), str(folder / name), dpi)
            drawn = self._context.pool.call(PICTURES, arguments, seconds=PICTURE_SECONDS)
            pictures += [Path(picture) for picture in drawn]
        return tuple(pictures)

    def _copy(
        self, pages: list[dict[str, Any]], title: str, cancel: CancelToken | None, path: Path
    ) -> None:
        arguments = (pages, str(path), title)
        self._context.pool.call(COPY, arguments, seconds=COPY_SECONDS, cancel=cancel)

    def _read(
        self, case_no: str
    ) -> tuple[Dossier, list[Side], list[tuple[BindingPlan, PlannedVolume, dict[str, Any]]]]:
        """The dossier, its sides, and its volumes with what their papers say."""
        with self._context.storage.read() as tx:
            dossier = self._bound(tx, case_no)
            plans, sides = self._plans(tx, dossier)
            items = tx.items.find(dossier_id=dossier.id)
            misses = tx.misses.find(dossier_id=dossier.id, withdrawn=False)
            parts = code_parts(tx, dossier)
        today = self._now()[:DATE_LENGTH]
        return (
            dossier,
            sides,
            [
                (plan, volume, volume_facts(dossier, plan, volume, items, misses, today, parts))
                for plan in plans
                for volume in plan.volumes
            ],
        )

    def _bound(self, tx: Transaction, case_no: str) -> Dossier:
        """The dossier, when it has documents to be bound. Raises Refused BND-101."""
        dossier = self._dossier(tx, case_no)
        if not tx.items.find(dossier_id=dossier.id):
            raise Refused("BND-101", case_no=dossier.case_no)
        return dossier

    def _plans(
        self, tx: Transaction, dossier: Dossier, *, anew: bool = False
    ) -> tuple[tuple[BindingPlan, ...], list[Side]]:
        """The plan of each part that has sides, and all sides of the dossier."""
        limits = load_rule_set(self._context.rule_set)
        sides = content_sides(tx.sides.find(dossier_id=dossier.id, superseded=False))
        sides.sort(key=lambda side: side.position)
        rules = BindingRules(
            most_millimetres=limits.number("volume.thickness_mm_maximum"),
            most_pages=int(limits.number("volume.pages_maximum")),
            sheet_millimetres=limits.number("volume.sheet_mm"),
            papers_millimetres=limits.number("volume.papers_mm"),
        )
        plans = []
        for part in (MAIN, RESTRICTED):
            own = [side for side in sides if side.part == part]
            if own:
                as_on_paper = attrs.evolve(rules, numbering=numbering_of(own))
                plans.append(plan_binding(part, own, as_on_paper, anew=anew))
        return tuple(plans), sides


def _changes(plans: Sequence[BindingPlan], numbered_by: str) -> dict[str, dict[str, Any]]:
    changes: dict[str, dict[str, Any]] = {}
    for plan in plans:
        for side in plan.sides:
            changes[side.id] = {"volume": side.volume}
            if numbered_by and side.state == MISSING:
                changes[side.id] |= {
                    "page_number": side.number,
                    "page_number_confidence": 1.0,
                    "number_by": numbered_by,
                }
    return changes


def _file_name(plan: BindingPlan, volume: PlannedVolume) -> str:
    return f"{PART_NAMES[plan.part]} 第{volume.number}册"
