"""Sides that a scanner had delivered when the program ended: found in the spool, stored late.

The driver numbers the sheets of its own run. What turns that into the number in the batch is kept
in the spool beside the images.
"""

from __future__ import annotations

from pathlib import Path

from app.domain.dossier import Batch
from app.services.context import Context
from scanner.spool import delivered

_SHIFT = ".shift"


def keep_shift(spool: Path, shift: int) -> None:
    """Remember what to add to the sheet numbers of this run."""
    if spool.is_dir():
        (spool / _SHIFT).write_text(str(shift), encoding="ascii")


def shift_of(spool: Path) -> int:
    """What `keep_shift` kept, 0 when it is not there."""
    try:
        return int((spool / _SHIFT).read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        return 0


def waiting_places(context: Context, batch: Batch) -> list[tuple[int, str]]:
    """Sheet (counted in the batch) and face of the delivered sides that are not stored yet."""
    spool = context.folders.spool / batch.id
    shift = shift_of(spool)
    return [(side.sheet + shift, side.face) for side in delivered(spool)[0]]


def sheet_to_feed(waiting: list[tuple[int, str]], sheet: int, *, duplex: bool) -> int:
    """The sheet to put back first, when `sheet` is the one without the sides that wait."""
    last = max((number for number, _face in waiting), default=0)
    if last < sheet:
        return sheet
    return last + 1 if not duplex or (last, "back") in waiting else last
