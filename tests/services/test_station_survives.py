"""Everything a feeder can do to a batch: nothing lost, nothing twice, the right sheet goes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.domain.access import Actor
from app.kernel.errors import Fault
from app.kernel.progress import Cancelled, CancelToken
from app.services.views import ScanEventView
from app.services.workstation import Workstation
from tests.replay import CASE_NO

SHEETS, BROKEN = 6, 4
SOURCE = f"simulated:small?sheets={SHEETS}"


@pytest.fixture(autouse=True)
def case(workstation: Workstation, actor: Actor, bundled_small: Path) -> None:
    """A registered case, and the dossier that is fed into it."""
    workstation.register_case(actor, {"case_no": CASE_NO, "sheets": SHEETS})


def names(workstation: Workstation) -> list[tuple[int, str]]:
    """Sheet and face of every side, in order."""
    return [(row.sheet, row.face) for row in workstation.sides(CASE_NO)]


def whole(sheets: int) -> list[tuple[int, str]]:
    """What a complete batch of so many sheets holds."""
    return [(sheet, face) for sheet in range(1, sheets + 1) for face in ("front", "back")]


@pytest.mark.parametrize(
    ("mishap", "code", "drawing"),
    [
        ("jam_at", "SCN-104", "jam"),
        ("cover_open_at", "SCN-105", "cover"),
        ("double_feed_at", "SCN-106", "double_feed"),
        ("out_of_memory_at", "SCN-109", "settings"),
        ("cancel_on_device_at", "SCN-110", "feeder"),
        ("cut_page_at", "SCN-111", "cable"),
        ("crash_at", "SCN-112", "power"),
        ("offline_at", "SCN-102", "power"),
        ("unplugged_at", "SCN-122", "cable"),
    ],
)
def test_a_fault_ends_the_batch_after_the_sheets_before_it(
    workstation: Workstation, actor: Actor, mishap: str, code: str, drawing: str
) -> None:
    with pytest.raises(Fault) as fault:
        workstation.scan(actor, CASE_NO, SOURCE, options={mishap: BROKEN})
    assert fault.value.code == code
    assert names(workstation)[: 2 * (BROKEN - 1)] == whole(BROKEN - 1)
    resumption = workstation.resumption(CASE_NO)
    assert resumption is not None
    assert (resumption.code, resumption.drawing, resumption.sheet) == (code, drawing, BROKEN)
    assert resumption.last is not None
    unbalanced = workstation.sheet_sum(CASE_NO)[0]
    assert not unbalanced.balanced
    assert "batch_paused" in {reason["code"] for reason in unbalanced.reasons}
    result = workstation.scan(actor, CASE_NO, SOURCE)
    assert names(workstation) == whole(SHEETS)
    assert result.batch == resumption.batch
    assert workstation.resumption(CASE_NO) is None
    assert workstation.sheet_sum(CASE_NO)[0].difference == 0
    assert workstation.audit_verify().ok


def test_a_jam_at_sheet_37_keeps_36_sheets(workstation: Workstation, actor: Actor) -> None:
    source = "simulated:small?sheets=40"
    with pytest.raises(Fault) as fault:
        workstation.scan(actor, CASE_NO, source, options={"jam_at": 37})
    assert fault.value.parameters["sheet"] == 37
    assert names(workstation) == whole(36)
    resumption = workstation.resumption(CASE_NO)
    assert resumption is not None
    assert resumption.sheet == 37
    workstation.scan(actor, CASE_NO, source)
    assert names(workstation) == whole(40)


def test_a_feeder_that_is_empty_early_leaves_a_sum_that_does_not_balance(
    workstation: Workstation, actor: Actor
) -> None:
    workstation.scan(actor, CASE_NO, SOURCE, options={"feeder_empty_at": BROKEN})
    assert names(workstation) == whole(BROKEN - 1)
    counted = workstation.sheet_sum(CASE_NO)[0]
    assert (counted.difference, counted.balanced) == (2 * (SHEETS - BROKEN + 1), False)
    assert {reason["code"] for reason in counted.reasons} == {"sides_missing"}
    assert workstation.case(CASE_NO).next_action == "scan"


def test_a_zero_byte_page_counts_as_a_side_and_is_named(
    workstation: Workstation, actor: Actor
) -> None:
    workstation.scan(actor, CASE_NO, SOURCE, options={"zero_byte_at": BROKEN})
    assert names(workstation) == whole(SHEETS)
    damaged = [row for row in workstation.sides(CASE_NO) if row.fault]
    assert {row.sheet for row in damaged} == {BROKEN}
    workstation.process(actor, CASE_NO)
    found = {
        row.sheet
        for row in workstation.sides(CASE_NO)
        for finding in row.findings
        if finding.code == "unreadable"
    }
    assert BROKEN in found


def test_cancelling_mid_page_keeps_what_came(workstation: Workstation, actor: Actor) -> None:
    token = CancelToken()

    def stop(event: ScanEventView) -> None:
        if event.kind == "side" and event.sides == 5:
            token.cancel()

    with pytest.raises(Cancelled):
        workstation.scan(
            actor,
            CASE_NO,
            SOURCE,
            options={"sides_per_second": 3.0},
            on_event=stop,
            cancel=token,
        )
    kept = names(workstation)
    assert len(kept) >= 5
    assert kept == whole(SHEETS)[: len(kept)]
    workstation.scan(actor, CASE_NO, SOURCE)
    assert names(workstation) == whole(SHEETS)


def test_a_busy_device_is_told_and_free_the_next_time(
    workstation: Workstation, actor: Actor
) -> None:
    with pytest.raises(Fault) as fault:
        workstation.scan(actor, CASE_NO, SOURCE, options={"busy": 1})
    assert fault.value.code == "SCN-103"
    assert names(workstation) == []
    workstation.scan(actor, CASE_NO, SOURCE)
    assert names(workstation) == whole(SHEETS)
