"""Live inspection: every stored side is looked at while the next ones are being fed.

It runs beside the capture and never holds it up: sides wait in line, and whatever is not seen
when the batch ends (or the program with it) is found by the full examination, whose job was
written together with the side.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import frozen

from app.domain.dossier import Side
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken
from app.services.context import Context
from app.services.findings import add_found
from app.services.side_rows import finding_row, side_row
from app.services.slips import CODED, marker_of
from app.services.tasks import MACHINE, marks_blank
from app.services.views import SideRow

LOOK = "ocr.glance:glance"
LOAD = "ocr.glance:ready"
LOOK_SECONDS = 30.0
# Sides that may wait in line; more are left to the full examination.
MOST_WAITING = 2000
# Previews (6 MB of an A4 page) that may lie in the spool; whoever waits longer has the master.
MOST_PREVIEWS = 32
# Results written in one transaction.
MOST_AT_ONCE = 16

log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Seen:
    """What was seen on one side; `thumbnail` is in the object store, `separators` as in the
    profile."""

    side_id: str
    separators: str
    result: dict[str, Any]
    thumbnail: str


@frozen(kw_only=True)
class _Waiting:
    side: Side
    separators: str
    preview: Path


class LiveInspection:
    """Looks at sides in worker processes of their own, oldest first.

    `on_seen` is called from any thread when results wait in `take_seen`.
    """

    def __init__(self, context: Context, on_seen: Callable[[], None]) -> None:
        self._context = context
        self._on_seen = on_seen
        self._cancel = CancelToken()
        self._condition = threading.Condition()
        self._line: deque[_Waiting] = deque()
        self._seen: deque[Seen] = deque()
        self._in_work = 0
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Let the workers load what they need, while the scanner warms up."""
        if self._threads:
            return
        for number in range(max(1, self._context.live_pool.workers)):
            thread = threading.Thread(target=self._work, name=f"live-{number}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def submit(self, side: Side, separators: str, preview: Path) -> None:
        """Put a stored side in line; never waits. Codes are read where `separators` (as in the
        profile) asks for them, on fronts. `preview` is the small picture of its driver, which
        may be missing and is gone afterwards."""
        self.start()
        with self._condition:
            waiting = len(self._line)
            if waiting < MOST_WAITING:
                self._line.append(_Waiting(side=side, separators=separators, preview=preview))
                self._condition.notify_all()
            else:
                log.warning("live inspection lags: side %s is left to the examination", side.id)
        if waiting >= MOST_PREVIEWS:
            preview.unlink(missing_ok=True)

    @property
    def waiting(self) -> int:
        """Sides that are stored and whose result is not written yet."""
        with self._condition:
            return len(self._line) + self._in_work + len(self._seen)

    def take_seen(self) -> list[Seen]:
        """The next results, oldest first. They count as waiting until `written`."""
        with self._condition:
            return [self._seen[place] for place in range(min(MOST_AT_ONCE, len(self._seen)))]

    def write(self, batch: Sequence[Seen]) -> list[SideRow]:
        """Write results in one transaction; gives the rows of the sides that changed."""
        try:
            return self._write(batch)
        except Fault as fault:
            # Nothing is lost: the sides are examined later. A fault of the disk or the database
            # stops the capture itself with its next side.
            log.warning("what was seen on %d sides is not kept: %s", len(batch), fault.code)
            return []
        finally:
            with self._condition:
                for _ in batch:
                    self._seen.popleft()
                self._condition.notify_all()

    def close(self) -> None:
        """Stop looking; what waits is left to the examination."""
        self._cancel.cancel()
        with self._condition:
            self._line.clear()
            self._condition.notify_all()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        pool = self._context.live_pool
        try:
            pool.call(LOAD, (), seconds=LOOK_SECONDS, cancel=self._cancel)
        except (Fault, Cancelled) as reason:
            log.info("live inspection could not be loaded ahead: %r", reason)
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._line or self._cancel.cancelled)
                if self._cancel.cancelled:
                    return
                waiting = self._line.popleft()
                self._in_work += 1
            seen = self._look(waiting)
            waiting.preview.unlink(missing_ok=True)
            with self._condition:
                self._in_work -= 1
                if seen is not None:
                    self._seen.append(seen)
                self._condition.notify_all()
            self._on_seen()

    def _look(self, waiting: _Waiting) -> Seen | None:
        context, side, separators = self._context, waiting.side, waiting.separators
        codes = separators in CODED and side.face == "front"
        path = str(context.blobs.path_of(side.master))
        folder, limits = str(context.folders.work), dict(context.limits)
        arguments = (path, side.frame, folder, side.id, limits, codes, str(waiting.preview))
        try:
            result = context.live_pool.call(
                LOOK, arguments, seconds=LOOK_SECONDS, cancel=self._cancel
            )
            return Seen(
                side_id=side.id,
                separators=separators,
                result=result,
                thumbnail=self._keep_thumbnail(result["thumbnail"]),
            )
        except Cancelled:
            return None
        except Fault as fault:
            log.warning("no first look at side %s: %s", side.id, fault.code)
            return None

    def _keep_thumbnail(self, path: str) -> str:
        if not path:
            return ""
        try:
            return self._context.blobs.put_file(Path(path)).sha256
        finally:
            Path(path).unlink(missing_ok=True)

    def _write(self, batch: Sequence[Seen]) -> list[SideRow]:
        rows = []
        with self._context.storage.write() as tx:
            sides = {side.id: side for side in tx.sides.find(id=[seen.side_id for seen in batch])}
            # The full examination may have been faster: it knows better.
            fresh = [seen for seen in batch if not _is_known(sides[seen.side_id])]
            if not fresh:
                return []
            changes: dict[str, dict[str, Any]] = {}
            batches = {side.batch_id for side in sides.values()}
            profiles = {batch_id: tx.batches.get(batch_id).profile for batch_id in batches}
            for seen in fresh:
                side = sides[seen.side_id]
                changes[side.id] = _changes(side, seen, profiles[side.batch_id])
                findings = tuple(
                    finding_row(finding, side.position)
                    for finding in [add_found(tx, side, entry) for entry in seen.result["findings"]]
                )
                changed = attrs.evolve(side, **changes[side.id])
                rows.append(side_row(changed, findings, self._context.blobs))
            tx.sides.amend(changes)
            case_no = tx.dossiers.get(sides[fresh[0].side_id].dossier_id).case_no
            tx.audit.record(MACHINE, "sides_glanced", case_no, sides=list(changes))
            tx.commit()
        return rows


def _is_known(side: Side) -> bool:
    return bool(side.glanced or side.examined)


def _changes(side: Side, seen: Seen, profile: Mapping[str, Any]) -> dict[str, Any]:
    result = seen.result
    return {
        "width": side.width or result["width"],
        "height": side.height or result["height"],
        "dpi": side.dpi or result["dpi"],
        "skew_deg": float(result["skew_deg"]),
        "blank": side.blank if side.blank_by else marks_blank(profile, result["blank"]),
        "fault": side.fault or result["fault"],
        "thumbnail": seen.thumbnail,
        "marker": marker_of(result["codes"], seen.separators) or side.marker,
        "glanced": "done",
    }
