"""What shows only against the other sides of a case: sides scanned twice, odd sizes, and whether
faint marks are writing or the other face of the sheet (`app.services.faces`).

A background job compares as soon as the sides are examined and read, so that the findings are
there when somebody inspects; reconciliation compares once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from attrs import frozen

from app.domain.dossier import Finding, Side
from app.kernel.errors import Fault
from app.kernel.ids import new_id
from app.services.context import Context
from app.services.faces import (
    MOST_QUESTIONS,
    questions,
    remove_pictures,
    store_pictures,
    write_answers,
)
from app.services.outliers import CODE as SIZE_OUTLIER
from app.services.outliers import size_outliers
from app.services.ports import Transaction
from app.services.tasks import MACHINE, Call, enqueue_comparison
from app.services.twins import same_sheet

DUPLICATE = "duplicate"

Twin = tuple[str, str, float]
"""Id of the later side, id of the earlier one, how alike they are (0 to 1)."""


@frozen(kw_only=True)
class _Wanted:
    severity: str
    value: float
    limit: float


class CompareSides:
    """Looks for twins and odd sizes among the sides of a case."""

    seconds = 600.0

    def __init__(self, context: Context) -> None:
        self._context = context

    def prepare(self, tx: Transaction, arguments: dict[str, Any]) -> Call | None:
        """See `BackgroundTask.prepare`."""
        dossier = tx.dossiers.get(arguments["dossier"])
        sides = _sides(tx, dossier.id)
        asked = questions(tx, self._context, dossier, sides)
        if not asked:
            return Call(function="ocr.twins:compare_sides", arguments=(fingerprints(sides),))
        return Call(
            function="ocr.faces_asking:compare_and_ask",
            arguments=(
                fingerprints(sides),
                asked,
                dict(self._context.limits),
                str(self._context.folders.work),
            ),
        )

    def apply(self, arguments: dict[str, Any], result: Any) -> None:
        """See `BackgroundTask.apply`."""
        dossier_id = arguments["dossier"]
        answers = result.get("faces", [])
        stored = store_pictures(self._context, answers)
        with self._context.storage.write() as tx:
            dossier = tx.dossiers.get(dossier_id)
            sides = _sides(tx, dossier_id)
            if answers:
                write_answers(tx, dossier, sides, answers, stored)
                sides = _sides(tx, dossier_id)
            twins = write_twins(tx, dossier_id, sides, result["twins"])
            sizes = write_size_outliers(tx, dossier_id, sides, self._context.limits)
            for action, written in (("duplicates_compared", twins), ("sizes_compared", sizes)):
                if written.changed:
                    tx.audit.record(MACHINE, action, dossier.case_no, found=written.found)
            compared = [side_id for side_id, _ in fingerprints(sides)]
            if compared != result["sides"] or len(answers) == MOST_QUESTIONS:
                # Sides came while the comparison ran, and asked for one that was under way, or
                # were told blank or written by it; or there is more to ask than one job does.
                enqueue_comparison(tx, dossier_id, turn=1 - arguments["turn"])
            tx.commit()
        remove_pictures(answers)

    def failed(self, arguments: dict[str, Any], fault: Fault) -> None:
        """See `BackgroundTask.failed`. Nothing is lost: reconciliation compares again, and
        gives the fault to the person who asked for it."""


@frozen(kw_only=True)
class Written:
    """How many findings a comparison has, and whether anything about them is new."""

    found: int
    changed: bool


def fingerprints(sides: Sequence[Side]) -> list[tuple[str, str]]:
    """Id and fingerprint of the sides with something on them to compare."""
    return [(side.id, side.fingerprint) for side in sides if side.fingerprint and not side.blank]


def write_twins(
    tx: Transaction, dossier_id: str, sides: Sequence[Side], twins: Sequence[Twin]
) -> Written:
    """Write the `duplicate` findings of `sides`: of twins that are still there and whose text
    does not tell them apart."""
    positions = {side.id: side.position for side in sides}
    texts = {
        side_id: tx.recognised.first(side_id=side_id)
        for side_id in {side_id for twin in twins for side_id in twin[:2]}
    }
    wanted = {
        later: _Wanted(severity="warn", value=float(positions[earlier]), limit=round(likeness, 4))
        for later, earlier, likeness in twins
        if later in positions and earlier in positions and same_sheet(texts[later], texts[earlier])
    }
    return _written(tx, dossier_id, DUPLICATE, wanted)


def write_size_outliers(
    tx: Transaction, dossier_id: str, sides: Sequence[Side], limits: Mapping[str, float]
) -> Written:
    """Write the `size_outlier` findings of the examined ones of `sides`."""
    examined = sorted(
        (side for side in sides if side.examined == "done"), key=lambda side: side.position
    )
    wanted = {
        side.id: _Wanted(severity=outlier.severity, value=outlier.value, limit=outlier.limit)
        for side, outlier in size_outliers(examined, limits)
    }
    return _written(tx, dossier_id, SIZE_OUTLIER, wanted)


def _written(tx: Transaction, dossier_id: str, code: str, wanted: Mapping[str, _Wanted]) -> Written:
    """Findings that stand and are still true stay as they are; what a person judged stays."""
    settled = set()
    changed = False
    for finding in tx.findings.find(dossier_id=dossier_id, code=code):
        now = wanted.get(finding.side_id)
        still = _Wanted(severity=finding.severity, value=finding.value, limit=finding.limit)
        if finding.verdict or still == now:
            settled.add(finding.side_id)
        else:
            tx.findings.remove(finding)
            changed = True
    for side_id, entry in wanted.items():
        if side_id not in settled:
            values = attrs.asdict(entry)
            tx.findings.add(
                Finding(
                    id=new_id("finding"),
                    dossier_id=dossier_id,
                    side_id=side_id,
                    code=code,
                    **values,
                )
            )
            changed = True
    return Written(found=len(wanted), changed=changed)


def _sides(tx: Transaction, dossier_id: str) -> list[Side]:
    return tx.sides.find(dossier_id=dossier_id, superseded=False)
