"""People: roles, PINs, and that somebody can always administer."""

from __future__ import annotations

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput, Refused
from app.services.workstation import Workstation


@pytest.fixture
def chief(workstation: Workstation) -> Actor:
    """The first administrator."""
    return workstation.create_first_person("周正", "1357")


def test_roles_change_and_the_last_administrator_stays(
    workstation: Workstation, chief: Actor
) -> None:
    workstation.add_person(chief, "顾明远", "operator", "2468")
    workstation.change_role(chief, "顾明远", "inspector")
    assert workstation.sign_in("顾明远", "2468").role == "inspector"
    for call in (
        lambda: workstation.change_role(chief, "周正", "clerk"),
        lambda: workstation.retire_person(chief, "周正"),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == "ACC-109"
    workstation.change_role(chief, "顾明远", "administrator")
    workstation.change_role(chief, "周正", "clerk")
    assert dict(workstation.people())["周正"] == "clerk"


def test_whoever_left_signs_in_no_more_and_keeps_her_name(
    workstation: Workstation, chief: Actor
) -> None:
    workstation.add_person(chief, "顾明远", "operator", "2468")
    workstation.retire_person(chief, "顾明远")
    assert [name for name, _role in workstation.people()] == ["周正"]
    with pytest.raises(Refused) as refused:
        workstation.sign_in("顾明远", "2468")
    assert refused.value.code == "ACC-106"
    with pytest.raises(Refused) as taken:
        workstation.add_person(chief, "顾明远", "clerk", "9753")
    assert taken.value.code == "ACC-105"
    with pytest.raises(BadInput) as gone:
        workstation.reset_pin(chief, "顾明远", "9753")
    assert gone.value.code == "ACC-108"


def test_a_new_pin_ends_a_lock(workstation: Workstation, chief: Actor) -> None:
    for _attempt in range(5):
        with pytest.raises(Refused):
            workstation.sign_in("周正", "0000")
    with pytest.raises(Refused) as locked:
        workstation.sign_in("周正", "1357")
    assert locked.value.code == "ACC-107"
    workstation.reset_pin(chief, "周正", "8642")
    assert workstation.sign_in("周正", "8642").name == "周正"


def test_ones_own_pin_needs_the_old_one(workstation: Workstation, chief: Actor) -> None:
    with pytest.raises(Refused) as wrong:
        workstation.change_pin(chief, "0000", "8642")
    assert wrong.value.code == "ACC-106"
    with pytest.raises(BadInput) as short:
        workstation.change_pin(chief, "1357", "86")
    assert short.value.code == "ACC-104"
    workstation.change_pin(chief, "1357", "8642")
    assert workstation.sign_in("周正", "8642").role == "administrator"


def test_only_administrators_touch_others(workstation: Workstation, chief: Actor) -> None:
    clerk = Actor(name="书记员", role="clerk")
    for call in (
        lambda: workstation.add_person(clerk, "新人", "clerk", "1234"),
        lambda: workstation.change_role(clerk, chief.name, "clerk"),
        lambda: workstation.reset_pin(clerk, chief.name, "1234"),
        lambda: workstation.retire_person(clerk, chief.name),
    ):
        with pytest.raises(Refused) as refused:
            call()
        assert refused.value.code == "ACC-101"
    with pytest.raises(BadInput) as role:
        workstation.change_role(chief, chief.name, "king")
    assert role.value.code == "ACC-103"
