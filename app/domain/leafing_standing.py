"""Where leafing through stands over all flip-throughs of a dossier: a side that was seen once is
seen as long as it has this image."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from app.domain.leafing import NOT_SEEN, STRENGTH, FlipThrough


@frozen(kw_only=True)
class SideStanding:
    """What was found of one side; who leafed and when is empty where it was never shown. `blank`
    tells that it bore nothing under the camera."""

    state: str = NOT_SEEN
    by: str = ""
    at: str = ""
    blank: bool = False


UNSEEN = SideStanding()


def image_seen(master: str, frame: int) -> str:
    """What leafing through recognises of a side: a picture of its paper, however it is turned or
    conditioned. Another scan of the paper is another image."""
    return f"{master}/{frame}"


def standing_of(
    flip_throughs: Iterable[FlipThrough], images: Mapping[str, str]
) -> dict[str, SideStanding]:
    """The strongest state of each side that any of `flip_throughs` (oldest first) found of the
    image it has now. `images` are those of now (`image_seen`) by side id. Records from before
    sides were named in them prove nothing."""
    standing = dict.fromkeys(images, UNSEEN)
    for flip in flip_throughs:
        for record in flip.sides:
            side_id, state = record.get("side", ""), record["state"]
            if side_id not in standing or images[side_id] != record.get("image"):
                continue
            if STRENGTH[state] >= STRENGTH[standing[side_id].state]:
                standing[side_id] = _found(state, flip, blank=bool(record["blank"]))
    return standing


def _found(state: str, flip: FlipThrough, *, blank: bool) -> SideStanding:
    if state == NOT_SEEN:
        return SideStanding(blank=blank) if blank else UNSEEN
    return SideStanding(state=state, by=flip.made_by, at=flip.made_at, blank=blank)
