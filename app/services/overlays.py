"""Two pictures of one page in one place: what both have, and what only one of them has.

The pictures are laid over each other in a worker; they are kept for a while, because whoever
compares goes back and forth.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from attrs import frozen

from app.domain.dossier import Dossier, Side
from app.domain.ledger import LedgerEntry
from app.domain.recipe import turned_box
from app.kernel.errors import Refused
from app.kernel.progress import CancelToken
from app.services.alterations import why_not
from app.services.context import Service
from app.services.ports import Transaction

OVERLAY = "ocr.alteration.overlaying:overlay"
SECONDS = 60.0
FOLDER = "overlays"
# So many pairs are kept; whoever compares further ones has left the first long since.
MOST_KEPT = 40
_PICTURES = ("both", "first", "second")


@frozen(kw_only=True)
class DifferentPlace:
    """A place that differs: `box` in pixels of the upright side, `kind` (added, missing, changed:
    what the paper has against the side) and `ink` as the comparison tells them; `figures` are
    numbers that read otherwise on the paper, as pairs of side and paper."""

    box: tuple[float, float, float, float]
    kind: str
    ink: str
    figures: tuple[tuple[str, str], ...] = ()


@frozen(kw_only=True)
class DifferencePictures:
    """What shows a discrepancy besides the sides it names: the places that differ on the first of
    them, the picture of its paper, and the picture that proves it. None where there is none."""

    places: tuple[DifferentPlace, ...] = ()
    paper: Path | None = None
    proof: Path | None = None


@frozen(kw_only=True)
class OverlayView:
    """Two pictures laid over each other, all three in the frame of the first: in `both` what only
    one of them has is in its colour (`first_colour`, `second_colour`: "#rrggbb"). When they do not
    match, `warnings` (fault records) tell why, and the pictures are None."""

    both: Path | None = None
    first: Path | None = None
    second: Path | None = None
    first_colour: str = ""
    second_colour: str = ""
    warnings: tuple[dict[str, Any], ...] = ()


class Overlays(Service):
    """Use cases of whoever looks at two pictures of one page."""

    def difference_pictures(self, case_no: str, discrepancy_id: str) -> DifferencePictures:
        """The pictures of a discrepancy. Raises Refused REC-103 when the ledger has it no more."""
        with self._context.storage.read() as tx:
            entry = _entry(tx, self._dossier(tx, case_no), discrepancy_id)
            side = tx.sides.first(id=entry.reason.get("side", ""))
        return DifferencePictures(
            places=() if side is None else _places(entry, side),
            paper=self._picture_of(entry.reason.get("paper", "")),
            proof=self._picture_of(entry.reason.get("proof", "")),
        )

    def overlay(
        self, case_no: str, first: str, second: str, *, cancel: CancelToken | None = None
    ) -> OverlayView:
        """Lay a second picture over the side `first` (an id): another side of the case, or the
        paper of a discrepancy of it (its id).

        Raises Refused REC-103 when there is no such thing, BadInput IMG-101 to IMG-105 when a
        picture cannot be read.
        """
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            one = tx.sides.first(id=first, dossier_id=dossier.id)
            other = tx.sides.first(id=second, dossier_id=dossier.id)
            digest = "" if other else _entry(tx, dossier, second).reason.get("paper", "")
        if one is None or not (other or digest):
            raise Refused("REC-103")
        laid = (one.master, one.frame, one.turn)
        over = (other.master, other.frame, other.turn) if other else (digest, 0, 0)
        return self._laid(laid, over, cancel)

    def _laid(
        self, one: tuple[str, int, int], other: tuple[str, int, int], cancel: CancelToken | None
    ) -> OverlayView:
        name = hashlib.sha256(repr((one, other)).encode()).hexdigest()[:32]
        folder = self._context.folders.work / FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        files = [folder / f"{picture}.jpg" for picture in _PICTURES]
        asked: list[Any] = []
        for digest, frame, turn in (one, other):
            asked += [str(self._context.blobs.path_of(digest)), frame, turn]
        answer: dict[str, Any] = self._context.live_pool.call(
            OVERLAY, (*asked, *map(str, files)), seconds=SECONDS, cancel=cancel
        )
        _forget_oldest(folder)
        if not answer["done"]:
            return OverlayView(warnings=(why_not(answer["reason"]),))
        return OverlayView(
            both=files[0],
            first=files[1],
            second=files[2],
            first_colour=answer["colours"][0],
            second_colour=answer["colours"][1],
        )

    def _picture_of(self, digest: str) -> Path | None:
        known = bool(digest) and self._context.blobs.exists(digest)
        return self._context.blobs.path_of(digest) if known else None


def _entry(tx: Transaction, dossier: Dossier, discrepancy_id: str) -> LedgerEntry:
    entry = tx.ledger.first(id=discrepancy_id, dossier_id=dossier.id)
    if entry is None:
        raise Refused("REC-103")
    return entry


def _places(entry: LedgerEntry, side: Side) -> tuple[DifferentPlace, ...]:
    """The places on the side as it lies now; they were found on it as it lay then."""
    then = entry.reason["turn"]
    sideways = then in (90, 270)
    width = side.height if sideways else side.width
    height = side.width if sideways else side.height
    return tuple(
        DifferentPlace(
            box=turned_box(place["box"], (side.turn - then) % 360, width, height),
            kind=place["kind"],
            ink=place["ink"],
            # Entries of earlier versions have none.
            figures=tuple((side, paper) for side, paper in place.get("figures", ())),
        )
        for place in entry.reason.get("differences", ())
    )


def _forget_oldest(folder: Path) -> None:
    """Leave the pairs that were looked at last."""
    pairs = sorted(folder.parent.iterdir(), key=lambda pair: pair.stat().st_mtime)
    for pair in pairs[:-MOST_KEPT]:
        if pair != folder:
            shutil.rmtree(pair, ignore_errors=True)
