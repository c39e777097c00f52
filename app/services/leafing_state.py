"""Where leafing through stands: what all leafings of the paper have shown of the present sides."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.domain.dossier import Side
from app.domain.leafing import SEEN, STRENGTH, FlipThrough
from app.domain.leafing_standing import SideStanding, standing_of
from app.kernel.errors import BadInput, Fault, Refused
from app.services.context import Service
from app.services.leafing_ledger import settled_sides
from app.services.leafing_sides import (
    images_of,
    kept_flip_throughs,
    leaf_numbers,
    leaf_sides,
    leaf_sides_among,
)
from app.services.leafing_views import LeafingView, LeafTile, UnknownLeaf
from app.services.review_settings import settings_view
from app.services.reviewed import Reviewed

CAMERAS = "ocr.leafing.frames:cameras"
CAMERAS_SECONDS = 60.0


class LeafingState(Service):
    """What the window of leafing through asks."""

    def leafing_view(self, case_no: str, *, look_for_cameras: bool = True) -> LeafingView:
        """Where leafing through a case stands, side by side. A machine whose cameras cannot be
        listed has none; nor are there any where nobody looks for them, which takes its time."""
        with self._context.storage.read() as tx:
            dossier = self._dossier(tx, case_no)
            sides = leaf_sides(tx, dossier)
            kept = kept_flip_throughs(tx, dossier)
            demanded = settings_view(tx).flip
        try:
            cameras = self.cameras() if look_for_cameras else ()
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


def leafing_obstacle(now: Reviewed) -> Refused | None:
    """The leafing through that a court demands and that has not shown every side which bears
    something; what a person has settled counts as shown."""
    if not now.setting.flip:
        return None
    sides = leaf_sides_among(now.active)
    images = images_of(sides)
    standing = standing_of(now.flip_throughs, images)
    done = settled_sides(now.tx, now.dossier, images)
    waiting = sum(
        not is_blank(side, standing[side.id])
        and standing[side.id].state != SEEN
        and side.id not in done
        for side in sides.values()
    )
    return Refused("REV-123", open=waiting) if waiting else None


def leafing_facts(now: Reviewed) -> dict[str, Any]:
    """Who leafed when through what, and what was seen, for the report."""
    sides = leaf_sides_among(now.active)
    standing = standing_of(now.flip_throughs, images_of(sides))
    written = [side.id for side in sides.values() if not is_blank(side, standing[side.id])]
    return {
        "demanded": now.setting.flip,
        "total": len(written),
        "seen": sum(standing[side_id].state == SEEN for side_id in written),
        "sessions": [
            {
                "by": flip.made_by,
                "at": flip.made_at,
                "source": flip.source,
                "video": flip.video,
                "complete": flip.complete,
                "sides": len(flip.sides),
                "unknown": len(flip.unknown),
                **{state: sum(side["state"] == state for side in flip.sides) for state in STRENGTH},
            }
            for flip in now.flip_throughs
        ],
    }


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
