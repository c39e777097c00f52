"""Figures of the operators for piece-work (计件): sheets, sides, rescans and rejects per hour."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from app.domain.dossier import Batch, Side
from app.services.context import Service
from app.services.ports import Transaction
from app.services.station_views import OperatorFigures

# A longer gap between two sides is no work at the scanner.
LONGEST_PAUSE_SECONDS = 15 * 60
# A single side has no duration; nobody scans it in no time.
SHORTEST_SECONDS = 60.0


class Figures(Service):
    """Read models for whoever pays by the sheet."""

    def operator_figures(self, first_day: str, last_day: str) -> tuple[OperatorFigures, ...]:
        """Work by operator and local day (ISO days, both included), newest day first.

        Sides count for the day on which they were captured, whatever became of them since;
        rejects for whoever scanned the side.
        """
        with self._context.storage.read() as tx:
            batches = {batch.id: batch for batch in tx.batches.find() if batch.sides}
            groups: dict[tuple[str, str], list[Side]] = defaultdict(list)
            touched = [b for b in batches.values() if _overlaps(b, first_day, last_day)]
            for batch in touched:
                for side in tx.sides.find(batch_id=batch.id):
                    day = local_day(side.captured_at)
                    if first_day <= day <= last_day:
                        groups[(day, batch.operator)].append(side)
            rows = [
                _figures(tx, operator, day, sides, batches)
                for (day, operator), sides in groups.items()
            ]
        return tuple(sorted(rows, key=lambda row: (row.day, row.operator), reverse=True))


def local_day(moment: str) -> str:
    """The ISO day of a moment on the calendar of this station, empty when there is none."""
    return _instant(moment).date().isoformat() if moment else ""


def working_seconds(moments: Iterable[str]) -> float:
    """The time from the first to the last of these moments less the longer pauses."""
    ordered = sorted(_instant(moment) for moment in moments)
    seconds = 0.0
    for earlier, later in pairwise(ordered):
        gap = (later - earlier).total_seconds()
        seconds += gap if gap <= LONGEST_PAUSE_SECONDS else 0.0
    return max(seconds, SHORTEST_SECONDS)


def _instant(moment: str) -> datetime:
    return datetime.fromisoformat(moment).astimezone()


def _overlaps(batch: Batch, first_day: str, last_day: str) -> bool:
    begun = local_day(batch.started_at)
    ended = local_day(batch.closed_at) or last_day
    return begun <= last_day and ended >= first_day


def _figures(
    tx: Transaction, operator: str, day: str, sides: list[Side], batches: dict[str, Batch]
) -> OperatorFigures:
    hours = working_seconds(side.captured_at for side in sides) / 3600
    sheets = len({(side.batch_id, side.sheet) for side in sides})
    purposes = [batches[side.batch_id].purpose for side in sides]
    rescans = purposes.count("replace")
    rejects = tx.findings.count(side_id=[side.id for side in sides], verdict="rescan")
    return OperatorFigures(
        operator=operator,
        day=day,
        dossiers=len({side.dossier_id for side in sides}),
        batches=len({side.batch_id for side in sides}),
        sheets=sheets,
        sides=len(sides),
        blanks=sum(side.blank for side in sides),
        rescans=rescans,
        inserts=purposes.count("insert"),
        rejects=rejects,
        hours=round(hours, 3),
        sheets_per_hour=round(sheets / hours, 1),
        rescans_per_hour=round(rescans / hours, 1),
        rejects_per_hour=round(rejects / hours, 1),
    )
