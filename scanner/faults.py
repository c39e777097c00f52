"""What can go wrong with a scanning device, and how the work goes on: one table for everybody.

The taxonomy is the same for every driver; each maps the errors of its interface on these codes
(SANE status, TWAIN condition codes, eSCL states). Texts are in `resources/faults/scanner.toml`.
"""

from __future__ import annotations

from dataclasses import dataclass

# Where the paper stands after the fault: which sheet the operator feeds next.
NEXT_SHEET = "next"  # the stack in the feeder is intact: just start again
SAME_SHEET = "same"  # the sheet of the fault goes back on top of the stack
UNKNOWN_SHEET = "check"  # somebody has to look which sheet came out last
NO_RESUME = "none"  # starting again would fail the same way: something must be mended first


@dataclass(frozen=True, kw_only=True, slots=True)
class DeviceTrouble:
    """One kind of trouble. `resume` tells which sheet goes back; `drawing` names the picture of
    what to do at the scanner ("jam", "cover", "double_feed", "feeder", "cable", "power", "wait",
    "lock", "disk", "settings")."""

    code: str
    kind: str
    resume: str
    drawing: str


TROUBLES: tuple[DeviceTrouble, ...] = (
    DeviceTrouble(code="SCN-101", kind="feeder_empty", resume=NEXT_SHEET, drawing="feeder"),
    DeviceTrouble(code="SCN-102", kind="offline", resume=NEXT_SHEET, drawing="power"),
    DeviceTrouble(code="SCN-103", kind="busy", resume=NEXT_SHEET, drawing="wait"),
    DeviceTrouble(code="SCN-104", kind="jam", resume=SAME_SHEET, drawing="jam"),
    DeviceTrouble(code="SCN-105", kind="cover_open", resume=SAME_SHEET, drawing="cover"),
    DeviceTrouble(code="SCN-106", kind="double_feed", resume=SAME_SHEET, drawing="double_feed"),
    DeviceTrouble(code="SCN-107", kind="warming_up", resume=NEXT_SHEET, drawing="wait"),
    DeviceTrouble(code="SCN-108", kind="access_denied", resume=NO_RESUME, drawing="lock"),
    DeviceTrouble(code="SCN-109", kind="out_of_memory", resume=SAME_SHEET, drawing="settings"),
    DeviceTrouble(code="SCN-110", kind="cancelled", resume=SAME_SHEET, drawing="feeder"),
    DeviceTrouble(code="SCN-111", kind="incomplete_page", resume=SAME_SHEET, drawing="cable"),
    DeviceTrouble(code="SCN-112", kind="driver_crashed", resume=UNKNOWN_SHEET, drawing="power"),
    DeviceTrouble(code="SCN-113", kind="driver_hung", resume=UNKNOWN_SHEET, drawing="power"),
    DeviceTrouble(code="SCN-117", kind="driver_crashed", resume=UNKNOWN_SHEET, drawing="power"),
    DeviceTrouble(code="SCN-118", kind="disk_full", resume=SAME_SHEET, drawing="disk"),
    DeviceTrouble(code="SCN-121", kind="settings", resume=NO_RESUME, drawing="settings"),
    DeviceTrouble(code="SCN-122", kind="connection_lost", resume=UNKNOWN_SHEET, drawing="cable"),
    DeviceTrouble(code="SCN-123", kind="locked", resume=NEXT_SHEET, drawing="lock"),
    DeviceTrouble(code="SCN-150", kind="driver_hung", resume=SAME_SHEET, drawing="cable"),
    DeviceTrouble(code="SCN-151", kind="busy", resume=NEXT_SHEET, drawing="cable"),
)


def trouble_of(code: str) -> DeviceTrouble | None:
    """The trouble behind a fault code, None when it is not the device's."""
    return next((trouble for trouble in TROUBLES if trouble.code == code), None)
