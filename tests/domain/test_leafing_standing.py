"""What all leafings through have shown of the images that are there now."""

from __future__ import annotations

from typing import Any

from app.domain.leafing import FlipThrough
from app.domain.leafing_standing import UNSEEN, SideStanding, standing_of

IMAGES = {"a": "A/0", "b": "B/0", "c": "C/0"}


def flip(at: str, **states: str) -> FlipThrough:
    return FlipThrough(
        id=at,
        dossier_id="d",
        made_at=at,
        made_by=f"in {at}",
        source="camera:0",
        sides=tuple(record(side, state) for side, state in states.items()),
    )


def record(side: str, state: str, **changes: Any) -> dict[str, Any]:
    return {"side": side, "image": IMAGES[side], "state": state, "blank": False} | changes


def test_the_strongest_state_counts_and_the_last_who_reached_it() -> None:
    flips = [
        flip("1", a="seen", b="open", c="not_seen"),
        flip("2", a="differs", b="differs", c="not_seen"),
        flip("3", a="seen", b="not_seen"),
    ]
    assert standing_of(flips, IMAGES) == {
        "a": SideStanding(state="seen", by="in 3", at="3"),
        "b": SideStanding(state="differs", by="in 2", at="2"),
        "c": UNSEEN,
    }


def test_another_image_and_records_without_names_prove_nothing() -> None:
    flips = [
        flip("1", a="seen", b="seen"),
        FlipThrough(
            id="old",
            dossier_id="d",
            made_at="0",
            made_by="x",
            source="camera:0",
            sides=({"position": 1, "state": "seen", "blank": False},),
        ),
    ]
    standing = standing_of(flips, IMAGES | {"a": "A2/0"})
    assert [standing[side].state for side in "abc"] == ["not_seen", "seen", "not_seen"]


def test_a_side_the_camera_found_blank() -> None:
    flips = [blank_record()]
    assert standing_of(flips, IMAGES)["a"].blank


def blank_record() -> FlipThrough:
    return FlipThrough(
        id="1",
        dossier_id="d",
        made_at="1",
        made_by="x",
        source="camera:0",
        sides=(record("a", "not_seen", blank=True),),
    )
