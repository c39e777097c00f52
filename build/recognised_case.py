"""Writes a case into a data folder as recognition leaves it, for benchmarks of what comes after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 1654, 2339
_MASTER = "0" * 64


@dataclass(frozen=True, kw_only=True)
class RecognisedSide:
    """One side as it was read; see `app.domain.dossier.Recognised` for the fields. A blank one was
    not read."""

    tree: dict[str, Any]
    numbers: tuple[dict[str, Any], ...] = ()
    printed_page: tuple[int, ...] | None = None
    blank: bool = False


def write_recognised(
    workstation: Any, actor: Any, case_no: str, sides: Sequence[RecognisedSide]
) -> None:
    """Give the registered case its sides, in one transaction."""
    import attrs

    from app.domain.dossier import Batch, Master

    with workstation._context.storage.write() as tx:
        dossier = tx.dossiers.first(case_no=case_no)
        count = len(sides)
        tx.batches.add(
            Batch(id="batch", dossier_id=dossier.id, source="bench:", state="closed", sides=count)
        )
        nothing = Master(sha256=_MASTER, sm3="", size=0, media_type="image/jpeg", stored_at="")
        tx.masters.add(nothing)
        tx.dossiers.replace(attrs.evolve(dossier, state="scanned"))
        for position, side in enumerate(sides, start=1):
            _write_side(tx, dossier.id, position, side)
        tx.audit.record(actor.name, "batch_closed", case_no, sides=count)
        tx.commit()


def _write_side(tx: Any, dossier_id: str, position: int, side: RecognisedSide) -> None:
    from app.domain.dossier import Recognised, Side

    tx.sides.add(
        Side(
            id=f"side-{position}",
            dossier_id=dossier_id,
            batch_id="batch",
            master=_MASTER,
            frame=0,
            position=position,
            sheet=(position + 1) // 2,
            face="front" if position % 2 else "back",
            width=WIDTH,
            height=HEIGHT,
            dpi=200,
            blank=side.blank,
            examined="done",
            recognised="blank" if side.blank else "done",
        )
    )
    if not side.blank:
        tx.recognised.add(
            Recognised(
                id=f"text-{position}",
                dossier_id=dossier_id,
                side_id=f"side-{position}",
                engine="bench",
                text="",
                tree=side.tree,
                numbers=side.numbers,
                printed_page=side.printed_page,
            )
        )
