"""The reading slip (阅卷单) of a visit: signed by the reader, received by the staff (STANDARDS 8.2,
8.5).

What stands on it, and the slips of readers who left without signing: `reading_slip_papers`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import attrs

from app.domain.access import Actor
from app.domain.reading import PrintJob, ReadingSlip
from app.kernel.errors import BadInput, Refused
from app.kernel.ids import new_id
from app.services.context import Service
from app.services.ports import Transaction
from app.services.reading_print_jobs import SLIP, TERMINAL, add_job
from app.services.reading_sessions import VisitService
from app.services.reading_slip_papers import (
    record_slip,
    slip_content,
    slip_document,
    slip_of,
)
from app.services.reading_views import SlipRow

Strokes = tuple[tuple[tuple[float, float], ...], ...]

DRAW_SIGNATURE = "app.adapters.printing.reading_slip:signature_picture"
_DRAWING_SECONDS = 60
# A dot or a short line is no name; nobody writes more points than this.
_LEAST_POINTS, _LEAST_EXTENT = 8, 0.08
_MOST_POINTS = 20_000
_LONGEST_REMARK = 200


class ReaderSlips(VisitService):
    """The slip of one visit, for its reader."""

    def slip(self, grant: str) -> SlipRow:
        """See `SessionDesk.slip`."""
        with self._context.storage.read() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            kept = tx.reading_slips.first(visit_id=visit.id, grant_id=found.id)
            return _slip_row(kept, slip_content(tx, visit, found, dossier))

    def sign_slip(self, grant: str, strokes: Strokes) -> SlipRow:
        """See `SessionDesk.sign_slip`. Signed again, the slip holds what was read until then."""
        if not is_signature(strokes):
            raise BadInput("RDR-151")
        with self._context.storage.read() as tx:
            visit, found, dossier = self._open_grant(tx, grant)
            content = slip_content(tx, visit, found, dossier)
        slip = slip_of(self._context, visit, found.id)
        content |= {"number": slip.number, "signed_at": self._now()}
        signature = self._context.pool.call(DRAW_SIGNATURE, (strokes,), seconds=_DRAWING_SECONDS)
        document = slip_document(self._context, content, signature)
        signed = attrs.evolve(
            slip,
            content=content,
            pdf_sha256=self._context.blobs.put_bytes(document).sha256,
            signed_at=content["signed_at"],
            signature_sha256=self._context.blobs.put_bytes(signature).sha256,
        )
        with self._context.storage.write() as tx:
            _visit, found, _dossier = self._open_grant(tx, grant)
            tx.reading_slips.replace(signed)
            record_slip(tx, "reading_slip_signed", TERMINAL, signed)
            add_job(tx, _print_of(signed, self._context.station), TERMINAL, found.reader)
            tx.commit()
        return _slip_row(signed, content)


class ReadingSlipDesk(Service):
    """Use cases of the staff that receives the slips."""

    def reading_slips(self, *, case_no: str = "", open_only: bool = False) -> tuple[SlipRow, ...]:
        """The slips of a case or of all, newest first; with `open_only` those that nobody has
        received. Raises BadInput CASE-101."""
        with self._context.storage.read() as tx:
            wanted = {"dossier_id": self._dossier(tx, case_no).id} if case_no else {}
            if open_only:
                wanted["received_by"] = ""
            slips = tx.reading_slips.find(**wanted)
        return tuple(_slip_row(slip, slip.content) for slip in reversed(slips) if slip.pdf_sha256)

    def receive_slip(self, actor: Actor, slip: str, remark: str = "") -> SlipRow:
        """Put on record that the dossier was checked on the spot and the slip is in its record
        (STANDARDS 8.5); `slip` is its id or number. Raises BadInput RDR-158, Refused RDR-159."""
        actor.require("grant")
        with self._context.storage.write() as tx:
            found = _found(tx, slip)
            if found.received_by:
                raise Refused("RDR-159", slip=found.number, receiver=found.received_by)
            received = attrs.evolve(
                found,
                received_by=actor.name,
                received_at=self._now(),
                remark=" ".join(remark.split())[:_LONGEST_REMARK],
            )
            tx.reading_slips.replace(received)
            record_slip(tx, "reading_slip_received", actor.name, received)
            tx.commit()
        return _slip_row(received, received.content)

    def reading_slip_pdf(self, slip: str, path: Path) -> Path:
        """Write the slip to `path`: as it was signed, and once received with the name of whoever
        received it. Raises BadInput RDR-158."""
        with self._context.storage.read() as tx:
            found = _found(tx, slip)
        if found.received_by:
            facts = found.content | {
                "received_by": found.received_by,
                "received_at": found.received_at,
                "remark": found.remark,
            }
            path.write_bytes(slip_document(self._context, facts, self._signature(found)))
        else:
            path.write_bytes(self._context.blobs.path_of(found.pdf_sha256).read_bytes())
        return path

    def _signature(self, slip: ReadingSlip) -> bytes:
        if not slip.signature_sha256:
            return b""
        return self._context.blobs.path_of(slip.signature_sha256).read_bytes()


def is_signature(strokes: Any) -> bool:
    """Whether these strokes can be somebody's name."""
    if not isinstance(strokes, list | tuple):
        return False
    points = []
    for stroke in strokes:
        if not isinstance(stroke, list | tuple):
            return False
        points += list(stroke)
        if len(points) > _MOST_POINTS:
            return False
    if len(points) < _LEAST_POINTS or not all(_on_pad(point) for point in points):
        return False
    across, down = ([float(point[axis]) for point in points] for axis in (0, 1))
    return max(max(across) - min(across), max(down) - min(down)) >= _LEAST_EXTENT


def _on_pad(point: Any) -> bool:
    if not isinstance(point, list | tuple) or len(point) != 2:
        return False
    return all(
        type(value) in (int, float) and math.isfinite(value) and 0 <= value <= 1 for value in point
    )


def _print_of(slip: ReadingSlip, station: str) -> PrintJob:
    """The job that puts a signed slip on paper; it needs nobody's leave and no quota."""
    return PrintJob(
        id=new_id("print"),
        number="",
        visit_id=slip.visit_id,
        grant_id=slip.grant_id,
        dossier_id=slip.dossier_id,
        state="approved",
        asked_at=slip.signed_at,
        terminal=station,
        decided_by=TERMINAL,
        decided_at=slip.signed_at,
        error={SLIP: slip.id},
    )


def _found(tx: Transaction, name: str) -> ReadingSlip:
    slip = tx.reading_slips.first(id=name) or tx.reading_slips.first(number=name)
    if slip is None or not slip.pdf_sha256:
        raise BadInput("RDR-158", slip=name[:40])
    return slip


def _slip_row(slip: ReadingSlip | None, content: dict[str, Any]) -> SlipRow:
    return SlipRow(
        id=slip.id if slip else "",
        number=slip.number if slip else "",
        case_no=content["case_no"],
        reader=content["reader"],
        started_at=content["started_at"],
        ended_at=content["ended_at"],
        pages_read=tuple(sorted({*content["pages_read"], *content.get("pages_later", ())})),
        pages_printed=tuple(content["pages_printed"]),
        signed=bool(slip and slip.signed_at),
        received_by=slip.received_by if slip else "",
    )
