"""Devices as remembered here, preferences of people, figures of operators."""

from __future__ import annotations

import time

import pytest

from app.domain.access import Actor
from app.kernel.errors import BadInput
from app.services.figures import LONGEST_PAUSE_SECONDS, local_day, working_seconds
from app.services.workstation import Workstation
from tests.replay import CASE_NO, Dossier

SOURCE = "simulated:small"


def test_a_device_is_asked_once_and_its_options_are_kept(
    workstation: Workstation, actor: Actor
) -> None:
    asked = workstation.device(SOURCE)
    assert any(source["kind"] == "feeder" and source["duplex"] for source in asked.sources)
    assert "jam_at" in {row.name for row in asked.options}
    rows = workstation.audit_verify().rows
    assert workstation.device(SOURCE) == asked
    assert workstation.audit_verify().rows == rows  # nobody was asked, nothing was written
    kept = workstation.save_device_options(actor, SOURCE, {"jam_at": 2})
    assert {row.name: row.stored for row in kept.options if row.stored is not None} == {"jam_at": 2}
    assert workstation.device(SOURCE, refresh=True).options == kept.options
    workstation.save_device_options(actor, SOURCE, {"jam_at": None})
    assert all(row.stored is None for row in workstation.device(SOURCE).options)
    with pytest.raises(BadInput) as refused:
        workstation.save_device_options(actor, SOURCE, {"no such": 1})
    assert refused.value.code == "PRF-106"


def test_preferences_belong_to_one_person(workstation: Workstation) -> None:
    one, other = Actor(name="甲", role="operator"), Actor(name="乙", role="operator")
    assert workstation.preference(one, "keys") == {}
    workstation.save_preference(one, "keys", {"start_scan": "F9"})
    workstation.save_preference(one, "keys", {"start_scan": "F8"})
    assert workstation.preference(one, "keys") == {"start_scan": "F8"}
    assert workstation.preference(other, "keys") == {}


def test_figures_count_what_was_scanned_today(
    workstation: Workstation, actor: Actor, dossier: Dossier
) -> None:
    workstation.register_case(actor, {"case_no": CASE_NO})
    workstation.scan(actor, CASE_NO, f"folder:{dossier.folder}")
    workstation.process(actor, CASE_NO)
    rows = workstation.operator_figures("2000-01-01", "2999-12-31")
    assert [(row.operator, row.sheets, row.sides, row.blanks) for row in rows] == [
        ("管理员", 4, 4, 1)
    ]
    assert rows[0].hours > 0
    assert rows[0].sheets_per_hour == pytest.approx(4 / rows[0].hours, rel=0.05)
    assert workstation.operator_figures("1999-01-01", "1999-12-31") == ()


def test_a_long_pause_is_no_work() -> None:
    moments = ["2026-01-05T01:00:00.000Z", "2026-01-05T01:10:00.000Z", "2026-01-05T03:00:00.000Z"]
    assert working_seconds(moments) == 600
    assert working_seconds(reversed(moments)) == 600
    assert LONGEST_PAUSE_SECONDS > 600


def test_a_moment_belongs_to_the_day_of_the_station(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    try:
        assert local_day("2026-01-05T20:00:00.000Z") == "2026-01-06"
    finally:
        monkeypatch.undo()
        time.tzset()
    assert local_day("") == ""
