"""Conditioning (图像处理): recipes over the untouched masters, one undoable edit for all sides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen

from app.domain.access import Actor
from app.domain.dossier import Side
from app.domain.lifecycle import advance
from app.domain.recipe import CLEAN_UP, with_crop, with_deskew, without
from app.kernel.errors import BadInput, Refused
from app.kernel.progress import CancelToken, Progress, Report, silent
from app.services.arranging import Arranging
from app.services.placing import order_of
from archive_rules.rule_sets import load_rule_set

AUTOMATIC = ("deskew", "crop", "border", "holes", "archive", "reading", "gray", "bitonal")
STEPS = ("deskew", "crop", "border", "holes", "cleanup", "colour", "all")
SECONDS = 120.0
CONDITION = "ocr.conditioning.pictures:condition"
# What a step that was carried out settles.
_SETTLES = {"deskew": ("skew",), "border": ("black_border",), "crop": ("black_border",)}


@frozen(kw_only=True)
class Change:
    """What to change in a recipe, in this order: `off` (names of STEPS), `deskew` (clockwise
    degrees to take out), `crop` (box of the straightened page), then what is settled by the
    picture itself (`auto`, names of AUTOMATIC)."""

    auto: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    deskew: float | None = None
    crop: tuple[float, float, float, float] | None = None


@frozen(kw_only=True)
class Conditioned:
    """How many of the sides got another recipe, and on how many each automatic step found
    something to do."""

    sides: int
    changed: int
    found: dict[str, int]


@frozen(kw_only=True)
class Proposal:
    """What the measures say should be done with a side: names of AUTOMATIC."""

    side_id: str
    position: int
    auto: tuple[str, ...]


@frozen(kw_only=True)
class _Drawn:
    side: Side
    recipe: dict[str, Any]
    pictures: dict[str, str]
    found: dict[str, bool]


class Conditioning(Arranging):
    """Use cases of whoever conditions pictures. Masters and packages keep the bytes as scanned."""

    def condition_sides(
        self,
        actor: Actor,
        case_no: str,
        side_ids: Sequence[str],
        change: Change,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> Conditioned:
        """Change the recipes of sides and draw their pictures anew, as one edit.

        What is automatic is settled into numbers for each side. Cancelling changes nothing; text
        and findings stay bound to the upright master.

        Raises BadInput INS-109 (no such step), IMG-121 (a crop outside the page), Refused INS-107
        when sides left the order, INS-110 when one is not examined or cannot be read, INS-111 when
        one was changed meanwhile, DOS-101 once the dossier is sealed.
        """
        actor.require("inspect")
        _check(change)
        wanted = dict.fromkeys(side_ids, change)
        return self._carry_out(actor, case_no, wanted, report, cancel or CancelToken())

    def like_side(self, case_no: str, side_id: str) -> Change:
        """The change that does to other sides what was done to this one, settled for each anew;
        steps that this one does not have are taken off. Raises BadInput INS-104."""
        with self._context.storage.read() as tx:
            self._dossier(tx, case_no)
            side, _dossier = self._side(tx, side_id)
        return change_like(side.recipe)

    def proposals(self, case_no: str) -> list[Proposal]:
        """What measures and findings say should be done, side by side; sides with nothing to do
        and steps already taken are left out."""
        least = self._rule("skew_correct_deg")
        proposed = []
        for row in self.sides(case_no):
            if not row.examined or row.fault:
                continue
            wanted = []
            if abs(row.skew_deg) >= least and "deskew" not in row.recipe:
                wanted.append("deskew")
            codes = {finding.code for finding in row.findings}
            if "black_border" in codes and "crop" not in row.recipe:
                wanted += ["crop", "border"]
            if "streak" in codes and "streaks" not in row.recipe:
                wanted.append("archive")
            if wanted:
                proposed.append(Proposal(side_id=row.id, position=row.position, auto=tuple(wanted)))
        return proposed

    def condition_proposed(
        self,
        actor: Actor,
        case_no: str,
        side_ids: Sequence[str] | None = None,
        *,
        report: Report = silent,
        cancel: CancelToken | None = None,
    ) -> Conditioned:
        """Do what is proposed for sides (None: all), as one edit. Raises as `condition_sides`."""
        actor.require("inspect")
        wanted = {
            row.side_id: Change(auto=row.auto)
            for row in self.proposals(case_no)
            if side_ids is None or row.side_id in side_ids
        }
        if not wanted:
            return Conditioned(sides=0, changed=0, found={})
        return self._carry_out(actor, case_no, wanted, report, cancel or CancelToken())

    def _carry_out(
        self,
        actor: Actor,
        case_no: str,
        wanted: Mapping[str, Change],
        report: Report,
        cancel: CancelToken,
    ) -> Conditioned:
        sides = self._chosen(case_no, list(wanted))
        with self._drawn(sides, wanted, report, cancel) as drawn:
            changed = [entry for entry in drawn if entry.recipe != entry.side.recipe]
            names = sorted({name for entry in drawn for name in entry.found})
            if changed:
                steps = {step for entry in changed for step in _steps(wanted[entry.side.id])}
                self._write(actor, case_no, changed, sorted(steps))
        return Conditioned(
            sides=len(sides),
            changed=len(changed),
            found={name: sum(entry.found.get(name, False) for entry in drawn) for name in names},
        )

    def _chosen(self, case_no: str, side_ids: Sequence[str]) -> list[Side]:
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            advance("dossier", dossier.state, "edit")
            order = order_of(tx, dossier)
            sides = tx.sides.find(id=list(side_ids)) if side_ids else []
        if not sides or len(sides) != len(set(side_ids)) or {s.id for s in sides} - set(order):
            raise Refused("INS-107")
        for side in sides:
            if side.fault or side.examined != "done" or not side.picture:
                raise Refused("INS-110", position=side.position)
        return sorted(sides, key=lambda side: side.position)

    @contextmanager
    def _drawn(
        self,
        sides: Sequence[Side],
        wanted: Mapping[str, Change],
        report: Report,
        cancel: CancelToken,
    ) -> Iterator[list[_Drawn]]:
        """The sides with their new recipes and pictures; the files go when the block ends."""
        with (
            TemporaryDirectory(dir=self._context.folders.work, prefix="conditioning-") as folder,
            ThreadPoolExecutor(max(1, min(4, self._context.live_pool.workers))) as threads,
        ):
            drawn: list[_Drawn] = []
            work = [
                threads.submit(self._settle, side, wanted[side.id], folder, cancel)
                for side in sides
            ]
            try:
                for done, future in enumerate(work, start=1):
                    drawn.append(future.result())
                    report(Progress(step="condition", done=done, total=len(sides)))
            finally:
                for future in work:
                    future.cancel()
            yield drawn

    def _settle(self, side: Side, change: Change, folder: str, cancel: CancelToken) -> _Drawn:
        cancel.check()
        lying = side.turn in (90, 270)
        width, height = (side.height, side.width) if lying else (side.width, side.height)
        recipe = dict(side.recipe)
        for step in change.off:
            recipe = without(recipe, step, width, height)
        if change.deskew is not None:
            recipe = with_deskew(recipe, change.deskew, width, height)
        if change.crop is not None:
            recipe = with_crop(recipe, change.crop, width, height)
        if "archive" in change.auto:
            recipe.pop("flatten", None)
        if not change.auto and recipe == side.recipe:
            return _Drawn(side=side, recipe=recipe, pictures={}, found={})
        settings = {
            "tilt": side.skew_deg,
            "least_tilt": self._rule("skew_correct_deg"),
            "margin_mm": self._rule("crop_margin_mm"),
        }
        answer = self._context.live_pool.call(
            CONDITION,
            (
                str(self._context.blobs.path_of(side.master)),
                side.frame,
                side.turn,
                list(change.auto),
                recipe,
                settings,
                folder,
                side.id,
            ),
            seconds=SECONDS,
            cancel=cancel,
        )
        return _Drawn(
            side=side,
            recipe=answer["recipe"],
            pictures=answer["pictures"],
            found=answer["found"],
        )

    def _write(
        self, actor: Actor, case_no: str, changed: Sequence[_Drawn], steps: Sequence[str]
    ) -> None:
        stored = {
            entry.side.id: {
                "plain": "",
                **{
                    name: self._context.blobs.put_file(Path(path)).sha256
                    for name, path in entry.pictures.items()
                },
                "recipe": entry.recipe,
            }
            for entry in changed
        }
        with self._context.storage.write() as tx:
            dossier = self._dossier(tx, case_no)
            for entry in changed:
                now = tx.sides.get(entry.side.id)
                if (now.turn, now.recipe) != (entry.side.turn, entry.side.recipe):
                    raise Refused("INS-111", position=entry.side.position)
            with self._edit(
                tx,
                actor,
                dossier,
                "sides_conditioned",
                sides=len(changed),
                steps=list(steps),
            ):
                tx.sides.amend(stored)
                for entry in changed:
                    for code in _settled(entry):
                        for finding in tx.findings.find(
                            side_id=entry.side.id, code=code, verdict=""
                        ):
                            self._judge(tx, actor, finding, "accepted", "")

    def _rule(self, name: str) -> float:
        return load_rule_set(self._context.rule_set).number(f"inspection.{name}")


def change_like(recipe: Mapping[str, Any]) -> Change:
    """See `Conditioning.like_side`."""
    auto = [name for name in ("deskew", "crop", "border", "holes") if name in recipe]
    off = [name for name in ("deskew", "crop", "border", "holes") if name not in recipe]
    if "flatten" in recipe:
        auto.append("reading")
    elif "specks" in recipe:
        auto.append("archive")
    else:
        off = ["cleanup", *(name for name in off if name != "border")]
    mode = recipe.get("colour", {}).get("mode")
    if mode:
        auto.append(mode)
    else:
        off.append("colour")
    return Change(auto=tuple(auto), off=tuple(off))


def _check(change: Change) -> None:
    for name in change.auto:
        if name not in AUTOMATIC:
            raise BadInput("INS-109", step=name, known=", ".join(AUTOMATIC))
    for name in change.off:
        if name not in STEPS:
            raise BadInput("INS-109", step=name, known=", ".join(STEPS))


def _steps(change: Change) -> list[str]:
    """What the audit says was done."""
    said = [f"-{name}" for name in change.off]
    if change.deskew is not None:
        said.append(f"deskew={change.deskew:.2f}")
    if change.crop is not None:
        said.append("crop=" + ",".join(f"{value:.0f}" for value in change.crop))
    return [*said, *change.auto]


def _settled(entry: _Drawn) -> set[str]:
    """The findings that the new steps of a side have dealt with."""
    new = {name for name in _SETTLES if name in entry.recipe and name not in entry.side.recipe}
    return {code for name in new for code in _SETTLES[name]}


def cleanup_of(recipe: Mapping[str, Any]) -> str:
    """The clean-up in force: "", "archive" or "reading"."""
    if "flatten" in recipe:
        return "reading"
    return "archive" if any(name in recipe for name in CLEAN_UP if name != "border") else ""
