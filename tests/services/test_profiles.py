"""Scan profiles: what they may say, who may change them, what a batch makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.access import Actor
from app.domain.profile_rules import CHOICES, DEFAULTS, OWN, RANGES, full_settings, request_part
from app.kernel.errors import BadInput, Refused
from app.services.workstation import Workstation
from scanner.api import PAPER_SIZES, ScanRequest
from tests.replay import CASE_NO, Dossier

OPERATOR = Actor(name="扫描员", role="operator")


def test_every_setting_for_the_device_is_a_field_of_the_request(tmp_path: Path) -> None:
    settings = request_part(full_settings({}))
    request = ScanRequest(name="test:0", spool=tmp_path, **settings)
    assert {name: getattr(request, name) for name in settings} == settings
    assert settings == {
        name: getattr(ScanRequest(name="x", spool=tmp_path), name) for name in settings
    }
    assert set(CHOICES["paper"]) == {"auto", *PAPER_SIZES}


@given(st.sampled_from(sorted(RANGES)), st.integers(-(10**9), 10**9))
def test_numbers_outside_their_range_are_refused(name: str, value: int) -> None:
    low, high = RANGES[name]
    if low <= value <= high:
        assert full_settings({name: value})[name] == value
        return
    with pytest.raises(BadInput) as refused:
        full_settings({name: value})
    assert refused.value.code == "PRF-102"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"resolutoin": 300}, "PRF-101"),
        ({"resolution": True}, "PRF-102"),
        ({"resolution": "300"}, "PRF-102"),
        ({"duplex": 1}, "PRF-102"),
        ({"mode": "colour"}, "PRF-102"),
        ({"imprint": "a\nb"}, "PRF-102"),
        ({"separators": "count"}, "PRF-102"),
    ],
)
def test_what_makes_no_sense_is_refused(settings: dict[str, object], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        full_settings(settings)
    assert refused.value.code == code


def test_a_profile_is_made_changed_and_retired(workstation: Workstation, actor: Actor) -> None:
    before = workstation.profiles()
    workstation.save_profile(OPERATOR, " 薄纸 ", {"resolution": 400}, {"df-action": "Stop"})
    row = next(row for row in workstation.profile_rows() if row.name == "薄纸")
    assert (row.settings["resolution"], row.options) == (400, {"df-action": "Stop"})
    assert (row.changed_by, row.built_in) == ("扫描员", False)
    workstation.save_profile(OPERATOR, "薄纸", {"resolution": 600})
    assert [r.settings["resolution"] for r in workstation.profile_rows() if r.name == "薄纸"] == [
        600
    ]
    workstation.retire_profile(OPERATOR, "薄纸")
    assert workstation.profiles() == before
    workstation.save_profile(OPERATOR, "standard", {"resolution": 200})
    workstation.retire_profile(OPERATOR, "standard")
    first = workstation.profile_rows()[0]
    assert (first.name, first.settings) == ("standard", dict(DEFAULTS))


def test_a_locked_profile_is_the_administrators(workstation: Workstation, actor: Actor) -> None:
    with pytest.raises(Refused) as refused:
        workstation.lock_profile(OPERATOR, "standard", True)
    assert refused.value.code == "ACC-101"
    workstation.lock_profile(actor, "standard", True)
    for change in (
        lambda: workstation.save_profile(OPERATOR, "standard", {"resolution": 100}),
        lambda: workstation.retire_profile(OPERATOR, "standard"),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert refused.value.code == "PRF-104"
    workstation.save_profile(actor, "standard", {"resolution": 200})
    row = workstation.profile_rows()[0]
    assert (row.locked, row.settings["resolution"]) == (True, 200)
    workstation.lock_profile(actor, "standard", False)
    workstation.save_profile(OPERATOR, "standard", {"resolution": 300})


def test_beside_a_locked_profile_only_administrators_give_options(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO})
    workstation.lock_profile(actor, "standard", True)
    source = f"folder:{dossier.folder}"
    with pytest.raises(Refused) as refused:
        workstation.scan(OPERATOR, CASE_NO, source, options={"duplex_pairs": True})
    assert refused.value.code == "PRF-105"
    assert workstation.scan(OPERATOR, CASE_NO, source).sides == 4


def test_an_unknown_profile_names_the_known_ones(workstation: Workstation, actor: Actor) -> None:
    with pytest.raises(BadInput) as refused:
        workstation.retire_profile(actor, "没有")
    assert refused.value.code == "CAP-101"
    assert "standard" in refused.value.parameters["known"]


def test_own_settings_never_reach_the_device() -> None:
    assert not set(OWN) & set(request_part(full_settings({})))
