"""What a hand-over that goes on from an interrupted one did."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from app.adapters.packaging.package import BuiltPackage
from app.services.ports import ArchiveTarget
from tests.archive_targets.archive_contract import submit
from tests.archive_targets.far_sides import FarSide


@frozen(kw_only=True)
class GoneOn:
    """`files` lay on the far side before it. It began in `state` with `there` bytes, and sent
    `sent` of `total`, with what the protocol adds."""

    files: dict[str, bytes]
    state: str
    there: int
    sent: int
    total: int
    receipt: dict[str, Any]


def go_on(far: FarSide, target: ArchiveTarget, built: BuiltPackage) -> GoneOn:
    """Hand the package over again, to the end."""
    assert far.proxy is not None
    files = far.files()
    far.proxy.forget()
    noted = list[tuple[str, int]]()
    receipt = submit(target, built, noted=lambda *row: noted.append(row))
    state, there = noted[0]
    return GoneOn(
        files=files,
        state=state,
        there=there,
        sent=far.proxy.sent,
        total=receipt["container"]["size"],
        receipt=receipt,
    )
