"""What each role may do, and places on the shelf."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import (
    ADMINISTRATOR,
    ARCHIVIST,
    CLERK,
    OPERATOR,
    PERMISSIONS,
    STAFF_ROLES,
    Actor,
)
from app.domain.custody import ShelfLocation, shelf_location
from app.kernel.errors import Refused

ALL = sorted(set().union(*PERMISSIONS.values()) | {"administer"})


@pytest.mark.parametrize("role", STAFF_ROLES)
@pytest.mark.parametrize("permission", ALL)
def test_a_role_may_do_what_is_written_and_nothing_else(role: str, permission: str) -> None:
    actor = Actor(name="李", role=role)
    if role == ADMINISTRATOR or permission in PERMISSIONS[role]:
        actor.require(permission)
        return
    with pytest.raises(Refused) as refused:
        actor.require(permission)
    assert refused.value.code == "ACC-101"
    assert refused.value.parameters["permission"] == permission


def test_who_scans_does_not_judge_his_own_scans() -> None:
    assert not PERMISSIONS[OPERATOR] & {"reconcile", "seal", "submit", "catalogue"}
    assert "reconcile" not in PERMISSIONS[CLERK]
    assert {"reconcile", "seal"} <= PERMISSIONS[ARCHIVIST]
    assert "scan" not in PERMISSIONS[ARCHIVIST]


@pytest.mark.parametrize("role", ["", "reader", "Administrator"])
def test_an_unknown_role_may_nothing(role: str) -> None:
    for permission in ALL:
        with pytest.raises(Refused):
            Actor(name="某", role=role).require(permission)


@pytest.mark.parametrize(
    "text", ["", "A库/3/2/4/7", "A库/3/2/4/7/1/9", "/3/2/4/7/1", "A库/三/2/4/7/1", "A库/3/-2/4/7/1"]
)
def test_what_is_no_place(text: str) -> None:
    with pytest.raises(Refused) as refused:
        shelf_location(text)
    assert refused.value.code == "CUS-101"
    assert refused.value.parameters == {"text": text}


def test_a_place_as_its_label_says() -> None:
    place = shelf_location(" A库/3/2/4/7/1 ")
    assert place.label() == "A库-03列-02节-4层-07盒-01"


PLACES = st.builds(
    ShelfLocation,
    room=st.sampled_from(["A库", "一号库房"]),
    rack=st.integers(0, 9999),
    column=st.integers(0, 9999),
    level=st.integers(0, 9999),
    box=st.integers(0, 9999),
    position=st.integers(0, 9999),
)


@given(PLACES)
def test_a_place_is_read_as_it_is_written(place: ShelfLocation) -> None:
    parts = (place.room, place.rack, place.column, place.level, place.box, place.position)
    assert shelf_location("/".join(map(str, parts))) == place
