"""`locker list|take-list|events|absorb`: cabinets that go on without the server."""

from __future__ import annotations

from pathlib import Path

from app.cli import records
from app.cli.commands.which_cabinet import cabinet_of
from app.cli.output import Answer
from app.cli.running import Call, read_file
from app.kernel.translation import translate as _
from app.services.workstation import Workstation


def sign_list(call: Call, workstation: Workstation) -> Answer:
    """`locker list --out FILE [--hours N]`."""
    cabinet = cabinet_of(call, workstation)
    data = workstation.issue_pickup_list(call.actor, cabinet, hours=call.arguments.hours)
    return _written(call.arguments.out, data, cabinet)


def write_events(call: Call, workstation: Workstation) -> Answer:
    """`locker events --out FILE`."""
    cabinet = cabinet_of(call, workstation)
    return _written(call.arguments.out, workstation.cabinet_events(call.actor, cabinet), cabinet)


def take_list(call: Call, workstation: Workstation) -> Answer:
    """`locker take-list FILE`."""
    cabinet = cabinet_of(call, workstation)
    kept = workstation.keep_pickup_list(call.actor, cabinet, read_file(call.arguments.file))
    line = _("{count} hand-offs until {end}").format(count=len(kept.entries), end=kept.expires_at)
    record = {"list": kept.list_id, "entries": len(kept.entries), "expires_at": kept.expires_at}
    return Answer(record=record, lines=[line])


def absorb(call: Call, workstation: Workstation) -> Answer:
    """`locker absorb FILE`: exit status 1 when a person must look at something."""
    cabinet = cabinet_of(call, workstation)
    done = workstation.absorb_cabinet_events(call.actor, cabinet, read_file(call.arguments.file))
    line = _("{taken} events taken over, {known} known before, {conflicts} to be looked at").format(
        taken=done.taken, known=done.known, conflicts=done.conflicts + (not done.whole)
    )
    agrees = done.whole and not done.conflicts
    return Answer(record=records.plain(done), lines=[line], status=0 if agrees else 1)


def _written(path: Path, data: bytes, cabinet: str) -> Answer:
    path.write_bytes(data)
    return Answer(record={"cabinet": cabinet, "written": str(path)}, lines=[str(path)])
