"""Where leafing through stands: what all leafings of the paper have shown of the present sides."""

from __future__ import annotations

from pathlib import Path

from app.domain.dossier import Dossier, Side
from app.domain.leafing import SEEN, FlipThrough
from app.domain.leafing_standing import SideStanding, standing_of
from app.kernel.errors import BadInput, Fault, Refused
from app.services.context import Service
from app.services.leafing_ledger import settled_sides
from app.services.leafing_sides import images_of, leaf_numbers, leaf_sides
from app.services.leafing_views import LeafingView, LeafTile, UnknownLeaf
from app.services.ports import Transaction
from app.services.review_settings import settings_view

CAMERAS = "ocr.leafing.frames:cameras"
CAMERAS_SECONDS = 60.0


class LeafingState(Service):
    """What the window of leafing through asks."""

    def leafing_view(self, case_no: str) -> LeafingView:
        """Where leafing through a case stands, side by side. A machine whose cameras cannot be
        listed has none."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sides = leaf_sides(tx, dossier)
            kept = tx.flip_throughs.find(dossier_id=dossier.id)
            demanded = settings_view(tx).flip
        try:
            cameras = self.cameras()
        except Fault:
            cameras = ()
        standing = standing_of(kept, images_of(sides))
        tiles = _tiles(sides, standing)
        written = [tile for tile in tiles if not tile.blank]
        last = kept[-1] if kept else None
        return LeafingView(
            case_no=dossier.case_no,
            demanded=demanded,
            may_leaf=bool(sides),
            tiles=tiles,
            seen=sum(tile.state == SEEN for tile in written),
            total=len(written),
            unknown=_unknown(last),
            last=last,
            cameras=cameras,
        )

    def cameras(self) -> tuple[str, ...]:
        """The cameras of this machine, as sources of `leaf_through`."""
        found = self._context.live_pool.call(CAMERAS, (), seconds=CAMERAS_SECONDS)
        return tuple(str(source) for source in found)

    def leaf_picture(self, case_no: str, digest: str) -> Path:
        """The file of a frame that was kept with a leafing through of this case. Raises BadInput
        FLP-108 when none of them has it."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            kept = tx.flip_throughs.pick(("unknown", "sides"), dossier_id=dossier.id)
        known = {row["picture"] for rows in kept for part in rows for row in part}
        if not digest or digest not in known:
            raise BadInput("FLP-108", case_no=dossier.case_no, picture=digest)
        return self._context.blobs.path_of(digest)


def leafing_obstacle(tx: Transaction, dossier: Dossier) -> Refused | None:
    """The leafing through that a court demands and that has not shown every side which bears
    something; what a person has settled counts as shown."""
    if not settings_view(tx).flip:
        return None
    sides = leaf_sides(tx, dossier)
    images = images_of(sides)
    standing = standing_of(tx.flip_throughs.find(dossier_id=dossier.id), images)
    done = settled_sides(tx, dossier, images)
    waiting = sum(
        not is_blank(side, standing[side.id])
        and standing[side.id].state != SEEN
        and side.id not in done
        for side in sides.values()
    )
    return Refused("REV-123", open=waiting) if waiting else None


def is_blank(side: Side, standing: SideStanding) -> bool:
    """Whether a side bears nothing: what was examined is known, of others the camera tells."""
    return side.blank or (not side.examined and standing.blank)


def _tiles(sides: dict[str, Side], standing: dict[str, SideStanding]) -> tuple[LeafTile, ...]:
    leaves = leaf_numbers(sides.values())
    return tuple(
        LeafTile(
            side_id=side.id,
            position=side.position,
            page_number=side.page_number,
            leaf=leaves[side.id],
            face=side.face,
            blank=is_blank(side, standing[side.id]),
            state=standing[side.id].state,
            seen_by=standing[side.id].by,
            seen_at=standing[side.id].at,
        )
        for side in sides.values()
    )


def _unknown(last: FlipThrough | None) -> tuple[UnknownLeaf, ...]:
    if last is None:
        return ()
    return tuple(
        UnknownLeaf(after=row["after"], seconds=row["seconds"], picture=row["picture"])
        for row in last.unknown
    )
