"""Background tasks in three phases: prepare (read), run (pure, in a worker), apply (write).

`apply` may run twice after a kill: it writes the same rows again and adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import attrs
from attrs import frozen

from app.domain.dossier import Recognised, Side
from app.domain.profile_rules import STATION_ENGINE
from app.kernel.errors import Fault
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.findings import add_finding, replace_findings
from app.services.ports import Transaction
from app.services.slips import CODED, marker_of

MACHINE = "system"
EXAMINE = "examine"
RECOGNISE = "recognise"
COMPARE = "compare"
CUT_OFF = "IMG-102"
# Faults of a page are to be known while its paper is at hand; its text may come later.
RECOGNITION_PRIORITY = -10
# Text tells forms apart that look alike: sides are compared when all that waits is read.
COMPARISON_PRIORITY = -20
# The finding of a side whose picture, or (as a warning) whose text, could not be read.
UNREAD = "unreadable"
WARM = "ocr.engines.warm:warm_up"


@frozen(kw_only=True)
class Call:
    """A function of a worker by name, with its arguments."""

    function: str
    arguments: tuple[Any, ...]


class BackgroundTask(Protocol):
    """One kind of background work."""

    seconds: float

    def prepare(self, tx: Transaction, arguments: dict[str, Any]) -> Call | None:
        """What to run, or None when nothing is left to do."""
        ...

    def apply(self, arguments: dict[str, Any], result: Any) -> None:
        """Write the result in a short transaction of its own."""
        ...

    def failed(self, arguments: dict[str, Any], fault: Fault) -> None:
        """The work failed for good: leave a trace that a person sees."""
        ...


def enqueue_examination(tx: Transaction, side: Side, priority: int = 0) -> None:
    """Queue the examination of a side; recognition follows by itself."""
    tx.jobs.enqueue(
        EXAMINE,
        {"side": side.id},
        dossier_id=side.dossier_id,
        dedupe_key=f"{EXAMINE}:{side.id}",
        priority=priority,
    )


def enqueue_recognition(tx: Transaction, side: Side, priority: int = RECOGNITION_PRIORITY) -> None:
    """Queue the recognition of a side in its present turn, behind all examinations."""
    tx.jobs.enqueue(
        RECOGNISE,
        {"side": side.id},
        dossier_id=side.dossier_id,
        dedupe_key=f"{RECOGNISE}:{side.id}",
        priority=priority,
    )


def enqueue_comparison(tx: Transaction, dossier_id: str, turn: int = 0) -> None:
    """Queue the comparison of the sides of a case. A comparison that finds itself out of date
    asks for another by the other `turn` (0 or 1), as it is still under way itself."""
    tx.jobs.enqueue(
        COMPARE,
        {"dossier": dossier_id, "turn": turn},
        dossier_id=dossier_id,
        dedupe_key=f"{COMPARE}:{turn}:{dossier_id}",
        priority=COMPARISON_PRIORITY,
    )


class ExamineSide:
    """Measures a side, finds its faults and makes its pictures."""

    seconds = 120.0

    def __init__(self, context: Context) -> None:
        self._context = context

    def prepare(self, tx: Transaction, arguments: dict[str, Any]) -> Call | None:
        """See `BackgroundTask.prepare`."""
        side = tx.sides.get(arguments["side"])
        if side.superseded and side.put_aside != "held":
            return None
        path = str(self._context.blobs.path_of(side.master))
        folder = str(self._context.folders.work)
        if side.recipe and side.examined:
            return Call(
                function="ocr.conditioning.pictures:pictures",
                arguments=(path, side.frame, side.turn, side.recipe, folder, side.id),
            )
        if side.turned_by and side.examined:
            return Call(
                function="ocr.study:pictures",
                arguments=(path, side.frame, side.turn, folder, side.id),
            )
        return Call(
            function="ocr.study:study_with_codes" if _codes_unread(tx, side) else "ocr.study:study",
            arguments=(path, side.frame, dict(self._context.limits), folder, side.id),
        )

    def apply(self, arguments: dict[str, Any], result: Any) -> None:
        """See `BackgroundTask.apply`."""
        examination = result.get("examination")
        pictures = result.get("pictures", result)
        stored: dict[str, Any] = {
            name: self._context.blobs.put_file(Path(path)).sha256 for name, path in pictures.items()
        }
        with self._context.storage.write() as tx:
            side = tx.sides.get(arguments["side"])
            if examination is None and side.recipe != result.get("recipe", {}):
                # Somebody conditioned the side meanwhile and drew its pictures.
                stored = {}
            side = attrs.evolve(side, **stored)
            if examination is not None:
                side = self._examined(tx, side, result)
            side = attrs.evolve(side, recognised=_before_recognition(side))
            tx.sides.replace(side)
            if side.recognised == "":
                enqueue_recognition(tx, side)
            enqueue_comparison(tx, side.dossier_id)
            tx.audit.record(
                MACHINE, "side_examined", _case_no(tx, side), side=side.id, position=side.position
            )
            tx.commit()
        for path in pictures.values():
            Path(path).unlink(missing_ok=True)

    def failed(self, arguments: dict[str, Any], fault: Fault) -> None:
        """See `BackgroundTask.failed`."""
        with self._context.storage.write() as tx:
            side = tx.sides.get(arguments["side"])
            if tx.findings.first(side_id=side.id, code="unreadable") is None:
                add_finding(tx, side, "unreadable", "fail", 1.0, 0.0)
            tx.sides.replace(
                attrs.evolve(side, examined="failed", recognised="failed", fault=fault.code)
            )
            tx.audit.record(
                MACHINE, "side_failed", _case_no(tx, side), side=side.id, code=fault.code
            )
            tx.commit()

    def _examined(self, tx: Transaction, side: Side, result: dict[str, Any]) -> Side:
        """The side as measured. Findings of the first look give way; a person's word stays, and
        what it was about is not asked again."""
        examination = result["examination"]
        replace_findings(tx, side, examination["findings"])
        spoilt = any(found["code"] == "unreadable" for found in examination["findings"])
        why = side.fault or examination.get("fault") or "IMG-101"
        profile = tx.batches.get(side.batch_id).profile
        marker = marker_of(result.get("codes", ()), str(profile.get("separators", "none")))
        return attrs.evolve(
            side,
            width=examination["width"] or side.width,
            height=examination["height"] or side.height,
            dpi=examination["dpi"] or side.dpi,
            turn=side.turn if side.turned_by else result["turn"],
            skew_deg=float(examination["measures"].get("skew_deg", 0.0)),
            blank=side.blank if side.blank_by else marks_blank(profile, examination["blank"]),
            fingerprint=examination["fingerprint"],
            measures=dict(examination["measures"]),
            fault=why if spoilt else "",
            examined="done",
            marker=marker or side.marker,
        )


class RecogniseSide:
    """Reads the text of a side and the fields in it."""

    seconds = 240.0

    def __init__(self, context: Context) -> None:
        self._context = context

    def prepare(self, tx: Transaction, arguments: dict[str, Any]) -> Call | None:
        """See `BackgroundTask.prepare`."""
        side = tx.sides.get(arguments["side"])
        if unreadable(side) or (side.superseded and side.put_aside != "held"):
            return None
        return Call(
            function="ocr.recognition:recognise",
            arguments=(
                str(self._context.blobs.path_of(side.master)),
                side.frame,
                side.turn,
                self._engine(tx, side),
                side.skew_deg,
            ),
        )

    def _engine(self, tx: Transaction, side: Side) -> str:
        """The engine the profile of the batch names, else that of the station."""
        return engine_of(self._context, tx.batches.get(side.batch_id).profile)

    def apply(self, arguments: dict[str, Any], result: Any) -> None:
        """See `BackgroundTask.apply`."""
        tree = result["tree"]
        with self._context.storage.write() as tx:
            side = tx.sides.get(arguments["side"])
            earlier = tx.recognised.first(side_id=side.id)
            if earlier is not None:
                tx.recognised.remove(earlier)
            _withdraw(tx, side, UNREAD)
            printed = result.get("printed_page")
            tx.recognised.add(
                Recognised(
                    id=new_id("text"),
                    dossier_id=side.dossier_id,
                    side_id=side.id,
                    engine=tree["engine"],
                    text="\n".join(line["text"] for line in tree["lines"] if line["text"]),
                    tree=tree,
                    numbers=tuple(result["numbers"]),
                    printed_page=tuple(printed) if printed else None,
                    fields=result.get("fields", {}),
                    seconds=float(result.get("seconds", 0.0)),
                )
            )
            tx.sides.replace(attrs.evolve(side, recognised="done"))
            enqueue_comparison(tx, side.dossier_id)
            tx.audit.record(
                MACHINE,
                "side_recognised",
                _case_no(tx, side),
                side=side.id,
                position=side.position,
                engine=tree["engine"],
            )
            tx.commit()

    def failed(self, arguments: dict[str, Any], fault: Fault) -> None:
        """See `BackgroundTask.failed`."""
        with self._context.storage.write() as tx:
            side = tx.sides.get(arguments["side"])
            if tx.findings.first(side_id=side.id, code=UNREAD) is None:
                # Nothing is wrong with its picture, so it is no fault that must be mended.
                add_finding(tx, side, UNREAD, "warn", 0.0, 0.0)
            tx.sides.replace(attrs.evolve(side, recognised="failed"))
            tx.audit.record(
                MACHINE, "recognition_failed", _case_no(tx, side), side=side.id, code=fault.code
            )
            tx.commit()


def engine_of(context: Context, profile: Mapping[str, Any]) -> str:
    """The recognition engine that a profile names, else that of the station."""
    named = profile.get("engine", STATION_ENGINE)
    return context.engine if named == STATION_ENGINE else str(named)


def marks_blank(profile: Mapping[str, Any], blank: Any) -> bool:
    """Whether a side that looks blank is marked so: a profile may leave that to people."""
    return bool(blank) and bool(profile.get("mark_blank", True))


def _codes_unread(tx: Transaction, side: Side) -> bool:
    """Whether the stack is cut by codes and no first look has read those of this side."""
    if side.glanced or side.face != "front":
        return False
    return tx.batches.get(side.batch_id).profile.get("separators", "none") in CODED


def _before_recognition(side: Side) -> str:
    """A side without text to read is through with recognition: nothing waits for it."""
    if unreadable(side):
        return "failed"
    return "blank" if side.blank else ""


def unreadable(side: Side) -> bool:
    """Whether there is nothing to read on a side. One that breaks off has a fault as well, but
    the part that came is read."""
    return bool(side.fault) and not (side.fault == CUT_OFF and side.picture)


def _withdraw(tx: Transaction, side: Side, code: str) -> None:
    """Take back what was said of a side as a warning, unless a person has judged it."""
    for finding in tx.findings.find(side_id=side.id, code=code):
        if finding.severity == "warn" and not finding.verdict:
            tx.findings.remove(finding)


def _case_no(tx: Transaction, side: Side) -> str:
    return tx.dossiers.get(side.dossier_id).case_no
