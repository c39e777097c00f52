"""Stores what an interrupted run left behind in the spool, before its batch goes on."""

from __future__ import annotations

from app.domain.access import Actor
from app.domain.dossier import Batch
from app.services.capture import Capture, Listener
from app.services.context import Context
from app.services.leftovers import shift_of
from scanner.api import ScannedSide, ScanWarning
from scanner.spool import delivered, drop_image, remove_image


def adopt_delivered(context: Context, actor: Actor, batch: Batch, on_event: Listener) -> int:
    """Store the delivered sides of a batch that the program did not live to store; gives how
    many.

    A side whose row was written before its file was taken away is only cleared. Raises what
    storing raises; what is not stored yet stays in the spool.
    """
    spool = context.folders.spool / batch.id
    sides, _bare = delivered(spool)
    if not sides:
        return 0
    shift = shift_of(spool)
    with context.storage.read() as tx:
        stored = {
            (side.sheet, side.face, side.frame): side.master
            for side in tx.sides.find(batch_id=batch.id)
        }
    adopted = 0
    run = Capture(context, actor, batch, [], shift, on_event)
    try:
        for side in sides:
            if _is_stored(context, side, stored.get((side.sheet + shift, side.face, side.frame))):
                remove_image(side.path)
                continue
            run.take(side)
            adopted += side.stream == "main"
        run.drain()
    finally:
        run.close()
    for side in sides:
        drop_image(side.path)
    return adopted


def adoption_warning(sides: int) -> ScanWarning:
    """What the operator is told about sides that were stored late."""
    return ScanWarning(code="CAP-121", parameters={"sides": sides})


def _is_stored(context: Context, side: ScannedSide, master: str | None) -> bool:
    if master is None or side.stream != "main":
        return False
    return context.blobs.put_file(side.path).sha256 == master
